"""What holds for every feature of the specification. That faults and incidents fit it is tried beside them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_bdd.parser import FeatureParser

from tests.house.code import ROOT, features

FEATURES = {path.relative_to(ROOT).as_posix(): path for path in features()}
LINES, STEPS = 100, 7


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_is_short_and_says_what_for_and_what_not(name: str) -> None:
    path: Path = FEATURES[name]
    feature = FeatureParser(str(path.parent), path.name).parse()
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES
    assert {
        each.name: len(each._steps) for each in feature.scenarios.values() if len(each._steps) > STEPS
    } == {}
    # How a failure looks to the owner, and what a green does not mean.
    assert "fails" in feature.description or "Until it is built" in feature.description
    assert "Not covered:" in feature.description


def test_the_specification_is_collected_without_a_complaint() -> None:
    collect = [sys.executable, "-m", "pytest", "--collect-only", "-q"]
    done = subprocess.run(collect, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
