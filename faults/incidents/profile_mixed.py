"""Certificates of two environments at the same time."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either


def told_by(evidence: Evidence) -> bool:
    """A website shows, or the issuer asks, another authority than that of the environment in force."""
    seen, wanted = evidence.seen, evidence.seen.plan
    shown = {each["authority"] for each in seen.websites.values() if "authority" in each}
    asked = [words.split()[0] for name, words in seen.certification.items() if name.startswith("issuer ")]
    directories = {word for word in asked if word.startswith("https://")}
    mixed = bool(shown) and shown != {wanted.get("environment")}
    return mixed or (bool(directories) and wanted.get("directory") not in directories)


INCIDENT = Incident(
    slug="profile-mixed",
    symptom="After a switch some websites show the old authority's certificate.",
    cause="The issuer was switched and certificates were not asked for anew, or there is a second switch.",
    cure="Delete the Certificates' Secrets after a switch; keep one switch.",
    told_by=either(contradicted(), told_by),
    about=("decisions/repository/certificates", "decision-one-acme-switch"),
    reproduce="pytest -m conformance --fault staging_in_production",
)
