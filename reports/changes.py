"""What is different from earlier runs: pure functions over their summaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reports import text
from reports.model import RED, Run, Verdict


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier run, judged.

    ``verdicts`` and ``names`` are by scenario id.
    """

    id: str
    cluster: str
    target: str
    started: str
    seconds: float
    verdict: Verdict
    selection: str
    verdicts: Mapping[str, Verdict]
    names: Mapping[str, str]
    versions: Mapping[str, str]

    @property
    def green(self) -> bool:
        """Whether that run was green as a whole."""
        return self.verdict is Verdict.PASS


@dataclass(frozen=True, slots=True)
class Changes:
    """Since the last full green run: what broke, appeared, vanished (scenario ids, names), and versions.

    ``recovered`` compares with the run just before: red then, green now. ``since`` is None, and all else
    empty, when there was no green run to compare with. ``runs`` is the history, oldest first.
    """

    since: Past | None = None
    broke: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    recovered: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    runs: tuple[Past, ...] = field(default=())

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.broke or self.appeared or self.vanished or self.recovered or self.versions)


def compare(run: Run, verdicts: Mapping[str, Verdict], history: Sequence[Past]) -> Changes:
    """Compare a run's verdicts (by scenario id) with its history, newest first."""
    runs = tuple(reversed(history))
    recovered = tuple(
        name
        for name, verdict in verdicts.items()
        if verdict is Verdict.PASS and history and history[0].verdicts.get(name) in RED
    )
    since = next((each for each in history if each.green and not each.selection), None)
    if since is None:
        return Changes(recovered=recovered, runs=runs)
    then = since.verdicts
    return Changes(
        since=since,
        broke=tuple(
            name for name, verdict in verdicts.items() if verdict in RED and then.get(name) is Verdict.PASS
        ),
        appeared=tuple(name for name in verdicts if name not in then),
        vanished=() if run.selection else tuple(since.names[name] for name in then if name not in verdicts),
        recovered=recovered,
        versions=_versions(since.versions, run.versions),
        runs=runs,
    )


def red_since(scenario: str, history: Sequence[Past]) -> str:
    """For how long a scenario that is red now has been red, in words; ``""`` without history."""
    seen = [each for each in history if scenario in each.verdicts]
    if not seen:
        return "Not seen before." if history else ""
    streak = next((at for at, each in enumerate(seen) if each.verdicts[scenario] not in RED), len(seen))
    if streak == 0:
        return "New: it was not red in the run before."
    first = text.shown_time(seen[streak - 1].started)
    return f"Red for {streak + 1} runs, since {first}."


def _versions(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{name}: {then.get(name, 'absent')} → {now.get(name, 'absent')}"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    )
