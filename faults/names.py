"""Names and websites at one moment, for the look at the platform (`faults.platform`): who says what to whom.

Each function returns words only; what cannot be seen raises, and is told by the look as unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from faults import reach
from probes import cert_manager, dns, ingresses, powerdns, serials, tls, transfer
from probes.dns import Answer
from probes.outcomes import CannotObserve, NetworkFailure
from probes.tls import Handshake
from provisioning import vantages
from provisioning.target import Target

Words = Mapping[str, str]
COMPLETE, CUT, REFUSED = "complete", "broken off", "refused"
_QUICK = 3.0
_HTTPS = 443
_VISITS = 8
"""Websites that are visited at the same time."""
_SILENT = 4.0
"""Seconds of silence after which a transfer counts as broken off: there is no time for more."""
PROBING = "net.ipv4.tcp_mtu_probing"
DENYLIST = "io.cilium.proxy.denylist"
ELSEWHERE = "on the public internet"
OF_THE_CLUSTER = "what the cluster shows"


def answers(target: Target) -> Words:
    """Ask each name server for the zone's SOA: "SERIAL REFRESH MNAME", or what came instead."""
    zone, vip = target.inventory.cluster.domain, str(target.inventory.vips.dns)
    public = str(target.inventory.vantages["vps"].address)
    asked = {
        "primary": ("workstation", vip, False),
        "primary over TCP": ("workstation", vip, True),
        "primary from the VPS": ("vps", vip, True),
        "VPS": ("internet", public, False),
        "VPS over TCP": ("internet", public, True),
    }
    return {
        name: _soa(dns.query(target.vantages[place], server, zone, "SOA", tcp=tcp, timeout=_QUICK))
        for name, (place, server, tcp) in asked.items()
        if place in target.vantages
    }


def _soa(answer: Answer | NetworkFailure) -> str:
    found = serials.soa(answer)
    return str(answer) if found is None else f"{found.serial} {found.refresh} {found.mname}"


def servers(target: Target) -> Words:
    """Who serves the zone: the names that parent, primary and VPS give, and those that have no address there."""
    plan, zone = target.inventory.dns, target.inventory.cluster.domain
    if plan is None:
        raise LookupError("the inventory has no [dns]")
    vip, public = str(target.inventory.vips.dns), str(target.inventory.vantages["vps"].address)
    found: dict[str, str] = {}
    if plan.parent_server is not None:
        asked = dns.query(target.vantages["internet"], str(plan.parent_server), zone, "NS", recurse=False)
        found["parent"] = _names(asked.referred_to(zone)) if isinstance(asked, Answer) else str(asked)
        with_address = {
            name for name in plan.nameservers if isinstance(asked, Answer) and _glued(asked, name)
        }
        found["without glue"] = _names(set(plan.nameservers) - with_address)
    for name, place, server in (("primary", "workstation", vip), ("VPS", "internet", public)):
        vantage = target.vantages[place]
        answer = dns.query(vantage, server, zone, "NS", timeout=_QUICK)
        found[name] = _names(answer.data("NS")) if isinstance(answer, Answer) else str(answer)
        without = {
            each
            for each in plan.nameservers
            if isinstance(answer, Answer) and not _has_address(vantage, server, each)
        }
        found[f"without address at the {name}"] = _names(without)
    return found


def _has_address(vantage: vantages.Vantage, server: str, name: str) -> bool:
    answer = dns.query(vantage, server, name, "A", timeout=_QUICK)
    return not isinstance(answer, Answer) or bool(answer.data("A"))


def _glued(referral: Answer, name: str) -> bool:
    return any(record.startswith(f"{name}. A ") for record in referral.additional)


def _names(found: Iterable[str]) -> str:
    return " ".join(sorted(each.rstrip(".").lower() for each in found))


def transfers(target: Target) -> Words:
    """Copy the zone to the VPS and to the workstation, and the VPS' copy to the public internet."""
    zone, vip = target.inventory.cluster.domain, str(target.inventory.vips.dns)
    public = str(target.inventory.vantages["vps"].address)
    asked = {"VPS": ("vps", vip), "workstation": ("workstation", vip), ELSEWHERE: ("internet", public)}
    return {
        name: str(
            transfer.fetch(
                target.vantages[place], server, zone, timeout=_QUICK, idle=_SILENT, within=2 * _SILENT
            )
        )
        for name, (place, server) in asked.items()
    }


def settings(target: Target) -> Words:
    """How PowerDNS is set up: its settings, its zone's kind, what its pod and its services are given."""
    inventory, api = target.inventory, reach.api(target)
    namespace = inventory.services["powerdns"].namespace
    pod = powerdns.pod(api, namespace, str(inventory.vips.dns))
    inside = vantages.in_pod(target, pod.namespace, pod.name)
    entrances = powerdns.entrances(api, namespace)
    return {
        **powerdns.settings(inside),
        "kind": powerdns.zone_kind(inside, inventory.cluster.domain),
        "forwards to": _forwarded(target),
        PROBING: powerdns.kernel(inside, PROBING),
        DENYLIST: str(pod.annotations.get(DENYLIST, "")),
        "policy": ", ".join(
            each.policy for each in entrances if str(inventory.vips.dns) in each.outside
        ),
        "API outside": ", ".join(
            place
            for each in entrances
            if f"{powerdns.API_PORT}/TCP" in each.ports
            for place in each.outside
        ),
    }  # fmt: skip


