"""Programs of a lab machine under its supervisor, s6: declare, start, stop, pause, look.

The supervision folder of a machine is an ordinary folder on its disk, so it is steered from outside
without entering the machine. Which program runs how is written in `/etc/s6/<name>/run`; a boot starts it again.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOG_BYTES = 20_000_000
_ASKED = "up,wantedup,updownfor,pid,exitcode,signal"
_IN_ORDER = ("exitcode 0", "signal SIGTERM")


@dataclass(frozen=True, slots=True)
class Program:
    """A supervised program: `argv` with absolute or PATH names as seen in the machine; extra environment."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class State:
    """What the supervisor knows of a program; ends are counted since boot, at most the last 100.

    `deaths` counts all ends, `crashes` those that nobody asked for: an exit code other than 0, or a signal
    other than SIGTERM, with which the supervisor itself restarts a program.
    """

    name: str
    up: bool
    wanted: bool
    seconds: int
    pid: int | None
    deaths: int
    crashes: int
    last_exit: str


def log_of(root: Path, name: str) -> Path:
    """Return the file with what a program printed (the newest part)."""
    return root / "var/log/services" / name / "current"


def declare(root: Path, program: Program) -> bool:
    """Write a program's definition; it starts at once on a running machine. False if it was there, the same.

    Raises:
        OSError: the supervisor does not take the order.

    """
    definition = root / "etc/s6" / program.name
    exports = "".join(f"export {key}={shlex.quote(value)}\n" for key, value in program.environment.items())
    run = f"#!/bin/sh\nexec 2>&1\n{exports}exec {shlex.join(program.argv)}\n"
    file = definition / "run"
    if file.exists() and file.read_text() == run and (root / "run/service" / program.name).exists():
        return False
    _write(file, run)
    _write(
        definition / "log/run",
        "#!/bin/sh\n"
        f"mkdir -p /var/log/services/{program.name}\n"
        f"exec s6-log -b n2 s{LOG_BYTES} T /var/log/services/{program.name}\n",
    )
    live = root / "run/service" / program.name
    known = live.exists()
    shutil.copytree(definition, live, dirs_exist_ok=True)
    if known:
        order(root, program.name, "-r")
    else:
        _call("s6-svscanctl", "-a", str(root / "run/service"))
    return True


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)


def order(root: Path, name: str, *flags: str) -> None:
    """Give the supervisor of one program an order in s6-svc's words.

    -u up, -d down, -p pause, -c continue, -r restart.
    """
    _call("s6-svc", *flags, str(root / "run/service" / name))


def states(root: Path) -> tuple[State, ...]:
    """Return the state of every program declared on a machine; empty when the machine is off."""
    live = root / "run/service"
    if not (live / ".s6-svscan").exists():
        return ()
    return tuple(_state(folder) for folder in sorted(live.iterdir()) if (folder / "run").exists())


def _state(folder: Path) -> State:
    words = _call("s6-svstat", "-o", _ASKED, str(folder), check=False).split()
    if len(words) < len(_ASKED.split(",")):  # the supervisor has not picked the folder up yet
        return State(
            folder.name, up=False, wanted=True, seconds=0, pid=None, deaths=0, crashes=0, last_exit=""
        )
    up, wanted, seconds, pid, code, signal = words[:6]
    # A line a death: when, then "exitcode N" or "signal NAME".
    tally = [" ".join(line.split()[1:]) for line in _call("s6-svdt", str(folder), check=False).splitlines()]
    ended = tally[-1] if tally else ""
    if not ended and up == "false":
        ended = f"signal {signal}" if code == "-1" else f"exit {code}"
    return State(
        folder.name,
        up=up == "true",
        wanted=wanted == "true",
        seconds=int(seconds),
        pid=int(pid) if int(pid) > 0 else None,
        deaths=len(tally),
        crashes=sum(1 for end in tally if end not in _IN_ORDER),
        last_exit=ended,
    )


def _call(*argv: str, check: bool = True) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        msg = f"`{shlex.join(argv)}` failed: {done.stderr.strip()}"
        raise OSError(msg)
    return done.stdout
