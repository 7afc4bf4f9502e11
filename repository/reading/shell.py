"""Shell: the commands that a script runs, by a real parser."""

from __future__ import annotations

from dataclasses import dataclass

from repository.reading.files import Files
from repository.reading.hcl import Block
from repository.values import Place, Unread


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command. ``words`` are its words without quotes; variables that the script sets to literal text are
    put in, others stay as ``$NAME``."""

    words: tuple[str, ...]
    place: Place

    @property
    def name(self) -> str:
        """The program."""
        return self.words[0] if self.words else ""


@dataclass(frozen=True, slots=True)
class Script:
    """A script: a file, or a piece of one (a provisioner of Terraform)."""

    place: Place
    commands: tuple[Command, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """All scripts, and what could not be read."""

    scripts: tuple[Script, ...] = ()
    unread: tuple[Unread, ...] = ()


def read(_files: Files, _blocks: tuple[Block, ...]) -> Scripts:
    """Read all scripts."""
    return Scripts()
