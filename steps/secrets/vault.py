"""Vault keeps the platform's secrets, on three servers that agree."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Acme, Planned
from probes import external_secrets, http, storage, vault
from probes.digests import digest
from probes.http import Response
from probes.kubernetes import Api
from probes.outcomes import NetworkFailure
from probes.storage import Claim
from probes.vantage import Vantage
from probes.vault import VaultRefused
from steps.vocabulary.certificates import roots_of
from steps.vocabulary.seen import Seen
from steps.vocabulary.vault import ScratchKv, VaultServers, cluster
from steps.wiring import SayUnsupported, Wait

scenarios("secrets/vault.feature")

NAME, KEY = "note", "text"
OLD, NEW = "the first value", "the second value"
TITLES = ("<title>OpenBao", "<title>Vault")
"""How the products that speak Vault's API call their page."""
OK = 200
NOBODY = "nobody-but-a-scenario"
ONE_NODE = ("ReadWriteOnce", "ReadWriteOncePod")
"""Access modes of volumes that one node at a time may mount."""


@then("each server has a vote, and an address of its own")
def voters_have_own_addresses(administered_vault: VaultServers, inventory: Planned, eventually: Wait) -> None:
    count = inventory.vault.servers
    eventually(
        lambda: cluster(administered_vault),
        lambda found: len(found.voters) == count == len({one.address for one in found.voters}),
        expected=f"{count} voters, each at an address of its own",
        patience="vault",
    )


@then("one server is active, and it is the leader of the voters")
def one_leader(administered_vault: VaultServers, eventually: Wait) -> None:
    # The servers are asked one after another: while they elect, or one is late, they do not agree.
    eventually(
        lambda: cluster(administered_vault),
        lambda found: found.leader is not None,
        expected="one server is active, and the voters follow it",
        patience="vault",
    )


@then("each server has a volume of its own, which is for one node at a time")
def own_volumes(administered_vault: VaultServers, api: Api, seen: Seen) -> None:
    found = seen("the servers' volumes", _volumes(administered_vault, api))
    assert {name: list(map(str, its)) for name, its in found.items() if not _is_a_volume(its)} == {}
    assert len({claim.volume for claims in found.values() for claim in claims}) == len(found)


def _volumes(servers: VaultServers, api: Api) -> Mapping[str, list[Claim]]:
    """Return the claims that each server's pod mounts, by its name."""
    claims = storage.claims(api, servers.namespace)
    mounted = storage.mounted(api, servers.namespace)
    return {name: [one for one in claims if one.name in mounted.get(name, ())] for name in servers.names}


def _is_a_volume(claims: list[Claim]) -> bool:
    """Tell whether these are one claim, which is bound to a volume for one node at a time."""
    return [one.phase for one in claims] == ["Bound"] and all(
        one.volume and set(one.access_modes) <= set(ONE_NODE) for one in claims
    )


@given("a secret of the scenario's own in Vault")
def secret_of_its_own(scratch_kv: ScratchKv) -> None:
    assert scratch_kv.write(NAME, **{KEY: OLD}) == 1


@when("it is given another value")
def another_value(scratch_kv: ScratchKv) -> None:
    assert scratch_kv.write(NAME, **{KEY: NEW}) == 2  # noqa: PLR2004 - the second version


@then("Vault has the new value as its latest version, and the old one as the version before")
def both_are_kept(administered_vault: VaultServers, scratch_kv: ScratchKv, eventually: Wait) -> None:
    door, path = administered_vault.door(), scratch_kv.path(NAME)
    # A standby may answer, and be some milliseconds behind.
    eventually(
        lambda: [vault.kept(door, scratch_kv.mount, path, version) for version in (None, 1)],
        lambda found: found == [_version(2, NEW), _version(1, OLD)],
        expected="version 2 has the new value, and version 1 the old one",
        patience="vault",
    )


def _version(number: int, value: str) -> vault.Kept:
    return vault.Kept(number, {KEY: digest(value)})


@then(parsers.parse('whoever asks every server for it without a token is refused with "{status:d}"'))
def strangers_are_refused(
    administered_vault: VaultServers, scratch_kv: ScratchKv, seen: Seen, status: int
) -> None:
    answers = seen(
        "the answers to somebody without a token", _asked_by_nobody(administered_vault, scratch_kv)
    )
    assert answers == dict.fromkeys(answers, VaultRefused(status))


def _asked_by_nobody(servers: VaultServers, own: ScratchKv) -> Mapping[str, object]:
    return {
        name: vault.kept(servers.door(name, anonymous=True), own.mount, own.path(NAME))
        for name in servers.names
    }


@then(parsers.parse('Vault takes logins at "{path}", of the kind "{kind}"'))
def takes_logins(administered_vault: VaultServers, seen: Seen, path: str, kind: str) -> None:
    ways = seen("the ways to log in", vault.logins(administered_vault.door()))
    assert not isinstance(ways, NetworkFailure), ways
    assert ways.kinds.get(path) == kind


@then(parsers.parse('it knows the role that the platform asks for at "{path}", and not one of nobody\'s'))
def knows_the_role(
    administered_vault: VaultServers,
    api: Api,
    inventory: Planned,
    unsupported: SayUnsupported,
    eventually: Wait,
    path: str,
) -> None:
    roles = _roles(api, inventory, path) or unsupported(f"nobody says in which role he logs in at {path}")
    # Vault may have to ask the identity provider first, and on a busy machine that takes a while.
    eventually(
        lambda: _known(administered_vault, path, (*roles, NOBODY)),
        lambda known: known == {**dict.fromkeys(roles, True), NOBODY: False},
        expected=f"at {path} Vault knows {', '.join(roles)}, and nobody else",
        patience="vault",
    )


def _known(servers: VaultServers, path: str, roles: tuple[str, ...]) -> Mapping[str, bool | NetworkFailure]:
    door = servers.door(anonymous=True)
    return {role: vault.knows_role(door, path.strip("/"), path, role) for role in roles}


def _roles(api: Api, inventory: Planned, path: str) -> list[str]:
    """Return the roles of programs, which the stores say, or that of people, which the inventory says."""
    if path.strip("/") == "kubernetes":
        stores = external_secrets.stores(api)
        return sorted({one.role for one in stores if one.login == path.strip("/") and one.role})
    party = inventory.relying_parties.get("vault")
    return [party.role] if party and party.role else []


@when("a visitor on the public internet opens Vault's page by its public name", target_fixture="page")
def open_page(
    internet: Vantage, inventory: Planned, acme: Acme, unsupported: SayUnsupported, seen: Seen
) -> Response | NetworkFailure:
    host = inventory.services["vault"].host or unsupported("the inventory has no host for [services.vault]")
    roots = roots_of(acme, acme.chosen, unsupported)
    return seen("Vault's page", http.get(internet, f"https://{host}/ui/", verify=roots or True), internet)


@then("it is Vault's own page, with a certificate of the environment's authority")
def own_page(page: Response | NetworkFailure) -> None:
    # A certificate of another authority is no answer: the visitor trusts only the one that he should.
    assert isinstance(page, Response), page
    assert page.status == OK, page
    assert any(title in page.text for title in TITLES), page
