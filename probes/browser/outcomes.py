"""How a sign-in in a browser ended, as values."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The provider let the person through. asked: for the password; otherwise it still knew who it was."""

    asked: bool

    def __str__(self) -> str:
        """Read as a phrase."""
        return "signed in with the password" if self.asked else "signed in without being asked"


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody said no. by: "the identity provider", or the application; message: in its own words."""

    by: str
    message: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"refused by {self.by}: {self.message!r}"


@dataclass(frozen=True, slots=True)
class Stuck:
    """It went no further, and nobody said no: where, the title of what stands there, and what was waited for."""

    url: str
    title: str
    because: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"stuck at {self.url} ({self.title!r}): {self.because}"


@dataclass(frozen=True, slots=True)
class Greeted:
    """The application knows the person. username, email: as it calls them itself; "" where it does not tell."""

    username: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Landed:
    """The person is in. asked: the provider wanted the password; seconds: of the whole way."""

    username: str
    email: str
    administrator: bool
    asked: bool
    seconds: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        rank = "an administrator" if self.administrator else "not an administrator"
        how = "with the password" if self.asked else "without being asked for the password"
        return f"in as {self.username!r}, {rank}, {how}, after {self.seconds:.1f} s"
