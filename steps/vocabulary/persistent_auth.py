"""Layer 00: what outlives a rebuild, seen as its fingerprints."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pytest_bdd import then

from probes import certificates
from probes.certificates import Certificate
from steps.vocabulary.seen import Seen
from steps.wiring import CredentialFile


@dataclass(frozen=True, slots=True)
class SealingPair:
    """The key pair that bootstrap secrets are sealed with. private: digest of the private key's public half."""

    certificate: Certificate
    private: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.certificate}; the private key is that of {self.private[:16]}…"


def sealing_pair(credential: CredentialFile) -> SealingPair:
    """Look at both files of the pair."""
    certificate, key = credential("sealing_certificate"), credential("sealing_key")
    return SealingPair(
        certificates.read(certificate.read_bytes(), str(certificate)),
        certificates.public_key_of(key.read_bytes(), str(key)),
    )


@pytest.fixture
def sealing_pair_before(credential: CredentialFile) -> SealingPair:
    """The pair as it was when the scenario first asked."""
    return sealing_pair(credential)


@then("layer 00 is as it was")
def layer_00_is_as_it_was(credential: CredentialFile, sealing_pair_before: SealingPair, seen: Seen) -> None:
    now = seen("the sealing key pair", sealing_pair(credential))
    assert now == sealing_pair_before
