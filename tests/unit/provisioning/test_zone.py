"""What has to be written so that a zone is as it should be, and that nothing is where it is so already."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inventory import load
from provisioning.lab.units.layer_03_configuration.zone import differing, wanted

LAB = load(Path(__file__).parents[3] / "inventories" / "lab.toml")
ZONE = f"{LAB.cluster.domain}."
RECORDS = wanted(LAB)


def as_told(records: dict[tuple[str, str], tuple[str, ...]], serial: int) -> dict[str, Any]:
    """Return the zone as PowerDNS' API tells it."""
    return {
        "serial": serial,
        "rrsets": [
            {"name": name, "type": kind, "records": [{"content": text} for text in reversed(contents)]}
            for (name, kind), contents in records.items()
        ],
    }


def with_serial(serial: int) -> dict[tuple[str, str], tuple[str, ...]]:
    fields = RECORDS[ZONE, "SOA"][0].split()
    return {**RECORDS, (ZONE, "SOA"): (" ".join([*fields[:2], str(serial), *fields[3:]]),)}


def test_each_name_server_in_the_zone_has_an_address_there() -> None:
    assert {(name, kind) for name, kind in RECORDS if kind == "A"} == {
        (f"ns1.{ZONE}", "A"),
        (f"ns2.{ZONE}", "A"),
    }
    assert RECORDS[ZONE, "NS"] == (f"ns1.{ZONE}", f"ns2.{ZONE}")


def test_a_name_server_outside_has_its_address_elsewhere() -> None:
    assert LAB.dns is not None
    outside = wanted(replace(LAB, dns=replace(LAB.dns, nameservers=("ns1.example.org",))))
    assert set(outside) == {(ZONE, "SOA"), (ZONE, "NS")}


def test_refresh_and_retry_are_the_inventorys_in_seconds() -> None:
    assert RECORDS[ZONE, "SOA"][0].split()[3:5] == ["10", "5"]


def test_a_new_zone_gets_all_of_it() -> None:
    assert [(one["name"], one["type"]) for one in differing(None, RECORDS)] == list(RECORDS)


@pytest.mark.parametrize("serial", [1, 4294967295])
def test_a_zone_that_is_right_stays_as_it_is(serial: int) -> None:
    assert list(differing(as_told(with_serial(serial), serial), RECORDS)) == []


def test_records_of_others_stay_as_they_are() -> None:
    more = {**with_serial(7), (f"www.{ZONE}", "A"): ("192.0.2.1",)}
    assert list(differing(as_told(more, 7), RECORDS)) == []


def test_only_what_is_wrong_is_written() -> None:
    wrong = {**with_serial(7), (f"ns2.{ZONE}", "A"): ("192.0.2.1",)}
    (written,) = differing(as_told(wrong, 7), RECORDS)
    assert (written["name"], written["records"][0]["content"]) == (
        f"ns2.{ZONE}",
        RECORDS[f"ns2.{ZONE}", "A"][0],
    )


def test_a_corrected_soa_keeps_the_serial() -> None:
    told = as_told({**with_serial(7), (ZONE, "SOA"): (f"ns1.{ZONE} hostmaster.{ZONE} 7 1 1 1 1",)}, 7)
    (written,) = differing(told, RECORDS)
    assert written["records"][0]["content"] == with_serial(7)[ZONE, "SOA"][0]
