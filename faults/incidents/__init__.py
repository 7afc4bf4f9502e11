"""Known causes: how each looks, what it is, by which observation it is told from the others, how it is cured.

One module a cause, with an ``INCIDENT`` in it; `discover` finds them. What is decided here is decided from a record
alone, so that an old run can be judged again: from what a scenario said, and from the look at the platform that was
taken when it had failed (`faults.platform`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from diagnosis.scenario import Name
from faults import platform
from faults.platform import Platform

RED = frozenset({"fail", "unknown", "not-run"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one scenario that failed.

    scenario: its name. said: its reason, errors and observations, in their own words.
    seen: the platform shortly after it had failed; an empty one when nobody looked.
    """

    scenario: Name
    said: str
    seen: Platform


def never(_evidence: Evidence) -> bool:
    """Recognise nothing: the observation that would tell this cause cannot be made from here yet."""
    return False


@dataclass(frozen=True, slots=True)
class Incident:
    """One known cause.

    told_by: the discriminating observation; true only when it was really made.
    about: the scenarios that it can explain beside those that its faults turn red, as patterns of `Name.matches`.
    reproduce: the command that shows it in the lab; "" where it cannot be had there yet.
    """

    slug: str
    symptom: str
    cause: str
    cure: str
    told_by: Callable[[Evidence], bool] = never
    about: tuple[str, ...] = ()
    reproduce: str = ""

    def names(self, scenario: Name) -> bool:
        """Tell whether this is about the very scenario, and not only about its feature or chapter."""
        return any(each.partition("[")[0] == scenario.id for each in self.about)

    def explains(self, scenario: Name) -> bool:
        """Tell whether this could be why a scenario is red."""
        return any(map(scenario.matches, self.about))


class Verdict(Protocol):
    """A verdict of the record."""

    @property
    def value(self) -> str:
        """Its word."""
        ...


class Scenario(Protocol):
    """What is needed of a scenario of the record (`reports.model.Scenario`)."""

    @property
    def id(self) -> str:
        """Unique in the run."""
        ...

    @property
    def name(self) -> str:
        """With the values of its row."""
        ...

    @property
    def feature_file(self) -> str:
        """Its path below the root."""
        ...

    @property
    def verdict(self) -> Verdict:
        """What came of it."""
        ...

    @property
    def reason(self) -> str:
        """Why, in one line."""
        ...

    @property
    def steps(self) -> Sequence[Any]:
        """Each with its error and what was seen."""
        ...

    @property
    def observations(self) -> Sequence[Any]:
        """Those of no single step."""
        ...

    @property
    def attachments(self) -> Sequence[Any]:
        """Likewise."""
        ...


Read = Callable[[Any], str]
"""Returns the text of an attachment of the record."""


def text_of(attachment: Any) -> str:
    """Return the text of an attachment that stands in the record itself."""
    return str(attachment.text)


def discover() -> Mapping[str, Incident]:
    """Return all incidents by their slugs, those that explain fewer scenarios first."""
    found = (
        importlib.import_module(f"{__name__}.{module.name}").INCIDENT
        for module in pkgutil.iter_modules(__path__)
        if not module.name.startswith("_")
    )
    return {each.slug: each for each in sorted(found, key=lambda one: ("*" in one.about, one.slug))}


def known(relation: Mapping[str, Iterable[str]]) -> Mapping[str, Incident]:
    """Return all incidents, each with the scenarios that its faults turn red (`faults.fault.relation`)."""
    return {
        slug: replace(each, about=tuple(dict.fromkeys((*each.about, *relation.get(slug, ())))))
        for slug, each in discover().items()
    }


def candidates(scenario: Name, proven: Iterable[str]) -> tuple[str, ...]:
    """Return the causes to look for where none was recognised: those of its faults, and those that name its id."""
    named = (slug for slug, each in discover().items() if each.names(scenario))
    return tuple(dict.fromkeys((*proven, *named)))


def named_causes(
    scenarios: Iterable[Scenario], known: Mapping[str, Incident], read: Read = text_of
) -> dict[str, tuple[str, ...]]:
    """Return, for each red scenario by its id, the slugs of the causes whose observation was made, in order.

    A scenario for which nobody looked at the platform is held against the last look before it.
    """
    last = Platform()
    found: dict[str, tuple[str, ...]] = {}
    for scenario in scenarios:
        if scenario.verdict.value in RED:
            last = looked(scenario, read) or last
            evidence = Evidence(name_of(scenario), said(scenario), last)
            found[scenario.id] = tuple(
                each.slug
                for each in known.values()
                if each.explains(evidence.scenario) and each.told_by(evidence)
            )
    return found


def name_of(scenario: Scenario) -> Name:
    """Return the name of a scenario of the record."""
    feature = scenario.feature_file.removeprefix("features/").removesuffix(".feature")
    known, _, row = scenario.id.partition("[")
    return Name(feature, known, row.removesuffix("]"))


def said(scenario: Scenario) -> str:
    """Return what a scenario said of its failure, in one text."""
    parts = [scenario.reason]
    for step in scenario.steps:
        parts += [step.error, step.observed, *(f"{each.what}: {each.value}" for each in step.observations)]
    parts += [f"{each.what}: {each.value}" for each in scenario.observations]
    return "\n".join(part for part in parts if part)


def looked(scenario: Scenario, read: Read) -> Platform | None:
    """Return the look at the platform among a scenario's evidence; None if there is none."""
    kept = [*(each for step in scenario.steps for each in step.attachments), *scenario.attachments]
    texts = (read(each) for each in kept if each.name == platform.NAME)
    return next((found for text in texts if (found := platform.parse(text))), None)
