"""What a person sees while things are built, and what happens to the builder when they stop it."""

from __future__ import annotations

import io
import os
import select
from pathlib import Path

import pytest

from inventory.problem import Problem
from provisioning.lab.artifacts import processes
from provisioning.lab.artifacts.progress import Console, State, Task, Tick


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def building(elapsed: float, detail: str = "") -> Tick:
    return Tick("etcd", 2, 8, State.BUILDING, elapsed, detail)


def test_a_log_gets_a_line_at_each_change_and_every_fifteen_seconds() -> None:
    stream = io.StringIO()
    console = Console(stream)
    for second in range(32):
        console(building(second, f"{second} packages"))
    console(Tick("etcd", 2, 8, State.BUILT, 32, "/cache/etcd"))
    assert stream.getvalue().splitlines() == [
        "[2/8] etcd                   building  0:00  0 packages",
        "[2/8] etcd                   building  0:15  15 packages",
        "[2/8] etcd                   building  0:30  30 packages",
        "[2/8] etcd                   built     0:32  /cache/etcd",
    ]


def test_a_terminal_gets_one_line_that_is_rewritten() -> None:
    stream = Terminal()
    console = Console(stream)
    console(building(0))
    console(building(1))
    console(Tick("etcd", 2, 8, State.CACHED, 1))
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().count("\r\x1b[K") == 3


def test_a_task_counts_from_its_own_start() -> None:
    ticks: list[Tick] = []
    task = Task(ticks.append, "etcd", 2, 8)
    task.waiting()
    assert (ticks[0].name, ticks[0].state, ticks[0].elapsed < 1) == ("etcd", State.WAITING, True)


def test_a_failing_command_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        processes.run(["sh", "-c", "seq 100; exit 3"], log=tmp_path / "log")
    assert "ended with 3" in raised.value.says
    assert raised.value.says.splitlines()[1:] == [f"    {line}" for line in range(86, 101)]
    assert str(tmp_path / "log") in raised.value.change


def test_ticks_come_while_a_command_runs(tmp_path: Path) -> None:
    ticks: list[None] = []
    processes.run(["sleep", "1.2"], log=tmp_path / "log", tick=lambda: ticks.append(None))
    assert len(ticks) == 1


def test_an_interrupt_ends_the_command_and_what_it_started(tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(KeyboardInterrupt):
        processes.run(["sh", "-c", f"sleep 60 > {fifo} & wait"], log=tmp_path / "log", tick=interrupt)
    # The inner sleep was the pipe's only writer: when it has gone, and not before, the reader is told.
    hung_up = select.poll()
    hung_up.register(reader, 0)
    assert hung_up.poll(5000) == [(reader, select.POLLHUP)]
    os.close(reader)
