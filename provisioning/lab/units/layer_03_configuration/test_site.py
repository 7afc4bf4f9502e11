"""A site of the cluster that says its own name, published as any other: a name, a certificate, the public path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.http import Response
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import publishing, readiness, rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

SITE, WILDCARD = "test-web-server", "wildcard"


def start(lab: Lab) -> None:
    """Apply the site with its Ingress, and ask for a wildcard certificate beside it."""
    site = lab.inventory.services["test-app"]
    manifest = lab.render(
        "test_site.yaml",
        namespace=site.namespace,
        host=site.host,
        issuer=lab.acme.issuer,
        ingress_class=lab.ingress.class_name,
    )
    lab.apply(manifest)


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return what stands between the site and a visitor on the public internet, the nearest hop first."""
    namespace = lab.inventory.services["test-app"].namespace
    return (
        rollout.lacking(lab, namespace, f"deployment/{SITE}")
        or readiness.certificates(lab, namespace, f"{SITE}-tls", WILDCARD)
        or unseen(lab)
    )


def unseen(lab: Lab) -> tuple[str, ...]:
    """Return what a visitor gets instead of the site: by its public name, trusting the ACME authority in force only."""
    host = str(lab.inventory.services["test-app"].host)
    answer = publishing.answer(lab, publishing.visitor(lab), f"https://{host}/")
    seen = isinstance(answer, Response) and answer.status == 200 and host in answer.text  # noqa: PLR2004
    return () if seen else (f"https://{host}/ from the internet: {answer}",)


UNIT: Unit[Lab] = Unit(
    name="test_site",
    layer=Layer.CONFIGURATION,
    needs=("internal_ca", *publishing.NEEDS),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="a visitor on the internet gets the test site by its name, with a trusted certificate",
        patience="test_site",
        hopeless=rollout.hopeless,
    ),
)
