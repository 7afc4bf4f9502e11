"""What people see of the applications that they sign in to, by their names in the inventory's ``[relying_parties]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from probes.browser.applications import gitea, grafana, harbor, matrix, vault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

    from probes.browser.applications.site import Site
    from probes.browser.outcomes import Greeted, Refused, Stuck


class Application(Protocol):
    """The pages of one application. Each call ends in bounded time; a page that breaks raises playwright's Error."""

    def begin(self, page: Page, site: Site) -> Page:
        """Open it as a stranger and choose to sign in at the provider; return the window where that goes on."""
        ...

    def landed(self, page: Page, site: Site) -> Greeted | Refused | Stuck:
        """Say who the person is there, once the provider has sent them back to the window they came from."""
        ...

    def is_administrator(self, page: Page, site: Site) -> bool:
        """Try something there that only an administrator may, and tell whether it was allowed."""
        ...

    def sign_out(self, page: Page, site: Site) -> None:
        """Sign out, as the person would; where that leads to the provider, it is left there."""
        ...

    def signed_in(self, page: Page, site: Site) -> bool:
        """Tell whether the application still takes the window for somebody's."""
        ...


APPLICATIONS: Mapping[str, Application] = {
    "gitea": gitea,
    "grafana": grafana,
    "harbor": harbor,
    "matrix": matrix,
    "vault": vault,
}
