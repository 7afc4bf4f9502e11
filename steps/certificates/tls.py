"""A stranger's tool finds nothing wrong with the TLS of a website."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then, when

from probes import testssl, tls
from probes.testssl import Opinion
from probes.tls import Handshake
from probes.vantage import Vantage
from steps.vocabulary.certificates import PORT
from steps.vocabulary.seen import Seen
from steps.vocabulary.websites import Websites
from steps.wiring import Acme, Inventory

scenarios("certificates/tls.feature")


@when("testssl.sh looks at a website of the cluster from the public internet", target_fixture="opinion")
def look_with_testssl(
    internet: Vantage, inventory: Inventory, websites: Websites, acme: Acme, seen: Seen
) -> Opinion:
    address, host = str(inventory.vantages["vps"].address), websites.hosts_with_tls[0]
    return seen("what testssl.sh says", testssl.look(internet, host, address, acme.chosen.roots), internet)


@then("it says of the certificate what our own probe says")
def opinions_agree(
    internet: Vantage, inventory: Inventory, websites: Websites, acme: Acme, opinion: Opinion, seen: Seen
) -> None:
    address, host = str(inventory.vantages["vps"].address), websites.hosts_with_tls[0]
    shown = seen(
        "what our own probe says", tls.handshake(internet, address, PORT, host, acme.chosen.roots), internet
    )
    assert _in_its_words(shown) == {check: sorted(opinion.of(check).split()) for check in _CHECKS}


_CHECKS = ("cert_fingerprintSHA256", "cert_subjectAltName", "cert_chain_of_trust", "TLS1_3")


def _in_its_words(shown: object) -> dict[str, list[str]]:
    """Return what our probe saw as testssl.sh would say it, each in sorted words: names have no order."""
    if not isinstance(shown, Handshake):
        return {"our own probe": [str(shown)]}
    trusted = "passed." if shown.verified else "failed"
    version = "offered with final" if shown.version == "TLSv1.3" else "not offered"
    told = (shown.fingerprints[0].upper(), " ".join(shown.sans), trusted, version)
    return {check: sorted(words.split()) for check, words in zip(_CHECKS, told, strict=True)}


@then(parsers.parse("it finds nothing of severity {severity:w} or more but what is explained here:"))
def findings_are_explained(opinion: Opinion, severity: str, datatable: list[list[str]]) -> None:
    explained = {finding for finding, _why in datatable[1:]}
    assert [str(one) for one in opinion.heavy(severity) if one.id.partition(" ")[0] not in explained] == []
