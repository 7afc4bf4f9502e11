"""Known causes that still match on prose and on the look at the platform as words (`faults.platform`).

One module a cause, with an ``INCIDENT`` in it. ``INCIDENTS`` is what `diagnosis.causes` makes of them. This package
shrinks: a cause moves to the table of its chapter in `diagnosis.chapters` when it matches on typed facts.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import diagnosis.incident
from diagnosis.scenario import Name
from faults.platform import Platform


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

    def converted(self) -> diagnosis.incident.Incident:
        """Return it as an incident of `diagnosis`."""

        def matches(evidence: diagnosis.incident.Evidence) -> bool:
            return self.told_by(
                Evidence(evidence.scenario, evidence.said, evidence.look(Platform) or Platform())
            )

        return diagnosis.incident.Incident(
            slug=self.slug,
            symptom=self.symptom,
            cause=self.cause,
            cure=self.cure,
            matches=diagnosis.incident.never if self.told_by is never else matches,
            about=self.about,
            reproduce=self.reproduce,
        )


def not_yet_converted() -> tuple[Incident, ...]:
    """Return the causes of the modules of this package."""
    return tuple(
        importlib.import_module(f"{__name__}.{module.name}").INCIDENT
        for module in pkgutil.iter_modules(__path__)
        if not module.name.startswith("_")
    )


INCIDENTS = tuple(each.converted() for each in not_yet_converted())
