"""Whom a browser trusts: a store of NSS with chosen authorities, as Chromium on Linux reads it.

Chromium also carries the authorities of the public web, and nothing takes them from it. So a place that is to be
trusted by the chosen ones only is asked for its certificate once more, by `shows` (TLS as a library speaks it).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from probes import tls
from probes.outcomes import CannotObserve, Untrusted

if TYPE_CHECKING:
    from probes.vantage import Vantage

STORES = (Path(".pki/nssdb"), Path(".local/share/pki/nssdb"))
"""Where Chromium looks, below its HOME: the first is the old place, which wins where it is there."""
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)
_SECONDS = 20.0
_TLS = 443


def establish(home: Path, roots: Path | None) -> None:
    """Make the store below a browser's HOME; it trusts every certificate in `roots` (PEM) for servers.

    None: no store, so that only what Chromium itself carries is trusted.

    Raises:
        CannotObserve: there is no certutil (Debian: libnss3-tools), or it did not take a certificate.

    """
    if roots is None:
        return
    store = home / STORES[0]
    store.mkdir(parents=True)
    _certutil(store, "-N", "--empty-password")
    for number, each in enumerate(_CERTIFICATE.findall(roots.read_text(encoding="ascii", errors="replace"))):
        _certutil(store, "-A", "-n", f"root {number}", "-t", "C,,", "-a", stdin=each)


def shows(vantage: Vantage, host: str, roots: Path, *, timeout: float = 5.0) -> Untrusted | None:
    """Return why a host's certificate is not one of these authorities'; None where it is, or did not answer."""
    seen = tls.handshake(vantage, host, _TLS, host, roots, timeout=timeout)
    return Untrusted(str(seen)) if isinstance(seen, tls.Handshake) and not seen.verified else None


@cache
def _program() -> str:
    found = shutil.which("certutil")
    if found is None:
        raise CannotObserve(
            "anything in a browser", "this machine", "certutil is not installed (libnss3-tools)"
        )
    return found


def _certutil(store: Path, *arguments: str, stdin: str = "") -> None:
    argv = [_program(), "-d", f"sql:{store}", *arguments]
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=_SECONDS, check=False)
    if done.returncode:
        raise CannotObserve("anything in a browser", "this machine", f"certutil: {done.stderr.strip()}")
