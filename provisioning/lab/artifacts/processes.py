"""Running a build tool: output to a log, ticks while it runs, and never outliving us."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from inventory.problem import Problem

_TAIL = 15  # lines of the log shown in an error
_TICK = 1.0  # seconds


def run(
    argv: Sequence[str],
    *,
    log: Path,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Run ``argv`` to its end with its output appended to ``log``; ``tick`` is called about every second.

    The command dies with this process, also by kill -9 (parent-death signal), and when ``tick`` raises.
    Raises Problem with the end of the log if it does not exit with 0.
    """
    with log.open("ab") as output:
        command = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=None if environment is None else dict(environment),
            start_new_session=True,
        )
        try:
            while (code := _wait(command)) is None:
                tick()
        except BaseException:
            os.killpg(command.pid, signal.SIGKILL)
            command.wait()
            raise
    if code != 0:
        raise Problem(f"{argv[0]} {argv[1]} ended with {code}:\n{tail(log)}", f"read {log}")


def _wait(command: subprocess.Popen[bytes]) -> int | None:
    try:
        return command.wait(_TICK)
    except subprocess.TimeoutExpired:
        return None


def output(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """What a short command prints on both streams, stripped. Problem if it fails or takes 30 s."""
    try:
        done = subprocess.run(
            argv,
            check=True,
            timeout=30,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=None if environment is None else dict(environment),
        )
    except subprocess.CalledProcessError as error:
        raise Problem(
            f"{' '.join(argv)} ended with {error.returncode}: {error.output.strip()}", ""
        ) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Problem(f"{' '.join(argv)} failed: {error}", "") from error
    return done.stdout.strip()


def tail(log: Path, lines: int = _TAIL) -> str:
    """The last lines of a log, indented."""
    return "\n".join("    " + line for line in log.read_text(errors="replace").splitlines()[-lines:])
