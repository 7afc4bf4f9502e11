"""Failed at the time-out, well minutes later."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="timeout-race",
    symptom="A unit is said to have failed at exactly its time-out, and its pods are well soon after.",
    cause="The patience is shorter than what is waited for takes.",
    cure="Wait for the condition with the patience that it needs; tell slow from broken.",
    about=("bootstrap/*", "units-converge-without-help", "decision-timeouts-nest"),
)
