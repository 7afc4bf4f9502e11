"""Nothing that belongs to one machine gets into the repository."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from tests.house.code import ROOT, tracked

# In pieces, or this file would be the first to hold them.
REGISTRIES = [
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("proxy.", "golang.org"),
        ("sum.", "golang.org"),
        ("registry.", "npmjs.org"),
        ("deb.", "debian.org"),
        ("index.", "crates.io"),
        ("repo.", "maven.apache.org"),
    )
]
INDEXES = (
    "PIP_INDEX_URL",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "GOPROXY",
    "NPM_CONFIG_REGISTRY",
    "npm_config_registry",
)


def machines_own() -> list[str]:
    """Paths and hosts of this machine that no file may name."""
    hosts = [urlsplit(os.environ.get(name, "").split(",")[0]).hostname for name in INDEXES]
    # A path of one part (/root, /work) is an ordinary word elsewhere.
    paths = [str(path) for path in (ROOT, Path.home()) if len(path.parts) > 2]
    return [*filter(None, hosts), *paths]


def test_no_file_names_a_registry_or_this_machine() -> None:
    forbidden = [*REGISTRIES, *machines_own()]
    wrong = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        for text in [path.read_bytes().decode("utf-8", "replace")]
        for word in forbidden
        if word in text
    ]
    assert wrong == []


def test_the_lock_has_a_hash_for_everything() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [number for number, line in enumerate(lines) if "==" in line and not line.startswith((" ", "#"))]
    assert len(pins) > 50
    assert [lines[number] for number in pins if "--hash=sha256:" not in lines[number + 1]] == []
