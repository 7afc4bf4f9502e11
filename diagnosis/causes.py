"""Known causes: all of them, and which are recognised by what one run recorded of its red scenarios.

What is decided here is decided from a record alone, so that an old run can be judged again with today's incidents.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Protocol

from diagnosis import chapters, facts
from diagnosis.incident import Evidence, Finding, Incident
from diagnosis.scenario import Name

FACTS = ": facts"
"""How the name of an attachment ends that holds a chapter's look as JSON."""


class Verdict(Protocol):
    """A verdict of the record."""

    @property
    def red(self) -> bool:
        """Whether it makes a run red."""
        ...


class Scenario(Protocol):
    """What is needed of a scenario of the record (`reports.model.Scenario`)."""

    @property
    def id(self) -> str:
        """Unique in the run."""
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
    def steps(self) -> Sequence[Any]:
        """Each with its fact, observations and attachments."""
        ...

    @property
    def observations(self) -> Sequence[Any]:
        """Those of no single step."""
        ...

    @property
    def attachments(self) -> Sequence[Any]:
        """Likewise."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """Where the repository contradicts the decision."""
        ...


Read = Callable[[Any], str]
"""Returns the text of an attachment of the record."""


def text_of(attachment: Any) -> str:
    """Return the text of an attachment that stands in the record itself."""
    return str(attachment.text)


@cache
def tables() -> Mapping[str, tuple[Incident, ...]]:
    """Return the incidents of every chapter, by the module that holds them."""
    found = {
        each.name: importlib.import_module(f"{chapters.__name__}.{each.name}")
        for each in pkgutil.iter_modules(chapters.__path__)
    }
    return {name: module.INCIDENTS for name, module in found.items() if hasattr(module, "INCIDENTS")}


@cache
def discover() -> Mapping[str, Incident]:
    """Return all incidents by their slugs, those that explain fewer scenarios first.

    Raises:
        ValueError: two incidents have the same slug.

    """
    found = [each for table in tables().values() for each in table]
    known = {each.slug: each for each in sorted(found, key=lambda one: ("*" in one.about, one.slug))}
    if len(known) < len(found):
        raise ValueError("two incidents have the same slug")
    return known


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


class Naming:
    """Names the causes of a run's red scenarios, one after the other in the order in which they ended.

    A scenario without a look of its own is held against the last look before it.
    """

    def __init__(self, relation: Mapping[str, Iterable[str]], read: Read = text_of) -> None:
        self._known = known(relation)
        self._read = read
        self._last: Mapping[type, object] = {}

    def causes(self, scenario: Scenario) -> tuple[str, ...]:
        """Return the slugs of the causes whose facts were observed; none for a scenario that is not red."""
        if not scenario.verdict.red:
            return ()
        self._last = looks_of(scenario, self._read) or self._last
        evidence = evidence_of(scenario, self._last)
        found = [
            each
            for each in self._known.values()
            if each.explains(evidence.scenario) and each.matches(evidence)
        ]
        # One that is about this very scenario says more than one that is about its whole chapter.
        return tuple(each.slug for each in sorted(found, key=lambda one: not one.names(evidence.scenario)))


def name_of(scenario: Scenario) -> Name:
    """Return the name of a scenario of the record."""
    feature = scenario.feature_file.removeprefix("features/").removesuffix(".feature")
    known, _, row = scenario.id.partition("[")
    return Name(feature, known, row.removesuffix("]"))


def evidence_of(scenario: Scenario, looks: Mapping[type, object]) -> Evidence:
    """Return what the record has of a scenario, beside these looks."""
    observed: list[facts.JSON] = []
    for step in scenario.steps:
        observed += [*(each.fact for each in step.observations), step.fact]
    observed += [each.fact for each in scenario.observations]
    return Evidence(
        scenario=name_of(scenario),
        observed=tuple(each for each in observed if each is not None),
        looks=looks,
        findings=tuple(scenario.findings),
    )


def looks_of(scenario: Scenario, read: Read) -> Mapping[type, object]:
    """Return the looks among a scenario's evidence, by their types; those that cannot be read any more are left out."""
    kept = [*(each for step in scenario.steps for each in step.attachments), *scenario.attachments]
    found = (_look(read(each)) for each in kept if each.name.endswith(FACTS))
    return {type(each): each for each in found if each is not None}


def _look(text: str) -> object | None:
    try:
        return facts.decode(json.loads(text))
    except ValueError:
        return None
