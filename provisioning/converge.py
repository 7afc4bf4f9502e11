"""Brings up a graph of units: each one as soon as its needs are ready, several at a time, broken once.

A unit's life is ``start`` and then its gate. While any gate waits, everything that was started is asked for
signs of life at each look, so that a dead process ends the build at once and not after the gate's patience.
"""

from __future__ import annotations

import difflib
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from inventory import Inventory
from inventory.problem import Problem
from probes.outcomes import CannotObserve
from probes.waiting import SYSTEM, Clock, NeverHappened, NeverObserved, Patience, eventually
from provisioning.events import Listener, Outcome, PhaseEvent, Silence, Wait
from provisioning.gates import Gate
from provisioning.graph import Layer, PlanError, Unit, order, plan, sorter

PARALLEL = 16
"""Units under way at once. Most of a unit's life is waiting, so this is more than there are processors."""

LOOK_EVERY = 2.0
"""Seconds between two looks for dead processes, however many gates are waiting."""

POLITE = 10.0
"""Seconds that an interrupted build gives those under way to come to rest."""

STARTS = Patience(within=60.0, every=1.0)
"""How long a start is tried again while somebody whom it asks gives no answer."""

_LINES = 16
"""So many lines of a cause fit on a screen next to the rest."""

_THREAD = "unit "
"""How the name of a thread begins in which a unit lives."""


class Context(Protocol):
    """What the units of one build share."""

    @property
    def inventory(self) -> Inventory:
        """What is being built; its patience table says how long each gate may take."""
        ...

    def alive(self) -> Sequence[str]:
        """One sentence for each thing that was started and is dead; empty when all is well."""
        ...

    def log(self, unit: str) -> Path | None:
        """Where the unit's log is, if it has one."""
        ...


C = TypeVar("C", bound=Context)
T = TypeVar("T")


class ProvisioningFailed(Problem):
    """One unit did not become ready. Everything that a person needs fits on one screen.

    ``cause`` is one sentence or a short story; ``last`` is the gate's last observation, None if it made none;
    ``never_started`` are the units that had to stay away. The exception behind it is ``__cause__``.
    """

    def __init__(
        self,
        unit: Unit[Any],
        cause: str,
        *,
        last: object = None,
        log: Path | None = None,
        never_started: Sequence[str] = (),
        others: Sequence[str] = (),
    ) -> None:
        self.unit = unit.name
        self.layer: Layer = unit.layer
        self.cause = cause
        self.last = last
        self.log = log
        self.never_started = tuple(never_started)
        self.others = tuple(others)
        super().__init__(
            f"unit '{unit.name}' (layer {unit.layer}) did not become ready", f"see {log}" if log else ""
        )

    def __str__(self) -> str:
        lines = self.cause.splitlines() or [""]
        if len(lines) > _LINES:
            lines = [*lines[:_LINES], f"... and {len(lines) - _LINES} lines more"]
        told = [f"{self.says}:", *(f"  {line[:200]}" for line in lines)]
        if self.log is not None:
            told.append(f"log: {self.log}")
        if self.others:
            told.append(f"failed at the same time: {', '.join(self.others)}")
        if self.never_started:
            told.append(f"not started: {', '.join(self.never_started)}")
        return "\n".join(told)


class _Died(Exception):
    """Something that was started is dead."""


class _Abandoned(Exception):
    """Another unit failed, or the user interrupted, while this one was waiting."""


def converge(
    units: Iterable[Unit[C]],
    context: C,
    *,
    build: str = "build",
    listener: Listener | None = None,
    clock: Clock = SYSTEM,
    parallel: int = PARALLEL,
) -> None:
    """Bring all units up, or raise at the first that fails, when those under way have come to rest.

    ``build`` labels the events of this run. An interrupt stops new units and the waits of those under way, and
    their ``start`` gets ``POLITE`` seconds to return; a second one does not wait for them either.

    Raises:
        PlanError: the graph is wrong, or a gate's patience is not in the inventory; nothing was started.
        ProvisioningFailed: the first unit that failed.

    """
    units = tuple(units)
    plan(units)
    _know_patience(units, context.inventory.patience)
    _Build(units, context, build, listener or Silence(), clock).run(parallel)


def _know_patience(units: Iterable[Unit[Any]], table: Mapping[str, Patience]) -> None:
    problems: list[str] = []
    for unit in units:
        if unit.gate is not None and unit.gate.patience not in table:
            near = difflib.get_close_matches(unit.gate.patience, table, n=1)
            meant = f" (did you mean '{near[0]}'?)" if near else ""
            problems.append(
                f"unit '{unit.name}' waits with the patience '{unit.gate.patience}', "
                f"which [patience] of the inventory does not name{meant}"
            )
    if problems:
        raise PlanError(problems)


def at_rest(within: float = 120.0) -> None:
    """Wait, so many seconds at most, for starts that an interrupted build of this process has left at work."""
    until = time.monotonic() + within
    for thread in threading.enumerate():
        if thread.name.startswith(_THREAD):
            thread.join(max(0.0, until - time.monotonic()))


