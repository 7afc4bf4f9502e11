"""Who cannot see does not say that all is well: every scenario is unknown or not run, and none passes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from faults import reach
from probes.outcomes import NetworkFailure
from provisioning.target import Target
from tests.kept import Kept

NAMESPACE = "clusterspec-blind"
RBAC = "rbac.authorization.k8s.io"
LOOKS_AT_THE_API = (
    "decisions/*",
    "pools-as-planned",
    "pool-assignment",
    "component-has-leader",
    "no-rights-no-secrets",
    "nodes/nodes",
    "nodes/kernel",
    "observability/*",
)


@pytest.fixture(scope="module")
def blind(kept: Kept) -> Iterator[Path]:
    """A kubeconfig of somebody who may see that the cluster is the right one, and nothing else."""
    target = kept.target()
    account = {"kind": "ServiceAccount", "name": "blind", "namespace": NAMESPACE}
    role = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": NAMESPACE}}
    rule = {
        "apiGroups": [""],
        "resources": ["namespaces"],
        "resourceNames": ["kube-system"],
        "verbs": ["get"],
    }
    binding = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": NAMESPACE}}
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": NAMESPACE}
    core, rbac = "/api/v1/namespaces", f"/apis/{RBAC}/v1"
    try:
        _send(target, "POST", core, {"metadata": {"name": NAMESPACE}})
        _send(target, "POST", f"{core}/{NAMESPACE}/serviceaccounts", {"metadata": {"name": "blind"}})
        _send(target, "POST", f"{rbac}/clusterroles", {**role, "rules": [rule]})
        bound = {**binding, "roleRef": reference, "subjects": [account]}
        _send(target, "POST", f"{rbac}/clusterrolebindings", bound)
        token = _send(target, "POST", f"{core}/{NAMESPACE}/serviceaccounts/blind/token", {"spec": {}})
        yield _kubeconfig(kept, target, token["status"]["token"])
    finally:
        for path in (f"{core}/{NAMESPACE}", f"{rbac}/clusterroles/{NAMESPACE}"):
            _send(target, "DELETE", path, None)
        _send(target, "DELETE", f"{rbac}/clusterrolebindings/{NAMESPACE}", None)


def _send(target: Target, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
    reply = reach.api(target).request(
        method, path, what=path, body=body, kind="application/json" if body else ""
    )
    assert not isinstance(reply, NetworkFailure), reply
    assert reply.status < 300 or method == "DELETE", reply.data
    return dict(json.loads(reply.data))


def _kubeconfig(kept: Kept, target: Target, token: str) -> Path:
    config = yaml.safe_load(target.kubeconfig.read_text())
    config["users"] = [{"name": "blind", "user": {"token": token}}]
    for context in config["contexts"]:
        context["context"]["user"] = "blind"
    file = kept.folder / "blind.kubeconfig"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(config))
    return file


def test_without_rights_nothing_is_known(kept: Kept, blind: Path) -> None:
    inventory = kept.variant("blind", {"credentials": {"kubeconfig": {"file": str(blind)}}})
    outcome = kept.specification("-m", "conformance", only=LOOKS_AT_THE_API, inventory=inventory, workers=2)
    assert len(outcome.verdicts) > 10, outcome.end
    assert set(outcome.verdicts.values()) == {"unknown"}, outcome.end
    assert outcome.code != 0


def test_without_a_cluster_nothing_is_run(kept: Kept) -> None:
    """The workstation is on no network: as if the machine of the API had vanished from it."""
    config = yaml.safe_load(kept.target().kubeconfig.read_text())
    for cluster in config["clusters"]:
        cluster["cluster"]["server"] = "https://10.0.255.253:6443"
    file = kept.folder / "nowhere.kubeconfig"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(config))
    inventory = kept.variant("nowhere", {"credentials": {"kubeconfig": {"file": str(file)}}})
    outcome = kept.specification("-m", "conformance", only=LOOKS_AT_THE_API, inventory=inventory)
    assert len(outcome.verdicts) > 10, outcome.end
    assert set(outcome.verdicts.values()) == {"not-run"}, outcome.end
    assert outcome.code != 0


def test_the_token_of_another_cluster_is_none(kept: Kept) -> None:
    """401 instead of 403: the API knows nobody of that name."""
    nobody = base64.urlsafe_b64encode(b"nobody").decode()
    file = _kubeconfig(kept, kept.target(), f"{nobody}.{nobody}.{nobody}")
    inventory = kept.variant("stranger", {"credentials": {"kubeconfig": {"file": str(file)}}})
    outcome = kept.specification("-m", "conformance", only=["nodes/nodes"], inventory=inventory)
    assert set(outcome.verdicts.values()) == {"not-run"}, outcome.end
    assert outcome.code != 0
