"""Credentials, resolved when they are needed and never before: from a reference to a `Secret` or a path."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import yaml

from inventory import Credential, Inventory
from inventory.problem import Problem
from probes.jsonobjects import part
from probes.kubeapi import Api
from provisioning.secret import Secret

ReadSecret = Callable[[str, str], Mapping[str, str]]
"""Gives the decoded keys of a Kubernetes Secret, by namespace and name."""


def secret(inventory: Inventory, name: str, read_secret: ReadSecret) -> Secret:
    """Return the secret behind one name of ``[credentials]``; ``read_secret`` is called only if it is needed.

    Raises:
        Problem: the name, the file, the variable or the Secret's key does not exist, or it is empty.

    """
    credential = _named(inventory, name)
    value = _value(credential, name, read_secret)
    if not value:
        raise Problem(f"the credential '{name}' is empty", "fill in what [credentials] refers to")
    return Secret(name, value)


def read_secret(api: Api, namespace: str, name: str) -> dict[str, str]:
    """Return the decoded keys of a Kubernetes Secret, none if there is none. Raises CannotObserve as `Api.get`."""
    found = api.get(f"the Secret {namespace}/{name}", f"/api/v1/namespaces/{namespace}/secrets/{name}") or {}
    return {key: b64decode(value).decode() for key, value in part(found, "data").items()}


def kubeconfig(inventory: Inventory) -> Path:
    """Return the path of the kubeconfig that ``cluster.kubeconfig`` names; of a variable it is the content.

    Raises:
        Problem: there is no such file, or it is no kubeconfig.

    """
    name = inventory.cluster.kubeconfig
    if name is None:
        raise Problem(
            "the inventory names no kubeconfig", "set cluster.kubeconfig to a name from [credentials]"
        )
    credential = _named(inventory, name)
    source = f"credentials.{name}"
    if credential.environment is not None:
        path, source = (
            Path(_variable(credential.environment, name)).expanduser(),
            f"${credential.environment}",
        )
    elif credential.file is not None:
        path = credential.file
    else:
        raise Problem(
            "the kubeconfig is kept in the cluster that it opens", f"give {source} a file or a variable"
        )
    if not path.is_file():
        # Also where a variable lists several files: which of them opens the cluster must not be a guess.
        raise Problem(
            f"{source} names the kubeconfig {path}, which is no file", "let it name one file that exists"
        )
    _must_be_kubeconfig(path)
    return path.absolute()


def _must_be_kubeconfig(path: Path) -> None:
    """Refuse what is no kubeconfig at all: the client would only raise some error of its own inside."""
    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        content = None
    sections = {"clusters", "contexts", "users", "current-context"}
    if not isinstance(content, dict) or not sections <= {
        str(key) for key in cast("dict[object, object]", content)
    }:
        raise Problem(f"{path} is no kubeconfig", f"it needs {', '.join(sorted(sections))}")


def _named(inventory: Inventory, name: str) -> Credential:
    try:
        return inventory.credentials[name]
    except KeyError:
        known = ", ".join(inventory.credentials) or "none"
        raise Problem(
            f"the inventory has no credential '{name}'", f"add it to [credentials] (there: {known})"
        ) from None


def _variable(variable: str, name: str) -> str:
    value = os.environ.get(variable, "")
    if not value:
        raise Problem(f"the credential '{name}' is in ${variable}, which is not set", f"set {variable}")
    return value


def _value(credential: Credential, name: str, read_secret: ReadSecret) -> str:
    if credential.environment is not None:
        return _variable(credential.environment, name)
    if credential.kubernetes_secret is not None:
        reference = credential.kubernetes_secret
        keys = read_secret(reference.namespace, reference.name)
        if reference.key not in keys:
            where = f"Secret {reference.namespace}/{reference.name}"
            raise Problem(
                f"{where} has no key '{reference.key}'", f"correct credentials.{name} or the Secret"
            )
        return keys[reference.key]
    if credential.file is None:
        raise Problem(f"the credential '{name}' has no source", f"give credentials.{name} one")
    try:
        return credential.file.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(
            f"the credential '{name}' cannot be read: {error}", "correct the file or its rights"
        ) from error
