"""Layer 00 holds the key pair that bootstrap secrets are sealed with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytest_bdd import parsers, scenarios, then

from steps.vocabulary.persistent_auth import SealingPair
from steps.wiring import Observed

scenarios("secrets/sealing_key.feature")


@then(parsers.parse("the sealing certificate of layer 00 holds an RSA key of {bits:d} bits"))
def key_is_strong(sealing_pair_before: SealingPair, observed: Observed, bits: int) -> None:
    observed("the sealing key pair", sealing_pair_before)
    assert sealing_pair_before.certificate.key == f"RSA {bits}"


@then("the private key of layer 00 belongs to that certificate")
def halves_belong_together(sealing_pair_before: SealingPair) -> None:
    assert sealing_pair_before.private == sealing_pair_before.certificate.public_key


@then(parsers.parse("the sealing certificate of layer 00 is valid now and for another {days:d} days"))
def certificate_is_valid(sealing_pair_before: SealingPair, observed: Observed, days: int) -> None:
    certificate, now = sealing_pair_before.certificate, datetime.now(UTC)
    observed("the sealing certificate", certificate)
    assert certificate.not_before <= now
    assert certificate.not_after >= now + timedelta(days=days)
