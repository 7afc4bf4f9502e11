"""Rooms see each other one way only."""

from __future__ import annotations

import importlib

import pytest

from tests.house.code import ROOMS, ROOT, modules

SEES = {
    "probes": set[str](),
    "inventory": {"probes"},
    "diagnosis": {"inventory", "probes"},
    "reports": set[str](),
    "provisioning": {"inventory", "probes"},
    "faults": {"diagnosis", "inventory", "probes", "provisioning"},
    "repository": {"probes"},
    "fixtures": {"diagnosis", "faults", "inventory", "probes", "provisioning", "reports", "repository"},
    "steps": {"inventory", "probes"},
}
ROOTS = {"reports/__main__.py": {"diagnosis", "faults"}}
"""Modules that wire rooms together for a command, and what they may see beside what their room may."""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may_see(room: str) -> None:
    allowed = SEES[room] | {room}
    rooms = (*ROOMS, "tests", "bench")
    wrong = [
        f"{module.place(node)} imports {name}"
        for module in modules(room)
        for name, node in module.imports()
        if (top := name.partition(".")[0]) in rooms and top not in allowed | ROOTS.get(module.name, set())
    ]
    assert wrong == []


def test_steps_of_one_feature_do_not_use_those_of_another() -> None:
    shared = ("steps.vocabulary", "steps.wiring")
    wrong = [
        f"{module.place(node)} imports {name}"
        for module in modules("steps")
        for name, node in module.imports()
        if name.startswith("steps.") and not name.startswith(shared)
    ]
    assert wrong == []


def test_reports_do_not_know_pytest() -> None:
    wrong = [
        module.place(node)
        for module in modules("reports")
        for name, node in module.imports()
        if name.partition(".")[0] in {"pytest", "_pytest"} and module.path.name != "recorder.py"
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_imported_from_this_checkout(room: str) -> None:
    # There are packages of these names in the world, and one may arrive as somebody's dependency.
    found = importlib.import_module(room)
    assert [str(path) for path in found.__path__] == [str(ROOT / room)]
