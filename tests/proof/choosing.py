"""A plugin for the runs under proof: keeps only the scenarios that are asked for by name."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from faults.fault import matches


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out every scenario that matches none of the patterns."""
    file = os.environ.get("CLUSTERSPEC_PROOF_ONLY")
    if file is None:
        return
    patterns: list[str] = json.loads(Path(file).read_text())
    left_out = [
        item for item in items if not any(matches(title(config, item), pattern) for pattern in patterns)
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def title(config: pytest.Config, item: pytest.Item) -> str:
    """What a scenario is called by faults: "chapter/feature: Scenario name"."""
    # Not above: this plugin is loaded before pytest has been told to rewrite the assertions of the fixtures.
    from fixtures import scenarios  # noqa: PLC0415

    file = scenarios.feature_file(scenarios.rendered(item), config.rootpath)
    return f"{file.removeprefix('features/').removesuffix('.feature')}: {scenarios.title(item)}"
