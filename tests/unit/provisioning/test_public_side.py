"""What the lab builds around the cluster: the wires, the zones above the cluster's, the authorities."""

from pathlib import Path

import pytest
from cryptography import x509

from inventory import load
from provisioning.lab import certificates, network, topology
from provisioning.lab.artifacts.build import Artifacts
from provisioning.lab.lab import Lab
from provisioning.lab.topology import Route
from provisioning.lab.units.layer_01_infrastructure import acme, parent_zone, registry_mirrors

ROOT = Path(__file__).parents[3]


@pytest.fixture
def lab() -> Lab:
    inventory = load(ROOT / "inventories" / "lab.toml")
    nowhere = Path("/nowhere")
    return Lab(
        "cs-test", inventory, topology.from_inventory(inventory), Artifacts(nowhere, nowhere, {}, {}, nowhere)
    )


def test_the_gateway_stands_on_all_three_networks_and_hides_the_cluster_on_one(lab: Lab) -> None:
    gateway = lab.topology.host("gateway")
    assert {nic.network for nic in gateway.nics} == {each.name for each in lab.topology.networks}
    assert [nic.network for nic in gateway.nics if nic.device == gateway.hides_behind] == ["public"]
    assert [host.name for host in lab.topology.hosts if host.hides_behind] == ["gateway"]


def test_only_the_vps_has_a_way_to_the_advertised_route(lab: Lab) -> None:
    advertised = str(lab.inventory.routes.advertised)
    ways = {
        host.name: route for host in lab.topology.hosts for route in host.routes if route.to == advertised
    }
    assert ways == {"vps": Route(advertised, topology.GATEWAY_TAILNET, advmss=1460)}


def test_a_route_is_written_as_ip_reads_it() -> None:
    assert network._route(Route("default", "10.0.0.1")) == "route add default via 10.0.0.1"
    assert network._route(Route("10.0.3.0/27", "100.64.0.1", 1460)) == (
        "route add 10.0.3.0/27 via 100.64.0.1 advmss 1460"
    )


def test_the_root_and_the_registry_lead_to_the_parent(lab: Lab) -> None:
    assert parent_zone.zone(lab, "") == ["com. IN NS ns.parent.example.", "example. IN NS ns.parent.example."]
    assert parent_zone.zone(lab, "com") == ["agentydragon.com. IN NS ns.parent.example."]


def test_the_parent_delegates_with_glue_and_names_the_vps_own_sites(lab: Lab) -> None:
    vps = lab.inventory.lab.vps_public
    assert parent_zone.zone(lab, "agentydragon.com") == [
        "test-cluster.agentydragon.com. IN NS ns1.test-cluster.agentydragon.com.",
        "test-cluster.agentydragon.com. IN NS ns2.test-cluster.agentydragon.com.",
        f"ns1.test-cluster.agentydragon.com. IN A {vps}",
        f"ns2.test-cluster.agentydragon.com. IN A {vps}",
        f"agentydragon.com. IN A {vps}",
    ]


def test_both_acme_servers_have_a_public_name(lab: Lab) -> None:
    internet = lab.inventory.lab.internet
    records = parent_zone.zone(lab, "example")
    assert {f"acme.example. IN A {internet}", f"acme-staging.example. IN A {internet}"} <= set(records)


def test_the_registry_that_nodes_have_a_mirror_for_has_a_public_name(lab: Lab) -> None:
    (name,) = lab.inventory.registry.mirrored if lab.inventory.registry else ("none",)
    assert f"{name}. IN A {lab.inventory.lab.internet}" in parent_zone.zone(lab, "example")
    assert registry_mirrors.mirror(lab) == "https://registry.test-cluster.agentydragon.com/docker-hub-proxy"


def test_the_roots_are_where_the_provider_says_that_they_are(lab: Lab) -> None:
    assert acme.roots(lab, "staging") == lab.state / "acme" / "staging-roots.pem"


def test_an_authority_is_made_once_and_signs_what_serves(tmp_path: Path) -> None:
    certificates.authority(tmp_path / "ca", "an authority")
    made = (tmp_path / "ca.crt").read_bytes()
    certificates.authority(tmp_path / "ca", "an authority")
    assert (tmp_path / "ca.crt").read_bytes() == made
    certificates.sign(tmp_path / "ca", tmp_path / "web", "www", serves=("www.example.org", "192.0.2.1"))
    signed = x509.load_pem_x509_certificate((tmp_path / "web.crt").read_bytes())
    signed.verify_directly_issued_by(x509.load_pem_x509_certificate(made))
    names = signed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["www.example.org"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.1"]
    assert (tmp_path / "web.key").stat().st_mode & 0o077 == 0
