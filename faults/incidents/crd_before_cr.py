"""An object before its kind."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="crd-before-cr",
    symptom='A fresh bootstrap says "no matches for kind", a cluster of yesterday does not.',
    cause="A Kustomization does not depend on the one that installs the CRD.",
    cure="Add the dependency.",
    told_by=contradicted(),
    about=("decision-crds-first",),
)
