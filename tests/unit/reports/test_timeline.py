"""The geometry of the picture of a build."""

from __future__ import annotations

from reports.model import Phase
from reports.timeline import builds
from tests.unit.reports.made import UNITS, at, phases


def test_builds_are_told_apart_and_layers_keep_their_order() -> None:
    first, second = builds((*phases("build", 0), *phases("rebuild", 100, pace=2)))
    assert (first.name, second.name) == ("build", "rebuild")
    assert [band.layer for band in first.bands] == ["00-persistent-auth", "01-infrastructure", "02-services"]
    assert first.units == len(UNITS)
    assert (round(first.seconds, 3), round(second.seconds, 3)) == (37.6, 75.2)
    assert first.slowest.unit == "metrics-server"


def test_lanes_run_in_parallel_and_stay_inside() -> None:
    (build,) = builds(phases("build", 500))
    bars = [bar for band in build.bands for lane in band.lanes for bar in lane.bars]
    assert all(0 <= bar.left <= bar.left + bar.width <= 100.0001 for bar in bars)
    lanes = {lane.unit: lane.bars[0] for band in build.bands for lane in band.lanes}
    assert lanes["network"].left == lanes["images"].left
    assert lanes["metrics-server"].left + lanes["metrics-server"].width == 100
    assert build.work > build.seconds


def test_a_unit_with_several_phases_has_one_lane() -> None:
    (build,) = builds(
        (Phase("01", "etcd", at(0), 2, "failed", "no leader"), Phase("01", "etcd", at(3), 2, "ready"))
    )
    (lane,) = build.bands[0].lanes
    assert [bar.kind for bar in lane.bars] == ["failed", "ready"]
    assert lane.bars[0].label == "2.0 s, failed"
    assert [phase.detail for phase in build.failed] == ["no leader"]


def test_labels_stay_on_the_picture() -> None:
    (build,) = builds(
        (Phase("01", "early", at(0), 1), Phase("01", "all", at(0), 10), Phase("01", "late", at(9), 1))
    )
    bars = {lane.unit: lane.bars[0] for lane in build.bands[0].lanes}
    assert (bars["early"].label_end, bars["early"].label_at) == (False, 10)
    assert (bars["late"].label_end, bars["late"].label_at, bars["late"].inside) == (True, 90, False)
    assert (bars["all"].label_end, bars["all"].label_at, bars["all"].inside) == (True, 100, True)


def test_marks_are_round_and_few() -> None:
    for total, marks in (
        (37.6, ["0 s", "10 s", "20 s", "30 s"]),
        (0.9, ["0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s"]),
    ):
        (build,) = builds((Phase("01", "x", at(0), total),))
        assert [mark.label for mark in build.marks] == marks
    (build,) = builds((Phase("01", "x", at(0), 1500),))
    assert [mark.label for mark in build.marks] == ["0 s", "5 min", "10 min", "15 min", "20 min", "25 min"]
    (build,) = builds((Phase("01", "x", at(0), 150),))
    assert [mark.label for mark in build.marks] == ["0 s", "30 s", "1 min", "90 s", "2 min", "150 s"]
    (build,) = builds((Phase("01", "x", at(0), 100_000),))
    assert len(build.marks) <= 7


def test_strange_phases_are_drawn_all_the_same() -> None:
    (build,) = builds((Phase("", "", "yesterday", 0), Phase("", "x", "", 5)))
    assert build.seconds == 5
    (empty,) = builds((Phase("01", "x", at(0), 0),))
    assert empty.seconds == 0
    assert builds(()) == ()
