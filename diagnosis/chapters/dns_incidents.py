"""Known causes of names that are not answered, not copied, or lead to the wrong place."""

from __future__ import annotations

from collections.abc import Callable

from diagnosis.chapters import public_path
from diagnosis.chapters.dns import INTERNET, NOTIFYING, PARENT, PRIMARY, VPS, WORKSTATION, Look
from diagnosis.incident import Evidence, Incident, contradicted, contradicted_in, either, on
from diagnosis.look import seen
from probes import powerdns
from probes.dns import Answer
from probes.routes import Way
from probes.transfer import CutAfterOpening, Record, Stalled, Transferred
from probes.zone import private

TAILNET = 1280
"""Bytes that a packet of the tailnet may have."""
_TAKEN = {"NOERROR", "NXDOMAIN"}
"""What a server says that would have taken an update, had its condition held."""
Matches = Callable[[Evidence], bool]


def _absent(workload: str) -> Matches:
    """Return a match: this workload is declared, and has no ready pod."""
    return on(
        Look, lambda look: any(each.name == workload and each.ready == 0 for each in seen(look.workloads, ()))
    )


def _frozen_with_planned_refresh(look: Look) -> bool:
    soa, plan = look.soa(PRIMARY), seen(look.plan, None)
    return look.frozen and soa is not None and plan is not None and soa.refresh == plan.refresh


def _intercepted(look: Look) -> bool:
    """Copies break off only on the way to the VPS, although packet sizes are probed; or nothing keeps proxies away."""
    pod, transfers = seen(look.pod, None), seen(look.transfers, {})
    open_to_proxies = pod is not None and not {"53/TCP"} <= pod.kept_from_proxies
    at_home = isinstance(transfers.get(WORKSTATION), Transferred)
    cut = at_home and isinstance(transfers.get(VPS), CutAfterOpening | Stalled)
    return open_to_proxies or (cut and seen(look.probing, "") == "1")


def _too_large(evidence: Evidence) -> bool:
    """The VPS' way through the tailnet takes packets of more than 1280 bytes, or PowerDNS does not probe for less."""
    look, path = evidence.look(Look), evidence.look(public_path.Look)
    way = seen(path.way, None) if path else None
    in_tailnet = path is not None and isinstance(way, Way) and way.source == seen(path.tailnet, "")
    blind = look is not None and seen(look.probing, "1") != "1"
    return blind or (in_tailnet and isinstance(way, Way) and way.mtu > TAILNET)


def _kept_local(look: Look) -> bool:
    """A service with the DNS VIP has the traffic policy Local."""
    plan = seen(look.plan, None)
    found = (each.policy for each in seen(look.entrances, ()) if plan and {plan.vip} <= set(each.outside))
    return any(each == "Local" for each in found)


def _private_target(evidence: Evidence) -> bool:
    """A record of the zone has a private address."""
    look = evidence.look(Look)
    copies = seen(look.transfers, {}).values() if look else ()
    copied = (record for each in copies if isinstance(each, Transferred) for record in each.records)
    return bool(private((*copied, *evidence.facts(Record))))


def _forwards_elsewhere(look: Look) -> bool:
    """The cluster's DNS forwards the owner's domain to another address than the DNS VIP, or nowhere."""
    to, plan = seen(look.forwarded, None), seen(look.plan, None)
    return to is not None and plan is not None and to != plan.vip


def _without_addresses(look: Look) -> bool:
    """The parent, or the zone itself, has no address of a name server that it names."""
    plan, referral = seen(look.plan, None), seen(look.name_servers, {}).get(PARENT)
    names = plan.nameservers if plan else ()
    without_glue = isinstance(referral, Answer) and not all(map(referral.glue, names))
    at_home = seen(look.addresses, {}).values()
    return without_glue or any(isinstance(each, Answer) and not each.data("A") for each in at_home)


def _notifies(look: Look) -> bool:
    """The zone is kept as one whose changes are notified, or PowerDNS is set up to notify."""
    settings = seen(look.settings, {})
    return seen(look.kind, "") in NOTIFYING or any(
        settings.get(each) == "yes" for each in ("primary", "master")
    )


