"""Known causes of nodes that are off, not Ready, or not as planned."""

from __future__ import annotations

from diagnosis.chapters.nodes import READY, Look, ready
from diagnosis.incident import Evidence, Incident, contradicted, either, on
from diagnosis.look import seen
from inventory.cluster import CONTROLPLANE
from probes.http import Response
from probes.kubeobjects import Pod
from probes.outcomes import Refused, TimedOut, Unreachable
from probes.supervised import NodeService, ServiceState
from probes.tcp import Connected

UNAUTHORIZED = 401
ROLE = "control-plane"
FORBIDDEN = "SysctlForbidden"
MINUTE = 60


def _not_ready(look: Look) -> set[str]:
    return {each.name for each in seen(look.nodes, ()) if ready(each) != READY}


def _off(look: Look) -> bool:
    """A node is not Ready, and nothing on the network answers for its address."""
    kubelets = seen(look.kubelets, {})
    return any(isinstance(kubelets.get(name), TimedOut | Unreachable) for name in _not_ready(look))


def _hangs(look: Look) -> bool:
    """A node is not Ready, and its kubelet takes connections and answers nothing."""
    kubelets = seen(look.kubelets, {})
    return any(isinstance(kubelets.get(name), Connected) for name in _not_ready(look))


def _undead(look: Look) -> bool:
    """A node is Ready, and its kubelet refuses connections or is a program that does not run."""
    kubelets = seen(look.kubelets, {})

    def gone(name: str) -> bool:
        program = look.program(name, "kubelet")
        stopped = program is not None and program.state is not ServiceState.RUNNING
        return stopped or isinstance(kubelets.get(name), Refused)

    return any(ready(each) == READY and gone(each.name) for each in seen(look.nodes, ()))


def _open(look: Look) -> bool:
    """A kubelet answers a stranger, and not that it does not know it."""
    return any(
        isinstance(each, Response) and each.status != UNAUTHORIZED
        for each in seen(look.kubelets, {}).values()
    )


def _other_addresses(look: Look) -> bool:
    """The API knows a node by another address than its planned one."""
    return any(node.internal_addresses != (str(planned.address),) for planned, node in look.pairs)


def _second_address(look: Look) -> bool:
    """An interface of a node has two IPv4 addresses, the API VIP aside."""
    vip = {plan.vip} if (plan := seen(look.plan, None)) else set[str]()
    interfaces = (each for found in seen(look.interfaces, {}).values() for each in found)
    return any(len({*each.ipv4} - vip) > 1 for each in interfaces)


def _without_role(look: Look) -> bool:
    """All nodes are Ready, and one has the role or the taint of a control-plane node wrongly, or lacks it."""
    if _not_ready(look):
        return False  # such a node is tainted for another reason
    return any(
        (ROLE in node.roles) is not leads or bool(node.taints) is not leads
        for planned, node in look.pairs
        for leads in [planned.role == CONTROLPLANE]
    )


def _other_version(look: Look) -> bool:
    """The kubelet of a node tells another version than the planned one."""
    plan = seen(look.plan, None)
    return plan is not None and any(each.kubelet_version != plan.version for each in seen(look.nodes, ()))


def _other_names(look: Look) -> bool:
    """The nodes are not the planned ones."""
    return bool(seen(look.nodes, ())) and seen(look.plan, None) is not None and not look.complete


def _counted_as_ready(look: Look) -> bool:
    """The nodes are the planned ones, and one of them says that it is not Ready."""
    return look.complete and any(ready(each) == "False" for each in seen(look.nodes, ()))


def _clock_off(look: Look) -> bool:
    """A node tells a time that is a minute or more off."""
    return any(
        abs(each.seconds) - each.uncertainty > MINUTE for each in seen(look.clocks, {}).values()
    )  # fmt: skip


