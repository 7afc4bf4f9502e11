"""The page: whole, safe, navigable without scripts, and quick with two thousand scenarios."""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports import html
from reports.attachments import Evidence
from reports.judge import judge, past
from reports.model import Attachment, Run, Verdict
from reports.redaction import Redactor
from reports.view import CHAPTERS
from tests.unit.reports.demonstration import demonstration
from tests.unit.reports.made import at, every_verdict, phases, picture, pins, run, scenario, step
from tests.unit.reports.test_documents import HOSTILE, hostile

VOID = {"meta", "link", "img", "br", "hr", "input", "rect", "line", "use", "path", "circle"}


class Page(HTMLParser):
    """The parts of a page that the tests ask about; fails on tags that do not match."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.handlers: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.opened: list[str] = []
        self._stack: list[str] = []
        self._text: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self._stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs), f"an attribute of <{tag}> twice"
        self.tags[tag] += 1
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        self.sources += [given["src"] or ""] if "src" in given else []
        self.handlers += [name for name in given if name.startswith("on")]
        self.opened += [given.get("id") or ""] if tag == "details" and "open" in given else []
        if tag not in VOID:
            self._stack.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self._text = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._stack.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._stack.pop() == tag
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((tag, " ".join("".join(self._text).split())))

    def handle_data(self, data: str) -> None:
        if self._stack and self._stack[-1] not in ("script", "style"):
            self._text.append(data)
            self.text += data


def rendered(made: Run, folder: Path = Path("nowhere"), history: tuple[Run, ...] = ()) -> str:
    judged = judge(made, [past(each) for each in history])
    return html.render(made, judged, folder, Redactor())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Page]:
    folder = tmp_path_factory.mktemp("run")
    source = rendered(demonstration(folder, Redactor()), folder)
    return source, Page(source)


def test_the_page_needs_nothing_but_itself(demo: tuple[str, Page]) -> None:
    source, page = demo
    assert page.tags["link"] == 0
    assert all(each.startswith("#") for each in page.links)
    assert all(each.startswith("data:image/png;base64,") for each in page.sources)
    assert "@import" not in source
    assert re.findall(r"url\(", source) == []
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", source) == []


def test_only_our_own_script_may_run(demo: tuple[str, Page]) -> None:
    source, page = demo
    assert page.tags["script"] == 1
    assert page.handlers == []
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', source)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", policy[1])


def test_every_link_leads_somewhere_and_no_id_is_twice(demo: tuple[str, Page]) -> None:
    _, page = demo
    assert [each for each, times in Counter(page.ids).items() if times > 1] == []
    assert [each for each in page.links if each[1:] not in page.ids] == []


def test_headings_are_an_outline_without_gaps(demo: tuple[str, Page]) -> None:
    _, page = demo
    levels = [int(tag[1]) for tag, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_first_words_are_the_verdict_in_one_sentence(demo: tuple[str, Page]) -> None:
    _, page = demo
    assert page.headings[0] == (
        "h1",
        "Red:16 of 23 scenarios hold; 3 fail; 1 could not be observed; 3 were not run.",
    )


def test_chapters_stand_in_the_order_of_the_roadmap() -> None:
    keys = list(CHAPTERS)
    made = run(*(scenario(f"s{key}", chapter=key) for key in [*reversed(keys), "zebra"]))
    titles = [text for tag, text in Page(rendered(made)).headings if tag == "h2"]
    shown = [title.rsplit(" ", 2)[0] for title in titles if title.endswith("1 pass")]
    assert [title.removesuffix(" 1") for title in shown] == [
        *list(CHAPTERS.values())[:-1],
        "Zebra",
        "Planned",
    ]


def test_a_chapter_about_which_nothing_was_recorded_is_named() -> None:
    said = Page(rendered(run(scenario("a")))).text
    assert (
        "Nothing was recorded for Bootstrap, Nodes, Networking, Storage, Certificates, Secrets, Identity"
        in said
    )


def test_what_is_red_is_unfolded_and_what_holds_is_not(demo: tuple[str, Page]) -> None:
    source, page = demo
    opened = [each for each in page.opened if each.startswith("s-")]
    assert len(opened) == 5  # three failures, one unknown, one planned that passes
    assert source.count('class="scenario pass"') == 16


def test_each_red_scenario_says_expected_observed_and_from_where(demo: tuple[str, Page]) -> None:
    _, page = demo
    wrong = page.text[page.text.index("It explains") : page.text.rindex("How it was built")]
    for said in (
        "exactly 10.0.2.2",
        "10.0.2.2 and 10.0.0.118",
        "the operator's workstation",
        "403 Forbidden",
    ):
        assert said in wrong
    assert "3 scenarios" in wrong
    assert "cert-manager (layer 02) is not ready: its webhook refuses connections." in wrong


def test_every_verdict_has_its_word_beside_its_colour() -> None:
    source = rendered(run(*every_verdict()))
    for verdict in Verdict:
        assert re.search(
            rf'class="chip {verdict.value}"><svg[^>]*><use href="#i-{verdict.value}"/></svg>{verdict.value}<',
            source,
        )


def test_a_planned_scenario_that_passes_is_loud_and_on_top() -> None:
    source = rendered(run(scenario("a"), scenario("it is built", tags=("planned",))))
    assert source.index("A planned scenario passes") < source.index('id="specification"')
    assert 'class="hero attention"' in source


def test_red_for_the_run_as_a_whole_is_said_at_the_top() -> None:
    said = Page(rendered(run(scenario("a"), finished="", pins=pins(scenario("a"), scenario("b"))))).text
    top = said[: said.index("The specification")]
    assert "The one scenario holds, but the run does not count as green." in top
    assert "1 pinned scenario was not recorded: steps/made.py::b." in top
    assert "The run did not come to its end" in top


def test_an_empty_run_is_a_page_too() -> None:
    assert "The run is empty: no scenario was recorded." in Page(rendered(run())).text


def test_history_and_changes_are_shown() -> None:
    green = replace(run(scenario("a"), scenario("gone")), id="20251209T030000Z-0001", started=at(-99_999))
    said = Page(rendered(run(scenario("a", Verdict.FAIL), scenario("b")), history=(green,))).text
    assert "Since the last green run, 2025-12-09 17:17:32 UTC." in said
    assert "New: it was not red in the run before." in said
    assert "Gone" in said


def test_the_page_shows_evidence(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path, Redactor())
    kept = (
        evidence.attach("s", "screen.png", picture(4, 4), "image/png"),
        evidence.attach("s", "long.log", "<b>bold</b>\n" * 500),
        evidence.attach("s", "trace.zip", b"PK\x05\x06" + b"\0" * 18, "application/zip"),
        evidence.attach("s", "big.bin", b"\0" * 5_000_000, "application/octet-stream"),
        Attachment("gone.log", path="evidence/gone.log", size=5),
    )
    source = rendered(
        run(scenario("a", steps=(step("Then a", attachments=kept[:2]),), attachments=kept[2:])), tmp_path
    )
    page = Page(source)
    assert len(page.sources) == 1
    assert page.tags["b"] < 100
    for said in (
        "500 lines",
        "Kept in the run's folder: evidence/",
        "Not kept: 4.8 MiB",
        "It is not there any more.",
    ):
        assert said in re.sub(r"\s+", " ", page.text)


def test_evidence_beyond_the_budget_of_the_page_stays_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.view._PAGE_BUDGET", 6000)
    evidence = Evidence(tmp_path, Redactor())
    kept = tuple(evidence.attach("s", f"{i}.log", "line\n" * 1000) for i in range(2))
    said = Page(rendered(run(scenario("a", attachments=kept)), tmp_path)).text
    assert said.count("Left out of this page for its size; it is in evidence/") == 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_only_text(text: str) -> None:
    made = run(
        hostile(text),
        phases=phases(text, 0),
        problems=(text,),
        facts={text: text},
        versions={text: text},
        command=text,
    )
    source = rendered(made)
    page = Page(source)
    assert page.tags["script"] == 1
    assert page.tags["img"] == 0
    assert page.handlers == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202e]", source)
    source.encode()


def test_a_link_cannot_be_made_of_text() -> None:
    made = run(
        scenario("javascript:alert(1)", id='"><a href="javascript:alert(1)">', chapter="javascript:alert(1)")
    )
    assert all(each.startswith("#") for each in Page(rendered(made)).links)


def test_two_thousand_scenarios_are_a_page_in_seconds_and_stay_navigable() -> None:
    chapters = list(CHAPTERS)
    many = [
        scenario(
            f"scenario {index}",
            Verdict.FAIL if index % 400 == 7 else Verdict.PASS,
            id=f"s{index}",
            chapter=chapters[index % len(chapters)],
            feature=f"Feature {index % 130}",
        )
        for index in range(2000)
    ]
    begun = time.perf_counter()
    source = rendered(run(*many))
    assert time.perf_counter() - begun < 10
    assert len(source) < 8_000_000
    page = Page(source)
    assert page.tags["h4"] == 2000
    assert len([each for each in page.opened if each.startswith("s-")]) == 5
    # Features that hold are folded: what is unfolded at first is what is wrong, and its feature.
    assert len([each for each in page.opened if each.startswith("f-")]) == 5
    assert [each for each in page.links if each[1:] not in page.ids] == []


def test_descriptions_and_what_is_not_covered_are_told() -> None:
    described = "Purpose.\nMore.\n\nSecond paragraph.\nNot covered: IPv6,\nDNSSEC."
    source = rendered(run(scenario("a", feature_description=described)))
    assert '<p class="description">Purpose. More.</p>' in source
    assert '<p class="description">Second paragraph.</p>' in source
    assert source.count("IPv6, DNSSEC.") == 2