def _forwarded(target: Target) -> str:
    """Return where the cluster's DNS asks for the owner's names; "" when it treats them as any other."""
    path = "/api/v1/namespaces/kube-system/configmaps/coredns"
    found = reach.api(target).get(path, path, optional=True) or {"data": {}}
    block = str(found["data"].get("Corefile", "")).partition(f"{target.inventory.cluster.domain}:53")[2]
    forwards = [line.split() for line in block.splitlines() if line.strip().startswith("forward ")]
    return forwards[0][-1] if forwards else ""


def websites(target: Target) -> dict[str, Words]:
    """What each website shows: "authority", "until", whether the VPS shows the same, and who answers by HTTP."""
    api, acme = reach.api(target), target.inventory.acme
    if acme is None:
        raise LookupError("the inventory has no [acme]")
    hosts = {host for each in ingresses.ingresses(api) for host in each.tls}

    def visit(host: str) -> Words:
        return dict(_website(target, host))

    with ThreadPoolExecutor(max_workers=_VISITS) as pool:
        return dict(zip(sorted(hosts), pool.map(visit, sorted(hosts)), strict=True))


def _website(target: Target, host: str) -> Iterator[tuple[str, str]]:
    acme, vip = target.inventory.acme, str(target.inventory.vips.ingress)
    inside, outside = target.vantages["workstation"], target.vantages["internet"]
    shown: Handshake | NetworkFailure | None = None
    for name in ("production", "staging"):
        roots = getattr(acme, name).roots
        shown = tls.handshake(inside, vip, _HTTPS, host, roots, timeout=_QUICK)
        if isinstance(shown, Handshake) and shown.verified:
            yield "authority", name
    if not isinstance(shown, Handshake):
        yield "shown", str(shown)
        return
    yield "until", shown.not_after.isoformat()
    yield "over", str(shown.not_after < datetime.now(tz=UTC))
    public = str(target.inventory.vantages["vps"].address)
    passed = tls.handshake(outside, public, _HTTPS, host, timeout=_QUICK)
    same = isinstance(passed, Handshake) and passed.fingerprints == shown.fingerprints
    yield "at the VPS", "the same" if same else str(passed)


def strangers(target: Target) -> Words:
    """What the VPS shows, and the ingress VIP beside it, to somebody who asks for a name that nobody has."""
    nobody = "nobody.invalid"
    public, vip = str(target.inventory.vantages["vps"].address), str(target.inventory.vips.ingress)
    at_vps = tls.handshake(target.vantages["internet"], public, _HTTPS, nobody, timeout=_QUICK)
    at_vip = tls.handshake(target.vantages["workstation"], vip, _HTTPS, nobody, timeout=_QUICK)
    if not isinstance(at_vps, Handshake) or not isinstance(at_vip, Handshake):
        return {"VPS": str(at_vps), "ingress": str(at_vip)}
    # Each replica makes a certificate of its own for strangers; who has made it is the same.
    leaks = at_vps.issuer == at_vip.issuer or at_vps.fingerprints == at_vip.fingerprints
    return {"VPS": OF_THE_CLUSTER if leaks else "something of its own", "ingress": at_vip.subject}


def certification(target: Target) -> Words:
    """Whom the issuers ask and how they prove names; which certificates are not issued, and why."""
    api = reach.api(target)
    issuers = {
        f"issuer {each.name}": " ".join(
            [each.directory or "no ACME", *sorted({solver.kind for solver in each.solvers})]
        )
        for each in cert_manager.issuers(api)
    }
    missing = {
        f"certificate {each.namespace}/{each.name}": f"by {each.issuer}: {each.reason}"
        for each in cert_manager.wanted(api)
        if not each.ready
    }
    under_way = {
        f"challenge {each.namespace}/{each.name}": f"{each.kind} {each.state}: {each.reason}"
        for each in cert_manager.challenges(api)
        if each.state != "valid"
    }
    return {**issuers, **missing, **under_way}


def programs(target: Target) -> Words:
    """Which programs of the VPS take connections: its name server, its proxy; and as what it keeps the zone."""
    public, outside = str(target.inventory.vantages["vps"].address), target.vantages["internet"]
    places = {"name server": 53, "proxy": _HTTPS, "web": 80}
    found: dict[str, str] = {}
    for name, port in places.items():
        try:
            outside.dial(public, port, timeout=_QUICK).close()
            found[name] = "takes connections"
        except (OSError, CannotObserve) as error:
            found[name] = str(error) or type(error).__name__
    try:
        found["kind"] = powerdns.zone_kind(target.vantages["vps"], target.inventory.cluster.domain)
    except CannotObserve as error:
        found["kind"] = str(error)
    return found
