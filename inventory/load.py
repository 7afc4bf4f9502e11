"""From a TOML file to an inventory, or to one exception that tells everything that is wrong with it."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path

from inventory import checks
from inventory.errors import InventoryError, InventoryErrors
from inventory.grammar import keys
from inventory.model import Inventory
from inventory.read import read


def load(path: Path) -> Inventory:
    """Read one inventory. Relative paths inside it start at its own folder.

    Raises:
        InventoryErrors: all faults at once, in the order of the sections in ``inventories/README.md``.

    """
    sections, findings = read(_toml(path), path.absolute().parent)
    findings += checks.run(sections, findings)
    if not findings:
        return Inventory(**sections)
    order = list(keys(Inventory))
    findings.sort(key=lambda each: order.index(each.section) if each.section in order else -1)
    raise InventoryErrors(InventoryError(str(path), *each) for each in findings)


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
