"""Storage: Proxmox CSI, ReadWriteOnce only."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("decisions/repository/storage.feature")
