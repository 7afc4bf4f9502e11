"""An API that only takes note of what it is asked."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from probes.outcomes import NetworkFailure
from workbench.run import Run

RUN = Run("20251210T210411Z-abc123", "gw1", {"dead01": True, "alive1": False}.get)
NOW = int(time.time())
DEAD, ALIVE = f"clusterspec-{NOW:08x}-dead01-gwx1", f"clusterspec-{NOW - 7200:08x}-alive1-gwx1"
OLD, YOUNG = f"clusterspec-{NOW - 3660:08x}-elsewh-gwx1", f"clusterspec-{NOW - 300:08x}-elsewh-gwx2"
OWN = f"clusterspec-{NOW - 7200:08x}-abc123-gw0x1"
EVERYBODY_S = (DEAD, ALIVE, OLD, YOUNG, OWN, "kube-system", "clusterspec-probe")
"""What may be found in a target; of these DEAD and OLD are left behind."""


@dataclass
class Notes:
    """objects: what is there, by path; lists: by path without the query; without it nothing is."""

    status: int = 200
    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    failure: NetworkFailure | None = None
    vantage: Any = field(default_factory=lambda: SimpleNamespace(name="the workstation"))

    def get(self, _what: str, path: str, **_options: bool) -> dict[str, Any]:
        return self.objects.get(path, {})

    def list(self, _what: str, path: str, **_selectors: str) -> list[dict[str, Any]]:
        return self.lists.get(path, [])

    def request(self, method: str, path: str, *, what: str, body: Any = None, kind: str = "") -> Any:
        del what, kind
        self.sent.append((method, path.partition("?")[0], body))
        return self.failure or SimpleNamespace(
            status=self.status, data=b'{"kind": "Status", "message": "no"}'
        )

    @property
    def asked(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path, _ in self.sent]
