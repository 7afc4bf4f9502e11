"""Harm to names: the primary and what it keeps, the way to the secondary, the secondary, the parent's delegation."""

from __future__ import annotations

from diagnosis.chapters.dns import PRIMARY
from faults import symptoms
from faults.fault import Fault
from faults.kinds import files, interception, kubernetes, network, process, zones
from faults.kinds.patches import Reworded
from faults.kinds.together import Together

_POWERDNS = kubernetes.workload("powerdns")
_PROXY = 5353
COPIES = "axfr-complete"
GROWN = "axfr-grown-zone"
LARGE = "axfr-large-zone"
BEHIND = "secondary-within-refresh"
NEW_NAME = "new-name-public"
SERVED = "secondary-serves-every-record"
NEW_INGRESS = "new-ingress-name-at-primary"
NO_NOTIFY = "no-notify-reaches-vps"
ZONEMASTER = "zonemaster-clean"
NEW_WEBSITE = "new-website-public"
_MARK_OF_NOBODY = (
    '"heritage=external-dns,external-dns/owner={dns.owner_id},external-dns/resource=ingress/nowhere/gone"'
)
OTHERWISE = (
    "dns/*",
    "certificates/*",
    "networking/ingress",
    "networking/public_path",
    "networking/vps_proxy",
    "bootstrap/*",
)
"""What hangs on names somewhere: each scenario there that makes or visits a website of its own, for instance."""


def _configured(pattern: str, becomes: str) -> kubernetes.ObjectChanged:
    return kubernetes.ObjectChanged(
        kubernetes.beside("powerdns", "v1 configmaps/*"),
        {"data": {"pdns.conf": Reworded(((pattern, becomes),))}},
        rolls=_POWERDNS,
    )


