"""Bringing a graph up: order, parallelism, what a failure says, what an interrupt leaves."""

import dataclasses
import io
import queue
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inventory import Inventory, load
from probes.outcomes import CannotObserve
from probes.waiting import NeverHappened, NeverObserved, Patience
from provisioning import converge as module
from provisioning import events
from provisioning.converge import ProvisioningFailed, converge
from provisioning.events import Console, Everyone, Outcome, PhaseEvent, PhaseLog, Silence, Wait
from provisioning.gates import Gate
from provisioning.graph import Layer, PlanError, Unit

TABLE = {
    "short": Patience(within=0.2, every=0.01),
    "long": Patience(within=30, every=0.01),
    "slow": Patience(within=600, every=1),
}
INVENTORY = dataclasses.replace(
    load(Path(__file__).parents[1] / "inventory" / "good" / "minimal.toml"), patience=TABLE
)


@dataclasses.dataclass
class World:
    """A context whose units write down what happens."""

    dead: list[str] = dataclasses.field(default_factory=list)
    happened: list[str] = dataclasses.field(default_factory=list)

    @property
    def inventory(self) -> Inventory:
        return INVENTORY

    def alive(self) -> list[str]:
        return self.dead

    def log(self, unit: str) -> Path | None:
        return Path(f"/logs/{unit}")


class Heard(Silence):
    def __init__(self) -> None:
        self.events: dict[str, PhaseEvent] = {}
        self.waits: list[Wait] = []

    def waiting(self, wait: Wait) -> None:
        self.waits.append(wait)

    def finished(self, event: PhaseEvent) -> None:
        self.events[event.unit] = event

    def outcomes(self) -> dict[str, Outcome]:
        return {name: event.outcome for name, event in self.events.items()}


