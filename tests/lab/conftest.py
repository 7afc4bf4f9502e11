"""A lab beside which others are built and killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import kept as labs
from tests.kept import Kept


@pytest.fixture(scope="session")
def kept() -> Iterator[Kept]:
    """A lab that is there for all these tests."""
    with labs.kept() as lab:
        yield lab


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Remove it when all tests are over, those of the other folder too."""
    labs.remove()
