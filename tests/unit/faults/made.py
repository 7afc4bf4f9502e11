"""A target that is made of nothing, and kinds of fault that write down what was done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

from faults.fault import Fault
from inventory import load
from provisioning.gates import Gate
from provisioning.target import Target

GOOD = Path(__file__).parents[3] / "inventories/lab.toml"


@cache
def target(name: str = "made") -> Target:
    return Target(
        name=name,
        provider="lab",
        inventory=load(GOOD),
        kubeconfig=Path("/nowhere"),
        identity="11111111-2222-3333-4444-555555555555",
        vantages={},
    )


@dataclass(slots=True)
class Recording:
    """A kind that keeps a list of what was done, and may be told to fail."""

    why_not: str | None = None
    memo: Mapping[str, Any] = field(default_factory=lambda: {"was": 7})
    done: list[str] = field(default_factory=list)
    mend_fails: int = 0
    break_fails: bool = False
    broken: bool = False
    outlives_rebuild: bool = False
    places: frozenset[str] = frozenset()

    def available(self, _target: Target) -> str | None:
        return self.why_not

    def before(self, _target: Target) -> Mapping[str, Any]:
        self.done.append("before")
        return self.memo

    def break_(self, _target: Target, memo: Mapping[str, Any]) -> None:
        self.done.append(f"break {memo['was']}")
        self.broken = True
        if self.break_fails:
            raise OSError("half way")

    def mend(self, _target: Target, memo: Mapping[str, Any]) -> None:
        self.done.append(f"mend {memo['was']}")
        if self.mend_fails:
            self.mend_fails -= 1
            raise OSError("not now")
        self.broken = False

    def mended(self, _target: Target, _memo: Mapping[str, Any]) -> bool:
        return not self.broken


def shows(answers: list[bool]) -> Gate[Target]:
    """A symptom that follows what the test says."""
    return Gate(lambda _target: answers.pop(0) if len(answers) > 1 else answers[0], bool, "it hurts")


def fault(kind: Recording, symptom: Gate[Target] | None = None) -> Fault:
    return Fault(
        slug="something_broken",
        kind=cast("Any", kind),
        says="something is broken",
        cause="nothing-known",
        turns_red=("nodes/nodes",),
        shows=symptom,
    )