class Clock:
    """Time that passes only by sleeping, for one waiting thread."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def unit(
    name: str, *needs: str, start: Callable[[World], str | None] | None = None, **more: object
) -> Unit[World]:
    def note(world: World) -> None:
        world.happened.append(name)

    return Unit(name=name, layer=Layer.INFRASTRUCTURE, needs=needs, start=start or note, **more)  # type: ignore[arg-type]


def gate(
    observe: Callable[[World], object], until: Callable[[object], bool] = bool, patience: str = "long"
) -> Gate[World]:
    return Gate(observe, until, expected="it is so", patience=patience)


def test_needs_come_first() -> None:
    world = World()
    converge([unit("c", "b"), unit("b", "a"), unit("a"), unit("d", "a", "c")], world)
    assert world.happened == ["a", "b", "c", "d"]


def test_nothing_to_do_is_done() -> None:
    converge([], World())


def test_independent_units_run_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=10)

    def meet(_world: World) -> None:
        together.wait()

    converge([unit(name, start=meet) for name in "abc"], World())


def test_a_unit_starts_as_soon_as_its_own_needs_are_ready() -> None:
    started = threading.Event()
    units = [
        unit("quick"),
        unit("after quick", "quick", start=lambda _: started.set()),
        # In batches this would wait for ever: it is ready only when a unit of the next batch has started.
        unit("slow", gate=gate(lambda _: started.is_set())),
    ]
    converge(units, World())


def test_never_more_at_once_than_allowed() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def work(_world: World) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    converge([unit(f"u{number}", start=work) for number in range(8)], World(), parallel=2)
    assert most == 2


def test_a_need_is_ready_only_when_its_gate_has_passed() -> None:
    world = World()
    looks = iter([False, False, True])

    def observe(context: World) -> bool:
        context.happened.append("look")
        return next(looks)

    converge([unit("a", gate=gate(observe)), unit("b", "a")], world)
    assert world.happened == ["a", "look", "look", "look", "b"]


def test_every_unit_leaves_an_event() -> None:
    heard = Heard()
    converge(
        [unit("a", start=lambda _: "already running"), unit("b", "a")],
        World(),
        build="second",
        listener=heard,
    )
    first = heard.events["a"]
    assert (first.build, first.layer, first.outcome) == ("second", "01-infrastructure", Outcome.READY)
    assert first.detail == "already running"
    assert first.seconds >= 0
    assert abs(first.started - time.time()) < 60
    assert list(heard.events) == ["a", "b"]


def test_a_gate_that_never_opens_says_everything_on_one_screen() -> None:
    heard = Heard()
    units = [
        unit("etcd", gate=gate(lambda _: ["controlplane2"], lambda sick: not sick, patience="short")),
        unit("apiserver", "etcd"),
        unit("kubelet", "apiserver"),
    ]
    with pytest.raises(ProvisioningFailed) as failed:
        converge(units, World(), listener=heard)
    problem = failed.value
    assert (problem.unit, problem.layer, problem.last) == ("etcd", Layer.INFRASTRUCTURE, ["controlplane2"])
    assert (problem.log, problem.never_started) == (Path("/logs/etcd"), ("apiserver", "kubelet"))
    assert isinstance(problem.__cause__, NeverHappened)
    text = re.sub(r"\d+ looks?|\d+\.\d s", "N", str(problem))
    assert text == (
        "unit 'etcd' (layer 01-infrastructure) did not become ready:\n"
        "  expected: it is so, within N\n"
        "  last observed: ['controlplane2']\n"
        "    (seen from N to N; N in all)\n"
        "log: /logs/etcd\n"
        "not started: apiserver, kubelet"
    )
    assert heard.outcomes() == {"etcd": Outcome.FAILED}


def test_what_could_not_be_observed_is_told_as_that() -> None:
    def blind(_world: World) -> bool:
        raise CannotObserve("the API", "the workstation", "forbidden")

    with pytest.raises(
        ProvisioningFailed, match="cannot observe the API from the workstation: forbidden"
    ) as failed:
        converge([unit("a", gate=gate(blind, patience="short"))], World())
    assert isinstance(failed.value.__cause__, NeverObserved)


def test_a_start_that_fails_is_told_with_the_type_of_its_error() -> None:
    def start(_world: World) -> None:
        raise OSError("no space left on device")

    with pytest.raises(ProvisioningFailed, match="  OSError: no space left on device") as failed:
        converge([unit("a", start=start), unit("b", "a")], World())
    assert failed.value.last is None


@pytest.mark.parametrize("silence", [CannotObserve("the API", "here", "no answer"), ConnectionError("reset")])
def test_a_start_that_got_no_answer_is_tried_again(silence: Exception) -> None:
    world, clock = World(), Clock()

    def start(context: World) -> str:
        context.happened.append("asked")
        if len(context.happened) < 3:
            raise silence
        return "done"

    heard = Heard()
    converge([unit("a", start=start)], world, clock=clock, listener=heard)
    assert world.happened == ["asked"] * 3
    assert (heard.events["a"].outcome, heard.events["a"].detail) == (Outcome.READY, "done")


def test_a_start_that_never_gets_an_answer_says_whose() -> None:
    def start(_world: World) -> None:
        raise ConnectionError("connection refused")

    with pytest.raises(ProvisioningFailed, match="connection refused") as failed:
        converge([unit("a", start=start)], World(), clock=Clock())
    assert isinstance(failed.value.__cause__, NeverObserved)


def test_what_an_interrupt_left_at_work_can_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLITE", 0.1)
    world = World()

    def slow(context: World) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(0.5)
        context.happened.append("written")

    with pytest.raises(KeyboardInterrupt):
        converge([unit("a", start=slow)], world)
    assert world.happened == []
    module.at_rest()
    assert world.happened == ["written"]


def test_a_long_story_is_cut_to_a_screen() -> None:
    def start(_world: World) -> None:
        raise OSError("\n".join(f"line {number} {'x' * 300}" for number in range(100)))

    with pytest.raises(ProvisioningFailed) as failed:
        converge([unit("a", start=start)], World())
    lines = str(failed.value).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 210
    assert "  ... and 84 lines more" in lines


def test_a_dead_process_ends_the_wait_long_before_its_patience() -> None:
    world, clock = World(), Clock()

    def observe(context: World) -> bool:
        if clock.time > 3:
            context.dead.append("etcd on controlplane1 died 3 times; see /logs/etcd")
        return False

    with pytest.raises(ProvisioningFailed, match="etcd on controlplane1 died 3 times; see /logs/etcd"):
        converge([unit("a", gate=gate(observe, patience="slow"))], world, clock=clock)
    assert clock.time < 10


def test_after_a_failure_others_are_not_waited_for_and_nothing_is_started() -> None:
    heard, world = Heard(), World()
    waiting = threading.Event()

    def look(_world: World) -> bool:
        waiting.set()
        return False

    def fail(_world: World) -> None:
        assert waiting.wait(10)
        raise OSError("broken")

    begin = time.monotonic()
    with pytest.raises(ProvisioningFailed) as failed:
        converge(
            [unit("waits", gate=gate(look)), unit("fails", start=fail), unit("later", "waits")],
            world,
            listener=heard,
        )
    assert time.monotonic() - begin < 10
    assert (failed.value.unit, failed.value.never_started) == ("fails", ("later",))
    assert heard.outcomes() == {"waits": Outcome.ABANDONED, "fails": Outcome.FAILED}
    assert world.happened == ["waits"]


def test_two_failures_at_the_same_time_are_both_named() -> None:
    together = threading.Barrier(2, timeout=10)

    def fail(_world: World) -> None:
        together.wait()
        raise OSError("broken")

    with pytest.raises(ProvisioningFailed) as failed:
        converge([unit("a", start=fail), unit("b", start=fail)], World())
    assert {failed.value.unit, *failed.value.others} == {"a", "b"}


def test_an_interrupt_stops_the_waits_and_passes_through() -> None:
    heard = Heard()

    def interrupt(_world: World) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        converge(
            [unit("a", start=interrupt, gate=gate(lambda _: False)), unit("b", "a")], World(), listener=heard
        )
    assert time.monotonic() - begin < 10
    assert heard.outcomes() == {"a": Outcome.ABANDONED}
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("unit ")]:
        thread.join(5)
        assert not thread.is_alive()


def test_an_interrupt_that_takes_a_report_along_still_ends_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    class Losing(queue.SimpleQueue[object]):
        """Interrupted when a report has arrived and before anybody has read it."""

        def get(self, *_: Any, **__: Any) -> object:
            report = super().get()
            if not lost:
                lost.append(report)
                raise KeyboardInterrupt
            return report

    lost: list[object] = []
    monkeypatch.setattr(module.queue, "SimpleQueue", Losing)
    with pytest.raises(KeyboardInterrupt):
        converge([unit("a"), unit("b", gate=gate(lambda _: False))], World())
    assert len(lost) == 1


def test_an_interrupt_does_not_wait_for_ever_for_a_start_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLITE", 0.2)
    released = threading.Event()

    def hang(_world: World) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        released.wait(60)

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        converge([unit("a", start=hang)], World())
    assert time.monotonic() - begin < 10
    released.set()


def test_a_patience_that_the_inventory_does_not_name_is_refused_before_anything_starts() -> None:
    world = World()
    units = [unit("a"), unit("b", "a", gate=gate(lambda _: True, patience="shrt"))]
    with pytest.raises(PlanError, match=r"waits with the patience 'shrt'.* \(did you mean 'short'\?\)"):
        converge(units, world)
    assert world.happened == []


def test_a_listener_that_breaks_is_not_taken_for_success() -> None:
    class Broken(Silence):
        def finished(self, event: PhaseEvent) -> None:
            raise ValueError(f"cannot write {event.unit}")

    with pytest.raises(ProvisioningFailed, match="ValueError: cannot write a"):
        converge([unit("a")], World(), listener=Broken())


def test_a_long_wait_is_told() -> None:
    clock, heard = Clock(), Heard()
    converge(
        [unit("a", gate=gate(lambda _: clock.time, lambda now: now >= 8, patience="slow"))],  # type: ignore[operator]
        World(),
        listener=heard,
        clock=clock,
    )
    assert heard.waits
    first = heard.waits[0]
    assert (first.layer, first.unit, first.expected, first.within) == (
        "01-infrastructure",
        "a",
        "it is so",
        600,
    )
    assert first.elapsed >= 2


def test_signs_of_life_are_asked_for_once_for_all_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", 3600.0)
    asked: list[int] = []

    class Counting(World):
        def alive(self) -> list[str]:
            asked.append(1)
            return []

    converge([unit(name, gate=gate(lambda _: True)) for name in "abcdef"], Counting())
    assert len(asked) == 1


EVENT = PhaseEvent("bootstrap", "01-infrastructure", "etcd", 1764000000.0, 1.5, Outcome.READY, "3 members")


def test_the_log_of_phases_is_read_back(tmp_path: Path) -> None:
    log = PhaseLog(tmp_path / "state" / "phases.jsonl")
    failed = dataclasses.replace(EVENT, unit="api", outcome=Outcome.FAILED, detail="line one\nline two")
    log.finished(EVENT)
    log.finished(failed)
    assert events.read(log.path) == (EVENT, failed)
    assert events.read(log.path)[1].outcome is Outcome.FAILED


def test_a_line_that_a_kill_cut_off_is_no_event(tmp_path: Path) -> None:
    log = PhaseLog(tmp_path / "phases.jsonl")
    log.finished(EVENT)
    with log.path.open("a") as file:
        file.write('{"build": "boots')
    assert events.read(log.path) == (EVENT,)


def test_without_a_log_there_are_no_events(tmp_path: Path) -> None:
    assert events.read(tmp_path / "phases.jsonl") == ()


def test_the_console_tells_waits_and_ends_on_one_line_each() -> None:
    stream = io.StringIO()
    console = Everyone((Silence(), Console(stream)))
    console.started("01-infrastructure", "etcd")
    console.waiting(Wait("01-infrastructure", "etcd", "3 members", ["a", "b\n"], 7.0, 60.0))
    console.finished(dataclasses.replace(EVENT, detail="first\nsecond"))
    assert stream.getvalue().splitlines() == [
        "01-infrastructure    etcd                      7.0 s  of 60 s for: 3 members; now: ['a', 'b\\n']",
        "01-infrastructure    etcd                      1.5 s  ready (first)",
    ]
