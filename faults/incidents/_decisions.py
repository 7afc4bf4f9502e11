"""Causes that can be read off the owner's repository, before anything is built from it."""

from __future__ import annotations

import re
from collections.abc import Callable

from faults.incidents import Evidence

SOME = re.compile(r"\b[1-9]\d* violation")
"""How a decision says that the repository contradicts it."""


def contradicted(*words: str) -> Callable[[Evidence], bool]:
    """Return an observation: the repository contradicts the decision, and one of these words is said of it, if any."""

    def told_by(evidence: Evidence) -> bool:
        return SOME.search(evidence.said) is not None and (
            not words or any(word in evidence.said for word in words)
        )

    return told_by
