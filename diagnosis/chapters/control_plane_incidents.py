"""Known causes of an API that does not answer, does not act, or lets in whoever asks."""

from __future__ import annotations

from collections.abc import Callable

from diagnosis.chapters import nodes
from diagnosis.chapters.control_plane import Look
from diagnosis.incident import Evidence, Incident, contradicted, either, on
from diagnosis.look import seen
from probes.access import Allowed
from probes.http import Response
from probes.outcomes import Refused
from probes.supervised import ServiceState
from probes.tcp import Connected

UNAUTHORIZED = 401
API_SERVER = "kube-apiserver"
METRICS = "metrics-server"


def _unheld(look: Look) -> bool:
    """The API does not answer at its VIP, and does at a control-plane node."""
    return look.silent and any(each.answering for each in seen(look.servers, {}).values())


def _before_any_pod(look: Look) -> bool:
    """The same, and nothing is declared yet that would run in a pod."""
    return _unheld(look) and look.workloads == ()


def _refusing(evidence: Evidence) -> list[ServiceState]:
    """What the API server's program does on each control-plane node whose API refuses connections."""
    look, machines = evidence.look(Look), evidence.look(nodes.Look)
    if look is None or machines is None:
        return []
    refuse = (
        name for name, each in seen(look.servers, {}).items() if isinstance(each.outcome, Refused)
    )  # fmt: skip
    programs = (machines.program(name, API_SERVER) for name in refuse)
    return [each.state for each in programs if each is not None]


def _server_down(evidence: Evidence) -> bool:
    """The API answers at its VIP, refuses connections at a node, and no API server runs there."""
    look = evidence.look(Look)
    down = any(each is not ServiceState.RUNNING for each in _refusing(evidence))
    return look is not None and look.answers and down


def _bound_elsewhere(evidence: Evidence) -> bool:
    """A node's API refuses connections over IPv4 while its API server runs."""
    return any(each is ServiceState.RUNNING for each in _refusing(evidence))


def _member_down(evidence: Evidence) -> bool:
    """Exactly one member of etcd takes no connections, on a node that is Ready, and the API is ready at its VIP."""
    look, machines = evidence.look(Look), evidence.look(nodes.Look)
    if look is None or machines is None or not look.answers:
        return False
    down = {
        name for name, each in seen(look.members, {}).items() if not isinstance(each, Connected)
    }  # fmt: skip
    well = {each.name for each in seen(machines.nodes, ()) if nodes.ready(each) == nodes.READY}
    return len(down) == 1 and down <= well


def _quorum_lost(look: Look) -> bool:
    """At least half of the members of etcd take no connections."""
    members = seen(look.members, {}).values()
    up = sum(isinstance(each, Connected) for each in members)
    return bool(members) and 2 * up <= len(members)


def _nowhere(program: str) -> Callable[[nodes.Look], bool]:
    """Return a match: no node that has a program runs it."""

    def matches(look: nodes.Look) -> bool:
        found = (look.program(name, program) for name in seen(look.programs, {}))
        states = {each.state for each in found if each is not None}
        return bool(states) and ServiceState.RUNNING not in states

    return matches


def _open(look: Look) -> bool:
    """An API server answers a stranger, and not that it does not know it."""
    return any(
        isinstance(each, Response) and each.status != UNAUTHORIZED
        for each in seen(look.strangers, {}).values()
    )


def _changes_others(evidence: Evidence) -> bool:
    """The identity of a node was allowed to change more than one node."""
    allowed = (each for each in evidence.facts(Allowed) if each.identity and each.identity.is_node)
    return len({each.path for each in allowed}) > 1


def _reads_secrets(evidence: Evidence) -> bool:
    """An account that has no rights was allowed to read; no account of a node."""
    return any(each.identity and not each.identity.is_node for each in evidence.facts(Allowed))


def _metrics_absent(look: Look) -> bool:
    """metrics-server has no ready pod."""
    return any(each.name == METRICS and each.ready == 0 for each in seen(look.workloads, ()))


