"""Addresses: MetalLB announces exact pools, the tailnet's route covers them."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("decisions/repository/addresses.feature")
