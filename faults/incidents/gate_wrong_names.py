"""A gate that waits for what does not exist."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="gate-wrong-names",
    symptom="The bootstrap fails or waits although everything is up.",
    cause="The gate names a workload or an address that is called otherwise.",
    cure="Derive what a gate waits for from what was applied.",
    about=("bootstrap/*", "units-converge-without-help", "decision-gates-wait-for-existing"),
)
