"""The catalogue fits the specification and the incidents: no name in it leads nowhere."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_bdd.gherkin_parser import Scenario, get_gherkin_document

from diagnosis import causes
from diagnosis.incident import never
from diagnosis.scenario import Name
from faults import reach, symptoms
from faults.fault import Fault, discover, relation
from faults.kinds import kubernetes
from faults.kinds.kubernetes import ObjectChanged
from faults.kinds.together import Together
from faults.words import filled
from fixtures import rows
from inventory import load
from probes.kubernetes import Workload
from probes.outcomes import Refused
from provisioning.target import Target
from repository import rule as rules
from tests.unit.faults.made import target

ROOT = Path(__file__).parents[3]
LAB = load(ROOT / "inventories/lab.toml")
FAULTS = discover()
INCIDENTS = causes.discover()
TARGET = target()
NAMES = re.compile(r"\{([a-z][\w. -]*)\}")
ASKED_FOR = {"node", "address", "image", "secret store", "dns service"}
"""What is known of a host, or from the API."""
NOT_TO_BE_BROKEN = {
    "destroy-leaves-no-trace": (
        "what would be left over must not be left over by the proof either; tests/lab/kill proves the sweep"
    ),
    "layers-complete-in-order": (
        "it is judged from the record of a build, before a fault can be there; tests/unit/provisioning has the order"
    ),
    "bootstrap-within-time": "likewise",
    "units-start-after-their-needs": "likewise",
    "secrets-before-identity-before-applications": "likewise",
    "login-requests-unique[Grafana]": (
        "unsupported in the lab, and turned red for the applications that it has"
    ),
    "login-requests-unique[Harbor]": "likewise",
}
"""Scenarios that no fault turns red, and why."""
LETS_IN = frozenset({"client_public", "code_lifetime_long", "outsiders_let_in", "redirect_uri_open"})
"""Faults by which the provider lets somebody in who must be refused, and nothing else changes."""
NEVER_LET_IN = {
    "wrong-password-refused": "no setting of the provider takes a wrong password",
    "disabled-account-refused": "likewise a disabled account",
    "forgery-refused[*, an altered state, *]": (
        "each application compares the state itself, and has no setting for it"
    ),
    "forgery-refused[*, a code of another client, *]": (
        "the provider binds a code to its client, and has no setting for it"
    ),
    "foreign-audience-refused": (
        "each application compares the audience itself; only Vault could be told of further ones, by name"
    ),
    "code-needs-verifier": (
        "the provider can be told to demand a challenge, and not to forget one that was sent"
    ),
    "code-single-use": "the provider has no setting for it",
}
"""Refusals that no fault turns into consent: red they are when nobody can be asked, and why there is nothing else."""
PARTIES = re.compile(r"\b(Gitea|Vault|Matrix|Harbor|Grafana)\b")
BREAKS = ROOT / "tests/repository/breaks"
"""Decisions on a repository are not proven by faults: for each of them these files break a repository that obeys."""
TRIED_ELSEWHERE = {
    "repository-readable": (
        "what a reader does not understand is tried beside each reader in tests/unit/repository"
    ),
    "waivers-needed": "likewise, beside the waivers",
}
"""Decisions that are about the audit itself."""


@dataclass(frozen=True)
class Told:
    """What a feature file says of a scenario."""

    tags: frozenset[str]
    text: str


def scenarios() -> Iterator[tuple[Name, Told]]:
    """Every scenario of the specification, with its own and its feature's tags and its steps."""
    for file in sorted((ROOT / "features").rglob("*.feature")):
        feature = get_gherkin_document(str(file)).feature
        stem = file.relative_to(ROOT / "features").with_suffix("").as_posix()
        inside = [child.rule.children for child in feature.children if child.rule]
        for child in [*feature.children, *(one for children in inside for one in children)]:
            if child.scenario:
                tags = {tag.name.removeprefix("@") for tag in (*feature.tags, *child.scenario.tags)}
                told = Told(frozenset(tags), " ".join(step.text for step in child.scenario.steps))
                (known,) = (tag.removeprefix("id:") for tag in tags if tag.startswith("id:"))
                for row in _rows(child.scenario):
                    yield Name(stem, known, row), told


def _rows(scenario: Scenario) -> list[str]:
    """As the lab has them."""
    found = [
        ", ".join(row)
        for table in scenario.examples
        for row in rows.expand(
            [tag.name for tag in table.tags],
            [[cell.value for cell in row.cells] for row in table.table_body or ()],
            lambda: LAB,
        )
    ]
    return found or [""]


