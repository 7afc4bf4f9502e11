"""The run of the pictures: everything that the page can show, with evidence and history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from reports.attachments import Evidence
from reports.model import Incident, Observation, Run, Scenario, StandIn, Verdict
from reports.redaction import Redactor
from tests.unit.reports.made import VPS, WORKSTATION, at, phases, picture, pins, run, scenario, step


def _passed(
    name: str, chapter: str, feature: str, *steps: str, seconds: float = 0.4, **more: Any
) -> Scenario:
    return scenario(
        name,
        chapter=chapter,
        feature=feature,
        feature_file=FILES.get(feature, f"features/{chapter}/{feature.split()[1]}.feature"),
        id=f"steps/{chapter}/{feature.split()[1]}.py::{name}",
        steps=tuple(step(said, seconds=seconds / max(1, len(steps))) for said in steps),
        seconds=seconds,
        started=at(70),
        **more,
    )


NODES = "The nodes are the planned machines"
NODES_SAID = """The cluster is five machines: three of them hold the control plane, two carry work.
When this fails, pods stay Pending, or a controller is a single point of failure without anybody noticing.

Not covered: hardware, firmware, the hypervisor.
"""
PLANE = "The control plane survives the loss of one controller"
PODS = "The pods reach each other wherever they run"
POOLS = "The pools hand out exactly the planned addresses"
DNS = "The public name server serves what the cluster publishes"
DNS_SAID = """The VPS is a secondary: it transfers the zone over the tailnet.
When this fails, new host names never appear outside, and old ones vanish when the SOA expires.
Not covered: DNSSEC, IXFR.
"""


FILES = {
    NODES: "features/nodes/nodes.feature",
    PLANE: "features/nodes/control_plane.feature",
    POOLS: "features/networking/metallb.feature",
}


def demonstration(folder: Path, redactor: Redactor) -> Run:
    """The run of the screenshots: everything that the page can show. Evidence is written into ``folder``."""
    evidence = Evidence(folder, redactor)
    login = "A member of gitea-admins becomes an administrator of Gitea"
    axfr = "A large zone crosses the tailnet whole"
    vip = "The API answers within 15 seconds when the holder of its address dies"
    scenarios = [
        _passed(
            "A machine with nothing becomes the whole cluster",
            "bootstrap",
            "The platform comes up with one command",
            "Given nothing of the cluster exists",
            "When the platform is bootstrapped",
            "Then every unit of every layer is ready",
            "And nobody was asked anything",
            seconds=41.2,
            tags=("bootstrap",),
            feature_description="One command, no manual step, from nothing to a working cluster.",
        ),
        _passed(
            "A second bootstrap changes nothing",
            "bootstrap",
            "The platform comes up with one command",
            "Given the platform is up",
            "When the platform is bootstrapped again",
            "Then no object and no process has changed",
            seconds=6.3,
            tags=("bootstrap",),
        ),
        _passed(
            "Destroy leaves what persists and nothing else",
            "bootstrap",
            "The layers come and go in order",
            "When layers 03 to 01 are destroyed",
            "Then layer 00 is unchanged",
            "And nothing else of the cluster is left on this machine",
            seconds=4.8,
            tags=("bootstrap",),
        ),
        *(
            _passed(
                f"{name} is Ready with its planned address [{address}]",
                "nodes",
                NODES,
                f"Then the node {name} is Ready",
                f"And its only internal address is {address}",
                tags=("conformance",),
                feature_description=NODES_SAID,
                seconds=0.21 + index / 50,
            )
            for index, (name, address) in enumerate(
                [
                    ("controlplane0", "10.0.1.1"),
                    ("controlplane1", "10.0.1.2"),
                    ("controlplane2", "10.0.1.3"),
                    ("worker0", "10.0.2.1"),
                ]
            )
        ),
        scenario(
            "worker1 is Ready with its planned address [10.0.2.2]",
            Verdict.FAIL,
            chapter="nodes",
            feature=NODES,
            feature_file="features/nodes/nodes.feature",
            id="steps/nodes/nodes.py::worker1",
            seconds=0.34,
            started=at(71),
            incidents=("worker-dual-ip",),
            causes=("worker-dual-ip",),
            tags=("conformance", "incident:worker-dual-ip"),
            reason="worker1 has two internal addresses where one is planned",
            steps=(
                step("Then the node worker1 is Ready", seconds=0.12),
                step(
                    "And its only internal address is 10.0.2.2",
                    Verdict.FAIL,
                    seconds=0.22,
                    vantage=WORKSTATION,
                    expected="exactly 10.0.2.2",
                    observed="10.0.2.2 and 10.0.0.118",
                    error="AssertionError: worker1 has two internal addresses where one is planned\n"
                    "assert ('10.0.2.2', '10.0.0.118') == ('10.0.2.2',)\n  Left contains one more item: '10.0.0.118'",
                    observations=(
                        Observation(
                            "internal addresses of worker1",
                            "('10.0.2.2', '10.0.0.118')",
                            WORKSTATION,
                            at(71.2),
                        ),
                        Observation(
                            "interfaces",
                            "eth0: 10.0.2.2/16, 10.0.0.118/16 (dynamic)",
                            "the node worker1",
                            at(71.3),
                        ),
                    ),
                ),
            ),
            attachments=(
                evidence.attach(
                    "worker1",
                    "ip address.txt",
                    "2: eth0    inet 10.0.2.2/16 scope global eth0\n"
                    "2: eth0    inet 10.0.0.118/16 brd 10.0.255.255 scope global secondary dynamic eth0\n",
                ),
            ),
        ),
        scenario(
            vip,
            Verdict.FAIL,
            chapter="nodes",
            feature=PLANE,
            feature_file="features/nodes/control_plane.feature",
            id="steps/nodes/control_plane.py::vip",
            seconds=31.4,
            started=at(95),
            tags=("disruptive",),
            reason="the API did not answer within 15 seconds; it did after 27.9 s",
            feature_description="Three controllers share one address. Losing one must be an event, not an outage.",
            steps=(
                step("Given the API answers at its virtual address", seconds=0.1, vantage=WORKSTATION),
                step("When the controller that holds the address is powered off", seconds=0.8),
                step(
                    "Then the API answers again within 15 seconds",
                    Verdict.FAIL,
                    seconds=30.2,
                    vantage=WORKSTATION,
                    expected="an answer within 15 s, held for 3 s",
                    observed="held at most 1.0 s of 3 s; last: TimedOut(after=2.0)",
                    error="NeverHappened: the API answers at 10.0.3.1:6443\n"
                    "  +0.0 s  Answered(seconds=0.02)\n  +0.9 s  TimedOut(after=2.0)\n"
                    "  +13.4 s Answered(seconds=1.10)\n  +14.4 s TimedOut(after=2.0)\n  held at most 1.0 s of 3 s",
                    observations=(
                        Observation("holder of 10.0.3.1", "controlplane0", "", at(95.4)),
                        Observation("API at 10.0.3.1:6443", "TimedOut(after=2.0)", WORKSTATION, at(97.0)),
                        Observation("API at 10.0.3.1:6443", "Answered(seconds=1.10)", WORKSTATION, at(109.4)),
                        Observation("API at 10.0.3.1:6443", "TimedOut(after=2.0)", WORKSTATION, at(110.4)),
                    ),
                ),
                step("And every controller comes back", Verdict.NOT_RUN),
            ),
            attachments=(
                evidence.attach(
                    "vip",
                    "keepalived on controlplane1.log",
                    "\n".join(
                        f"Dec 10 21:05:{second:02d} controlplane1 Keepalived_vrrp[311]: "
                        f"(api) Entering {'MASTER' if second % 7 == 3 else 'BACKUP'} STATE"
                        for second in range(46, 60)
                    ),
                ),
            ),
        ),
        _passed(
            "Two controllers off means no writes",
            "nodes",
            PLANE,
            "When two controllers are powered off",
            "Then writes are refused because quorum is lost",
            "And the suite says that quorum is lost",
            seconds=22.9,
            tags=("disruptive",),
        ),
        *(
            _passed(
                f"A pod reaches a pod on another node by {how}",
                "networking",
                PODS,
                "Given a pod on each node",
                f"When each pod calls each other by {how}",
                "Then every call is answered by the pod that was meant",
                seconds=2.1,
                tags=("conformance",),
                feature_description="Pod to pod, across nodes, without translation.",
            )
            for how in ("address", "service", "name")
        ),
        _passed(
            "The pools are the roadmap's",
            "networking",
            POOLS,
            "Then the pools are exactly",
            seconds=0.2,
            tags=("conformance",),
        ),
        scenario(
            "A service moves when its announcing node dies",
            Verdict.UNKNOWN,
            chapter="networking",
            feature=POOLS,
            feature_file="features/networking/metallb.feature",
            id="steps/networking/metallb.py::moves",
            seconds=20.1,
            tags=("disruptive", "requires:power"),
            started=at(120),
            reason="the node that announces 10.0.3.4 could not be learnt: ServiceL2Status is forbidden (403)",
            steps=(
                step("Given a service with the address 10.0.3.4", seconds=0.4),
                step(
                    "When the node that announces it is powered off",
                    Verdict.UNKNOWN,
                    seconds=19.7,
                    vantage=WORKSTATION,
                    expected="the name of the announcing node",
                    observed="403 Forbidden: cannot list servicel2statuses",
                    error="CannotObserve: who announces 10.0.3.4, from the operator's workstation: 403 Forbidden",
                ),
                step("Then the address answers from outside within 10 seconds", Verdict.NOT_RUN),
            ),
        ),
        scenario(
            axfr,
            Verdict.FAIL,
            chapter="dns",
            feature=DNS,
            feature_file="features/dns/zone_replication.feature",
            id="steps/dns/zone_replication.py::axfr",
            seconds=9.9,
            feature_description=DNS_SAID,
            rule="the transfer is complete",
            tags=("conformance", "incident:axfr-pmtud-blackhole"),
            incidents=("axfr-pmtud-blackhole",),
            started=at(80),
            reason="the transfer broke after 1 of 10,000 records",
            steps=(
                step("Given the cluster's zone holds 10,000 records", seconds=0.05),
                step("When the VPS transfers the zone", seconds=9.8, vantage=VPS),
                step(
                    "Then the transfer is complete",
                    Verdict.FAIL,
                    vantage=VPS,
                    expected="Complete(serial=2025121001, records=10000)",
                    observed="Broken(after_records=1, because=TimedOut(9.8 s), bytes=1228)",
                    error="assert Broken(after_records=1, because=TimedOut(9.8), bytes=1228) "
                    "== Complete(serial=2025121001, records=10000)",
                ),
            ),
        ),
        *(
            scenario(
                f"{kind} are issued",
                Verdict.NOT_RUN,
                chapter="certificates",
                feature="The certificates are issued and renewed",
                feature_file="features/certificates/issuance.feature",
                id=f"steps/certificates/issuance.py::{kind}",
                tags=("conformance",),
                reason="cert-manager (layer 02) is not ready: its webhook refuses connections",
            )
            for kind in ("Host certificates", "Wildcard certificates", "Certificates over DNS-01")
        ),
        _passed(
            "The vault unseals itself after a restart",
            "secrets",
            "The vault keeps the platform's secrets",
            "When a vault pod is deleted",
            "Then it is unsealed again within 60 seconds",
            seconds=14.2,
            tags=("disruptive",),
        ),
        replace(
            _passed(
                login,
                "identity",
                "A person signs in once",
                "Given Alice is a member of gitea-admins",
                "When she signs in to Gitea",
                "Then she is an administrator there",
                seconds=5.2,
                tags=("conformance", "browser"),
            ),
            attachments=(evidence.attach("login", "Gitea after the login.png", picture(), "image/png"),),
        ),
        _passed(
            "kubectl top knows all nodes",
            "observability",
            "The metrics are there for all nodes",
            "Then there are metrics of 5 nodes",
            tags=("conformance",),
        ),
        scenario(
            "Logs of every namespace are kept for seven days",
            Verdict.UNSUPPORTED,
            chapter="observability",
            feature="The logs are kept",
            feature_file="features/observability/loki.feature",
            id="loki",
            tags=("conformance", "requires:history"),
        ),
        _passed(
            "Flux does not manage the network",
            "decisions",
            "CNI is infrastructure, not GitOps",
            "Then no object of the network carries a label of Flux",
            tags=("conformance", "decision"),
        ),
        scenario(
            "Matrix has single sign-on",
            Verdict.FAIL,
            chapter="planned",
            feature="Matrix is the chat",
            feature_file="features/planned/matrix.feature",
            id="matrix",
            tags=("planned",),
            reason="matrix.test-cluster.agentydragon.com does not resolve",
        ),
        scenario(
            "Jellyfin plays a film",
            Verdict.FAIL,
            chapter="planned",
            feature="Media are served",
            feature_file="features/planned/media.feature",
            id="jellyfin",
            tags=("planned",),
        ),
        _passed(
            "A secret's change restarts its consumers",
            "planned",
            "Secrets rotate without hands",
            "When a secret changes",
            "Then the pods that use it are restarted",
            seconds=8.0,
            tags=("planned",),
        ),
    ]
    return run(
        *scenarios,
        provider="lab",
        identity="7c3a4bd1-55ce-4a41-b4f6-5be31c2f0e7a",
        inventory="inventories/lab.toml",
        command="pytest --target lab",
        seconds=214.6,
        pins=pins(*scenarios),
        phases=(
            *phases("first build", 0),
            *phases("second bootstrap", 45, pace=0.12, outcome="unchanged"),
            *phases("rebuild", 60, pace=0.93),
        ),
        facts={
            "peak_memory_bytes": 3_341_000_000,
            "CPUs": 2,
            "memory_bytes": 25_200_000_000,
            "kernel": "6.1.0-28-amd64",
        },
        versions={"Kubernetes": "v1.32.1", "etcd": "3.5.17", "MetalLB": "v0.15.2"},
        stand_ins=(
            StandIn("keepalived", "Talos' virtual IP", "the lab's machines are namespaces, not Talos"),
            StandIn(
                "kube-proxy", "Cilium's kube-proxy replacement", "eBPF programs are not per network namespace"
            ),
        ),
        incidents=(
            Incident(
                "worker-dual-ip",
                "A worker has two IPv4 addresses on eth0",
                "A DHCP lease remained beside the static address",
                "Remove DHCP from the machine's configuration and reboot it",
            ),
        ),
        limits=("The lab has one kernel: kernel versions and modules of the nodes are this machine's.",),
    )
