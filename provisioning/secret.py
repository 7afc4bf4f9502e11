"""A secret value that cannot be printed by accident, and a filter for text that may contain one."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import weakref
from collections.abc import Callable, Generator, Iterable
from typing import NoReturn

Listener = Callable[[str, str], None]
"""Is told a secret's name and value, to keep the value out of whatever is written."""
_listeners: list[Listener] = []
_made: list[weakref.ref[Secret]] = []


class Secret:
    """A named secret. Every way of turning it into text gives its name and fingerprint, never its value.

    The fingerprint (four bytes) answers "is this the same secret as in the last run?" and nothing else.
    """

    __slots__ = ("__value", "__weakref__", "name")

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self.__value = value
        _made.append(weakref.ref(self, _made.remove))
        for listener in _listeners:
            listener(name, value)

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


@contextlib.contextmanager
def heard_by(listener: Listener) -> Generator[None]:
    """Tell a function of every secret of this process, those that are there and those that will be made."""
    for secret in [each for reference in list(_made) if (each := reference()) is not None]:
        listener(secret.name, secret.reveal())
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def redacted(text: str, secrets: Iterable[Secret]) -> str:
    """``text`` with every occurrence of a secret's value replaced by its repr, longest value first."""
    for secret in sorted(secrets, key=lambda each: -len(each.reveal())):
        if secret.reveal():
            text = text.replace(secret.reveal(), repr(secret))
    return text
