"""Values that must not be shown, as something that can be compared and shown."""

from __future__ import annotations

import hashlib

_SHOWN = 12


def digest(value: str | bytes) -> str:
    """Return the start of a value's SHA-256, in lower-case hex: equal for equal values, and says nothing else."""
    data = value.encode() if isinstance(value, str) else value
    return hashlib.sha256(data).hexdigest()[:_SHOWN]
