"""Every website shows a certificate of its own, from the authority that the environment wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytest_bdd import given, scenarios, then, when

from inventory import Acme, Planned
from probes import cert_manager, certificates, tls
from probes.cert_manager import Issuer, Wanted
from probes.kubernetes import Api
from probes.vantage import Vantage
from steps.vocabulary.certificates import (
    NOT_OURS,
    PORT,
    Shown,
    roots_of,
    roots_of_staging,
    shown_at,
    verified,
)
from steps.vocabulary.seen import Seen
from steps.vocabulary.websites import MakeWebsites, Website, Websites
from steps.wiring import SayUnsupported, Scratch, Wait

scenarios("certificates/issuance.feature")

WILDCARD = "wildcard"
DNS_01 = "DNS-01"


def _at_the_ingress(
    seen: Seen,
    workstation: Vantage,
    inventory: Planned,
    websites: Websites,
    acme: Acme,
    unsupported: SayUnsupported,
    *,
    other: bool = False,
) -> Shown:
    """Return what each website shows at the ingress VIP, held against one environment's roots."""
    roots = roots_of(acme, acme.other if other else acme.chosen, unsupported)
    shown = shown_at(workstation, str(inventory.vips.ingress), websites.hosts_with_tls, roots)
    return seen("what each website shows at the ingress VIP", shown, workstation)


@then("each of them shows a chain that leads to the environment's authority")
def chains_lead_home(
    workstation: Vantage,
    inventory: Planned,
    websites: Websites,
    acme: Acme,
    unsupported: SayUnsupported,
    seen: Seen,
) -> None:
    shown = _at_the_ingress(seen, workstation, inventory, websites, acme, unsupported)
    assert shown, "no website has TLS"
    assert {host: str(one) for host, one in shown.items() if not verified(one)} == {}


@then("none of them shows a chain that leads to the other environment's authority")
def chains_do_not_lead_elsewhere(
    workstation: Vantage,
    inventory: Planned,
    websites: Websites,
    acme: Acme,
    unsupported: SayUnsupported,
    seen: Seen,
) -> None:
    shown = _at_the_ingress(seen, workstation, inventory, websites, acme, unsupported, other=True)
    assert [host for host, one in shown.items() if isinstance(one, tls.Handshake)] == list(shown)
    assert {host: str(one) for host, one in shown.items() if verified(one)} == {}


@then("the certificate of each names the host that was asked for", target_fixture="shown")
def certificates_name_their_hosts(
    workstation: Vantage,
    inventory: Planned,
    websites: Websites,
    acme: Acme,
    unsupported: SayUnsupported,
    seen: Seen,
) -> Shown:
    shown = _at_the_ingress(seen, workstation, inventory, websites, acme, unsupported)
    assert {host: str(one) for host, one in shown.items() if not _names(one, host)} == {}
    return shown


def _names(one: object, host: str) -> bool:
    return isinstance(one, tls.Handshake) and one.covers(host)


@then("each of them is valid for at least the days that the inventory asks for")
def certificates_are_valid_yet(shown: Shown, acme: Acme) -> None:
    until = datetime.now(UTC) + timedelta(days=acme.days_left)
    ends = {host: one.not_after for host, one in shown.items() if isinstance(one, tls.Handshake)}
    assert {host: str(end) for host, end in ends.items() if end < until} == {}


@then("the cluster's trust bundle holds the roots of staging if, and only if, staging is in force")
def bundle_fits_environment(
    api: Api, inventory: Planned, acme: Acme, unsupported: SayUnsupported, seen: Seen
) -> None:
    namespace, own = inventory.services["cert-manager"].namespace, inventory.internal_ca
    held = seen("the trust bundle", cert_manager.bundle(api, namespace, own.bundle, own.bundle_key))
    assert held and _of_staging(held, acme, unsupported) is (acme.environment == "staging"), str(held)  # noqa: PT018 - one claim


def _of_staging(held: tuple[certificates.Certificate, ...], acme: Acme, unsupported: SayUnsupported) -> bool:
    """Tell whether a root of staging is among these certificates."""
    file = roots_of_staging(acme, unsupported)
    roots = {one.fingerprint for one in certificates.read_all(file.read_bytes(), str(file))}
    return bool(roots & {one.fingerprint for one in held})


@then("every issuer of the cluster is Ready", target_fixture="issuers")
def issuers_are_ready(api: Api, seen: Seen) -> tuple[Issuer, ...]:
    issuers = seen("the issuers", cert_manager.issuers(api))
    assert [str(one) for one in issuers if not one.ready] == []
    return issuers


