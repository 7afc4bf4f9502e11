"""A record that was written by hand is changed or deleted."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="external-dns-takes-over",
    symptom="A record that was written by hand is changed or deleted.",
    cause="external-dns runs without a registry, or with another owner's id.",
    cure="Keep the TXT registry and one owner's id.",
    about=("foreign-name-untouched",),
)
