"""People of a scenario's own at the identity provider, and the accounts that they get by signing in."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from inventory import Inventory
from probes.outcomes import CannotObserve
from probes.vantage import Vantage
from probes.waiting import Patience
from provisioning.identity.administration import Administration, Person, administration
from provisioning.secret import Secret
from workbench.accounts import MAIL, Accounts
from workbench.making import REMOVED, Named
from workbench.run import PREFIX, Run

T = TypeVar("T")
CREDENTIAL = "identity-admin"


class People(Named[Person]):
    """Makes people, and changes what they are in. Raises CannotObserve where the provider does not do it."""

    gone = "our own people have gone"

    def __init__(
        self,
        provider: Administration,
        vantage: Vantage,
        allowed: str,
        accounts: Accounts,
        run: Run,
        say: Callable[[str], None],
    ) -> None:
        """Make nobody yet. allowed: the group that may sign in. say: is given each account that is left behind."""
        super().__init__(run)
        self._provider, self._vantage, self._allowed = provider, vantage, allowed
        self._accounts, self._say = accounts, say
        self._answers = True

    def make(self, *groups: str, enabled: bool = True, outside: bool = False) -> Person:
        """Make a person whom nobody has seen, in these groups and, unless outside, in the one that may sign in."""
        name = self._note(self.run.new_name())
        password = Secret(f"the password of {name}", secrets.token_urlsafe(18))
        person = Person(name, f"{name}@{MAIL}", "Ada", "Example", password)
        into = groups if outside else (self._allowed, *groups)
        self._do(f"a person {name}", lambda: self._provider.create_person(person, into, enabled=enabled))
        return person

    def join(self, person: Person, group: str) -> None:
        """Put a person into a group."""
        self._do(f"{person.username} in {group}", lambda: self._provider.join(person.username, group))

    def leave(self, person: Person, group: str) -> None:
        """Take a person out of a group."""
        self._do(f"{person.username} out of {group}", lambda: self._provider.leave(person.username, group))

    def disable(self, person: Person) -> None:
        """Lock a person's account."""
        self._do(f"{person.username} disabled", lambda: self._provider.enable(person.username, enabled=False))

    def _begin(self, names: list[str]) -> None:
        """Remove their accounts: what an application keeps is no failure of the scenario."""
        for failure in self._accounts.remove(names):
            self._say(failure)

    def _patience(self) -> Patience:
        """The provider is asked only once if it did not do either what it was asked last."""
        return REMOVED if self._answers else Patience(within=0.0)

    def _found(self) -> tuple[str, ...]:
        return self._ask("people of our own", lambda: self._provider.people(PREFIX))

    def _take_away(self, name: str) -> None:
        self._ask(f"{name} removed", lambda: self._provider.remove_person(name))

    def _do(self, what: str, work: Callable[[], None]) -> None:
        self._answers = False
        self._ask(what, work)
        self._answers = True

    def _ask(self, what: str, work: Callable[[], T]) -> T:
        try:
            return work()
        except OSError as error:
            raise CannotObserve(what, self._vantage.name, str(error)) from None


def people(
    inventory: Inventory,
    vantage: Vantage,
    credential: Callable[[str], Path],
    run: Run,
    say: Callable[[str], None],
) -> People:
    """Return what makes people at the inventory's provider, which is asked by its public name.

    credential: gives the file of a credential by its name. say: is given each account that is left behind, and why.
    Raises ValueError: the inventory has no [identity].
    """
    identity, roots = inventory.identity, inventory.public_roots
    if identity is None:
        raise ValueError("this inventory has no [identity]")
    secret = Secret(CREDENTIAL, credential(CREDENTIAL).read_text(encoding="utf-8").strip())
    provider = administration(inventory, vantage, secret, roots)
    accounts = Accounts(inventory, vantage, roots, credential)
    return People(provider, vantage, identity.allowed_group, accounts, run, say)