def _elsewhere(look: Look) -> bool:
    """The names that the primary gives are not those that the parent gives."""
    plan, servers = seen(look.plan, None), seen(look.name_servers, {})
    parent, primary = servers.get(PARENT), servers.get(PRIMARY)
    if plan is None or not isinstance(parent, Answer) or not isinstance(primary, Answer):
        return False
    delegated = set(parent.referred_to(plan.zone))
    return bool(delegated) and delegated != {each.rstrip(".").lower() for each in primary.data("NS")}


def _other_clients(look: Look) -> bool:
    """The networks that may copy a zone are not the planned ones."""
    plan, allowed = seen(look.plan, None), seen(look.settings, {}).get("allow-axfr-ips")
    return plan is not None and allowed is not None and powerdns.networks(allowed) != plan.clients


def _api_exposed(look: Look) -> bool:
    """A service with the port of the API has an address outside."""
    api = f"{powerdns.API_PORT}/TCP"
    return any(each.outside and {api} <= set(each.ports) for each in seen(look.entrances, ()))


def _silent_secondary(evidence: Evidence) -> bool:
    """Nothing takes connections on port 53 of the VPS."""
    path = evidence.look(public_path.Look)
    return path is not None and public_path.closed(path, public_path.NAME_SERVER)


def _soa_of_nobody(look: Look) -> bool:
    """The SOA names none of the planned name servers."""
    soa, plan = look.soa(PRIMARY), seen(look.plan, None)
    return soa is not None and plan is not None and soa.mname.rstrip(".") not in plan.nameservers


def _long_refresh(look: Look) -> bool:
    """The refresh that the primary tells is longer than planned."""
    soa, plan = look.soa(PRIMARY), seen(look.plan, None)
    return soa is not None and plan is not None and soa.refresh > plan.refresh


def _unannounced(look: Look) -> bool:
    """PowerDNS is ready, its service takes traffic at any node, and the DNS VIP is silent at home."""
    runs = any(each.name == "powerdns" and each.ready > 0 for each in seen(look.workloads, ()))
    silent = bool(seen(look.soas, {})) and look.soa(PRIMARY) is None and look.soa(VPS) is not None
    return runs and silent and not _kept_local(look)


def _copied_by_strangers(look: Look) -> bool:
    return isinstance(seen(look.transfers, {}).get(INTERNET), Transferred)


def _open_to_updates(evidence: Evidence) -> bool:
    """An update without a key would have been taken."""
    updates = (each for each in evidence.facts(Answer) if each.opcode == "UPDATE")
    return any(each.rcode in _TAKEN for each in updates)


