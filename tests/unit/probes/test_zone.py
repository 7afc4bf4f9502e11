from __future__ import annotations

import pytest

from probes import zone
from probes.transfer import Record
from probes.zone import Difference

ZONE = """\
$ORIGIN .
; made by hand
Home.Example\t300\tIN\tSOA\tns1.home.example hostmaster.home.example 41 10800 3600 604800 60
www.home.example\t300\tIN\tA\t192.0.2.1
a-www.home.example\t300\tIN\tTXT\t"heritage=external-dns,external-dns/owner=us"
"""


def a(name: str, address: str, ttl: int = 300) -> Record:
    return Record(name, "A", ttl, address)


def test_reads_what_pdnsutil_lists() -> None:
    assert zone.parse(ZONE) == {
        Record(
            "home.example.", "SOA", 300, "ns1.home.example. hostmaster.home.example. 41 10800 3600 604800 60"
        ),
        a("www.home.example.", "192.0.2.1"),
        Record("a-www.home.example.", "TXT", 300, '"heritage=external-dns,external-dns/owner=us"'),
    }


@pytest.mark.parametrize("line", ["www 300 IN A", "www x IN A 192.0.2.1", "www 300 IN A nowhere", "hello"])
def test_a_line_that_is_no_record_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="not a record: "):
        zone.parse(line)


def test_the_same_records_do_not_differ_in_whatever_order() -> None:
    one, other = a("a.", "192.0.2.1"), a("b.", "192.0.2.2")
    found = zone.compare([one, other], [other, one, one])
    assert found == Difference()
    assert not found
    assert str(found) == "no difference"


def test_a_difference_says_what_is_missing_what_is_too_much_and_what_has_another_value() -> None:
    found = zone.compare(
        [a("both.", "192.0.2.1"), a("gone.", "192.0.2.2"), a("ttl.", "192.0.2.3")],
        [a("both.", "192.0.2.9"), a("new.", "192.0.2.4"), a("ttl.", "192.0.2.3", ttl=60)],
    )
    assert found
    assert str(found).splitlines() == [
        "1 missing, 1 extra, 2 different",
        "- gone. 300 A 192.0.2.2",
        "+ new. 300 A 192.0.2.4",
        "~ both. A: expected 192.0.2.1 (TTL 300); found 192.0.2.9 (TTL 300)",
        "~ ttl. A: expected 192.0.2.3 (TTL 300); found 192.0.2.3 (TTL 60)",
    ]


def test_a_long_difference_is_cut() -> None:
    lines = str(zone.compare([a(f"h{number:03}.", "192.0.2.1") for number in range(100)], [])).splitlines()
    assert lines[0] == "100 missing"
    assert lines[-1] == "- ... 80 more"
    assert len(lines) == 22


def test_finds_values_by_name_and_type() -> None:
    records = zone.parse(ZONE)
    assert zone.values(records, "www.home.example", "A") == ("192.0.2.1",)
    assert zone.values(records, "WWW.home.example.", "A") == ("192.0.2.1",)
    assert zone.values(records, "www.home.example", "TXT") == ()


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.0.3.2", True),
        ("172.31.255.1", True),
        ("172.32.0.1", False),
        ("192.168.1.1", True),
        ("100.64.0.3", True),
        ("127.0.0.1", True),
        ("169.254.1.1", True),
        ("203.0.113.53", False),
        ("1.1.1.1", False),
        ("fd00::1", True),
        ("fe80::1", True),
        ("2001:db8::1", False),
        ("::1", True),
    ],
)
def test_knows_addresses_that_lead_nowhere(address: str, private: bool) -> None:  # noqa: FBT001
    assert zone.is_private(address) is private
    rdtype = "AAAA" if ":" in address else "A"
    record = Record("x.", rdtype, 60, address)
    assert zone.private([record, Record("x.", "TXT", 60, "10.0.3.2")]) == ((record,) if private else ())
