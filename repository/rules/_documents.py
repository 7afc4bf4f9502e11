"""Documents that speak of how things are, not of how they were."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repository.reading.markdown import Line, Text
from repository.repository import Repository

PAST = re.compile(
    r"(^|/)(archived?|changelog|decisions|examples?|history|incidents?|node_modules|old|postmortems?|templates?)(/|\.md$)",
    re.IGNORECASE,
)
"""Folders and files about the past, or about somebody else."""
OTHERWISE = re.compile(
    r"\b(?:create|e\.g\.|earlier|examples?(?![.\w])|former(?:ly)?|instead of|legacy|no longer|obsolete|old|once|"
    r"planned|previously|removed|renamed|renumbered|retired|to be|todo|used to|was|were|will|would)\b",
    re.IGNORECASE,
)
"""Words on a line that may well name what is not there."""


def current(repo: Repository) -> Iterator[Text]:
    """The documents about the present."""
    return (each for each in repo.texts if not PAST.search(each.file))


def lines(text: Text) -> Iterator[Line]:
    """The lines of a document that speak of the present."""
    return (each for each in text.lines if not OTHERWISE.search(f"{each.heading} {each.text}"))


def none(repo: Repository) -> str:
    """Why a rule about documents does not apply; an empty string when it does."""
    return "" if next(current(repo), None) else "there are no documents here"
