"""What is generated from the types of the inventory is current, and says of inventories what the loader says."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from inventory import reference

SCHEMA = reference.FOLDER / "schema.json"


@pytest.mark.parametrize("path", reference.generated(), ids=lambda path: path.name)
def test_what_is_generated_is_current(path: Path) -> None:
    # Else: make reference
    assert path.read_text(encoding="utf-8") == reference.generated()[path]


def test_every_table_has_its_place_in_the_reference() -> None:
    text = (reference.FOLDER / "README.md").read_text(encoding="utf-8")
    names = [each.__name__ for each in reference.tables()]
    assert {name: text.count(f"<!-- keys of {name}, ") for name in names} == dict.fromkeys(names, 1)


@pytest.mark.parametrize("path", sorted(reference.FOLDER.glob("*.toml")), ids=lambda path: path.name)
def test_the_schema_takes_what_the_loader_takes(path: Path) -> None:
    jsonschema.validate(tomllib.loads(path.read_text(encoding="utf-8")), json.loads(SCHEMA.read_text()))


def test_the_schema_refuses_a_key_that_there_is_not() -> None:
    document = tomllib.loads((reference.FOLDER / "lab.toml").read_text(encoding="utf-8"))
    document["nodes"][0]["addr"] = document["nodes"][0].pop("address")
    errors = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).iter_errors(document)
    assert sorted(each.validator for each in errors) == ["additionalProperties", "required"]
