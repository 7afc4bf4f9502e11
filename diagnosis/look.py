"""A look at the platform: per chapter one frozen dataclass of probe values, all made at once and in bounded time.

A chapter is a module of `diagnosis.chapters` with a dataclass ``Look`` and a table ``SIGHTS``: for each field of the
look, the function of a `Subject` that observes its value. Each field is of type ``T | Unseen``; whatever a sight raises
becomes ``Unseen``. A look only observes, from outside, and holds no secret.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import pkgutil
import queue
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar, cast

from diagnosis import chapters
from inventory import Inventory
from probes import kubernetes
from probes.kubeobjects import Workload
from probes.kubernetes import Api
from probes.shown import shown
from probes.supervised import NodeService
from probes.vantage import Vantage
from probes.waiting import SYSTEM

T = TypeVar("T")
SECONDS = 30.0
"""How long all looks may take together."""
QUICK = 3.0
"""Seconds that one question of a sight may take."""
API_SECONDS = 10.0
"""Seconds that one question to the API may take: a busy machine needs more than ``QUICK`` for a long list."""
OF_THE_PLATFORM = "app.kubernetes.io/managed-by!=clusterspec"
"""Selects what no scenario has made for itself: what is broken in that says nothing of the platform."""
ON_NODE = 12.0
"""Seconds that one command on a node may take: a busy machine needs some to get into a pod."""
_AT_ONCE = 24


@dataclass(frozen=True, slots=True)
class Unseen:
    """A value that could not be observed."""

    because: str

    def __str__(self) -> str:
        return f"unseen: {self.because}"


def seen(value: T | Unseen | None, otherwise: T) -> T:
    """Return the value of a look's field; `otherwise` where it was not seen."""
    return otherwise if value is None or isinstance(value, Unseen) else value


class Once:
    """What has been asked already, by the function that asks: every sight of a look gets the same answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[Hashable, Future[Any]] = {}

    def __call__(self, key: Hashable, ask: Callable[[], T]) -> T:
        """Return the answer to a question, asked the first time; raise what that raised."""
        with self._lock:
            answer = self._answers.get(key)
            first = answer is None
            if answer is None:
                answer = self._answers[key] = Future()
        if first:
            try:
                answer.set_result(ask())
            except Exception as error:  # noqa: BLE001 - raised again for everyone who asks
                answer.set_exception(error)
        return cast("T", answer.result())


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at, and the ways to look at it.

    vantages: by their names in the inventory.
    in_pod: the place inside a pod, by namespace and pod. on_node: the place on a node, by the node's name.
    programs: what the supervisors say of the programs of each machine, by host; None where they cannot be asked.
    administration: what the identity provider's administration API answers to a GET, by the path below the realm, or
        by a whole one (`/admin/...`); None where the inventory has no provider.
    """

    inventory: Inventory
    kubeconfig: Path
    vantages: Mapping[str, Vantage]
    in_pod: Callable[[str, str], Vantage]
    on_node: Callable[[str], Vantage]
    programs: Callable[[], Mapping[str, tuple[NodeService, ...]]] | None = None
    administration: Callable[[str], Any] | None = None
    once: Once = field(default_factory=Once, repr=False, compare=False)

    def ask(self, question: Callable[[Api], T]) -> T:
        """Return what a function of a module makes of the API; several sights may ask it, it is asked once."""
        return self.once(question, lambda: question(self.api()))

    def workloads(self, *services: str) -> tuple[Workload, ...]:
        """Return the workloads in the namespaces of these services of the inventory. Raises KeyError without one."""
        spaces = {self.inventory.services[each].namespace for each in services}
        return tuple(each for each in self.ask(kubernetes.workloads) if each.namespace in spaces)

    def workloads_called(self, *names: str) -> tuple[Workload, ...]:
        """Return the workloads of all namespaces that have one of these names."""
        return tuple(each for each in self.ask(kubernetes.workloads) if each.name in names)

    def api(self) -> Api:
        """Return the API at its VIP or, when that is dead, at the first control-plane node that answers."""
        return self.once(Subject.api, self._api)

    def _api(self) -> Api:
        workstation = self.vantages["workstation"]
        for place in (None, *(str(each.address) for each in self.inventory.controlplanes)):
            if kubernetes.api_health(workstation, self.kubeconfig, place, timeout=QUICK).answering:
                return Api(self.kubeconfig, workstation, address=place, timeout=API_SECONDS)
        return Api(self.kubeconfig, workstation, timeout=QUICK)


Sight = Callable[[Subject], object]


@cache
def places() -> Mapping[str, Any]:
    """Return the modules of all chapters that have a look, by the chapter's name."""
    found = (
        (each.name, importlib.import_module(f"{chapters.__name__}.{each.name}"))
        for each in pkgutil.iter_modules(chapters.__path__)
    )
    return {name: module for name, module in found if hasattr(module, "SIGHTS")}


def looks(subject: Subject) -> Mapping[str, Any]:
    """Look at every chapter; return the looks by the chapters' names. Never raises, and takes ``SECONDS`` at most."""
    return _looks(subject, {name: (each.Look, each.SIGHTS) for name, each in places().items()})


def _looks(
    subject: Subject, wanted: Mapping[str, tuple[type[Any], Mapping[str, Sight]]], within: float = SECONDS
) -> Mapping[str, Any]:
    late = Unseen(f"it took more than {within:g} s")
    values = {(chapter, name): late for chapter, (_, sights) in wanted.items() for name in sights}
    found: dict[tuple[str, str], object] = {**values}
    asked: queue.SimpleQueue[tuple[tuple[str, str], Sight]] = queue.SimpleQueue()
    for chapter, name in values:
        asked.put(((chapter, name), wanted[chapter][1][name]))

    def work() -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                place, sight = asked.get_nowait()
                found[place] = tried(partial(sight, subject))

    # Daemons: one that hangs is left behind, and does not keep the process from ending.
    workers = [threading.Thread(target=work, name="look", daemon=True) for _ in range(_AT_ONCE)]
    for worker in workers:
        worker.start()
    deadline = SYSTEM.now() + within
    for worker in workers:
        worker.join(max(deadline - SYSTEM.now(), 0.0))
    now = dict(found)
    return {
        chapter: kind(**{name: now[chapter, name] for name in sights})
        for chapter, (kind, sights) in wanted.items()
    }


def tried(ask: Callable[[], T]) -> T | Unseen:
    """Return what is observed; whatever it raises becomes `Unseen`."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - that it could not be seen is what is known
        return Unseen(f"{type(error).__name__}: {error}")


def described(look: Any) -> str:
    """Return a look as text: each field, and the values in it, one a line."""
    return "\n".join(
        line for each in dataclasses.fields(look) for line in _lines(each.name, getattr(look, each.name))
    )


def _lines(name: str, value: object) -> Iterator[str]:
    yield f"== {name.replace('_', ' ')}"
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        yield from (f"{key}: {shown(one)}" for key, one in pairs)
    elif isinstance(value, tuple | frozenset):
        yield from map(str, cast("frozenset[object]", value))
    else:
        yield str(value)
