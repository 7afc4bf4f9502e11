"""What people see of the applications that they sign in to, by their names in the inventory's ``[relying_parties]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from probes.browser.applications import gitea, grafana, harbor, matrix, vault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

    from probes.browser.applications.site import Held, Site
    from probes.browser.outcomes import Greeted, Refused, Stuck


class Application(Protocol):
    """The pages of one application. Each call ends in bounded time; a page that breaks raises playwright's Error."""

    def begin(self, page: Page, site: Site) -> Page | Stuck:
        """Open its front page as a stranger and choose to sign in at the provider; return where that goes on."""
        ...

    def landed(self, page: Page, site: Site) -> Greeted | Refused | Stuck:
        """Say who the person is there, once the provider has sent them back to the window they came from."""
        ...

    def is_administrator(self, page: Page, site: Site) -> bool | Stuck:
        """Try something there that only an administrator may, and tell whether it was allowed or refused."""
        ...

    def sign_out(self, page: Page, site: Site) -> None:
        """Sign out, as the person would; where that leads to the provider, it is left there."""
        ...

    def held(self, page: Page, site: Site) -> Held:
        """Return what the window is known by."""
        ...

    def signed_in(self, page: Page, site: Site) -> bool | Stuck:
        """Tell whether the application takes the window for somebody's, or sends it away."""
        ...

    def accepts(self, page: Page, site: Site, held: Held) -> bool | Stuck:
        """Tell whether it still takes, or refuses, what a window was once known by; none is known by it later."""
        ...


APPLICATIONS: Mapping[str, Application] = {
    "gitea": gitea,
    "grafana": grafana,
    "harbor": harbor,
    "matrix": matrix,
    "vault": vault,
}
