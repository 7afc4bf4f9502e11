"""Certificates: Let's Encrypt by DNS-01, staging or production by one switch."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("decisions/repository/certificates.feature")
