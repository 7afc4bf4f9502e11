"""Settings of a workload that differ from how it was set up; the workload is started again with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from faults.fault import Memo
from faults.kinds.kubernetes import get, send, settled
from faults.words import filled
from provisioning.target import Target

_RESTARTED = "clusterspec/restarted-for"
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reworded:
    """A text of a ConfigMap is another one, and the Deployment that reads it runs with it.

    path: of the ConfigMap in the API; key: of the text in it. changes: pairs (regular expression, what each match
    becomes). restarts: path of the Deployment.
    """

    path: str
    key: str
    changes: Pairs
    restarts: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self.path) is not None else f"there is no {self.path}"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`. Raises LookupError when the text is not as the fault expects it."""
        text = self._now(target)
        if changed(target, text, self.changes) == text:
            raise LookupError(f"{self.path} has nothing that would change")
        return {"text": text}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        self._set(target, changed(target, memo["text"], self.changes))
        _restart(target, self.restarts, self.key)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        self._set(target, memo["text"])
        _restart(target, self.restarts, None)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return self._now(target) == memo["text"] and settled(get(target, self.restarts) or {})

    def _now(self, target: Target) -> str:
        return str((get(target, self.path) or {})["data"][self.key])

    def _set(self, target: Target, text: str) -> None:
        send(target, "PATCH", self.path, {"data": {self.key: text}})


@dataclass(frozen=True, slots=True)
class Argued:
    """A Deployment's containers run with other arguments. changes: as in ``Reworded``, for each argument."""

    path: str
    changes: Pairs

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self.path) is not None else f"there is no {self.path}"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"containers": self._now(target)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        argued = [
            {**each, "args": [changed(target, word, self.changes) for word in each.get("args", [])]}
            for each in memo["containers"]
        ]
        self._set(target, argued)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        self._set(target, memo["containers"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return self._now(target) == memo["containers"] and settled(get(target, self.path) or {})

    def _now(self, target: Target) -> list[dict[str, Any]]:
        return list((get(target, self.path) or {})["spec"]["template"]["spec"]["containers"])

    def _set(self, target: Target, containers: list[dict[str, Any]]) -> None:
        send(target, "PATCH", self.path, {"spec": {"template": {"spec": {"containers": containers}}}})


def changed(target: Target, text: str, changes: Pairs) -> str:
    """Return a text with all changes made."""
    for pattern, becomes in changes:
        text = re.sub(pattern, filled(target, becomes), text, flags=re.MULTILINE)
    return text


def _restart(target: Target, path: str, why: str | None) -> None:
    """Roll a Deployment out anew, by a mark on its pods; None takes the mark away, which does so too."""
    marked = {"spec": {"template": {"metadata": {"annotations": {_RESTARTED: why}}}}}
    send(target, "PATCH", path, marked)
