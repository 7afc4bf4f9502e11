"""Turn a topology into network namespaces, bridges, cables, addresses, routes and kernel settings.

Every segment's bridge lives in a namespace of its own and every cable is created with both ends inside
namespaces, so the machine that carries the lab gets no link, no address, no route and no rule.
"""

from __future__ import annotations

import ipaddress
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisioning.lab.topology import Host, Network, Route, Topology

NETNS = Path("/run/netns")
BRIDGE = "segment0"

_HOST_SETTINGS = ("net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0")
_NODE_SETTINGS = (
    "net.ipv4.ip_forward=1",
    "net.bridge.bridge-nf-call-iptables=1",
    # An address that is dialled on a VIP must be answerable while it is being announced elsewhere.
    "net.ipv4.conf.all.arp_ignore=0",
)
_HIDING = """\
*nat
-A POSTROUTING -o {card} -j MASQUERADE
COMMIT
*filter
-A FORWARD -i {card} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A FORWARD -i {card} -j DROP
-A INPUT -i {card} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A INPUT -i {card} -j DROP
COMMIT
"""


def namespace(lab: str, name: str) -> str:
    """Return the name of the network namespace of a host or segment: it always contains the lab's name."""
    return f"{lab}-{name}"


def namespaces(lab: str) -> tuple[str, ...]:
    """Return the named network namespaces that belong to `lab`, as they are on this machine now."""
    if not NETNS.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in NETNS.iterdir() if entry.name.startswith(f"{lab}-")))


def _ip(lines: Iterable[str], within: str | None = None) -> None:
    command = ["ip", *(["-n", within] if within else []), "-batch", "-"]
    done = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        msg = f"`{' '.join(command)}` failed: {done.stderr.strip()}"
        raise OSError(msg)


def lay(lab: str, network: Network) -> None:
    """Create one segment: a namespace with a bridge in it."""
    space = namespace(lab, network.name)
    _ip([f"netns add {space}"])
    _ip(
        [
            f"link add {BRIDGE} mtu {network.mtu} type bridge stp_state 0 forward_delay 0",
            f"link set {BRIDGE} up",
            "link set lo up",
        ],
        space,
    )


def plug(lab: str, topology: Topology, host: Host) -> None:
    """Give one host its namespace, cards, addresses, routes and kernel settings (as at power on)."""
    space = namespace(lab, host.name)
    _ip([f"netns add {space}"])
    for nic in host.nics:
        network = topology.network(nic.network)
        length = ipaddress.ip_network(network.prefix).prefixlen
        _ip(
            [
                f"link add name {host.name} mtu {network.mtu} type veth peer name {nic.device} netns {space}",
                f"link set dev {host.name} master {BRIDGE} up",
            ],
            namespace(lab, nic.network),
        )
        _ip(
            [
                f"link set dev {nic.device} mtu {network.mtu} up",
                f"address add {nic.address}/{length} dev {nic.device}",
            ],
            space,
        )
    _ip(["link set lo up", *map(_route, host.routes)], space)
    settings = [*_HOST_SETTINGS, *(_NODE_SETTINGS if host.forwards else ())]
    within(space, ["sysctl", "-q", "-w", *settings])
    if host.hides_behind:
        within(space, ["iptables-restore"], stdin=_HIDING.format(card=host.hides_behind))


def _route(route: Route) -> str:
    limit = f" advmss {route.advmss}" if route.advmss else ""
    return f"route add {route.to} via {route.via}{limit}"


def unplug(lab: str, host: Host) -> None:
    """Pull a host's cables and remove its namespace (as at power off). What is gone already is fine."""
    for nic in host.nics:
        # The kernel keeps a namespace as long as anything refers to it, a dying socket for instance, and with
        # it the cable: the other end is pulled, so that the host can be plugged in again at once.
        subprocess.run(
            ["ip", "-n", namespace(lab, nic.network), "link", "delete", "dev", host.name],
            capture_output=True,
            check=False,
        )
    remove(namespace(lab, host.name))


def remove(space: str) -> None:
    """Remove one named network namespace; the kernel takes its links, routes and rules with it."""
    if (NETNS / space).exists():
        _ip([f"netns delete {space}"])


def within(space: str, argv: list[str], *, stdin: str = "") -> str:
    """Run a short command in a namespace and return what it printed; OSError carries its error text."""
    # nsenter and not `ip netns exec`: the latter remounts /sys and hides the cgroup mounts.
    done = subprocess.run(
        ["nsenter", f"--net={NETNS / space}", *argv],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
    )
    if done.returncode != 0:
        msg = f"`{' '.join(argv)}` in {space} failed ({done.returncode}): {done.stderr.strip()}"
        raise OSError(msg)
    return done.stdout
