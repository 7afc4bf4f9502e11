"""What people read about inventories says what the loader accepts."""

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from inventory import model, read

INVENTORIES = Path(__file__).parents[3] / "inventories"
# In the order of the README; the class of the tables of each section.
SECTIONS: dict[str, Any] = {
    "[cluster]": model.Cluster,
    "[[nodes]]": model.Node,
    "[node]": model.NodeKind,
    "[vips]": model.Vips,
    "[[pools]]": model.Pool,
    "[routes]": model.Routes,
    "[vantages.…]": model.VantageSpec,
    "[dns]": model.Dns,
    "[ingress]": model.Ingress,
    "[storage]": model.Storage,
    "[acme]": model.Acme,
    "[acme.…]": model.AcmeEnvironment,
    "[vps]": model.Vps,
    "[identity]": model.Identity,
    "[relying_parties.…]": model.RelyingParty,
    "[repository]": model.Repository,
    "[registry]": model.Registry,
    "[services.…]": model.Service,
    "[credentials.…]": model.Credential,
    "[probe]": model.Probe,
    "[patience]": read.PatienceKeys,
    "[capabilities]": model.Capabilities,
    "[power]": model.PowerCommands,
}


def chapters() -> dict[str, str]:
    text = (INVENTORIES / "README.md").read_text()
    return dict(re.findall(r"^### `(.*?)`(.*?)(?=^### |\Z)", text, re.MULTILINE | re.DOTALL))


def test_every_section_has_its_chapter() -> None:
    assert list(chapters()) == list(SECTIONS)
    # "[acme.…]" is a part of "[acme]".
    sections = {re.sub(r"[\[\]…]", "", title).partition(".")[0] for title in SECTIONS}
    assert sections | {"schema"} == {
        each.name for each in dataclasses.fields(model.Inventory) if each.compare
    }


@pytest.mark.parametrize("title", [title for title, cls in SECTIONS.items() if cls], ids=str)
def test_every_key_is_explained_and_no_other(title: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (●?) ?\|", chapters()[title], re.MULTILINE)
    fields = dataclasses.fields(SECTIONS[title])
    missing = dataclasses.MISSING
    wanted = {each.name: each.default is missing and each.default_factory is missing for each in fields}
    assert {name: mark == "●" for name, mark in rows} == wanted
    assert len(rows) == len(wanted)


def test_the_example_shows_every_key_of_every_section_with_a_comment() -> None:
    """All but the keys of a kind of vantage point that only a lab has, and of what is only the lab's."""
    lines = (INVENTORIES / "example-live.toml").read_text()
    for title, cls in SECTIONS.items():
        for each in dataclasses.fields(cls) if cls else ():
            lab_only = title == "[vantages.…]" and each.name in ("namespace", "nameservers", "whole")
            lab_only = lab_only or (title == "[capabilities]" and each.name != "power")
            if not lab_only and not dataclasses.is_dataclass(each.type):
                assert re.search(rf"^(# )?.*\b{each.name}\b *=", lines, re.MULTILINE), f"{title} {each.name}"


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
