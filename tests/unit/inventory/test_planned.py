"""The inventory for readers that cannot do without a section."""

import dataclasses
import types
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from fixtures import verdicts
from inventory import Inventory, LeftOut, Planned, load
from reports.model import Verdict

GOOD = Path(__file__).parent / "good"


def test_a_section_that_is_left_out_makes_a_scenario_unsupported() -> None:
    planned = Planned.of(load(GOOD / "minimal.toml"))
    with pytest.raises(LeftOut, match=r"^the inventory has no \[dns\]$") as left_out:
        _ = planned.dns
    assert verdicts.of(left_out.value) is Verdict.UNSUPPORTED
    assert verdicts.said(left_out.value) == "the inventory has no [dns]"


def test_a_section_that_is_there_is_the_file_s() -> None:
    inventory = load(GOOD / "with_everything.toml")
    planned = Planned.of(inventory)
    for each in dataclasses.fields(inventory):
        if getattr(inventory, each.name) is not None:
            assert getattr(planned, each.name) == getattr(inventory, each.name)
    assert planned.controlplanes == inventory.controlplanes


def test_only_what_may_be_left_out_is_asked_for() -> None:
    written = get_type_hints(Inventory, include_extras=True)
    for name in Planned.__annotations__:
        assert types.NoneType in get_args(written[name]), name