@then("every certificate of the cluster is Ready, by an issuer that exists", target_fixture="wanted")
def certificates_are_ready(api: Api, issuers: tuple[Issuer, ...], seen: Seen) -> tuple[Wanted, ...]:
    wanted = seen("the certificates", cert_manager.wanted(api, selector=NOT_OURS))
    assert [str(one) for one in wanted if not one.ready or not _known(one, issuers)] == []
    return wanted


def _known(one: Wanted, issuers: tuple[Issuer, ...]) -> bool:
    """Tell whether its issuer exists; one of its own namespace is its namespace's business."""
    kind, _, name = one.issuer.partition("/")
    return kind != "ClusterIssuer" or name in {issuer.name for issuer in issuers}


@then("every website with TLS has a certificate by the inventory's issuer")
def websites_are_certified(wanted: tuple[Wanted, ...], websites: Websites, acme: Acme) -> None:
    by_secret = {(one.namespace, one.secret): one.issuer for one in wanted}
    secrets = {(one.namespace, secret) for one in websites.ingresses for secret in one.tls.values()}
    assert {by_secret.get(where, f"nobody fills {where}") for where in secrets} == {
        f"ClusterIssuer/{acme.issuer}"
    }


@then("the inventory's issuer asks the directory of the environment in force")
def issuer_asks_environment(api: Api, acme: Acme, seen: Seen) -> None:
    issuers = seen("the issuers", {one.name: one for one in cert_manager.issuers(api)})
    assert acme.issuer in issuers
    assert issuers[acme.issuer].directory == acme.chosen.directory


@then("every ACME issuer of the cluster proves names of the owner's domain by DNS-01, and by nothing else")
def only_dns01_solvers(api: Api, inventory: Planned, seen: Seen) -> None:
    issuers = seen("the ACME issuers", [one for one in cert_manager.issuers(api) if one.directory])
    assert [one for one in issuers if any(inventory.cluster.domain in each.zones for each in one.solvers)]
    assert [
        str(one) for one in issuers if not all(each.kind.startswith(f"{DNS_01} ") for each in one.solvers)
    ] == []


@then("every challenge that is known to the cluster was one of DNS-01")
def only_dns01_challenges(api: Api, seen: Seen) -> None:
    open_ = seen("the challenges that are open", cert_manager.challenges(api))
    presented = seen("the kinds of challenge of the last hour", cert_manager.presented(api))
    assert presented | {one.kind for one in open_} <= {DNS_01}


@given("a wildcard certificate for names below one of the scenario's own", target_fixture="wildcard")
def wildcard_certificate(scratch: Scratch, make_website: MakeWebsites, acme: Acme) -> str:
    """Return the wildcard."""
    wildcard = f"*.{make_website.name('wild')}"
    scratch.apply("certificate.yaml", name=WILDCARD, host=wildcard, issuer=acme.issuer, renew_before="")
    return wildcard


@then("it is issued, for exactly the wildcard")
def wildcard_is_issued(eventually: Wait, api: Api, scratch: Scratch, wildcard: str, seen: Seen) -> None:
    eventually(
        lambda: cert_manager.wanted(api, scratch.namespace),
        lambda found: any(one.ready for one in found),
        expected=f"a certificate for {wildcard} is issued",
        patience="certificate_issued",
    )
    stored = seen("the certificate", cert_manager.stored(api, scratch.namespace, WILDCARD))
    assert stored is not None and stored.sans == (wildcard,), str(stored)  # noqa: PT018 - one claim


@when("a website is created whose name is below it", target_fixture="website")
def website_below(make_website: MakeWebsites, wildcard: str) -> Website:
    return make_website("below", host=wildcard.replace("*", "any-name"), secret=WILDCARD)


@then("that website shows the wildcard certificate at the ingress VIP")
def wildcard_is_shown(
    eventually: Wait, workstation: Vantage, inventory: Planned, website: Website, wildcard: str, acme: Acme
) -> None:
    eventually(
        lambda: tls.handshake(
            workstation, str(inventory.vips.ingress), PORT, website.host, acme.chosen.roots
        ),
        lambda shown: verified(shown) and getattr(shown, "sans", ()) == (wildcard,),
        expected=f"{website.host} shows the certificate for {wildcard}",
        patience="website_answers",
        vantage=workstation.name,
    )
