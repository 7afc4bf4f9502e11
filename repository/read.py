"""A folder → a ``Repository``: every reader, once."""

from __future__ import annotations

from pathlib import Path

from repository.reading import files, yamls
from repository.reading.kubernetes import written
from repository.repository import Repository
from repository.values import Document, Place, Unread


def read(root: Path) -> Repository:
    """Read a repository. Raises ``NotADirectoryError``."""
    found = files.discover(root)
    documents: list[Document] = []
    unread: list[Unread] = []
    for name in found.ending(".yaml", ".yml"):
        try:
            text = found.text(name)
        except (OSError, UnicodeDecodeError) as error:
            unread.append(Unread(Place(name), "yaml", f"it is not text: {error}"))
            continue
        more, wrong = yamls.documents(name, text)
        documents += more
        unread += wrong
    objects = tuple(written(documents))
    return Repository(
        root=root, files=found, documents=tuple(documents), written=objects, objects=objects, unread=tuple(unread)
    )
