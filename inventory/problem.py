"""The one way in which the suite tells a person that it cannot go on."""

from __future__ import annotations


class Problem(Exception):
    """Something that a person can put right, told in one error and without a traceback.

    ``says`` states what was found; ``change`` states what to do about it. Neither ever holds a secret.
    """

    def __init__(self, says: str, change: str) -> None:
        super().__init__(says, change)
        self.says = says
        self.change = change

    def __str__(self) -> str:
        return f"{self.says}\n  to do: {self.change}" if self.change else self.says
