"""What a known cause of a failure is, and the facts that it is recognised by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, cast

from diagnosis import facts
from diagnosis.scenario import Name

T = TypeVar("T")


class Finding(Protocol):
    """A place in the owner's repository where a decision does not hold (`reports.model.Finding`)."""

    @property
    def rule(self) -> str:
        """The slug of the rule."""
        ...

    @property
    def object(self) -> str:
        """The Kubernetes object, as "KIND NAMESPACE/NAME"; may be empty."""
        ...

    @property
    def level(self) -> str:
        """Either "violation" or "unknown"."""
        ...

    @property
    def waived(self) -> str:
        """The reason of the waiver that lets it pass; "" without one."""
        ...

    @property
    def aspect(self) -> str:
        """The one requirement of the rule that does not hold, where it has several; may be empty."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one scenario that failed.

    observed: the facts of its observations, and what its failed wait saw last (`diagnosis.facts`).
    looks: the look of each chapter, by its type, taken when the scenario had failed.
    findings: where the owner's repository contradicts the decision that the scenario is about.
    """

    scenario: Name
    observed: tuple[facts.JSON, ...] = ()
    looks: Mapping[type, object] = field(default_factory=dict[type, object])
    findings: tuple[Finding, ...] = ()

    def facts(self, kind: type[T]) -> tuple[T, ...]:
        """Return every value of a probe's type that the scenario observed, in the order in which it did."""
        return tuple(facts.facts(list(self.observed), kind))

    def look(self, kind: type[T]) -> T | None:
        """Return the look of a chapter; None when none was taken, or it can be read no more."""
        return cast("T | None", self.looks.get(kind))


def never(_evidence: Evidence) -> bool:
    """Recognise nothing: the observation that would tell this cause cannot be made."""
    return False


def contradicted(evidence: Evidence) -> bool:
    """Tell whether the owner's repository contradicts the decision that the scenario is about."""
    return any(each.level == "violation" and not each.waived for each in evidence.findings)


def contradicted_in(aspect: str) -> Callable[[Evidence], bool]:
    """Return a match: the repository contradicts this one requirement of the decision."""
    return lambda evidence: any(
        each.aspect == aspect and each.level == "violation" and not each.waived for each in evidence.findings
    )


def on(kind: type[T], match: Callable[[T], bool]) -> Callable[[Evidence], bool]:
    """Return a match on a chapter's look; it is false where none was taken."""

    def matches(evidence: Evidence) -> bool:
        found = evidence.look(kind)
        return found is not None and match(found)

    return matches


def either(*matches: Callable[[Evidence], bool]) -> Callable[[Evidence], bool]:
    """Return a match that is true when one of these is."""
    return lambda evidence: any(each(evidence) for each in matches)


@dataclass(frozen=True, slots=True)
class Incident:
    """One known cause.

    matches: the discriminating observation, on typed facts only; true only when it was really made.
    about: the scenarios that it can explain beside those that its faults turn red, as patterns of `Name.matches`.
    reproduce: the command that shows it in the lab; "" where no fault does.
    unproven: why no fault shows it; "" where one does.
    """

    slug: str
    symptom: str
    cause: str
    cure: str
    matches: Callable[[Evidence], bool] = never
    about: tuple[str, ...] = ()
    reproduce: str = ""
    unproven: str = ""

    def names(self, scenario: Name) -> bool:
        """Tell whether this is about the very scenario, and not only about its feature or chapter."""
        return any(each.partition("[")[0] == scenario.id for each in self.about)

    def explains(self, scenario: Name) -> bool:
        """Tell whether this could be why a scenario is red."""
        return any(map(scenario.matches, self.about))


Table = tuple[Incident, ...]
