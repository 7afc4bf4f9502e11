"""A target without a cluster: what the suite does around a target is tried on this one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from inventory import Inventory
from inventory.problem import Problem
from probes.vantage import LocalVantage
from provisioning.events import Outcome, PhaseEvent
from provisioning.provider import Options
from provisioning.target import Target

UNITS = (("00-persistent-auth", "keys"), ("01-infrastructure", "etcd"), ("02-services", "metallb"))


class Failed(Problem):
    """As ``provisioning.converge.ProvisioningFailed``: it knows a log."""

    log: Path


@dataclass(frozen=True)
class FakeProvider:
    """Builds a file. ``trouble`` says what goes wrong; ``marks`` are files that say what was done."""

    root: Path
    inventory: Inventory
    options: Options
    trouble: str

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset({"rebuild"})

    def units(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=name, needs=()) for _, name in UNITS]

    def check(self) -> None:
        if self.trouble == "no-root":
            raise Problem("this is not root", "run it as root")

    def generation(self) -> str:
        mark = self.root / "generation"
        return mark.read_text() if mark.exists() else ""

    def build(self) -> Target:
        for layer, unit in UNITS:
            failed = self.trouble == "broken" and unit == "etcd"
            outcome = Outcome.FAILED if failed else Outcome.READY
            event = PhaseEvent(
                self.options.build, layer, unit, time.time(), 0.25, outcome, "no quorum" if failed else ""
            )
            self.options.listener.finished(event)
            if failed:
                problem = Failed(f"unit '{unit}' (layer {layer}) did not become ready", "see its log")
                problem.log = self.root / "etcd" / "current"
                problem.log.parent.mkdir()
                problem.log.write_text("no leader, no cry")
                raise problem
        with (self.root / "builds").open("a") as file:
            file.write("built\n")
        (self.root / "generation").write_text(str(time.time_ns()))
        return self.attach()

    def attach(self) -> Target:
        if self.trouble == "unreachable":
            raise Problem("the cluster does not answer", "make it answer")
        return Target(
            name="fake",
            provider=self.inventory.cluster.provider,
            inventory=self.inventory,
            kubeconfig=self.root / "no-kubeconfig",
            identity="00000000-0000-0000-0000-000000000000",
            vantages={"workstation": LocalVantage("the operator's workstation")},
            capabilities=self.capabilities,
        )

    def destroy(self) -> None:
        (self.root / "generation").unlink(missing_ok=True)
        (self.root / "destroyed").touch()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--trouble", default="")


def pytest_clusterspec_provider(
    config: pytest.Config, inventory: Inventory, options: Options
) -> FakeProvider:
    return FakeProvider(config.rootpath, inventory, options, str(config.getoption("trouble")))
