"""Secrets management: SealedSecrets for bootstrap, External Secrets for runtime."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("decisions/repository/secrets.feature")
