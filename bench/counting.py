"""A pytest plugin that tells the time of the bare probes from what the suite adds to it.

Bare is all time spent in calls into ``probes`` (waits between two looks included) from code that is not in it: so
what remains is pytest, pytest-bdd, the fixtures, the steps and the record. Load it before anything imports a probe:
``-p bench.counting``; it writes JSON to the file that ``CLUSTERSPEC_BENCH`` names.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import os
import pkgutil
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

import probes

BEGUN = time.monotonic()


class Meter(threading.local):
    """How deep this thread is in the probes, and how long it has been there in all, in seconds."""

    depth = 0
    bare = 0.0


METER = Meter()
SCENARIOS: list[dict[str, float | str]] = []


def metered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Count the time of a call, unless it comes from inside of another one."""

    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        METER.depth += 1
        begun = time.monotonic()
        try:
            return function(*arguments, **named)
        finally:
            METER.depth -= 1
            if METER.depth == 0:
                METER.bare += time.monotonic() - begun

    return call


def _meter_everything() -> None:
    modules = [
        importlib.import_module(f"probes.{each.name}") for each in pkgutil.iter_modules(probes.__path__)
    ]
    replaced: dict[int, Any] = {}
    for module in modules:
        for value in list(vars(module).values()):
            ours = getattr(value, "__module__", "").startswith("probes.")
            if inspect.isfunction(value) and ours and value.__module__ == module.__name__:
                replaced[id(value)] = metered(value)
            elif (
                inspect.isclass(value)
                and ours
                and value.__module__ == module.__name__
                and not _is_value(value)
            ):
                _meter_methods(value)
    for module in modules:
        for name, value in list(vars(module).items()):
            if id(value) in replaced:
                setattr(module, name, replaced[id(value)])


def _is_value(kind: type) -> bool:
    """Tell whether a class only holds what was seen: then looking at it is no observation."""
    return not any(hasattr(kind, verb) for verb in ("run", "dial", "request", "ask"))


def _meter_methods(kind: type) -> None:
    for name, value in list(vars(kind).items()):
        if inspect.isfunction(value) and not name.startswith("__"):
            setattr(kind, name, metered(value))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Measure one scenario from its setup to its clean-up."""
    begun, bare = time.monotonic(), METER.bare
    try:
        return (yield)
    finally:
        seconds = time.monotonic() - begun
        SCENARIOS.append({"id": item.nodeid, "seconds": seconds, "bare": METER.bare - bare})


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Write down what was measured."""
    file = os.environ.get("CLUSTERSPEC_BENCH")
    if file:
        measured = {"seconds": time.monotonic() - BEGUN, "bare": METER.bare, "scenarios": SCENARIOS}
        Path(file).write_text(json.dumps(measured))


_meter_everything()
