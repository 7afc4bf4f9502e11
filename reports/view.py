"""The page as values: what ``templates/`` shows, in the order in which a person wants to know it.

Pure, except that evidence is read from the run's folder.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports import attachments, text
from reports.judge import Judged, Standing
from reports.model import RED, Attachment, Observation, Run, Scenario, Verdict
from reports.redaction import Redactor

CHAPTERS = {
    "bootstrap": "Bootstrap",
    "nodes": "Nodes",
    "networking": "Networking",
    "storage": "Storage",
    "dns": "DNS",
    "certificates": "Certificates",
    "secrets": "Secrets",
    "identity": "Identity",
    "platform": "Platform",
    "observability": "Observability",
    "gitops": "GitOps",
    "decisions": "Decisions",
    "planned": "Planned",
}
"""The roadmap's chapters, in its order. Others follow before the last one, by name."""
_LAST = "planned"
_NOT_COVERED = "Not covered:"
_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"})
_PAGE_BUDGET = 48 * 1024 * 1024
"""Bytes of evidence that one page takes in; the rest stays in the run's folder, and the page says so."""
_OPEN_UP_TO = 150
"""Scenarios in a run up to which all features are unfolded."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An attachment as shown: text, or an image as a data URI, or neither and then a note."""

    name: str
    size: str
    note: str
    text: str = ""
    image: str = ""
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation as shown; ``offset`` is its time after the start of the scenario."""

    offset: str
    what: str
    value: str
    vantage: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as shown."""

    keyword: str
    text: str
    verdict: Verdict
    vantage: str
    took: str
    error: str
    table: tuple[tuple[str, ...], ...]
    docstring: str
    seen: tuple[Seen, ...]
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """A scenario as shown, and where the page's links find it."""

    anchor: str
    standing: Standing
    took: str
    steps: tuple[StepView, ...]
    seen: tuple[Seen, ...]
    exhibits: tuple[Exhibit, ...]

    @property
    def filter(self) -> str:
        """The word by which the page's filter finds it."""
        return "attention" if self.standing.planned_passes else self.standing.verdict.value

    @property
    def open(self) -> bool:
        """Whether there is something to read at once. What was not run has only a reason, said above."""
        return self.standing.verdict in (Verdict.FAIL, Verdict.UNKNOWN) or self.standing.planned_passes


@dataclass(frozen=True, slots=True)
class FeatureView:
    """A feature as shown; ``open`` when it is unfolded at first."""

    anchor: str
    name: str
    file: str
    paragraphs: tuple[str, ...]
    not_covered: str
    scenarios: tuple[ScenarioView, ...]
    counts: Mapping[Verdict, int]
    open: bool


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter of the specification as shown."""

    anchor: str
    title: str
    features: tuple[FeatureView, ...]
    counts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        """Scenarios in the chapter."""
        return sum(self.counts.values())

    @property
    def red(self) -> int:
        """Red scenarios in the chapter."""
        return sum(self.counts[verdict] for verdict in RED)


class Exhibits:
    """Reads evidence for the page, within the page's budget."""

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self._folder = folder
        self._redactor = redactor
        self._left = _PAGE_BUDGET

    def show(self, attachment: Attachment) -> Exhibit:
        """What the page shows of an attachment."""
        name, note = attachment.name, attachment.note
        found = attachments.content(self._folder, attachment)
        size = text.size(attachment.size) if attachment.size else ""
        if found is None:
            return Exhibit(
                name, size, note or ("It is not there any more." if attachment.path else "It is empty.")
            )
        if len(found) > self._left:
            return Exhibit(
                name, size, f"{note} Left out of this page for its size; it is in {attachment.path}.".strip()
            )
        self._left -= len(found)
        if attachment.media_type in _IMAGES:
            if attachments.is_text(attachment.media_type):
                found = self._redactor.text(text.decoded(found)[0]).encode()
            encoded = base64.b64encode(found).decode("ascii")
            return Exhibit(name, size, note, image=f"data:{attachment.media_type};base64,{encoded}")
        if not attachments.is_text(attachment.media_type):
            return Exhibit(name, size, f"{note} Kept in the run's folder: {attachment.path}".strip())
        shown = attachments.pretty(attachment.media_type, self._redactor.text(text.decoded(found)[0]))
        return Exhibit(name, size, note, text=shown, lines=len(shown.splitlines()))


def chapters(judged: Judged, folder: Path, redactor: Redactor) -> tuple[ChapterView, ...]:
    """All scenarios, by chapter and feature, in the roadmap's order."""
    exhibits = Exhibits(folder, redactor)
    small = len(judged.standings) <= _OPEN_UP_TO
    found: dict[str, dict[tuple[str, str], list[Standing]]] = {}
    for each in judged.standings:
        features = found.setdefault(chapter_of(each.scenario), {})
        features.setdefault((each.scenario.feature_file, each.scenario.feature), []).append(each)
    return tuple(
        ChapterView(
            anchor=f"chapter-{text.slug(key)}",
            title=title_of(key),
            features=tuple(_feature(key, own, exhibits, small=small) for own in found[key].values()),
            counts=_counts(each for own in found[key].values() for each in own),
        )
        for key in sorted(found, key=_order)
    )


