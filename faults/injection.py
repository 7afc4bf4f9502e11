"""Breaking a target and mending it: written down before, undone on every way out, and by the next run if need be."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from faults import journal as journals
from faults import reach
from faults.fault import Fault, Memo, discover
from probes.outcomes import CannotObserve
from probes.waiting import SILENT, NeverHappened, Patience, Progress, eventually
from provisioning.target import Target

SHOWS = Patience(within=90.0)
"""How long a harm may take until it is felt."""
MENDS = Patience(within=180.0, hold=1.0)
"""How long what was broken may take to be as it was."""


class CannotInject(Exception):
    """The fault is not in the target, so nothing can be learnt from a run with it; the text says why."""


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault that is in the target now."""

    fault: Fault
    memo: Memo


def journal_of(target: Target) -> Path:
    """Return the folder in which faults of this target are written down, wherever a run keeps its own files.

    For a lab it lies in its layer 00, so that a lab that was rebuilt in the meantime still finds it: what was broken
    in layer 00 is still so. All other harm went with the lab.
    """
    lab = reach.lab_of(target)
    if lab is not None:
        return lab.persistent / "faults"
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local/state")
    return Path(state) / "clusterspec/faults" / target.identity


@contextlib.contextmanager
def injected(
    fault: Fault, target: Target, journal: Path, *, progress: Progress = SILENT
) -> Generator[Injected]:
    """Have a fault in the target for the length of the block. Health, before and after, is the caller's to ask.

    Raises:
        CannotInject: it cannot be done here, or it was not felt; the target is as it was.
        NeverHappened: it could not be mended. It stays in the journal, and ``mend_leftovers`` tries again.
        NeverObserved: likewise, when it could not be told.

    """
    if why := fault.kind.available(target):
        raise CannotInject(f"{fault.slug} cannot be injected: {why}")
    if fault.shows is not None and _shows(fault, target):
        raise CannotInject(f"{fault.slug} would change nothing: {fault.shows.expected} already")
    try:
        memo = fault.kind.before(target)
    except (CannotObserve, LookupError, OSError) as error:
        raise CannotInject(f"{fault.slug} cannot be injected: {error}") from error
    with contextlib.ExitStack() as stack:
        try:
            entry = stack.enter_context(journals.entry(journal, fault.slug, memo, target.identity))
        except FileExistsError as error:
            raise CannotInject(f"{fault.slug} is in the target already: see {error.filename2}") from error
        try:
            fault.kind.break_(target, memo)
            _felt(fault, target, progress)
            yield Injected(fault, memo)
        finally:
            mend(fault, target, memo, progress=progress)
            entry.forget()


def mend(fault: Fault, target: Target, memo: Memo, *, progress: Progress = SILENT) -> None:
    """Undo a fault and return when the target is as it was, as far as the fault is concerned.

    Raises:
        NeverHappened: it is not, for all the attempts.
        NeverObserved: likewise, when it could not be told.

    """
    undone = False

    def attempt() -> bool:
        nonlocal undone
        try:
            if not undone:
                fault.kind.mend(target, memo)
                undone = True
            return fault.kind.mended(target, memo)
        except OSError as error:
            raise CannotObserve(f"the end of {fault.slug}", "this machine", str(error)) from error

    eventually(
        attempt, bool, expected=f"{fault.slug} is mended ({fault.says})", patience=MENDS, progress=progress
    )
    if fault.shows is not None:
        eventually(
            lambda: _shows(fault, target),
            lambda shows: not shows,
            expected=f"no longer: {fault.shows.expected}",
            patience=MENDS,
            progress=progress,
        )
    reach.forget_deaths(target)


def mend_leftovers(target: Target, journal: Path, *, progress: Progress = SILENT) -> tuple[str, ...]:
    """Mend what killed runs left broken, the latest first; return the slugs. Other runs' faults stay.

    Harm to a lab that has been built anew since is only forgotten: to undo it would put into the new one what
    belonged to the old one.

    Raises:
        CannotInject: the journal names a fault that this checkout does not know, or one could not be mended; it is
            left there.

    """
    known = discover()
    done: list[str] = []
    with journals.abandoned(journal) as entries:
        for entry in entries:
            if entry.fault not in known:
                raise CannotInject(f"{entry.file} names a fault that is not in the catalogue")
            fault = known[entry.fault]
            if entry.identity in {"", target.identity} or fault.kind.outlives_rebuild:
                _mend_leftover(fault, target, entry, progress)
                done.append(entry.fault)
            entry.forget()
    return tuple(done)


def _mend_leftover(fault: Fault, target: Target, entry: journals.Entry, progress: Progress) -> None:
    try:
        mend(fault, target, entry.memo, progress=progress)
    except (AssertionError, CannotObserve, LookupError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise CannotInject(
            f"{fault.slug}, which an earlier run left in the target, could not be mended: {why}\n"
            f"to do: see {entry.file}; a lab is removed by `make lab-down`, and its faults with it"
        ) from error


def _felt(fault: Fault, target: Target, progress: Progress) -> None:
    if fault.shows is None:
        return
    try:
        eventually(
            lambda: _shows(fault, target),
            bool,
            expected=fault.shows.expected,
            patience=SHOWS,
            progress=progress,
        )
    except (NeverHappened, CannotObserve) as never:
        raise CannotInject(f"{fault.slug} was injected and not felt: {never}") from never


def _shows(fault: Fault, target: Target) -> bool:
    return fault.shows is not None and fault.shows.holds(target)
