"""Whom nodes ask for images, and what a registry has kept."""

from __future__ import annotations

import pytest

from probes import mirrors, registry
from probes.mirrors import Mirror
from probes.outcomes import Malformed, Refused
from probes.vantage import LocalVantage
from tests.unit.probes.servers import WebServer

HERE = LocalVantage("here")
TALOS = """
--hosts-of-a-registry-- /proc/1/root/etc/cri/conf.d/hosts/quay.io/hosts.toml
[host."https://registry.example/v2/quay-proxy"]
capabilities = ["pull", "resolve"]
override_path = true
[host."https://quay.io"]
capabilities = ["pull", "resolve"]

--hosts-of-a-registry-- /proc/1/root/etc/containerd/certs.d/images.example/hosts.toml
server = "https://images.example"
ca = "/etc/upstream.pem"
[host."https://registry.example/docker-hub-proxy"]
capabilities = ["pull", "resolve"]
"""


def test_who_is_asked_comes_in_the_order_in_which_it_is_asked() -> None:
    assert mirrors.parse(TALOS) == (
        Mirror("images.example", ("https://registry.example/docker-hub-proxy", "https://images.example")),
        Mirror("quay.io", ("https://registry.example/v2/quay-proxy", "https://quay.io", "https://quay.io")),
    )
    assert mirrors.parse(TALOS)[0].hosts == ("registry.example", "images.example")


def test_a_node_without_mirrors_has_none() -> None:
    assert mirrors.parse("") == ()


def test_what_is_no_toml_is_told() -> None:
    with pytest.raises(ValueError, match="line"):
        mirrors.parse("--hosts-of-a-registry-- /a/b/hosts.toml\nserver = \n")


def test_a_distribution_registry_is_asked_for_its_catalogue(web: WebServer) -> None:
    web.replies["/docker-hub-proxy/v2/_catalog?n=1000"] = (200, {"repositories": ["library/one", "two"]})
    assert registry.kept(HERE, f"{web.url}/docker-hub-proxy") == frozenset({"library/one", "two"})


def test_harbor_is_asked_for_the_repositories_of_the_project(web: WebServer) -> None:
    found = [{"name": "quay-proxy/prometheus/busybox", "artifact_count": 1}]
    web.replies["/api/v2.0/projects/quay-proxy/repositories?page_size=100"] = (200, found)
    assert registry.kept(HERE, f"{web.url}/v2/quay-proxy") == frozenset({"prometheus/busybox"})


@pytest.mark.parametrize("said", [{"repositories": 3}, {}, [], "no JSON"])
def test_what_is_no_catalogue_is_told(web: WebServer, said: object) -> None:
    web.replies["/v2/_catalog?n=1000"] = (200, said)
    assert isinstance(registry.kept(HERE, web.url), Malformed)


def test_a_registry_that_is_not_there_is_told_apart_from_an_empty_one(web: WebServer) -> None:
    web.replies["/v2/_catalog?n=1000"] = (503, "no available server")
    assert isinstance(registry.kept(HERE, web.url), Malformed)
    web.replies["/v2/_catalog?n=1000"] = (200, {"repositories": []})
    assert registry.kept(HERE, web.url) == frozenset()
    assert registry.kept(HERE, "http://127.0.0.1:9") == Refused()
