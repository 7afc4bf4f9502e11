"""The lab as a provider of targets: build it, get at it, destroy it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import time
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inventory import Credential, Inventory, as_existing, with_roots, write
from inventory.problem import Problem
from probes import kubernetes
from provisioning import vantages
from provisioning.converge import at_rest, converge
from provisioning.events import Everyone, PhaseLog
from provisioning.lab import machine, network, preconditions, supervisor, sweep, topology
from provisioning.lab.artifacts import build as artifacts
from provisioning.lab.artifacts import progress
from provisioning.lab.lab import HOME, Lab
from provisioning.lab.units import discovery
from provisioning.target import Target

if TYPE_CHECKING:
    from collections.abc import Generator

    from provisioning.provider import Options

NAME_VARIABLE = "CLUSTERSPEC_LAB_NAME"
_WATCHES = Path("/proc/sys/fs/inotify/max_user_instances")
_ENOUGH_WATCHES = 1024
_NAME = re.compile(r"[a-z][a-z0-9-]{1,20}")


def lab_name() -> str:
    """Return the lab's name: the user's, else one that only this checkout has.

    Raises:
        Problem: the user's name can not name a lab.

    """
    checkout = Path(__file__).resolve().parents[2]
    name = os.environ.get(NAME_VARIABLE) or f"cs-{hashlib.sha256(str(checkout).encode()).hexdigest()[:6]}"
    if not _NAME.fullmatch(name) or name == "persistent":
        raise Problem(
            f"{name!r} can not name a lab",
            "use 2 to 21 lower-case letters, digits and hyphens, beginning with a letter",
        )
    return name


@dataclass(frozen=True, slots=True)
class LabPower:
    """Cuts and gives power to the machines of one lab, as a person at the plug would."""

    lab: Lab

    def off(self, node: str) -> None:
        """Cut the power: nothing on the machine runs any more when this returns."""
        machine.power_off(self.lab.name, self.lab.topology.host(node))

    def on(self, node: str) -> None:
        """Give power; the machine boots, which this does not wait for."""
        if not self.is_on(node):
            self.lab.power_on(self.lab.topology.host(node))

    def is_on(self, node: str) -> bool:
        """Tell whether the machine runs."""
        return any(one.host == node for one in machine.running(self.lab.name))

    def hosts(self) -> tuple[str, ...]:
        """Return the names of the machines."""
        return tuple(host.name for host in self.lab.machines)


@dataclass(frozen=True, slots=True)
class LabProcesses:
    """Pauses, stops and starts single programs of the lab's machines through their supervisors."""

    lab: Lab

    def pause(self, node: str, service: str) -> None:
        """Freeze the program (SIGSTOP): it keeps its sockets and answers nothing."""
        supervisor.order(self.lab.root(node), service, "-p")

    def resume(self, node: str, service: str) -> None:
        """Let a frozen program go on."""
        supervisor.order(self.lab.root(node), service, "-c")

    def stop(self, node: str, service: str) -> None:
        """End the program and keep it down until it is started."""
        supervisor.order(self.lab.root(node), service, "-d")

    def start(self, node: str, service: str) -> None:
        """Start the program again."""
        supervisor.order(self.lab.root(node), service, "-u")


