"""What a record means: pure functions from a run (and earlier runs) to a judgement.

A run is red unless everything that was promised was observed to hold:

* any scenario that failed, is unknown or was not run;
* a scenario recorded as passed whose steps do not say so;
* a scenario that was recorded twice (a rerun is not a verdict);
* a pinned scenario that was not recorded, unless the run was narrowed to less than its profile, and one that was
  recorded and is not pinned;
* a scenario that is pinned to run, and is unsupported or planned;
* a scenario that is known to fail by an incident, and passes;
* a problem of the suite itself, such as a feature that no test is bound to;
* an empty run, a run in which nothing passed, a run that did not come to its end.

A planned scenario that passes does not make a run red. It is ``attention``, the first thing said. A scenario that
fails by the incident by which it is known to fail is counted apart: it neither holds nor makes the run red.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reports import changes, pins, text
from reports.changes import Changes, Past
from reports.model import RED, Incident, Pin, Run, Scenario, Step, Verdict
from reports.pins import PLANNED

REQUIRES = "requires:"
PROFILES = ("bootstrap", "conformance", "disruptive", "decision", PLANNED)


@dataclass(frozen=True, slots=True)
class Standing:
    """One scenario as judged. ``expected``, ``observed`` and ``vantage`` are of its first red step.

    ``known``: it fails, as it is pinned to, by an incident that was seen.
    """

    scenario: Scenario
    verdict: Verdict
    reason: str
    planned_passes: bool = False
    expected: str = ""
    observed: str = ""
    vantage: str = ""
    known: bool = False

    @property
    def red(self) -> bool:
        """Whether it makes the run red."""
        return self.verdict in RED and not self.known


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: a scenario, or several that are red for one and the same reason.

    ``since`` says in words for how long.
    """

    verdict: Verdict
    reason: str
    standings: tuple[Standing, ...]
    since: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A known cause, and the scenarios that point to it.

    ``seen`` when its discriminating observation was made; else it is only a candidate by tag.
    """

    incident: Incident
    seen: bool
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgement of one run.

    ``run_reasons`` are the reasons that no single scenario carries; ``why_red`` has those and the red
    scenarios counted. ``known`` are those that fail as they are known to; ``counts`` does not have them.
    ``unsupported`` is capability → names of scenarios. All sentences are for people.
    """

    verdict: Verdict
    sentence: str
    why_red: tuple[str, ...]
    run_reasons: tuple[str, ...]
    attention: tuple[str, ...]
    counts: Mapping[Verdict, int]
    standings: tuple[Standing, ...]
    wrong: tuple[Wrong, ...]
    causes: tuple[Named, ...]
    planned_passing: tuple[Standing, ...]
    known: tuple[Standing, ...]
    unsupported: Mapping[str, tuple[str, ...]]
    changes: Changes

    @property
    def red(self) -> bool:
        """Whether the run counts as failed."""
        return self.verdict is not Verdict.PASS

    @property
    def exit_code(self) -> int:
        """For a process that ends with this judgement."""
        return 1 if self.red else 0


def judge(run: Run, history: Sequence[Past] = ()) -> Judged:
    """Judge a run. ``history`` is of the same cluster and target, newest first."""
    standings = tuple(_as_known(standing(each), run.pins.get(each.id)) for each in run.scenarios)
    known = tuple(each for each in standings if each.known)
    counts = dict.fromkeys(Verdict, 0) | Counter(each.verdict for each in standings if not each.known)
    structural, notes = _of_the_run(run, standings, counts)
    passing = tuple(each for each in standings if each.planned_passes)
    if passing:
        names = text.listed([f"“{each.scenario.name}”" for each in passing])
        what = "A planned scenario passes" if len(passing) == 1 else f"{len(passing)} planned scenarios pass"
        notes = [f"{what}: {names}. Take the tag @planned away to hold it from now on.", *notes]
    verdict = _overall(counts, structural)
    return Judged(
        verdict=verdict,
        sentence=_sentence(counts, structural),
        why_red=(*structural, *_counted_reds(counts)),
        run_reasons=tuple(structural),
        attention=tuple(notes),
        counts=counts,
        standings=standings,
        wrong=_wrong(standings, history),
        causes=_causes(run, standings),
        planned_passing=passing,
        known=known,
        unsupported=_unsupported(standings),
        changes=changes.compare(run, {each.scenario.id: each.verdict for each in standings}, history),
    )


