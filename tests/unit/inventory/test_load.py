"""Good and bad inventories as files: what is read, and everything that is said about what is wrong."""

import dataclasses
from pathlib import Path

import pytest

from inventory import InventoryErrors, load

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
BAD = sorted((HERE / "bad").glob("*.toml"))
GOOD = [*sorted((HERE / "good").glob("*.toml")), *sorted((ROOT / "inventories").glob("*.toml"))]
# Pinned: a glob that finds nothing would pass every test below.
BAD_FILES, GOOD_FILES = 63, 4


def test_no_case_is_lost() -> None:
    assert len(BAD) == BAD_FILES
    assert len(GOOD) == GOOD_FILES
    assert {each.stem for each in BAD} == {each.stem for each in (HERE / "bad").glob("*.expected")}


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_inventory_says_all_that_is_wrong(path: Path) -> None:
    with pytest.raises(InventoryErrors) as wrong:
        load(path)
    told = str(wrong.value).replace(f"{path.parent}/", "")
    assert told + "\n" == path.with_suffix(".expected").read_text()
    assert all(error.file == str(path) and error.allowed for error in wrong.value.errors)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_no_error_repeats_a_secret(path: Path) -> None:
    with pytest.raises(InventoryErrors) as wrong:
        load(path)
    assert "canary" not in str(wrong.value) + repr(wrong.value.errors)
    # pydantic's own error holds what was found.
    assert (wrong.value.__cause__, wrong.value.__context__) == (None, None)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_inventory_is_read(path: Path) -> None:
    assert load(path).cluster.name


def test_a_missing_inventory_names_those_that_are_there() -> None:
    with pytest.raises(InventoryErrors) as wrong:
        load(HERE / "good" / "minimul.toml")
    (error,) = wrong.value.errors
    assert (error.found, error.allowed) == ("no such file", "minimal.toml, with_everything.toml")


def test_a_missing_folder_says_so_too(tmp_path: Path) -> None:
    with pytest.raises(
        InventoryErrors, match="found no such file; allowed: the path of a TOML file that exists"
    ):
        load(tmp_path / "nowhere" / "mine.toml")


def test_a_folder_is_no_inventory(tmp_path: Path) -> None:
    with pytest.raises(InventoryErrors, match="found a folder; allowed: an inventory"):
        load(tmp_path)


def test_text_in_another_encoding_is_no_inventory(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('name = "Müller"'.encode("latin-1"))
    with pytest.raises(InventoryErrors, match="found text that is not UTF-8"):
        load(path)


def test_paths_start_at_the_folder_of_the_inventory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    inventory = load(HERE / "good" / "with_everything.toml")
    assert inventory.credentials["kubeconfig"].file == HERE / "good" / "files" / "kubeconfig"
    assert inventory.vantages["vps"].identity_file == HERE / "good" / "files" / "id_ed25519"


def test_the_lab_has_the_addresses_of_the_roadmap() -> None:
    lab = load(ROOT / "inventories" / "lab.toml")
    assert {node.name: str(node.address) for node in lab.nodes} == {
        "controlplane0": "10.0.1.1",
        "controlplane1": "10.0.1.2",
        "controlplane2": "10.0.1.3",
        "worker0": "10.0.2.1",
        "worker1": "10.0.2.2",
    }
    assert [node.name for node in lab.workers] == ["worker0", "worker1"]
    assert len(lab.controlplanes) == 3
    assert [str(vip) for vip in (lab.vips.api, lab.vips.ingress, lab.vips.dns)] == [
        "10.0.3.1",
        "10.0.3.2",
        "10.0.3.3",
    ]
    assert {pool.name: ([str(part) for part in pool.addresses], pool.auto_assign) for pool in lab.pools} == {
        "ingress-pool": (["10.0.3.2/32"], False),
        "dns-pool": (["10.0.3.3/32"], False),
        "services-pool": (["10.0.3.4-10.0.3.20"], True),
    }
    assert str(lab.routes.advertised) == "10.0.3.0/27"
    assert str(lab.lab.vps_tailnet) == "100.64.0.3"
    assert str(lab.lab.parent) == "203.0.113.20"
    assert lab.capabilities.granted() == {"rebuild", "power", "processes"}


def test_the_live_cluster_is_the_lab_with_other_surroundings() -> None:
    live, lab = (load(ROOT / "inventories" / name) for name in ("example-live.toml", "lab.toml"))
    assert (live.nodes, live.vips, live.pools, live.routes) == (lab.nodes, lab.vips, lab.pools, lab.routes)
    # The names that features use, and the host names; a namespace is each cluster's own.
    hosts = [{name: service.host for name, service in each.services.items()} for each in (live, lab)]
    assert hosts[0] == hosts[1]
    assert (live.ingress, live.storage) == (lab.ingress, lab.storage)
    assert live.dns
    assert lab.dns
    assert (live.dns.nameservers, live.dns.parent) == (lab.dns.nameservers, lab.dns.parent)
    assert live.capabilities.granted() == frozenset()
    with pytest.raises(
        ValueError, match=r"does not describe a lab: vantages\.workstation\.address is missing"
    ):
        _ = live.lab


def test_the_environment_in_force_is_not_the_other() -> None:
    acme = load(HERE / "good" / "with_everything.toml").acme
    assert acme
    assert (acme.chosen, acme.other) == (acme.staging, acme.production)
    turned = dataclasses.replace(acme, environment="production")
    assert (turned.chosen, turned.other) == (acme.production, acme.staging)
