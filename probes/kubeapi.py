"""Access to a Kubernetes API from a vantage point: credentials by kubeconfig, answers as plain JSON.

The official client reads the kubeconfig and keeps credentials and TLS; its models are not used: a probe needs
ten fields of an object, and an object that the models find odd must still be seen.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import kubernetes.client
import kubernetes.config
import urllib3

from probes.jsonobjects import JsonObject, parsed, part, parts
from probes.outcomes import CannotObserve, NetworkFailure, classify
from probes.pools import dial_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from probes.vantage import Vantage

# The client's types differ between its releases and the stubs that exist for them; little of it is used here.
_client: Any = kubernetes.client
_config: Any = kubernetes.config
PAGE = 500
"""So many objects are asked for at a time."""
_PAGES = 200
_CONNECT_TIMEOUT = 5.0
_PORT = 6443
_OK = range(200, 300)
_WORDS = {401: "not authenticated", 403: "forbidden", 404: "not found"}


class Api:
    """A Kubernetes API as somebody in particular sees it, from a vantage point.

    Each request opens its own connection: a kept one could belong to a server that has gone, and then it is
    the connection that is observed and not the API.

    Attributes:
        vantage: where the connections start.
        client: the official client, for what this package has no reader for; it dials from there too.

    """

    def __init__(
        self, kubeconfig: Path, vantage: Vantage, *, address: str | None = None, timeout: float = 10.0
    ) -> None:
        """Read the kubeconfig.

        Args:
            kubeconfig: the file.
            vantage: where to look from.
            address: "HOST" or "HOST:PORT" to ask instead of the kubeconfig's server.
            timeout: seconds to wait for the next bytes of an answer.

        Raises:
            CannotObserve: the kubeconfig is not there, or not one.

        """
        configuration = _client.Configuration()
        try:
            _config.load_kube_config(
                str(kubeconfig), client_configuration=configuration, persist_config=False
            )
        except Exception as error:  # noqa: BLE001 - the client, YAML and base64 each have their own
            # Only what is known to quote nothing of the file, which holds credentials.
            safe = isinstance(error, (_config.ConfigException, OSError))
            why = f"kubeconfig {kubeconfig}: {error if safe else type(error).__name__}"
            raise CannotObserve("the Kubernetes API", vantage.name, why) from None
        configuration.proxy = None  # the environment's proxy is not at the vantage point
        configuration.retries = False
        if address is not None:
            scheme = str(configuration.host).partition("://")[0]
            configuration.host = f"{scheme}://{_with_port(address)}"
        self.vantage = vantage
        self.client = _client.ApiClient(configuration)
        self._configuration = configuration
        self._timeout = timeout
        self._pools: urllib3.PoolManager = self.client.rest_client.pool_manager
        dial_from(self._pools, vantage, reuse=False)

    @property
    def server(self) -> str:
        """The address that is asked, as a URL."""
        return str(self._configuration.host)

    def get(self, what: str, path: str, *, optional: bool = False) -> JsonObject | None:
        """Return one object. `what` names it in the error; `optional`: None if it does not exist.

        Raises:
            CannotObserve: there was no answer, or not this one.

        """
        reply = self.request("GET", path, what=what)
        if isinstance(reply, NetworkFailure):
            raise CannotObserve(what, self.vantage.name, str(reply))
        if optional and reply.status == 404 and _status(reply.data).get("reason") == "NotFound":  # noqa: PLR2004
            return None
        if reply.status not in _OK:
            raise CannotObserve(what, self.vantage.name, refusal(reply))
        found = parsed(reply.data)
        if found is None:
            why = f"the answer is not a JSON object: {reply.data[:100]!r}"
            raise CannotObserve(what, self.vantage.name, why)
        return found

    def list(self, what: str, path: str, **selectors: str) -> list[JsonObject]:
        """Return all objects of a collection, page by page. Raises as `get`."""
        items: list[JsonObject] = []
        resume = ""
        for _page in range(_PAGES):
            asked = {"limit": str(PAGE), "continue": resume, **selectors}
            query = urlencode({key: value for key, value in asked.items() if value})
            page = self.get(what, f"{path}?{query}") or {}
            if "items" not in page:
                raise CannotObserve(what, self.vantage.name, f"the answer has no items: {str(page)[:200]}")
            items += parts(page, "items")
            resume = str(part(page, "metadata").get("continue") or "")
            if not resume:
                return items
        raise CannotObserve(what, self.vantage.name, f"the list did not end within {_PAGES} pages")

    def request(
        self, method: str, path: str, *, what: str, body: Mapping[str, Any] | None = None, kind: str = ""
    ) -> urllib3.BaseHTTPResponse | NetworkFailure:
        """Send one request and read the whole answer, whatever its status.

        `kind` is the content type of `body`. Raises CannotObserve as `Vantage.dial`.
        """
        headers = {"Accept": "application/json", "Connection": "close"}
        if kind:
            headers["Content-Type"] = kind
        settings: dict[str, Any] = self._configuration.auth_settings()
        headers |= {auth["key"]: auth["value"] for auth in settings.values()}
        try:
            return self._pools.request(
                method,
                self.server + path,
                body=None if body is None else json.dumps(body).encode(),
                headers=headers,
                timeout=urllib3.Timeout(connect=min(_CONNECT_TIMEOUT, self._timeout), read=self._timeout),
                redirect=False,
                retries=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            failure = classify(error, after=self._timeout)
            if failure is None:
                raise CannotObserve(what, self.vantage.name, f"{type(error).__name__}: {error}") from error
            return failure


def refusal(reply: urllib3.BaseHTTPResponse) -> str:
    """Return why the API refused, in its own words: "forbidden (403): nodes is forbidden: ..."."""
    words = _status(reply.data).get("message") or " ".join(reply.data.decode(errors="replace")[:300].split())
    return f"{_WORDS.get(reply.status, 'error')} ({reply.status})" + (f": {words}" if words else "")


def _status(data: bytes) -> JsonObject:
    found = parsed(data) or {}
    return found if found.get("kind") == "Status" else {}


def _with_port(address: str) -> str:
    return address if urlsplit(f"//{address}").port else f"{address}:{_PORT}"
