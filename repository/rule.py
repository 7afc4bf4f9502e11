"""What a rule is, what it finds, and how rules are found: by walking ``rules/``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from repository import rules as rules_room
from repository.repository import Repository
from repository.values import Place


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A violation: where, which object, what was found there and what would satisfy the decision.

    ``object`` is a short stable name ("Deployment default/web", "Kustomization flux-system/vault"): waivers use it.
    ``aspect`` names the one requirement of its rule that does not hold, where several causes are told apart by it.
    """

    place: Place
    object: str
    found: str
    would_satisfy: str
    aspect: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.object}: {self.found}; {self.would_satisfy} would satisfy"


@dataclass(frozen=True, slots=True, order=True)
class Unsure:
    """Something that a rule looked at and cannot judge, because a value is known only to another program."""

    place: Place
    object: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.object}: {self.why}"


def applies_always(_: Repository) -> str:
    """A rule that has something to say of any repository."""
    return ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision as a constraint.

    ``decision`` and ``rationale`` are the roadmap's; ``incident`` is an incident's slug, or empty.
    ``reads`` are the kinds of material (``values.KINDS``) without which it cannot be sure.
    ``applies`` returns why the rule does not apply ("no Flux Kustomization here"), or an empty string.
    ``check`` yields every violation, not the first.
    """

    slug: str
    decision: str
    rationale: str
    check: Callable[[Repository], Iterable[Finding | Unsure]]
    reads: tuple[str, ...] = ("yaml", "rendered")
    incident: str = ""
    applies: Callable[[Repository], str] = applies_always


@cache
def discover() -> Mapping[str, Rule]:
    """All rules by slug, in the order of their files. Raises ``ValueError`` for a file without one of its name."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(rules_room.__path__):
        if module.name.startswith("_"):
            continue
        rule = getattr(importlib.import_module(f"{rules_room.__name__}.{module.name}"), "RULE", None)
        slug = module.name.replace("_", "-")
        if not isinstance(rule, Rule) or rule.slug != slug:
            raise ValueError(f"repository/rules/{module.name}.py holds no RULE with the slug {slug}")
        found[rule.slug] = rule
    return found
