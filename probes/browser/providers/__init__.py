"""The pages of identity providers on which people sign in, by the kinds of the inventory's ``[identity]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from probes.browser.providers import authentik, keycloak

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

    from probes.browser.outcomes import Refused, SignedIn, Stuck


class Provider(Protocol):
    """The pages of one kind of provider. Each ends in bounded time; a page that breaks raises playwright's Error."""

    def sign_in(self, page: Page, username: str, password: str) -> SignedIn | Refused | Stuck:
        """Sign in where the application has sent the person, until they are sent back, or are told no."""
        ...

    def asks(self, page: Page) -> bool:
        """Tell whether the person has to say who they are."""
        ...

    def confirm_sign_out(self, page: Page) -> bool:
        """Say yes where the provider asks whether to end its session; tell whether it asked."""
        ...

    def sign_out_at(self, issuer: str, client_id: str, back: str) -> str:
        """Return where a person ends the provider's session (OpenID Connect RP-Initiated Logout 1.0, section 2)."""
        ...


PROVIDERS: Mapping[str, Provider] = {"authentik": authentik, "keycloak": keycloak}
