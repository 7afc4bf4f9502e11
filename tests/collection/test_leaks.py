"""Secrets do not get out of a run: none of those that were seeded is in anything that it leaves behind or prints.

The oracle is no part of the reports: it undoes every encoding by brute force, and knows nothing of their nets.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from reports import store
from reports.redaction import Redactor
from tests.collection.conftest import FEATURE, Suite
from tests.unit.reports.made import picture

KNOWN = {
    "password": "Plain-canary/pass+word=17&ä",
    "client secret": "canaryClientSecret0123456789abcdefXYZ",
    "session cookie": "canary.cookie~5e55ion-c00kie-value",
    "token": "canary-token-0pqrstuvwxyz",
}
"""Seeded as secrets of the run: whatever is done to them, they must not be seen again."""
UNKNOWN = {
    "cookie": "unheardCookieValue01",
    "second cookie": "unheardCookieValue02",
    "basic": "unheardBasicCredential03",
    "password": "unheard password of 04",
    "code": "unheardCode-05",
    "vault": "hvs.unheardVaultToken06abcdefghijkl",
    "openbao": "s.unheardOpenBaoToken07abc",
    "synapse": "syt_dW5oZWFyZA_unheardSynapse08_0aBcDe",
    "data": "unheardDataOfSecret09",
    "field": "unheardFieldOfForm10",
    "claim": "unheardClaim11",
}
"""Nobody has said that these are secrets: their shape, or what stands beside them, says it."""
STEPS = """\
import base64, io, json, logging, sys, warnings, zipfile
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from provisioning.secret import Secret
from probes.http import Response
from probes.outcomes import CannotObserve, Malformed

scenarios("water/kettle.feature")
KNOWN = json.loads({known!r})
U = UNKNOWN = json.loads({unknown!r})
PICTURE = base64.b64decode({picture!r})


def forms(value):
    raw = value.encode()
    once = quote(value, safe="")
    yield from (value, once, quote(once, safe=""), quote(quote(once, safe=""), safe=""), quote_plus(value))
    yield "".join(f"%{{each:02x}}" for each in raw)
    yield "".join(f"\\\\u{{ord(each):04x}}" for each in value)
    yield "".join(f"&#{{ord(each)}};" for each in value)
    yield json.dumps(value)
    yield json.dumps(json.dumps(value))
    for ahead in ("", "x", "xy"):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode((ahead + value + "z").encode()).decode()
            yield encode((ahead + once + "z").encode()).decode().rstrip("=")
    yield base64.b64encode(base64.b64encode(b"u:" + raw)).decode()
    yield quote(base64.b64encode(b"u:" + raw).decode(), safe="")
    yield base64.b64encode(json.dumps({{"p": value}}).encode()).decode()


def jwt(claim):
    def part(each):
        return base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=")
    return ".".join((part({{"alg": "RS256"}}), part({{"sub": "alice", "claim": claim}}), "c2lnbmF0dXJl"))


def everything():
    lines = [f"{{number}}. here {{form}} there" for value in KNOWN.values() for number, form in enumerate(forms(value))]
    lines += [f"a token {{jwt(value)}} of somebody" for value in KNOWN.values()]
    lines += [f"https://x.example/cb?state=1&x={{quote(jwt(value), safe='')}}" for value in KNOWN.values()]
    return "\\n".join([*lines,
        f"Cookie: a={{U['cookie']}}; b={{U['second cookie']}}",
        f"Set-Cookie: KC_RESTART={{U['cookie']}}; Path=/; HttpOnly",
        f"headers [('Cookie', 'AUTH_SESSION_ID={{U['cookie']}}; i_like_gitea={{U['second cookie']}}')]",
        f"KEYCLOAK_IDENTITY={{U['cookie']}}",
        f"Authorization: Basic {{base64.b64encode(('admin:' + U['basic']).encode()).decode()}}",
        f"X-Vault-Token: {{U['vault']}}", f"said {{U['openbao']}} and {{U['synapse']}}",
        f"  password: {{U['basic']}}", f'{{{{"password": "{{U["password"]}}"}}}}',
        f'{{{{"client_secret": "{{U["basic"]}}"}}}}',
        f"Person(username='a', password='{{U['password']}}')",
        f"GET /cb?code={{U['code']}}&state=1", f"redirect=https%3A%2F%2Fx%2Fcb%3Fcode%3D{{U['code']}}%26state%3D1",
        f"grant_type=x&client_secret={{U['basic']}}&code_verifier={{U['code']}}",
        f"token {{jwt(U['claim'])}}",
    ])


