"""A namespace of a scenario's own, for what it has to create in order to see something.

Everything in it carries ``app.kubernetes.io/managed-by: clusterspec`` and the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import yaml
from urllib3 import BaseHTTPResponse

from probes.kubeapi import Api
from probes.outcomes import CannotObserve
from probes.waiting import SILENT, Patience, Progress, eventually
from workbench import objects
from workbench.making import Named, insist
from workbench.run import Run, host_label

SETTLED = Patience(within=60.0, every=0.1)
TAKEN = Patience(within=30.0, every=0.5)
_NAMESPACES = "/api/v1/namespaces"


@dataclass
class Scratch:
    """One namespace, and the objects in it."""

    _api: Api
    namespace: str
    _labels: Mapping[str, str]
    _templates: jinja2.Environment
    _progress: Progress = SILENT
    _plurals: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    _made: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    @property
    def host_label(self) -> str:
        """How host names of its Ingresses end before the domain: short, and no other namespace's."""
        return host_label(self.namespace)

    def apply(self, manifest: str, **values: object) -> None:
        """Create or change the objects of a template; a value that is missing is an error.

        Raises:
            CannotObserve: the API did not take an object; with its own words.

        """
        text = self._templates.get_template(manifest).render(values)
        for document in yaml.safe_load_all(text):
            if document:
                self.create(document)

    def create(self, document: dict[str, Any]) -> None:
        """Create or change one object, given as the API takes it; again where it cannot now. Raises as ``apply``."""
        metadata = document.setdefault("metadata", {})
        metadata["labels"] = {**(metadata.get("labels") or {}), **self._labels}
        kind, name = document["kind"], metadata["name"]
        path = f"{self._collection(document['apiVersion'], kind)}/{name}"
        query = f"?fieldManager={objects.MANAGER}&force=true"
        self._made[kind.lower(), name] = path
        what, content = f"applying {kind} {name}", "application/apply-patch+yaml"

        def ask() -> BaseHTTPResponse:
            return objects.answer(self._api, "PATCH", path + query, what, document, content)

        expected = f"the API answers to {what}"
        reply = eventually(ask, lambda _: True, expected=expected, patience=TAKEN, progress=self._progress)
        objects.must_be_taken(self._api, reply, what)

    def delete(self, kind: str, name: str) -> None:
        """Remove an object that was applied, by its kind in any spelling. What is gone already is fine."""
        path = self._made.get((kind.lower(), name))
        if path is None:
            made = ", ".join(f"{kind} {name}" for kind, name in self._made)
            raise LookupError(f"no {kind} {name} was applied here; there are: {made}")
        objects.delete(self._api, path, f"removing {kind} {name}")

    def _collection(self, version: str, kind: str) -> str:
        """Where the objects of a kind are kept, as the API itself tells."""
        base = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if (version, kind) not in self._plurals:
            found = self._api.get(f"the kinds of {version}", base) or {}
            for each in found.get("resources", []):
                if "/" not in each["name"]:
                    place = f"/namespaces/{self.namespace}" if each["namespaced"] else ""
                    self._plurals[version, each["kind"]] = f"{base}{place}/{each['name']}"
        if (version, kind) not in self._plurals:
            raise CannotObserve(f"a {kind}", self._api.vantage.name, f"the API does not know it in {version}")
        return self._plurals[version, kind]


class Namespaces(Named[Scratch]):
    """Makes namespaces. To remove one is to have the API take that; it is not waited until it has gone."""

    gone = "the API takes the removal of our own namespaces"

    def __init__(self, api: Api, run: Run, templates: Path, progress: Progress = SILENT) -> None:
        """Nothing is made yet. templates: folder of the manifests that can be applied."""
        super().__init__(run)
        self._api, self._progress = api, progress
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(templates),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - YAML, not HTML
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def make(self) -> Scratch:
        """Make one, and wait for the account that the cluster makes in it: until then the API may refuse its pods.

        Raises:
            CannotObserve: the namespace or the account was not made.

        """
        name = self._note(self.run.new_name())
        made = Scratch(self._api, name, objects.labels(self.run), self._templates, self._progress)
        # The kernel settings that scenarios are about are what the baseline standard forbids to pods.
        metadata = {"name": name, "labels": {"pod-security.kubernetes.io/enforce": "privileged"}}
        made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        expected, path = (
            f"the pods of {name} have their account",
            f"{_NAMESPACES}/{name}/serviceaccounts/default",
        )
        insist(lambda: self._api.get(expected, path), expected, self._progress, SETTLED)
        return made

    def _found(self) -> Iterator[str]:
        for each in self._api.list("our own namespaces", _NAMESPACES, labelSelector=objects.SELECTOR):
            # One that is going already is of no concern.
            if not each["metadata"].get("deletionTimestamp"):
                yield each["metadata"]["name"]

    def _take_away(self, name: str) -> None:
        objects.delete(self._api, f"{_NAMESPACES}/{name}", f"the removal of the namespace {name}")
