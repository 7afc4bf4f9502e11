"""What a scenario breaks on purpose beside the power of a machine; all of it is mended when the scenario is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from steps.wiring import Inject


class Breaking:
    """Has faults of the catalogue in the target from one step to another."""

    def __init__(self, inject: Inject, stack: ExitStack) -> None:
        self._inject, self._stack = inject, stack

    def break_(self, fault: str) -> None:
        """Have a fault from now on, by its slug."""
        self._stack.enter_context(self._inject(fault))

    def mend(self) -> None:
        """Mend all that is broken."""
        self._stack.close()


@pytest.fixture
def breaking(inject: Inject) -> Iterator[Breaking]:
    """Break something in one step and mend it in another, or else at the end of the scenario."""
    with ExitStack() as stack:
        yield Breaking(inject, stack)
