"""The plugins of this project: every module of `fixtures/` and of `steps/vocabulary/`, found by walking."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def modules(folder: str) -> list[str]:
    """The importable names of a folder's modules."""
    return [f"{folder.replace('/', '.')}.{file.stem}" for file in sorted((HERE / folder).glob("[!_]*.py"))]


# Plugins import each other: whichever is imported first, its assertions must explain themselves.
pytest.register_assert_rewrite("fixtures", "steps")
pytest_plugins = [*modules("fixtures"), *modules("steps/vocabulary")]
