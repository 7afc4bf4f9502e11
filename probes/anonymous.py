"""What a server tells somebody whom it does not know."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from urllib3.exceptions import InsecureRequestWarning

from probes import http

if TYPE_CHECKING:
    from probes.outcomes import NetworkFailure
    from probes.vantage import Vantage


def get(vantage: Vantage, url: str, *, timeout: float = 10.0) -> http.Response | NetworkFailure:
    """Ask once over HTTPS, without credentials and without asking who answers.

    Nothing is sent that others may not see, so that the server's own certificate (a kubelet's may be signed by
    itself) is not in question here. It does not mean that the right server answered.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureRequestWarning)
        return http.get(vantage, url, verify=False, timeout=timeout)
