"""Images of every public registry come through the platform's own."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then

from inventory import Planned
from probes import http
from probes.http import Response
from probes.outcomes import NetworkFailure
from probes.vantage import Vantage
from steps.vocabulary.seen import Seen

scenarios("planned/pull_through_cache.feature")

OK = 200


@then(parsers.parse("from the operator's workstation the registry offers {image} of the project {project}"))
def registry_offers(workstation: Vantage, inventory: Planned, seen: Seen, image: str, project: str) -> None:
    url = f"https://{inventory.services['harbor'].host}/v2/{project}/{image}/tags/list"
    answer = seen(url, http.get(workstation, url), workstation)
    assert _offered(answer) == f"{project}/{image}", f"{url}: {answer}"


def _offered(answer: Response | NetworkFailure) -> str | None:
    """Return the name of the image whose tags a registry lists; None if it lists none."""
    return answer.json().get("name") if isinstance(answer, Response) and answer.status == OK else None
