"""Vantage points and the power switch, as the inventory describes them."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from inventory import Inventory, PowerCommands, load
from inventory.problem import Problem
from probes.vantage import ExecVantage, LocalVantage, NamespaceVantage
from provisioning import vantages
from provisioning.power import CommandPower
from provisioning.target import Target

GOOD = Path(__file__).parents[1] / "inventory" / "good"
EVERYTHING = load(GOOD / "with_everything.toml")
MINIMAL = load(GOOD / "minimal.toml")


def target(inventory: Inventory) -> Target:
    return Target("it", "existing", inventory, Path("/kubeconfig"), "uid", vantages.open_all(inventory))


def test_each_kind_of_vantage_point() -> None:
    assert vantages.open_all(EVERYTHING) == {
        "workstation": NamespaceVantage("the operator's workstation", "desk", ("10.0.0.1",), whole=True),
        "vps": ExecVantage(
            "the VPS",
            (
                *("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"),
                *("-o", "IdentitiesOnly=yes", "-i", str(GOOD / "files" / "id_ed25519")),
                *("root@vps.example.org", "--"),
            ),
            joined=True,
        ),
        "internet": LocalVantage("the public internet"),
    }


def test_ssh_without_a_user_or_a_key_leaves_both_to_its_configuration() -> None:
    spec = replace(EVERYTHING.vantages["vps"], user=None, identity_file=None)
    opened = vantages.open_all(replace(EVERYTHING, vantages={"vps": spec}))["vps"]
    assert isinstance(opened, ExecVantage)
    assert opened.prefix == ("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "vps.example.org", "--")


def test_a_pod_is_reached_from_where_the_workstation_is() -> None:
    inside = vantages.in_pod(target(EVERYTHING), "dns-system", "powerdns-0", container="pdns")
    kubectl = (
        "kubectl",
        "--kubeconfig=/kubeconfig",
        "exec",
        "-i",
        "-n",
        "dns-system",
        "powerdns-0",
        "-c",
        "pdns",
        "--",
    )
    assert inside.prefix == ("nsenter", "--net=/run/netns/desk", "--", *kubectl)
    assert inside.name == "the pod dns-system/powerdns-0"


def test_a_pod_is_reached_directly_from_this_machine() -> None:
    inside = vantages.in_pod(target(MINIMAL), "site", "deployment/site")
    assert inside.prefix == (
        "kubectl",
        "--kubeconfig=/kubeconfig",
        "exec",
        "-i",
        "-n",
        "site",
        "deployment/site",
        "--",
    )


def test_a_node_is_reached_through_the_probe() -> None:
    inside = vantages.on_node(target(EVERYTHING), "worker0", "node-probe-x7k2p")
    assert inside.name == "the node worker0"
    assert inside.prefix[-4:] == ("-n", "clusterspec-probe", "node-probe-x7k2p", "--")


def test_without_a_probe_there_is_no_way_onto_a_node() -> None:
    with pytest.raises(Problem, match=r"has no \[probe\]"):
        vantages.on_node(target(MINIMAL), "worker0", "pod")


def switch(tmp_path: Path) -> CommandPower:
    """A switch whose state is a file for each node that is on."""
    code = (
        "import pathlib, sys\n"
        f"plug = pathlib.Path({str(tmp_path)!r}, sys.argv[2])\n"
        "if sys.argv[1] == 'on': plug.touch()\n"
        "if sys.argv[1] == 'off': plug.unlink(missing_ok=True)\n"
        "if sys.argv[1] == 'status': print('on' if plug.exists() else 'off')\n"
    )
    command = (sys.executable, "-c", code)
    commands = PowerCommands(*((*command, verb, "{node}") for verb in ("off", "on", "status")))
    made = CommandPower.of(replace(EVERYTHING, power=commands))
    assert made is not None
    return made


def test_nodes_are_switched_one_by_one(tmp_path: Path) -> None:
    power = switch(tmp_path)
    assert power.hosts() == ("controlplane0", "worker0")
    power.on("worker0")
    assert [power.is_on(node) for node in power.hosts()] == [False, True]
    power.off("worker0")
    assert not power.is_on("worker0")


def test_only_nodes_of_the_inventory_are_switched(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="'atlas' is no node of the inventory"):
        switch(tmp_path).off("atlas")


@pytest.mark.parametrize("verb", ["off", "on", "is_on"])
@pytest.mark.parametrize(
    "command", [("sh", "-c", "echo No such VM >&2; exit 1"), ("/no/such/command",)], ids=len
)
def test_a_command_that_fails_leaves_nothing_known(verb: str, command: tuple[str, ...]) -> None:
    power = CommandPower(PowerCommands(command, command, command), ("worker0",))
    with pytest.raises(Problem, match="No such"):
        getattr(power, verb)("worker0")


def test_a_status_that_says_neither_is_no_state() -> None:
    echo = ("echo", "{node} is fine")
    with pytest.raises(Problem, match="worker0 is fine, and said neither on nor off"):
        CommandPower(PowerCommands(echo, echo, echo), ("worker0",)).is_on("worker0")


def test_without_commands_there_is_no_switch() -> None:
    assert CommandPower.of(MINIMAL) is None
