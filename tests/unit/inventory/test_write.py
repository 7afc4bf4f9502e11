"""Inventories written and read again, and the running lab described as an existing cluster."""

import dataclasses
import tempfile
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory import (
    Acme,
    AcmeEnvironment,
    AddressRange,
    Backups,
    Capabilities,
    Cluster,
    Credential,
    Dns,
    Identity,
    Ingress,
    InternalCa,
    Inventory,
    Node,
    NodeKind,
    Pool,
    PowerCommands,
    Probe,
    RelyingParty,
    Repository,
    Routes,
    SecretRef,
    Service,
    Storage,
    VantageSpec,
    Vault,
    Vips,
    Vps,
    Waiting,
    as_existing,
    load,
    write,
)

HERE = Path(__file__).parent
INVENTORIES = HERE.parents[2] / "inventories"
T = TypeVar("T")
IDENTITY = "0c5a2f5e-6a2f-4a8e-9a4e-3c2f6d1b7e90"

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
addresses = st.integers(1, 250).map(lambda last: IPv4Address(f"192.0.2.{last}"))
jobs = st.tuples(labels, labels).map("/".join)
seconds = st.floats(0.001, 1e6, allow_nan=False)
files_folder = HERE / "good" / "files"
files = st.just(files_folder / "kubeconfig")


def named(values: st.SearchStrategy[T], size: int = 4) -> st.SearchStrategy[dict[str, T]]:
    return st.dictionaries(labels, values, max_size=size)


@st.composite
def patience(draw: st.DrawFn) -> Waiting:
    within = draw(seconds)
    return Waiting(within, draw(st.floats(0.0005, within)), draw(st.just(0.0) | seconds))


@st.composite
def clusters(draw: st.DrawFn, kubeconfig: str) -> Cluster:
    return Cluster(
        name=draw(labels),
        provider="existing",
        domain="example.org",
        kubernetes_version=draw(st.from_regex(r"v[0-9]\.[0-9]{1,2}\.[0-9]", fullmatch=True)),
        node_network=IPv4Network("10.0.0.0/16"),
        pod_network=IPv4Network("10.244.0.0/16"),
        service_network=IPv4Network("10.96.0.0/12"),
        gateway=draw(st.none() | st.just(IPv4Address("10.0.0.1"))),
        identity=draw(st.uuids().map(str)),
        kubeconfig=kubeconfig,
    )


@st.composite
def nodes(draw: st.DrawFn) -> tuple[Node, ...]:
    controlplanes = draw(st.sampled_from([1, 3, 5]))
    names = draw(st.lists(labels, min_size=controlplanes, max_size=9, unique=True))
    return tuple(
        Node(
            name, "controlplane" if number < controlplanes else "worker", IPv4Address(f"10.0.1.{number + 1}")
        )
        for number, name in enumerate(names)
    )


@st.composite
def pools(draw: st.DrawFn) -> tuple[Pool, ...]:
    """Up to five pools, each written in one of the ways that there are."""
    names = draw(st.lists(labels, min_size=1, max_size=5, unique=True))
    made: list[Pool] = []
    for number, name in enumerate(names):
        first, last = IPv4Address(f"10.0.3.{2 + 4 * number}"), IPv4Address(f"10.0.3.{3 + 4 * number}")
        written = draw(st.sampled_from([f"{first}-{last}", f"{first}/31"]))
        made.append(Pool(name, (AddressRange(first, last, written),), draw(st.booleans())))
    return tuple(made)


credentials = st.one_of(
    st.builds(Credential, file=files),
    st.builds(Credential, environment=st.from_regex(r"[A-Z_][A-Z0-9_]{0,8}", fullmatch=True)),
    st.builds(Credential, kubernetes_secret=st.builds(SecretRef, namespace=labels, name=labels, key=words)),
)
vps = st.one_of(
    st.builds(VantageSpec, kind=st.just("local"), address=st.none() | addresses),
    st.builds(
        VantageSpec,
        kind=st.just("ssh"),
        host=labels,
        user=st.none() | labels,
        identity_file=st.none() | files,
    ),
)
power = st.none() | st.builds(
    PowerCommands, *(st.lists(words, max_size=2).map(lambda argv: (*argv, "{node}")) for _ in range(3))
)

zones = st.builds(
    Dns,
    nameservers=st.lists(
        labels.map(lambda name: f"{name}.example.net"), min_size=1, max_size=3, unique=True
    ).map(tuple),
    parent=st.just("org"),
    refresh=st.floats(100, 1e5),
    retry=st.floats(0.001, 100),
    transfer_clients=st.lists(addresses.map(IPv4Network), max_size=2).map(tuple),
    parent_server=st.none() | addresses,
)
authorities = st.builds(
    Acme,
    issuer=labels,
    environment=st.sampled_from(["production", "staging"]),
    days_left=st.integers(0, 90),
    production=st.builds(AcmeEnvironment, st.just("https://acme.example/dir"), st.none() | files),
    staging=st.builds(AcmeEnvironment, st.just("https://staging.example:15000/"), st.none() | files),
)
in_front = st.builds(
    Vps, st.sampled_from(["s6", "systemd"]), own_sites=st.sampled_from([(), ("example.net", "example.com")])
)