SCENARIOS = dict(scenarios())


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_every_scenario_that_a_fault_names_exists(fault: Fault) -> None:
    assert _lost((*fault.turns_red, *fault.may_turn)) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_the_cause_of_a_fault_is_a_known_one_that_can_be_recognised(fault: Fault) -> None:
    assert INCIDENTS[fault.cause].matches is not never


@pytest.mark.parametrize("slug", FAULTS)
def test_a_constant_is_called_as_its_fault(slug: str) -> None:
    source = "\n".join(file.read_text() for file in (ROOT / "faults/catalogue").glob("*.py"))
    assert f'{slug.upper()} = Fault(\n    slug="{slug}"' in source


def test_every_scenario_is_turned_red_by_some_fault() -> None:
    promised = {name for name, told in SCENARIOS.items() if not {"decision", "planned"} & told.tags}
    proven = {name for name in promised if any(fault.turns(name) for fault in FAULTS.values())}
    assert set(map(str, promised - proven)) == set(NOT_TO_BE_BROKEN)


def test_every_refusal_is_missed_by_some_fault_that_lets_somebody_in() -> None:
    chapters = ("identity/refusals", "identity/forgeries", "identity/codes")
    refusals = [name for name in SCENARIOS if name.feature in chapters]
    missed = {_of_any_party(name) for name in SCENARIOS if any(FAULTS[slug].turns(name) for slug in LETS_IN)}
    never = [name for name in refusals if _of_any_party(name) not in missed]
    assert [str(name) for name in never if not any(map(name.matches, NEVER_LET_IN))] == []
    assert [pattern for pattern in NEVER_LET_IN if not any(name.matches(pattern) for name in never)] == []


def _of_any_party(name: Name) -> Name:
    return dataclasses.replace(name, row=PARTIES.sub("*", name.row))


def test_every_decision_is_broken_by_a_made_repository() -> None:
    broken = [slug for slug in rules.discover() if (BREAKS / f"{slug}.toml").is_file()]
    unbroken = {
        str(name)
        for name, told in SCENARIOS.items()
        if "decision" in told.tags and not any(told.text.partition(f" rule {slug}")[1] for slug in broken)
    }
    assert unbroken == set(TRIED_ELSEWHERE)


@pytest.mark.parametrize("slug", INCIDENTS)
def test_an_incident_can_be_reproduced_if_it_can_be_had(slug: str) -> None:
    incident = INCIDENTS[slug]
    faults = {each.slug for each in FAULTS.values() if each.cause == slug}
    assert bool(incident.reproduce) is bool(faults)
    assert not faults or incident.reproduce.rpartition(" ")[2] in faults
    assert all((incident.symptom, incident.cause, incident.cure))


def test_every_pattern_of_an_incident_means_some_scenario() -> None:
    lost = [(slug, pattern) for slug, incident in INCIDENTS.items() for pattern in _lost(incident.about)]
    assert lost == []


@pytest.mark.parametrize("slug", INCIDENTS)
def test_what_a_fault_turns_red_is_not_written_again_as_what_its_cause_explains(slug: str) -> None:
    """The fault's row is the only place; an incident names what no fault shows."""
    red = {pattern for fault in FAULTS.values() if fault.cause == slug for pattern in fault.turns_red}
    assert red & set(INCIDENTS[slug].about) == set()


@pytest.mark.parametrize("slug", INCIDENTS)
def test_an_incident_explains_some_scenario(slug: str) -> None:
    assert causes.known(relation())[slug].about


def _lost(patterns: Iterable[str]) -> list[str]:
    """Return the patterns that mean no scenario."""
    return [each for each in patterns if not any(name.matches(each) for name in SCENARIOS)]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_nothing_of_a_secret_is_written_down(fault: Fault) -> None:
    """What a patch changes is kept in the journal: of a Secret nothing may be."""
    assert [path for path in _patched(fault) if "/secrets/" in path] == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_no_status_is_expected_to_be_as_before(fault: Fault) -> None:
    """It is a controller's to write: once it is back it says something else, and the fault would never be mended."""
    assert [path for path in _patched(fault) if path.endswith("/status")] == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_only_a_cluster_knows_stands_in_braces(fault: Fault) -> None:
    """A fault runs on any inventory's names."""
    said = repr(fault.kind)
    lab = {
        LAB.cluster.domain,
        *(f"namespaces/{each.namespace}" for each in LAB.services.values()),
        *(pool.name for pool in LAB.pools),
        *(f"{node.name!r}" for node in LAB.nodes),
        *(f"{each.workload}" for each in LAB.services.values() if each.workload not in {None, "keycloak"}),
        *map(str, (LAB.vips.api, LAB.vips.dns, LAB.vips.ingress, LAB.routes.advertised)),
    }
    assert {name for name in lab if name in said} == set()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_the_lab_has_what_stands_in_braces(fault: Fault) -> None:
    names = set(NAMES.findall(repr(fault.kind)))
    known = {name for name in names if name not in ASKED_FOR and not name.startswith("pods of ")}
    assert all(filled(TARGET, f"{{{name}}}") for name in known)


