"""A file that a document points at exists."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from repository.reading.markdown import Line
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _documents
from repository.values import Place

LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+[\"'][^)]*)?\)")
QUOTED = re.compile(r"`((?:\./)?[\w.-]+(?:/[\w.-]+)+\.(?:md|py|sh))`")
"""A path with a folder, in a code span."""


def check(repo: Repository) -> Iterator[Finding]:
    """Links, and paths in code spans, that lead to no file and no folder of the repository."""
    names = set(repo.files.names)
    folders = {parent for name in names for parent in _parents(name)}
    for text in _documents.current(repo):
        here = posixpath.dirname(text.file)
        for line in _documents.lines(text):
            for said, wanted in _pointed(line, here, folders):
                known = names & _alternatives(wanted, said, text.file) or wanted in folders
                if not known and not (repo.root / wanted).exists():
                    like = next((each for each in sorted(names) if each.lower() == wanted.lower()), "")
                    hint = f"; there is {like}" if like else ""
                    place = Place(text.file, line.number)
                    found = f"{wanted} does not exist{hint}"
                    yield Finding(place, f"link to {said}", found, like or "a file that exists")


def _pointed(line: Line, here: str, folders: set[str]) -> Iterator[tuple[str, str]]:
    """What a line points at: as it is said, and as a path from the root."""
    for link in () if line.fenced else LINK.findall(re.sub(r"`[^`]*`", "", line.text)):
        path = unquote(link.partition("#")[0].partition("?")[0])
        if not path or re.match(r"[a-z][a-z0-9+.-]*:|/|\{|<|\$", path, re.IGNORECASE):
            continue  # Elsewhere; or below the root of a site that is made of these documents.
        wanted = posixpath.normpath(posixpath.join(here, path))
        if not wanted.startswith(".."):
            yield link, wanted
    for path in () if line.fenced else QUOTED.findall(line.text):
        wanted = posixpath.normpath(path)
        # Below a folder that is here, or it may well be a path on another machine.
        if wanted.partition("/")[0] in folders:
            yield path, wanted


def _alternatives(wanted: str, said: str, file: str) -> set[str]:
    """What a link may mean: a file; or a page of a site that is made of these documents, seen from its own page."""
    page = posixpath.normpath(posixpath.join(posixpath.splitext(file)[0], said.partition("#")[0]))
    ends = ("", ".md", "/index.md", "/README.md", "/_index.md")
    return {wanted, *(f"{path}{end}" for path in (wanted, page) for end in ends)}


def _parents(name: str) -> Iterator[str]:
    folder = posixpath.dirname(name)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)


RULE = Rule(
    slug="documents-point-at-files",
    decision="A file that a document points at exists",
    rationale="Documents were renamed and moved to lower case; a link into nothing ends a search.",
    incident="document-of-something-gone",
    reads=("markdown",),
    applies=_documents.none,
    check=check,
)
