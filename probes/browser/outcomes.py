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
    """Somebody said no. by: "the identity provider" or the application; message: in its own words."""

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
class Landed:
    """The application greets the person. username, email: as it calls them itself; "" where it does not tell."""

    username: str
    email: str = ""
    administrator: bool = False
    seconds: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        rank = "an administrator" if self.administrator else "no administrator"
        return f"in as {self.username!r} ({self.email or 'no address'}), {rank}, after {self.seconds:.1f} s"
