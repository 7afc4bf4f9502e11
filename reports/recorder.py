"""Writes down what happens while it happens: the record that everything else is made from.

One recorder for one run, in the process that owns the run (with pytest-xdist: the controller). Whatever
moment the process is killed at, ``run.json`` is whole and holds everything up to the last event; the
scenarios that were announced and never came to an end stand in it as *not run* or *unknown*.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports import codec, publish, store, text
from reports.attachments import Evidence
from reports.judge import Judged
from reports.model import Fact, Phase, Run, Scenario, Step, Verdict
from reports.redaction import Redactor, SecretFound

NOT_REACHED = "The run ended before this scenario was reached."
UNFINISHED = "The run ended while this scenario was running."
_TEXT_LIMIT = 32 * 1024
"""Characters of any one text in the record; what is longer belongs into an attachment."""
FACT_LIMIT = 64 * 1024
"""Bytes of any one fact in the record, as JSON."""
_REFRESH_EVERY = 10.0
_REFRESH_SHARE = 0.02
"""The page is refreshed during the run, at most so often (seconds) and for this share of the time."""
_SPARED = frozenset({"path", "media_type"})


class Recorder:
    """Event stream → ``out/runs/<run id>/run.json``, and all documents at the end. Thread-safe.

    ``redactor`` may learn secrets at any time (``redactor.know``). ``evidence`` writes attachments; in
    another process, make an ``Evidence`` for the same ``folder``.
    """

    def __init__(
        self,
        out: Path,
        redactor: Redactor | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.redactor = redactor or Redactor()
        self._out = out
        self._now = now
        self._lock = threading.RLock()
        self._run: Run | None = None
        self._folder: Path | None = None
        self._evidence: Evidence | None = None
        self._scenarios: dict[str, Scenario] = {}
        self._written: dict[str, bytes] = {}
        self._phases: list[Phase] = []
        self._begun = time.monotonic()
        self._scanned = 0
        self._head: tuple[int, dict[str, Any]] = (-1, {})
        self._refresh_at = self._begun + _REFRESH_EVERY

    @property
    def folder(self) -> Path:
        """The folder of the run. Raises RuntimeError before ``run_started``."""
        if self._folder is None:
            raise RuntimeError("the run has not started: call run_started first")
        return self._folder

    @property
    def evidence(self) -> Evidence:
        """Writes attachments into the folder of the run. Raises RuntimeError before ``run_started``."""
        if self._evidence is None:
            raise RuntimeError("the run has not started: call run_started first")
        return self._evidence

    @property
    def run(self) -> Run:
        """The record so far. Raises RuntimeError before ``run_started``."""
        with self._lock:
            return self._snapshot()

    def run_started(self, run: Run) -> None:
        """Begin the record. ``run.id`` comes from ``store.new_run_id``; ``started`` may be ``""`` for now.

        ``run.scenarios`` may hold what was collected (see ``collected``).
        """
        with self._lock:
            self._folder = store.run_folder(self._out, run.id)
            self._evidence = Evidence(self._folder, self.redactor)
            self._run = self._safe(
                replace(run, started=run.started or self._stamp(), scenarios=(), phases=())
            )
            self._begun = time.monotonic()
            self._phases = [self._safe(phase) for phase in run.phases]
            self._keep(replace(each, verdict=Verdict.NOT_RUN, reason=NOT_REACHED) for each in run.scenarios)
            self._save()
            publish.publish(self._out, self.folder, self._snapshot(), self.redactor)

    def collected(self, scenarios: Iterable[Scenario]) -> None:
        """Announce what is going to run: these are *not run* until they are started."""
        with self._lock:
            self._keep(replace(each, verdict=Verdict.NOT_RUN, reason=NOT_REACHED) for each in scenarios)
            self._save()

    def scenario_started(self, scenario: Scenario) -> None:
        """Announce that a scenario runs now: it is *unknown* until it is finished."""
        with self._lock:
            started = scenario.started or self._stamp()
            self._keep([replace(scenario, verdict=Verdict.UNKNOWN, reason=UNFINISHED, started=started)])
            self._save()

    def scenario_finished(self, scenario: Scenario) -> None:
        """Record a scenario. What happened goes in as it is (also for a planned one: pass, fail, unknown)."""
        with self._lock:
            done = self._scenarios.get(self._text(scenario.id))
            if done is not None and done.reason not in (NOT_REACHED, UNFINISHED):
                self._note(f"The scenario {done.id} was recorded twice; a rerun is not a verdict.")
            self._keep([scenario])
            self._save()
            self._refresh()

    def phase(self, phase: Phase) -> None:
        """Record one unit of provisioning."""
        with self._lock:
            self._phases.append(self._safe(phase))
            self._save()

    def problem(self, sentence: str) -> None:
        """Record something that is wrong with the suite itself. It makes the run red."""
        with self._lock:
            self._note(sentence)
            self._save()

    def facts(self, facts: Mapping[str, Fact]) -> None:
        """Add facts about the machine or the target, such as ``peak_memory_bytes``."""
        with self._lock:
            self._update(facts={**self._started().facts, **facts})
            self._save()

    def update(self, change: Callable[[Run], Run]) -> None:
        """Change what is known of the run as a whole (identity, versions, stand-ins). Not its scenarios."""
        with self._lock:
            self._run = self._safe(change(self._started()))
            self._save()

    def run_finished(self, interrupted: str = "") -> Judged:
        """End the record, write all documents, judge. ``interrupted`` says why the end came early.

        Everything is written that may be: a document in which a known secret is found is withheld, said
        so in the record, and the run is red.
        """
        with self._lock:
            self._update(finished=self._stamp(), interrupted=interrupted)
            for problem in publish.sweep(self.folder, self._snapshot(), self.redactor):
                self._note(problem)
            self._save()
            withheld, judged = publish.publish(self._out, self.folder, self._snapshot(), self.redactor)
            if withheld:
                for problem in withheld:
                    self._note(problem)
                self._save()
                _, judged = publish.publish(self._out, self.folder, self._snapshot(), self.redactor)
            store.prune(self._out, spare=[judged.changes.since.id] if judged.changes.since else [])
            return judged

    def _started(self) -> Run:
        if self._run is None:
            raise RuntimeError("the run has not started: call run_started first")
        return self._run

    def _update(self, **changes: object) -> None:
        self._run = self._safe(replace(self._started(), **changes))  # pyright: ignore[reportArgumentType]

    def _note(self, sentence: str) -> None:
        self._update(problems=(*self._started().problems, sentence))

    def _stamp(self) -> str:
        return text.timestamp(self._now())

    def _safe(self, part: codec.T) -> codec.T:
        return codec.map_text(part, self._text, facts=self._fact, spare=_SPARED)

    def _text(self, value: str) -> str:
        return text.truncated(self.redactor.text(value), _TEXT_LIMIT)[0]

    def _fact(self, fact: Any) -> Any:
        """The fact without secrets; one that is too long is replaced by its size, and the SHA-256 of what it was."""
        clean = self.redactor.data(fact)
        encoded = json.dumps(clean, ensure_ascii=False).encode("utf-8", "backslashreplace")
        if len(encoded) <= FACT_LIMIT:
            return clean
        return {"left out": {"bytes": len(encoded), "sha256": hashlib.sha256(encoded).hexdigest()}}

    def _keep(self, scenarios: Iterable[Scenario]) -> None:
        # Only the new part is encoded and scanned, so that the cost of an event hardly grows with the
        # length of the run; what was written before is joined to it as it is.
        for scenario in map(self._safe, scenarios):
            names = self.redactor.leaks(_encoded(scenario))
            kept = self._withheld(scenario, names) if names else scenario
            self._scenarios[kept.id] = kept
            self._written[kept.id] = _encoded(kept)

    def _withheld(self, scenario: Scenario, names: tuple[str, ...]) -> Scenario:
        """The scenario without its texts: a secret got past redaction in a form that only the scan knows."""

        def unless_it_leaks(value: str) -> str:
            return (
                text.slug(value) if self.redactor.leaks(value.encode("utf-8", "backslashreplace")) else value
            )

        return Scenario(
            id=unless_it_leaks(scenario.id),
            feature=unless_it_leaks(scenario.feature),
            node=unless_it_leaks(scenario.node),
            name=unless_it_leaks(scenario.name),
            verdict=Verdict.UNKNOWN,
            reason=f"Its evidence is withheld: the secret {text.listed(list(names))} was found in it.",
            chapter=unless_it_leaks(scenario.chapter),
            feature_file=unless_it_leaks(scenario.feature_file),
            tags=tuple(map(unless_it_leaks, scenario.tags)),
            seconds=scenario.seconds,
            started=scenario.started,
            steps=tuple(
                Step(each.keyword, "withheld", each.verdict, seconds=each.seconds) for each in scenario.steps
            ),
        )

    def _save(self) -> None:
        """Write ``run.json``. Everything in it has been redacted and scanned for what was known then."""
        if self._scanned != self.redactor.generation:
            self._scan_again()
        run = self._started()
        seconds = time.monotonic() - self._begun
        self._run = replace(run, updated=self._stamp(), seconds=seconds, weak_secrets=self.redactor.weak)
        head = codec.plain(replace(self._run, phases=tuple(self._phases), scenarios=()))
        del head["scenarios"]
        start = json.dumps(head, ensure_ascii=False).encode("utf-8", "backslashreplace")
        # The clock is no secret: what else is the same as last time has been scanned.
        scanned = self.redactor.generation, head | {"updated": "", "seconds": 0}
        if scanned != self._head:
            if names := self.redactor.leaks(start):
                raise SecretFound(store.RUN_FILE, names, ["the facts of the run itself"])
            self._head = scanned
        body = b",\n".join(self._written.values())
        store.write_unchecked(
            self.folder / store.RUN_FILE, start[:-1] + b', "scenarios": [\n' + body + b"\n]}\n"
        )

    def _scan_again(self) -> None:
        """A secret became known: what was recorded before and may hold it has to go through both nets again."""
        since, self._scanned = self._scanned, self.redactor.generation
        self._run = self._safe(self._started())
        self._phases = [self._safe(phase) for phase in self._phases]
        scenarios, written = self._scenarios, self._written
        self._scenarios, self._written = {}, {}
        for name, scenario in scenarios.items():
            if self.redactor.concerned(written[name], since):
                self._keep([scenario])
            else:
                self._scenarios[name], self._written[name] = scenario, written[name]

    def _refresh(self) -> None:
        """Bring the page up to date during a long run, so that also a killed one leaves a recent page."""
        if time.monotonic() < self._refresh_at:
            return
        begun = time.monotonic()
        publish.publish(self._out, self.folder, self._snapshot(), self.redactor)
        took = time.monotonic() - begun
        self._refresh_at = time.monotonic() + max(_REFRESH_EVERY, took / _REFRESH_SHARE)

    def _snapshot(self) -> Run:
        return replace(self._started(), phases=tuple(self._phases), scenarios=tuple(self._scenarios.values()))


def _encoded(scenario: Scenario) -> bytes:
    return json.dumps(codec.plain(scenario), ensure_ascii=False).encode("utf-8", "backslashreplace")
