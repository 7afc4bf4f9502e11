"""A secret value that cannot be printed by accident, and a filter for text that may contain one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import NoReturn


class Secret:
    """A named secret. Every way of turning it into text gives its name and fingerprint, never its value.

    The fingerprint (four bytes) answers "is this the same secret as in the last run?" and nothing else.
    """

    __slots__ = ("__value", "name")

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self.__value = value

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that change when the value changes."""
        return hashlib.blake2s(self.__value.encode(), digest_size=4, person=b"secret").hexdigest()

    def reveal(self) -> str:
        """The value itself. Call it where the value is handed to a client, and keep the result nowhere."""
        return self.__value

    def __repr__(self) -> str:
        return f"Secret({self.name}, {self.fingerprint})"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self.name == other.name and hmac.compare_digest(self.__value.encode(), other.__value.encode())

    def __hash__(self) -> int:
        return hash((self.name, self.fingerprint))

    def __reduce__(self) -> NoReturn:
        # A pickled secret would end up in a worker's message or in a saved run, in the clear.
        raise TypeError(f"{self!r} is not to be pickled")


def redacted(text: str, secrets: Iterable[Secret]) -> str:
    """``text`` with every occurrence of a secret's value replaced by its repr, longest value first."""
    for secret in sorted(secrets, key=lambda each: -len(each.reveal())):
        if secret.reveal():
            text = text.replace(secret.reveal(), repr(secret))
    return text
