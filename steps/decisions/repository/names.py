"""DNS: the VPS is a secondary, by AXFR and without NOTIFY."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("decisions/repository/names.feature")
