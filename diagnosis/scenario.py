"""How scenarios are named by faults, incidents and pins: by ids that outlive every rewording of a title."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """The name of one scenario, or of one row of an outline.

    feature: the path of its file below ``features/``, without the ending ("dns/zone_replication").
    id: its tag ``@id:…``, unique in the specification ("axfr-complete"). row: the values of its row, joined by ", ".
    """

    feature: str
    id: str
    row: str = ""

    def __str__(self) -> str:
        """The stable id of the record: "axfr-complete[the VPS]"."""
        return f"{self.id}[{self.row}]" if self.row else self.id

    def matches(self, pattern: str) -> bool:
        """Compare with one of these, in which `*` stands for any text.

        "axfr-complete": the scenario, all its rows. "axfr-complete[the VPS]": such rows of it.
        "dns/zone_replication", "dns/*": every scenario of such features. "*": every scenario.
        """
        place, bracket, row = pattern.partition("[")
        if bracket:
            return self.id == place and _like(self.row, row.removesuffix("]"))
        return place in {"*", self.id} or ("/" in place and _like(self.feature, place))


def _like(text: str, pattern: str) -> bool:
    literal = pattern.replace("[", "[[]").replace("?", "[?]")
    return fnmatch.fnmatchcase(text, literal)
