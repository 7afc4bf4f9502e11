"""The way of a secret: Vault's servers, the stores, what is asked of them, what is sealed, and the sealing keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from diagnosis.look import OF_THE_PLATFORM, Sight, Subject, Unseen
from probes import certificates, external_secrets, seal, sealed_secrets
from probes.certificates import Pair
from probes.external_secrets import ExternalSecret, Store
from probes.kubeobjects import Workload
from probes.outcomes import NetworkFailure
from probes.seal import SealStatus
from probes.sealed_secrets import Key, SealedSecret
from probes.together import at_once

EXTERNAL_SECRETS, RELOADER, SEALED_SECRETS = "external-secrets", "reloader", sealed_secrets.CONTROLLER


@dataclass(frozen=True, slots=True)
class Look:
    """Secrets at one moment. at: when, in UTC.

    servers: Vault's, by the name of the pod. asked, sealed: those of the platform, and not those of a scenario.
    keys: what the cluster opens with. pair: that of layer 00. operators: the Deployments that make Secrets of what is
    asked for and of what is sealed, and the one that restarts whoever is given a Secret that has changed.
    """

    servers: Mapping[str, SealStatus | NetworkFailure] | Unseen
    stores: tuple[Store, ...] | Unseen
    asked: tuple[ExternalSecret, ...] | Unseen
    sealed: tuple[SealedSecret, ...] | Unseen
    keys: tuple[Key, ...] | Unseen
    pair: Pair | Unseen
    operators: tuple[Workload, ...] | Unseen
    at: datetime | Unseen


def _servers(subject: Subject) -> Mapping[str, SealStatus | NetworkFailure]:
    planned, namespace = subject.inventory.vault, subject.inventory.services["vault"].namespace
    names = (f"{planned.workload}-{number}" for number in range(planned.servers))
    return at_once(partial(seal.status, subject.api(), namespace), names)


def _keys(subject: Subject) -> tuple[Key, ...]:
    return sealed_secrets.keys(subject.api(), subject.inventory.services["sealed-secrets"].namespace)


def _pair(subject: Subject) -> Pair:
    return certificates.pair(_file(subject, "sealing_certificate"), _file(subject, "sealing_key"))


def _file(subject: Subject, credential: str) -> Path:
    reference = subject.inventory.credentials.get(credential)
    if reference is None or reference.file is None:
        raise LookupError(f"the inventory has no file of the credential {credential}")
    return reference.file


SIGHTS: Mapping[str, Sight] = {
    "servers": _servers,
    "stores": lambda subject: subject.ask(external_secrets.stores),
    "asked": lambda subject: external_secrets.external_secrets(subject.api(), selector=OF_THE_PLATFORM),
    "sealed": lambda subject: sealed_secrets.sealed_secrets(subject.api(), selector=OF_THE_PLATFORM),
    "keys": _keys,
    "pair": _pair,
    "operators": lambda subject: subject.workloads_called(EXTERNAL_SECRETS, RELOADER, SEALED_SECRETS),
    "at": lambda _: datetime.now(tz=UTC),
}
