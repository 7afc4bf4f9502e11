"""The project's own files, taken apart for the house rules."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "diagnosis",
    "faults",
    "fixtures",
    "inventory",
    "probes",
    "provisioning",
    "reports",
    "repository",
    "steps",
    "workbench",
)


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def room(self) -> str:
        return self.path.relative_to(ROOT).parts[0]

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def place(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 1)}"

    def imports(self) -> Iterator[tuple[str, ast.AST]]:
        """What it imports, as ``room.module``, also inside of functions and for type checkers."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module, node


def modules(*rooms: str) -> list[Module]:
    """All modules of these rooms; of all rooms when none is named. There are some, or the rule would be empty."""
    found = [
        Module(path)
        for room in rooms or ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if "/modules/" not in path.as_posix()  # of the artifacts: Go, not ours
    ]
    assert found, rooms
    return found


def features() -> list[Path]:
    found = sorted((ROOT / "features").rglob("*.feature"))
    assert found
    return found


def tracked() -> list[Path]:
    """The files that go into the repository."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]
