"""Vault's servers, as they and their leader tell of them; and what steps ask of the fixtures about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pytest_bdd import given, then

from inventory import Planned
from probes import vault
from probes.outcomes import NetworkFailure
from probes.together import at_once
from probes.vault import Door, Member, Peer, State
from steps.wiring import Wait

Members = Mapping[str, "Member | NetworkFailure"]
"""What each server says of itself, by its name."""


class VaultServers(Protocol):
    """The servers of Vault. names: of their pods, which are those of their Services too."""

    namespace: str
    names: tuple[str, ...]

    def door(self, name: str = ..., *, anonymous: bool = False) -> Door:
        """Say where a server is asked, as Vault's administrator or as nobody; without a name, any server."""
        ...


class SealVault(Protocol):
    """Seals a server of Vault, as its administrator; it is unsealed again when the scenario is over."""

    def __call__(self, name: str) -> None:
        """Seal the server of this name."""
        ...


class ScratchKv(Protocol):
    """Secrets of the scenario's own in Vault, which are removed when it is over. mount: their engine."""

    mount: str

    def path(self, name: str) -> str:
        """Say where the secret of this name is, in the engine."""
        ...

    def write(self, name: str, **values: str) -> int | NetworkFailure:
        """Write a new version of a secret, and return its number when Vault has acknowledged it."""
        ...


@dataclass(frozen=True, slots=True)
class Cluster:
    """What the servers say of themselves, and what one that can tell says of all."""

    members: Members
    peers: tuple[Peer, ...] | NetworkFailure

    @property
    def active(self) -> tuple[Member, ...]:
        """Return those that take themselves for the leader."""
        return tuple(
            one for one in self.members.values() if isinstance(one, Member) and one.state is State.ACTIVE
        )

    @property
    def voters(self) -> tuple[Peer, ...]:
        """Return those that vote."""
        return () if isinstance(self.peers, NetworkFailure) else tuple(one for one in self.peers if one.voter)

    @property
    def leader(self) -> Member | None:
        """Return the one active server that the voters follow; None if there is none, or more than one."""
        leading = [one.address for one in self.voters if one.leader]
        agreed = len(self.active) == len(leading) == 1 and is_at(self.active[0].name, leading[0])
        return self.active[0] if agreed else None

    def __str__(self) -> str:
        """Read as a line."""
        peers = self.peers if isinstance(self.peers, NetworkFailure) else ", ".join(map(str, self.peers))
        return f"{said(self.members)}; voters: {peers}"


def members(servers: VaultServers) -> Members:
    """Ask all servers at once."""
    doors = {name: servers.door(name, anonymous=True) for name in servers.names}
    return at_once(lambda name: vault.member(doors[name], name), doors)


def cluster(servers: VaultServers) -> Cluster:
    """Ask every server, and the active one for the others; any one where none is active."""
    found = members(servers)
    active = [one.name for one in found.values() if isinstance(one, Member) and one.state is State.ACTIVE]
    return Cluster(found, vault.peers(servers.door(*active[:1])))


def is_at(name: str, address: str) -> bool:
    """Tell whether this is the address of the server of this name, by the first label of the host's name."""
    return address.partition(":")[0].partition(".")[0] == name


def said(found: Members) -> str:
    """Put in words what each says."""
    return ", ".join(str(one) if isinstance(one, Member) else f"{name}: {one}" for name, one in found.items())


def not_unsealed(found: Members) -> dict[str, str]:
    """Return which servers are not known to be unsealed, by name, and what is known instead."""
    return {
        name: one.state.value if isinstance(one, Member) else str(one)
        for name, one in found.items()
        if not isinstance(one, Member) or not one.unsealed
    }


@given("Vault has all its servers, and each of them is unsealed")
@then("Vault has all its servers, and each of them is unsealed")
def every_server_is_unsealed(vault_servers: VaultServers, inventory: Planned, eventually: Wait) -> None:
    assert len(vault_servers.names) == inventory.vault.servers, vault_servers.names
    eventually(
        lambda: members(vault_servers),
        lambda found: not_unsealed(found) == {},
        expected=f"{', '.join(vault_servers.names)} are unsealed",
        patience="vault",
    )