def past(run: Run) -> Past:
    """A saved run, judged with today's rules, as history for a later one."""
    judged = judge(run)
    return Past(
        id=run.id,
        cluster=run.cluster,
        target=run.target,
        started=run.started,
        seconds=run.seconds,
        verdict=judged.verdict,
        selection=run.selection,
        verdicts={each.scenario.id: each.verdict for each in judged.standings},
        names={each.scenario.id: each.scenario.name for each in judged.standings},
        versions=run.versions,
    )


def is_planned(tags: Iterable[str]) -> bool:
    """Whether the tags say that this is not built yet."""
    return any(_bare(tag) == PLANNED for tag in tags)


def profiles(tags: Iterable[str]) -> tuple[str, ...]:
    """The profiles in which a scenario with these tags is counted; a planned one only as planned."""
    bare = {_bare(tag) for tag in tags}
    return (PLANNED,) if PLANNED in bare else tuple(each for each in PROFILES if each in bare)


def standing(scenario: Scenario) -> Standing:
    """What one scenario's record amounts to."""
    verdict, reason = scenario.verdict, scenario.reason
    if doubt := _doubt(scenario):
        verdict, reason = Verdict.UNKNOWN, doubt
    passes = False
    if is_planned(scenario.tags):
        passes = verdict is Verdict.PASS
        verdict = Verdict.PLANNED
        reason = "It is planned, and it passes." if passes else reason or "It is not built yet."
    step = next(
        (each for each in scenario.steps if each.verdict in RED and each.verdict is not Verdict.NOT_RUN), None
    )
    if verdict is not Verdict.PASS and not reason:
        reason = _reason_of(step, verdict)
    if step is None or verdict not in RED:
        return Standing(scenario, verdict, text.sentence(reason), passes)
    return Standing(
        scenario,
        verdict,
        text.sentence(reason),
        expected=step.expected or step.text,
        observed=step.observed or text.first_line(step.error),
        vantage=step.vantage
        or next((seen.vantage for seen in reversed(step.observations) if seen.vantage), ""),
    )


def _as_known(found: Standing, pin: Pin | None) -> Standing:
    """The same, known when it fails by the incident by which it is pinned to fail."""
    if pin is None or pin.expected != pins.KNOWN_FAILURE or found.verdict is not Verdict.FAIL:
        return found
    return replace(found, known=pin.why in found.scenario.causes)


def _doubt(scenario: Scenario) -> str:
    """Why the recorded verdict cannot be believed; ``""`` when it can."""
    if scenario.verdict is Verdict.PASS:
        if not scenario.steps:
            return "It was recorded as passed, but no step was recorded."
        for step in scenario.steps:
            if step.verdict is not Verdict.PASS:
                return f"It was recorded as passed, but the step “{step.text}” is {step.verdict.value}."
    if scenario.verdict is Verdict.PLANNED and not is_planned(scenario.tags):
        return "It was recorded as planned, but it does not carry the tag @planned."
    if scenario.verdict is Verdict.UNSUPPORTED and not scenario.reason and not _capabilities(scenario):
        return "It was recorded as unsupported, but no capability is named."
    return ""


def _reason_of(step: Step | None, verdict: Verdict) -> str:
    if verdict is Verdict.UNSUPPORTED:
        return "This target does not have a capability that it needs."
    if step is None:
        return "No reason was recorded."
    return text.first_line(step.error) or f"The step “{step.text}” is {step.verdict.value}."


def _of_the_run(
    run: Run, standings: Sequence[Standing], counts: Mapping[Verdict, int]
) -> tuple[list[str], list[str]]:
    """Reasons for red that belong to the run as a whole, and notes that do not make it red."""
    reasons = [*_unfinished(run), *(text.sentence(problem) for problem in run.problems)]
    for phase in run.phases:
        if phase.outcome == "failed":
            detail = f": {phase.detail}" if phase.detail else ""
            reasons.append(
                text.sentence(f"The unit {phase.unit} of {phase.layer} did not become ready{detail}")
            )
    if not standings:
        reasons.append("The run is empty: no scenario was recorded.")
    elif not counts[Verdict.PASS]:
        reasons.append("Nothing passed.")
    reasons += [
        f"The scenario {name} was recorded {times} times; a rerun is not a verdict."
        for name, times in Counter(each.scenario.id for each in standings).items()
        if times > 1
    ]
    different, notes = pins.against(run, standings)
    if run.selection:
        notes.append(f"This run was narrowed ({run.selection}); it says nothing about the rest.")
    return reasons + different, notes


def _unfinished(run: Run) -> list[str]:
    if run.interrupted:
        return [f"The run was interrupted: {text.sentence(run.interrupted)}"]
    if run.finished:
        return []
    heard = f"; it was last heard of at {text.shown_time(run.updated)}" if run.updated else ""
    return [f"The run did not come to its end{heard}."]


