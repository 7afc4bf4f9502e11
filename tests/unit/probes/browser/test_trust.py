from __future__ import annotations

from pathlib import Path

import pytest

from probes.browser.session import Browser, Visit
from probes.outcomes import Unresolvable, Untrusted
from tests.unit.probes.browser.places import World, site
from tests.unit.probes.servers import Authority


def page(method: str, path: str, body: str) -> tuple[int, dict[str, str], str]:
    return 200, {}, f"<title>{method} {path}</title><p>here{body}"


def test_a_site_with_a_certificate_of_the_trusted_authority_is_opened(
    browser: Browser, authority: Authority
) -> None:
    with site(page, authority.server("git.example")) as port:
        world = World({"git.example": port})
        with browser.visitor(world) as visitor:
            seen = visitor.open("https://git.example/a?code=secret")
    assert seen == Visit("https://git.example/a", status=200)
    assert isinstance(seen, Visit)
    assert seen.text == "here"
    assert ("git.example", 443) in world.dialled


def test_a_site_with_another_root_is_refused(browser: Browser, tmp_path: Path) -> None:
    theirs = Authority.made(tmp_path, "theirs")
    with (
        site(page, theirs.server("git.example")) as port,
        browser.visitor(World({"git.example": port})) as visitor,
    ):
        assert visitor.open("https://git.example/") == Untrusted("ERR_CERT_AUTHORITY_INVALID")


@pytest.mark.parametrize(
    ("names", "days", "why"),
    [
        (("git.example",), -1, "ERR_CERT_DATE_INVALID"),
        (("other.example",), 5, "ERR_CERT_COMMON_NAME_INVALID"),
    ],
)
def test_so_is_one_whose_certificate_is_over_or_another_s(
    browser: Browser, authority: Authority, names: tuple[str, ...], days: int, why: str
) -> None:
    with (
        site(page, authority.server(*names, days=days)) as port,
        browser.visitor(World({"git.example": port})) as visitor,
    ):
        assert visitor.open("https://git.example/") == Untrusted(why)


def test_what_the_browser_trusts_by_itself_is_not_enough(
    browser: Browser, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if Chromium had been made with our authority in it, while the inventory names another one.
    monkeypatch.setattr(browser, "roots", Authority.made(tmp_path, "another").file)
    with (
        site(page, authority.server("git.example")) as port,
        browser.visitor(World({"git.example": port})) as visitor,
    ):
        seen = visitor.open("https://git.example/")
    assert isinstance(seen, Untrusted)
    assert "self-signed certificate" in seen.reason or "unable to get" in seen.reason


@pytest.mark.parametrize("host", ["nowhere.example", "127.0.0.1", "localhost"])
def test_names_are_those_of_the_vantage_point_and_of_nobody_else(browser: Browser, host: str) -> None:
    with site(page) as port, browser.visitor(World({"a.example": port})) as visitor:
        assert visitor.open(f"http://{host}/") == Unresolvable(host, "no such host")


def test_two_visitors_know_nothing_of_each_other(browser: Browser) -> None:
    def answer(_method: str, _path: str, _body: str) -> tuple[int, dict[str, str], str]:
        return 200, {"Set-Cookie": f"session={'a' * 30}; HttpOnly"}, "<p>here"

    with site(answer) as port:
        world = World({"a.example": port})
        with browser.visitor(world) as one, browser.visitor(world) as other:
            one.open("http://a.example/")
            assert list(one.secrets()) == [("the cookie session", "a" * 30)]
            assert list(other.secrets()) == []
