"""What Vault keeps is where programs read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pytest_bdd import given, scenarios, then

from inventory import Planned
from probes import external_secrets, kubernetes, secrets, vault
from probes.external_secrets import ExternalSecret, Source
from probes.kubernetes import Api
from probes.outcomes import NetworkFailure
from probes.secrets import Held, Use
from probes.vault import Door, Kept
from steps.vocabulary.certificates import NOT_OURS
from steps.vocabulary.seen import Seen
from steps.vocabulary.stores import FromVault
from steps.vocabulary.vault import VaultServers
from steps.wiring import Scratch, Wait

scenarios("secrets/external_secrets.feature")

NAME = "absent"
LATE = timedelta(minutes=2)
"""A refresh that is due is overdue after this time: the operator has others to do, and retries what failed."""
YEAR = timedelta(hours=8760)
NO_SUCH_SECRET = "secret does not exist"  # noqa: S105 - what the operator says of it


def _of_the_platform(api: Api) -> tuple[ExternalSecret, ...]:
    return external_secrets.external_secrets(api, selector=NOT_OURS)


@then("every secret store of the cluster is Ready")
def every_store_is_ready(api: Api, eventually: Wait) -> None:
    eventually(
        lambda: external_secrets.stores(api),
        lambda found: bool(found) and all(one.ready for one in found),
        expected="there are stores, and all are Ready",
        patience="secret_synced",
    )


@then("every ExternalSecret is synced, and none is overdue")
def every_one_is_synced(api: Api, eventually: Wait) -> None:
    eventually(
        lambda: _of_the_platform(api),
        lambda found: bool(found) and not any(map(_behind, found)),
        expected="there are ExternalSecrets, all are synced, and none is overdue",
        patience="secret_synced",
    )


def _behind(one: ExternalSecret) -> bool:
    # A dead operator leaves "synced" behind: only the time of the last refresh gives it away.
    return not one.ready or one.overdue(datetime.now(UTC), LATE)


@then("every Secret that they make is there, and has no empty value")
def every_target_is_there(api: Api, seen: Seen) -> None:
    targets = {f"{one.namespace}/{one.target}": _target(api, one) for one in _of_the_platform(api)}
    assert {name: str(one) for name, one in seen("the Secrets", targets).items() if not _is_whole(one)} == {}


def _target(api: Api, one: ExternalSecret) -> Held | None:
    return secrets.held(api, one.namespace, one.target)


def _is_whole(found: Held | None) -> bool:
    return found is not None and bool(found.digests) and all(found.digests.values())


@dataclass(frozen=True, slots=True)
class Compared:
    """Secrets against Vault, as "NAMESPACE/NAME".

    taken: all that come from there as they are. compared: those of them that could be. differing: what is not the same.
    """

    compared: frozenset[str]
    differing: tuple[str, ...]
    taken: frozenset[str]

    def lacking(self, namespaces: set[str]) -> list[str]:
        """Return what is taken from Vault into one of these namespaces, and was not compared."""
        return sorted(one for one in self.taken - self.compared if one.partition("/")[0] in namespaces)

    def __str__(self) -> str:
        """Read as a phrase; of values nothing."""
        left = ", ".join(sorted(self.taken - self.compared)) or "none"
        return (
            f"{len(self.compared)} compared, {left} not; differing: {'; '.join(self.differing) or 'nothing'}"
        )


@then(
    "every Secret that is taken from Vault has the values that Vault had when it was taken",
    target_fixture="compared",
)
def same_as_in_vault(api: Api, administered_vault: VaultServers, eventually: Wait) -> Compared:
    # A look is several, and values may change between them: what differs must go on differing.
    return eventually(
        lambda: _compare(api, administered_vault.door()),
        lambda found: bool(found.compared) and not found.differing,
        expected="there are Secrets to compare, and none differs from what Vault had when it was refreshed",
        patience="secret_synced",
    )


@then("each relying party's own are among them, where External Secrets brings any")
def relying_parties_are_compared(compared: Compared, inventory: Planned) -> None:
    parties = {
        inventory.services[name].namespace for name in inventory.relying_parties if name in inventory.services
    }
    assert compared.lacking(parties) == []


def _compare(api: Api, door: Door) -> Compared:
    mounts = {
        f"{one.kind}/{one.name}": one.mount for one in external_secrets.stores(api) if one.provider == "vault"
    }
    # What was never taken has no values, which another scenario says; what a template makes has no value of Vault's.
    taken = [one for one in _of_the_platform(api) if one.store in mounts and one.synced and one.sources]
    places = {(mounts[one.store], source.path) for one in taken for source in one.sources}
    kept = {place: vault.kept(door, *place) for place in places}  # each once: several may take from one place
    pairs = [(one, source, kept[mounts[one.store], source.path]) for one in taken for source in one.sources]
    return Compared(
        frozenset(_name(one) for one, _, found in pairs if _was_there(found, one)),
        tuple(
            f"{_name(one)}: {what}"
            for one, source, found in pairs
            for what in _differences(_target(api, one), found, source, one)
        ),
        frozenset(map(_name, taken)),
    )


def _name(one: ExternalSecret) -> str:
    return f"{one.namespace}/{one.target}"


def _was_there(kept: Kept | NetworkFailure | None, one: ExternalSecret) -> bool:
    """Tell whether what Vault keeps was there already when it was last taken: what is younger is not comparable yet."""
    return isinstance(kept, Kept) and bool(one.synced and kept.created and kept.created < one.synced)


def _differences(
    held: Held | None, kept: Kept | NetworkFailure | None, source: Source, one: ExternalSecret
) -> Iterator[str]:
    """Say which keys differ from what Vault keeps. Only names are said, and of values nothing."""
    if not isinstance(kept, Kept):
        yield f"{source.path} in Vault: {kept or 'nothing there'}"
    elif _was_there(kept, one):
        wanted = kept.digests if not source.key else {source.key: kept.digests.get(source.property, "")}
        has = held.digests if held else {}
        yield from (f"{key} is not that of {source.path}" for key in wanted if has.get(key) != wanted[key])


@given("an ExternalSecret of the scenario's own for something that Vault does not have")
def asks_for_nothing(from_vault: FromVault) -> None:
    from_vault.ask_for(NAME)


@then("it is said to be not synced, because there is no such secret")
def said_to_be_not_synced(api: Api, scratch: Scratch, eventually: Wait) -> None:
    eventually(
        lambda: _complaints(api, scratch.namespace),
        lambda said: any(NO_SUCH_SECRET in one.lower() for one in said),
        expected=f"it is not synced, and it is said why: {NO_SUCH_SECRET}",
        patience="secret_synced",
    )


def _complaints(api: Api, namespace: str) -> list[str]:
    """Return what is said of the ExternalSecrets that are not synced. The reason itself stands in events only."""
    waiting = [one for one in external_secrets.external_secrets(api, namespace) if not one.ready]
    names = {f"ExternalSecret/{one.name}" for one in waiting}
    events = [one for one in kubernetes.events(api, namespace) if one.subject in names]
    return [*(one.reason for one in waiting), *(one.message for one in events if one.type == "Warning")]


@then("there is no Secret of its name")
def no_secret_is_made(api: Api, scratch: Scratch) -> None:
    assert secrets.held(api, scratch.namespace, NAME) is None


@then("no ExternalSecret with a generator is refreshed within a year")
def generated_once(api: Api, seen: Seen) -> None:
    generated = seen(
        "the ExternalSecrets with a generator", [one for one in _of_the_platform(api) if one.generators]
    )
    assert generated, "nothing here is generated"
    assert [str(one) for one in generated if one.refresh is not None and one.refresh < YEAR] == []


@then("no pod with a generated secret is older than that secret")
def none_is_older(api: Api, seen: Seen) -> None:
    found = seen("who has a generated secret, and since when there is that", _with_generated(api))
    assert found, "no pod has a generated secret"
    assert [str(use) for use, made in found if use.started is not None and use.started < made] == []


def _with_generated(api: Api) -> list[tuple[Use, datetime]]:
    """Return the pods with generated secrets, each with when its secret was made."""
    made = {
        (one.namespace, one.target): one.synced
        for one in _of_the_platform(api)
        if one.generators and one.synced
    }
    uses = [(use, made.get((use.namespace, use.secret))) for use in secrets.uses(api)]
    return [(use, moment) for use, moment in uses if moment]
