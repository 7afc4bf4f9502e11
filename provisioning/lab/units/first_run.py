"""The gate of units that are jobs by the clock: the first run is not waited for until the night, but made now."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts
from provisioning.gates import Gate

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def succeeded(namespace: str, name: str) -> Gate[Lab]:
    """Return a gate that opens when a CronJob has succeeded once; it starts a run if there was none."""
    return Gate(
        observe=lambda lab: lacking(lab, namespace, name),
        until=lambda found: not found,
        expected=f"a run of {namespace}/{name} has succeeded",
        patience="workload",
    )


def lacking(lab: Lab, namespace: str, name: str) -> tuple[str, ...]:
    """Return why no run has succeeded yet. Raises OSError, CannotObserve: the API did not answer, or refused."""
    base = f"/apis/batch/v1/namespaces/{namespace}"
    found = lab.api().get(f"CronJob {namespace}/{name}", f"{base}/cronjobs/{name}") or {}
    if part(found, "status").get("lastSuccessfulTime"):
        return ()
    jobs = [job for job in lab.api().list("Jobs", f"{base}/jobs") if _is_of(job, name)]
    if all(_failed(job) for job in jobs):
        # As if the hour had struck: the controller takes it for one of its own.
        lab.kubectl(
            "create",
            "job",
            f"--namespace={namespace}",
            f"--from=cronjob/{name}",
            f"{name}-{secrets.token_hex(3)}",
        )
    return tuple(f"{part(job, 'metadata').get('name')}: {_state(job)}" for job in jobs) or ("no run yet",)


def _is_of(job: JsonObject, name: str) -> bool:
    return any(owner.get("name") == name for owner in parts(job, "metadata", "ownerReferences"))


def _failed(job: JsonObject) -> bool:
    conditions = parts(job, "status", "conditions")
    return any(one.get("type") == "Failed" and one.get("status") == "True" for one in conditions)


def _state(job: JsonObject) -> str:
    status = part(job, "status")
    return ", ".join(
        f"{status[word]} {word}" for word in ("active", "succeeded", "failed") if status.get(word)
    )
