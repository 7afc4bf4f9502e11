"""What Zonemaster, an examiner of delegations that others wrote, finds in a domain (program: zonemaster-cli)."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.vantage import Vantage

WEIGHTY = ("WARNING", "ERROR", "CRITICAL")
"""Levels that count as findings; below are notes."""
SECONDS = 150.0
_RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that it found. tag: its name in Zonemaster. arguments: what it is about; not compared."""

    tag: str
    level: str = field(compare=False)
    module: str = field(default="", compare=False)
    arguments: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a line."""
        return f"{self.level} {self.module}:{self.tag}" + (f" ({self.arguments})" if self.arguments else "")


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found. findings: of the levels of `WEIGHTY`. noted: how many entries there were in all."""

    findings: tuple[Finding, ...]
    noted: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """Read as a list."""
        return "\n".join(
            [f"{len(self.findings)} of {self.noted} notes have weight", *map(str, self.findings)]
        )


def examine(vantage: Vantage, domain: str, *, root: str | None = None) -> Examination:
    """Examine a domain from a vantage point, over IPv4, in at most `SECONDS`.

    root: the address of a root server, where the public ones are not there; else Zonemaster knows them.

    Raises:
        CannotObserve: the program is not there, did not end, or did not examine anything.

    """
    what = f"the delegation of {domain}"
    told = vantage.run(("sh", "-c", _script(domain, root)), timeout=SECONDS)
    try:
        entries = _entries(told.stdout)
    except ValueError:
        raise CannotObserve(what, vantage.name, str(told)) from None
    if not entries:
        raise CannotObserve(what, vantage.name, "Zonemaster has looked at nothing")
    found = (
        Finding(
            str(one.get("tag")),
            str(one.get("level")),
            str(one.get("module", "")),
            _arguments(one.get("args")),
        )
        for one in entries
        if one.get("level") in WEIGHTY
    )
    return Examination(tuple(sorted(found, key=str)), len(entries))


def _script(domain: str, root: str | None) -> str:
    words = ["zonemaster-cli", "--no-ipv6", "--json", "--raw", "--level", "INFO", domain]
    if root is None:
        return shlex.join(words)
    # The hints have to be a file where the program runs; it is gone before this ends.
    hints = f". 3600 IN NS a.root.\na.root. 3600 IN A {root}\n"
    return (
        f'file=$(mktemp) && trap \'rm -f "$file"\' EXIT && printf %s {shlex.quote(hints)} >"$file" && '
        f'{shlex.join(words[:-1])} --hints "$file" {shlex.quote(domain)}'
    )


def _entries(text: str) -> list[dict[str, Any]]:
    """Return its log, whichever of its releases has written it: a list, or an object with one."""
    parsed: Any = json.loads(text)
    found: list[dict[str, Any]] = (
        cast("dict[str, Any]", parsed)[_RESULTS] if isinstance(parsed, dict) else parsed
    )
    return found


def _arguments(arguments: Any) -> str:
    pairs = cast("dict[str, Any]", arguments) if isinstance(arguments, dict) else {}
    return ", ".join(f"{key}={value}" for key, value in sorted(pairs.items()))[:300]