class _Build:
    """The state of one run. Only the thread that called ``run`` starts units and changes ``names``."""

    def __init__(
        self, units: Sequence[Unit[C]], context: C, build: str, listener: Listener, clock: Clock
    ) -> None:
        self.units = {unit.name: unit for unit in units}
        self.context = context
        self.build = build
        self.listener = listener
        self.telling = threading.Lock()
        self.clock = clock
        self.stopping = threading.Event()
        self.looking = threading.Lock()
        self.looked = clock.now() - LOOK_EVERY
        self.ended: queue.SimpleQueue[tuple[Unit[Any], BaseException | None]] = queue.SimpleQueue()
        self.running: set[str] = set()
        self.over: dict[str, threading.Event] = {}
        self.waiting_to_start = set(self.units)
        self.failures: list[tuple[Unit[Any], BaseException]] = []

    def run(self, parallel: int) -> None:
        names = sorter(self.units.values())
        names.prepare()
        ready: list[Unit[Any]] = []
        try:
            while names.is_active() and not self.failures:
                ready = sorted([*ready, *(self.units[name] for name in names.get_ready())], key=order)
                while ready and len(self.running) < parallel:
                    self._launch(ready.pop(0))
                self._rest(names.done)
        except BaseException:
            self._come_to_rest(POLITE)
            raise
        self._come_to_rest()
        if self.failures:
            raise self._failure() from self.failures[0][1]

    def _launch(self, unit: Unit[Any]) -> None:
        self.running.add(unit.name)
        self.waiting_to_start.discard(unit.name)
        # A daemon, because an action that hangs must not keep the program from ending.
        self.over[unit.name] = threading.Event()
        threading.Thread(target=self._live, args=(unit,), name=_THREAD + unit.name, daemon=True).start()

    def _come_to_rest(self, within: float | None = None) -> None:
        """Stop the waits, and wait until the lives of all units are over, so many seconds at most.

        Not for their reports: an interrupt may come between a report's arrival and its reading, and take it along.
        """
        self.stopping.set()
        until = None if within is None else self.clock.now() + within
        for over in self.over.values():
            over.wait(None if until is None else max(0.0, until - self.clock.now()))
        while not self.ended.empty():
            self._rest(_nobody)

    def _rest(self, done: Callable[[str], None]) -> None:
        """Wait until one unit has ended."""
        unit, failure = self.ended.get()
        self.running.discard(unit.name)
        if failure is None:
            done(unit.name)
        elif not isinstance(failure, _Abandoned):
            self.failures.append((unit, failure))
            self.stopping.set()

    def _live(self, unit: Unit[Any]) -> None:
        """A unit's life, in a thread of its own; whatever happens, its end is reported."""
        started, begin, layer = time.time(), self.clock.now(), str(unit.layer)
        failure: BaseException | None = None
        outcome, detail = Outcome.READY, ""
        try:
            with self.telling:
                self.listener.started(layer, unit.name)
            detail = self._start(unit)
            self._pass(unit, unit.gate)
        except _Abandoned as abandoned:
            failure, outcome = abandoned, Outcome.ABANDONED
        except BaseException as error:  # noqa: BLE001 - carried to the thread that called converge
            failure, outcome, detail = error, Outcome.FAILED, _told(error)
        event = PhaseEvent(self.build, layer, unit.name, started, self.clock.now() - begin, outcome, detail)
        try:
            with self.telling:
                self.listener.finished(event)
        except BaseException as error:  # noqa: BLE001 - as above; the unit's own failure goes first
            failure = failure or error
        finally:
            self.ended.put((unit, failure))
            self.over[unit.name].set()

    def _start(self, unit: Unit[Any]) -> str:
        """Do its work; again, as every start may be, where somebody whom it asked gave no answer."""
        return eventually(
            lambda: self._asked(unit, lambda: unit.start(self.context) or ""),
            lambda _: True,
            expected=f"whom {unit.name} asks answers",
            patience=STARTS,
            clock=self.clock,
        )

    def _asked(self, unit: Unit[Any], ask: Callable[[], T]) -> T:
        """What came of it, unless the build stops. A connection that failed says nothing yet, as to a probe."""
        if self.stopping.is_set():
            raise _Abandoned
        try:
            return ask()
        except ConnectionError as error:
            raise CannotObserve(f"what {unit.name} asks for", "this machine", str(error)) from error

    def _pass(self, unit: Unit[Any], gate: Gate[Any] | None) -> None:
        if gate is None:
            return

        def observe() -> object:
            self._look_for_dead()
            return gate.observe(self.context)

        def progress(expected: str, observed: object, elapsed: float, within: float) -> None:
            with self.telling:
                self.listener.waiting(Wait(str(unit.layer), unit.name, expected, observed, elapsed, within))

        eventually(
            lambda: self._asked(unit, observe),
            gate.until,
            expected=gate.expected,
            patience=self.context.inventory.patience[gate.patience],
            hopeless=gate.hopeless,
            clock=self.clock,
            progress=progress,
        )

    def _look_for_dead(self) -> None:
        """Ask for signs of life, on behalf of all gates that are waiting now."""
        with self.looking:
            if self.clock.now() - self.looked < LOOK_EVERY:
                return
            self.looked = self.clock.now()
            dead = self.context.alive()
        if dead:
            raise _Died("\n".join(dead))

    def _failure(self) -> ProvisioningFailed:
        unit, error = self.failures[0]
        last = error.history[-1].value if isinstance(error, NeverHappened | NeverObserved) else None
        return ProvisioningFailed(
            unit,
            _told(error),
            last=last,
            log=self.context.log(unit.name),
            never_started=sorted(self.waiting_to_start),
            others=[other.name for other, _ in self.failures[1:]],
        )


def _nobody(_name: str) -> None:
    """After a failure nothing more is started, so nobody needs to know what has become ready."""


def _told(error: BaseException) -> str:
    """What went wrong, as a person reads it: by the words of our own errors, else with the error's type."""
    if isinstance(error, _Died):
        return f"died while the unit was starting: {error}"
    if isinstance(error, NeverHappened | CannotObserve | Problem):
        return str(error)
    return f"{type(error).__name__}: {error}"
