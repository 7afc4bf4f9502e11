"""One lab for all tests that need a real one: this checkout's, as the specification uses it.

One that runs, and is well, is used and left as it was. Else one is built for `tests/proof` and `tests/lab` together,
and removed at the end.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from faults.health import HEALTHY
from inventory import load
from inventory.problem import Problem
from probes.outcomes import CannotObserve
from probes.waiting import Patience, eventually
from provisioning import provider
from provisioning.lab.lab import HOME
from provisioning.lab.provider import LabProvider, lab_name
from provisioning.provider import Options
from provisioning.target import Target

ROOT = Path(__file__).parents[1]
INVENTORY = ROOT / "inventories/lab.toml"
CHECKOUT = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]
"""In the names of the labs that tests build beside it; each begins with another word than any other's."""
IMPATIENT = {
    "address_assigned": "12s",
    "announcement_moves": {"within": "12s", "hold": "1s"},
    "certificate_issued": {"within": "60s", "every": "1s"},
    "etcd": "6s",
    "leader": "12s",
    "metrics": "30s",
    "node_ready": {"within": "60s", "every": "500ms", "hold": "1s"},
    "no_writes": {"within": "12s", "every": "1s", "hold": "2s"},
    "pod_ready": "20s",
    "record_written": "25s",
    "reload": "40s",
    "service_answers": {"within": "8s", "every": "250ms"},
    "sealed_secret": "15s",
    "secret_synced": "25s",
    "stays_ready": {"within": "6s", "every": "500ms", "hold": "3s"},
    "vault": "15s",
}
"""What is known to fail need not be waited for as long as what is hoped to hold."""
MENDED = Patience(within=60.0, every=1.0)
"""How long what a run has broken and mended may take until it is as it was."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of the specification came to. scenarios: by their ids."""

    code: int
    said: str
    results: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def end(self) -> str:
        """The last of what it said, for a failure."""
        return "\n".join(self.said.splitlines()[-15:])

    @property
    def scenarios(self) -> Mapping[str, Mapping[str, Any]]:
        return {each["id"]: each for each in self.results.get("scenarios", ())}

    @property
    def verdicts(self) -> Mapping[str, str]:
        return {name: each["verdict"] for name, each in self.scenarios.items()}

    @property
    def causes(self) -> Sequence[str]:
        """The causes that were seen, the first one first."""
        return [each["slug"] for each in self.results.get("causes", ()) if each["seen"]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A lab that runs. inventory: attaches to it, with nothing pinned; impatient: likewise, for what is to fail.

    built: by these tests, which then remove it.
    """

    lab: str
    inventory: Path
    impatient: Path
    folder: Path
    built: bool

    def target(self) -> Target:
        """Attach to it, as soon as it answers."""

        def attached() -> Target:
            try:
                return provider.provider_for(load(self.inventory), Options()).attach()
            except Problem as problem:
                raise CannotObserve(f"the lab {self.lab}", "this machine", str(problem)) from problem

        return eventually(attached, lambda _: True, expected=f"{self.lab} can be attached", patience=MENDED)

    def be_healthy(self) -> None:
        """Wait until the lab is as it was before it was broken."""
        now = self.target()
        eventually(lambda: HEALTHY.observe(now), HEALTHY.until, expected=HEALTHY.expected, patience=MENDED)

    def variant(self, name: str, change: Mapping[str, Any]) -> Path:
        """Write the impatient inventory again with some sections changed."""
        data = tomllib.loads(self.impatient.read_text())
        for section, keys in change.items():
            data[section] = {**data.get(section, {}), **keys}
        file = self.folder / f"{name}.toml"
        file.write_text(tomli_w.dumps(data))
        return file

    def specification(
        self,
        *arguments: str,
        faults: Iterable[str] = (),
        only: Iterable[str] | None = None,
        inventory: Path | None = None,
        workers: int = 0,
    ) -> Outcome:
        """Run the specification against the lab, with these faults in it for the whole run.

        With faults in it, what fails is not waited for long; without, the patience is the lab's own.
        only: patterns of scenarios, as in ``Fault.turns_red``; everything else is left out.
        """
        out = Path(tempfile.mkdtemp(dir=self.folder, prefix="run-"))
        parallel = (f"--numprocesses={workers}",) if workers else ()
        run = self.begin(*parallel, *arguments, faults=faults, only=only, inventory=inventory, out=out)
        try:
            said, _ = run.communicate()
        except BaseException:
            # It has something broken on purpose: it is given the time to mend it.
            run.terminate()
            run.communicate()
            raise
        return outcome(run.returncode, said, out)

    def begin(
        self,
        *arguments: str,
        faults: Iterable[str] = (),
        only: Iterable[str] | None = None,
        inventory: Path | None = None,
        out: Path | None = None,
    ) -> subprocess.Popen[str]:
        """Begin such a run, and do not wait for it."""
        out = out or Path(tempfile.mkdtemp(dir=self.folder, prefix="run-"))
        environment = {**os.environ}
        if only is not None:
            chosen = out / "only.json"
            chosen.write_text(json.dumps(list(only)))
            environment["CLUSTERSPEC_PROOF_ONLY"] = str(chosen)
        faults = tuple(faults)
        inventory = inventory or (self.impatient if faults else self.inventory)
        command = [
            *(sys.executable, "-m", "pytest", "-p", "tests.proof.choosing", "-p", "no:cacheprovider"),
            *(f"--inventory={inventory}", f"--run-dir={out}", "--confirm-target=lab"),
            *(f"--fault={fault}" for fault in faults),
            *arguments,
        ]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )


def outcome(code: int, said: str, out: Path) -> Outcome:
    """Read what a run has left in its folder."""
    results = out / "results.json"
    found = json.loads(results.read_text()) if results.exists() else {}
    return Outcome(code, said, found)


@contextmanager
def kept() -> Iterator[Kept]:
    """Have the lab; the first who asks builds it, if it does not run."""
    yield _kept()


@functools.cache
def _kept() -> Kept:
    lab = lab_name()
    runs = bool(LabProvider(load(INVENTORY), Options()).generation())
    try:
        if not runs:
            up(lab)
        made = _described(HOME / lab / "inventory.toml", built=not runs)
        made.be_healthy()
    except BaseException:
        if not runs:
            down(lab)
        raise
    return made


def _described(inventory: Path, *, built: bool) -> Kept:
    """Write the inventories by which the lab is attached."""
    folder = Path(tempfile.mkdtemp(prefix="clusterspec-proof-"))
    made = Kept(inventory.parent.name, folder / "lab.toml", folder / "impatient.toml", folder, built)
    data = tomllib.loads(inventory.read_text())
    data.pop("expected", None)
    made.inventory.write_text(tomli_w.dumps(data))
    made.impatient.write_text(tomli_w.dumps({**data, "patience": {**data["patience"], **IMPATIENT}}))
    return made


def remove() -> None:
    """Remove the lab if it was built here, and what was written for these tests."""
    if not _kept.cache_info().currsize:
        return
    made = _kept()
    _kept.cache_clear()
    shutil.rmtree(made.folder, ignore_errors=True)
    if made.built:
        down(made.lab)


def provisioning(lab: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `python -m provisioning` on a lab of this name."""
    return subprocess.run(command(*words), **_as(lab), capture_output=True, text=True, check=False)


def start(lab: str, *words: str, said: Path) -> subprocess.Popen[str]:
    """Start one, and do not wait for it. What it says goes to a file: a pipe that nobody reads would stop it."""
    with said.open("w") as file:
        return subprocess.Popen(command(*words), **_as(lab), stdout=file, stderr=subprocess.STDOUT, text=True)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "provisioning", *words]


def _as(lab: str) -> Mapping[str, Any]:
    # One that hangs and is sent SIGABRT tells where.
    told = {"CLUSTERSPEC_LAB_NAME": lab, "PYTHONFAULTHANDLER": "1"}
    return {"cwd": ROOT, "env": {**os.environ, **told}}


def up(lab: str) -> None:
    done = provisioning(lab, "up")
    assert done.returncode == 0, done.stdout + done.stderr


def down(lab: str) -> None:
    done = provisioning(lab, "down")
    assert done.returncode == 0, done.stdout + done.stderr
