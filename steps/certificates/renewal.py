"""Certificates are renewed before they expire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Acme, Planned
from probes import cert_manager, tls
from probes.cert_manager import Wanted
from probes.certificates import Certificate
from probes.kubernetes import Api
from probes.outcomes import NetworkFailure
from probes.tls import Handshake
from probes.vantage import Vantage
from steps.vocabulary.certificates import NOT_OURS, PORT, verified
from steps.vocabulary.seen import Seen
from steps.vocabulary.websites import MakeWebsites, Website
from steps.wiring import SayUnsupported, Scratch, Wait

scenarios("certificates/renewal.feature")

GRACE = timedelta(hours=1)
"""A renewal that is under way is not overdue: cert-manager waits for an hour after one that failed."""
SHORT = "short"
HOURS = 2160
"""How long the authorities' certificates last: 90 days."""


@then("every certificate of the cluster is to be renewed before it expires", target_fixture="wanted")
def renewal_is_before_the_end(api: Api, seen: Seen) -> tuple[Wanted, ...]:
    wanted = seen("the certificates", cert_manager.wanted(api, selector=NOT_OURS))
    assert _out_of_order(wanted) == []
    return wanted


def _out_of_order(wanted: tuple[Wanted, ...]) -> list[str]:
    """Return which certificates have no renewal before their end."""
    assert wanted, "nobody asked for a certificate"
    return [
        str(one)
        for one in wanted
        if one.renewal is None or one.not_after is None or one.renewal >= one.not_after
    ]


@then("none of them is overdue")
def none_is_overdue(wanted: tuple[Wanted, ...]) -> None:
    now = datetime.now(UTC)
    assert [str(one) for one in wanted if one.renewal is None or one.renewal + GRACE < now] == []


@given("an authority that may be asked as often as one likes")
def authority_without_limits(acme: Acme, unsupported: SayUnsupported) -> None:
    """Only one that no machine trusts by itself: the public ones count how often they are asked for a name."""
    if acme.chosen.roots is None:
        unsupported("a public authority limits how often it issues a certificate for the same name")


@given(
    parsers.parse(
        "a website of the scenario's own, whose certificate is due {seconds:d} seconds after it was issued"
    ),
    target_fixture="website",
)
def website_with_a_short_certificate(
    scratch: Scratch, make_website: MakeWebsites, acme: Acme, seconds: int
) -> Website:
    site = make_website("short", secret=SHORT)
    scratch.apply(
        "certificate.yaml",
        name=site.secret,
        host=site.host,
        issuer=acme.issuer,
        duration=f"{HOURS}h",
        renew_before=f"{HOURS - 1}h59m{60 - seconds}s",
    )
    return site


@when("its first certificate is shown at the ingress VIP", target_fixture="first")
def first_is_shown(
    eventually: Wait, workstation: Vantage, inventory: Planned, website: Website, acme: Acme
) -> Handshake:
    found = eventually(
        lambda: _shown(workstation, inventory, website, acme),
        verified,
        expected=f"{website.host} shows a certificate of its own",
        patience="certificate_issued",
        vantage=workstation.name,
    )
    assert isinstance(found, Handshake)
    return found


def _shown(
    workstation: Vantage, inventory: Planned, website: Website, acme: Acme
) -> Handshake | NetworkFailure:
    return tls.handshake(workstation, str(inventory.vips.ingress), PORT, website.host, acme.chosen.roots)


@then("its certificate is renewed", target_fixture="renewed")
def certificate_is_renewed(eventually: Wait, api: Api, website: Website, first: Handshake) -> Certificate:
    eventually(
        lambda: cert_manager.wanted(api, website.namespace),
        lambda found: any(one.ready and one.revision > 1 for one in found),
        expected=f"the certificate of {website.host} is issued a second time",
        patience="certificate_issued",
    )
    # An ingress controller that was late has shown the second one first: then the next one is waited for.
    return _there(
        eventually(
            lambda: cert_manager.stored(api, website.namespace, website.secret),
            lambda stored: stored is not None and stored.serial != first.serial,
            expected=f"another certificate of {website.host} is kept than the one that was shown first",
            patience="certificate_issued",
        )
    )


def _there(stored: Certificate | None) -> Certificate:
    assert stored is not None, "the Secret of the certificate is empty"
    return stored


@then("the renewed certificate has another serial, and the old names")
def serial_is_another(renewed: Certificate, first: Handshake) -> None:
    assert renewed.serial != first.serial
    assert renewed.sans == first.sans
    assert renewed.not_before > first.not_before


@then("it is shown at the ingress VIP in place of the first one")
def renewed_is_shown(
    eventually: Wait,
    workstation: Vantage,
    inventory: Planned,
    website: Website,
    acme: Acme,
    first: Handshake,
) -> None:
    eventually(
        lambda: _shown(workstation, inventory, website, acme),
        lambda shown: isinstance(shown, Handshake) and shown.verified and shown.serial != first.serial,
        expected=f"{website.host} shows a newer certificate than {first.serial[:16]}…",
        patience="website_answers",
        vantage=workstation.name,
    )
