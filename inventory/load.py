"""From a TOML file to an inventory, or to one exception that tells everything that is wrong with it."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path

from inventory import checks
from inventory.errors import InventoryError, InventoryErrors
from inventory.model import Inventory
from inventory.read import Reader

_SECTIONS = list(Inventory.__slots__)


def load(path: Path) -> Inventory:
    """Read one inventory. Relative paths inside it start at its own folder.

    Raises:
        InventoryErrors: all faults at once, in the order of the sections in ``inventories/README.md``.

    """
    reader = Reader(str(path), path.absolute().parent)
    parts = reader.document(_toml(path))
    checks.run(parts, reader)
    if reader.errors:
        raise InventoryErrors(sorted(reader.errors, key=_place))
    return Inventory(**parts, source=path.absolute())


def _toml(path: Path) -> dict[str, object]:
    allowed = "an inventory: a TOML file in UTF-8"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        found = f"text that is not TOML ({error})"
    except UnicodeDecodeError:
        found = "text that is not UTF-8"
    except IsADirectoryError:
        found = "a folder"
    except FileNotFoundError:
        found, allowed = "no such file", _others(path)
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
    raise InventoryErrors([InventoryError(str(path), "", found, allowed)])


def _others(path: Path) -> str:
    """The inventories that do exist beside a missing one, the nearest name first."""
    names = sorted(each.name for each in path.parent.glob("*.toml")) if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, names, n=1)
    rest = [*near, *(name for name in names if name not in near)]
    return ", ".join(rest) if rest else "the path of a TOML file that exists"


def _place(error: InventoryError) -> int:
    section = error.key.partition(".")[0].partition("[")[0]
    return _SECTIONS.index(section) if section in _SECTIONS else -1
