"""A proxy that reads along and cuts transfers short."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import cut_on_the_way, either
from faults.names import DENYLIST, PROBING


def told_by(evidence: Evidence) -> bool:
    """Copies break off only on the way to the VPS, although packet sizes are probed; or nothing keeps proxies away."""
    dns = evidence.seen.dns
    open_to_proxies = bool(dns) and "53/TCP" not in dns.get(DENYLIST, "")
    return open_to_proxies or (cut_on_the_way(evidence.seen) and dns.get(PROBING) == "1")


INCIDENT = Incident(
    slug="axfr-cilium-dns-proxy",
    symptom="A copy of the zone consists of its opening SOA, and ends 10 s later; from a pod it is complete.",
    cause="A transparent DNS proxy (Cilium's) intercepts port 53 on its way to the pod and lingers.",
    cure="Annotate PowerDNS' pod with io.cilium.proxy.denylist: 53/TCP,53/UDP.",
    told_by=either(contradicted("denylist"), told_by),
    about=("decisions/repository/names", "decision-axfr-requirements", "axfr-complete"),
    reproduce="pytest -m conformance --fault transfers_intercepted",
)
