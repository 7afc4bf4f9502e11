from __future__ import annotations

import json
from pathlib import Path

import pytest

from probes import etcd
from probes.outcomes import Malformed, Refused, TimedOut
from probes.vantage import LocalVantage
from tests.unit.probes.servers import WebServer

# As etcd's HTTP gateway prints it: 64-bit numbers are texts, and what is false or empty is left out.
MEMBERS = {
    "header": {"cluster_id": "17237436991929493444", "member_id": "9372538179322589801", "raft_term": "2"},
    "members": [
        {
            "ID": "10501334649042878790",
            "name": "controlplane1",
            "peerURLs": ["https://10.0.1.2:2380"],
            "clientURLs": ["https://10.0.1.2:2379"],
        },
        {
            "ID": "9372538179322589801",
            "name": "controlplane0",
            "peerURLs": ["https://10.0.1.1:2380"],
            "clientURLs": ["https://10.0.1.1:2379"],
        },
        {"ID": "18249187646912138824", "peerURLs": ["https://10.0.1.3:2380"], "isLearner": True},
    ],
}
STATUS = {
    "header": {"cluster_id": "17237436991929493444", "member_id": "9372538179322589801", "raft_term": "2"},
    "version": "3.7.3",
    "dbSize": "20480",
    "leader": "9372538179322589801",
    "raftIndex": "8",
    "raftTerm": "2",
}


@pytest.fixture
def certs(tmp_path: Path) -> etcd.Certificates:
    found = etcd.Certificates(tmp_path / "ca.crt", tmp_path / "client.crt", tmp_path / "client.key")
    for file in (found.ca, found.cert, found.key):
        file.touch()  # requests wants them to be there, and does not read them for plain HTTP
    return found


def test_lists_the_members_by_name(here: LocalVantage, web: WebServer, certs: etcd.Certificates) -> None:
    web.replies["/v3/cluster/member/list"] = (200, MEMBERS)
    found = etcd.members(here, web.url, certs)
    assert isinstance(found, tuple)
    assert [member.name for member in found] == ["", "controlplane0", "controlplane1"]
    assert found[1] == etcd.Member(
        "8211f1d0f64f3269", "controlplane0", ("https://10.0.1.1:2380",), ("https://10.0.1.1:2379",)
    )
    assert str(found[0]) == "(not started) at https://10.0.1.3:2380 (learner)"
    assert json.loads(web.asked[0][3]) == {"linearizable": True}


def test_tells_the_state_of_a_member(here: LocalVantage, web: WebServer, certs: etcd.Certificates) -> None:
    web.replies["/v3/maintenance/status"] = (200, STATUS)
    found = etcd.status(here, web.url, certs)
    assert found == etcd.Status("8211f1d0f64f3269", "8211f1d0f64f3269", "3.7.3")
    assert str(found) == "8211f1d0f64f3269 leads, etcd 3.7.3"
    web.replies["/v3/maintenance/status"] = (
        200,
        {**STATUS, "leader": "0", "errors": ["etcdserver: no leader"]},
    )
    found = etcd.status(here, web.url, certs)
    assert str(found) == "8211f1d0f64f3269 knows no leader, etcd 3.7.3, errors: etcdserver: no leader"


def test_without_a_quorum_it_refuses(here: LocalVantage, web: WebServer, certs: etcd.Certificates) -> None:
    web.replies["/v3/cluster/member/list"] = (
        503,
        {"code": 14, "message": "etcdserver: request timed out", "details": []},
    )
    assert etcd.members(here, web.url, certs) == etcd.EtcdRefused(503, "etcdserver: request timed out")


def test_other_failures(here: LocalVantage, web: WebServer, certs: etcd.Certificates) -> None:
    assert etcd.members(here, "http://127.0.0.1:1", certs) == Refused()
    web.replies["/v3/cluster/member/list"] = (200, b"<html>")
    assert isinstance(etcd.members(here, web.url, certs), Malformed)
    assert etcd.EtcdRefused(503, "x") != TimedOut()
