"""Secrets stand in Secrets, and nowhere else."""

from __future__ import annotations

from pytest_bdd import scenarios, then

from probes import literals
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen

scenarios("secrets/no_literals.feature")


@then("no value of a Secret stands in the clear in any object of the cluster")
def no_value_in_the_clear(api: Api, seen: Seen) -> None:
    looked = seen("what the Secrets hold, in the other objects", literals.of_secrets(api))
    assert [str(one) for one in looked.found] == []


@then("every variable of a container that is a secret by its name comes from elsewhere")
def no_literal_variable(api: Api, seen: Seen) -> None:
    looked = seen("variables that are secrets by their names", literals.of_environments(api))
    assert looked.values, "no container has a variable that is a secret by its name"
    assert [str(one) for one in looked.found] == []
