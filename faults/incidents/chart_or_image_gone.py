"""A version that floats."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="chart-or-image-gone",
    symptom="A bootstrap that worked last week does not find its chart, or starts a program that nobody tried.",
    cause='A chart, an image or a source is given by a range, a branch or "latest".',
    cure="Pin exact versions, and let a bot raise them by commits.",
    told_by=contradicted(),
    about=("decision-versions-pinned",),
)
