"""What is generated from the types: the tables of keys in `inventories/README.md`, and the JSON schema beside it."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from inventory.grammar import REQUIRED, Key, adapter, bare, describe, is_list, is_named, is_table, keys
from inventory.model import Inventory

FOLDER = Path(__file__).parents[1] / "inventories"
_BLOCK = re.compile(r"(<!-- keys of (\w+), by `make reference` -->\n).*?(<!-- end -->)", re.DOTALL)


def generated() -> dict[Path, str]:
    """Every file with something that is generated, and what must be in it.

    Raises:
        KeyError: the README has a block for a table that there is not.

    """
    readme = FOLDER / "README.md"
    named = {each.__name__: each for each in tables()}
    text = _BLOCK.sub(
        lambda block: f"{block[1]}{rows(named[block[2]])}\n{block[3]}", readme.read_text(encoding="utf-8")
    )
    return {
        readme: text,
        FOLDER / "schema.json": f"{json.dumps(schema(), indent=1, ensure_ascii=False)}\n",
    }


def tables(hint: Any = Inventory) -> Iterator[type[Any]]:
    """The classes of all tables, the document's own first."""
    kind = bare(hint)
    if is_table(kind):
        yield kind
        for key in keys(kind).values():
            yield from tables(key.hint)
    elif is_list(kind) or is_named(kind):
        yield from tables(get_args(kind)[-is_named(kind)])


def rows(table: type[Any]) -> str:
    """The keys of a table as Markdown."""
    said = explained(table)
    lines = ["| key | | allowed | meaning |", "|---|---|---|---|"]
    for name, key in keys(table).items():
        mark = "●" if key.default is REQUIRED else f"`{default}`" if (default := _default(key)) else ""
        allowed = "" if is_table(key.hint) or is_named(key.hint) else describe(key.hint)
        lines.append(f"| `{name}` | {mark} | {allowed} | {said[name]} |")
    return "\n".join(lines)


@functools.cache
def explained(table: type[Any]) -> Mapping[str, str]:
    """What the string below each field of a class says. Raises KeyError where there is none."""
    (body,) = ast.parse(inspect.getsource(table)).body
    found: dict[str, str] = {}
    lines = body.body if isinstance(body, ast.ClassDef) else []
    for field, below in itertools.pairwise(lines):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr):
            found[ast.unparse(field.target)] = " ".join(ast.literal_eval(below.value).split())
    return {name: found[name] for name in keys(table)}


def _default(key: Key) -> str:
    """A default as it would stand in the file; "" if that is nothing."""
    if key.default in ((), {}, None) or is_table(key.hint):
        return ""
    return json.dumps(adapter(key.hint).dump_python(key.default, mode="json"))


class _Schema(GenerateJsonSchema):
    """TOML has no null, and a default is said in words."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema() -> dict[str, Any]:
    """The format of an inventory as JSON schema, for editors. What sections owe each other is not in it."""
    made = adapter(Inventory).json_schema(schema_generator=_Schema)
    for table in tables():
        part = made if table is Inventory else made["$defs"][table.__name__]
        for name, key in keys(table).items():
            default = f" Default: {_default(key)}." if key.default is not REQUIRED and _default(key) else ""
            allowed = "" if is_table(key.hint) or is_named(key.hint) else f" Allowed: {describe(key.hint)}."
            about = f"{explained(table)[name]}.{allowed}{default}"
            part["properties"][name].pop("title", None)
            part["properties"][name]["description"] = about
    return {"$schema": _Schema.schema_dialect, **made}


def main() -> None:
    """Write what is generated."""
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(FOLDER.parent)}\n")


if __name__ == "__main__":
    main()
