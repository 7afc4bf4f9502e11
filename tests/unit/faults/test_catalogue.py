"""The catalogue fits the specification and the incidents: no name in it leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd.gherkin_parser import Scenario, get_gherkin_document

from faults import incidents
from faults.fault import Fault, discover, matches
from faults.kinds.kubernetes import Patched, Recreated
from faults.kinds.together import Together
from repository import rule as rules

ROOT = Path(__file__).parents[3]
FAULTS = discover()
INCIDENTS = incidents.discover()
NOT_TO_BE_BROKEN = {
    "bootstrap/destroy: The platform goes without a trace, and what is built again is fresh": (
        "what would be left over must not be left over by the proof either; tests/lab/kill proves the sweep"
    ),
    "bootstrap/turnkey: The layers are complete one after another": (
        "it is judged from the record of a build, before a fault can be there; tests/unit/provisioning has the order"
    ),
    "bootstrap/turnkey: The bootstrap takes no longer than promised": "likewise",
    "bootstrap/order: Every unit of the plan began when what it needs was ready": "likewise",
    "bootstrap/order: Secrets come before the identity provider, and that one before its applications": "likewise",
    "identity/login_start: No two logins at Grafana can be mistaken for each other": (
        "unsupported in the lab, and turned red for the applications that it has"
    ),
    "identity/login_start: No two logins at Harbor can be mistaken for each other": "likewise",
}
"""Scenarios that no fault turns red, and why."""
LETS_IN = frozenset({"client_public", "code_lifetime_long", "outsiders_let_in", "redirect_uri_open"})
"""Faults by which the provider lets somebody in who must be refused, and nothing else changes."""
NEVER_LET_IN = {
    "identity/refusals: A wrong password opens nothing at *": "no setting of the provider takes a wrong password",
    "identity/refusals: Somebody whose account is disabled is not let into *": "likewise a disabled account",
    "identity/forgeries: * refuses an altered state (the state)": (
        "each application compares the state itself, and has no setting for it"
    ),
    "identity/forgeries: * refuses a code of another client (the code)": (
        "the provider binds a code to its client, and has no setting for it"
    ),
    "identity/forgeries: A token that was signed for another audience opens nothing at *": (
        "each application compares the audience itself; only Vault could be told of further ones, by name"
    ),
    "identity/codes: A code for * is of no use without its verifier": (
        "the provider can be told to demand a challenge, and not to forget one that was sent"
    ),
    "identity/codes: A code for * is good once": "the provider has no setting for it",
}
"""Refusals that no fault turns into consent: red they are when nobody can be asked, and why there is nothing else."""
PARTIES = re.compile(r"\b(Gitea|Vault|Matrix|Harbor|Grafana)\b")
BREAKS = ROOT / "tests/repository/breaks"
"""Decisions on a repository are not proven by faults: for each of them these files break a repository that obeys."""
TRIED_ELSEWHERE = {
    "decisions/repository/reading: Everything in the repository can be read and rendered": (
        "what a reader does not understand is tried beside each reader in tests/unit/repository"
    ),
    "decisions/repository/reading: Every waiver is needed and has not expired": "likewise, beside the waivers",
}
"""Decisions that are about the audit itself."""


def titles() -> Iterator[tuple[str, frozenset[str]]]:
    """Every scenario of the specification as faults name it, with its own and its feature's tags."""
    for file in sorted((ROOT / "features").rglob("*.feature")):
        feature = get_gherkin_document(str(file)).feature
        stem = file.relative_to(ROOT / "features").with_suffix("").as_posix()
        inside = [child.rule.children for child in feature.children if child.rule]
        for child in [*feature.children, *(one for children in inside for one in children)]:
            if child.scenario:
                tags = {tag.name.removeprefix("@") for tag in (*feature.tags, *child.scenario.tags)}
                for name in _names(child.scenario):
                    yield f"{stem}: {name}", frozenset(tags)


def _names(scenario: Scenario) -> Iterator[str]:
    rows = [
        dict(
            zip(
                (cell.value for cell in table.table_header.cells),
                (cell.value for cell in row.cells),
                strict=True,
            )
        )
        for table in scenario.examples
        if table.table_header
        for row in table.table_body or ()
    ]
    for row in rows or [{}]:
        name = re.sub(r"<([^<>]+)>", lambda found, row=row: row.get(found[1], found[0]), scenario.name)
        # As in a record: a row of an outline is told apart from the others.
        values = [value for value in row.values() if value not in name]
        yield f"{name} ({', '.join(values)})" if values else name


