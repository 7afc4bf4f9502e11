"""Documents say what the configuration says."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("decisions/repository/documents.feature")
