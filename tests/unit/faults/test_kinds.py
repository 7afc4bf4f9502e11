"""What the kinds compute, without a cluster: patches and their inverses, files and their originals."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from faults import hosts
from faults.kinds import files, kubernetes, patches
from faults.kinds.together import Together
from tests.unit.faults.made import Recording, target

VALUES = some.recursive(
    some.integers() | some.text(max_size=3) | some.booleans(),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = some.dictionaries(some.sampled_from("abc"), VALUES, max_size=3)
PATCHES = some.recursive(
    some.none() | some.integers() | some.lists(some.integers(), max_size=2),
    lambda inner: some.dictionaries(some.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
).filter(lambda each: isinstance(each, dict))

# A lab may be running on the same processors: how long making the examples takes says nothing.
UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(OBJECTS, PATCHES)
def test_the_inverse_of_a_patch_takes_it_back(found: dict[str, object], patch: dict[str, object]) -> None:
    broken = patches.merged(found, patch)
    restore = patches.inverse(found, patch)
    assert patches.holds(patches.merged(broken, restore), restore)
    if _has_no_empty(patch):
        assert _without_empty(patches.merged(broken, restore)) == _without_empty(found)


def _has_no_empty(value: object) -> bool:
    return not isinstance(value, dict) or (bool(value) and all(map(_has_no_empty, value.values())))


def _without_empty(value: object) -> object:
    """An object that was not there comes back as an empty one, which means the same to Kubernetes."""
    if not isinstance(value, dict):
        return value
    kept = {key: _without_empty(each) for key, each in value.items()}
    return {key: each for key, each in kept.items() if each != {}}


@UNHURRIED
@given(OBJECTS, PATCHES)
def test_a_patch_holds_once_it_is_applied(found: dict[str, object], patch: dict[str, object]) -> None:
    assert patches.holds(patches.merged(found, patch), patch)


def test_a_label_that_was_empty_comes_back_empty() -> None:
    node = {"metadata": {"labels": {"role": "", "zone": "lab"}}}
    patch = {"metadata": {"labels": {"role": None}}}
    assert patches.inverse(node, patch) == {"metadata": {"labels": {"role": ""}}}


@pytest.mark.parametrize(
    ("status", "settled"),
    [
        ({"replicas": 2, "readyReplicas": 2, "observedGeneration": 3}, True),
        ({"replicas": 2, "readyReplicas": 2, "observedGeneration": 2}, False),
        ({"replicas": 2, "readyReplicas": 1, "observedGeneration": 3}, False),
        ({"replicas": 3, "readyReplicas": 2, "observedGeneration": 3}, False),
        ({}, False),
    ],
)
def test_a_workload_is_settled_when_every_pod_is_there(status: dict[str, int], *, settled: bool) -> None:
    deployment = {"metadata": {"generation": 3}, "spec": {"replicas": 2, "template": {}}, "status": status}
    assert kubernetes.settled(deployment) is settled


def test_an_object_without_pods_is_settled() -> None:
    assert kubernetes.settled({"metadata": {"generation": 3}, "spec": {"addresses": []}})


def test_the_original_comes_back_with_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "kubelet.yaml"
    file.write_text("anonymous: false")
    file.chmod(0o600)
    files.change(file, lambda text: text.replace("false", "true"))
    files.change(file, lambda text: text.replace("false", "true"))
    assert (file.read_text(), file.stat().st_mode & 0o777, files.is_kept(file)) == (
        "anonymous: true",
        0o600,
        True,
    )
    files.restore(file)
    assert files.is_kept(file), "it is not forgotten before the program that reads it was started again"
    files.restore(file)
    files.forget(file)
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("anonymous: false", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["kubelet.yaml"]


def test_what_was_not_changed_is_not_restored(tmp_path: Path) -> None:
    file = tmp_path / "kubelet.yaml"
    file.write_text("of another build")
    files.restore(file)
    assert file.read_text() == "of another build"


def test_a_copy_that_was_interrupted_is_no_original(tmp_path: Path) -> None:
    file = tmp_path / "kubelet.yaml"
    file.write_text("whole")
    (tmp_path / "kubelet.yaml.part").write_text("wh")
    files.change(file, lambda _text: "changed")
    files.restore(file)
    assert file.read_text() == "whole"


def test_parts_are_mended_in_the_reverse_order() -> None:
    log: list[str] = []
    parts = tuple(Recording(memo={"was": number}, done=log) for number in (1, 2))
    both = Together(cast("Any", parts))
    memo = both.before(target())
    both.break_(target(), memo)
    both.mend(target(), memo)
    assert log == ["before", "before", "break 1", "break 2", "mend 2", "mend 1"]
    assert both.mended(target(), memo)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("first worker", ("worker0",)),
        ("second worker", ("worker1",)),
        ("last controller", ("controlplane2",)),
        ("every controller", ("controlplane0", "controlplane1", "controlplane2")),
        ("every worker", ("worker0", "worker1")),
        ("third node", ("controlplane2",)),
        ("vps", ("vps",)),
    ],
)
def test_hosts_are_named_by_what_they_are(words: str, names: tuple[str, ...]) -> None:
    assert hosts.select(target(), words) == names


@pytest.mark.parametrize("words", ["third worker", "some worker", "first", "every", ""])
def test_words_that_mean_no_host_are_refused(words: str) -> None:
    with pytest.raises(LookupError, match="has no host"):
        hosts.select(target(), words)


def test_one_host_is_not_several() -> None:
    with pytest.raises(LookupError, match="means 2 hosts"):
        hosts.one(target(), "every worker")
