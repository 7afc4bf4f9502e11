"""A plugin for the runs under proof: keeps only the scenarios that are asked for by name."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out every scenario that matches none of the patterns."""
    file = os.environ.get("CLUSTERSPEC_PROOF_ONLY")
    if file is None:
        return
    patterns: list[str] = json.loads(Path(file).read_text())
    # Not above: this plugin is loaded before pytest has been told to rewrite the assertions of the fixtures.
    from fixtures import scenarios  # noqa: PLC0415

    left_out = [item for item in items if not any(map(scenarios.name(item).matches, patterns))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
