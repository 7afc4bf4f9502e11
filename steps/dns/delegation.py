"""The world is led to the owner's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address

import pytest
from pytest_bdd import parsers, scenarios, then, when

from inventory import Planned
from probes import dns, zone, zonemaster
from probes.dns import Answer
from probes.outcomes import NetworkFailure
from probes.transfer import Record
from probes.vantage import Vantage
from probes.zonemaster import Examination, Finding
from steps.vocabulary.names import Names, Speaking, given_only
from steps.vocabulary.seen import Seen
from steps.wiring import SayUnsupported

scenarios("dns/delegation.feature")


@pytest.fixture
def parent(inventory: Planned, unsupported: SayUnsupported) -> str:
    """The address of a name server of the parent zone."""
    server = inventory.dns.parent_server
    return str(server) if server else unsupported("the inventory names no name server of the parent zone")


@pytest.fixture
def website(inventory: Planned) -> str:
    """The test website's host."""
    return inventory.services["test-app"].host or inventory.cluster.domain


@when("the public internet asks the parent for the test website's address", target_fixture="answer")
def ask_parent(internet: Vantage, parent: str, website: str, seen: Seen) -> Answer | NetworkFailure:
    return seen("the parent's answer", dns.query(internet, parent, website, "A", recurse=False), internet)


@then("it is referred to exactly the planned name servers")
def referred_as_planned(answer: Answer | NetworkFailure, inventory: Planned, seen: Seen) -> None:
    assert isinstance(answer, Answer), str(answer)
    named = seen("the name servers that it is referred to", answer.referred_to(inventory.cluster.domain))
    assert named == tuple(sorted(inventory.dns.nameservers))


@then("with each of them comes the address of the VPS")
def glue_comes(answer: Answer | NetworkFailure, inventory: Planned, names: Names, seen: Seen) -> None:
    assert isinstance(answer, Answer), str(answer)
    glue = seen("the glue", {name: answer.glue(name) for name in inventory.dns.nameservers})
    assert glue == dict.fromkeys(inventory.dns.nameservers, (names.vps,))


@then("the parent, the primary and the VPS name exactly the planned name servers")
def all_name_the_same(names: Names, internet: Vantage, parent: str, inventory: Planned, seen: Seen) -> None:
    at_parent = dns.query(internet, parent, names.domain, "NS", recurse=False)
    answers = (at_parent, names.at_primary(names.domain, "NS"), names.at_vps(names.domain, "NS"))
    assert seen(
        "who is named by the parent, the primary, the VPS", [_named(one, names) for one in answers]
    ) == [tuple(sorted(inventory.dns.nameservers))] * len(answers)


def _named(answer: Answer | NetworkFailure, names: Names) -> tuple[str, ...] | str:
    """Return the name servers that an answer or a referral names; if there are none, what it says."""
    if not isinstance(answer, Answer):
        return str(answer)
    own = tuple(name.rstrip(".").lower() for name in answer.data("NS"))
    return own or answer.referred_to(names.domain) or str(answer)


@then("at the primary every planned name server has the address of the VPS")
def addresses_at_primary(names: Names, inventory: Planned, seen: Seen) -> None:
    assert seen("addresses of name servers", _addresses(names.at_primary, inventory)) == dict.fromkeys(
        inventory.dns.nameservers, (names.vps,)
    )


@then("at the VPS every planned name server has the address of the VPS")
def addresses_at_vps(names: Names, inventory: Planned, seen: Seen) -> None:
    found = seen("addresses of name servers", _addresses(names.at_vps, inventory), names.internet)
    assert found == dict.fromkeys(inventory.dns.nameservers, (names.vps,))


def _addresses(
    ask: Callable[[str, str], Answer | NetworkFailure], inventory: Planned
) -> Mapping[str, tuple[str, ...] | str]:
    """Return the addresses of each planned name server; where there is none, what was said."""
    answers = {name: ask(name, "A") for name in inventory.dns.nameservers}
    return {
        name: (one.data("A") if isinstance(one, Answer) else ()) or str(one) for name, one in answers.items()
    }


@then(
    parsers.parse(
        "from the public internet every planned name server answers over {protocol} with the SOA, with authority"
    )
)
def each_answers(
    internet: Vantage,
    speaking: Speaking,
    parent: str,
    inventory: Planned,
    names: Names,
    seen: Seen,
    protocol: str,
) -> None:
    referral = dns.query(speaking(internet, protocol), parent, names.domain, "NS", recurse=False)
    servers = {name: _glue(referral, name) for name in inventory.dns.nameservers}
    assert (
        seen(f"who does not answer over {protocol}", _silent(names, servers, tcp=protocol == "TCP"), internet)
        == {}
    )