def _refused_sysctl(evidence: Evidence) -> bool:
    """A pod that asks for planned kernel settings only was refused because of them."""
    look = evidence.look(Look)
    plan = seen(look.plan, None) if look else None
    return plan is not None and any(
        {FORBIDDEN} == {each.reason} and {*each.sysctls} <= plan.sysctls
        for each in evidence.facts(Pod)
        if each.sysctls
    )


def _allowed_sysctl(evidence: Evidence) -> bool:
    """A pod runs that asks for a kernel setting that is not planned."""
    look = evidence.look(Look)
    plan = seen(look.plan, None) if look else None
    return plan is not None and any(
        each.ready and not {*each.sysctls} <= plan.sysctls for each in evidence.facts(Pod)
    )


def _crashed(evidence: Evidence) -> bool:
    """A program of a node has died, and all of them run."""
    programs = evidence.facts(NodeService)
    return any(each.restarts for each in programs) and all(each.well for each in programs)


INCIDENTS = (
    Incident(
        slug="node-powered-off",
        symptom="A node is NotReady, its pods are gone, and so is whatever is asked of it.",
        cause="The machine has no power, or has crashed whole.",
        cure="Power it on; find out why it went off.",
        matches=on(Look, _off),
        about=("*", "ingress-node-lost"),
        reproduce="pytest -m conformance --fault worker_powered_off",
    ),
    Incident(
        slug="kubelet-hangs",
        symptom=(
            "A node is NotReady although its machine and its pods are up; nothing can be started or "
            "looked at there."
        ),
        cause=(
            "The kubelet hangs (a deadlock, a dead disk, a paused process); its socket still takes connections."
        ),
        cure="Restart the kubelet, or the machine.",
        matches=on(Look, _hangs),
        about=("*",),
        reproduce="pytest -m conformance --fault kubelet_paused",
    ),
    Incident(
        slug="zombie-kubelet",
        symptom="The node is Ready, but new pods on it stay Pending or ContainerCreating for ever.",
        cause=(
            "The container runtime crashed and left an orphan of the kubelet behind, which goes on renewing "
            "the node's lease while the service itself has failed."
        ),
        cure="Reboot the node. A node counts as well only when a new pod really starts there.",
        matches=on(Look, _undead),
        about=("*",),
        reproduce="pytest -m conformance --fault kubelet_undead",
    ),
    Incident(
        slug="anonymous-kubelet",
        symptom="A node's pods, their logs and a shell in each of them are open to the network.",
        cause="The kubelet's anonymous authentication is on, and its authorisation may be off.",
        cure="Set authentication.anonymous.enabled: false and authorization.mode: Webhook.",
        matches=on(Look, _open),
        reproduce="pytest -m conformance --fault kubelet_open",
    ),
    Incident(
        slug="worker-dual-ip",
        symptom="A node has two IPv4 addresses on its card; now and then it is talked to at the wrong one.",
        cause=(
            "A static address and one of DHCP on the same card, or an address of an earlier life that was "
            "never removed."
        ),
        cure="Take the address away that the plan does not have; make the static one the only source.",
        matches=either(contradicted, on(Look, _second_address)),
        about=("decision-workers-without-dhcp",),
        reproduce="pytest -m conformance --fault extra_address_on_interface",
    ),
    Incident(
        slug="static-ip-lost",
        symptom="A node is known by an address outside the plan; certificates and routes no longer fit it.",
        cause=(
            "The static configuration was lost (META key 10 missing), so that the node took an address of DHCP."
        ),
        cure="Give the node its static configuration again, and reboot it.",
        matches=on(Look, _other_addresses),
        reproduce="pytest -m conformance --fault node_address_changed",
    ),
    Incident(
        slug="node-role-missing",
        symptom=(
            "A control-plane node is listed without its role, or takes ordinary workloads, or a worker "
            "repels them."
        ),
        cause="The label or the taint of the role was removed, or the node was registered anew without it.",
        cure="Run the bootstrap again: it labels the nodes.",
        matches=on(Look, _without_role),
        reproduce="pytest -m conformance --fault node_role_missing",
    ),
    Incident(
        slug="kubelet-version-skew",
        symptom="One node runs another version of Kubernetes than the others.",
        cause="An upgrade stopped half way, or a node came back with an older image.",
        cure="Upgrade the node; drain it before.",
        matches=on(Look, _other_version),
        reproduce="pytest -m conformance --fault kubelet_of_another_version",
    ),
    Incident(
        slug="node-count-mismatch",
        symptom="The cluster has another number of nodes than the plan; a gate waits for one that never comes.",
        cause=(
            "The expected number was written down in a second place, or a machine was added or lost "
            "without the plan."
        ),
        cure="Derive the number from the plan; join or remove the node.",
        matches=either(contradicted, on(Look, _other_names)),
        about=("nodes/*", "decision-gates-count-nodes", "nodes-ready"),
        unproven="No fault adds a machine to the lab, or removes one from the API.",
    ),
    Incident(
        slug="notready-counts-as-ready",
        symptom="The bootstrap calls the cluster complete while a node of it is NotReady.",
        cause='The gate counted lines with "Ready" in them.',
        cure='Compare the status of the condition Ready with "True"; want exactly the planned nodes.',
        matches=on(Look, _counted_as_ready),
        about=("bootstrap/turnkey", "nodes-ready", "units-converge-without-help"),
        unproven="The lab's gates read the condition, and no fault makes them count lines.",
    ),
    Incident(
        slug="node-clock-off",
        symptom="Certificates are not yet valid or over, leases are lost, tokens are refused; on one node only.",
        cause="Its time service is down, or cannot reach its servers.",
        cure="Bring it up; talosctl time tells how far it is off.",
        matches=on(Look, _clock_off),
        about=("identity/*", "nodes/*", "certificates/*"),
        unproven="The machines of the lab share the clock of the computer that it runs on.",
    ),
    Incident(
        slug="unsafe-sysctl-not-allowed",
        symptom=(
            "Pods that turn on TCP MTU probing are refused on a node (SysctlForbidden); large zone "
            "transfers hang elsewhere."
        ),
        cause="The kubelet was configured without allowedUnsafeSysctls, or with another list.",
        cure="Allow net.ipv4.tcp_mtu_probing in the configuration of every kubelet.",
        matches=_refused_sysctl,
        about=("powerdns-mtu-probing",),
        reproduce="pytest -m conformance --fault unsafe_sysctl_not_allowed",
    ),
    Incident(
        slug="every-sysctl-allowed",
        symptom="A pod may change settings of the network that were never meant to be changed.",
        cause='A pattern such as "net.*" in allowedUnsafeSysctls.',
        cure="Allow the planned settings by their names.",
        matches=_allowed_sysctl,
        reproduce="pytest -m conformance --fault every_sysctl_allowed",
    ),
    Incident(
        slug="program-crashed",
        symptom="Everything is up, and something has been restarted on the way.",
        cause="A program crashed; its supervisor put it back, and no alert tells of it.",
        cure="Read its log from before the crash.",
        matches=_crashed,
        reproduce="pytest -m bootstrap --fault program_crashed",
    ),
    Incident(
        slug="kubelet-volume-wait",
        symptom="A worker is NotReady and waits for /var/lib/kubelet.",
        cause="The kubelet's volume was not mounted in time.",
        cure="Reboot the node; wait for all nodes to be Ready.",
        about=("nodes/*", "nodes-ready"),
        unproven="The lab's machines have no volumes of Talos; their init does not tell what it waits for.",
    ),
    Incident(
        slug="talos-mount-race",
        symptom="Workers' kubelets crash minutes after a change was applied.",
        cause="A change at run time restarts the kubelet, which races with its own mounts.",
        cure="Bring all configuration in before the bootstrap; patch nothing at run time.",
        matches=contradicted,
        about=(
            "bootstrap/*",
            "nodes/*",
            "second-bootstrap-changes-nothing",
            "decision-no-runtime-talos-patches",
        ),
        unproven="Only the owner's repository shows it; the fixtures of its rule prove it.",
    ),
)
