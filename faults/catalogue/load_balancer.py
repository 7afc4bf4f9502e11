"""Harm to MetalLB: its pools and its announcements."""

from __future__ import annotations

from faults import symptoms
from faults.fault import Fault
from faults.kinds import kubernetes
from faults.kinds.patches import Also
from faults.kinds.together import Together

_POOLS = kubernetes.beside("metallb", "metallb.io/v1beta1 ipaddresspools")
_SERVICES = f"{_POOLS}/{{pool of services}}"
_GIVEN = "services-pool-auto-assigned"
_RESERVED = "reserved-address-on-request"
_MOVES = "address-moves"
_FULL = "pool-exhausted"


def _hands_out(pool: str, *, unasked: bool) -> kubernetes.ObjectChanged:
    return kubernetes.ObjectChanged(f"{_POOLS}/{{pool of {pool}}}", {"spec": {"autoAssign": unasked}})


POOL_CHANGED = Fault(
    slug="pool_changed",
    kind=kubernetes.ObjectChanged(_SERVICES, {"spec": {"addresses": ["{half of the services}"]}}),
    says="the pool of services has lost half of its addresses",
    cause="address-pool-drift",
    turns_red=("pools-as-planned", _FULL),
)
POOL_OUTGROWN = Fault(
    slug="pool_outgrown",
    kind=kubernetes.ObjectChanged(_SERVICES, {"spec": {"addresses": Also(("{beyond the route}",))}}),
    says="the pool of services has addresses beyond the advertised route",
    cause="pool-outside-route",
    turns_red=(
        "pools-as-planned",
        "route-covers-vips",
        _FULL,
    ),
    # The address may be one of those that the VPS does not reach.
    may_turn=(_GIVEN, _RESERVED),
)
RESERVED_POOLS_GIVEN_AWAY = Fault(
    slug="reserved_pools_given_away",
    kind=Together(
        (
            _hands_out("ingress", unasked=True),
            _hands_out("dns", unasked=True),
            _hands_out("services", unasked=False),
        )
    ),
    says="addresses with a meaning go to whoever comes, and the others only to whoever asks",
    cause="reserved-pool-open",
    turns_red=("pool-assignment", _GIVEN, _RESERVED, _FULL),
    may_turn=(_MOVES,),
)
ANNOUNCED_ON_NO_CARD = Fault(
    slug="announced_on_no_card",
    kind=kubernetes.ObjectChanged(
        kubernetes.beside("metallb", "metallb.io/v1beta1 l2advertisements/*"),
        {"spec": {"interfaces": ["lxc_health"]}},
    ),
    says="MetalLB announces its addresses on an interface of pods instead of the nodes' network card",
    cause="metallb-announces-lxc",
    turns_red=(_GIVEN, _MOVES),
)
SPEAKER_ABSENT = Fault(
    slug="speaker_absent",
    kind=kubernetes.ObjectChanged(
        kubernetes.workload("metallb", "daemonsets"),
        {"spec": {"template": {"spec": {"nodeSelector": {"clusterspec/fault": "nowhere"}}}}},
    ),
    says="nobody announces the addresses of services",
    cause="announcement-stopped",
    turns_red=(_GIVEN, _MOVES),
    shows=symptoms.gone("metallb", "DaemonSet"),
)