INCIDENTS = (
    Incident(
        slug="also-notify-hostname-crash",
        symptom="PowerDNS does not start; names are answered by nobody.",
        cause="also-notify holds a name, and PowerDNS reads addresses only.",
        cure="Drop also-notify: NOTIFY is not configured.",
        matches=contradicted_in("also-notify"),
        about=(
            "decision-notify-off",
            "notify-off-in-powerdns",
        ),
        unproven="Only the owner's repository shows it; the fixtures of its rule prove it.",
    ),
    Incident(
        slug="axfr-cilium-dns-proxy",
        symptom=(
            "A copy of the zone consists of its opening SOA, and ends 10 s later; from a pod it is complete."
        ),
        cause="A transparent DNS proxy (Cilium's) intercepts port 53 on its way to the pod and lingers.",
        cure="Annotate PowerDNS' pod with io.cilium.proxy.denylist: 53/TCP,53/UDP.",
        matches=either(contradicted_in("proxy"), on(Look, _intercepted)),
        about=(
            "decisions/repository/names",
            "decision-axfr-requirements",
            "axfr-complete",
        ),
        reproduce="pytest -m conformance --fault transfers_intercepted",
    ),
    Incident(
        slug="axfr-pmtud-blackhole",
        symptom="Small queries work and transfers hang after their first bytes.",
        cause=(
            "The tailnet takes 1280 bytes, the sender believes in 1500, and the ICMP message that "
            "would tell is lost."
        ),
        cure=(
            "Let the sender probe (net.ipv4.tcp_mtu_probing = 1), which needs the kubelet to allow "
            "it; keep the MTU at 1280."
        ),
        matches=_too_large,
        about=(
            "decision-axfr-requirements",
            "node-sysctls",
            "axfr-complete",
        ),
        reproduce="pytest -m conformance --fault packets_blackholed",
    ),
    Incident(
        slug="axfr-vps-bridge-network",
        symptom="A copy by hand on the VPS works, and its name server goes on with what it had.",
        cause=(
            "The name server is not in the host's network, or keeps the zone as something else than a "
            "secondary."
        ),
        cure="Run it in the host's network; make the zone a secondary of the DNS VIP; retrieve it once.",
        matches=on(Look, _frozen_with_planned_refresh),
        about=(
            "ingress-hosts-public",
            "secondary-within-refresh",
            "secondary-serves-every-record",
        ),
        reproduce="pytest -m conformance --fault secondary_frozen",
    ),
    Incident(
        slug="dns-vip-etp-local",
        symptom="The VPS times out at the DNS VIP, which answers at home.",
        cause="externalTrafficPolicy Local, and the route's holder is another node than the pod's.",
        cure="Set externalTrafficPolicy to Cluster.",
        matches=either(contradicted_in("policy"), on(Look, _kept_local)),
        about=(
            "decisions/repository/names",
            "decision-axfr-requirements",
            "powerdns-answers-at-vip",
        ),
        reproduce="pytest -m conformance --fault dns_vip_kept_local",
    ),
    Incident(
        slug="external-dns-down",
        symptom="Old names live on, a new Ingress gets none, and the name of a removed one stays.",
        cause="external-dns has no ready pod: a flag that it does not know, or it was scaled to nothing.",
        cure="Look at its log and its arguments.",
        matches=_absent("external-dns"),
        reproduce="pytest -m conformance --fault external_dns_absent",
    ),
    Incident(
        slug="external-dns-private-target",
        symptom="A website resolves and nobody outside reaches it.",
        cause="external-dns took the address of the Ingress instead of its default target.",
        cure="Set --default-targets and --force-default-targets to the VPS' address.",
        matches=_private_target,
        about=("ingress-hosts-have-records",),
        reproduce="pytest -m conformance --fault private_address_published",
    ),
    Incident(
        slug="external-dns-takes-over",
        symptom="A record that was written by hand is changed or deleted.",
        cause="external-dns runs without a registry, or with another owner's id.",
        cure="Keep the TXT registry and one owner's id.",
        about=("foreign-name-untouched",),
        unproven="No fault runs external-dns without a registry, or with another owner's id.",
    ),
    Incident(
        slug="forward-wrong-vip-after-renumber",
        symptom="After the network was renumbered, one way in or out still uses the old addresses.",
        cause="An address was written down in a second place.",
        cure="Search the live configuration for the old network; derive addresses from one place.",
        matches=on(Look, _forwards_elsewhere),
        about=(
            "networking/routes",
            "decisions/repository/addresses",
            "decision-documents-real-addresses",
            "route-covers-vips",
        ),
        reproduce="pytest -m conformance --fault forward_to_retired_vip",
    ),
    Incident(
        slug="glue-missing",
        symptom="Some resolvers find the names and others do not; every DNS-01 challenge fails.",
        cause="The name servers are names of the zone itself, and their addresses stand nowhere.",
        cure="Write both A records, and the glue at the parent.",
        matches=on(Look, _without_addresses),
        reproduce="pytest -m conformance --fault glue_missing",
    ),
    Incident(
        slug="notify-source-rejected",
        symptom="The VPS logs that a NOTIFY is not from a primary, and changes arrive no sooner.",
        cause=(
            "NOTIFY leaves from the address of the node that has the pod; the secondary trusts the "
            "DNS VIP only."
        ),
        cure="Keep the zone Native and configure no NOTIFY; rely on the SOA's refresh.",
        matches=either(contradicted, on(Look, _notifies)),
        about=(
            "decisions/repository/names",
            "decision-notify-off",
        ),
        reproduce="pytest -m conformance --fault notify_sent",
    ),
    Incident(
        slug="ns-points-elsewhere",
        symptom="cert-manager says no such host; some resolvers follow the zone's own word and find nobody.",
        cause="The apex NS records were written for other servers than those that the parent delegates to.",
        cure="Make both the planned ones.",
        matches=on(Look, _elsewhere),
        about=(
            "parent-delegates",
            "soa-mname-exists",
            "zonemaster-clean",
        ),
        reproduce="pytest -m conformance --fault name_servers_elsewhere",
    ),
    Incident(
        slug="pdns-chart-config-ignored",
        symptom="The VPS is refused a copy of the zone, at once and not by a time-out.",
        cause="The access list was never rendered into PowerDNS' configuration, or holds other networks.",
        cure="Compare `pdns_control current-config` with the values; set allow-axfr-ips.",
        matches=on(Look, _other_clients),
        reproduce="pytest -m conformance --fault transfers_refused",
    ),
    Incident(
        slug="powerdns-api-exposed",
        symptom="Port 8081 answers at an address of MetalLB.",
        cause="The service of the API is of the type LoadBalancer.",
        cure="Make it a ClusterIP.",
        matches=on(Look, _api_exposed),
        reproduce="pytest -m conformance --fault powerdns_api_exposed",
    ),
    Incident(
        slug="primary-down",
        symptom=(
            "Nothing new becomes public and no certificate is issued, while the old names live on at the VPS."
        ),
        cause="PowerDNS has no ready pod: it waits for its database, crashes, or was scaled to nothing.",
        cure="Look at the pod's log and at the database; scale it up.",
        matches=_absent("powerdns"),
        reproduce="pytest -m conformance --fault primary_absent",
    ),
    Incident(
        slug="secondary-down",
        symptom="All of the owner's names vanish from the public internet.",
        cause="PowerDNS on the VPS does not run, or listens on another address.",
        cure="Start it; look at its log.",
        matches=_silent_secondary,
        reproduce="pytest -m conformance --fault secondary_stopped",
    ),
    Incident(
        slug="soa-of-nobody",
        symptom="The SOA reads a.misconfigured.dns.server.invalid.",
        cause="The zone was made with PowerDNS' default content of an SOA.",
        cure="Set default-soa-content, and the SOA of the zone.",
        matches=on(Look, _soa_of_nobody),
        reproduce="pytest -m conformance --fault soa_of_nobody",
    ),
    Incident(
        slug="soa-refresh-3h",
        symptom="A new name is known at home and not outside, for up to three hours.",
        cause="The secondary asks every three hours, and nobody notifies it.",
        cure="Wait, or shorten the refresh; it is broken only beyond refresh and retry.",
        matches=on(Look, _long_refresh),
        about=(
            "planned/*",
            "ingress-hosts-public",
            "secondary-within-refresh",
            "new-name-public",
            "new-website-public",
            "planned-vps-direct-updates",
            "planned-parent-answers",
        ),
        reproduce="pytest -m conformance --fault refresh_of_three_hours",
    ),
    Incident(
        slug="vip-unannounced",
        symptom=(
            "The service has its EXTERNAL-IP, pods reach it, and the VIP is silent from outside the cluster."
        ),
        cause="No L2Advertisement covers the pool that the address is from, or no speaker may announce it.",
        cure="Name the pool in the L2Advertisement; look at the speakers' logs.",
        matches=on(Look, _unannounced),
        reproduce="pytest -m conformance --fault dns_vip_unannounced",
    ),
    Incident(
        slug="zone-copied-by-strangers",
        symptom="A stranger knows every host name.",
        cause="allow-axfr-ips of the secondary is open.",
        cure="Allow nobody; the VPS has no secondaries.",
        matches=on(Look, _copied_by_strangers),
        reproduce="pytest -m conformance --fault secondary_open",
    ),
    Incident(
        slug="zone-open-to-updates",
        symptom="Records appear or vanish that nobody wrote.",
        cause="Dynamic updates are allowed from a network without asking for the key.",
        cure="Set TSIG-ALLOW-DNSUPDATE of the zone to the key of cert-manager.",
        matches=_open_to_updates,
        reproduce="pytest -m conformance --fault zone_open_to_updates",
    ),
)
