"""What is sealed in the cluster, and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping

from probes import sealed_secrets, secrets
from probes.kubernetes import Api
from probes.sealed_secrets import SealedSecret
from probes.secrets import Held
from steps.vocabulary.certificates import NOT_OURS


def of_the_platform(api: Api) -> tuple[SealedSecret, ...]:
    """Return what is sealed, without what scenarios sealed for themselves."""
    return sealed_secrets.sealed_secrets(api, selector=NOT_OURS)


def opened(api: Api) -> Mapping[str, Held | None]:
    """Return the Secret of everything that is sealed, by its name; None where there is none."""
    return {
        f"{one.namespace}/{one.name}": secrets.held(api, one.namespace, one.name)
        for one in of_the_platform(api)
    }
