"""Images come through the platform's own registry."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then

from probes import http
from probes.http import Response
from probes.vantage import Vantage
from steps.wiring import Inventory, Observed

scenarios("planned/pull_through_cache.feature")


@then(parsers.parse("from the operator's workstation the registry offers {image} of the project {project}"))
def registry_offers(
    workstation: Vantage, inventory: Inventory, observed: Observed, image: str, project: str
) -> None:
    url = f"https://{inventory.services['harbor'].host}/v2/{project}/{image}/tags/list"
    answer = http.get(workstation, url)
    observed(url, answer, workstation)
    assert isinstance(answer, Response), f"{url}: {answer}"
    assert (answer.status, answer.json().get("name")) == (200, f"{project}/{image}")
