"""The plan: what fits together, what does not, and how it looks."""

import pytest

from provisioning.gates import Gate
from provisioning.graph import Layer, PlanError, Unit, picture, plan

INFRA, SERVICES = Layer.INFRASTRUCTURE, Layer.SERVICES


def unit(name: str, *needs: str, layer: Layer = INFRA, on: str = "anywhere") -> Unit[object]:
    return Unit(name=name, layer=layer, needs=needs, on=on)


def batches(*units: Unit[object]) -> list[list[str]]:
    return [[each.name for each in batch] for batch in plan(units)]


def test_a_batch_needs_only_earlier_ones() -> None:
    assert batches(unit("etcd", "pki"), unit("pki"), unit("api", "etcd", "pki"), unit("cni", "api")) == [
        ["pki"],
        ["etcd"],
        ["api"],
        ["cni"],
    ]


def test_the_same_units_give_the_same_batches_in_any_order() -> None:
    units = [unit("b"), unit("a"), unit("z", layer=Layer.PERSISTENT_AUTH), unit("c", "a", "b")]
    assert batches(*units) == batches(*reversed(units)) == [["z", "a", "b"], ["c"]]


def test_nothing_is_a_plan() -> None:
    assert plan([]) == ()
    assert picture([]) == "no units"


@pytest.mark.parametrize(
    ("units", "problems"),
    [
        pytest.param([unit("a"), unit("b"), unit("a")], ["2 units are called 'a'"], id="duplicate name"),
        pytest.param(
            [unit("a", "b")],
            ["unit 'a' (layer 01-infrastructure) needs 'b', which no unit is called"],
            id="unknown need",
        ),
        pytest.param(
            [unit("a", "sso"), unit("sso", layer=Layer.CONFIGURATION)],
            ["unit 'a' (layer 01-infrastructure) needs 'sso' of the later layer 03-configuration"],
            id="need of a later layer",
        ),
        pytest.param(
            [unit("a", "b"), unit("b", "c"), unit("c", "a"), unit("d")],
            ["units need each other in a circle: 'a' needs 'b' needs 'c' needs 'a'"],
            id="cycle",
        ),
        pytest.param(
            [unit("a", "a")], ["units need each other in a circle: 'a' needs 'a'"], id="cycle of one"
        ),
        pytest.param(
            [unit("a", "x"), unit("a"), unit("b", "y")],
            [
                "2 units are called 'a'",
                "unit 'a' (layer 01-infrastructure) needs 'x', which no unit is called",
                "unit 'b' (layer 01-infrastructure) needs 'y', which no unit is called",
            ],
            id="all at once",
        ),
    ],
)
def test_units_that_do_not_fit_are_refused(units: list[Unit[object]], problems: list[str]) -> None:
    with pytest.raises(PlanError) as refused:
        plan(units)
    assert _rotated(refused.value.problems) == _rotated(problems)


def _rotated(problems: object) -> list[str]:
    """A circle may be told from any of its units; here it is told from the first of the alphabet."""
    told: list[str] = []
    for problem in problems:  # type: ignore[attr-defined]
        head, circle, path = problem.partition("in a circle: ")
        names = path.split(" needs ")[:-1] if circle else []
        start = names.index(min(names)) if names else 0
        told.append(" needs ".join([head, *names[start:], *names[:start]]) if circle else problem)
    return told


def test_a_need_of_an_earlier_layer_is_fine() -> None:
    assert batches(unit("a"), unit("b", "a", layer=SERVICES)) == [["a"], ["b"]]


def test_the_picture() -> None:
    gate: Gate[object] = Gate(lambda _: 3, bool, "3 of 3 members healthy", "etcd")
    units = [
        unit("pki"),
        Unit(name="etcd", layer=INFRA, needs=("pki",), on="controlplanes", gate=gate),
        unit("metallb", "etcd", "pki", layer=SERVICES),
    ]
    assert picture(units).splitlines() == [
        "01-infrastructure",
        "   1  pki",
        "   2  etcd     on controlplanes  <- pki",
        "               until 3 of 3 members healthy [etcd]",
        "",
        "02-services",
        "   3  metallb  <- etcd, pki",
    ]