def kubectl():
    data = base64.b64encode(UNKNOWN["data"].encode()).decode()
    known = base64.b64encode(KNOWN["client secret"].encode()).decode()
    return (
        "apiVersion: v1\\ndata:\\n  key: " + data + "\\n  other: " + known
        + "\\nkind: Secret\\nmetadata:\\n  name: x\\n"
        "  annotations:\\n    last-applied: |\\n      "
        + json.dumps({{"kind": "Secret", "data": {{"a": data}}, "stringData": {{"b": UNKNOWN["data"]}}}})
    )


def page():
    return (
        "<html><body><form action='/login?session_code=" + UNKNOWN["code"] + "&amp;execution=1'>"
        f"<input type='password' name='password' value='{{UNKNOWN['field']}}'>"
        f'<input name="_csrf" type="hidden" value="{{UNKNOWN["field"]}}"><input name=user value=alice>'
        + everything() + "</form></body></html>"
    )


def har():
    return {{"log": {{"entries": [{{
        "request": {{
            "url": f"https://x.example/cb?code={{U['code']}}",
            "headers": [{{"name": "Cookie", "value": f"zzz={{U['cookie']}}"}}, {{"name": "Accept", "value": "*/*"}}],
            "cookies": [{{"name": "strange", "value": U["cookie"], "expires": -1, "httpOnly": True}}],
            "postData": {{"text": f"username=a&password={{quote_plus(U['password'])}}",
                          "params": [{{"name": "password", "value": U["password"]}}]}},
        }},
        "response": {{"headers": [{{"name": "set-cookie", "value": f"odd={{U['cookie']}}; Path=/"}}],
                      "content": {{"text": everything()}}}},
        "storage": {{"mx_access_token": U["synapse"], "id_token": jwt(U["claim"])}},
    }}]}}}}


def trace():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [json.dumps(har()), json.dumps({{"type": "fill", "value": KNOWN["password"], "name": "x"}}), "", "{{"]
        archive.writestr("trace.trace", "\\n".join(lines))
        archive.writestr("trace.network", json.dumps(har()))
        archive.writestr("resources/page.html", page())
        archive.writestr("resources/shot.png", PICTURE)
        archive.writestr("resources/" + KNOWN["token"] + ".bin", b"\\x00\\xff" + KNOWN["token"].encode())
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as deeper:
            deeper.writestr("x", everything())
        archive.writestr("inner.zip", inner.getvalue())
    return made.getvalue()


def chained():
    try:
        try:
            raise OSError(everything())
        except OSError as inner:
            error = RuntimeError(f"outer {{KNOWN['password']}}")
            error.add_note(f"note: {{jwt(KNOWN['token'])}} Cookie: a={{UNKNOWN['cookie']}}")
            raise error from inner
    except RuntimeError as outer:
        raise KeyError(KNOWN["client secret"]) from outer


class Terse(list):
    # pytest breaks a long repr of locals over lines in the middle of words, where no net sees them.
    def __repr__(self):
        return "facts"


def fact():
    headers = {{"set-cookie": f"odd={{U['cookie']}}", "x-vault-token": U["vault"], KNOWN["token"]: "of a key"}}
    deep = {{"entries": [har(), kubectl(), {{"password": U["password"], "code_verifier": U["code"]}}]}}
    return Terse([Response(200, headers), Malformed(everything()), Malformed(page()), deep])


def look():
    raise CannotObserve("the kettle", "the kitchen", everything() + kubectl())


@pytest.fixture
def untidy():
    yield
    raise OSError(f"not removed: {{KNOWN['token']}}")


@given("a kettle", target_fixture="kettle")
def kettle(target, know):
    secrets = [Secret(name, value) for name, value in KNOWN.items() if name != "session cookie"]
    know("session cookie", KNOWN["session cookie"])
    return secrets


