"""``index.html``: one page that opens anywhere, offline, and carries everything it shows."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import graphs, text, timeline, view
from reports.judge import Judged
from reports.model import Run, Scenario, Verdict
from reports.pins import pinned
from reports.redaction import Redactor

_TEMPLATES = Path(__file__).with_name("templates")
_SHOWN_ORDER = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.UNKNOWN,
    Verdict.NOT_RUN,
    Verdict.PLANNED,
    Verdict.UNSUPPORTED,
)


def render(run: Run, judged: Judged, folder: Path, redactor: Redactor) -> str:
    """The page. Evidence is read from ``folder`` and passes ``redactor`` once more on its way."""
    shown = view.chapters(judged, folder, redactor)
    names = {each.scenario.id: each.scenario for each in judged.standings}
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            run=run,
            judged=judged,
            pinned=pinned(run),
            mood="red" if judged.red else "attention" if judged.planned_passing else "green",
            chapters=shown,
            silent=view.silent_chapters(shown),
            builds=timeline.builds(run.phases),
            drawings=tuple(map(graphs.draw, run.graphs)),
            facts=view.facts(run),
            not_covered=view.not_covered(shown),
            scenario_of=names,
            verdicts=_SHOWN_ORDER,
            style=_file("style.css"),
            script=_file("script.js"),
            script_hash=_hash(_file("script.js")),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever is put into the page is cleaned on its way: a record may have been written by other hands.
        finalize=_finalize,
    )
    # Jinja's own annotation of its filters says nothing.
    filters: dict[str, Any] = environment.filters  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    filters.update(
        duration=text.duration,
        when=text.shown_time,
        counted=text.counted,
        sentence=text.sentence,
        listed=_listed,
        title_of_chapter=_title_of_chapter,
        anchor=view.anchor_of,
    )
    return environment


def _listed(items: Iterable[str]) -> str:
    return text.listed(list(items), limit=50)


def _title_of_chapter(scenario: Scenario) -> str:
    return view.title_of(view.chapter_of(scenario))


def _finalize(value: object) -> object:
    return text.clean(value) if type(value) is str else value


@cache
def _file(name: str) -> Markup:
    return Markup((_TEMPLATES / name).read_text("utf-8"))  # noqa: S704 - our own file, no data in it


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
