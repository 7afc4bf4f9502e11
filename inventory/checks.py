"""What the sections of an inventory owe each other. Every check reports all it finds and assumes nothing.

A check runs as soon as the sections that it compares could be read, even where others could not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from inventory import checks_access, checks_identity, checks_network, checks_public

CHECKS = (*checks_access.CHECKS, *checks_network.CHECKS, *checks_public.CHECKS, *checks_identity.CHECKS)


class Refuser(Protocol):
    """What a check needs of the reader: where to put errors, and which sections are whole."""

    def refuse(self, key: str, found: str, allowed: str) -> Any:
        """Record one error."""
        ...

    def clean(self, section: str) -> bool:
        """Whether the section was read without an error."""
        ...


def run(parts: Mapping[str, Any], reader: Refuser) -> None:
    """Compare everything that was read, and record what is wrong."""
    whole = {name for name in parts if reader.clean(name)}
    for check in CHECKS:
        if whole.issuperset(check.whole) and all(name in parts for name in check.sections):
            for finding in check.compare(*(parts[name] for name in check.sections)):
                reader.refuse(*finding)
