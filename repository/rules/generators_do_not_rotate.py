"""Generators do not rotate credentials that somebody keeps."""

from __future__ import annotations

from collections.abc import Iterator

from repository.reading.flux import seconds
from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _secrets

YEAR = 8760 * 3600.0
DEFAULT = 3600.0
"""Seconds between two refreshes when an ExternalSecret does not say."""
RANDOM = {"Password", "SSHKey", "UUID"}
"""Generators that make something new each time; others ask somebody for a token that is meant to end."""
SATISFIES = "a refreshInterval of 8760h or more (or 0), refreshPolicy CreatedOnce, or the value kept in Vault"


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """External secrets of a random generator that are refreshed within a year."""
    for one in _secrets.external(repo):
        spec = _secrets.spec_path(one)
        random = [use for use in _secrets.generators(one) if use.kind in RANDOM]
        if not random or one.get(*spec, "refreshPolicy") in {"CreatedOnce", "OnChange"}:
            continue
        given = one.get(*spec, "refreshInterval")
        interval = DEFAULT if given is None else 0.0 if str(given) == "0" else seconds(str(given))
        place = one.at(*spec, "refreshInterval")
        if interval is None:
            yield Unsure(place, str(one), f"how long {given} is")
        elif 0 < interval < YEAR:
            said = f"every {given}" if given else "every hour, which is the default"
            yield Finding(
                place, str(one), f"{random[0].kind} {random[0].name} makes a new value {said}", SATISFIES
            )


RULE = Rule(
    slug="generators-do-not-rotate",
    decision="Generators do not rotate credentials that somebody keeps",
    rationale=(
        "A generator makes a new value at each refresh, while the database keeps the first. Phase 0 of the secret "
        "rotation fixed the interval at 8760 hours."
    ),
    incident="eso-generator-rotates",
    applies=lambda repo: (
        ""
        if any(True for one in _secrets.external(repo) for _ in _secrets.generators(one))
        else "no ExternalSecret takes its value from a generator"
    ),
    check=check,
)