@pytest.mark.parametrize(
    ("words", "are"),
    [
        ("{services.powerdns.namespace}/{services.powerdns.workload}", "dns-system/powerdns"),
        ("{services.identity.workload}", "keycloak"),
        ("{pool of ingress} {pool of dns} {pool of services}", "ingress-pool dns-pool services-pool"),
        ("{half of the services} {beyond the route}", "10.0.3.4-10.0.3.12 10.0.3.40-10.0.3.60"),
        ("{etcd snapshots}", "kube-system/cronjobs/etcd-snapshot"),
        ("{website} {name server} {mirrored registry}", "test ns2 registry-upstream.example"),
        ("{spare}/{prefix}", "10.0.255.254/16"),
        ("a{2} ${name:-x} { spaced }", "a{2} ${name:-x} { spaced }"),
    ],
)
def test_names_in_braces_are_those_of_the_inventory(words: str, are: str) -> None:
    assert filled(TARGET, words) == are


@pytest.mark.parametrize("name", ["services.none.namespace", "repository.path", "dns.nothing", "unheard"])
def test_what_the_inventory_does_not_have_is_said(name: str) -> None:
    with pytest.raises(LookupError, match=f"the inventory has no {name}"):
        filled(TARGET, f"{{{name}}}")


def test_what_replaces_a_name_in_a_pattern_is_matched_as_it_stands() -> None:
    assert filled(TARGET, r"\.{vips.dns}$", escaped=True) == r"\.10\.0\.3\.3$"


def test_a_symptom_is_asked_with_the_names_of_the_inventory(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def workload(kind: str) -> Callable[[object, str, str], Workload]:
        def found(_api: object, namespace: str, name: str) -> Workload:
            asked.append((kind, namespace, name))
            return Workload(kind, namespace, name, 0, 0, 0)

        return found

    def certificate(_target: Target, service: str) -> SimpleNamespace:
        asked.append((service,))
        return SimpleNamespace(names=("test.example",))

    def handshake(*words: object) -> Refused:
        asked.append((words[3],))
        return Refused()

    def get(_target: Target, path: str) -> None:
        asked.append((path,))

    here: Any = object()
    seen_from_here = dataclasses.replace(TARGET, vantages={"workstation": here})
    monkeypatch.setattr(reach, "api", lambda _target: None)  # pyright: ignore[reportUnknownLambdaType]
    monkeypatch.setattr(symptoms.kubernetes, "deployment", workload("Deployment"))
    monkeypatch.setattr(symptoms.kubernetes, "daemonset", workload("DaemonSet"))
    monkeypatch.setattr(symptoms.kubernetes, "pods", lambda _api, _namespace: ())
    monkeypatch.setattr(symptoms.tls, "handshake", handshake)
    monkeypatch.setattr(symptoms, "certificate", certificate)
    monkeypatch.setattr(symptoms, "get", get)
    gates = (
        symptoms.gone("sealed-secrets"),
        symptoms.gone("metallb", "DaemonSet"),
        symptoms.chain("test-app", by="staging"),
        symptoms.runs(kubernetes.workload("identity"), "FAKETIME"),
    )
    assert asked == []
    assert [gate.holds(seen_from_here) for gate in gates] == [True, True, False, False]
    assert asked == [
        ("Deployment", "kube-system", "sealed-secrets-controller"),
        ("DaemonSet", "metallb-system", "speaker"),
        ("test-app",),
        ("test.example",),
        ("test.example",),
        ("/apis/apps/v1/namespaces/identity/deployments/keycloak",),
    ]
    assert not any("{" in gate.expected for gate in gates)


def test_no_symptom_says_a_name_in_braces() -> None:
    assert [slug for slug, fault in FAULTS.items() if fault.shows and "{" in fault.shows.expected] == []


def _patched(fault: Fault) -> list[str]:
    """Return the paths of what is changed and put back."""
    kinds = fault.kind.parts if isinstance(fault.kind, Together) else (fault.kind,)
    return [kind.path for kind in kinds if isinstance(kind, ObjectChanged)]
