"""What is on a page: its forms, and what is written in some element of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905 - as HTML lists them
)
_UNSEEN = frozenset({"script", "style", "template"})


@dataclass(frozen=True, slots=True)
class Element:
    """An element. text: all that is written in it, in one line."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form. action: where it is sent, absolute. fields: what it sends as it stands; they may hold secrets."""

    action: str
    fields: Mapping[str, str] = field(repr=False)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[tuple[str, dict[str, str], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element: tuple[str, dict[str, str], list[str]] = (
            tag,
            {name: value or "" for name, value in attrs},
            [],
        )
        self.found.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index][0] == tag:
                del self.open[index:]
                return

    def handle_data(self, data: str) -> None:
        if not any(tag in _UNSEEN for tag, _attributes, _text in self.open):
            for _tag, _attributes, text in self.open:
                text.append(data)


def elements(html: str) -> tuple[Element, ...]:
    """Return the elements of a page in the order in which they begin; broken HTML is read as far as it goes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(
        Element(tag, attributes, " ".join("".join(text).split())) for tag, attributes, text in reader.found
    )


def written(html: str, *marks: str) -> str:
    """Return what is written in the first element that has one of these ids, classes or tags, in their order."""
    page = elements(html)
    for mark in marks:
        for element in page:
            names = {
                element.tag,
                element.attributes.get("id", ""),
                *element.attributes.get("class", "").split(),
            }
            if mark in names and element.text:
                return element.text
    return ""


def form(html: str, url: str, identifier: str) -> Form | None:
    """Return the form with this id on the page of this URL; None if it is not there."""
    page = elements(html)
    for at, element in enumerate(page):
        if element.tag == "form" and element.attributes.get("id") == identifier:
            end = next((n for n in range(at + 1, len(page)) if page[n].tag == "form"), len(page))
            fields = {
                each.attributes["name"]: each.attributes.get("value", "")
                for each in page[at + 1 : end]
                if each.tag == "input"
                and each.attributes.get("name")
                and each.attributes.get("type") not in {"checkbox", "radio", "submit", "button"}
            }
            return Form(urljoin(url, element.attributes.get("action", "")), fields)
    return None
