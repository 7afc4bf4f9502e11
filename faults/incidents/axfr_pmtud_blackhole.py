"""Packets that are too large for the tailnet, and nobody who says so."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.names import PROBING

TAILNET = 1280
"""Bytes that a packet of the tailnet may have."""


def told_by(evidence: Evidence) -> bool:
    """The VPS' way through the tailnet takes packets of more than 1280 bytes, or PowerDNS does not probe for less."""
    probes = evidence.seen.dns.get(PROBING, "1")
    return probes != "1" or ("tailnet" in evidence.seen.vps_way and evidence.seen.vps_mtu > TAILNET)


INCIDENT = Incident(
    slug="axfr-pmtud-blackhole",
    symptom="Small queries work and transfers hang after their first bytes.",
    cause=(
        "The tailnet takes 1280 bytes, the sender believes in 1500, and the ICMP message that would "
        "tell is lost."
    ),
    cure=(
        "Let the sender probe (net.ipv4.tcp_mtu_probing = 1), which needs the kubelet to allow it; "
        "keep the MTU at 1280."
    ),
    told_by=told_by,
    about=("decision-axfr-requirements", "node-sysctls", "axfr-complete"),
    reproduce="pytest -m conformance --fault packets_blackholed",
)
