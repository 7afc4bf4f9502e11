from __future__ import annotations

import errno
import http.client
import pickle
import socket
import ssl

import pytest
import requests
import urllib3

from probes.outcomes import (
    CannotObserve,
    CannotResolve,
    Malformed,
    NetworkFailure,
    Refused,
    Reset,
    TimedOut,
    TlsFailed,
    Truncated,
    Unreachable,
    Unresolvable,
    classify,
)


def wrapped(inner: BaseException) -> list[BaseException]:
    """The ways in which libraries hide what a socket raised."""
    pool = urllib3.PoolManager().connection_from_url("http://127.0.0.1")
    by_cause = RuntimeError("it failed")
    by_cause.__cause__ = inner
    return [
        inner,
        by_cause,
        urllib3.exceptions.MaxRetryError(pool, "/", inner if isinstance(inner, Exception) else None),
        urllib3.exceptions.ProtocolError("aborted", inner),
        requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool, "/", by_cause)),
    ]


@pytest.mark.parametrize(
    ("raised", "outcome"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Refused()),
        (TimeoutError("timed out"), TimedOut()),
        (ConnectionResetError(errno.ECONNRESET, "reset"), Reset()),
        (BrokenPipeError(errno.EPIPE, "pipe"), Reset()),
        (OSError(errno.EHOSTUNREACH, "x"), Unreachable("No route to host")),
        (OSError(errno.ENETUNREACH, "x"), Unreachable("Network is unreachable")),
        (CannotResolve("a.example", "NXDOMAIN"), Unresolvable("a.example", "NXDOMAIN")),
        (socket.gaierror(-2, "Name or service not known"), Unresolvable("", "Name or service not known")),
        (http.client.RemoteDisconnected("gone"), Truncated("closed without an answer")),
        (http.client.IncompleteRead(b"ab", 10), Truncated()),
        (ssl.SSLEOFError(8, "eof"), Truncated()),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] x"), TlsFailed("('1', 'x')")),
        (http.client.BadStatusLine("hello"), Malformed("BadStatusLine: hello")),
    ],
)
def test_classifies_what_a_socket_raised_however_it_is_wrapped(
    raised: BaseException, outcome: NetworkFailure
) -> None:
    for error in wrapped(raised):
        found = classify(error)
        if isinstance(outcome, TlsFailed):
            assert isinstance(found, TlsFailed)
        else:
            assert found == outcome, error


def test_a_bug_is_not_taken_for_the_network_even_while_a_network_error_is_handled() -> None:
    def buggy() -> None:
        try:
            open_socket()
        except TimeoutError:
            raise KeyError("ours")  # noqa: B904 - exactly this case

    def open_socket() -> None:
        raise TimeoutError

    with pytest.raises(KeyError) as bug:
        buggy()
    assert classify(bug.value) is None
    assert classify(FileNotFoundError(errno.ENOENT, "ca.pem")) is None


def test_patience_does_not_count_in_a_comparison_but_is_said() -> None:
    assert TimedOut(5.0) == TimedOut()
    assert TimedOut(5.0) != Refused()
    assert str(TimedOut(5.0)) == "no answer within 5.0 s"
    assert str(classify(TimeoutError(), after=2.5)) == "no answer within 2.5 s"


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Refused(), "connection refused"),
        (Reset(), "connection reset"),
        (Unreachable("No route to host"), "unreachable: No route to host"),
        (Unresolvable("a.example", "NXDOMAIN"), "name 'a.example' does not resolve: NXDOMAIN"),
    ],
)
def test_outcomes_read_as_phrases(outcome: NetworkFailure, text: str) -> None:
    assert str(outcome) == text


def test_cannot_observe_compares_by_what_it_says_and_survives_pickling() -> None:
    one = CannotObserve("the nodes", "the workstation", "forbidden")
    assert one == CannotObserve("the nodes", "the workstation", "forbidden")
    assert one != CannotObserve("the nodes", "the VPS", "forbidden")
    assert len({one, CannotObserve(*one.args)}) == 1
    assert pickle.loads(pickle.dumps(one)) == one
    assert str(one) == "cannot observe the nodes from the workstation: forbidden"
