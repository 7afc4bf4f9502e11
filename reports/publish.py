"""Judges a run and puts its documents in place: in its own folder, and in ``out`` if it is the newest."""

from __future__ import annotations

import html as escaping
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from reports import attachments, codec, cucumber, html, junit, results, store, text
from reports.changes import Past
from reports.judge import Judged, judge, past
from reports.model import Run, Scenario
from reports.redaction import Redactor, SecretFound

Renderer = Callable[[Run, Judged, Path, Redactor], str]

PAGE = "index.html"
DOCUMENTS: dict[str, Renderer] = {
    PAGE: html.render,
    "results.json": results.render,
    "junit.xml": junit.render,
    "cucumber.json": cucumber.render,
}


def publish(out: Path, folder: Path, run: Run, redactor: Redactor) -> tuple[tuple[str, ...], Judged]:
    """Write every document of a run.

    Returns sentences about documents that could not be written, and the judgement. A document that
    could not be written is removed, so that an older one is not taken for this run's; the page says why.
    """
    judged = judge(run, history(out, run))
    newest = store.folders(out)[:1]
    places = [folder, out] if folder in newest else [folder]
    problems: list[str] = []
    for name, render in DOCUMENTS.items():
        try:
            document = render(run, judged, folder, redactor)
            for place in places:
                store.write(place / name, document, redactor, lambda: _sources(run, folder, redactor))
        except Exception as problem:  # noqa: BLE001 - one broken document must not take the others with it
            problems.append(redactor.text(_said(name, problem)))
            for place in places:
                (place / name).unlink(missing_ok=True)
                if name == PAGE:
                    store.write(place / name, _excuse(run, problems[-1]), redactor, list)
    return tuple(problems), judged


def history(out: Path, run: Run) -> list[Past]:
    """The saved runs of the same cluster and target that began before ``run``, judged, newest first."""
    saved = ((folder, folder / store.RUN_FILE) for folder in store.folders(out) if folder.name < run.id)
    found = [_past(folder, record.stat().st_mtime_ns) for folder, record in saved]
    return [each for each in found if each and (each.cluster, each.target) == (run.cluster, run.target)]


@cache
def _past(folder: Path, _changed: int) -> Past | None:
    """A saved run, judged; None when it is not readable. Kept, since a run is published several times."""
    try:
        return past(store.load(folder))
    except store.UnreadableRun:
        return None


def sweep(folder: Path, run: Run, redactor: Redactor) -> Iterable[str]:
    """Remove evidence in which a secret is found that was not known when it was kept; say whose it was."""
    owners = {
        attachment.path: scenario.name
        for scenario in run.scenarios
        for attachment in attachments.of_scenario(scenario)
        if attachment.path
    }
    for path in sorted(each for each in (folder / "evidence").rglob("*") if each.is_file()):
        if names := redactor.leaks_packed(path.read_bytes()):
            path.unlink()
            owner = owners.get(path.relative_to(folder).as_posix(), "a scenario that did not finish")
            yield (
                f"A piece of evidence of “{owner}” was removed: "
                f"the secret {text.listed(list(names))} was found in it."
            )


def _sources(run: Run, folder: Path, redactor: Redactor) -> list[str]:
    """Names of the scenarios whose record or evidence holds a known secret."""
    found = [scenario.name for scenario in run.scenarios if _leaks(scenario, folder, redactor)]
    return found or ["the facts of the run itself"]


def _leaks(scenario: Scenario, folder: Path, redactor: Redactor) -> bool:
    pieces = [str(codec.plain(scenario)).encode("utf-8", "backslashreplace")]
    pieces += [attachments.content(folder, each) or b"" for each in attachments.of_scenario(scenario)]
    return any(redactor.leaks(piece) for piece in pieces)


def _said(name: str, problem: Exception) -> str:
    if isinstance(problem, SecretFound):
        return str(problem)
    return text.sentence(f"{name} could not be written: {type(problem).__name__}: {problem}")


def _excuse(run: Run, why: str) -> str:
    """The page in place of the one that could not be written."""
    title, said = escaping.escape(f"No report for the run {run.id}"), escaping.escape(why)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<body><h1>{title}</h1><p>{said}</p><p>The record of the run is in its run.json.</p>\n"
    )
