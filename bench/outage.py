"""How long a client finds no API when the machine dies that holds its VIP."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from faults import hosts
from faults.health import HEALTHY
from probes.kubernetes import Api
from probes.outcomes import CannotObserve, NetworkFailure
from probes.waiting import SYSTEM, Patience, eventually
from provisioning.target import Target

EVERY = 0.05
"""Seconds between the beginnings of two questions."""
_PATIENCE = 1.0
"""Seconds that a client gives one question."""
_CALM_BEFORE, _CALM_AFTER, _AT_MOST = 2.0, 5.0, 90.0
_WELL = Patience(within=240.0, every=1.0, hold=3.0)
_OK = 200


@dataclass(slots=True)
class Client:
    """Asks the API at its VIP again and again, each time with a new connection, whatever became of the last."""

    api: Api
    answers: list[tuple[float, float, bool]] = field(default_factory=list[tuple[float, float, bool]])
    """When a question was asked, when it was over, and whether it was answered."""
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Go on until ``stopping`` is set."""
        with ThreadPoolExecutor(max_workers=64) as pool:
            due = SYSTEM.now()
            while not self.stopping.is_set():
                pool.submit(self._ask)
                due += EVERY
                SYSTEM.sleep(max(due - SYSTEM.now(), 0.001))

    def _ask(self) -> None:
        begun = SYSTEM.now()
        try:
            reply = self.api.request("GET", "/readyz", what="the API at its VIP")
            answered = not isinstance(reply, NetworkFailure) and reply.status == _OK
        except CannotObserve:
            answered = False
        self.answers.append((begun, SYSTEM.now(), answered))

    def outage(self) -> float:
        """Return the time from the last answer before the first failure to the first answer after the last one."""
        answers = sorted(self.answers)
        failures = [begun for begun, _, answered in answers if not answered]
        if not failures:
            return 0.0
        before = [ended for begun, ended, answered in answers if answered and begun < failures[0]]
        after = [ended for begun, ended, answered in answers if answered and begun > failures[-1]]
        if not before or not after:
            raise OSError("the API did not answer before, or not after, the outage")
        return min(after) - max(before)


def measure(target: Target) -> float:
    """Cut the power of the VIP's holder; return the outage in seconds. Afterwards all is as it was."""
    if target.power is None:
        raise OSError(f"{target.name} gives nobody power over its machines")
    holder = hosts.vip_holder(target)
    client = Client(Api(target.kubeconfig, target.vantages["workstation"], timeout=_PATIENCE))
    thread = threading.Thread(target=client.run, name="client", daemon=True)
    thread.start()
    try:
        SYSTEM.sleep(_CALM_BEFORE)
        target.power.off(holder)
        cut = SYSTEM.now()
        eventually(
            lambda: _calm(client, cut),
            lambda calm: calm >= _CALM_AFTER,
            expected="the API answers again without a failure",
            patience=Patience(within=_AT_MOST, every=0.5),
        )
    finally:
        client.stopping.set()
        thread.join()
        target.power.on(holder)
    eventually(lambda: HEALTHY.observe(target), HEALTHY.until, expected=HEALTHY.expected, patience=_WELL)
    return client.outage()


def _calm(client: Client, since: float) -> float:
    """Return for how long questions have been answered without a failure, in seconds."""
    failures = [begun for begun, _, answered in list(client.answers) if not answered and begun >= since]
    return SYSTEM.now() - (max(failures) if failures else since)
