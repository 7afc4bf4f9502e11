"""A lab that is attached like any other cluster gives the same verdicts as it gives to whoever built it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.kept import ROOT, Kept, Outcome, outcome

PROFILE = "conformance"
WORKERS = 3
SOME = "address or routes or sealing or pools or services"
"""Of every chapter some; what looks at the machines themselves is among it."""


def test_the_verdicts_do_not_depend_on_who_attached(kept: Kept) -> None:
    attached = kept.specification("-m", PROFILE, "-k", SOME, workers=WORKERS)
    built = _as_lab(kept)
    assert attached.verdicts == built.verdicts
    assert set(built.verdicts.values()) == {"pass"}, built.end


def _as_lab(kept: Kept) -> Outcome:
    """Run the same with the lab's own provider, which converges what runs, and keeps it."""
    out = Path(tempfile.mkdtemp(dir=kept.folder, prefix="run-"))
    command = [
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", PROFILE, "-k", SOME),
        *("--target=lab", "--keep", f"--lab-name={kept.lab}", f"--run-dir={out}"),
        f"--numprocesses={WORKERS}",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return outcome(done.returncode, done.stdout + done.stderr, out)
