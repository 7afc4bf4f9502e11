from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from probes import http
from probes.outcomes import Malformed, Refused, TimedOut, TlsFailed, Truncated, Untrusted
from probes.vantage import LocalVantage
from tests.unit.probes.servers import Authority, Talk, WebServer


def test_returns_the_answer_whatever_its_status(here: LocalVantage, web: WebServer) -> None:
    web.replies["/"] = (503, b"not yet")
    answer = http.get(here, web.url + "/")
    assert answer == http.Response(503, {}, b"not yet", 0.0, f"127.0.0.1:{web.port}")
    assert isinstance(answer, http.Response)
    assert answer.headers["content-length"] == "7"
    assert str(answer) == f"HTTP 503 from 127.0.0.1:{web.port}: 'not yet'"


def test_does_not_follow_redirects_or_proxies_of_the_environment(
    here: LocalVantage, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    web.replies["/"] = (302, b"")
    answer = http.get(here, web.url + "/", headers={"X-Asked": "yes"})
    assert isinstance(answer, http.Response)
    assert answer.status == 302
    assert [asked[2]["X-Asked"] for asked in web.asked] == ["yes"]


def test_a_session_posts_and_keeps_cookies(here: LocalVantage, web: WebServer) -> None:
    web.replies["/json"] = (200, {"a": 1})
    with http.session(here) as session:
        assert session.post(web.url + "/json", data=b"sent").json() == {"a": 1}
    assert web.asked[0][3] == b"sent"


def test_an_answer_that_is_cut_off_is_truncated(here: LocalVantage, web: WebServer) -> None:
    web.replies["/"] = (200, b"half <cut>")
    assert http.get(here, web.url + "/") == Truncated()


def test_other_failures(here: LocalVantage, talking: Callable[[Talk], int]) -> None:
    assert http.get(here, "http://127.0.0.1:1/") == Refused()
    port = talking(
        lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n" + connection.recv(999)[:0])
    )
    found = http.get(here, f"http://127.0.0.1:{port}/")
    assert isinstance(found, Malformed)
    assert "SSH-2.0" in str(found)
    assert isinstance(http.get(here, f"https://127.0.0.1:{port}/"), TlsFailed)


def test_a_silent_server_and_one_that_drips_both_time_out(
    here: LocalVantage, talking: Callable[[Talk], int]
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(999)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        connection.settimeout(0.05)
        for _ in range(100):
            connection.sendall(b"X-Wait: 1\r\n")
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                pass

    began = time.monotonic()
    assert (
        http.get(here, f"http://127.0.0.1:{talking(lambda c: c.recv(999) and c.recv(1))}/", timeout=0.3)
        == TimedOut()
    )
    assert http.get(here, f"http://127.0.0.1:{talking(drip)}/", timeout=0.3) == TimedOut()
    assert time.monotonic() - began < 5


def test_a_broken_request_is_our_bug_and_not_an_outcome(here: LocalVantage) -> None:
    with pytest.raises(requests.RequestException):
        http.get(here, "gopher://127.0.0.1/")


def test_trust(here: LocalVantage, talking: Callable[[Talk], int], tmp_path: Path) -> None:
    ours, other = Authority.made(tmp_path, "ours"), Authority.made(tmp_path, "other")
    context = ours.server("127.0.0.1")

    def talk(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(999)
                secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except (ssl.SSLError, OSError):
            pass  # the client did not like the certificate

    url = f"https://127.0.0.1:{talking(talk)}/"
    found = http.get(here, url, verify=ours.file)
    assert isinstance(found, http.Response)
    assert found.body == b"ok"
    assert http.get(here, url, verify=other.file) == Untrusted("self-signed certificate in certificate chain")
    assert isinstance(http.get(here, url), Untrusted)
    assert isinstance(http.get(here, url, verify=False), http.Response)
