"""Secrets are found where they do not belong, and not where they do."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from probes import literals, objects
from probes.outcomes import CannotObserve

PASSWORD = "correct-horse-battery"
KEY = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\nabc\n-----END PRIVATE KEY-----\n"


class Cluster:
    """The API of a cluster with these objects, by their kinds."""

    vantage = type("Place", (), {"name": "here"})()

    def __init__(self, **kinds: list[dict[str, Any]]) -> None:
        self.kinds = kinds

    def list(self, _what: str, _path: str) -> list[dict[str, Any]]:
        return self.kinds.get("secrets", [])


def secret(**data: str) -> dict[str, Any]:
    encoded = {
        key.replace("__", "."): base64.b64encode(value.encode()).decode() for key, value in data.items()
    }
    return {"metadata": {"namespace": "app", "name": "kept"}, "data": encoded}


def configuration(text: str) -> dict[str, Any]:
    return {"metadata": {"namespace": "app", "name": "settings"}, "data": {"app.ini": text}}


def pod(*env: dict[str, Any]) -> dict[str, Any]:
    return {
        "metadata": {"namespace": "app", "name": "p"},
        "spec": {"containers": [{"name": "c", "env": [*env]}]},
    }


@pytest.fixture(autouse=True)
def _all_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    def items(api: Cluster) -> list[tuple[str, dict[str, Any]]]:
        return [(kind, item) for kind, found in api.kinds.items() for item in found]

    monkeypatch.setattr(objects, "items", items)


def found(cluster: Any) -> list[str]:
    return [str(one) for one in literals.of_secrets(cluster).found]


@pytest.mark.parametrize(
    "text", [f"password = {PASSWORD}", f"url=x:{base64.b64encode(PASSWORD.encode()).decode()}@host"]
)
def test_a_value_in_the_clear_is_named_without_being_told(text: str) -> None:
    cluster = Cluster(secrets=[secret(password=PASSWORD)], configmaps=[configuration(text)])
    (told,) = found(cluster)
    assert told == "configmaps app/settings: data.app.ini holds password of Secret app/kept"
    assert PASSWORD not in str(literals.of_secrets(cluster))  # type: ignore[arg-type]


def test_a_key_of_several_lines_is_known_by_one_of_them() -> None:
    indented = KEY.replace("\n", "\n    ")
    assert len(found(Cluster(secrets=[secret(tls__key=KEY)], configmaps=[configuration(indented)]))) == 1


def test_what_a_secret_says_beside_its_values_is_looked_through_too() -> None:
    careless = secret(password=PASSWORD)
    careless["metadata"]["annotations"] = {"last-applied": f'{{"stringData":{{"password":"{PASSWORD}"}}}}'}
    assert found(Cluster(secrets=[careless])) == [
        "secrets app/kept: metadata.annotations.last-applied holds password of Secret app/kept"
    ]


def test_what_is_no_secret_is_not_looked_for() -> None:
    known = secret(
        username="somebody-with-a-name",
        client_id="platform-gitea",
        ca__crt="x" * 40,
        pin="12345",
        password=PASSWORD,
    )
    text = "somebody-with-a-name platform-gitea 12345 " + "x" * 40
    assert found(Cluster(secrets=[known], configmaps=[configuration(text)])) == []


def test_nothing_to_look_for_is_no_pass() -> None:
    with pytest.raises(CannotObserve, match="no Secret"):
        found(Cluster(secrets=[secret(pin="12345")]))


def test_a_variable_that_is_a_secret_by_its_name_must_come_from_elsewhere() -> None:
    cluster: Any = Cluster(
        pods=[
            pod(
                {"name": "DB_PASSWORD", "value": "hunter2"},
                {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}},
                {"name": "TOKEN", "value": "$(API_KEY)"},
                {"name": "TOKEN_FILE", "value": "/var/run/token"},
                {"name": "CLIENT_SECRET_NAME", "value": "some-secret"},
                {"name": "SECRET_STORE_TOKEN", "value": "/vault/token"},
            )
        ]
    )
    looked = literals.of_environments(cluster)
    assert [str(one) for one in looked.found] == ["pods app/p: c holds DB_PASSWORD as it is"]
    assert (looked.values, looked.objects) == (4, 1)
