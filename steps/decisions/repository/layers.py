"""Layer separation: Talos brings CoreDNS, Terraform the CNI, Flux the applications."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("decisions/repository/layers.feature")
