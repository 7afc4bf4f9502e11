"""The kinds of value, one by one."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from inventory import kinds
from inventory.grammar import adapter


def parse(kind: Any, raw: object) -> object:
    return adapter(kind).validate_python(raw, context=Path())


def refused(kind: Any, raw: object) -> str:
    """What is allowed instead; "" if nothing more is said than of all of the kind."""
    with pytest.raises(ValidationError) as wrong:
        parse(kind, raw)
    (error,) = wrong.value.errors()
    return error.get("ctx", {}).get("allowed", "") if error["type"] == "wrong" else ""


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [("500ms", 0.5), ("1s", 1.0), ("2.5s", 2.5), ("2m", 120.0), ("1.5h", 5400.0)],
    ids=str,
)
def test_a_duration_is_a_number_and_a_unit(raw: str, seconds: float) -> None:
    assert parse(kinds.Duration, raw) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "raw", ["", "5", "s", "-1s", "1 s", "1m30s", "0s", "1e3s", "5S", 5, 5.0, True, None], ids=repr
)
def test_anything_else_is_no_duration(raw: object) -> None:
    refused(kinds.Duration, raw)


def test_only_a_hold_may_last_no_time_at_all() -> None:
    assert parse(kinds.DurationOrNone, "0s") == 0


@pytest.mark.parametrize(
    ("raw", "meant"),
    [("10.0.3.4/28", "10.0.3.0/28"), ("10.1.0.0/8", "10.0.0.0/8"), ("10.0.0.0/255.255.0.0", "10.0.0.0/16")],
    ids=str,
)
def test_a_network_that_is_written_otherwise_is_told_as_it_should_be(raw: str, meant: str) -> None:
    assert refused(kinds.Network, raw) == f'the network itself, without host bits: "{meant}"'


@pytest.mark.parametrize("raw", ["10.0.0.0", "10.0.0.0/33", "fd00::/8", "ten/8", 10], ids=repr)
def test_anything_else_is_no_network(raw: object) -> None:
    assert not refused(kinds.Network, raw)


@pytest.mark.parametrize("raw", ["10.0.0.256", "10.0.0", "010.0.0.1", "::1", " 10.0.0.1", "", 1], ids=repr)
def test_anything_else_is_no_address(raw: object) -> None:
    refused(kinds.Address, raw)


def test_a_range_has_both_its_ends() -> None:
    read: Any = parse(kinds.Range, "10.0.3.4-10.0.3.20")
    assert IPv4Address("10.0.3.4") in read
    assert IPv4Address("10.0.3.20") in read
    assert IPv4Address("10.0.3.3") not in read
    assert IPv4Address("10.0.3.21") not in read
    assert str(read) == "10.0.3.4-10.0.3.20"
    assert read.within(IPv4Network("10.0.3.0/27"))
    assert not read.within(IPv4Network("10.0.3.0/28"))


def test_a_network_as_a_range_has_all_its_addresses() -> None:
    read: Any = parse(kinds.Range, "10.0.3.2/31")
    assert (str(read.first), str(read.last)) == ("10.0.3.2", "10.0.3.3")


@pytest.mark.parametrize(
    ("one", "two", "overlap"),
    [
        ("10.0.3.2/32", "10.0.3.2-10.0.3.2", True),
        ("10.0.3.0/29", "10.0.3.7-10.0.3.20", True),
        ("10.0.3.0/29", "10.0.3.8-10.0.3.20", False),
        ("10.0.0.0/8", "10.0.3.4-10.0.3.5", True),
    ],
)
def test_ranges_overlap_both_ways(one: str, two: str, *, overlap: bool) -> None:
    first: Any = parse(kinds.Range, one)
    second: Any = parse(kinds.Range, two)
    assert first.overlaps(second) is second.overlaps(first) is overlap


@pytest.mark.parametrize("raw", ["a", "a-1", "x" * 63], ids=len)
def test_a_label(raw: str) -> None:
    assert parse(kinds.Label, raw) == raw


@pytest.mark.parametrize("raw", ["", "-a", "a-", "A", "a_b", "a.b", "x" * 64, 1], ids=repr)
def test_no_label(raw: object) -> None:
    refused(kinds.Label, raw)


@pytest.mark.parametrize("raw", ["example", "git.example.org", ".".join(["x" * 49] * 5)], ids=len)
def test_a_domain(raw: str) -> None:
    assert parse(kinds.Domain, raw) == raw


@pytest.mark.parametrize(
    "raw", ["", "example.org.", "a..b", "Git.example.org", ".".join(["x" * 63] * 4)], ids=len
)
def test_no_domain(raw: str) -> None:
    refused(kinds.Domain, raw)


def test_an_identity_is_written_as_kubernetes_writes_it() -> None:
    told = refused(kinds.Uuid, "0C5A2F5E6A2F4A8E9A4E3C2F6D1B7E90")
    assert told == 'the usual form: "0c5a2f5e-6a2f-4a8e-9a4e-3c2f6d1b7e90"'


@pytest.mark.parametrize("raw", [True, -1, 1.0, "1", None], ids=repr)
def test_a_count_is_a_whole_number(raw: object) -> None:
    refused(kinds.Count, raw)


@pytest.mark.parametrize("raw", [0, 1, "true", "yes"], ids=repr)
def test_a_flag_is_a_boolean(raw: object) -> None:
    refused(kinds.Flag, raw)
