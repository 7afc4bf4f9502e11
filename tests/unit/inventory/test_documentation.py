"""The inventories that come with the project show what there is."""

import re
import tomllib
from pathlib import Path

from inventory import grammar, reference

INVENTORIES = Path(__file__).parents[3] / "inventories"
LAB_ONLY = {"VantageSpec": {"namespace", "nameservers", "whole"}, "Capabilities": {"rebuild", "processes"}}


def test_the_example_shows_every_key_of_every_section() -> None:
    """All but those that only a lab has."""
    text = (INVENTORIES / "example-live.toml").read_text()
    missing = [
        f"{table.__name__}.{name}"
        for table in reference.tables()
        for name, key in grammar.keys(table).items()
        if not [*reference.tables(key.hint)] and name not in LAB_ONLY.get(table.__name__, ())
        if not re.search(rf"^(# )?.*\b{name}\b( *=|\])", text, re.MULTILINE)
    ]
    assert missing == []


def patience_used_in(*rooms: str) -> set[str]:
    files = [file for room in rooms for file in (INVENTORIES.parent / room).rglob("*.py")]
    return {
        name for file in files for name in re.findall(r'patience(?:: [^=]+)? ?= ?"(\w+)"', file.read_text())
    }


def test_every_patience_of_a_step_is_in_both_inventories() -> None:
    used = patience_used_in("steps", "fixtures", "faults")
    assert used
    for name in ("lab.toml", "example-live.toml"):
        assert used - set(tomllib.loads((INVENTORIES / name).read_text())["patience"]) == set(), name


def test_every_patience_of_the_bootstrap_is_in_the_lab_s_inventory() -> None:
    used = patience_used_in("provisioning/lab/units")
    assert used
    assert used - set(tomllib.loads((INVENTORIES / "lab.toml").read_text())["patience"]) == set()


def test_lab_and_example_wait_by_the_same_names() -> None:
    """The names that steps use are in both; the lab has those of its own bootstrap besides."""
    lab, live = (
        tomllib.loads((INVENTORIES / name).read_text()) for name in ("lab.toml", "example-live.toml")
    )
    assert set(live["patience"]) <= set(lab["patience"])
