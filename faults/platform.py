"""The platform as a whole at one moment: what known causes of failures are recognised by.

``look`` is an evidence collector (`Target` → text): it observes from outside only, as the scenarios do, gives every
observation that cannot be made a reason instead, and is bounded in time. The text is JSON and holds no secret.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from diagnosis import facts
from diagnosis.causes import FACTS
from faults import access, hosts, reach
from probes import kubernetes
from probes.kubernetes import Api
from probes.waiting import SYSTEM
from provisioning.target import Target

NAME = f"the platform{FACTS}"
"""What the evidence is called in a record."""
SECONDS = 30.0  # several processes may look at once, on few cores
FRESH = 20.0
_looking = threading.Lock()
_latest: dict[str, tuple[float, str]] = {}
_QUICK = 3.0

Words = Mapping[str, str]


def _words() -> Words:
    return {}


@dataclass(frozen=True, slots=True)
class Platform:
    """What was seen. Where a thing is missing, ``unseen`` says why.

    workloads: [ready, wanted] by "Kind namespace/name".
    provider, parties, realm: how the identity provider and who relies on it answer, and how the provider is set up;
        vaults, synced, sealing, waiting, images: what became of secrets, and who is asked for images (`faults.access`
        has the words).
    plan: what the inventory says of all that.
    """

    workloads: Mapping[str, list[int]] = field(default_factory=dict[str, "list[int]"])
    provider: Words = field(default_factory=_words)
    parties: Mapping[str, Words] = field(default_factory=dict[str, Words])
    realm: Words = field(default_factory=_words)
    vaults: Words = field(default_factory=_words)
    synced: Words = field(default_factory=_words)
    sealing: Words = field(default_factory=_words)
    waiting: Words = field(default_factory=_words)
    images: Words = field(default_factory=_words)
    plan: Mapping[str, Any] = field(default_factory=dict[str, Any])
    unseen: Words = field(default_factory=_words)


def look(target: Target) -> str:
    """Look at everything at once, for ``SECONDS`` at most; return a ``Platform`` as a fact in JSON. Never raises.

    A look serves for ``FRESH`` seconds: where one scenario has failed the next ones often do at once.
    """
    with _looking:
        made, text = _latest.get(target.identity, (-FRESH, ""))
        if SYSTEM.now() - made >= FRESH:
            text = _look(target)
            _latest[target.identity] = SYSTEM.now(), text
        return text


def _look(target: Target) -> str:
    found: dict[str, Any] = {"plan": _plan(target)}
    unseen: dict[str, str] = {}
    threads = [
        threading.Thread(
            target=_try, args=(name, see, target, found, unseen), name=f"look: {name}", daemon=True
        )
        for name, see in _SIGHTS.items()
    ]
    for thread in threads:
        thread.start()
    deadline = SYSTEM.now() + SECONDS
    for thread in threads:
        thread.join(max(deadline - SYSTEM.now(), 0.0))
    late = {name: f"it took more than {SECONDS:g} s" for name in _SIGHTS if name not in {**found, **unseen}}
    seen = {key: value for key, value in dict(found).items() if key in _FIELDS}
    return json.dumps(facts.encode(Platform(**seen, unseen={**unseen, **late})))


def _try(
    name: str, see: Callable[[Target], Any], target: Target, found: dict[str, Any], unseen: dict[str, str]
) -> None:
    try:
        value = see(target)
    except Exception as error:  # noqa: BLE001 - that it could not be seen is what is known
        unseen[name] = f"{type(error).__name__}: {error}"
    else:
        found[name] = value


def _plan(target: Target) -> dict[str, Any]:
    identity = target.inventory.identity
    if identity is None:
        return {}
    return {
        "issuer": identity.issuer,
        "code lifetime": str(round(identity.code_lifetime)),
        "administrators": {
            name: party.admin_group or "" for name, party in target.inventory.relying_parties.items()
        },
    }


def _workloads(target: Target) -> Mapping[str, list[int]]:
    return {
        f"{each.kind} {each.namespace}/{each.name}": [each.ready, each.desired]
        for each in kubernetes.workloads(_api(target))
    }


def _api(target: Target) -> Api:
    """Return the API at its VIP or, when that is dead, at the first controller that answers."""
    workstation = target.vantages["workstation"]
    places = [None, *(hosts.address(target, each.name) for each in target.inventory.controlplanes)]
    for place in places:
        if kubernetes.api_health(workstation, target.kubeconfig, place, timeout=_QUICK).answering:
            return reach.api(target, place, timeout=_QUICK)
    return reach.api(target, timeout=_QUICK)


_SIGHTS: Mapping[str, Callable[[Target], Any]] = {
    "workloads": _workloads,
    "provider": access.provider,
    "parties": access.parties,
    "realm": access.realm,
    "vaults": access.vaults,
    "synced": access.synced,
    "sealing": access.sealing,
    "waiting": access.waiting,
    "images": access.images,
}
_FIELDS = frozenset(each.name for each in dataclasses.fields(Platform))
