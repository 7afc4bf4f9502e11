"""Two masters of CoreDNS."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="coredns-two-masters",
    symptom="CoreDNS' configuration changes back and forth; names in the cluster fail after an upgrade.",
    cause="Talos and Flux both write kube-system/coredns.",
    cure="Keep it in Talos' configuration; forward zones there.",
    told_by=contradicted(),
    about=("decision-coredns-by-talos",),
)
