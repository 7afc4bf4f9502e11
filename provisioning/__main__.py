"""The lab from the command line: `python -m provisioning up | status | down | plan | shell | kubeconfig | labs`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from inventory import InventoryErrors, load
from inventory.problem import Problem
from probes.outcomes import CannotObserve
from provisioning.events import Console
from provisioning.provider import Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisioning.lab.provider import LabProvider

DEFAULT = Path(__file__).resolve().parents[1] / "inventories/lab.toml"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did what it says, 1 when a person has to change something."""
    parser = _parser()
    given = parser.parse_args(arguments)
    # A terminated build unwinds like an interrupted one.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        command: Callable[[argparse.Namespace], int] = given.command
        return command(given)
    except (Problem, InventoryErrors, CannotObserve, AssertionError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Who piped us into `head` has seen enough. What is still buffered goes nowhere, without a complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("interrupted; `python -m provisioning down` removes what is there", file=sys.stderr)
        return 130


def _interrupt(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m provisioning", description=__doc__)
    parser.add_argument(
        "--inventory", type=Path, default=DEFAULT, help="what the lab is like (default: inventories/lab.toml)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, function, about in (
        ("down", _down, "remove the lab, complete or not; layer 00 stays"),
        ("kubeconfig", _kubeconfig, "print the path of the administrator's kubeconfig"),
        ("labs", _labs, "list the labs that have left something on this machine"),
        ("plan", _plan, "draw the units of the bootstrap, by layer"),
        ("status", _status, "show the machines and their programs"),
        ("up", _up, "build the lab, or converge the one that runs"),
    ):
        commands.add_parser(name, help=about).set_defaults(command=function)
    shell = commands.add_parser("shell", help="open a shell on a host, or run a command there")
    shell.add_argument("host", help="controlplane0, worker0, vps, parent, internet, gateway, workstation, …")
    shell.add_argument(
        "words", nargs=argparse.REMAINDER, metavar="COMMAND", help="default: an interactive shell"
    )
    shell.set_defaults(command=_shell)
    return parser


def _provider(given: argparse.Namespace) -> LabProvider:
    from provisioning.lab.provider import LabProvider  # noqa: PLC0415 - needs Linux; --help must not

    return LabProvider(load(given.inventory), Options(build="up", listener=Console()))


def _up(given: argparse.Namespace) -> int:
    provider, begun = _provider(given), time.monotonic()
    provider.build()
    print(f"the lab {provider.name} is up after {time.monotonic() - begun:.1f} s")
    print(f"  attach to it:  --inventory={provider.attached_inventory}")
    print("  use kubectl:   python -m provisioning shell workstation kubectl get nodes")
    return 0


def _down(given: argparse.Namespace) -> int:
    provider, begun = _provider(given), time.monotonic()
    provider.destroy()
    print(f"the lab {provider.name} is gone after {time.monotonic() - begun:.1f} s")
    print(f"  layer 00 stays in {provider.persistent}")
    return 0


def _kubeconfig(given: argparse.Namespace) -> int:
    print(_provider(given).attach().kubeconfig)
    return 0


def _labs(_given: argparse.Namespace) -> int:
    from provisioning.lab import machine, sweep  # noqa: PLC0415 - as above

    for lab in sweep.labs():
        print(f"{lab}: {len(machine.running(lab))} machines on")
    return 0


def _plan(_given: argparse.Namespace) -> int:
    from provisioning.graph import picture  # noqa: PLC0415
    from provisioning.lab.units import discovery  # noqa: PLC0415 - as above

    print(picture(discovery.discover()))
    return 0


def _status(given: argparse.Namespace) -> int:
    from provisioning.lab import machine, supervisor  # noqa: PLC0415 - as above

    provider = _provider(given)
    lab, on = provider.lab(), {one.host: one.pid for one in machine.running(provider.name)}
    print(
        f"lab {provider.name}: {'complete' if provider.generation() else 'not complete'}, {len(on)} machines on"
    )
    for host in lab.machines:
        print(f"{host.name:<15} {host.address:<15} {f'pid {on[host.name]}' if host.name in on else 'off'}")
        for state in supervisor.states(lab.root(host.name)):
            word = "up" if state.up else "DOWN"
            ends = f", ended {state.deaths} times ({state.last_exit})" if state.deaths else ""
            print(f"    {state.name:<26} {word:<5} {state.seconds} s{ends}")
    return 0 if provider.generation() and len(on) == len(lab.machines) and not lab.alive() else 1


def _shell(given: argparse.Namespace) -> int:
    from provisioning.lab import machine, network  # noqa: PLC0415 - as above

    provider = _provider(given)
    lab = provider.lab()
    try:
        lab.topology.host(given.host)
    except KeyError:
        known = ", ".join(host.name for host in lab.topology.hosts)
        raise Problem(f"the lab has no host {given.host!r}", f"one of: {known}") from None
    on = {one.host: one.pid for one in machine.running(provider.name)}
    space = network.NETNS / network.namespace(provider.name, given.host)
    if not space.exists():
        raise Problem(f"{given.host} is off", "build the lab: `python -m provisioning up`")
    words = given.words or ["/bin/sh", "-i"]
    # A machine is entered whole; the other hosts are only places in the network of this machine.
    pid = on.get(given.host)
    enter = ["nsenter", "--target", str(pid), "--all"] if pid else ["nsenter", f"--net={space}"]
    search = f"/opt/clusterspec/bin:{lab.artifacts.bin}:{os.environ['PATH']}:/usr/sbin:/sbin"
    environment = {**os.environ, "PATH": search, "KUBECONFIG": str(lab.kubeconfig), "PS1": f"{given.host}# "}
    os.execvpe(enter[0], [*enter, *words], environment)  # noqa: S606 - a shell for the user is what was asked for


if __name__ == "__main__":
    sys.exit(main())
