from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from probes import dns as dns_probe
from probes import powerdns as probe
from probes.dns import Answer
from probes.kubeapi import Api
from probes.outcomes import CannotObserve
from probes.powerdns import Entrance
from probes.transfer import Record
from probes.vantage import Completed, LocalVantage
from tests.unit.probes.name_servers import ZONE, PowerDns, powerdns
from tests.unit.probes.servers import WebServer

VIP = "10.0.3.3"


@dataclass(frozen=True)
class Inside:
    """The place where a server's own programs find its configuration by themselves."""

    configuration: Path
    name: str = "the pod"

    def run(self, argv: Sequence[str], **options: Any) -> Completed:
        program, *rest = argv
        configured = [f"--config-dir={self.configuration}"] if program.startswith("pdns") else []
        return LocalVantage(self.name).run([program, *configured, *rest], **options)

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> Any:
        return LocalVantage(self.name).dial(host, port, timeout=timeout)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PowerDns]:
    settings = {"disable_axfr": "no", "allow_axfr_ips": "10.0.0.0/8,100.64.0.3/32", "api": "yes"}
    with powerdns(
        tmp_path_factory.mktemp("pdns"), [("www", "A", "192.0.2.1")], api_key="hidden", **settings
    ) as one:
        yield one


@pytest.fixture
def inside(server: PowerDns) -> Inside:
    return Inside(server.configuration)


def test_says_how_it_is_set_up_and_keeps_its_secrets(inside: Inside) -> None:
    found = probe.settings(inside)
    assert found["allow-axfr-ips"] == "10.0.0.0/8,100.64.0.3/32"
    assert (found["disable-axfr"], found["primary"], found["also-notify"]) == ("no", "no", "")
    assert found.keys() <= set(probe.SETTINGS)
    assert "hidden" not in str(found)


def test_says_what_it_keeps(inside: Inside) -> None:
    kept = probe.kept(inside, ZONE)
    assert Record(f"www.{ZONE}.", "A", 300, "192.0.2.1") in kept
    assert len(kept) == 2
    assert probe.zone_kind(inside, ZONE) == "Native"


def test_what_it_does_not_say_is_not_known(inside: Inside, tmp_path: Path) -> None:
    with pytest.raises(CannotObserve, match="the records that PowerDNS keeps"):
        probe.kept(inside, "other.example")
    with pytest.raises(CannotObserve, match="the settings of PowerDNS"):
        probe.settings(Inside(tmp_path))


def test_counts_what_it_receives(here: LocalVantage, server: PowerDns) -> None:
    before = probe.counters(here, server.web)
    assert isinstance(dns_probe.query(here, "127.0.0.1", ZONE, "SOA", port=server.port), Answer)
    after = probe.counters(here, server.web)
    assert after["udp_queries"] == before["udp_queries"] + 1
    assert after["incoming_notifications"] == before["incoming_notifications"]
    with pytest.raises(CannotObserve, match="the counters of PowerDNS"):
        probe.counters(here, 1)


def test_reads_a_kernel_setting(inside: Inside) -> None:
    assert probe.kernel(inside, "net.ipv4.ip_default_ttl").isdigit()
    with pytest.raises(CannotObserve):
        probe.kernel(inside, "net.ipv4.there_is_no_such_thing")


def test_an_update_without_a_key_is_refused_or_would_be_taken(
    here: LocalVantage, server: PowerDns, tmp_path: Path
) -> None:
    def rcode(port: int) -> str:
        answer = dns_probe.unsigned_update(here, "127.0.0.1", ZONE, port=port)
        assert isinstance(answer, Answer)
        return answer.rcode

    assert rcode(server.port) == "REFUSED"
    with powerdns(tmp_path, [], dnsupdate="yes") as careless:
        assert rcode(careless.port) == "NXDOMAIN"
        assert "never" not in careless.util("list-zone", ZONE)


