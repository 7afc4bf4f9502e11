"""Layer 00 holds the key pair that bootstrap secrets are sealed with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytest_bdd import parsers, scenarios, then

from probes.certificates import Pair
from steps.vocabulary.seen import Seen

scenarios("secrets/sealing_key.feature")


@then(parsers.parse("the sealing certificate of layer 00 holds an RSA key of {bits:d} bits"))
def key_is_strong(sealing_pair_before: Pair, seen: Seen, bits: int) -> None:
    assert seen("the sealing key pair", sealing_pair_before).certificate.key == f"RSA {bits}"


@then("the private key of layer 00 belongs to that certificate")
def halves_belong_together(sealing_pair_before: Pair) -> None:
    assert sealing_pair_before.whole


@then(parsers.parse("the sealing certificate of layer 00 is valid now and for another {days:d} days"))
def certificate_is_valid(sealing_pair_before: Pair, seen: Seen, days: int) -> None:
    certificate = seen("the sealing certificate", sealing_pair_before.certificate)
    assert certificate.not_before <= datetime.now(UTC)
    assert certificate.not_after >= datetime.now(UTC) + timedelta(days=days)
