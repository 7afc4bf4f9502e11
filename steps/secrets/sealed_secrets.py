"""What is sealed in git opens in the cluster, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_bdd import scenarios, then, when

from inventory import Planned
from probes import sealed_secrets, secrets
from probes.certificates import Pair
from probes.digests import digest
from probes.kubernetes import Api
from probes.sealed_secrets import SealedSecret
from steps.vocabulary import sealed
from steps.vocabulary.seen import Seen
from steps.wiring import CredentialFile, Scratch, Wait

scenarios("secrets/sealed_secrets.feature")

NAME, OTHER, KEY = "sealed", "another-name", "value"
VALUE = b"what was sealed"


@pytest.fixture
def put(scratch: Scratch) -> Callable[[bytes, str], None]:
    """``put(certificate, name)``: put into the cluster, as NAME, what is sealed with a certificate for a name."""

    def call(certificate: bytes, name: str) -> None:
        value = sealed_secrets.seal(certificate, scratch.namespace, name, VALUE)
        scratch.apply("sealed_secret.yaml", name=NAME, sealed=value)

    return call


@pytest.fixture
def controllers_namespace(inventory: Planned) -> str:
    """Where the controller and its keys are."""
    return inventory.services["sealed-secrets"].namespace


@then("the certificate of layer 00 is among those that the cluster opens with, by its serial number")
def cluster_has_the_pair(api: Api, controllers_namespace: str, sealing_pair_before: Pair, seen: Seen) -> None:
    found = seen("the keys that the cluster opens with", sealed_secrets.keys(api, controllers_namespace))
    assert sealing_pair_before.certificate.serial in [key.certificate.serial for key in found]


@then("the private key beside it is that of layer 00")
def cluster_has_the_key(api: Api, controllers_namespace: str, sealing_pair_before: Pair) -> None:
    private = {key.certificate.serial: key.private for key in sealed_secrets.keys(api, controllers_namespace)}
    assert private[sealing_pair_before.certificate.serial] == sealing_pair_before.private


@then("the controller offers the certificate of layer 00, by its serial number")
def offers_the_certificate(
    api: Api, controllers_namespace: str, sealing_pair_before: Pair, seen: Seen
) -> None:
    found = seen(
        "the certificate that the controller offers", sealed_secrets.offered(api, controllers_namespace)
    )
    assert found.serial == sealing_pair_before.certificate.serial


@then("every SealedSecret is open")
def everything_is_open(api: Api, eventually: Wait) -> None:
    eventually(
        lambda: sealed.of_the_platform(api),
        lambda found: bool(found) and all(one.opened for one in found),
        expected="something is sealed, and everything that is sealed is open",
        patience="sealed_secret",
    )


@then("the Secret of each has exactly the keys that were sealed")
def secrets_have_the_keys(api: Api, seen: Seen) -> None:
    wanted = {f"{one.namespace}/{one.name}": one.keys for one in sealed.of_the_platform(api)}
    found = seen("the Secrets of what is sealed", sealed.opened(api))
    assert {name: frozenset(one.digests) if one else None for name, one in found.items()} == wanted


@when("something is sealed with the certificate of layer 00, for a name of the scenario's own")
def seal_with_the_pair(put: Callable[[bytes, str], None], credential: CredentialFile) -> None:
    put(credential("sealing_certificate").read_bytes(), NAME)


@when("something is sealed with another certificate, for a name of the scenario's own")
def seal_with_another(put: Callable[[bytes, str], None], strange_certificate: bytes) -> None:
    put(strange_certificate, NAME)


@when("something that was sealed for another name is given a name of the scenario's own")
def seal_for_another_name(put: Callable[[bytes, str], None], credential: CredentialFile) -> None:
    put(credential("sealing_certificate").read_bytes(), OTHER)


@then("it is opened, into a Secret with what was sealed")
def it_is_opened(api: Api, scratch: Scratch, eventually: Wait) -> None:
    eventually(
        lambda: (_own(api, scratch), secrets.held(api, scratch.namespace, NAME)),
        lambda now: now[0].opened and now[1] is not None and now[1].digests == {KEY: digest(VALUE)},
        expected="it is open, and its Secret has what was sealed",
        patience="sealed_secret",
    )


@then("it stays closed, because no key opens it")
def it_stays_closed(api: Api, scratch: Scratch, eventually: Wait) -> None:
    eventually(
        lambda: _own(api, scratch),
        lambda found: not found.opened and found.undecryptable,
        expected="it is closed, because no key of the controller opens it",
        patience="sealed_secret",
    )


@then("there is no Secret of that name")
def no_secret(api: Api, scratch: Scratch) -> None:
    assert secrets.held(api, scratch.namespace, NAME) is None


def _own(api: Api, scratch: Scratch) -> SealedSecret:
    found = sealed_secrets.sealed_secrets(api, scratch.namespace)
    assert [one.name for one in found] == [NAME]
    return found[0]
