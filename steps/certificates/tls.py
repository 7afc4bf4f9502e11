"""A stranger's tool finds nothing wrong with the TLS of a website."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pytest_bdd import parsers, scenarios, then, when

from inventory import Acme, Planned
from probes import testssl, tls
from probes.outcomes import NetworkFailure
from probes.testssl import Opinion
from probes.tls import Handshake
from probes.vantage import Vantage
from steps.vocabulary.certificates import PORT
from steps.vocabulary.seen import Seen
from steps.vocabulary.websites import Websites

scenarios("certificates/tls.feature")


@dataclass(frozen=True, slots=True)
class TwoOpinions:
    """The opinions of two about one website. ours: as the probes saw it; theirs: as testssl.sh did."""

    ours: Handshake | NetworkFailure
    theirs: Opinion


@when(
    "testssl.sh looks from the public internet at the website whose certificate ends first",
    target_fixture="opinions",
)
def look_with_testssl(
    internet: Vantage, inventory: Planned, websites: Websites, acme: Acme, seen: Seen
) -> TwoOpinions:
    roots = acme.chosen.roots
    host, shown = _ends_first(internet, inventory, websites, roots)
    return TwoOpinions(
        seen(f"what our own probe says of {host}", shown, internet),
        seen(
            f"what testssl.sh says of {host}", testssl.look(internet, host, _vps(inventory), roots), internet
        ),
    )


def _ends_first(
    internet: Vantage, inventory: Planned, websites: Websites, roots: Path | None
) -> tuple[str, Handshake | NetworkFailure]:
    """Return the website whose certificate ends first, and what it showed; one that shows none comes last."""
    shown = {
        host: tls.handshake(internet, _vps(inventory), PORT, host, roots) for host in websites.hosts_with_tls
    }
    host = min(shown, key=lambda host: (getattr(shown[host], "not_after", _NEVER), host))
    return host, shown[host]


_NEVER = datetime.max.replace(tzinfo=UTC)


def _vps(inventory: Planned) -> str:
    return str(inventory.vantages["vps"].address)


@then("it says of the certificate what our own probe says")
def opinions_agree(opinions: TwoOpinions) -> None:
    assert _in_its_words(opinions.ours) == {
        check: sorted(opinions.theirs.of(check).split()) for check in _CHECKS
    }


_CHECKS = ("cert_fingerprintSHA256", "cert_subjectAltName", "cert_chain_of_trust", "TLS1_3")


def _in_its_words(shown: object) -> dict[str, list[str]]:
    """Return what our probe saw as testssl.sh would say it, each in sorted words: names have no order."""
    if not isinstance(shown, Handshake):
        return {"our own probe": [str(shown)]}
    trusted = "passed." if shown.verified else "failed"
    version = "offered with final" if shown.version == "TLSv1.3" else "not offered"
    told = (shown.fingerprints[0].upper(), " ".join(shown.sans), trusted, version)
    return {check: sorted(words.split()) for check, words in zip(_CHECKS, told, strict=True)}


@then(parsers.parse("it finds exactly these of severity {severity:w} or more:"))
def findings_are_explained(opinions: TwoOpinions, severity: str, datatable: list[list[str]]) -> None:
    explained = sorted(finding for finding, _why in datatable[1:])
    assert sorted({one.id.partition(" ")[0] for one in opinions.theirs.heavy(severity)}) == explained
