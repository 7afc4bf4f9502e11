"""The administration of an identity provider, against a server that answers as Keycloak; what the lab tells others."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jinja2
import pytest
import yaml

from inventory import Identity, load
from probes.vantage import LocalVantage
from provisioning.identity.administration import Person, administration, origin, realm_of
from provisioning.identity.authentik import Authentik
from provisioning.identity.keycloak import Keycloak
from provisioning.identity.keycloak_flows import Step, allowed_only
from provisioning.lab.lab import MANIFESTS
from provisioning.lab.units.layer_03_configuration import relying_parties
from provisioning.secret import Secret

INVENTORIES = Path(__file__).parents[3] / "inventories"
LAB, LIVE = (load(INVENTORIES / name) for name in ("lab.toml", "example-live.toml"))
PASSWORD = "correct-horse"
HERE = LocalVantage("here")
ANNA = Person("anna", "anna@example.org", "Anna", "Arndt", Secret("anna", "battery-staple"))


class _Answers(BaseHTTPRequestHandler):
    server: Any

    def _answer(self) -> None:
        asked, body = urlsplit(self.path), self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = {key: values[0] for key, values in parse_qs(asked.query).items()}
        if asked.path == "/realms/master/protocol/openid-connect/token":
            right = parse_qs(body.decode())["password"] == [PASSWORD]
            said = {"access_token": "t"} if right else {"error": "invalid_grant", "error_description": "No."}
            self._say(200 if right else 401, said)
        else:
            self.server.asked.append((self.command, asked.path.removeprefix("/admin/realms/it"), body))
            self._say(*self.server.reply(self.command, asked.path.removeprefix("/admin/realms/it"), query))

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - http.server's names

    def _say(self, status: int, said: Any) -> None:
        encoded = b"" if said is None else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass


def _one_person_one_group(method: str, path: str, query: dict[str, str]) -> tuple[int, Any]:
    """A realm where Anna is, and one group; a client "web" with a secret."""
    if method != "GET":
        return 204, None
    known = {
        "/users": [{"id": "1", "username": "anna", "enabled": True}],
        "/users/1/groups": [{"id": "9", "name": "people"}],
        "/groups": [{"id": "9", "name": "people"}] if query.get("search") == "people" else [],
        "/clients": [
            {"id": "5", "clientId": "web", "secret": "hidden", "attributes": {"a": "1"}, "name": "kept"}
        ],
        "/clients/5/client-secret": {"value": "hidden"},
        "/clients/5/protocol-mappers/models": [],
        "/client-scopes": [{"id": "7", "name": "groups"}],
    }
    return (200, known[path]) if path in known else (404, {"error": "Not found"})


@contextmanager
def keycloak(password: str = PASSWORD) -> Iterator[tuple[Keycloak, list[tuple[str, str, bytes]]]]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.asked, server.reply = [], _one_person_one_group
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        base = f"http://127.0.0.1:{server.server_address[1]}"
        yield Keycloak(HERE, base, "it", "admin", Secret("identity-admin", password), None), server.asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_who_is_not_let_in_is_told_so_in_the_provider_s_words_and_not_by_the_password() -> None:
    with keycloak("wrong-horse") as (it, _), pytest.raises(OSError, match="invalid_grant; No") as refused:
        it.people("")
    assert "wrong-horse" not in str(refused.value)


def test_a_provider_that_is_not_there_is_an_error_of_the_network() -> None:
    it = Keycloak(HERE, "http://127.0.0.1:9", "it", "admin", Secret("a", "b"), None)
    with pytest.raises(OSError, match=r"http://127\.0\.0\.1:9 from here: "):
        it.realm()


def test_nobody_is_half_made_when_a_group_is_missing() -> None:
    with keycloak() as (it, asked), pytest.raises(OSError, match="no group 'nowhere'"):
        it.create_person(ANNA, ["people", "nowhere"])
    assert {method for method, _, _ in asked} == {"GET"}


def test_people_are_found_by_their_whole_name_and_put_into_groups() -> None:
    with keycloak() as (it, asked):
        it.create_person(ANNA, ["people"])
        it.remove_person("ann")
        assert it.people("an") == ("anna",)
        assert it.groups_of("anna") == {"people"}
    changed = [(method, path) for method, path, _ in asked if method != "GET"]
    assert changed == [("POST", "/users"), ("PUT", "/users/1/groups/9")]


def test_a_client_keeps_what_is_not_spoken_of_and_shows_its_secret_to_nobody() -> None:
    with keycloak() as (it, asked):
        found = it.client("web")
        assert found
        assert found["secret"] is None
        assert it.client_secret("web") == Secret("client-secret-web", "hidden")
        it.put_client({"clientId": "web", "attributes": {"b": "2"}, "optionalClientScopes": ["groups"]})
    put = [(path, json.loads(body)) for method, path, body in asked if method == "PUT" and body]
    assert [(path, body["name"], body["attributes"], "secret" in body) for path, body in put] == [
        ("/clients/5", "kept", {"a": "1", "b": "2"}, False)
    ]
    assert ("PUT", "/clients/5/optional-client-scopes/7", b"") in asked


def test_who_has_been_here_before_is_asked_for_the_role_too() -> None:
    known, outsiders = allowed_only("people")
    assert [step.requirement for step in (known, outsiders)] == ["REQUIRED", "CONDITIONAL"]
    assert [step.name for step in known.steps] == ["auth-cookie", "by a password"]
    condition = Step(
        "conditional-user-role", "REQUIRED", settings={"condUserRole": "people", "negate": "true"}
    )
    assert outsiders.steps[0] == condition
    assert outsiders.steps[1].name == "deny-access-authenticator"


def test_the_inventory_says_whose_administration_it_is() -> None:
    token = Secret("identity-admin", "t")
    assert isinstance(administration(LAB, HERE, token, None), Keycloak)
    assert isinstance(administration(LIVE, HERE, token, None), Authentik)
    there = Identity("keycloak", "https://auth.example.org:8443/realms/people", 5.0, "people")
    assert (origin(there), realm_of(there)) == ("https://auth.example.org:8443", "people")


@pytest.mark.parametrize("name", sorted(LAB.relying_parties))
def test_a_client_gets_codes_only_and_at_one_place_only(name: str) -> None:
    party = LAB.relying_parties[name]
    made = relying_parties.client(party, Secret("s", "hidden"))
    assert made["redirectUris"] == [party.redirect_uri]
    allowed = {key for key, value in made.items() if key.endswith(("Enabled", "Required")) and value is True}
    assert allowed == {"standardFlowEnabled"}
    assert "openid" not in made["optionalClientScopes"]
    assert "hidden" not in repr(made)


def test_what_gitea_is_told_is_a_script_that_a_shell_reads() -> None:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(MANIFESTS), undefined=jinja2.StrictUndefined, autoescape=False
    )
    script = environment.get_template("gitea.sh").render(
        host="git.example.org",
        source="identity",
        issuer="https://i",
        scopes=["email", "groups"],
        admin_group="g",
    )
    assert subprocess.run(["sh", "-n"], input=script, text=True, check=False).returncode == 0
    # The last set: everything from there to the end of its lines is one command.
    told = script.rpartition("set -- ")[2].partition("\n#")[0]
    assert '--scopes "groups"' in told
    assert all(line.endswith("\\") for line in told.splitlines()[:-1])


def test_synapse_makes_names_of_the_claims_that_the_inventory_names() -> None:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(MANIFESTS), undefined=jinja2.StrictUndefined, autoescape=False
    )
    text = environment.get_template("homeserver.yaml").render(
        inventory=LAB, host="m", provider="identity", issuer="https://i", party=LAB.relying_parties["matrix"]
    )
    provider = yaml.safe_load(text)["oidc_providers"][0]
    assert (
        provider["user_mapping_provider"]["config"]["localpart_template"] == "{{ user.preferred_username }}"
    )
    assert provider["client_secret_path"]
    assert "client_secret" not in provider
