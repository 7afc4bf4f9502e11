"""A small specification of its own, run by the real fixtures against a target that is none."""

from __future__ import annotations

import json
import os
import re
import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(f"fixtures.{file.stem}" for file in (ROOT / "fixtures").glob("[!_]*.py"))
INVENTORY = (Path(__file__).parent / "inventory.toml").read_text()

FEATURE = """\
@conformance
Feature: Water boils

  Scenario: It is hot
    Given a kettle
    Then it is hot
"""
STEPS = """\
from pytest_bdd import given, scenarios, then, when

scenarios("water/kettle.feature")


@given("a kettle", target_fixture="kettle")
def kettle(target):
    return {"degrees": 100}


@then("it is hot")
def hot(kettle):
    assert kettle["degrees"] > 90
"""


def with_ids(feature: str, name: str) -> str:
    """Give each scenario that has no id one, in the line before it, so that no line moves."""
    lines = feature.splitlines()
    for number, line in enumerate(lines):
        before = lines[number - 1].strip() if number else ""
        if re.match(r"\s*Scenario( Outline)?:", line) and "@id:" not in before and not before.startswith("#"):
            lines[number - 1] = f"  @id:{re.sub('[^a-z0-9]+', '-', name)}-{number} {before}".rstrip()
    return "\n".join([*lines, ""])


@dataclass
class Suite:
    """A checkout in a temporary folder."""

    pytester: pytest.Pytester
    bytecode: Path
    """Where the processes of all tests keep compiled modules; to compile them is most of what a process does."""

    @property
    def environment(self) -> dict[str, str]:
        """For processes of its own."""
        return {
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self.bytecode),
            "XDG_STATE_HOME": str(self.root / "state"),
        }

    @property
    def root(self) -> Path:
        return self.pytester.path

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))

    def add(self, name: str, feature: str = FEATURE, steps: str = STEPS) -> None:
        """One feature and its twin; ``name`` is their common stem."""
        self.write(f"features/{name}.feature", with_ids(feature, name))
        self.write(f"steps/{name}.py", steps.replace("water/kettle", name))

    def pin(self, *lines: str, profile: str = "conformance") -> None:
        """Write a pin file: "water-kettle-3: run"."""
        self.write("inventories/lab.pins", "\n".join([f"[{profile}]", *lines, ""]))

    @property
    def pins(self) -> list[str]:
        """The lines of the pin file that pin a scenario."""
        lines = (self.root / "inventories/lab.pins").read_text().splitlines()
        return [line for line in lines if ": " in line and not line.startswith("#")]

    def run(self, *arguments: str) -> pytest.RunResult:
        """In this process: quick, and good for all but workers and signals."""
        return self.pytester.runpytest_inprocess(*arguments)

    def run_alone(self, *arguments: str) -> pytest.RunResult:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            return self.pytester.runpytest_subprocess(*arguments)

    def record(self) -> dict[str, Any]:
        """The record of the only run."""
        (file,) = (self.root / "reports" / "out" / "runs").glob("*/run.json")
        found: dict[str, Any] = json.loads(file.read_text())
        return found

    def verdicts(self) -> dict[str, str]:
        return {each["name"]: each["verdict"] for each in self.record()["scenarios"]}

    def results(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "reports" / "out" / "results.json").read_text())
        return found

    @property
    def built(self) -> int:
        """How often the target was built."""
        file = self.root / "builds"
        return len(file.read_text().splitlines()) if file.exists() else 0


@pytest.fixture(scope="session")
def bytecode(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.cache.mkdir("bytecode") if pytestconfig.cache else Path(os.devnull)


@pytest.fixture
def suite(pytester: pytest.Pytester, bytecode: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setenv("CLUSTERSPEC_CACHE", str(pytester.path / "cache"))
    shutil.copy(ROOT / "pyproject.toml", pytester.path)
    plugins = [*PLUGINS, "tests.collection.fake_target"]
    (pytester.path / "conftest.py").write_text(
        f"import pytest\npytest.register_assert_rewrite('fixtures')\npytest_plugins = {plugins!r}\n"
    )
    made = Suite(pytester, bytecode)
    made.write("inventories/lab.toml", INVENTORY)
    return made
