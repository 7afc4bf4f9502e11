"""What brings values from Vault into Secrets, and draws those that are the cluster's own: External Secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts
from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout
from provisioning.lab.units.layer_02_services.external_secrets_certificate import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisioning.lab.lab import Lab

ACCOUNT = "external-secrets"
_GROUP = "/apis/external-secrets.io/v1beta1"


def start(lab: Lab) -> None:
    """Apply its own definitions of objects, the controller and its webhook."""
    lab.apply(lab.kustomize("external-secrets", namespace=NAMESPACE))


def make_namespaces(lab: Lab, services: Iterable[str]) -> None:
    """Make the namespaces of services, so that a Secret is there before whoever needs it."""
    for namespace in sorted({lab.inventory.services[service].namespace for service in services}):
        lab.apply(lab.render("namespace.yaml", name=namespace, privileged=False))


def unready(lab: Lab, secrets: Iterable[tuple[str, str]], *stores: str) -> tuple[str, ...]:
    """Return a phrase for each ExternalSecret (namespace, name) and each ClusterSecretStore that is not ready."""
    api, wanted = lab.api(), {*secrets, *(("", store) for store in stores)}
    found = [
        *api.list("ExternalSecrets", f"{_GROUP}/externalsecrets"),
        *api.list("ClusterSecretStores", f"{_GROUP}/clustersecretstores"),
    ]
    known = {(str(part(item, "metadata").get("namespace") or ""), _name(item)): item for item in found}
    return tuple(
        f"{'/'.join(filter(None, one))}: {why}" for one in sorted(wanted) if (why := why_not(known.get(one)))
    )


def _name(item: JsonObject) -> str:
    return str(part(item, "metadata").get("name"))


def why_not(item: JsonObject | None) -> str:
    """Return why a store or an ExternalSecret is not ready; empty if it is."""
    for condition in parts(item or {}, "status", "conditions"):
        if condition.get("type") == "Ready":
            ready = condition.get("status") == "True"
            return "" if ready else f"{condition.get('reason')}: {condition.get('message')}"
    return "does not exist" if item is None else "not looked at yet"


UNIT: Unit[Lab] = Unit(
    name="external_secrets",
    layer=Layer.SERVICES,
    needs=("nodes", "coredns", "external_secrets_certificate"),
    start=start,
    gate=rollout.complete(NAMESPACE, "deployment/external-secrets", "deployment/external-secrets-webhook"),
)
