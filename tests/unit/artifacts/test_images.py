"""Image definitions, what is put into an image, and how a node gets its copy of all of them."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from inventory.problem import Problem
from provisioning.lab.images import definitions, layout, libraries, plant, planting, staging
from provisioning.lab.images.staging import Made

VERSIONS = {"busybox-static": "1.35.0", "etcd": "v3.7.3", "umoci": "0.4.7"}


def define(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.toml").write_text(f'description = "{name}"\nversion_of = "etcd"\n{text}')


@pytest.fixture
def binaries(tmp_path: Path) -> Path:
    """A folder of programs as the cache lays it out: links into folders named by content."""
    program = tmp_path / "etcd-0123456789ab" / "etcd"
    program.parent.mkdir()
    program.write_bytes(b"program")
    program.chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "etcd").symlink_to("../etcd-0123456789ab/etcd")
    return tmp_path / "bin"


def test_the_labs_images_are_defined() -> None:
    images = {image.name for image in definitions.load()}
    assert {
        "pause",
        "busybox",
        "coredns",
        "metallb-controller",
        "metallb-speaker",
        "metrics-server",
    } <= images
    assert {"powerdns", "mariadb", "traefik", "external-dns", "local-path-provisioner"} <= images
    assert {"etcd", "external-secrets", "openbao", "registry", "sealed-secrets-controller"} <= images
    assert {"gitea", "keycloak", "synapse"} <= images
    assert {f"cert-manager-{part}" for part in ("controller", "webhook", "cainjector")} <= images


def test_a_base_comes_before_what_is_built_on_it(tmp_path: Path) -> None:
    define(tmp_path, "a", 'base = "z"')
    define(tmp_path, "z", "")
    assert [image.name for image in definitions.load(tmp_path)] == ["z", "a"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('entrypiont = ["/x"]', "unknown key 'entrypiont'"),
        ('base = "nothing"', "a.toml: nothing"),
        ('base = "a"', "each other's base"),
        ('[[files]]\nto = "/x"', "exactly one of program, host, text, base64"),
        ('[[files]]\nto = "/x"\nhost = "/y"\ntext = "z"', "exactly one of program, host, text, base64"),
        ('[[files]]\nto = "/x"\ntext = "z"\nowner = "me"', "unknown key 'owner'"),
        ('[[trees]]\nto = "/x"', "exactly one of artifact, host"),
        ('[[trees]]\nto = "/x"\nhost = "/y"\nmode = "0755"', "unknown key 'mode'"),
        ('[directories]\n"/x" = "0999"', "ValueError"),
        ("files = 1", "TypeError"),
    ],
)
def test_a_wrong_definition_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    define(tmp_path, "a", text)
    with pytest.raises(Problem, match=complaint):
        definitions.load(tmp_path)


def test_reference_has_the_version_of_what_is_inside(tmp_path: Path) -> None:
    define(tmp_path, "a", "")
    assert definitions.load(tmp_path)[0].reference(VERSIONS) == "clusterspec.lab/a:v3.7.3"


def test_a_layer_holds_what_is_defined_and_nothing_of_this_moment(tmp_path: Path, binaries: Path) -> None:
    definition = """
        applets = "/bin/busybox"
        directories = { "/tmp" = "1777" }
        files = [
            { program = "etcd", to = "/etcd" },
            { host = "/bin/busybox", to = "/bin/busybox" },
            { text = "root:x:0:", to = "/etc/group", mode = "0600" },
            { base64 = "/u3+7Q==", to = "/store" },
        ]
    """
    (tmp_path / "images").mkdir()
    define(tmp_path / "images", "a", definition)
    layer = tmp_path / "layer"
    layer.mkdir()
    images = definitions.load(tmp_path / "images")
    staging.stage(images[0], staging.plan(images, Made(binaries, {}))["a"], layer)
    assert (layer / "etcd").read_bytes() == b"program"
    assert (layer / "etcd").stat().st_mode & 0o7777 == 0o755
    assert (layer / "etc" / "group").stat().st_mode & 0o7777 == 0o600
    assert (layer / "store").read_bytes() == bytes.fromhex("feedfeed")
    assert (layer / "tmp").stat().st_mode & 0o7777 == 0o1777
    assert (layer / "bin" / "sh").readlink() == Path("busybox")
    assert {path.lstat().st_mtime for path in layer.rglob("*")} == {0}


def test_a_linked_program_brings_its_libraries_unless_the_base_has_them(
    tmp_path: Path, binaries: Path
) -> None:
    (tmp_path / "images").mkdir()
    define(tmp_path / "images", "a", 'files = [{ host = "/bin/ls", to = "/bin/ls" }]')
    define(tmp_path / "images", "b", 'base = "a"\nfiles = [{ host = "/bin/ls", to = "/ls" }]')
    plan = staging.plan(definitions.load(tmp_path / "images"), Made(binaries, {}))
    assert {"/bin/ls", *map(str, libraries.of(Path("/bin/ls")))} == {str(copy.to) for copy in plan["a"]}
    assert [copy.to for copy in plan["b"]] == [PurePosixPath("/ls")]
    assert all(copy.source == Path(copy.to).resolve() for copy in plan["a"])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder as the cache lays it out, with a link to a file that lies outside."""
    made = tmp_path / "product-0123456789ab"
    for folder in ("bin", "legal/deep"):
        (made / folder).mkdir(parents=True)
    (made / "bin" / "run").write_text("run")
    (made / "bin" / "run").chmod(0o755)
    (made / "legal" / "deep" / "text").touch()
    (made / "manifest.json").touch()
    (tmp_path / "outside").write_text("outside")
    (made / "linked").symlink_to(tmp_path / "outside")
    return made


