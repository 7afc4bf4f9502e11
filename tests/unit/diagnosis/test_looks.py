"""Looks are taken all at once, in bounded time; what cannot be seen is a value too, and hides nothing else."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from diagnosis import causes, facts, look
from diagnosis.causes import FACTS, Naming
from diagnosis.chapters import storage
from diagnosis.incident import Incident
from diagnosis.look import Sight, Subject, Unseen, seen
from faults import subject
from faults.fault import discover, relation
from probes.storage import StorageClass
from reports.model import Attachment, Observation, Scenario, Step, Verdict
from tests.proof.record import recording
from tests.unit.faults.made import target
from tests.unit.reports.made import run

SECOND = (StorageClass("fast", "x", default=True), StorageClass("slow", "x", default=True))


@dataclass(frozen=True)
class Look:
    one: int | Unseen
    two: int | Unseen
    three: int | Unseen


def _broken(_subject: Subject) -> int:
    raise LookupError("it is not there")


def test_a_look_has_what_was_seen_and_why_the_rest_was_not() -> None:
    never = threading.Event()
    sights: Mapping[str, Sight] = {"one": lambda _: 1, "two": _broken, "three": lambda _: never.wait()}
    found = look._looks(subject.of(target()), {"a": (Look, sights)}, within=0.2)
    never.set()
    assert found["a"] == Look(1, Unseen("LookupError: it is not there"), Unseen("it took more than 0.2 s"))
    assert look.described(found["a"]).splitlines()[:2] == ["== one", "1"]


@pytest.mark.parametrize("chapter", look.places())
def test_every_field_of_a_look_has_its_sight(chapter: str) -> None:
    module: Any = look.places()[chapter]
    assert {each.name for each in dataclasses.fields(module.Look)} == set(module.SIGHTS)
    unseen = module.Look(**dict.fromkeys(module.SIGHTS, Unseen("no API")))
    assert facts.decode(json.loads(json.dumps(facts.encode(unseen)))) == unseen


def test_a_value_that_was_not_seen_is_replaced() -> None:
    assert seen(Unseen("x"), 7) == 7
    assert seen(None, 7) == 7
    assert seen(0, 7) == 0


def _red(*attachments: Attachment, fact: object = None) -> Scenario:
    step = Step("Then", "it holds", Verdict.FAIL, observations=(Observation("a", "prose", fact=fact),))
    return Scenario(
        "storage-class-default",
        "volumes",
        "a title",
        Verdict.FAIL,
        feature_file="features/storage/volumes.feature",
        steps=(step,),
        attachments=attachments,
    )


def _attached(classes: tuple[StorageClass, ...]) -> Attachment:
    empty = storage.Look(**dict.fromkeys(storage.SIGHTS, ()))
    text = json.dumps(facts.encode(dataclasses.replace(empty, classes=classes)))
    return Attachment(f"storage{FACTS}", "application/json", text=text)


def test_a_cause_is_named_by_a_look_or_by_an_observation() -> None:
    assert Naming(relation()).causes(_red(_attached(SECOND))) == ("second-default-class",)
    assert Naming(relation()).causes(_red(fact=facts.encode(SECOND))) == ("second-default-class",)
    assert Naming(relation()).causes(_red(_attached(SECOND[:1]), fact=facts.encode(SECOND[:1]))) == ()
    assert Naming(relation()).causes(_red(Attachment(f"storage{FACTS}", text="could not be collected"))) == ()


def test_what_is_green_has_no_cause() -> None:
    green = dataclasses.replace(_red(_attached(SECOND)), verdict=Verdict.PASS)
    assert Naming(relation()).causes(green) == ()


def test_a_cause_explains_only_the_scenarios_that_it_is_about() -> None:
    another = dataclasses.replace(_red(_attached(SECOND)), id="x", feature_file="features/nodes/x.feature")
    assert Naming(relation()).causes(another) == ()


def test_without_a_look_of_its_own_the_last_one_counts() -> None:
    naming = Naming(relation())
    naming.causes(dataclasses.replace(_red(_attached(SECOND)), verdict=Verdict.UNKNOWN))
    assert naming.causes(_red()) == ("second-default-class",)


def test_a_cause_of_the_very_scenario_stands_before_one_of_its_chapter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide, close = (Incident(slug, "", "", "", matches=lambda _: True) for slug in ("a", "b"))
    monkeypatch.setattr(causes, "discover", lambda: {"a": wide, "b": close})
    naming = Naming({"a": ("storage/*",), "b": ("storage/*", "storage-class-default")})
    assert naming.causes(_red()) == ("b", "a")


def test_a_saved_run_is_made_a_recording(tmp_path: Path) -> None:
    red = _red(_attached(SECOND), fact=facts.encode(SECOND))
    found = recording(run(red), tmp_path, discover()["second_default_class"])
    assert found is not None
    assert found["handwritten"] is False
    assert [each["id"] for each in found["scenarios"]] == ["storage-class-default"]
    assert [each["type"] for each in found["looks"]] == ["diagnosis.chapters.storage.Look"]
    assert recording(run(red), tmp_path, discover()["rwo_rolled"]) is None