INCIDENTS = (
    Incident(
        slug="api-vip-unheld",
        symptom=(
            "The owner's kubectl finds no way to the API; nodes become NotReady without anything else "
            "being wrong with them."
        ),
        cause=(
            "No control-plane node holds the VIP: keepalived (Talos itself, on real nodes) does not run, "
            "or its health check fails."
        ),
        cure="Start what holds the VIP; look at its health check.",
        matches=on(Look, _unheld),
        about=("*",),
        reproduce="pytest -m conformance --fault api_vip_unheld",
    ),
    Incident(
        slug="vip-waits-for-cni",
        symptom="Layer 01 hangs while it waits for the API.",
        cause=(
            "The wait asked at the VIP, which was to be announced by the CNI that the layer would install next."
        ),
        cure="Before there is a CNI, ask the first control-plane node itself.",
        matches=either(contradicted, on(Look, _before_any_pod)),
        about=("bootstrap/*", "layers-complete-in-order", "decision-gates-before-cni"),
        unproven="The lab's VIP does not wait for the CNI, and its gates ask the first control-plane node.",
    ),
    Incident(
        slug="apiserver-down",
        symptom="The API answers at its VIP and at some control-plane nodes, and at one of them it does not.",
        cause="The API server of that control-plane node does not run.",
        cure="Read its log; check its certificates and its way to etcd.",
        matches=_server_down,
        reproduce="pytest -m conformance --fault api_server_stopped",
    ),
    Incident(
        slug="apiserver-ipv6-bind",
        symptom=(
            "The API times out at its VIP or at a control-plane node after etcd is up; the CNI is never "
            "installed."
        ),
        cause="The API server listens on [::] only.",
        cure="Bind it to 0.0.0.0.",
        matches=either(contradicted, _bound_elsewhere),
        about=(
            "api-answers",
            "anonymous-request-refused[the API at its VIP, the cluster's secrets]",
            "anonymous-request-refused[the API at every controller, the cluster's secrets]",
            "anonymous-request-refused[the API at every controller, its own health]",
            "decision-api-listens-on-ipv4",
        ),
        unproven="No fault has an API server listen over IPv6 only; the lab has no IPv6.",
    ),
    Incident(
        slug="etcd-member-down",
        symptom="etcd has two members left; the next loss takes all writes away.",
        cause="A member's process or its machine died.",
        cure="Start the member again; replace it if its data is lost.",
        matches=_member_down,
        about=("nodes/high_availability",),
        reproduce="pytest -m conformance --fault etcd_member_stopped",
    ),
    Incident(
        slug="etcd-quorum-lost",
        symptom="The API times out or answers with errors everywhere; nothing is scheduled any more.",
        cause="Two of three members of etcd are down or cut off.",
        cure="Bring a second member back. If their data is lost, restore from a snapshot.",
        matches=on(Look, _quorum_lost),
        about=("*",),
        reproduce="pytest -m conformance --fault quorum_lost",
    ),
    Incident(
        slug="leaderless-scheduler",
        symptom="New pods stay Pending without any event; what runs goes on running.",
        cause="No scheduler runs, or none can renew its lease.",
        cure="Start the schedulers; look at their way to the API.",
        matches=on(nodes.Look, _nowhere("kube-scheduler")),
        about=("*",),
        reproduce="pytest -m conformance --fault schedulers_stopped",
    ),
    Incident(
        slug="leaderless-controller-manager",
        symptom="New namespaces have no account, workloads no pods, dead nodes stay Ready.",
        cause="No controller manager runs, or none can renew its lease.",
        cure="Start the controller managers; look at their way to the API.",
        matches=on(nodes.Look, _nowhere("kube-controller-manager")),
        about=("*",),
        reproduce="pytest -m conformance --fault controller_managers_stopped",
    ),
    Incident(
        slug="anonymous-api",
        symptom=(
            "A request without credentials is answered, or refused as one of system:anonymous (403) "
            "instead of a stranger (401)."
        ),
        cause="An API server runs with anonymous authentication.",
        cure="Turn it off (--anonymous-auth=false) on every control-plane node.",
        matches=on(Look, _open),
        reproduce="pytest -m conformance --fault anonymous_access_allowed",
    ),
    Incident(
        slug="node-restriction-off",
        symptom="Whoever has broken into one worker can label, taint and annotate every node.",
        cause="The admission plugin NodeRestriction is not enabled.",
        cure="Enable it on every API server.",
        matches=_changes_others,
        reproduce="pytest -m conformance --fault node_restriction_off",
    ),
    Incident(
        slug="secrets-readable-by-all",
        symptom="Any pod with a token can read every secret of the cluster.",
        cause="A role that reads secrets is bound to a group that everybody is in.",
        cure="Remove the binding; look for others that name system:authenticated or system:serviceaccounts.",
        matches=_reads_secrets,
        reproduce="pytest -m conformance --fault secrets_readable_by_all",
    ),
    Incident(
        slug="metrics-api-down",
        symptom='"kubectl top" says that metrics are not available, and nothing scales any more.',
        cause="No pod of metrics-server is ready, or it cannot ask the kubelets.",
        cure="Scale it up; look at its log for certificates that it does not trust.",
        matches=on(Look, _metrics_absent),
        reproduce="pytest -m conformance --fault metrics_server_absent",
    ),
)
