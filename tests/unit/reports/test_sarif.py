"""Findings for other programs, and the graph."""

from __future__ import annotations

from dataclasses import replace

from reports import graphs, sarif
from reports.model import Decision, Finding, Graph, GraphNode
from tests.unit.reports.made import run, scenario

FOUND = Finding("no-rwx", "a b/c.yaml", 7, "PVC x/y", "it is shared, by 2", "RWO", "violation")
WAIVED = replace(FOUND, line=3, object="PVC x/z", waived="soon gone")
UNKNOWN = replace(FOUND, rule="unread", line=1, level="unknown", found="not\nYAML", would_satisfy="")


def test_sarif_has_every_finding_once_with_its_rule_and_place() -> None:
    told = run(
        scenario("one", findings=(FOUND, WAIVED)),
        scenario("two", findings=(FOUND, UNKNOWN)),
        decisions=(Decision("other", "Other"), Decision("no-rwx", "No RWX", "It hangs", "rwx-not-available")),
    )
    (only,) = sarif.sarif(told)["runs"]
    results, rules = only["results"], only["tool"]["driver"]["rules"]
    assert [(each["ruleId"], each["level"]) for each in results] == [
        ("unread", "warning"),
        ("no-rwx", "error"),
        ("no-rwx", "error"),
    ]
    assert [rules[each["ruleIndex"]]["id"] for each in results] == ["unread", "no-rwx", "no-rwx"]
    assert results[2]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/c.yaml"},
        "region": {"startLine": 7},
    }
    assert results[1]["suppressions"][0]["justification"] == "soon gone"
    assert results[1]["partialFingerprints"] != results[2]["partialFingerprints"]
    moved = sarif.sarif(run(scenario("one", findings=(replace(FOUND, line=90),))))["runs"][0]["results"][0]
    assert moved["partialFingerprints"] == results[2]["partialFingerprints"]


def test_annotations_are_escaped_and_silent_about_what_is_waived() -> None:
    assert list(sarif.github((FOUND, WAIVED, UNKNOWN))) == [
        "::error file=a b/c.yaml,line=7,title=no-rwx::PVC x/y: it is shared, by 2. Would satisfy: RWO",
        "::warning file=a b/c.yaml,line=1,title=unread::PVC x/y: not%0AYAML",
    ]


def test_a_graph_is_laid_out_in_columns() -> None:
    nodes = (GraphNode("a"), GraphNode("b"), GraphNode("c", 1, critical=True), GraphNode("x" * 60, 1))
    drawing = graphs.draw(Graph("k8s", nodes, (("b", "c"), ("a", "x" * 60)), ("b", "c"), 60.0))
    assert [box.x for box in drawing.boxes] == [graphs.LEFT] * 2 + [graphs.LEFT + graphs.ACROSS] * 2
    rows = {box.node.name[0]: box.y for box in drawing.boxes}
    assert (rows["a"] < rows["b"]) == (rows["x"] < rows["c"]), "lines do not cross"
    assert [line.critical for line in drawing.lines] == [False, True]
    assert all(len(box.label) <= 25 for box in drawing.boxes)
    assert graphs.draw(Graph("empty")).boxes == ()
