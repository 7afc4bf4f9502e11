"""What steps ask of the fixtures, as types: the shapes that they rely on, and nothing of how these are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NoReturn, Protocol, TypeAlias, TypeVar

from testinfra.host import Host

from probes.supervised import NodeService
from probes.transfer import Record
from probes.vantage import Vantage
from probes.waiting import Patience, never

T = TypeVar("T")

At: TypeAlias = Callable[[str], Vantage]
"""From a node's name to the place in that node's own network."""
OnNode: TypeAlias = Callable[[str], Host]
InPod: TypeAlias = Callable[[str, str], Vantage]
"""From a namespace and a pod's name to the place inside the pod."""
ServicesOn: TypeAlias = Callable[[str], tuple[NodeService, ...]]
"""From a node's name to its services, sorted by name, whatever init it has."""
CredentialFile: TypeAlias = Callable[[str], Path]
KillPod: TypeAlias = Callable[[str, str], None]
"""From a namespace and a pod's name."""
Inject: TypeAlias = Callable[[str], AbstractContextManager[None]]
"""From a fault's name to a block for as long as which it is in the target."""
SayUnsupported: TypeAlias = Callable[[str], NoReturn]


class Wait(Protocol):
    """`probes.waiting.eventually` and `holds`; `patience` is a name in the inventory, or a promised bound."""

    def __call__(
        self,
        observe: Callable[[], T],
        until: Callable[[T], bool],
        *,
        expected: str,
        patience: str | Patience,
        hopeless: Callable[[T], str | None] = never,
        vantage: str = "",
    ) -> T: ...


class Observed(Protocol):
    """Puts on record that `what` was seen to be `value`."""

    def __call__(self, what: str, value: object, vantage: str | Vantage = ...) -> None: ...


class Target(Protocol):
    """The handle on the running cluster."""

    name: str
    kubeconfig: Path
    identity: str
    vantages: Mapping[str, Vantage]


class Power(Protocol):
    """Switches hosts; what a scenario switched off is on again when it is over."""

    def off(self, node: str) -> None: ...
    def on(self, node: str) -> None: ...
    def is_on(self, node: str) -> bool: ...


class Scratch(Protocol):
    """A namespace of the scenario's own. `apply` takes the name of a template in `steps/manifests/`.

    host_label: the end of the host names of its Ingresses, before the domain.
    """

    namespace: str
    host_label: str

    def apply(self, manifest: str, **values: object) -> None: ...
    def delete(self, kind: str, name: str) -> None: ...


class ScratchZone(Protocol):
    """A zone of the scenario's own at the cluster's name server; `fill` makes it, with so many records."""

    name: str

    def fill(self, count: int) -> frozenset[Record]: ...


class Phase(Protocol):
    """One unit of one bootstrap. started: Unix time; outcome: "ready" when its gate held."""

    layer: str
    unit: str
    started: float
    seconds: float
    outcome: str
    detail: str


class Bootstrap(Protocol):
    """One bootstrap. planned: the units that it had to bring up; needs: of each unit, those that it needs."""

    from_nothing: bool
    phases: Sequence[Phase]
    planned: Sequence[str]
    needs: Mapping[str, Sequence[str]]
    finished: datetime


class Provider(Protocol):
    """Builds and destroys the target. generation: tells this build from the next one; "" when there is none."""

    def build(self) -> Target: ...
    def destroy(self) -> None: ...
    def generation(self) -> str: ...