PRIMARY_ABSENT = Fault(
    slug="primary_absent",
    kind=kubernetes.scaled_down("powerdns"),
    says="PowerDNS has no pod",
    cause="primary-down",
    turns_red=(
        "powerdns-answers-at-vip",
        "unknown-name-nxdomain",
        "pods-resolve-owner-names",
        "unsigned-update-refused",
        COPIES,
        SERVED,
        NEW_NAME,
    ),
    may_turn=OTHERWISE,
    shows=symptoms.gone("powerdns"),
    alone=True,
)
DNS_VIP_KEPT_LOCAL = Fault(
    slug="dns_vip_kept_local",
    kind=kubernetes.ObjectChanged(
        kubernetes.beside("powerdns", "v1 services/{dns service}"),
        {"spec": {"externalTrafficPolicy": "Local"}},
    ),
    says="the DNS VIP answers only on the node that has PowerDNS",
    cause="dns-vip-etp-local",
    turns_red=("dns-vip-on-every-node",),
    may_turn=OTHERWISE,
    alone=True,
)
DNS_VIP_UNANNOUNCED = Fault(
    slug="dns_vip_unannounced",
    kind=kubernetes.ObjectChanged(
        kubernetes.beside("metallb", "metallb.io/v1beta1 l2advertisements/*"),
        {"spec": {"ipAddressPools": ["{pool of ingress}", "{pool of services}"]}},
    ),
    says="MetalLB announces every pool but that of the DNS VIP",
    cause="vip-unannounced",
    turns_red=(
        "powerdns-answers-at-vip[the operator's workstation, UDP]",
        "powerdns-answers-at-vip[the operator's workstation, TCP]",
        "powerdns-answers-at-vip[the VPS, UDP]",
        "powerdns-answers-at-vip[the VPS, TCP]",
        "axfr-complete[the VPS]",
        NEW_NAME,
    ),
    may_turn=(*OTHERWISE, "networking/metallb"),
    shows=symptoms.unanswered(PRIMARY),
    alone=True,
)
PACKETS_BLACKHOLED = Fault(
    slug="packets_blackholed",
    kind=Together(
        (
            network.NetworkChanged(
                "gateway", "iptables filter OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP"
            ),
            # A new pod, which does not remember the size that the way took a while ago.
            kubernetes.ObjectChanged(_POWERDNS, {"spec": {"template": {"spec": {"securityContext": None}}}}),
        )
    ),
    says="nobody tells PowerDNS that the tailnet takes smaller packets, and it does not try",
    cause="axfr-pmtud-blackhole",
    turns_red=("powerdns-mtu-probing", GROWN, LARGE),
    may_turn=OTHERWISE,
    shows=symptoms.unprobed(),
    alone=True,
)
TRANSFERS_INTERCEPTED = Fault(
    slug="transfers_intercepted",
    kind=Together(
        (
            kubernetes.ObjectChanged(
                _POWERDNS,
                {"spec": {"template": {"metadata": {"annotations": {"io.cilium.proxy.denylist": None}}}}},
            ),
            interception.ProxyStarted(_PROXY, linger=10.0),
            network.NetworkChanged(
                "gateway",
                "iptables nat PREROUTING -i tailnet0 -p tcp -d {vips.dns} --dport 53"
                f" -j DNAT --to-destination {{tailnet gateway}}:{_PROXY}",
            ),
        )
    ),
    says="a proxy reads transfers to the tailnet, and cuts them 10 s after their opening SOA",
    cause="axfr-cilium-dns-proxy",
    turns_red=(
        "powerdns-not-intercepted",
        "axfr-complete[the VPS]",
        GROWN,
        LARGE,
        NEW_NAME,
    ),
    may_turn=OTHERWISE,
    shows=symptoms.open_to_proxies(),
    alone=True,
)
TRANSFERS_REFUSED = Fault(
    slug="transfers_refused",
    kind=_configured(r"^allow-axfr-ips=.*$", "allow-axfr-ips=127.0.0.0/8"),
    says="PowerDNS hands out its zones to nobody",
    cause="pdns-chart-config-ignored",
    turns_red=(
        "axfr-allowed-networks",
        COPIES,
        GROWN,
        NEW_NAME,
    ),
    may_turn=OTHERWISE,
    shows=symptoms.setting("allow-axfr-ips", "127.0.0.0/8"),
    alone=True,
)
FORWARD_TO_RETIRED_VIP = Fault(
    slug="forward_to_retired_vip",
    kind=kubernetes.ObjectChanged(
        kubernetes.beside("coredns", "v1 configmaps/*"),
        {"data": {"Corefile": Reworded(((r"forward \. {vips.dns}\b", "forward . 10.2.3.3"),))}},
        rolls=kubernetes.workload("coredns"),
    ),
    says="the cluster's DNS asks for the owner's names where PowerDNS was before the network was renumbered",
    cause="forward-wrong-vip-after-renumber",
    turns_red=("pods-resolve-owner-names",),
    may_turn=OTHERWISE,
)
NOTIFY_SENT = Fault(
    slug="notify_sent",
    kind=Together(
        (
            _configured(r"\Alaunch=", "primary=yes\nxfr-cycle-interval=2\nlaunch="),
            zones.ZoneChanged(zones.KIND, ("primary",), restarts="{vps.name_server}"),
        )
    ),
    says="PowerDNS notifies the VPS of each change, from the address of the node that it runs on",
    cause="notify-source-rejected",
    turns_red=(
        "notify-off-in-powerdns",
        NO_NOTIFY,
        "vps-counts-no-notify",
    ),
    may_turn=OTHERWISE,
    shows=symptoms.setting("primary", "yes"),
    alone=True,
)
ZONE_OPEN_TO_UPDATES = Fault(
    slug="zone_open_to_updates",
    kind=zones.ZoneChanged("TSIG-ALLOW-DNSUPDATE"),
    says="PowerDNS asks nobody for a key who changes the zone",
    cause="zone-open-to-updates",
    turns_red=("unsigned-update-refused",),
)
POWERDNS_API_EXPOSED = Fault(
    slug="powerdns_api_exposed",
    kind=kubernetes.ObjectChanged(
        kubernetes.beside("powerdns", "v1 services/{dns.api_service}"), {"spec": {"type": "LoadBalancer"}}
    ),
    says="the API of PowerDNS has an address outside the cluster",
    cause="powerdns-api-exposed",
    turns_red=("powerdns-api-cluster-only",),
    may_turn=("networking/metallb",),
)
SECONDARY_STOPPED = Fault(
    slug="secondary_stopped",
    kind=process.ProgramInterrupted("{vps.name_server}", on="vps"),
    says="the name server on the VPS does not run",
    cause="secondary-down",
    turns_red=(
        BEHIND,
        SERVED,
        NEW_NAME,
        "name-servers-authoritative",
        "answer-fits-size",
        "test-website-resolves-from-root",
        "vps-counts-no-notify",
    ),
    may_turn=OTHERWISE,
    alone=True,
)
SECONDARY_FROZEN = Fault(
    slug="secondary_frozen",
    kind=zones.ZoneChanged(zones.KIND, ("native",), server=zones.VPS),
    says="the name server on the VPS serves what it has and copies nothing any more",
    cause="axfr-vps-bridge-network",
    turns_red=(NEW_NAME, GROWN),
    may_turn=OTHERWISE,
    alone=True,
)
SECONDARY_OPEN = Fault(
    slug="secondary_open",
    kind=files.FileChanged(
        on="vps",
        paths=("/etc/powerdns/pdns.conf",),
        changes=((r"allow-axfr-ips=.*", "allow-axfr-ips=0.0.0.0/0"),),
        restarts="{vps.name_server}",
    ),
    says="the VPS hands the zone to whoever asks",
    cause="zone-copied-by-strangers",
    turns_red=("axfr-from-vps-refused",),
)
REFRESH_OF_THREE_HOURS = Fault(
    slug="refresh_of_three_hours",
    kind=zones.ZoneChanged("@ SOA", changes=((r"^(\S+ \S+ \d+) \d+", r"\g<1> 10800"),)),
    says="the zone tells its secondaries to come back in three hours",
    cause="soa-refresh-3h",
    turns_red=("soa-timers",),
    may_turn=OTHERWISE,
    alone=True,
)
GLUE_MISSING = Fault(
    slug="glue_missing",
    kind=files.FileChanged(
        on="parent",
        paths=("/etc/powerdns/{dns.parent}.zone",),
        changes=((r"(?m)^\S+\.{cluster.domain}\. IN A .*\n", ""),),
        restarts="pdns",
    ),
    says="the parent names the zone's name servers without their addresses",
    cause="glue-missing",
    turns_red=(
        "parent-delegates",
        "test-website-resolves-from-root",
        ZONEMASTER,
    ),
    may_turn=OTHERWISE,
    alone=True,
)
NAME_SERVER_WITHOUT_ADDRESS = Fault(
    slug="name_server_without_address",
    kind=zones.ZoneChanged("{name server} A"),
    says="the zone names a name server that it has no address of",
    cause="glue-missing",
    turns_red=("name-servers-have-addresses",),
    may_turn=OTHERWISE,
    alone=True,
)
NAME_SERVERS_ELSEWHERE = Fault(
    slug="name_servers_elsewhere",
    kind=zones.ZoneChanged("@ NS", ("ns9.{cluster.domain}.",)),
    says="the zone names another name server than the parent does",
    cause="ns-points-elsewhere",
    turns_red=("ns-records-agree",),
    may_turn=OTHERWISE,
    alone=True,
)
SOA_OF_NOBODY = Fault(
    slug="soa_of_nobody",
    kind=zones.ZoneChanged("@ SOA", changes=((r"^\S+", "a.misconfigured.dns.server.invalid."),)),
    says="the zone's SOA names a name server that does not exist",
    cause="soa-of-nobody",
    turns_red=("soa-mname-exists",),
    may_turn=("dns/*",),
)
PRIVATE_ADDRESS_PUBLISHED = Fault(
    slug="private_address_published",
    kind=zones.ZoneChanged("inside A", ("{vips.ingress}",)),
    says="a public name leads to an address of the cluster's own network",
    cause="external-dns-private-target",
    turns_red=("public-names-reachable",),
    may_turn=("dns/*",),
)
EXTERNAL_DNS_ABSENT = Fault(
    slug="external_dns_absent",
    kind=Together(
        (
            kubernetes.scaled_down("external-dns"),
            zones.ZoneChanged("a-gone TXT", (_MARK_OF_NOBODY,)),
            zones.ZoneChanged("{website} A", returns=True),
        )
    ),
    says="external-dns has no pod; of an Ingress from before it a mark is left, and one has lost its record",
    cause="external-dns-down",
    turns_red=(
        NEW_INGRESS,
        "removed-ingress-name-gone",
        "ingress-hosts-have-records",
        "ingress-hosts-public",
        "no-orphan-records",
        "foreign-name-untouched",
        NEW_WEBSITE,
        "removed-website-gone",
    ),
    may_turn=OTHERWISE,
    shows=symptoms.gone("external-dns"),
    alone=True,
)