@when(parsers.parse("it is filled with {{what}}"))
def filled(kettle, what, observed, attach):
    print(everything())
    print(everything(), file=sys.stderr)
    logging.getLogger("kettle").error("it said %s", everything())
    observed("everything", everything())
    observed("the secrets", kettle)
    observed("kubectl", kubectl())
    observed("the facts", fact())
    attach("log", everything())
    attach("page.html", page(), "text/html")
    attach("traffic.har", json.dumps(har()), "application/json")
    attach("secret.yaml", kubectl(), "application/yaml")
    attach("trace.zip", trace(), "application/zip")
    attach("shot.png", PICTURE, "image/png")
    attach("core", b"\\x00" + KNOWN["token"].encode(), "application/octet-stream")
    attach(f"named {{KNOWN['password']}}", "small")


@then("it leaks")
def leaks(kettle):
    assert kettle == everything(), page()


@then("it breaks")
def breaks(kettle, untidy):
    assert chained()


@then("it is not seen")
def unseen(kettle):
    assert look()


@then("it waits")
def waits(kettle, eventually):
    eventually(fact, lambda seen: False, expected=f"no {{KNOWN['password']}}", patience="quick")
"""
ENDS = ("it leaks", "it breaks", "it is not seen", "it waits")
SCENARIOS = "".join(
    f"\n  Scenario: Number {number}\n    Given a kettle\n    When it is filled with water\n    Then {end}\n"
    for number, end in enumerate(ENDS)
)


def photographed() -> bytes:
    """A PNG with words about itself, packed and not."""
    import struct  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    words = KNOWN["password"].encode("utf-8")
    end = picture().index(b"IEND") - 4
    told = chunk(b"tEXt", b"Comment\0" + words) + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(words))
    return picture()[:end] + told + picture()[end:]


def leak(suite: Suite) -> None:
    feature = FEATURE[: FEATURE.index("  Scenario")] + SCENARIOS
    values = {
        "known": json.dumps(KNOWN),
        "unknown": json.dumps(UNKNOWN),
        "picture": base64.b64encode(photographed()).decode(),
    }
    suite.add("water/kettle", feature, STEPS.format(**values))


_PICTURE_DATA = re.compile(rb"data:image/png;base64,[A-Za-z0-9+/=]+")


def meanings(content: bytes, depth: int = 4) -> Iterator[bytes]:
    """What bytes can mean: brute force, each encoding undone wherever it could begin."""
    yield content
    if depth == 0:
        return
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from meanings(name.encode() + b"\n" + archive.read(name), depth - 1)
                yield from meanings(archive.read(name), depth - 1)
        return
    text = content.decode("utf-8", "surrogateescape")
    plain = unquote_to_bytes(content)
    entities = html.unescape(text).encode("utf-8", "surrogateescape")
    escapes = re.sub(
        r"\\+u([0-9a-f]{4})",
        lambda found: chr(int(found[1], 16)),
        text.replace('\\"', '"').replace("\\/", "/"),
    )
    for each in (plain, entities, escapes.encode("utf-8", "surrogatepass")):
        if each != content:
            yield from meanings(each, depth - 1)
    for run in re.findall(rb"[A-Za-z0-9+/_-]{10,}", content):
        letters = run.replace(b"-", b"+").replace(b"_", b"/")
        for begin in range(4):
            whole = letters[begin : len(letters) - ((len(letters) - begin) % 4 == 1)]
            decoded = base64.b64decode(whole + b"=" * (-len(whole) % 4))
            # Only what could be words is looked into further.
            yield decoded
            if re.search(rb"[ -~]{10,}", decoded):
                yield from meanings(decoded, min(depth - 1, 1))


def found(content: bytes) -> set[str]:
    """Names of the canaries that these bytes mean."""
    canaries = {**{f"known {name}": value for name, value in KNOWN.items()}, **UNKNOWN}
    said = b"\0".join(dict.fromkeys(meanings(content)))
    return {name for name, value in canaries.items() if value.encode() in said}


def told(suite: Suite, result: pytest.RunResult, *more: Path) -> dict[str, bytes]:
    """Everything that the run left or printed."""
    files = [each for each in (suite.root / "reports/out").rglob("*") if each.is_file()]
    kept = {str(each.relative_to(suite.root)): each.read_bytes() for each in (*files, *more)}
    assert {"index.html", "results.json", "junit.xml", "cucumber.json", "run.json"} <= {
        each.name for each in files
    }
    return {
        **kept,
        "its output": result.stdout.str().encode(),
        "its errors": result.stderr.str().encode(),
    }


def test_the_oracle_sees_what_is_seeded() -> None:
    text = " ".join(
        base64.b64encode(f"x{value}".encode()).decode() for value in [*KNOWN.values(), *UNKNOWN.values()]
    )
    assert found(text.encode()) == {*(f"known {name}" for name in KNOWN), *UNKNOWN}


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_no_secret_is_in_anything_that_a_run_leaves_or_prints(suite: Suite, workers: tuple[str, ...]) -> None:
    leak(suite)
    junit, page = suite.root / "pytest.xml", suite.root / "pytest.html"
    result = suite.run_alone(
        "-vv", "-rA", "--showlocals", "--tb=long", f"--junitxml={junit}", f"--html={page}", *workers
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    kept = told(suite, result, junit, page)
    assert {name: names for name, content in kept.items() if (names := found(content))} == {}
    # It is told all the same: what was seen, less the secrets.
    record: dict[str, Any] = suite.record()
    assert [each["verdict"] for each in record["scenarios"]] == ["fail", "unknown", "unknown", "fail"]
    assert all("[redacted: " in each["reason"] for each in record["scenarios"][:3]), record["scenarios"]
    facts = [each["fact"] for step in record["scenarios"][0]["steps"] for each in step["observations"]]
    assert [each["type"] for each in facts[-1][:3]] == [
        "probes.http.Response",
        *["probes.outcomes.Malformed"] * 2,
    ]
    assert record["scenarios"][3]["steps"][-1]["fact"] == facts[-1]
    names = [each["name"] for step in record["scenarios"][0]["steps"] for each in step["attachments"]]
    assert names[:7] == ["log", "page.html", "traffic.har", "secret.yaml", "trace.zip", "shot.png", "core"]
    archives = list(suite.root.glob("reports/out/runs/*/evidence/*/*.zip"))
    assert len(archives) == len(ENDS)
    with zipfile.ZipFile(archives[0]) as archive:
        assert json.loads(archive.read("trace.network"))["log"]["entries"][0]["request"]["headers"][1] == {
            "name": "Accept",
            "value": "*/*",
        }


def test_a_file_that_still_holds_a_secret_is_not_written_and_the_run_is_red(suite: Suite) -> None:
    suite.add("water/kettle")
    suite.write(
        "steps/water/conftest.py",
        f"""\
        import pytest
        from provisioning.secret import Secret
        from reports import html, publish

        KEPT = Secret("canary", {KNOWN["token"]!r})


        @pytest.fixture(autouse=True)
        def careless(monkeypatch):
            real = publish.DOCUMENTS["index.html"]
            publish.DOCUMENTS["index.html"] = lambda *given: real(*given) + {KNOWN["token"]!r}
        """,
    )
    result = suite.run_alone()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert suite.verdicts() == {"It is hot": "pass"}
    assert "the secret canary was found in it" in result.stdout.str()
    assert {name: names for name, content in told(suite, result).items() if (names := found(content))} == {}


@pytest.mark.parametrize("secret", KNOWN.values(), ids=KNOWN)
def test_the_writer_refuses_what_holds_a_secret_in_whatever_form(tmp_path: Path, secret: str) -> None:
    redactor = Redactor([("canary", secret)])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", f"{'x' * 99}{secret}")
    twice = base64.b64encode(base64.urlsafe_b64encode(f"a{secret}b".encode()))
    escaped = "".join(f"%{each:02X}" for each in secret.encode()).replace("%", "%25").encode()
    for number, content in enumerate((secret.encode(), twice, escaped, packed.getvalue())):
        file = tmp_path / f"{number}.json"
        file.write_text("of the run before")
        with pytest.raises(store.SecretFound, match="canary"):
            store.write(file, content, redactor, lambda: ["a scenario"])
        assert not file.exists(), "an older one would be taken for this run's"
