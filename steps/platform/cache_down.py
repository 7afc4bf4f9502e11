"""The platform can do without its cache of images."""

from __future__ import annotations

from pytest_bdd import scenarios, then, when

from probes.outcomes import NetworkFailure
from steps.vocabulary.change import Breaking
from steps.vocabulary.images import Cache, Image
from steps.wiring import Wait

scenarios("platform/cache_down.feature")

FAULT = "registry_down"
"""The fault of the catalogue that takes the platform's registry away."""


@when("the cache is down")
def cache_is_down(breaking: Breaking, eventually: Wait, cache: Cache, image: Image) -> None:
    breaking.break_(FAULT)
    eventually(
        lambda: cache.kept(image.registry),
        lambda kept: isinstance(kept, NetworkFailure),
        expected="the cache does not say what it has",
        patience="service_answers",
    )


@when("the cache is there again")
def cache_is_back(breaking: Breaking, eventually: Wait, cache: Cache, image: Image) -> None:
    breaking.mend()
    eventually(
        lambda: cache.kept(image.registry),
        lambda kept: not isinstance(kept, NetworkFailure),
        expected="the cache says what it has",
        patience="workload",
    )


@then("the cache has never seen the image")
def cache_has_never_seen(eventually: Wait, cache: Cache, image: Image) -> None:
    # Each ingress controller learns by itself that the cache is there again, and any of them may be asked.
    eventually(
        lambda: cache.kept(image.registry),
        lambda kept: not isinstance(kept, NetworkFailure) and image.name not in kept,
        expected=f"the cache says what it has, and {image} is not among it",
        patience="service_answers",
        hopeless=lambda kept: None if isinstance(kept, NetworkFailure) else f"it has seen {image}",
    )
