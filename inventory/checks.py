"""What the sections of an inventory owe each other. Every check reports all it finds and assumes nothing.

A check runs as soon as the sections that it compares could be read, even where others could not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from inventory import checks_access, checks_identity, checks_network, checks_public
from inventory.finding import Finding

CHECKS = (*checks_access.CHECKS, *checks_network.CHECKS, *checks_public.CHECKS, *checks_identity.CHECKS)


def run(sections: Mapping[str, Any], known: Collection[Finding]) -> Iterator[Finding]:
    """Compare everything that was read. `known`: what is wrong with sections for themselves."""
    whole = sections.keys() - {each.section for each in known}
    for check in CHECKS:
        if whole.issuperset(check.whole) and all(name in sections for name in check.sections):
            yield from check.compare(*(sections[name] for name in check.sections))
