"""The owner's repository, held against one decision."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from steps.vocabulary.repository import Violations


@when(parsers.parse("the repository is held against the rule {slug}"), target_fixture="contradictions")
def the_repository_is_held_against(violations: Violations, slug: str) -> tuple[object, ...]:
    return violations(slug)


@then("nothing in it contradicts the decision")
def nothing_contradicts_the_decision(contradictions: tuple[object, ...]) -> None:
    assert contradictions == ()
