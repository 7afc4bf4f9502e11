"""Settings of a workload that differ from how it was set up; the workload is started again with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
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


DEPLOYMENT = ("spec", "template", "spec")
CRON_JOB = ("spec", "jobTemplate", "spec", "template", "spec")
"""Where a workload describes its pods."""


@dataclass(frozen=True, slots=True)
class Argued:
    """A workload's containers run with other words. changes: as in ``Reworded``, for each; pods: where they are."""

    path: str
    changes: Pairs
    pods: tuple[str, ...] = DEPLOYMENT

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self.path) is not None else f"there is no {self.path}"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`. Raises LookupError when nothing would be changed."""
        now = containers(target, self.path, self.pods)
        if self._argued(target, now) == now:
            raise LookupError(f"{self.path} has nothing that would change")
        return {"containers": now}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        put_containers(target, self.path, self._argued(target, memo["containers"]), self.pods)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        put_containers(target, self.path, memo["containers"], self.pods)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        same = containers(target, self.path, self.pods) == memo["containers"]
        return same and settled(get(target, self.path) or {})

    def _argued(self, target: Target, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                **each,
                **{
                    part: [changed(target, word, self.changes) for word in each[part]]
                    for part in ("command", "args")
                    if part in each
                },
            }
            for each in found
        ]


@dataclass(frozen=True, slots=True)
class Environment:
    """A Deployment's containers run with variables that they should not have, or that should be others."""

    path: str
    variables: Mapping[str, str]

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self.path) is not None else f"there is no {self.path}"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`. Values that are secret are references here, and not in it."""
        return {"containers": containers(target, self.path)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        told = [{"name": name, "value": filled(target, value)} for name, value in self.variables.items()]
        found = [
            {
                **each,
                "env": [*(one for one in each.get("env", []) if one["name"] not in self.variables), *told],
            }
            for each in memo["containers"]
        ]
        put_containers(target, self.path, found)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        put_containers(target, self.path, memo["containers"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return containers(target, self.path) == memo["containers"] and settled(get(target, self.path) or {})


@dataclass(frozen=True, slots=True)
class Rerouted:
    """An Ingress leads to its services only below another path. path: of the Ingress in the API; below: that path."""

    path: str
    below: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self.path) is not None else f"there is no {self.path}"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"rules": self._now(target)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        moved = [
            {**rule, "http": {"paths": [{**one, "path": self.below} for one in rule["http"]["paths"]]}}
            for rule in memo["rules"]
        ]
        self._set(target, moved)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        self._set(target, memo["rules"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return self._now(target) == memo["rules"]

    def _now(self, target: Target) -> list[dict[str, Any]]:
        return list((get(target, self.path) or {})["spec"]["rules"])

    def _set(self, target: Target, rules: list[dict[str, Any]]) -> None:
        send(target, "PATCH", self.path, {"spec": {"rules": rules}})


def containers(target: Target, path: str, pods: tuple[str, ...] = DEPLOYMENT) -> list[dict[str, Any]]:
    """Return the containers that a workload describes. Raises KeyError where there is no such workload."""
    found: Any = get(target, path) or {}
    for key in pods:
        found = found[key]
    return list(found["containers"])


def put_containers(
    target: Target, path: str, wanted: list[dict[str, Any]], pods: tuple[str, ...] = DEPLOYMENT
) -> None:
    """Have a workload describe these containers."""
    patch: dict[str, Any] = {"containers": wanted}
    for key in reversed(pods):
        patch = {key: patch}
    send(target, "PATCH", path, patch)


def changed(target: Target, text: str, changes: Pairs) -> str:
    """Return a text with all changes made."""
    for pattern, becomes in changes:
        text = re.sub(pattern, filled(target, becomes), text, flags=re.MULTILINE)
    return text


def _restart(target: Target, path: str, why: str | None) -> None:
    """Roll a Deployment out anew, by a mark on its pods; None takes the mark away, which does so too."""
    marked = {"spec": {"template": {"metadata": {"annotations": {_RESTARTED: why}}}}}
    send(target, "PATCH", path, marked)
