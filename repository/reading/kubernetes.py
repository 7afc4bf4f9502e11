"""Documents → objects of Kubernetes, as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from repository.values import Document, Map, Object, get, maps


def written(documents: Iterable[Document]) -> Iterator[Object]:
    """The objects among the documents; those inside of a List each for themselves."""
    for document in documents:
        for body in bodies(document.body):
            yield of_body(body, Document(document.file, body.line, body))


def bodies(body: object) -> Iterator[Map]:
    """The objects that a document holds."""
    if not isinstance(body, Map) or not isinstance(body.get("kind"), str) or "apiVersion" not in body:
        return
    if body["kind"].endswith("List") and isinstance(body.get("items"), list):
        yield from (each for each in maps(body["items"]) if isinstance(each, Map) and "kind" in each)
    else:
        yield body


def of_body(body: Map, source: Document | None) -> Object:
    """The object with this body."""
    return Object(
        api_version=str(body.get("apiVersion", "")),
        kind=str(body.get("kind", "")),
        namespace=str(get(body, "metadata", "namespace", default="")),
        name=str(get(body, "metadata", "name", default="") or get(body, "metadata", "generateName", default="")),
        body=body,
        source=source,
    )
