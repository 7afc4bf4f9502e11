"""Secrets of a scenario's own in Vault, below ``clusterspec/`` of the platform's engine."""

from __future__ import annotations

from typing import Any

from probes import vault
from probes.outcomes import CannotObserve, NetworkFailure
from probes.vault import VaultRefused
from workbench.making import Named
from workbench.run import Run
from workbench.vault import VaultServers

ROOT = "clusterspec"
_ABSENT = 404


class ScratchKv:
    """Secrets below one path. ``mount`` and ``path(name)`` are where a secret is."""

    def __init__(self, servers: VaultServers, folder: str) -> None:
        self._servers, self._folder, self.mount = servers, folder, servers.engine

    def path(self, name: str) -> str:
        """Where the secret of this name is, in the engine."""
        return f"{ROOT}/{self._folder}/{name}"

    def write(self, name: str, **values: str) -> int | NetworkFailure:
        """Write a new version of a secret; the number of the version, once Vault has acknowledged it."""
        reply = _ask(self._servers, "create_or_update_secret", self.path(name), values)
        return reply if isinstance(reply, NetworkFailure) else int(reply["data"]["version"])


class KvFolders(Named[ScratchKv]):
    """Makes folders for secrets; what is in one goes with it, all versions of it."""

    gone = "our own secrets have gone from Vault"

    def __init__(self, servers: VaultServers, run: Run) -> None:
        super().__init__(run)
        self._servers = servers

    def make(self) -> ScratchKv:
        """Return a folder; Vault knows of it with the first secret."""
        return ScratchKv(self._servers, self._note(self.run.new_name()))

    def _found(self) -> list[str]:
        return [each.strip("/") for each in self._listed(ROOT)]

    def _take_away(self, name: str) -> None:
        self._remove(f"{ROOT}/{name}")

    def _remove(self, path: str) -> None:
        for name in self._listed(path):
            if name.endswith("/"):
                self._remove(f"{path}/{name.strip('/')}")
            else:
                self._call("delete_metadata_and_all_versions", f"{path}/{name}")

    def _listed(self, path: str) -> list[str]:
        reply = self._call("list_secrets", path)
        return [] if reply is None else list(reply["data"]["keys"])

    def _call(self, method: str, path: str) -> Any:
        reply = _ask(self._servers, method, path)
        if isinstance(reply, VaultRefused) and reply.status == _ABSENT:
            return None
        if isinstance(reply, NetworkFailure):
            raise CannotObserve(f"secrets of our own ({method})", self._servers.place.name, str(reply))
        return reply


def _ask(servers: VaultServers, method: str, *arguments: object) -> Any:
    return vault.ask(
        servers.door(),
        lambda client: getattr(client.secrets.kv.v2, method)(*arguments, mount_point=servers.engine),
    )