TITLES = dict(titles())


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_every_scenario_that_a_fault_names_exists(fault: Fault) -> None:
    named = {
        pattern: any(matches(title, pattern) for title in TITLES)
        for pattern in (*fault.turns_red, *fault.may_turn)
    }
    assert [pattern for pattern, known in named.items() if not known] == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_the_cause_of_a_fault_is_a_known_one_that_can_be_told_and_explains_what_turns_red(
    fault: Fault,
) -> None:
    incident = INCIDENTS[fault.cause]
    assert incident.told_by is not incidents.never
    red = [title for title, tags in TITLES.items() if fault.turns(title) and "conformance" in tags]
    assert [title for title in red if not incident.explains(title)] == []


@pytest.mark.parametrize("slug", FAULTS)
def test_a_constant_is_called_as_its_fault(slug: str) -> None:
    source = "\n".join(file.read_text() for file in (ROOT / "faults/catalogue").glob("*.py"))
    assert f'{slug.upper()} = Fault(\n    slug="{slug}"' in source


def test_every_scenario_is_turned_red_by_some_fault() -> None:
    promised = {title for title, tags in TITLES.items() if not {"decision", "planned"} & tags}
    proven = {title for title in promised if any(fault.turns(title) for fault in FAULTS.values())}
    assert promised - proven == set(NOT_TO_BE_BROKEN)


def test_every_refusal_is_missed_by_some_fault_that_lets_somebody_in() -> None:
    told = ("identity/refusals: *", "identity/forgeries: *", "identity/codes: *")
    refusals = {
        PARTIES.sub("*", title) for title in TITLES if any(matches(title, pattern) for pattern in told)
    }
    missed = {
        PARTIES.sub("*", title) for title in TITLES if any(FAULTS[slug].turns(title) for slug in LETS_IN)
    }
    assert refusals - missed == set(NEVER_LET_IN)


def test_every_decision_is_broken_by_a_made_repository() -> None:
    decisions = {title for title, tags in TITLES.items() if "decision" in tags}
    broken = {rule.decision for rule in rules.discover().values() if (BREAKS / f"{rule.slug}.toml").is_file()}
    unbroken = {title for title in decisions if title.partition(": ")[2] not in broken}
    assert unbroken == set(TRIED_ELSEWHERE)


def test_every_incident_of_the_specification_is_known() -> None:
    tagged = {
        tag.removeprefix("incident:")
        for tags in TITLES.values()
        for tag in tags
        if tag.startswith("incident:")
    }
    assert tagged - INCIDENTS.keys() == set()


@pytest.mark.parametrize("slug", INCIDENTS)
def test_an_incident_can_be_reproduced_if_it_can_be_had(slug: str) -> None:
    incident = INCIDENTS[slug]
    faults = {each.slug for each in FAULTS.values() if each.cause == slug}
    assert bool(incident.reproduce) is bool(faults)
    assert not faults or incident.reproduce.rpartition(" ")[2] in faults
    assert all((incident.symptom, incident.cause, incident.cure))


def test_every_pattern_of_an_incident_means_some_scenario() -> None:
    lost = [
        (slug, pattern)
        for slug, incident in INCIDENTS.items()
        for pattern in incident.about
        if not any(matches(title, pattern) for title in TITLES)
    ]
    assert lost == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_nothing_of_a_secret_is_written_down(fault: Fault) -> None:
    """What a patch changes is kept in the journal: of a Secret nothing may be."""
    assert [path for path in _patched(fault) if "/secrets/" in path] == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_no_status_is_expected_to_be_as_before(fault: Fault) -> None:
    """It is a controller's to write: once it is back it says something else, and the fault would never be mended."""
    assert [path for path in _patched(fault) if path.endswith("/status")] == []


def _patched(fault: Fault) -> list[str]:
    """Return the paths of what is changed and put back."""
    kinds = fault.kind.parts if isinstance(fault.kind, Together) else (fault.kind,)
    return [kind.path for kind in kinds if isinstance(kind, Patched | Recreated)]
