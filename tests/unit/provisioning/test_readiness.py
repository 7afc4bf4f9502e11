"""What counts as ready of cert-manager's objects: a condition of this specification, and of no earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from provisioning.lab.units import readiness

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


class _Kept:
    """A lab whose API holds one issuer."""

    def __init__(self, *conditions: dict[str, Any]) -> None:
        self._issuer = {
            "metadata": {"name": "letsencrypt-prod", "generation": 2},
            "status": {"conditions": list(conditions)},
        }

    def api(self) -> _Kept:
        """Itself: nothing else is asked of it."""
        return self

    def list(self, what: str, path: str) -> list[dict[str, Any]]:
        """Return what is kept, whatever is asked for."""
        assert (what, path) == ("ClusterIssuers", "/apis/cert-manager.io/v1/clusterissuers")
        return [self._issuer]


def _condition(status: str, generation: int) -> dict[str, Any]:
    why = {"reason": "ErrRegister", "message": "no such host"}
    return {"type": "Ready", "status": status, "observedGeneration": generation, **why}


@pytest.mark.parametrize(
    ("conditions", "lacking"),
    [
        ((_condition("True", 2),), ()),
        ((_condition("False", 2),), ("letsencrypt-prod: ErrRegister: no such host",)),
        ((_condition("True", 1),), ("letsencrypt-prod: not looked at yet",)),
        ((), ("letsencrypt-prod: not looked at yet",)),
    ],
    ids=["ready", "refused", "of before", "new"],
)
def test_an_issuer(conditions: tuple[dict[str, Any], ...], lacking: tuple[str, ...]) -> None:
    lab = cast("Lab", _Kept(*conditions))
    assert readiness.issuers(lab, "letsencrypt-prod") == lacking


def test_an_issuer_that_nobody_made() -> None:
    lab = cast("Lab", _Kept(_condition("True", 2)))
    assert readiness.issuers(lab, "letsencrypt-prod-dns") == ("letsencrypt-prod-dns: does not exist",)