def chapter_of(scenario: Scenario) -> str:
    """The chapter's key, whatever way it was written."""
    return scenario.chapter.strip().lower().replace(" ", "-") or "other"


def title_of(chapter: str) -> str:
    """The chapter's title."""
    return CHAPTERS.get(chapter) or chapter.replace("-", " ").replace("_", " ").capitalize()


def silent_chapters(shown: Sequence[ChapterView]) -> list[str]:
    """The roadmap's chapters about which the run says nothing."""
    titles = {chapter.title for chapter in shown}
    return [title for title in CHAPTERS.values() if title not in titles]


def anchor_of(scenario: Scenario) -> str:
    """The name by which the page's links find a scenario; the same in every run."""
    return f"s-{text.slug(scenario.id)}"


def facts(run: Run) -> list[tuple[str, str]]:
    """Facts as names and values for people."""
    return [_fact(name, value) for name, value in run.facts.items()]


def not_covered(shown: Sequence[ChapterView]) -> list[tuple[FeatureView, str]]:
    """What the features themselves say they do not cover."""
    return [(each, each.not_covered) for chapter in shown for each in chapter.features if each.not_covered]


def _order(chapter: str) -> tuple[int, str]:
    known = list(CHAPTERS)
    if chapter == _LAST:
        return len(known) + 1, ""
    return (known.index(chapter), "") if chapter in CHAPTERS else (len(known), chapter)


def _feature(chapter: str, standings: Sequence[Standing], exhibits: Exhibits, *, small: bool) -> FeatureView:
    first = standings[0].scenario
    paragraphs, uncovered = _described(first.feature_description)
    counts = _counts(standings)
    return FeatureView(
        anchor=f"f-{text.slug(f'{chapter} {first.feature_file} {first.feature}')}",
        name=first.feature,
        file=first.feature_file,
        paragraphs=paragraphs,
        not_covered=uncovered,
        scenarios=tuple(_scenario(each, exhibits) for each in standings),
        counts=counts,
        open=small
        or any(counts[verdict] for verdict in RED)
        or any(each.planned_passes for each in standings),
    )


def _scenario(standing: Standing, exhibits: Exhibits) -> ScenarioView:
    scenario = standing.scenario
    return ScenarioView(
        anchor=anchor_of(scenario),
        standing=standing,
        took=text.duration(scenario.seconds) if scenario.seconds else "",
        steps=tuple(
            StepView(
                keyword=step.keyword.strip(),
                text=step.text,
                verdict=step.verdict,
                vantage=step.vantage,
                took=text.duration(step.seconds) if step.seconds >= 0.01 else "",  # noqa: PLR2004 - worth a word
                error=step.error.strip("\n"),
                table=step.table,
                docstring=step.docstring,
                seen=tuple(_seen(each, scenario.started, step.vantage) for each in step.observations),
                exhibits=tuple(map(exhibits.show, step.attachments)),
            )
            for step in scenario.steps
        ),
        seen=tuple(_seen(each, scenario.started, "") for each in scenario.observations),
        exhibits=tuple(map(exhibits.show, scenario.attachments)),
    )


def _seen(seen: Observation, started: str, vantage: str) -> Seen:
    begin, at = text.moment(started), text.moment(seen.at)
    offset = f"+{text.duration(max(0.0, (at - begin).total_seconds()))}" if begin and at else ""
    return Seen(offset, seen.what, seen.value, seen.vantage if seen.vantage != vantage else "")


def _described(description: str) -> tuple[tuple[str, ...], str]:
    """The paragraphs of a description, and what stands after “Not covered:”."""
    paragraphs: list[list[str]] = [[]]
    uncovered: list[str] = []
    into = paragraphs[-1]
    for line in (each.strip() for each in description.splitlines()):
        if line.startswith(_NOT_COVERED):
            into = uncovered
        elif not line:
            paragraphs.append([])
            into = paragraphs[-1]
        if said := line.removeprefix(_NOT_COVERED).strip():
            into.append(said)
    return tuple(" ".join(each) for each in paragraphs if each), " ".join(uncovered)


def _counts(standings: Iterable[Standing]) -> dict[Verdict, int]:
    found = Counter(each.verdict for each in standings)
    return {verdict: found[verdict] for verdict in Verdict}


def _fact(name: str, value: str | float) -> tuple[str, str]:
    shown = str(value) if isinstance(value, str | int) else f"{value:,.4g}"
    for ending, say in (("_bytes", text.size), ("_seconds", text.duration)):
        if name.endswith(ending) and not isinstance(value, str):
            name, shown = name.removesuffix(ending), say(float(value))
    name = name.replace("_", " ")
    return name[:1].upper() + name[1:], shown
