"""A Python application with the interpreter's library and all packages it needs, as a folder for an image.

The interpreter is Debian's and goes into the image by itself; the packages are wheels that a lock of their own
pins by hash, so that nothing of an application in the lab meets the project's own environment.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from provisioning.lab.artifacts import cache, processes
from provisioning.lab.artifacts.pins import PythonTree
from provisioning.lab.artifacts.progress import State, Task

INTERPRETER = "python3.11-minimal"  # the Debian package whose version is an input
_PROGRAM = "/usr/bin/python3.11"
_LIBRARY = Path("/usr/lib/python3.11")
# Where Debian's interpreter looks for what Debian has not.
_PACKAGES = "usr/local/lib/python3.11/dist-packages"
# Of the library: what no server needs, and what was compiled for other times of the files.
_LIBRARY_WITHOUT = (
    *("__pycache__", "config-*", "ensurepip", "idlelib"),
    *("lib2to3", "pydoc_data", "test", "tkinter"),
)
_RECIPE = b"1"  # to be raised when this module makes something else of the same inputs
# What a wheel may be made for, whatever interpreter runs pip.
_TARGET = (
    *("--implementation", "cp", "--python-version", "3.11"),
    *("--platform", "manylinux_2_34_x86_64", "--platform", "manylinux_2_28_x86_64"),
    *("--platform", "manylinux_2_17_x86_64", "--platform", "manylinux2014_x86_64"),
    *("--platform", "manylinux_2_12_x86_64", "--platform", "manylinux_2_5_x86_64"),
)


def key(tree: PythonTree, interpreter: str) -> str:
    """The cache key: the lock, what is left out, and the version of the interpreter."""
    inputs = {
        "recipe": _RECIPE,
        "interpreter": interpreter.encode(),
        "lock": tree.lock.read_bytes(),
        "without": json.dumps(tree.without).encode(),
    }
    return cache.key(inputs)


def build(tree: PythonTree, into: Path, log: Path, task: Task) -> None:
    """Fill ``into`` as an image's root: library and packages, compiled. Problem if pip refuses something."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    packages = into / _PACKAGES

    def run(what: str, *argv: str) -> None:
        processes.run(argv, log=log, tick=lambda: task.says(State.BUILDING, what))

    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    strict = ("--no-deps", "--only-binary=:all:", "--require-hashes")
    run("installing", *pip, *strict, *_TARGET, "--target", str(packages), "-r", str(tree.lock))
    for pattern in tree.without:
        for path in sorted(packages.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(
        _LIBRARY, into / _LIBRARY.relative_to("/"), ignore=shutil.ignore_patterns(*_LIBRARY_WITHOUT)
    )
    # An image's files have no times: what is compiled must not be compared with them.
    compiler = ("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(into), "-p", "/")
    run("compiling", _PROGRAM, *compiler, str(into))