def _glue(referral: Answer | NetworkFailure, name: str) -> tuple[str, ...]:
    """Return where the parent says that a name server is."""
    return referral.glue(name) if isinstance(referral, Answer) else ()


def _silent(names: Names, servers: Mapping[str, tuple[str, ...]], *, tcp: bool) -> Mapping[str, str]:
    """Return the name servers that do not answer with the SOA and with authority, with what they do instead."""
    found = {
        name: [
            dns.query(names.internet, one, names.domain, "SOA", tcp=tcp, recurse=False) for one in addresses
        ]
        for name, addresses in servers.items()
    }
    return {
        name: "; ".join(map(str, answers)) or "the parent tells no address"
        for name, answers in found.items()
        if not answers or not all(_authority(one) for one in answers)
    }


def _authority(answer: Answer | NetworkFailure) -> bool:
    return isinstance(answer, Answer) and answer.authoritative and len(answer.data("SOA")) == 1


@then("the SOA of the primary names one of the planned name servers")
def soa_names_a_server(names: Names, inventory: Planned, seen: Seen) -> None:
    soa = seen("the SOA", names.soa(names.at_primary))
    assert soa.mname.rstrip(".").lower() in inventory.dns.nameservers


@then("the SOA of the primary names a mailbox of the parent's domain, or below it")
def soa_names_a_mailbox(names: Names, inventory: Planned, seen: Seen) -> None:
    mailbox = seen("the SOA's mailbox", names.soa(names.at_primary).rname)
    assert f".{mailbox}".endswith(f".{inventory.dns.parent}.")


@when(
    parsers.parse("the public internet asks the VPS for the domain's name servers and takes {size:d} bytes"),
    target_fixture="answer",
)
def ask_with_buffer(
    internet: Vantage, speaking: Speaking, names: Names, seen: Seen, size: int
) -> Answer | NetworkFailure:
    answer = dns.query(speaking(internet, "UDP"), names.vps, names.domain, "NS", recurse=False, takes=size)
    return seen(f"an answer in at most {size} bytes", answer, internet)


@then(parsers.parse("all of them are named, in no more than {size:d} bytes"))
def named_in_bytes(answer: Answer | NetworkFailure, inventory: Planned, names: Names, size: int) -> None:
    assert isinstance(answer, Answer), str(answer)
    assert _named(answer, names) == tuple(sorted(inventory.dns.nameservers))
    assert answer.size <= size


@then("no record of the zone has a private address")
def no_private_address(kept: Callable[[], frozenset[Record]], seen: Seen) -> None:
    records = kept()
    assert records
    assert [str(one) for one in seen("private addresses", zone.private(records))] == []


@then("a resolver of the public internet finds the test website at the address of the VPS")
def resolver_finds(internet: Vantage, inventory: Planned, website: str, names: Names, seen: Seen) -> None:
    resolver = str(inventory.node.resolvers[0])
    answer = seen(f"{website} at a resolver", dns.query(internet, resolver, website, "A"), internet)
    assert given_only(answer, names.vps), str(answer)


@when("Zonemaster examines the owner's domain from the public internet", target_fixture="examination")
def examine(internet: Vantage, parent: str, names: Names, seen: Seen) -> Examination:
    root = dns.query(internet, parent, ".", "SOA", recurse=False)
    # In the lab there are no other root servers than the parent's own server.
    own = parent if _authority(root) else None
    return seen("Zonemaster's findings", zonemaster.examine(internet, names.domain, root=own), internet)


@then("it finds exactly these of level WARNING or above:")
def exactly_these(examination: Examination, names: Names, datatable: Sequence[Sequence[str]]) -> None:
    known = _known(names, datatable)
    assert [str(one) for one in examination.findings if not any(_is(one, *row) for row in known)] == []
    assert [row for row in known if not any(_is(one, *row) for one in examination.findings)] == []


def _known(names: Names, table: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """The findings that are known of name servers with such addresses: what each is called, and what it is about."""
    address = "any" if IPv4Address(names.vps).is_global else "documentation"
    return [(tag, about) for tag, about, of, _why in table[1:] if of in {"any", address}]


def _is(finding: Finding, tag: str, about: str) -> bool:
    """Whether a finding has this name and is about this."""
    return finding.tag == tag and about in finding.arguments
