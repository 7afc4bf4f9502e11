"""Secrets do not get out: known values in every encoding, shapes that secrets have, and files at last."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import zipfile
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import redaction
from reports.redaction import WITHHELD, Redactor

NASTY = 'p@ss "wörd"\\<&>\'/+?=%20'
KEY = """\
-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
-----END PRIVATE KEY-----
"""
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIBszCCARwCCQ\n-----END CERTIFICATE-----\n"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"

ENCODINGS = {
    "raw": lambda value: value,
    "json": lambda value: json.dumps({"a": value}),
    "json, all characters": lambda value: json.dumps({"a": value}, ensure_ascii=False),
    "json in json": lambda value: json.dumps(json.dumps({"a": value})),
    "repr": lambda value: f"Login(password={value!r})",
    "html": html.escape,
    "xml text": lambda value: html.escape(value, quote=False),
    "url": quote,
    "url, no slash": lambda value: quote(value, safe=""),
    "form": quote_plus,
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 for urls": lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    "basic authentication": lambda value: base64.b64encode(f"admin:{value}".encode()).decode(),
    "inside something longer, one off": lambda value: base64.b64encode(f"x{value}yy".encode()).decode(),
    "inside something longer, two off": lambda value: base64.b64encode(f"xx{value}y".encode()).decode(),
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS.keys())
@pytest.mark.parametrize("secret", [NASTY, "correct-horse-battery-staple", "hunter2hunter2"])
def test_a_known_secret_is_taken_out_and_would_be_found(encode: Callable[[str], str], secret: str) -> None:
    redactor = Redactor([("vault password", secret)])
    said = f"before {encode(secret)} after"
    assert redactor.leaks(said.encode()) == ("vault password",)
    cleaned = redactor.text(said)
    assert "[redacted: vault password]" in cleaned
    assert redactor.leaks(cleaned.encode()) == ()
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")


@given(st.text(min_size=8, max_size=60), st.sampled_from(sorted(ENCODINGS)))
def test_no_secret_survives_any_encoding(secret: str, encoding: str) -> None:
    if not secret.strip() or len(secret.strip()) < redaction.STRONG:
        return
    redactor = Redactor([("s", secret)])
    said = redactor.text(ENCODINGS[encoding](secret))
    assert redactor.leaks(said.encode("utf-8", "backslashreplace")) == ()


def test_the_lines_of_a_key_are_secrets_too() -> None:
    redactor = Redactor([("sealing key", KEY)])
    indented = "".join(f"    {line}\n" for line in KEY.splitlines()[1:-1])
    assert "MIIEvQ" not in redactor.text(indented)
    assert "BKcwgg" not in redactor.text(indented)


def test_both_ends_of_a_long_secret_are_known() -> None:
    token = "a1b2c3d4e5f6g7h8i9j0" * 4
    said = Redactor([("token", token)]).text(f"{token[:30]}...{token[-30:]}")
    assert token[:24] not in said
    assert token[-24:] not in said


SHAPES = {
    "private key": (KEY, "MIIEvQ"),
    "private key, cut off": (KEY[:70], "MIIEvQ"),
    "private key in JSON": (json.dumps({"tls.key": KEY}), "MIIEvQ"),
    "private key in base64": (
        f"client-key: {base64.b64encode(KEY.encode()).decode()}",
        base64.b64encode(KEY.encode()).decode()[40:80],
    ),
    "JWT": (f"token is {JWT}!", "c2lnbmF0dXJl"),
    "authorization header": ("Authorization: Basic YWRtaW46c2VjcmV0", "YWRtaW46c2VjcmV0"),
    "authorization in a dict": ("{'Authorization': 'Bearer abc.def-123'}", "abc.def-123"),
    "bearer token": ("curl -H 'bearer s3cr3t-t0ken-value'", "s3cr3t-t0ken-value"),
    "kubeconfig": ("    client-key-data: LS0tLS1CRUdJTiBFQyBQUklWQVRF\n", "LS0tLS1CRUdJTiBFQyBQUklWQVRF"),
    "yaml password": ("user: x\n  password: hunter22\n", "hunter22"),
    "json password": ('{"password": "hunter22", "b": 1}', "hunter22"),
    "cookie": ("Set-Cookie: session=abcdef0123456789; Path=/", "abcdef0123456789"),
    "query": ("GET /cb?code=abc123&state=x", "abc123"),
    "url with a password": ("postgres://gitea:hunter22@db/gitea", "hunter22"),
    "vault token": ("token hvs.CAESIJ0123456789abcdefghij", "CAESIJ0123456789"),
}


@pytest.mark.parametrize(("said", "secret"), SHAPES.values(), ids=SHAPES.keys())
def test_the_shape_of_a_secret_is_enough(said: str, secret: str) -> None:
    cleaned = Redactor().text(said)
    assert secret not in cleaned
    assert "[redacted: " in cleaned
    assert Redactor().text(cleaned) == cleaned


ORDINARY = [
    CERTIFICATE,
    base64.b64encode(CERTIFICATE.encode()).decode(),
    "the bearer of bad news presents a bearer token",
    "authorization is by RBAC",
    "GET /healthz?verbose=1",
    "10.0.3.1:6443 answered in 0.02 s",
    "the private key is on the machine",
    "https://git.test-cluster.agentydragon.com/user",
]


@pytest.mark.parametrize("said", ORDINARY)
def test_ordinary_text_stays(said: str) -> None:
    assert Redactor([("s", "correct-horse")]).text(said) == said


def test_redaction_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    redactor = Redactor([("s", "correct-horse")])

    def broken(_: object) -> None:
        raise RuntimeError("correct-horse")

    # Only here: what the terminal is told of this test is cleaned by the same function.
    with monkeypatch.context() as patched:
        patched.setattr(redaction.words, "clean", broken)
        assert redactor.text("correct-horse") == WITHHELD


def test_a_text_that_was_cleaned_before_is_asked_for_a_secret_that_becomes_known() -> None:
    redactor = Redactor([("s", "correct-horse")])
    said = "correct-horse battery-staple pin 1234"
    assert redactor.text(said) == "[redacted: s] battery-staple pin 1234"
    redactor.know("t", "battery-staple")
    assert redactor.text(said) == "[redacted: s] [redacted: t] pin 1234"
    redactor.know("w", "1234")
    assert redactor.text(said) == "[redacted: s] [redacted: t] pin [redacted: w]"


def test_only_the_secrets_since_are_looked_for() -> None:
    redactor = Redactor([("s", "correct-horse")])
    since = redactor.generation
    redactor.know("t", "battery-staple")
    assert redactor.leaks(b"correct-horse YmF0dGVyeS1zdGFwbGU=", since) == ("t",)
    assert not redactor.concerned(b"correct-horse", since)
    assert redactor.concerned(b"battery-staple", since)


def test_a_short_secret_is_taken_out_as_a_word_and_named_as_weak() -> None:
    redactor = Redactor([("router", "1234")])
    assert redactor.text("pin 1234, serial 99123400") == "pin [redacted: router], serial 99123400"
    assert redactor.weak == ("router",)
    assert redactor.leaks(b"1234") == ()


def test_an_empty_secret_is_none() -> None:
    redactor = Redactor([("a", ""), ("b", " \n")])
    assert redactor.text("a b c") == "a b c"
    assert redactor.weak == ()


def test_the_redactor_does_not_show_what_it_knows() -> None:
    assert repr(Redactor([("s", "correct-horse")])) == "Redactor(knows 1 secrets)"


def test_a_secret_hidden_by_control_characters_or_colours_is_found() -> None:
    redactor = Redactor([("s", "correct-horse")])
    assert "horse" not in redactor.text("\x1b[31mcorrect-\x1b[0mhorse")


def test_archives_are_looked_into() -> None:
    redactor = Redactor([("s", "correct-horse")])
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("trace.txt", "x" * 500 + "correct-horse")
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", inner.getvalue())
    assert redactor.leaks_packed(outer.getvalue()) == ("s",)
    assert redactor.leaks_packed(gzip.compress(b"xx correct-horse")) == ("s",)
    assert redactor.leaks_packed(gzip.compress(b"nothing")) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 broken",
        gzip.compress(b"x")[:-4],
        gzip.compress(b"\0" * (65 * 1024 * 1024)),
        gzip.compress(b"x") * 2,
    ],
    ids=["broken", "cut short", "a bomb", "two in one"],
)
def test_an_archive_that_cannot_be_checked_is_no_evidence(content: bytes) -> None:
    assert Redactor().leaks_packed(content) == ("an archive that could not be checked",)


def test_a_private_key_in_a_file_is_found_but_its_name_is_not_a_key() -> None:
    assert Redactor().leaks(KEY.encode()) == ("private key",)
    assert Redactor().leaks(json.dumps(KEY).encode()) == ("private key",)
    assert Redactor().leaks(b"found -----BEGIN PRIVATE KEY----- in the file") == ()
