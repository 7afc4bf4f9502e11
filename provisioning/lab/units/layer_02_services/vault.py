"""Where the platform's secrets are kept: OpenBao, which speaks Vault's API, as three voters on volumes of their own.

Nobody joins by himself (no `retry_join`): on a cluster without data, a replica that looks for others before the
first is initialized would found a second cluster, or crash. The first is initialized by its API, the others are told
to join by theirs. The root token goes from there into a Secret of the cluster, and nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import credentials, rollout
from provisioning.lab.units.layer_02_services import vault_api
from provisioning.lab.units.layer_02_services.vault_api import KEYS, REPLICAS, ROOT_TOKEN, SERVICE, Refused
from provisioning.lab.units.layer_02_services.vault_certificate import CERTIFICATE
from provisioning.secret import Secret

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

STABLE = "1s"
"""How long a replica must have been well before it may vote. The default is 10 s."""
_INITIALIZED = 90.0
"""Seconds that an initialization may take."""


@dataclass(frozen=True, slots=True)
class Replica:
    """What a replica says of itself, without being asked who asks."""

    name: str
    initialized: bool
    sealed: bool


def start(lab: Lab) -> None:
    """Apply the replicas, with the key that unseals them; a changed configuration replaces them."""
    within = vault_api.namespace(lab)
    credentials.keep(lab, KEYS, "unseal-key", within, make=_seal_key)
    configuration = lab.render(
        "vault.hcl", service=SERVICE, address=vault_api.address(within), seal_key=f"{SERVICE}-1"
    )
    manifest = lab.render(
        "vault.yaml",
        namespace=within,
        service=SERVICE,
        replicas=REPLICAS,
        configuration=configuration,
        checksum=hashlib.sha256(configuration.encode()).hexdigest(),
        certificate=CERTIFICATE,
        keys=KEYS,
    )
    lab.apply(manifest)


def _seal_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def lacking(lab: Lab) -> tuple[str, ...]:
    """Found the cluster as far as that is possible now, and return what it lacks then."""
    try:
        found = together(lab, tuple(_replica(lab, name) for name in REPLICAS))
        return found or rollout.lacking(lab, vault_api.namespace(lab), f"statefulset/{SERVICE}")
    except Refused as refusal:
        return (str(refusal),)


def _replica(lab: Lab, name: str) -> Replica:
    said = vault_api.connect(lab, name).get("sys/seal-status") or {}
    return Replica(name, initialized=bool(said.get("initialized")), sealed=bool(said.get("sealed", True)))


def together(lab: Lab, replicas: tuple[Replica, ...]) -> tuple[str, ...]:
    """Initialize the first replica if none is, have the others join it, and return what three voters lack.

    Raises CannotObserve and Refused as the requests of `Vault`.
    """
    within = vault_api.namespace(lab)
    if not any(one.initialized for one in replicas):
        _initialize(lab, replicas[0].name)
        return ("the first replica was initialized just now",)
    leader = next((one.name for one in replicas if one.initialized and not one.sealed), None)
    if leader is None:
        return ("no replica is unsealed",)
    vault = vault_api.as_root(lab)
    _trust_sooner(vault)
    for one in replicas:
        if not one.initialized:
            body = {
                "leader_api_addr": vault_api.address(within, leader),
                "leader_ca_cert": vault.roots.read_text(),
                "retry": False,
            }
            vault_api.connect(lab, one.name).send("POST", "sys/storage/raft/join", body)
    sealed = tuple(f"{one.name} is sealed" for one in replicas if one.initialized and one.sealed)
    return sealed or not_voting(vault.get("sys/storage/raft/configuration") or {})


def not_voting(configuration: dict[str, Any]) -> tuple[str, ...]:
    """Return a phrase for each replica that does not vote, by the answer of sys/storage/raft/configuration."""
    servers = configuration.get("data", {}).get("config", {}).get("servers", ())
    voters = {one["node_id"] for one in servers if one.get("voter")}
    return tuple(f"{name} does not vote yet" for name in REPLICAS if name not in voters)


def _initialize(lab: Lab, name: str) -> None:
    # A seal of its own unseals it: what comes back beside the token are keys for the case that the token is lost.
    # It elects a leader and writes before it answers, once: an answer that is not waited for is a token that is lost.
    said = vault_api.connect(lab, name).send(
        "PUT", "sys/init", {"recovery_shares": 1, "recovery_threshold": 1}, timeout=_INITIALIZED
    )
    values = {
        ROOT_TOKEN: Secret(ROOT_TOKEN, said["root_token"]),
        "recovery-key": Secret("recovery-key", said["recovery_keys_base64"][0]),
    }
    credentials.add(lab, KEYS, vault_api.namespace(lab), values)


def _trust_sooner(vault: vault_api.Vault) -> None:
    path = "sys/storage/raft/autopilot/configuration"
    known = (vault.get(path) or {}).get("data", {})
    if known.get("server_stabilization_time") != STABLE:
        vault.send("POST", path, {"server_stabilization_time": STABLE})


UNIT: Unit[Lab] = Unit(
    name="vault",
    layer=Layer.SERVICES,
    needs=("vault_certificate", "storage"),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="three replicas of Vault are unsealed and vote",
        patience="workload",
        hopeless=rollout.hopeless,
    ),
)
