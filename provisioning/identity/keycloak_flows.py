"""How a Keycloak lets people in: flows of steps, made as declared.

Source: Keycloak 26, Admin REST API, Authentication Management; the Server Administration Guide on conditions in flows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from probes.jsonobjects import part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from probes.jsonobjects import JsonObject
    from provisioning.identity.keycloak import Keycloak

BUILT_IN = "browser"
"""The flow that every realm comes with."""
ALLOWED_ONLY = "browser for the allowed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow: a provider of Keycloak's, or a flow with steps of its own (then `name` is its alias)."""

    name: str
    requirement: str
    steps: tuple[Step, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict[str, str])


def allowed_only(role: str) -> tuple[Step, ...]:
    """Return the steps that let in whom the realm knows, and who has the role of it; anybody else is told so.

    The second part comes after both ways of being known, so that a session from before does not get around it.
    """
    known = Step(
        "known to the realm",
        "REQUIRED",
        (
            Step("auth-cookie", "ALTERNATIVE"),
            Step("by a password", "ALTERNATIVE", (Step("auth-username-password-form", "REQUIRED"),)),
        ),
    )
    outsiders = Step(
        "outsiders",
        "CONDITIONAL",
        (
            Step("conditional-user-role", "REQUIRED", settings={"condUserRole": role, "negate": "true"}),
            Step(
                "deny-access-authenticator",
                "REQUIRED",
                settings={
                    "denyErrorMessage": "Access denied: you are not a member of the group that may sign in"
                },
            ),
        ),
    )
    return known, outsiders


def put_browser_flow(keycloak: Keycloak, alias: str, steps: tuple[Step, ...]) -> None:
    """Have people signed in by these steps; a flow of this name with other steps is made anew. Raises OSError."""
    if alias in flows(keycloak) and list(_found(keycloak, alias)) != list(_wanted(steps)):
        # The one in use cannot be removed.
        keycloak.call("PUT", "", {"browserFlow": BUILT_IN})
        keycloak.call("DELETE", f"/authentication/flows/{flows(keycloak)[alias]['id']}")
    if alias not in flows(keycloak):
        body = {"alias": alias, "providerId": "basic-flow", "topLevel": True, "builtIn": False}
        keycloak.call("POST", "/authentication/flows", body)
        _make(keycloak, alias, alias, steps)
    keycloak.call("PUT", "", {"browserFlow": alias})


def flows(keycloak: Keycloak) -> dict[str, JsonObject]:
    """Return the flows at the top, by alias. Raises OSError."""
    found: list[JsonObject] = keycloak.call("GET", "/authentication/flows")
    return {str(each["alias"]): each for each in found}


def executions(keycloak: Keycloak, alias: str) -> list[JsonObject]:
    """Return the steps of a flow in order, each followed by those of its own, with "level". Raises OSError."""
    path = f"/authentication/flows/{quote(alias, safe='')}/executions"
    return cast("list[JsonObject]", keycloak.call("GET", path))


def _make(keycloak: Keycloak, top: str, parent: str, steps: tuple[Step, ...]) -> None:
    owner = f"/authentication/flows/{quote(parent, safe='')}/executions"
    for step in steps:
        if step.steps:
            keycloak.call("POST", f"{owner}/flow", {"alias": step.name, "type": "basic-flow"})
            _make(keycloak, top, step.name, step.steps)
        else:
            keycloak.call("POST", f"{owner}/execution", {"provider": step.name})
        made = next(each for each in executions(keycloak, top) if _name(each) == step.name)
        path = f"/authentication/flows/{quote(top, safe='')}/executions"
        keycloak.call("PUT", path, {**made, "requirement": step.requirement})
        if step.settings:
            config = {"alias": step.name, "config": dict(step.settings)}
            keycloak.call("POST", f"/authentication/executions/{made['id']}/config", config)


def _wanted(steps: tuple[Step, ...], level: int = 0) -> Iterator[tuple[Any, ...]]:
    for step in steps:
        yield level, step.name, step.requirement, dict(step.settings)
        yield from _wanted(step.steps, level + 1)


def _found(keycloak: Keycloak, alias: str) -> Iterator[tuple[Any, ...]]:
    for each in executions(keycloak, alias):
        config = each.get("authenticationConfig")
        known: JsonObject = keycloak.call("GET", f"/authentication/config/{config}") if config else {}
        yield each["level"], _name(each), each["requirement"], part(known, "config")


def _name(execution: JsonObject) -> str:
    """A flow is called by its alias, a step by what provides it."""
    return str(execution["displayName"] if execution.get("authenticationFlow") else execution["providerId"])
