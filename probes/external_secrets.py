"""What the External Secrets operator is asked for, and how far it has got (API v1 or v1beta1, whichever is served)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api

GROUP = "external-secrets.io"
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DEFAULT = timedelta(hours=1)
"""How often the operator refreshes what does not say it."""


@dataclass(frozen=True, slots=True)
class Store:
    """Where secrets come from. kind: "ClusterSecretStore" or "SecretStore"; provider: as "vault".

    mount: for Vault, the engine that is read ("kv"); else "". reason: why it is not ready; not compared.
    login, role: for Vault, where the operator lets itself in with an account of the cluster ("kubernetes"), as what.
    """

    kind: str
    namespace: str
    name: str
    provider: str
    ready: bool
    mount: str = ""
    reason: str = field(default="", compare=False)
    login: str = ""
    role: str = ""

    def __str__(self) -> str:
        """Read as a phrase."""
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {where} of {self.provider}: " + (
            "Ready" if self.ready else f"not Ready ({self.reason})"
        )


@dataclass(frozen=True, slots=True)
class Source:
    """What one key of a Secret is taken from: a property of a path in a store. key: "" for all keys of the path."""

    key: str
    path: str
    property: str


@dataclass(frozen=True, slots=True)
class ExternalSecret:
    """A Secret that is asked for.

    target: the Secret's name. store: "KIND/NAME" of where it comes from, "" if only from generators.
    sources: of each key that is taken over as it is; none where a template makes the values.
    generators: "KIND/NAME" of what makes values up. refresh: how often it is fetched anew; None for never.
    synced: when it last was, UTC. reason: why it is not ready; not compared.
    """

    namespace: str
    name: str
    target: str
    ready: bool
    reason: str = field(default="", compare=False)
    store: str = ""
    sources: tuple[Source, ...] = ()
    generators: tuple[str, ...] = ()
    refresh: timedelta | None = None
    synced: datetime | None = field(default=None, compare=False)

    def overdue(self, now: datetime, late: timedelta) -> bool:
        """Tell whether the refresh that was due has not come, and is so `late`: the operator sleeps."""
        return self.refresh is not None and (self.synced is None or now - self.synced > self.refresh + late)

    def __str__(self) -> str:
        """Read as a phrase."""
        state = "synced" if self.ready else f"not synced ({self.reason})"
        often = "never again" if self.refresh is None else f"every {self.refresh}"
        last = f" at {self.synced:%Y-%m-%d %H:%M:%S}" if self.synced else ""
        origin = ", ".join((*filter(None, [self.store]), *self.generators)) or "nowhere"
        return f"{self.namespace}/{self.name} from {origin}: {state}{last}, {often}"


def version(api: Api) -> str:
    """Return the "GROUP/VERSION" that the operator's objects are served in.

    Raises:
        CannotObserve: the API does not know them.

    """
    what = "the API of External Secrets"
    found = api.get(what, f"/apis/{GROUP}", optional=True)
    preferred = part(found or {}, "preferredVersion").get("groupVersion")
    if not preferred:
        raise CannotObserve(what, api.vantage.name, f"the cluster does not know the group {GROUP}")
    return str(preferred)


def stores(api: Api) -> tuple[Store, ...]:
    """Return all stores, those of the whole cluster first, sorted."""
    base = f"/apis/{version(api)}"
    found = [
        _store(kind, item)
        for kind, plural in (("ClusterSecretStore", "clustersecretstores"), ("SecretStore", "secretstores"))
        for item in api.list(f"the {plural}", f"{base}/{plural}")
    ]
    return tuple(sorted(found, key=lambda one: (one.kind, one.namespace, one.name)))


def external_secrets(api: Api, namespace: str = "", selector: str = "") -> tuple[ExternalSecret, ...]:
    """Return the ExternalSecrets of a namespace ("": of all), sorted; `selector` is a label selector."""
    base = f"/apis/{version(api)}"
    path = f"{base}/namespaces/{namespace}/externalsecrets" if namespace else f"{base}/externalsecrets"
    what = f"the ExternalSecrets of {namespace or 'all namespaces'}"
    found = map(_external_secret, api.list(what, path, labelSelector=selector))
    return tuple(sorted(found, key=lambda one: (one.namespace, one.name)))


def _ready(item: JsonObject) -> tuple[bool, str]:
    """Tell whether the condition Ready is True, and what it says."""
    for one in parts(item, "status", "conditions"):
        if one.get("type") == "Ready":
            why = ": ".join(filter(None, [one.get("reason"), one.get("message")]))
            return one.get("status") == "True", why
    return False, "no condition Ready"


def _store(kind: str, item: JsonObject) -> Store:
    metadata, provider = part(item, "metadata"), part(item, "spec", "provider")
    name = next(iter(provider), "")
    ready, reason = _ready(item)
    login = part(provider, "vault", "auth", "kubernetes")
    return Store(
        kind=kind,
        namespace=metadata.get("namespace", ""),
        name=metadata["name"],
        provider=name,
        ready=ready,
        mount=str(part(provider, name).get("path") or "").strip("/") if name == "vault" else "",
        reason=reason,
        login=str(login.get("mountPath") or "").strip("/"),
        role=str(login.get("role") or ""),
    )


def _external_secret(item: JsonObject) -> ExternalSecret:
    metadata, spec = part(item, "metadata"), part(item, "spec")
    ready, reason = _ready(item)
    synced = part(item, "status").get("refreshTime")
    templated = bool(part(spec, "target", "template").get("data"))
    store = part(spec, "secretStoreRef")
    return ExternalSecret(
        namespace=metadata["namespace"],
        name=metadata["name"],
        target=part(spec, "target").get("name") or metadata["name"],
        ready=ready,
        reason=reason,
        store=f"{store.get('kind') or 'SecretStore'}/{store['name']}" if store.get("name") else "",
        sources=() if templated else tuple(_sources(spec)),
        generators=tuple(_generators(spec)),
        refresh=_refresh(spec),
        synced=datetime.fromisoformat(synced) if synced else None,
    )


def _sources(spec: JsonObject) -> list[Source]:
    found = [
        Source(str(one.get("secretKey", "")), str(remote.get("key", "")), str(remote.get("property") or ""))
        for one in parts(spec, "data")
        if (remote := part(one, "remoteRef"))
    ]
    extracted = (part(one, "extract") for one in parts(spec, "dataFrom") if not one.get("rewrite"))
    return found + [Source("", str(one["key"]), "") for one in extracted if one.get("key")]


def _generators(spec: JsonObject) -> list[str]:
    every = [*parts(spec, "dataFrom"), *parts(spec, "data")]
    found = (part(one, "sourceRef", "generatorRef") for one in every)
    return [f"{one.get('kind', '')}/{one['name']}" for one in found if one.get("name")]


def _refresh(spec: JsonObject) -> timedelta | None:
    """Return how often it is refreshed; None where its policy or an interval of 0 says never."""
    if spec.get("refreshPolicy") in {"CreatedOnce", "OnChange"}:
        return None
    text = spec.get("refreshInterval")
    if text is None:
        return _DEFAULT
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _SPAN.findall(str(text)))
    return timedelta(seconds=seconds) if seconds else None
