"""Several harms that make one fault only together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from faults.fault import Kind, Memo
from provisioning.target import Target


@dataclass(frozen=True, slots=True)
class Together:
    """Does its parts in this order and mends them in the reverse one."""

    parts: tuple[Kind, ...]

    @property
    def places(self) -> frozenset[str]:
        """What any part takes in hand."""
        return frozenset[str]().union(*(part.places for part in self.parts))

    @property
    def outlives_rebuild(self) -> bool:
        """Whether any part does."""
        return any(part.outlives_rebuild for part in self.parts)

    def available(self, target: Target) -> str | None:
        """Say why the first part that cannot be done cannot."""
        return next((why for part in self.parts if (why := part.available(target))), None)

    def before(self, target: Target) -> Memo:
        """Return the memos of the parts."""
        return {"parts": [dict(part.before(target)) for part in self.parts]}

    def break_(self, target: Target, memo: Memo) -> None:
        """Do the parts in their order."""
        for part, own in self._with(memo):
            part.break_(target, own)

    def mend(self, target: Target, memo: Memo) -> None:
        """Mend them in the reverse order."""
        for part, own in reversed(list(self._with(memo))):
            part.mend(target, own)

    def mended(self, target: Target, memo: Memo) -> bool:
        """Tell whether all are mended."""
        return all(part.mended(target, own) for part, own in self._with(memo))

    def _with(self, memo: Memo) -> Iterator[tuple[Kind, Memo]]:
        return zip(self.parts, memo["parts"], strict=True)
