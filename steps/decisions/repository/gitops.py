"""GitOps: Flux with proper dependency ordering."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("decisions/repository/gitops.feature")
