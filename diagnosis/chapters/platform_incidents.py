"""Known causes of images that do not come, and of backups that are not there on the day when they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from diagnosis.chapters.platform import Look
from diagnosis.incident import Evidence, Incident, contradicted, either, on
from diagnosis.look import seen
from probes.backups import NotRestored, Revision, Snapshot
from probes.mirrors import Mirror

_OVERDUE = timedelta(hours=25)
"""A day, and an hour for the job itself."""


def _mirrors(look: Look) -> Iterator[tuple[Mirror, ...]]:
    """Yield the mirrors of each node that was seen."""
    for each in seen(look.mirrors, {}).values():
        yield seen(each, ())


def _skipped(look: Look) -> bool:
    """A node asks only the registry itself, although there is to be a mirror of it."""
    wanted = set(seen(look.mirrored, ()))
    nodes = [each for each in seen(look.mirrors, {}).values() if isinstance(each, tuple)]
    return any(wanted - {one.registry for one in node if len(one.endpoints) > 1} for node in nodes)


def _without_fallback(look: Look) -> bool:
    """All that a node asks for the images of a registry is one and the same host."""
    every = (one for node in _mirrors(look) for one in node if len(one.endpoints) > 1)
    return any(len(set(one.hosts)) == 1 for one in every)


def _registry_absent(look: Look) -> bool:
    return any(each.kind == "Deployment" and each.ready == 0 for each in seen(look.registry, ()))


def _overdue(look: Look) -> bool:
    """A job that takes snapshots is suspended, is not there, or has not succeeded for too long."""
    at, jobs = seen(look.at, None), seen(look.jobs, {}).values()
    return at is not None and any(
        each is None or each.suspended or each.last is None or at - each.last > _OVERDUE for each in jobs
    )


def _useless(evidence: Evidence) -> bool:
    """A snapshot holds nothing, or could not be restored."""
    empty = any(not each.size for each in evidence.facts(Snapshot))
    of_nothing = any(each.empty for each in evidence.facts(Revision))
    return empty or of_nothing or bool(evidence.facts(NotRestored))


INCIDENTS = (
    Incident(
        slug="registry-down",
        symptom='Pulls are slower, or refused by the public registry ("429 Too Many Requests").',
        cause="The platform's registry has no ready pod.",
        cure="Scale it up; look at its volume.",
        matches=on(Look, _registry_absent),
        about=("platform/*", "networking/*"),
        reproduce="pytest -m conformance --fault registry_down",
    ),
    Incident(
        slug="mirror-skipped",
        symptom="The cache stays empty of what this node pulls.",
        cause="The mirror is missing in the node's configuration, or names another registry.",
        cure="Declare the mirror for each registry on each node.",
        matches=on(Look, _skipped),
        about=("platform/cache_down",),
        reproduce="pytest -m conformance --fault registry_mirror_skipped",
    ),
    Incident(
        slug="mirror-without-fallback",
        symptom="After a power cut no image can be pulled, the mirror's own included.",
        cause="The machine's registry mirror has no second endpoint.",
        cure="Name the registry itself as the last endpoint.",
        matches=either(contradicted, on(Look, _without_fallback)),
        about=("decision-mirrors-fall-back", "platform/*"),
        reproduce="pytest -m conformance --fault mirror_without_upstream",
    ),
    Incident(
        slug="backup-overdue",
        symptom="Nothing is felt until it is needed.",
        cause="The CronJob is suspended, fails, or was never started.",
        cure="Look at the last Job and its log; run it by hand.",
        matches=on(Look, _overdue),
        reproduce="pytest -m conformance --fault backups_overdue",
    ),
    Incident(
        slug="backup-useless",
        symptom="The file is there every night, and cannot be restored.",
        cause="It is cut short, empty, or of another server.",
        cure="Restore it, on every change of the job and now and then.",
        matches=_useless,
        reproduce="pytest -m disruptive --fault snapshots_empty",
    ),
)