class LabProvider:
    """Builds the inventory's cluster in miniature on this machine.

    One lab a name: a lock in layer 00 keeps two runs from building or destroying the same one at once.
    """

    def __init__(self, inventory: Inventory, options: Options) -> None:
        self.options = options
        self._artifacts: artifacts.Artifacts | None = None
        self.name = lab_name()
        self.state = HOME / self.name
        self.persistent = HOME / "persistent" / self.name
        names = {name: network.namespace(self.name, name) for name in inventory.vantages}
        roots = {name: self.state / "acme" / f"{name}-roots.pem" for name in ("production", "staging")}
        self.inventory = replace(
            inventory,
            acme=with_roots(inventory.acme, roots),
            vantages={
                name: replace(spec, namespace=names[name]) for name, spec in inventory.vantages.items()
            },
            credentials={**inventory.credentials, **self._credentials(inventory)},
        )

    def _credentials(self, inventory: Inventory) -> dict[str, Credential]:
        """Return where the lab keeps what an owner would have at hand: etcd's client, the sealing pair."""
        first = HOME / self.name / "hosts" / inventory.controlplanes[0].name / "root"
        etcd = first / "etc/kubernetes/pki/etcd"
        files = {
            "etcd_ca": etcd / "ca.crt",
            "etcd_certificate": etcd / "healthcheck-client.crt",
            "etcd_key": etcd / "healthcheck-client.key",
            "sealing_certificate": self.persistent / "sealing.crt",
            "sealing_key": self.persistent / "sealing.key",
        }
        return {name: Credential(file=file) for name, file in files.items()}

    @property
    def capabilities(self) -> frozenset[str]:
        """Everything: the lab is there to be broken."""
        return self.inventory.capabilities.granted()

    @property
    def stand_ins(self) -> dict[str, tuple[str, str]]:
        """What of the lab is another product than on the platform, by name: for which, and why."""
        return {
            "Debian in namespaces, with s6": ("Talos", "a Talos node is a virtual machine of its own"),
            "a plain link of MTU 1280": ("Tailscale", "its control server is not a part of the lab yet"),
            "flannel and kube-proxy": ("Cilium", "its programs for the kernel are not to be had as modules"),
            "keepalived": ("the virtual address of Talos", "it is a part of Talos"),
            "Pebble": ("Let's Encrypt", "a public authority certifies no name of a lab"),
            "a PowerDNS with the zones above the cluster's": ("the registry and Route 53", "they are public"),
            "PowerDNS' recursor": ("the public's resolvers", "they know nothing of the lab's root"),
            "PowerDNS of Debian 12": ("the containers of PowerDNS' own", "no registry of images is asked"),
            "Traefik": ("ingress-nginx", "it is not to be had as a module; Traefik reads the same objects"),
            "folders of the nodes, by local-path-provisioner": (
                "Proxmox CSI",
                "there is no hypervisor with disks",
            ),
            "OpenBao": ("Vault", "it is not to be had as a package; OpenBao speaks its API"),
            "Keycloak": ("authentik", "it is not to be had as a package; Keycloak speaks OpenID Connect too"),
            "docker-registry": (
                "Harbor's cache and Docker Hub",
                "the one has no package, the other is public",
            ),
            "a program that restarts who uses a Secret": ("Reloader", "its module is not to be had"),
            "DNS updates (RFC 2136)": ("the PowerDNS webhook of cert-manager", "its module is not to be had"),
        }

    @property
    def attached_inventory(self) -> Path:
        """The file by which the lab, while it runs, can be attached like any other cluster."""
        return self.state / "inventory.toml"

    def check(self) -> None:
        """Raise one Problem that says why the lab could not be built here."""
        preconditions.check(self.state)

    def generation(self) -> str:
        """Return what tells this build of the lab from the next one; empty when none is complete."""
        with contextlib.suppress(FileNotFoundError):
            return (self.state / "generation").read_text()
        return ""

    def build(self) -> Target:
        """Build the lab, or converge the one that runs. What an interrupted build left is removed first."""
        self.check()
        with self._exclusively():
            if not self.generation():
                sweep.sweep(self.name)
            self._make_room_for_watches()
            lab = self._lab(verified=True)
            self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.state / "artifacts.json").write_text(json.dumps(asdict(lab.artifacts), default=str))
            self.persistent.mkdir(parents=True, exist_ok=True, mode=0o700)
            begun = time.monotonic()
            converge(
                discovery.discover(),
                lab,
                build=self.options.build,
                listener=Everyone((PhaseLog(self.state / "phases.jsonl"), self.options.listener)),
            )
            identity = kubernetes.identity(lab.api())
            (self.state / "identity").write_text(identity)
            attached = as_existing(
                self.inventory,
                kubeconfig=lab.kubeconfig,
                identity=identity,
                namespaces={name: network.namespace(self.name, name) for name in self.inventory.vantages},
            )
            self.attached_inventory.write_text(write(attached))
            self._remember(lab, time.monotonic() - begun)
            if not self.generation():
                (self.state / "generation").write_text(uuid.uuid4().hex)
        return self.attach()

    def _make_room_for_watches(self) -> None:
        """Raise the kernel's limit of inotify instances: a lab takes 70, and the usual limit of 128 is all root's.

        It is the one setting of the carrying machine that a lab changes; it is never lowered.
        """
        if int(_WATCHES.read_text()) < _ENOUGH_WATCHES:
            _WATCHES.write_text(str(_ENOUGH_WATCHES))

    def _remember(self, lab: Lab, seconds: float) -> None:
        """Append a line about this build: what it was called, how long it took, what runs where since when."""
        record = {
            "build": self.options.build,
            "seconds": round(seconds, 3),
            "peak_memory_bytes": machine.peak_memory(self.name),
            "versions": dict(lab.artifacts.versions),
        }
        with (self.state / "builds.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def attach(self) -> Target:
        """Return the handle of the lab that runs.

        Raises:
            Problem: no lab of this name is complete.

        """
        if not self.generation():
            raise Problem(f"no lab called {self.name} runs here", "build it: `python -m provisioning up`")
        lab = self._lab()
        return Target(
            name=self.inventory.cluster.name,
            provider="lab",
            inventory=self.inventory,
            kubeconfig=lab.kubeconfig,
            identity=(self.state / "identity").read_text(),
            vantages=vantages.open_all(self.inventory),
            capabilities=self.capabilities,
            power=LabPower(lab) if "power" in self.capabilities else None,
            processes=LabProcesses(lab) if "processes" in self.capabilities else None,
        )

    def destroy(self) -> None:
        """Remove the lab, complete or not, but for layer 00; nothing happens where there is none."""
        if self.state.exists() or self.name in sweep.labs():
            with self._exclusively():
                sweep.sweep(self.name)

    def lab(self) -> Lab:
        """Return the handle on the lab's machines, for people and faults."""
        return self._lab()

    def _lab(self, *, verified: bool = False) -> Lab:
        """Return the handle; `verified`: with programs that were checked now, or built, not those it runs already."""
        if verified or self._artifacts is None:
            self._artifacts = None if verified else self._remembered_artifacts()
            if self._artifacts is None:
                self._artifacts = artifacts.ensure(progress.Console())
        lab = Lab(self.name, self.inventory, topology.from_inventory(self.inventory), self._artifacts)
        return replace(lab, forgiven={where: crashes for where, (crashes, _) in lab.crashes().items()})

    def _remembered_artifacts(self) -> artifacts.Artifacts | None:
        """Return what the lab that runs was built from: to attach to it, nothing has to be hashed again."""
        try:
            told = json.loads((self.state / "artifacts.json").read_text())
        except FileNotFoundError:
            return None
        places = {name: Path(told.pop(name)) for name in ("bin", "image_seed", "manifests")}
        return artifacts.Artifacts(**places, **told)

    @contextlib.contextmanager
    def _exclusively(self) -> Generator[None]:
        at_rest()
        self.persistent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.persistent / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Problem(
                    f"another run is building or destroying the lab {self.name}",
                    f"wait for it, or build another lab: {NAME_VARIABLE}=NAME",
                ) from None
            yield