def _overall(counts: Mapping[Verdict, int], structural: Sequence[str]) -> Verdict:
    if counts[Verdict.FAIL]:
        return Verdict.FAIL
    if counts[Verdict.UNKNOWN] or (structural and not counts[Verdict.NOT_RUN]):
        return Verdict.UNKNOWN
    return Verdict.NOT_RUN if counts[Verdict.NOT_RUN] else Verdict.PASS


def _counted_reds(counts: Mapping[Verdict, int]) -> list[str]:
    said = {
        Verdict.FAIL: ("fails", "fail"),
        Verdict.UNKNOWN: ("could not be observed", "could not be observed"),
        Verdict.NOT_RUN: ("was not run", "were not run"),
    }
    return [
        f"{text.counted(counts[verdict], 'scenario')} {one if counts[verdict] == 1 else many}."
        for verdict, (one, many) in said.items()
        if counts[verdict]
    ]


def _sentence(counts: Mapping[Verdict, int], structural: Sequence[str]) -> str:
    """The verdict in one sentence, such as "27 of 30 scenarios hold; 2 fail; 1 could not be observed.".

    Planned and unsupported scenarios are not promised, so they are not among the 30.
    """
    held = counts[Verdict.PASS]
    promised = held + sum(counts[verdict] for verdict in RED)
    if not promised:
        return structural[0] if structural else "Nothing was promised, and nothing was checked."
    if held == promised:
        said = "The one scenario holds" if held == 1 else f"All {held:,} scenarios hold"
    else:
        said = f"{held:,} of {text.counted(promised, 'scenario')} {'holds' if held == 1 else 'hold'}"
    fails, unknown, not_run = counts[Verdict.FAIL], counts[Verdict.UNKNOWN], counts[Verdict.NOT_RUN]
    parts = [said]
    parts += [f"{fails:,} {'fails' if fails == 1 else 'fail'}"] if fails else []
    parts += [f"{unknown:,} could not be observed"] if unknown else []
    parts += [f"{not_run:,} {'was' if not_run == 1 else 'were'} not run"] if not_run else []
    if structural and len(parts) == 1:
        return f"{said}, but the run does not count as green."
    return f"{'; '.join(parts)}."


def _wrong(standings: Sequence[Standing], history: Sequence[Past]) -> tuple[Wrong, ...]:
    """Failures one by one; what is unknown or not run for one and the same reason, once."""
    groups: dict[tuple[Verdict, str], list[Standing]] = {}
    for each in standings:
        if each.red:
            alone = each.scenario.id if each.verdict is Verdict.FAIL else ""
            groups.setdefault((each.verdict, alone or each.reason), []).append(each)
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_RUN)
    return tuple(
        Wrong(verdict, group[0].reason, tuple(group), changes.red_since(group[0].scenario.id, history))
        for (verdict, _), group in sorted(groups.items(), key=lambda item: order.index(item[0][0]))
    )


def _causes(run: Run, standings: Sequence[Standing]) -> tuple[Named, ...]:
    """Known causes of what is red: those that were seen first, then by how many scenarios they explain."""
    catalogue = {incident.slug: incident for incident in run.incidents}
    seen: dict[str, list[Scenario]] = {}
    candidates: dict[str, list[Scenario]] = {}
    for each in standings:
        if each.verdict in RED:
            for cause in each.scenario.causes:
                seen.setdefault(cause, []).append(each.scenario)
            for tag in each.scenario.incidents if not each.scenario.causes else ():
                candidates.setdefault(tag, []).append(each.scenario)
    return tuple(
        Named(catalogue.get(slug) or Incident(slug), certain, tuple(scenarios))
        for certain, found in ((True, seen), (False, candidates))
        for slug, scenarios in sorted(found.items(), key=lambda item: -len(item[1]))
        if certain or slug not in seen
    )


def _unsupported(standings: Sequence[Standing]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for each in standings:
        if each.verdict is Verdict.UNSUPPORTED:
            for capability in _capabilities(each.scenario) or (each.reason,):
                found.setdefault(capability, []).append(each.scenario.name)
    return {capability: tuple(names) for capability, names in sorted(found.items())}


def _capabilities(scenario: Scenario) -> tuple[str, ...]:
    bare = (_bare(tag) for tag in scenario.tags)
    return tuple(tag.removeprefix(REQUIRES) for tag in bare if tag.startswith(REQUIRES))


def _bare(tag: str) -> str:
    return tag.removeprefix("@")
