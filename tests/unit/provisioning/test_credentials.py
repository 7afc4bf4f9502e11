"""Secrets and where they are kept."""

import copy
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from inventory import Credential, Inventory, SecretRef, load
from inventory.problem import Problem
from provisioning import credentials
from provisioning.secret import Secret, redacted

MINIMAL = Path(__file__).parents[1] / "inventory" / "good" / "minimal.toml"
VALUE = "canary-5f1d"


def with_credential(**source: object) -> Inventory:
    return replace(load(MINIMAL), credentials={"kubeconfig": Credential(**source)})  # type: ignore[arg-type]


def nothing_in_cluster(namespace: str, name: str) -> dict[str, str]:
    raise AssertionError(f"asked for {namespace}/{name}")


def resolve(inventory: Inventory, name: str = "kubeconfig") -> Secret:
    return credentials.secret(inventory, name, nothing_in_cluster)


@pytest.mark.parametrize(
    "show",
    [repr, str, "{:>40}".format, lambda secret: f"{secret!r}", lambda secret: f"{[secret]}"],
    ids=["repr", "str", "padded", "f-string", "in a list"],
)
def test_no_way_of_printing_a_secret_shows_it(show: object) -> None:
    text = show(Secret("harbor", VALUE))  # type: ignore[operator]
    assert VALUE not in text
    assert "harbor" in text


def test_a_secret_is_recognised_by_its_fingerprint() -> None:
    one, same, other = Secret("a", VALUE), Secret("a", VALUE), Secret("a", VALUE + "!")
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != VALUE
    assert one.fingerprint == same.fingerprint != other.fingerprint
    assert len(one.fingerprint) == 8


@pytest.mark.parametrize("serialize", [pickle.dumps, copy.deepcopy], ids=["pickle", "deepcopy"])
def test_a_secret_is_not_serialized(serialize: object) -> None:
    with pytest.raises(TypeError, match="is not to be pickled") as refused:
        serialize(Secret("a", VALUE))  # type: ignore[operator]
    assert VALUE not in str(refused.value)


def test_text_is_redacted_longest_first() -> None:
    short, long = Secret("short", "abc"), Secret("long", "abcdef")
    assert redacted("x abcdef abc y", [short, long, Secret("empty", "")]) == f"x {long!r} {short!r} y"


def test_a_file_is_read_without_its_last_line_end(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{VALUE}\n")
    assert resolve(with_credential(file=tmp_path / "token")).reveal() == VALUE


def test_a_variable_is_read_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    inventory = with_credential(environment="SOME_TOKEN")
    monkeypatch.setenv("SOME_TOKEN", VALUE)
    assert resolve(inventory) == Secret("kubeconfig", VALUE)


def test_a_secret_in_the_cluster_is_asked_for() -> None:
    inventory = with_credential(kubernetes_secret=SecretRef("harbor", "admin", "password"))
    asked: list[tuple[str, str]] = []

    def read(namespace: str, name: str) -> dict[str, str]:
        asked.append((namespace, name))
        return {"password": VALUE}

    assert credentials.secret(inventory, "kubeconfig", read).reveal() == VALUE
    assert asked == [("harbor", "admin")]


def test_a_key_that_the_cluster_s_secret_has_not() -> None:
    inventory = with_credential(kubernetes_secret=SecretRef("harbor", "admin", "password"))
    with pytest.raises(Problem, match="Secret harbor/admin has no key 'password'") as raised:
        credentials.secret(inventory, "kubeconfig", lambda *_: {"other": VALUE})
    assert VALUE not in str(raised.value)


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(Problem, match=r"has no credential 'vault'\n.*there: kubeconfig"):
        resolve(load(MINIMAL), "vault")


def test_a_variable_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_TOKEN", raising=False)
    with pytest.raises(Problem, match=r"'kubeconfig' is in \$SOME_TOKEN, which is not set"):
        resolve(with_credential(environment="SOME_TOKEN"))


def test_a_file_that_went_away_or_is_empty(tmp_path: Path) -> None:
    inventory = with_credential(file=tmp_path / "token")
    with pytest.raises(Problem, match="'kubeconfig' cannot be read"):
        resolve(inventory)
    (tmp_path / "token").write_text("\n")
    with pytest.raises(Problem, match="'kubeconfig' is empty"):
        resolve(inventory)


def test_the_kubeconfig_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config"
    path.write_text("{clusters: [], contexts: [], users: [], current-context: none}")
    monkeypatch.setenv("KUBECONFIG", str(path))
    assert credentials.kubeconfig(with_credential(file=path)) == path
    assert credentials.kubeconfig(with_credential(environment="KUBECONFIG")) == path


def test_several_kubeconfigs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (tmp_path / name).touch()
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'a'}:{tmp_path / 'b'}")
    with pytest.raises(Problem, match="let it name one file"):
        credentials.kubeconfig(load(MINIMAL))
