"""The record of one run: the schema of ``run.json`` (version 1).

Units and forms, everywhere in this module:

* times of day are ISO 8601 in UTC, ``2025-12-10T21:04:11.250Z``; ``""`` when not known;
* durations are seconds (float);
* tags have no leading ``@``;
* a vantage is its name as a person says it, ``"the public internet"``; ``""`` when there is none.

The record holds what happened, not what it means: a scenario tagged ``planned`` whose steps pass is
recorded as ``pass``, and ``reports.judge`` decides that it stands as *planned, and it passes*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

SCHEMA = 1

Fact = str | int | float


class Verdict(Enum):
    """What can be said of a scenario or a step. Only ``PASS`` is green.

    ``UNKNOWN`` is the zero value: whatever was never said, or cannot be read, is unknown, and red.
    """

    UNKNOWN = "unknown"
    """No observation could be made (the API is down, access denied), or our own code broke. Red."""
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    """It was observed, and it is not as specified. Red."""
    NOT_RUN = "not-run"
    """Its ground is missing: a unit that did not become ready, a run that ended early. Red."""
    PLANNED = "planned"
    """A roadmap item that is not built yet. Neither green nor red."""
    UNSUPPORTED = "unsupported"
    """Needs a capability that this target does not have. Neither green nor red, and counted."""

    @classmethod
    def of(cls, word: object) -> Verdict:
        """The verdict of this word; ``UNKNOWN`` for any word that is not one."""
        return next((verdict for verdict in cls if verdict.value == word), cls.UNKNOWN)

    @property
    def red(self) -> bool:
        """Whether it makes a run red."""
        return self in RED


RED = frozenset({Verdict.UNKNOWN, Verdict.FAIL, Verdict.NOT_RUN})


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing seen, from one place, at one time. ``value`` is text; no bound on its length here.

    ``fact`` is the same as data, JSON of any shape; None where there is none.
    """

    what: str
    value: str
    vantage: str = ""
    at: str = ""
    fact: Any = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """Evidence that is longer than a line. Make one with ``reports.attachments.Evidence.attach``.

    Exactly one of ``text`` and ``path`` holds the content; neither when it was withheld, and then
    ``note`` says why. ``path`` is relative to the run's folder. ``size`` is in bytes, before truncation.
    """

    name: str
    media_type: str = "text/plain"
    text: str = ""
    path: str = ""
    size: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One Given, When or Then. ``expected`` and ``observed`` are short; ``error`` is the whole message.

    A step that was not reached has the verdict ``NOT_RUN``. Only steps with ``PASS`` count as passed.
    ``fact`` is what a wait that failed saw last, as ``Observation.fact``.
    """

    keyword: str
    text: str
    verdict: Verdict = Verdict.UNKNOWN
    vantage: str = ""
    seconds: float = 0.0
    error: str = ""
    expected: str = ""
    observed: str = ""
    line: int = 0
    table: tuple[tuple[str, ...], ...] = ()
    docstring: str = ""
    fact: Any = None
    observations: tuple[Observation, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in the owner's repository where a decision does not hold, or cannot be told to hold.

    ``file`` is relative to the repository; ``level`` is ``violation`` or ``unknown``. ``waived`` is the reason of the
    waiver that lets it pass, ``""`` without one. ``aspect`` is the requirement of the rule, where it has several.
    """

    rule: str
    file: str
    line: int = 1
    object: str = ""
    found: str = ""
    would_satisfy: str = ""
    level: str = "unknown"
    waived: str = ""
    aspect: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario, or one row of an outline.

    ``id`` is unique in the run and outlives a rewording; ``node`` is pytest's node id. ``incidents`` are the
    slugs of known causes that may be behind it if it is red; ``causes`` those whose discriminating
    observation was really seen, most certain first. ``observations`` and ``attachments`` here belong
    to no single step, such as evidence collected after a failure.
    """

    id: str
    feature: str
    name: str
    verdict: Verdict = Verdict.UNKNOWN
    reason: str = ""
    chapter: str = ""
    feature_file: str = ""
    feature_description: str = ""
    rule: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    seconds: float = 0.0
    started: str = ""
    worker: str = ""
    line: int = 0
    steps: tuple[Step, ...] = ()
    incidents: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    findings: tuple[Finding, ...] = ()
    node: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """One unit of provisioning, once. ``build`` tells apart the builds that one run may contain.

    ``outcome`` is ``ready``, ``unchanged``, ``failed`` or another word of the provisioning's own.
    """

    layer: str
    unit: str
    started: str = ""
    seconds: float = 0.0
    outcome: str = "unknown"
    detail: str = ""
    build: str = "build"


@dataclass(frozen=True, slots=True)
class StandIn:
    """A hand-made double in the target: its name, the real thing it stands for, why it is there."""

    name: str
    stands_for: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """A known cause: how it looks, what it is, how it is cured."""

    slug: str
    symptom: str = ""
    cause: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A rule that the repository was held against: in words, why it was taken, and which incident it prevents."""

    rule: str
    decision: str
    rationale: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A box of a graph. ``depth`` is its column, from 0; ``wrong`` says what is wrong with it."""

    name: str
    depth: int = 0
    note: str = ""
    critical: bool = False
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """What waits for what. ``edges`` are (what must be ready, what waits for it); ``critical`` the longest chain."""

    name: str
    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[tuple[str, ...], ...] = ()
    critical: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Pin:
    """What is expected of one scenario of a profile.

    expected: "run", "planned", "unsupported", "known-failure"; "" where only its presence is. why: the reason why it is
    unsupported, or the slug of the incident that it is known to fail by.
    """

    profile: str
    expected: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that one run recorded.

    ``selection`` says in words how the run was narrowed (``-m conformance``), ``""`` for a full run.
    ``finished`` is ``""`` until the run came to its end: a killed run never has it. ``interrupted`` is
    the reason when it ended early and could still say so. ``problems`` are sentences about the suite
    itself (a feature bound to no test). ``pins`` says what is expected of each scenario, by its id; empty: nothing is.
    ``facts`` are shown as they are; a name that ends in ``_bytes`` or ``_seconds`` is shown in that unit.
    ``versions`` are compared with the last green run. ``limits`` are sentences about what a green run
    does not show. ``weak_secrets`` names secrets too short for the final scan (``reports.redaction``).
    """

    id: str
    cluster: str
    target: str
    started: str
    provider: str = ""
    identity: str = ""
    inventory: str = ""
    command: str = ""
    selection: str = ""
    updated: str = ""
    finished: str = ""
    interrupted: str = ""
    seconds: float = 0.0
    schema: int = SCHEMA
    pins: Mapping[str, Pin] = field(default_factory=dict[str, Pin])
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    problems: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    weak_secrets: tuple[str, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    incidents: tuple[Incident, ...] = ()
    phases: tuple[Phase, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    decisions: tuple[Decision, ...] = ()
    graphs: tuple[Graph, ...] = ()