def test_a_tree_is_all_files_of_a_folder_but_what_is_left_out(
    tmp_path: Path, binaries: Path, tree: Path
) -> None:
    (tmp_path / "images").mkdir()
    layers: list[list[tuple[str, str, int]]] = []
    for source in ('artifact = "product"', f'host = "{tree}"'):
        define(tmp_path / "images", "a", f'[[trees]]\nto = "/opt"\nwithout = ["legal"]\n{source}')
        images = definitions.load(tmp_path / "images")
        plan = staging.plan(images, Made(binaries, {"product": tree}))["a"]
        layer = tmp_path / f"layer{len(layers)}"
        layer.mkdir()
        staging.stage(images[0], plan, layer)
        files = (path for path in sorted(layer.rglob("*")) if path.is_file())
        layers.append(
            [(str(path.relative_to(layer)), path.read_text(), path.stat().st_mode & 0o777) for path in files]
        )
    assert layers[0] == [("opt/bin/run", "run", 0o755), ("opt/linked", "outside", 0o644)]
    assert layers[1] == layers[0]


def test_a_tree_that_nobody_makes_or_that_leads_nowhere_is_told(
    tmp_path: Path, binaries: Path, tree: Path
) -> None:
    (tmp_path / "images").mkdir()
    define(tmp_path / "images", "a", '[[trees]]\nto = "/opt"\nartifact = "product"')
    images = definitions.load(tmp_path / "images")
    with pytest.raises(Problem, match="no artifact makes the folder 'product'"):
        staging.plan(images, Made(binaries, {}))
    (tree / "lost").symlink_to("nowhere")
    with pytest.raises(Problem, match="lost leads to no file"):
        staging.plan(images, Made(binaries, {"product": tree}))


