"""One pinned Go module made into programs."""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from inventory.problem import Problem
from provisioning.lab.artifacts import cache, processes, source, toolchain
from provisioning.lab.artifacts.pins import Check, GoModule
from provisioning.lab.artifacts.progress import State, Task
from provisioning.lab.artifacts.toolchain import Go

_JOBS = 2  # compilers at a time; does not change the result
_VERSION_SUFFIX = re.compile(r"/v\d+$")


def key(module: GoModule, go: Go) -> str:
    """The cache key: pin, every file of the go.mod folder, toolchain and settings."""
    inputs: dict[str, bytes] = {
        "pin": module.pinned(),
        "toolchain": f"{go.version} {go.architecture}".encode(),
    }
    return cache.key(inputs | {f"source/{path}": content for path, content in module.source().items()})


def build(module: GoModule, go: Go, into: Path, *, build_cache: Path, log: Path, task: Task) -> None:
    """Build the programs of ``module`` into ``into`` under the lab's names; Problem if that fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    settings = module.settings
    argv = [
        str(go.program),
        "build",
        "-v",
        "-p",
        str(_JOBS),
        *settings.flags,
        "-ldflags",
        " ".join(settings.ldflags),
    ]
    with using(build_cache), prepared(module, go, build_cache) as folder:
        processes.run(
            [*argv, "-o", f"{into}/", *module.binaries.values()],
            log=log,
            cwd=folder,
            environment=toolchain.environment(settings, build_cache),
            tick=lambda: task.says(State.BUILDING, _detail(log)),
        )
    _rename(module.binaries, into)
    if module.check:
        verify(module.check, into)


@contextmanager
def prepared(module: GoModule, go: Go, build_cache: Path) -> Generator[Path]:
    """The go.mod folder to build in: the pinned one, or one of its own for a product that is changed."""
    if not module.changes_product:
        yield module.folder
        return
    product = source.original(module, go, build_cache)
    with TemporaryDirectory(prefix=f"{module.name}-") as folder:
        yield source.changed(module, product, Path(folder, "source"))


def _rename(binaries: Mapping[str, str], folder: Path) -> None:
    """From the name that Go gives a program (last part of its package, without /v3) to the lab's."""
    for name, package in binaries.items():
        built = folder / Path(_VERSION_SUFFIX.sub("", package)).name
        built.rename(folder / name)


def verify(check: Check, folder: Path) -> None:
    """Run the check of programs in ``folder``; Problem if they are not what is pinned."""
    program, *arguments = check.command
    printed = processes.output([str(folder / program), *arguments])
    if check.prints not in printed:
        raise Problem(
            f"`{' '.join(check.command)}` is there but prints {printed[:200]!r}, not {check.prints!r}",
            "correct `check` or `ldflags` in pins.toml",
        )


def _detail(log: Path) -> str:
    """How far: go prints a line for each package that it compiles and for each module that it downloads."""
    lines = log.read_text(errors="replace").splitlines()
    compiled = [line for line in lines if not line.startswith(("go: ", "#", " "))]
    if not compiled:
        return lines[-1].removeprefix("go: ") if lines else "resolving, or linking what is compiled"
    return f"{len(compiled)} packages, now {compiled[-1][-60:]}"


@contextmanager
def using(build_cache: Path) -> Generator[None]:
    """Hold Go's build cache so that nobody discards it meanwhile; many may hold it."""
    build_cache.mkdir(parents=True, exist_ok=True)
    with build_cache.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def discard(build_cache: Path) -> bool:
    """Remove Go's build cache (several GB) unless somebody is building. Whether it is gone."""
    if not build_cache.exists():
        return True
    with build_cache.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        shutil.rmtree(build_cache)
    return True
