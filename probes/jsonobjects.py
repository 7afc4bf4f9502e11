"""JSON objects, taken apart without stumbling over what is missing or null."""

from __future__ import annotations

import json
from typing import Any, cast

JsonObject = dict[str, Any]


def parsed(data: bytes) -> JsonObject | None:
    """Return the JSON object that these bytes are; None if they are something else."""
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return cast("JsonObject", found) if isinstance(found, dict) else None


def part(item: JsonObject, *keys: str) -> JsonObject:
    """Return an object inside an object, level by level; empty where one is missing or null."""
    for key in keys:
        item = item.get(key) or {}
    return item


def parts(item: JsonObject, *keys: str) -> list[JsonObject]:
    """Return a list of objects inside an object; empty where it is missing or null."""
    return part(item, *keys[:-1]).get(keys[-1]) or []