def test_what_is_static_or_no_program_has_no_libraries(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("#!/bin/sh\n")
    assert libraries.of(tmp_path / "script") == libraries.of(Path("/bin/busybox")) == ()


def test_a_library_that_is_missing_is_told(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(Path("/bin/ls").read_bytes().replace(b"libselinux.so.1", b"libselinux.so.9"))
    with pytest.raises(Problem, match=r"libselinux\.so\.9 => not found"):
        libraries.of(program)


@pytest.mark.parametrize(
    ("name", "command", "prints"),
    [
        ("powerdns", ["/usr/sbin/pdns_server", "--no-config", "--version"], "4.7"),
        ("powerdns", ["/usr/bin/pdnsutil", "--version"], "pdnsutil"),
        ("powerdns", ["/usr/bin/mariadb", "--version"], "10.11"),
        ("mariadb", ["/usr/sbin/mariadbd", "--no-defaults", "--version"], "10.11"),
        ("mariadb", ["/bin/sh", "/usr/bin/mariadb-install-db", "--help"], "datadir"),
        ("registry", ["/usr/bin/docker-registry", "--version"], "2.8"),
    ],
)
def test_linked_programs_run_in_their_images(
    tmp_path: Path, binaries: Path, name: str, command: list[str], prints: str
) -> None:
    images = {image.name: image for image in definitions.load()}
    wanted = [images["busybox"], images["runtime"], images[name]]
    plan = staging.plan(wanted, Made(binaries, {}))
    root = tmp_path / "root"
    root.mkdir()
    for image in wanted:
        staging.stage(image, plan[image.name], root)
    told = subprocess.run(
        ["chroot", str(root), *command], capture_output=True, text=True, timeout=30, check=False
    )
    assert prints in told.stdout + told.stderr


def test_key_of_the_images_changes_with_definition_content_and_version(
    tmp_path: Path, binaries: Path, tree: Path
) -> None:
    (tmp_path / "images").mkdir()
    trees = {"product": tree}
    host = tmp_path / "host-program"
    host.write_bytes(b"1")
    files = f'files = [{{ program = "etcd", to = "/etcd" }}, {{ host = "{host}", to = "/host" }}]'
    define(tmp_path / "images", "a", files)

    def key(**versions: str) -> str:
        return layout.key(definitions.load(tmp_path / "images"), Made(binaries, trees), VERSIONS | versions)

    keys = [key(), key(etcd="v3.7.4"), key(umoci="0.4.8")]
    host.write_bytes(b"2")
    keys.append(key())
    define(tmp_path / "images", "a", 'command = ["/etcd"]\n' + files)
    keys.append(key())
    (binaries.parent / "etcd-0123456789ab").rename(binaries.parent / "etcd-ba9876543210")
    (binaries / "etcd").unlink()
    (binaries / "etcd").symlink_to("../etcd-ba9876543210/etcd")
    keys.append(key())
    define(tmp_path / "images", "a", files + '\n[[trees]]\nto = "/"\nartifact = "product"')
    keys.append(key())
    tree.rename(tree.with_name("product-ba9876543210"))
    trees["product"] = tree.with_name("product-ba9876543210")
    keys.append(key())
    assert len(set(keys)) == 8


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    root = tmp_path / "seed"
    (root / "content" / "blobs").mkdir(parents=True)
    (root / "content" / "blobs" / "layer").write_bytes(b"layer")
    (root / "snapshots" / "tmp").mkdir(parents=True)
    (root / "snapshots" / "tmp").chmod(0o1777)
    (root / "snapshots" / "sh").symlink_to("busybox")
    (root / "meta.db").write_bytes(b"database")
    (root / "meta.db").chmod(0o600)
    return root


def test_a_planted_root_shares_blobs_and_owns_its_databases(seed: Path, tmp_path: Path) -> None:
    node = tmp_path / "node" / "containerd"
    plant(seed, node)
    assert (node / "content/blobs/layer").stat().st_ino == (seed / "content/blobs/layer").stat().st_ino
    assert (node / "snapshots/sh").readlink() == Path("busybox")
    assert (node / "snapshots/tmp").stat().st_mode & 0o7777 == 0o1777
    assert (node / "meta.db").stat().st_mode & 0o7777 == 0o600
    (node / "meta.db").write_bytes(b"changed")
    (node / "content/blobs/layer").unlink()
    assert (seed / "meta.db").read_bytes() == b"database"
    assert (seed / "content/blobs/layer").read_bytes() == b"layer"


def test_a_root_that_is_in_use_is_left_alone(seed: Path, tmp_path: Path) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "meta.db").touch()
    with pytest.raises(FileExistsError):
        plant(seed, tmp_path / "node")
    assert (tmp_path / "node" / "meta.db").read_bytes() == b""


def test_across_file_systems_everything_is_copied(
    seed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(planting.os, "link", refuse)
    plant(seed, tmp_path / "node")
    assert (tmp_path / "node/content/blobs/layer").read_bytes() == b"layer"
    assert os.fspath((tmp_path / "node/snapshots/sh").readlink()) == "busybox"
