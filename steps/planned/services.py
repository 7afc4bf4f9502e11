"""The services of the backlog answer from the public internet."""

from __future__ import annotations

import re

from pytest_bdd import parsers, scenarios, then

from inventory import Planned
from probes import planned
from probes.planned import Answered
from probes.vantage import Vantage
from steps.vocabulary.seen import Seen

scenarios("planned/services.feature")


@then(parsers.parse("from the public internet {service} answers over HTTPS as itself"))
def service_answers(internet: Vantage, inventory: Planned, seen: Seen, service: str) -> None:
    host = _host(inventory, service)
    answer = seen(f"https://{host}", planned.product(internet, host, service), internet)
    assert isinstance(answer, Answered) and answer.itself, f"{host}: {answer}"  # noqa: PT018 - one claim


def _host(inventory: Planned, service: str) -> str:
    """Return the host of a service as the inventory plans it; what it does not plan yet has its own name."""
    name = re.sub(r"[^a-z]+", "-", service.lower())
    found = inventory.services.get(name)
    return (found.host if found else None) or f"{name}.{inventory.cluster.domain}"
