"""Several harms that make one fault only together."""

from __future__ import annotations

from dataclasses import dataclass

from faults.fault import Kind, Memo
from provisioning.target import Target


@dataclass(frozen=True, slots=True)
class Together:
    """Does its parts in this order and mends them in the reverse one."""

    parts: tuple[Kind, ...]

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return next((why for part in self.parts if (why := part.available(target))), None)

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"parts": [dict(part.before(target)) for part in self.parts]}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for part, own in zip(self.parts, memo["parts"], strict=True):
            part.break_(target, own)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for part, own in reversed(list(zip(self.parts, memo["parts"], strict=True))):
            part.mend(target, own)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return all(part.mended(target, own) for part, own in zip(self.parts, memo["parts"], strict=True))
