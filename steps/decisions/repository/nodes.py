"""Nodes: Talos is configured when it is made, and pulls without Harbor too."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("decisions/repository/nodes.feature")
