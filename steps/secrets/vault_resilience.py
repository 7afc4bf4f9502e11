"""Vault survives the loss of any of its servers."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Planned
from probes import kubernetes, vault
from probes.digests import digest
from probes.kubernetes import Api, Pod
from probes.outcomes import CannotObserve
from probes.vault import Member, State
from probes.waiting import Patience
from steps.vocabulary.seen import Seen
from steps.vocabulary.vault import (
    ScratchKv,
    SealVault,
    VaultServers,
    cluster,
    members,
    not_unsealed,
)
from steps.wiring import KillPod, Wait

scenarios("secrets/vault_resilience.feature")

KEY = "text"
BEFORE = 5
"""So many secrets are written before anything happens to their keeper."""


@dataclass(slots=True)
class Pen:
    """Writes secrets one after another, and remembers which of them Vault has acknowledged."""

    own: ScratchKv
    servers: VaultServers
    acknowledged: list[str] = field(default_factory=list[str])
    written: int = 0

    def write(self) -> bool:
        """Write one more; tell whether it was acknowledged."""
        self.written += 1
        name = f"note-{self.written}"
        taken = self.own.write(name, **{KEY: name}) == 1
        if taken:
            self.acknowledged.append(name)
        return taken

    def missing(self) -> list[str]:
        """Return which acknowledged secrets the leader does not have as they were written: all, while nobody leads."""
        leader = cluster(self.servers).leader
        door = self.servers.door(leader.name) if leader else None
        return [name for name in self.acknowledged if door is None or not self._is_kept(door, name)]

    def _is_kept(self, door: vault.Door, name: str) -> bool:
        found = vault.kept(door, self.own.mount, self.own.path(name))
        return found == vault.Kept(1, {KEY: digest(name)})


@dataclass(frozen=True, slots=True)
class Struck:
    """The server that something was done to, its pod as it was before, and who led then, since when."""

    pod: Pod
    leader: Member


@pytest.fixture
def pen(scratch_kv: ScratchKv, administered_vault: VaultServers) -> Pen:
    """Something to write secrets with."""
    return Pen(scratch_kv, administered_vault)


class Strike:
    """Picks a server, remembers how it was, and does something to it."""

    def __init__(self, api: Api, servers: VaultServers, kill_pod: KillPod, eventually: Wait) -> None:
        self._api, self._servers, self._kill_pod = api, servers, kill_pod
        self._eventually = eventually

    def kill(self, *, leads: bool) -> Struck:
        """Kill the pod of the leader, or of the first server that does not lead."""
        struck = self.pick(leads=leads)
        self._kill_pod(self._servers.namespace, struck.pod.name)
        return struck

    def pick(self, *, leads: bool) -> Struck:
        """Return the leader, or the first server that does not lead; waits while one is elected."""
        leader = self._eventually(
            lambda: cluster(self._servers).leader,
            lambda found: found is not None,
            expected="a leader",
            patience="vault",
        )
        assert leader is not None
        name = next(one for one in self._servers.names if (one == leader.name) is leads)
        return Struck(self.pod(name), leader)

    def pod(self, name: str) -> Pod:
        """Return the pod of a server as it is now."""
        for one in kubernetes.pods(self._api, self._servers.namespace):
            if one.name == name:
                return one
        raise CannotObserve(f"the pod {name}", self._api.vantage.name, "there is none of this name")


@pytest.fixture
def strike(api: Api, administered_vault: VaultServers, kill_pod: KillPod, eventually: Wait) -> Strike:
    """What happens to Vault's servers."""
    return Strike(api, administered_vault, kill_pod, eventually)


@given("one of them leads, and takes what is written")
def one_leads(administered_vault: VaultServers, eventually: Wait, pen: Pen) -> None:
    eventually(
        lambda: (pen.write(), cluster(administered_vault)),
        lambda seen: seen[0] and seen[1].leader is not None,
        expected="a leader, who takes what is written",
        patience="vault",
    )


@given("secrets of the scenario's own are written to Vault one after another")
def write_some(eventually: Wait, pen: Pen) -> None:
    # A server that passes on what it is asked may learn later than the others who leads.
    eventually(
        pen.write,
        lambda taken: taken and len(pen.acknowledged) >= BEFORE,
        expected=f"{BEFORE} secrets are acknowledged",
        patience="vault",
    )


@when("the leader's pod is killed while more are written", target_fixture="struck")
def kill_leader(strike: Strike, pen: Pen) -> Struck:
    struck = strike.kill(leads=True)
    pen.write()
    return struck


@when("the pod of a server that does not lead is killed", target_fixture="struck")
def kill_follower(strike: Strike) -> Struck:
    return strike.kill(leads=False)


@when("the leader is sealed by its administrator", target_fixture="struck")
def seal_leader(strike: Strike, seal_vault: SealVault) -> Struck:
    seal_vault((struck := strike.pick(leads=True)).pod.name)
    return struck


@when("its pod is killed")
def kill_it(kill_pod: KillPod, struck: Struck) -> None:
    kill_pod(struck.pod.namespace, struck.pod.name)


@then(parsers.parse("within {seconds:d} seconds a leader has been elected anew, and takes what is written"))
def elected_anew(
    administered_vault: VaultServers, eventually: Wait, struck: Struck, pen: Pen, seconds: int
) -> None:
    eventually(
        lambda: (pen.write(), cluster(administered_vault)),
        lambda seen: seen[0] and seen[1].leader not in (None, struck.leader),
        expected=f"another leader than {struck.leader}, who takes what is written",
        patience=Patience(within=seconds, every=0.25),
    )


@then("every secret that was acknowledged is there")
def nothing_is_lost(eventually: Wait, pen: Pen, seen: Seen) -> None:
    seen("how many secrets were acknowledged", f"{len(pen.acknowledged)} of {pen.written}")
    # What is lost does not come back; who was only late to answer does.
    eventually(
        pen.missing,
        lambda lost: lost == [],
        expected="the leader has every secret that was acknowledged",
        patience="vault",
    )


@then("all its servers vote again, unsealed")
def all_vote_again(administered_vault: VaultServers, inventory: Planned, eventually: Wait) -> None:
    count = inventory.vault.servers
    eventually(
        lambda: cluster(administered_vault),
        lambda found: len(found.voters) == count and not_unsealed(found.members) == {},
        expected=f"{count} voters, all unsealed",
        patience="vault",
    )


@then("another pod takes its place, and unseals itself")
def unseals_itself(
    strike: Strike, administered_vault: VaultServers, eventually: Wait, struck: Struck
) -> None:
    eventually(
        lambda: (strike.pod(struck.pod.name), members(administered_vault)[struck.pod.name]),
        lambda now: (
            now[0].started not in (None, struck.pod.started)
            and now[0].ready
            and isinstance(now[1], Member)
            and now[1].unsealed
        ),
        expected=f"another pod {struck.pod.name}, ready and unsealed",
        patience="vault",
    )


@then("that server is seen to be sealed, and no other")
def sealed_is_named(administered_vault: VaultServers, eventually: Wait, struck: Struck) -> None:
    eventually(
        lambda: members(administered_vault),
        lambda found: not_unsealed(found) == {struck.pod.name: State.SEALED.value},
        expected=f"{struck.pod.name} is sealed, and no other server",
        patience="vault",
    )