providers = st.builds(
    Identity,
    kind=st.sampled_from(["keycloak", "authentik"]),
    issuer=st.sampled_from(["https://auth.example.org/realms/one", "https://auth.example.org/{client}/"]),
    code_lifetime=st.floats(0.001, 600),
    allowed_group=words,
    administrator=words,
    foreign_audience=st.none() | words,
)
parties = st.builds(
    RelyingParty,
    client_id=st.just(""),
    login_start=st.just("https://git.example.org/login"),
    redirect_uri=st.just("https://git.example.org/callback"),
    scopes=st.lists(words, max_size=2).map(lambda more: ("openid", *more)),
    username_claim=words,
    admin_group=st.none() | words,
    administrator=st.none() | words,
    role=st.none() | words,
)


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    commands = draw(power)
    provider = draw(st.none() | providers)
    # A client id is each party's own.
    relying = {
        name: dataclasses.replace(party, client_id=name) for name, party in draw(named(parties)).items()
    }
    known = draw(named(st.builds(Service, namespace=labels, host=st.sampled_from([None, "git.example.org"]))))
    return Inventory(
        schema=1,
        cluster=draw(clusters("kubeconfig")),
        nodes=draw(nodes()),
        node=draw(st.builds(NodeKind, services=st.sampled_from(["s6", "talos"]), interface=words)),
        vips=Vips(IPv4Address("10.0.2.1"), IPv4Address("10.0.3.2"), IPv4Address("10.0.3.3")),
        pools=draw(pools()),
        routes=Routes(IPv4Network("10.0.3.0/27")),
        vantages={"workstation": VantageSpec("namespace", namespace=draw(words)), "vps": draw(vps)},
        dns=draw(st.none() | zones),
        ingress=draw(st.none() | st.builds(Ingress, labels, st.integers(0, 9))),
        storage=draw(st.none() | st.builds(Storage, labels)),
        acme=draw(st.none() | authorities),
        internal_ca=draw(st.builds(InternalCa, labels, labels, words)),
        vps=draw(st.none() | in_front),
        vault=draw(st.builds(Vault, labels, st.integers(1, 9), words)),
        backups=draw(st.builds(Backups, jobs, jobs)),
        identity=provider,
        relying_parties=relying if provider else {},
        repository=draw(st.none() | st.builds(Repository, st.just(files_folder), st.none() | files)),
        services={**known, "identity": Service("identity", "auth.example.org")},
        credentials={**draw(named(credentials)), "kubeconfig": Credential(file=draw(files))},
        probe=draw(st.none() | st.builds(Probe, namespace=labels, image=words, daemonset=labels)),
        patience=draw(named(patience())),
        capabilities=Capabilities(power=commands is not None),
        power=commands,
    )


@settings(max_examples=60, database=None)
@given(inventories())
def test_what_is_written_is_read_back_equal(inventory: Inventory) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.toml"
        path.write_text(write(inventory), encoding="utf-8")
        read = load(path)
    assert read == inventory
    assert [part.written for pool in read.pools for part in pool.addresses] == [
        part.written for pool in inventory.pools for part in pool.addresses
    ]


@pytest.mark.parametrize("path", sorted((HERE / "good").glob("*.toml")), ids=lambda path: path.stem)
def test_files_survive_being_written_elsewhere(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.toml"
    copy.write_text(write(load(path)))
    assert load(copy) == load(path)


def attached(tmp_path: Path, commands: PowerCommands | None = None) -> Inventory:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.touch()
    lab = load(INVENTORIES / "lab.toml")
    namespaces = {name: f"cs-1-{name}" for name in lab.vantages}
    made = as_existing(lab, kubeconfig=kubeconfig, identity=IDENTITY, namespaces=namespaces, power=commands)
    path = tmp_path / "inventory.toml"
    path.write_text(write(made))
    return load(path)


def test_the_running_lab_is_an_existing_cluster_that_its_inventory_describes(tmp_path: Path) -> None:
    lab, existing = load(INVENTORIES / "lab.toml"), attached(tmp_path)
    assert (existing.cluster.provider, existing.cluster.identity) == ("existing", IDENTITY)
    assert existing.credentials["kubeconfig"].file == tmp_path / "kubeconfig"
    assert existing.vantages["vps"].namespace == "cs-1-vps"
    assert existing.capabilities.granted() == frozenset()
    unchanged = [each.name for each in dataclasses.fields(Inventory)]
    for name in {*unchanged} - {"cluster", "credentials", "vantages", "capabilities"}:
        assert getattr(existing, name) == getattr(lab, name), name


def test_an_attached_lab_can_be_switched_off_by_command(tmp_path: Path) -> None:
    commands = PowerCommands(("off", "{node}"), ("on", "{node}"), ("status", "{node}"))
    existing = attached(tmp_path, commands)
    assert existing.capabilities.granted() == {"power"}
    assert existing.power == commands
