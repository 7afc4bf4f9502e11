"""``postBuild`` of Flux: variables in what was rendered, replaced by what the repository knows of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

VARIABLE = re.compile(r"(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-=])([^}]*))?\}")
DISABLED = "kustomize.toolkit.fluxcd.io/substitute"


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of one Kustomization.

    ``complete`` is False when some of them come from where only the cluster can look; a name that is not in
    ``known`` may then be among those.
    """

    known: Mapping[str, str] = field(default_factory=dict[str, str])
    complete: bool = True

    def put_into(self, text: str) -> str:
        """The text with what is known of them; the others stay."""

        def one(found: re.Match[str]) -> str:
            escaped, name, _, default = found.groups()
            if escaped:
                return found[0][1:]
            if name in self.known:
                return self.known[name]
            if not self.complete:
                return found[0]
            return default or ""

        return VARIABLE.sub(one, text)


def holes(text: str) -> frozenset[str]:
    """The names of the variables that stand in a text."""
    return frozenset(name for escaped, name, _, _ in VARIABLE.findall(text) if not escaped)
