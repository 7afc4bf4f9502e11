"""YAML with lines."""

from __future__ import annotations

from pathlib import Path

from repository.reading import yamls
from repository.values import get, line, walk
from tests.unit.repository.made import repository

TEXT = """\
# a comment
kind: A
spec:
  list:
    - name: one
    - name: two
  empty:
---
kind: B
base: &base {a: 1, b: 2}
over:
  <<: *base
  b: 3
when: 2025-12-10
on: yes
"""


def test_every_value_knows_its_line() -> None:
    (first, second), unread = yamls.documents("file.yaml", TEXT)
    assert not unread
    assert (first.line, second.line) == (2, 9)
    assert first.at("spec", "list", 1, "name").line == 6
    assert str(first.at("spec", "list", 7)) == "file.yaml:4", (
        "what is not there has the line of what is above it"
    )
    assert get(first.body, "spec", "list", -1, "name") == "two"
    assert get(first.body, "spec", "empty", default="none") == "none"
    assert second.body["over"] == {"a": 1, "b": 3}
    assert line(second.body, "over", "a") == 10
    assert (second.body["when"], second.body["on"]) == ("2025-12-10", True)
    assert [path for path, value in walk(first.body) if value == "one"] == [("spec", "list", 0, "name")]


def test_what_comes_before_an_error_is_kept() -> None:
    (document,), (unread,) = yamls.documents("file.yaml", "kind: A\n---\nkind: [\n")
    assert document.body == {"kind": "A"}
    assert (unread.kind, unread.place.line) == ("yaml", 4)
    assert "it is not YAML" in unread.why


def test_a_template_is_told_from_bad_yaml() -> None:
    _, (unread,) = yamls.documents("file.yaml", "kind: A\nname: {{ .Values.name }}\n")
    assert "a template rather than YAML" in unread.why


def test_an_anchor_may_be_defined_twice() -> None:
    documents, unread = yamls.documents("f.yaml", "first: 1\n---\na: &x 1\nb: &x 2\nc: *x\n---\nlast: 1\n")
    assert not unread
    assert [each.body for each in documents] == [{"first": 1}, {"a": 1, "b": 2, "c": 2}, {"last": 1}]


def test_tags_of_others_and_deep_nesting(tmp_path: Path) -> None:
    read = repository(tmp_path, {"a.yaml": "secret: !vault abc\n", "b.yaml": "[" * 3000 + "]" * 3000})
    assert read.documents[0].body == {"secret": "abc"}
    assert {each.place.file for each in read.unread} <= {"b.yaml"}
