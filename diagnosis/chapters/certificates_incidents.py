"""Known causes of certificates that are missing, over, or of the wrong authority."""

from __future__ import annotations

from diagnosis.chapters import dns
from diagnosis.chapters.certificates import Look
from diagnosis.incident import Incident, contradicted, either, on
from diagnosis.look import seen


def _over(look: Look) -> bool:
    """A website shows a certificate whose last day is over."""
    sites = seen(look.websites, {}).values()
    return any(each.own is not None and each.own.not_after < each.at for each in sites)


def _by_http(look: Look) -> bool:
    """An issuer has a solver for HTTP-01."""
    issuers = seen(look.issuers, ())
    return any({"HTTP-01"} <= solver.challenges for each in issuers for solver in each.solvers)


def _no_issuer(look: Look) -> bool:
    """A certificate is not issued, and its issuer is none of the cluster's."""
    known = {f"ClusterIssuer/{each.name}" for each in seen(look.issuers, ())}
    asked = {each.issuer for each in seen(look.wanted, ()) if not each.ready}
    return bool(known) and not asked <= known


def _mixed(look: Look) -> bool:
    """A website shows, or the issuers ask, another authority than that of the environment in force."""
    plan = seen(look.plan, None)
    if plan is None:
        return False
    shown = {name for each in seen(look.websites, {}).values() for name in each.authorities}
    asked = {each.directory for each in seen(look.issuers, ()) if each.directory}
    return not shown <= {plan.environment} or (bool(asked) and plan.directory not in asked)


INCIDENTS = (
    Incident(
        slug="dns01-record-late",
        symptom="A challenge stays pending: cert-manager waits for its TXT record at the VPS.",
        cause="The zone is copied too rarely or not at all.",
        cure="See why the VPS lags; its copying is all that a certificate waits for.",
        matches=on(dns.Look, lambda look: look.frozen),
        reproduce="pytest -m conformance --fault dns01_record_late",
    ),
    Incident(
        slug="expired-certificate",
        symptom="Every visitor sees a warning, from one day to the next.",
        cause="Nobody renewed it: cert-manager is down, or its challenges have failed for a month.",
        cure="Bring cert-manager up; see what its challenges wait for.",
        matches=on(Look, _over),
        reproduce="pytest -m conformance --fault certificate_expired",
    ),
    Incident(
        slug="http01-unreachable",
        symptom="Challenges of the type http-01 stay pending for ever.",
        cause="The VPS passes on port 443 only.",
        cure="Use DNS-01 solvers only.",
        matches=either(contradicted, on(Look, _by_http)),
        about=(
            "certificates/issuance",
            "decisions/repository/certificates",
            "decision-dns01-only",
        ),
        reproduce="pytest -m conformance --fault proven_by_http",
    ),
    Incident(
        slug="issuer-missing",
        symptom="A Certificate is never Ready, and no Order exists for it.",
        cause="issuerRef names an issuer that does not exist.",
        cure="Name the inventory's issuer.",
        matches=either(contradicted, on(Look, _no_issuer)),
        about=(
            "certificates/issuance",
            "decisions/repository/certificates",
            "decision-issuers-exist",
        ),
        reproduce="pytest -m conformance --fault issuer_unknown",
    ),
    Incident(
        slug="le-rate-limit",
        symptom="A certificate is refused for a week, with the ACME error rateLimited.",
        cause="The same names were asked for more than five times in a week, by rebuild after rebuild.",
        cure="Rebuild with the authority of staging; keep the Secrets of production across a rebuild.",
        about=(
            "certificates/*",
            "certificates-issued",
        ),
        unproven="The lab's authority has no rate limit.",
    ),
    Incident(
        slug="profile-mixed",
        symptom="After a switch some websites show the old authority's certificate.",
        cause=(
            "The issuer was switched and certificates were not asked for anew, or there is a second switch."
        ),
        cure="Delete the Certificates' Secrets after a switch; keep one switch.",
        matches=either(contradicted, on(Look, _mixed)),
        about=(
            "decisions/repository/certificates",
            "decision-one-acme-switch",
        ),
        reproduce="pytest -m conformance --fault staging_in_production",
    ),
    Incident(
        slug="staging-ca-untrusted",
        symptom="After a switch to staging, services that call each other by public names stop with x509.",
        cause="The root of staging is missing in the trust bundle of the cluster.",
        cure="Let the overlay of staging add its root to the bundle.",
        about=(
            "certificates/*",
            "website-chain-of-environment",
            "staging-root-trusted-inside-only",
            "testssl-clean",
        ),
        unproven="No fault switches the whole lab to the authority of staging.",
    ),
)