def test_an_answer_fits_what_the_asker_takes(here: LocalVantage, tmp_path: Path) -> None:
    long = [("long", "TXT", f'"{number:03}{"x" * 90}"') for number in range(15)]
    with powerdns(tmp_path, long, udp_truncation_threshold="4096") as server:

        def ask(takes: int, *, tcp: bool = False) -> Answer:
            name = f"long.{ZONE}"
            answer = dns_probe.query(
                here, "127.0.0.1", name, "TXT", port=server.port, takes=takes, tcp=tcp, recurse=False
            )
            assert isinstance(answer, Answer)
            return answer

        small, large, whole = ask(512), ask(4096), ask(512, tcp=True)
    assert small.truncated
    assert 0 < small.size <= 512
    assert not large.truncated
    assert 512 < large.size <= 4096
    assert len(whole.records) == len(large.records) == 15


@pytest.fixture
def api(web: WebServer, tmp_path: Path, here: LocalVantage) -> Api:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": web.url}}],
        "users": [{"name": "u", "user": {"token": "s3cr3t"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    (tmp_path / "kubeconfig").write_text(json.dumps(config))
    return Api(tmp_path / "kubeconfig", here, timeout=5)


def service(
    name: str, kind: str, *, outside: str = "", ports: Sequence[tuple[int, str]] = ()
) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "type": kind,
        "selector": {"app": "powerdns"},
        "ports": [{"port": port, "protocol": protocol} for port, protocol in ports],
    }
    if outside:
        spec["externalTrafficPolicy"] = "Cluster"
    given = [{"ip": outside}] if outside else []
    return {"metadata": {"name": name}, "spec": spec, "status": {"loadBalancer": {"ingress": given}}}


def serve(web: WebServer, *pods: dict[str, Any]) -> None:
    services = [
        service("powerdns-dns", "LoadBalancer", outside=VIP, ports=[(53, "UDP"), (53, "TCP")]),
        service("powerdns-api", "ClusterIP", ports=[(8081, "TCP")]),
    ]
    base = "/api/v1/namespaces/dns-system"
    web.replies[f"{base}/services?limit=500"] = (200, {"items": services})
    web.replies[f"{base}/pods?limit=500&labelSelector=app%3Dpowerdns"] = (200, {"items": list(pods)})


def pod(name: str, ready: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "annotations": {"note": name}},
        "spec": {"nodeName": "worker0"},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


def test_finds_the_pod_behind_the_address(api: Api, web: WebServer) -> None:
    serve(web, pod("old", "False"), pod("new", "True"))
    found = probe.pod(api, "dns-system", VIP)
    assert (found.name, found.node, found.annotations) == ("new", "worker0", {"note": "new"})
    assert str(found) == "dns-system/new on worker0"


def test_without_a_pod_or_a_service_nothing_is_known(api: Api, web: WebServer) -> None:
    serve(web, pod("old", "False"))
    with pytest.raises(CannotObserve, match="of 1 pods none is ready"):
        probe.pod(api, "dns-system", VIP)
    with pytest.raises(CannotObserve, match="no service of dns-system has this address"):
        probe.pod(api, "dns-system", "10.0.3.4")


def test_lists_the_ways_in(api: Api, web: WebServer) -> None:
    serve(web)
    inner, outer = probe.entrances(api, "dns-system")
    assert inner == Entrance("powerdns-api", "ClusterIP", "", ("8081/TCP",), ())
    assert outer == Entrance("powerdns-dns", "LoadBalancer", "Cluster", ("53/TCP", "53/UDP"), (VIP,))
    assert str(outer) == "LoadBalancer powerdns-dns at 10.0.3.3, 53/TCP, 53/UDP, traffic policy Cluster"


def test_says_which_pods_a_namespace_admits(api: Api, web: WebServer) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "privileged"}
    web.replies["/api/v1/namespaces/dns-system"] = (200, {"metadata": {"labels": labels}})
    web.replies["/api/v1/namespaces/other"] = (200, {"metadata": {}})
    assert probe.admits(api, "dns-system") == "privileged"
    assert probe.admits(api, "other") == ""
