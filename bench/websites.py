"""`python -m bench websites`: 1,000 host names looked at from the public internet, beside the blackbox exporter.

For each name both resolve it at the public resolver, shake hands through the VPS and the tailnet, verify the chain
against the environment's roots and want HTTP 200. Ingresses in a running lab publish them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from inventory import load
from probes import dns, http, ingresses
from probes.dns import Answer
from probes.http import Response
from probes.kubernetes import Api
from probes.vantage import Vantage
from probes.waiting import Patience, eventually
from provisioning.provider import Options, provider_for
from provisioning.target import Target

NAMES = 1_000
EACH = 100
"""Names of one Ingress."""
WORKERS = 16
_PORT = 9115
_OK = 200
_STARTS, _PUBLIC = Patience(within=30.0, every=0.2), Patience(within=240.0, every=1.0)
_TICKS = os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> int:
    """Measure both in turns and print the medians, and the first as a multiple of the second."""
    parser = argparse.ArgumentParser(prog="python -m bench websites", description=__doc__)
    parser.add_argument(
        "--inventory", type=Path, required=True, help="of a lab that runs, as it was attached"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured (default: 3)")
    given = parser.parse_args(arguments)
    target = provider_for(load(given.inventory), Options()).attach()
    hosts = [f"h{number:04}.{target.inventory.cluster.domain}" for number in range(NAMES)]
    measured: dict[str, list[tuple[float, float]]] = {"ours": [], "exporter": []}
    with _published(target, hosts), _exporter(target) as (pid, internet):
        for _ in range(given.runs):
            measured["ours"].append(_ours(target, hosts))
            measured["exporter"].append(_exporters(pid, internet, hosts))
    (wall, cpu), (their_wall, their_cpu) = (
        tuple(statistics.median(each) for each in zip(*runs, strict=True)) for runs in measured.values()
    )
    print(f"medians of {given.runs} runs, {NAMES:,} names, {WORKERS} at a time")  # noqa: T201
    print(f"ours             {wall:7.1f} s   {cpu:7.1f} s of CPU time")  # noqa: T201
    print(f"blackbox         {their_wall:7.1f} s   {their_cpu:7.1f} s of CPU time")  # noqa: T201
    print(f"as a multiple    {wall / their_wall:7.2f} x   {cpu / their_cpu:7.2f} x  (aim: not slower)")  # noqa: T201
    return 0


def _all_of(what: Callable[[str], str], hosts: Sequence[str]) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        wrong = [said for said in pool.map(what, hosts) if said]
    if wrong:
        raise SystemExit(f"error: {len(wrong)} of {len(hosts)} names failed, the first one: {wrong[0]}")
    return time.perf_counter() - begun


def _ours(target: Target, hosts: Sequence[str]) -> tuple[float, float]:
    internet, inventory = target.vantages["internet"], target.inventory
    if inventory.acme is None:
        raise SystemExit("error: the inventory has no [acme]")
    roots, resolver = inventory.acme.chosen.roots, str(inventory.node.resolvers[0])

    def look(host: str) -> str:
        answer = dns.query(internet, resolver, host, "A")
        if not isinstance(answer, Answer) or not answer.data("A"):
            return f"{host}: {answer}"
        page = http.get(internet, f"https://{host}/", verify=roots or True)
        return "" if isinstance(page, Response) and page.status == _OK else f"{host}: {page}"

    began = resource.getrusage(resource.RUSAGE_SELF)
    wall = _all_of(look, hosts)
    ended = resource.getrusage(resource.RUSAGE_SELF)
    return wall, ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def _exporters(pid: int, internet: Vantage, hosts: Sequence[str]) -> tuple[float, float]:
    def look(host: str) -> str:
        url = f"http://127.0.0.1:{_PORT}/probe?module=website&target=https://{host}/"
        page = http.get(internet, url, timeout=30.0)
        good = isinstance(page, Response) and b"probe_success 1" in page.body
        return "" if good else f"{host}: {page}"

    began = _cpu(pid)
    wall = _all_of(look, hosts)
    return wall, _cpu(pid) - began


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def _published(target: Target, hosts: Sequence[str]) -> Generator[None]:
    """Have Ingresses publish all the names, with the wildcard certificate that is there."""
    inventory, api = target.inventory, Api(target.kubeconfig, target.vantages["workstation"])
    namespace = inventory.services["test-app"].namespace
    site = next(each for each in ingresses.ingresses(api) if each.namespace == namespace)
    path = f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses"
    pattern = api.get("the test site", f"{path}/{site.name}") or {}
    backend = pattern["spec"]["rules"][0]["http"]
    some = {f"many-names-{start}": hosts[start : start + EACH] for start in range(0, len(hosts), EACH)}
    try:
        for name, part in some.items():
            spec = {
                "tls": [{"hosts": list(part), "secretName": "wildcard-tls"}],
                "rules": [{"host": host, "http": backend} for host in part],
            }
            kind = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}}
            api.request("POST", path, what=name, body={**kind, "spec": spec}, kind="application/json")
        for host in (hosts[0], hosts[-1]):
            _await(target, host)
        yield
    finally:
        for name in some:
            api.request("DELETE", f"{path}/{name}", what=name)


def _await(target: Target, host: str) -> None:
    internet, roots = target.vantages["internet"], target.inventory.public_roots
    eventually(
        lambda: http.get(internet, f"https://{host}/", verify=roots or True, timeout=5.0),
        lambda page: isinstance(page, Response) and page.status == _OK,
        expected=f"{host} answers the public internet",
        patience=_PUBLIC,
    )


@contextmanager
def _exporter(target: Target) -> Generator[tuple[int, Vantage]]:
    """Run the exporter where the visitor stands, with the visitor's resolver."""
    inventory, internet = target.inventory, target.vantages["internet"]
    roots = inventory.public_roots
    with tempfile.TemporaryDirectory() as folder:
        module = {
            "prober": "http",
            "timeout": "20s",
            "http": {"preferred_ip_protocol": "ip4", "valid_status_codes": [_OK], "fail_if_not_ssl": True},
        }
        if roots:
            module["http"]["tls_config"] = {"ca_file": str(roots)}
        # JSON is YAML.
        (Path(folder) / "config.yml").write_text(json.dumps({"modules": {"website": module}}))
        (Path(folder) / "resolv.conf").write_text(f"nameserver {inventory.node.resolvers[0]}\n")
        script = (
            f"mount --bind {folder}/resolv.conf /etc/resolv.conf && exec prometheus-blackbox-exporter"
            f" --config.file={folder}/config.yml --web.listen-address=127.0.0.1:{_PORT} --log.level=error"
        )
        space = inventory.vantages["internet"].namespace
        exporter = subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{space}", "unshare", "--mount", "sh", "-c", script]
        )
        try:
            eventually(
                lambda: http.get(internet, f"http://127.0.0.1:{_PORT}/-/healthy", timeout=1.0),
                lambda page: isinstance(page, Response) and page.status == _OK,
                expected="the exporter is up",
                patience=_STARTS,
            )
            yield exporter.pid, internet
        finally:
            exporter.kill()
            exporter.wait()
