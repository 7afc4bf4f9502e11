"""A repository, rules and waivers → a judgement of each rule."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.values import Unread
from repository.waivers import Waiver, WaiverProblem, Waivers


class Verdict(Enum):
    """What can be said of a rule; the words are those of the report."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    DOES_NOT_APPLY = "unsupported"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule, held against the repository.

    ``findings`` are all violations that nobody has waived; ``unsure`` and ``unread`` are what keeps it from being
    known. ``waived`` are violations with the waiver of each. ``why`` says why it does not apply, or how it broke.
    """

    rule: Rule
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    unread: tuple[Unread, ...] = ()
    waived: tuple[tuple[Finding | Unsure, Waiver], ...] = ()
    why: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Audit:
    """All judgements by slug, what could not be read by anybody, and what is wrong with the waivers."""

    repository: Repository
    judgements: Mapping[str, Judgement]
    unread: tuple[Unread, ...]
    waived: tuple[tuple[Unread, Waiver], ...]
    problems: tuple[WaiverProblem, ...]

    @property
    def summary(self) -> str:
        """What was read, in one line."""
        read = self.repository
        parts = {
            "files": len(read.files.names),
            "YAML documents": len(read.documents),
            "rendered folders": len(read.renders),
            "objects": len(read.objects),
            "Flux Kustomizations": len(read.kustomizations),
            "HCL blocks": len(read.blocks),
            "scripts": len(read.scripts),
        }
        return ", ".join(f"{number} {name}" for name, number in parts.items() if number)


def audit(repository: Repository, rules: Iterable[Rule], waivers: Waivers, today: date) -> Audit:
    """Hold every rule against the repository."""
    used: set[Waiver] = set()
    unread, waived = _split(repository.unread, waivers, used)
    judgements = {rule.slug: _judge(rule, repository, unread, waivers, used) for rule in rules}
    return Audit(repository, judgements, unread, waived, waivers.problems(used, judgements, today))


def _split(
    unread: Iterable[Unread], waivers: Waivers, used: set[Waiver]
) -> tuple[tuple[Unread, ...], tuple[tuple[Unread, Waiver], ...]]:
    kept: list[Unread] = []
    waived: list[tuple[Unread, Waiver]] = []
    for each in unread:
        if waiver := waivers.of_unread(each):
            used.add(waiver)
            waived.append((each, waiver))
        else:
            kept.append(each)
    return tuple(kept), tuple(waived)


def _judge(
    rule: Rule, repository: Repository, unread: tuple[Unread, ...], waivers: Waivers, used: set[Waiver]
) -> Judgement:
    began = time.perf_counter()
    try:
        judged = _hold(rule, repository, unread, waivers, used)
    except Exception as error:  # noqa: BLE001 - a rule that breaks has judged nothing, and the others are worth having
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f" (line {place.tb_lineno} of {place.tb_frame.f_code.co_filename})" if place else ""
        why = f"the rule itself broke: {type(error).__name__}: {error}{where}"
        judged = Judgement(rule, Verdict.UNKNOWN, why=why)
    return replace(judged, seconds=time.perf_counter() - began)


def _hold(
    rule: Rule, repository: Repository, unread: tuple[Unread, ...], waivers: Waivers, used: set[Waiver]
) -> Judgement:
    missing = tuple(each for each in unread if each.kind in rule.reads)
    reason = rule.applies(repository)
    if reason:
        # What was not read might be just what the rule is about.
        verdict = Verdict.UNKNOWN if missing else Verdict.DOES_NOT_APPLY
        return Judgement(rule, verdict, unread=missing, why=reason)
    findings: list[Finding] = []
    unsure: list[Unsure] = []
    waived: list[tuple[Finding | Unsure, Waiver]] = []
    for each in sorted(set(rule.check(repository)), key=lambda one: (one.place, one.object, str(one))):
        if waiver := waivers.of_finding(rule.slug, each.object):
            used.add(waiver)
            waived.append((each, waiver))
        elif isinstance(each, Finding):
            findings.append(each)
        else:
            unsure.append(each)
    verdict = Verdict.FAIL if findings else Verdict.UNKNOWN if unsure or missing else Verdict.PASS
    return Judgement(rule, verdict, tuple(findings), tuple(unsure), missing, tuple(waived))
