"""A second opinion on the TLS of a website: testssl.sh (3.0, https://testssl.sh), run at the vantage point."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

SEVERITIES = ("DEBUG", "INFO", "WARN", "OK", "LOW", "MEDIUM", "HIGH", "CRITICAL", "FATAL")
"""The program's own words, the heaviest last. WARN means that it could not look."""
SECONDS = 480.0
"""At most: a minute on an idle machine, several on one that is slow and busy."""

# Its report is a file: made, printed and removed there, since the vantage point may be another machine. What it
# should trust comes by stdin for the same reason. It asks no name server: the address is told to it.
_SCRIPT = """
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cat >"$folder/roots.pem"
[ -s "$folder/roots.pem" ] && set -- "$@" --add-ca "$folder/roots.pem"
host=$1 address=$2; shift 2
testssl --quiet --color 0 --warnings batch --nodns none --ip "$address" --connect-timeout 10 \\
  --openssl-timeout 10 --ids-friendly --jsonfile "$folder/out.json" -p -s -f -S -P -U "$@" "$host:443" \\
  >"$folder/log" 2>&1 </dev/null
cat "$folder/out.json" || { tail -n 5 "$folder/log" >&2; exit 2; }
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of its report. id: its own name of the check; severity: one of `SEVERITIES`."""

    id: str
    severity: str
    finding: str

    @property
    def weight(self) -> int:
        """Where its severity stands among the others; an unknown one weighs most."""
        return SEVERITIES.index(self.severity) if self.severity in SEVERITIES else len(SEVERITIES)

    def __str__(self) -> str:
        """Read as a line."""
        return f"{self.severity} {self.id}: {self.finding}"


@dataclass(frozen=True, slots=True)
class Opinion:
    """Everything that it said, in its order; never without a finding."""

    findings: tuple[Finding, ...]

    def of(self, check: str) -> str:
        """Return what it found in the check of this name; "" if it made no such check."""
        return next((one.finding for one in self.findings if one.id.partition(" ")[0] == check), "")

    def heavy(self, severity: str) -> tuple[Finding, ...]:
        """Return what weighs so much or more, as "MEDIUM"."""
        return tuple(one for one in self.findings if one.weight >= SEVERITIES.index(severity))

    def __str__(self) -> str:
        """Read as a phrase: what weighs least is only counted."""
        heavy = "; ".join(map(str, self.heavy("LOW")))
        return f"{len(self.findings)} findings; {heavy or 'none of them weighs anything'}"


def look(
    vantage: Vantage, host: str, address: str, roots: Path | None = None, *, timeout: float = SECONDS
) -> Opinion:
    """Have it look at port 443 of an address under a host's name; a minute or two, `timeout` seconds at most.

    roots: PEM file of authorities to trust beside the program's own.

    Raises:
        CannotObserve: it is not installed there, did not end, or came to no result.

    """
    what = f"the TLS of {host} with testssl.sh"
    trusted = roots.read_bytes() if roots else b""
    done = vantage.run(("sh", "-c", _SCRIPT, "sh", host, address), timeout=timeout, stdin=trusted)
    found = parse(done.stdout)
    if not found.findings or done.returncode:
        raise CannotObserve(what, vantage.name, done.stderr.strip() or f"{len(found.findings)} findings")
    scan = [one for one in found.findings if one.id == "scanProblem" or one.severity == "FATAL"]
    if scan:
        raise CannotObserve(what, vantage.name, "; ".join(map(str, scan)))
    return found


def parse(text: str) -> Opinion:
    """Read its flat JSON; what is none has no findings."""
    try:
        found: Any = json.loads(text)
    except ValueError:
        return Opinion(())
    lines = cast("list[dict[str, Any]]", found) if isinstance(found, list) else []
    return Opinion(tuple(Finding(str(one["id"]), str(one["severity"]), str(one["finding"])) for one in lines))
