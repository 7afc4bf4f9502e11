"""Layer 00: what outlives a rebuild, seen as its fingerprints."""

from __future__ import annotations

import pytest
from pytest_bdd import then

from probes import certificates
from probes.certificates import Pair
from steps.vocabulary.seen import Seen
from steps.wiring import CredentialFile


def sealing_pair(credential: CredentialFile) -> Pair:
    """Look at both files of the pair that bootstrap secrets are sealed with."""
    return certificates.pair(credential("sealing_certificate"), credential("sealing_key"))


@pytest.fixture
def sealing_pair_before(credential: CredentialFile) -> Pair:
    """The pair as it was when the scenario first asked."""
    return sealing_pair(credential)


@then("layer 00 is as it was")
def layer_00_is_as_it_was(credential: CredentialFile, sealing_pair_before: Pair, seen: Seen) -> None:
    now = seen("the sealing key pair", sealing_pair(credential))
    assert now == sealing_pair_before
