from __future__ import annotations

from probes import published
from probes.published import Host, Mark
from probes.transfer import Record

TEXT = '"heritage=external-dns,external-dns/owner=us,external-dns/resource=ingress/shop/web"'


def txt(name: str, data: str = TEXT) -> Record:
    return Record(name, "TXT", 300, data)


def test_reads_the_marks_of_external_dns_and_no_other_text() -> None:
    records = [
        txt("a-www.example."),
        txt("www.example."),
        txt("spf.example.", '"v=spf1 -all"'),
        txt("other.example.", '"heritage=terraform,external-dns/owner=us"'),
        Record("www.example.", "A", 300, "192.0.2.1"),
    ]
    assert published.marks(records) == (
        Mark("a-www.example.", "us", "ingress/shop/web"),
        Mark("www.example.", "us", "ingress/shop/web"),
    )


def test_a_mark_speaks_of_one_host_whatever_its_type() -> None:
    mark = Mark("a-www.example.", "us", "ingress/shop/web")
    assert mark.is_for("www.example")
    assert mark.is_for("a-www.example")  # the plain form of a name that begins so
    assert not mark.is_for("ww.example")
    assert str(mark) == "a-www.example. belongs to us, for ingress/shop/web"


def test_a_host_knows_its_own_mark() -> None:
    host = Host("www.example", "shop", "web")
    assert host.marked_by(Mark("a-www.example.", "us", "ingress/shop/web"))
    assert not host.marked_by(Mark("a-www.example.", "us", "ingress/shop/other"))
    assert not host.marked_by(Mark("a-ftp.example.", "us", "ingress/shop/web"))
    assert str(host) == "www.example of Ingress shop/web"
