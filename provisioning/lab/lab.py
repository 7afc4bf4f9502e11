"""The handle that the lab's units share: where things are, and how to reach a machine or the API."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import jinja2

from probes.kubernetes import Api
from probes.vantage import NamespaceVantage
from provisioning.lab import machine, network, supervisor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory import Acme, Dns, Ingress, Inventory, Storage, Vps
    from probes.vantage import Completed
    from provisioning.lab.artifacts.build import Artifacts
    from provisioning.lab.topology import Host, Topology

T = TypeVar("T")
HOME = Path("/var/lib/clusterspec")
MANIFESTS = Path(__file__).parent / "manifests"
_UNANSWERED = re.compile(
    "connection refused|connection reset|connection lost|i/o timeout|TLS handshake timeout|EOF|etcdserver:"
)
"""What kubectl says where the API gave no answer that is its own."""
CRASH_LOOP = 3
"""A program that died this often since boot is reported as broken while a gate is still waiting."""


@dataclass(frozen=True, slots=True)
class Lab:
    """One lab on this machine. Everything it owns is below `state`, or named after `name`."""

    name: str
    inventory: Inventory
    topology: Topology
    artifacts: Artifacts
    forgiven: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    """Crashes of (host, program) from before this build: they are not this build's failures."""

    @property
    def state(self) -> Path:
        """Folder of all that a destroy removes."""
        return HOME / self.name

    @property
    def persistent(self) -> Path:
        """Folder of layer 00: a destroy leaves it alone."""
        return HOME / "persistent" / self.name

    @property
    def pki(self) -> Path:
        """Folder of the cluster's certificate authorities and of what they signed."""
        return self.state / "pki"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig, as it lies on the workstation; the server is the API VIP."""
        return self.state / "admin.kubeconfig"

    @property
    def dns(self) -> Dns:
        """The zone, as planned; the inventory of a lab has this section and the next ones."""
        return needed(self.inventory.dns, "dns")

    @property
    def ingress(self) -> Ingress:
        """How services are published."""
        return needed(self.inventory.ingress, "ingress")

    @property
    def storage(self) -> Storage:
        """Where volumes come from."""
        return needed(self.inventory.storage, "storage")

    @property
    def acme(self) -> Acme:
        """Who certifies the public names."""
        return needed(self.inventory.acme, "acme")

    @property
    def front(self) -> Vps:
        """What runs on the VPS."""
        return needed(self.inventory.vps, "vps")

    @property
    def controlplanes(self) -> tuple[Host, ...]:
        """The control plane hosts."""
        return self.topology.with_role("controlplane")

    @property
    def nodes(self) -> tuple[Host, ...]:
        """All hosts that are nodes of the cluster."""
        return self.topology.with_role("controlplane", "worker")

    @property
    def machines(self) -> tuple[Host, ...]:
        """Hosts with processes of their own; the others are only places in the network to look from."""
        return self.topology.with_role("controlplane", "worker", "vps", "internet", "parent")

    @property
    def cluster_dns(self) -> str:
        """The service address of the cluster's own name server: the tenth of the service network, as kubeadm has it."""
        return str(self.inventory.cluster.service_network[10])

    def root(self, host: str) -> Path:
        """Root file system of a machine, seen from outside."""
        return self.state / "hosts" / host / "root"

    def vantage(self, host: str) -> NamespaceVantage:
        """Look from a host of the lab; names resolve as they do for whoever lives there."""
        nameservers = (str(self.inventory.lab.resolver),)
        return NamespaceVantage(host, network.namespace(self.name, host), nameservers)

    def api(self) -> Api:
        """Look at the cluster as its administrator, from the workstation, through the API's VIP."""
        return Api(self.kubeconfig, self.vantage("workstation"))

    def power_on(self, host: Host) -> None:
        """Plug a host into its networks and boot it."""
        network.plug(self.name, self.topology, host)
        machine.power_on(self.name, host.name, self.root(host.name), self.artifacts.bin)

    def declare(self, host: str, name: str, *argv: object, **environment: str) -> bool:
        """Have a program supervised on a machine; False if it was so already."""
        program = supervisor.Program(name, tuple(map(str, argv)), environment)
        return supervisor.declare(self.root(host), program)

    def serve(
        self, host: str, name: str, *argv: object, files: Mapping[str, str], **environment: str
    ) -> None:
        """Have a program supervised with these files (path on the machine: text); restart it if one has changed."""
        changed = [path for path, text in files.items() if not self._has(host, path, text)]
        for path, text in files.items():
            self.write(host, path, text, mode=0o600 if path.endswith(".key") else 0o644)
        if not self.declare(host, name, *argv, **environment) and changed:
            supervisor.order(self.root(host), name, "-r")

    def _has(self, host: str, path: str, text: str) -> bool:
        file = self.root(host) / path.lstrip("/")
        return file.exists() and file.read_text() == text

    def write(self, host: str, path: str, text: str, mode: int = 0o644) -> Path:
        """Write a file of a machine's root file system (`path` is absolute there)."""
        file = self.root(host) / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        if not self._has(host, path, text):
            file.write_text(text)
        file.chmod(mode)
        return file

    def alive(self) -> list[str]:
        """Return a sentence for each supervised program that keeps dying; empty when all is well."""
        return [
            f"{name} on {host} died {crashes} times (last: {last}); "
            f"see {supervisor.log_of(self.root(host), name)}"
            for (host, name), (crashes, last) in self.crashes().items()
            if crashes - self.forgiven.get((host, name), 0) >= CRASH_LOOP
        ]

    def crashes(self) -> dict[tuple[str, str], tuple[int, str]]:
        """Return how often each (host, program) crashed since its machine booted, and how the last time."""
        return {
            (host.name, state.name): (state.crashes, state.last_exit)
            for host in self.machines
            for state in supervisor.states(self.root(host.name))
        }

    def log(self, unit: str) -> Path | None:
        """Return a log file of the program that a unit is named after, on the first machine that has one."""
        program = f"kube-{unit.replace('_', '-')}"
        for name in (unit, program, program.removeprefix("kube-")):
            for host in self.machines:
                file = supervisor.log_of(self.root(host.name), name)
                if file.exists():
                    return file
        return None

    def render(self, template: str, **values: object) -> str:
        """Fill a template of `manifests/`; a name that is missing is an error, never an empty string."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(MANIFESTS),
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            autoescape=False,  # noqa: S701 - YAML and configuration files, not HTML
        )
        return environment.get_template(template).render(
            inventory=self.inventory, images=self.artifacts.images, lab=self, **values
        )

    def kubectl(
        self, *arguments: object, stdin: str = "", timeout: float = 60.0, check: bool = True
    ) -> Completed:
        """Run kubectl as the administrator, from the workstation.

        Raises:
            OSError: it failed and `check` is set; the text carries what it printed.
            ConnectionError: likewise, and for want of an answer of the API.

        """
        argv = [str(self.artifacts.bin / "kubectl"), f"--kubeconfig={self.kubeconfig}", *map(str, arguments)]
        done = self.vantage("workstation").run(argv, timeout=timeout, stdin=stdin.encode())
        if check and done.returncode != 0:
            msg = f"`kubectl {shlex.join(map(str, arguments))}` failed: {_text(done.stderr)}"
            raise ConnectionError(msg) if _UNANSWERED.search(done.stderr) else OSError(msg)
        return done

    def apply(self, manifest: str) -> str:
        """Server-side apply a manifest as the field manager `bootstrap`; return what kubectl printed."""
        # The API refuses nothing and retries nothing here: an error is the unit's to tell.
        done = self.kubectl(
            "apply",
            "--server-side",
            "--force-conflicts",
            "--field-manager=bootstrap",
            "-f",
            "-",
            stdin=manifest,
        )
        return _text(done.stdout)

    def kustomize(self, name: str, **values: object) -> str:
        """Build `manifests/<name>/` over the product's own manifests and return the objects as YAML."""
        folder = self.state / "kustomize" / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.artifacts.manifests / name, folder / "upstream")
        for template in (MANIFESTS / name).iterdir():
            # The values may hold keys: the folder is the administrator's alone.
            (folder / template.name).write_text(self.render(f"{name}/{template.name}", **values))
        return self.run(["kubectl", "kustomize", folder])

    def run(
        self, argv: Iterable[object], *, environment: dict[str, str] | None = None, stdin: str = ""
    ) -> str:
        """Run a local tool of the lab (kubeadm, openssl); OSError carries its words, and nothing of `stdin`."""
        command = [str(word) for word in argv]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            input=stdin,
            # Marked, so that a sweep finds it when this process is no more.
            env={
                "PATH": f"{self.artifacts.bin}:/usr/sbin:/usr/bin:/sbin:/bin",
                machine.MARK: self.name,
                **(environment or {}),
            },
        )
        if done.returncode != 0:
            msg = f"`{shlex.join(command)}` failed: {done.stderr.strip() or done.stdout.strip()}"
            raise OSError(msg)
        return done.stdout


def needed(section: T | None, name: str) -> T:
    """Return a section of the inventory.

    Raises:
        ValueError: it is not there; the inventory of a lab that was loaded has it.

    """
    if section is None:
        msg = f"this inventory does not describe a lab: [{name}] is missing"
        raise ValueError(msg)
    return section


def _text(output: bytes | str) -> str:
    return output.decode(errors="replace").strip() if isinstance(output, bytes) else output.strip()
