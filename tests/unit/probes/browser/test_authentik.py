"""Authentik's pages as its source makes them, reduced to what a person uses: stages with a shadow tree each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from probes.browser.outcomes import Refused, SignedIn, Stuck
from probes.browser.providers import authentik
from probes.browser.session import Browser, Visitor
from tests.unit.probes.browser.places import World, site

FLOW = """<title>authentik</title><ak-flow-executor></ak-flow-executor><script>
const stages = %s, together = %s, known = {};
let at = 0;
function stage(name, inner) { customElements.define(name, class extends HTMLElement {
    connectedCallback() {
        const root = this.attachShadow({mode: "open"});
        root.innerHTML = `<form>${inner}<button type="submit">Continue</button></form>`;
        root.querySelector("form").onsubmit = event => { event.preventDefault(); next(root); };
    } }); }
const password = '<input name="password" type="password">';
stage("ak-stage-identification", '<input name="uidField">' + (together ? password : ""));
stage("ak-stage-password", '<div><div class="pf-m-error" hidden>Invalid password</div></div>' + password);
stage("ak-stage-consent", "<p>Allow</p>");
customElements.define("ak-stage-access-denied", class extends HTMLElement {
    connectedCallback() { this.attachShadow({mode: "open"}).innerHTML =
        '<div class="pf-c-login__main-body"><p>Request has been denied.</p><p>Not in the group</p></div>'; } });
customElements.define("ak-flow-executor", class extends HTMLElement {
    connectedCallback() { this.attachShadow({mode: "open"}); show(this.shadowRoot, 0); } });
function show(root, which) { at = which; root.innerHTML = `<${stages[which]}></${stages[which]}>`; }
function next(root) {
    for (const input of root.querySelectorAll("input")) known[input.name] = input.value;
    const wrong = root.querySelector(".pf-m-error");
    if (wrong && known.password !== "right") { setTimeout(() => wrong.hidden = false, 100); return; }
    setTimeout(() => {
        if (at + 1 < stages.length) show(document.querySelector("ak-flow-executor").shadowRoot, at + 1);
        else location.href = "http://git.example/user/oauth2/identity/callback?code=1";
    }, 300);
}
</script>"""
BOTH = '["ak-stage-identification", "ak-stage-password"]'


@contextmanager
def flow(browser: Browser, stages: str, *, together: bool = False) -> Iterator[Visitor]:
    def answer(_method: str, path: str, _body: str) -> tuple[int, Mapping[str, str], str]:
        made = FLOW % (stages, str(together).lower())
        return 200, {}, made if path.startswith("/if/flow/") else "<title>Gitea</title>"

    with site(answer) as port, browser.visitor(World({"auth.example": port, "git.example": port})) as visitor:
        visitor.open("http://auth.example/if/flow/default-authentication-flow/?next=%2F")
        yield visitor


def test_name_and_password_on_two_stages(browser: Browser) -> None:
    with flow(browser, BOTH) as visitor:
        assert authentik.asks(visitor.page)
        assert authentik.sign_in(visitor.page, "ada", "right") == SignedIn(asked=True)
        assert visitor.page.url.startswith("http://git.example/")


def test_name_and_password_on_one_stage_and_a_consent(browser: Browser) -> None:
    with flow(browser, '["ak-stage-identification", "ak-stage-consent"]', together=True) as visitor:
        assert authentik.sign_in(visitor.page, "ada", "right") == SignedIn(asked=True)


@pytest.mark.parametrize(
    ("stages", "password", "message"),
    [
        (BOTH, "wrong", "Invalid password"),
        (
            '["ak-stage-identification", "ak-stage-password", "ak-stage-access-denied"]',
            "right",
            "Request has been denied. Not in the group",
        ),
    ],
)
def test_a_refusal_is_told_in_its_own_words(
    browser: Browser, stages: str, password: str, message: str
) -> None:
    with flow(browser, stages) as visitor:
        refused = authentik.sign_in(visitor.page, "ada", password)
    assert isinstance(refused, Refused)
    assert " ".join(refused.message.split()) == message


def test_a_stage_that_nobody_knows_leads_nowhere(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentik, "SECONDS", 2.0)
    with flow(browser, '["ak-stage-identification", "ak-stage-captcha"]') as visitor:
        assert isinstance(authentik.sign_in(visitor.page, "ada", "right"), Stuck)


def test_whom_the_provider_still_knows_it_does_not_ask(browser: Browser) -> None:
    with flow(browser, BOTH) as visitor:
        visitor.open("http://git.example/")
        assert authentik.sign_in(visitor.page, "ada", "right") == SignedIn(asked=False)
        assert not authentik.asks(visitor.page)
