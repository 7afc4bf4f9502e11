"""An address in a document is one of the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _documents, _words
from repository.rules.gates_wait_for_what_exists import configured
from repository.values import Place


def check(repo: Repository) -> Iterator[Finding]:
    """Addresses that look like one of the configuration after a renumbering: the same host, in another network.

    Other addresses that the configuration does not know may well be somebody else's.
    """
    networks = configured(repo)
    known = sorted({each.network_address for each in networks if each.prefixlen == each.max_prefixlen})
    hosts = {_host(each): each for each in known if each.is_private and each.packed[2]}
    for text in _documents.current(repo):
        for line in _documents.lines(text):
            for address in dict.fromkeys(_words.addresses(line.text)):
                like = hosts.get(_host(address))
                if (
                    like
                    and address != like
                    and not any(address in each for each in networks)
                    and _is_ours(address, like)
                ):
                    yield Finding(
                        Place(text.file, line.number),
                        f"address {address}",
                        f"it is nowhere in the configuration, where {like} is",
                        str(like),
                    )


def _host(address: IPv4Address) -> tuple[int, int, int]:
    """What stays when a /16 is renumbered: the first byte and the last two."""
    return address.packed[0], address.packed[2], address.packed[3]


def _is_ours(address: IPv4Address, like: IPv4Address) -> bool:
    return address.is_private and not address.is_loopback and address.packed[0] == like.packed[0]


RULE = Rule(
    slug="documents-name-real-addresses",
    decision="An address in a document is one of the configuration",
    rationale="The cluster was renumbered from 10.0 to 10.2 once, and what still named the old addresses misled.",
    incident="forward-wrong-vip-after-renumber",
    reads=("yaml", "hcl", "markdown"),
    applies=_documents.none,
    check=check,
)
