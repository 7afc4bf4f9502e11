"""Nothing is broken on a cluster that the user did not name, or that is another one than he means."""

from __future__ import annotations

from collections.abc import Callable

from inventory.problem import Problem
from probes.kubernetes import Api, identity
from probes.outcomes import CannotObserve
from provisioning.target import Target

OPTION = "--confirm-target"


def identity_now(target: Target) -> str:
    """Return the identity of the cluster that the target's kubeconfig opens at this moment.

    Raises:
        CannotObserve: it does not answer, or does not tell.

    """
    return identity(Api(target.kubeconfig, target.vantages["workstation"]))


def require_consent(
    target: Target, confirmed_name: str | None, *, identify: Callable[[Target], str] = identity_now
) -> None:
    """Return if the target may be disrupted; call it immediately before anything that disrupts or destroys.

    The lab of this checkout is free. Any other target needs its name, typed by the user (``confirmed_name``),
    an identity pinned in the inventory, and a cluster that still has this identity.

    Raises:
        Problem: consent is missing, or was given for another cluster.

    """
    if target.provider == "lab":
        return
    name, pinned = target.inventory.cluster.name, target.inventory.cluster.identity
    if confirmed_name is None:
        raise Problem(
            f"this would disrupt {name}, which is not the lab", f"add {OPTION} {name} if you mean it"
        )
    if confirmed_name != name:
        raise Problem(
            f"{OPTION} names {confirmed_name}, and the inventory describes {name}",
            "choose one of them, for both",
        )
    if pinned is None:
        raise Problem(
            f"the inventory does not say which cluster {name} is, so it cannot be recognised",
            f'if {target.identity} is the one, set identity = "{target.identity}" in [cluster]',
        )
    try:
        found = identify(target)
    except CannotObserve as error:
        raise Problem(f"{name} cannot be recognised now: {error}", "bring it back to health first") from error
    if found != pinned or found != target.identity:
        raise Problem(
            f"{target.kubeconfig} now opens the cluster {found}, and consent was given for {pinned}",
            "find out who changed the kubeconfig or rebuilt the cluster",
        )
