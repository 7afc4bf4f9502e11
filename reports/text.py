"""Text that is safe to show, and numbers as people say them."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
# Control characters but tab and newline, the halves of a surrogate pair, non-characters (XML 1.0 forbids
# these three), and the marks that reorder the text around them, with which evidence could be made to lie.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_MINUTE = 60.0
_HOUR = 3600.0


def clean(text: str) -> str:
    r"""The text without colour codes, and with unsafe characters spelled out: ``\x00``, ``\u202e``.

    The result can be encoded as UTF-8 and stands in XML 1.0, HTML and JSON as it is.
    """
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    return _UNSAFE.sub(_spelled, text)


def decoded(content: bytes) -> tuple[str, bool]:
    r"""The bytes as text, and whether they were valid UTF-8; other bytes are spelled ``\xff``."""
    try:
        return content.decode("utf-8"), True
    except UnicodeDecodeError:
        return content.decode("utf-8", errors="backslashreplace"), False


def truncated(text: str, limit: int) -> tuple[str, str]:
    """The text within ``limit`` characters, and a note about what is missing (``""`` if nothing).

    Beginning and end stay, since a log's cause is at one of them.
    """
    if len(text) <= limit:
        return text, ""
    head = limit * 2 // 3
    tail = limit - head
    missing = len(text) - head - tail
    note = f"{missing:,} of {len(text):,} characters are left out"
    return f"{text[:head]}\n[... {note} ...]\n{text[-tail:]}", f"{note}, in the middle."


def first_line(text: str, limit: int = 240) -> str:
    """The first line with something on it, shortened to ``limit`` characters."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def sentence(text: str) -> str:
    """The text, trimmed, ending as a sentence does."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def slug(text: str, limit: int = 60) -> str:
    """A name for anchors and files: ``a-z0-9-``, unique to the text by a short hash at its end."""
    words = _NOT_SLUG.sub("-", text.lower()).strip("-")[:limit].strip("-")
    return f"{words or 'x'}-{hashlib.sha256(text.encode('utf-8', 'backslashreplace')).hexdigest()[:8]}"


def counted(count: int, noun: str) -> str:
    """``1 scenario``, ``2 scenarios``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(items: list[str], limit: int = 6) -> str:
    """``a, b and c``; beyond ``limit`` items, ``a, b and 7 more``."""
    if len(items) > limit:
        items = [*items[: limit - 1], f"{len(items) - limit + 1} more"]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "none"


def duration(seconds: float) -> str:
    """``85 ms``, ``4.2 s``, ``41 s``, ``2 min 05 s``, ``1 h 02 min``."""
    if seconds < 0.0005:  # noqa: PLR2004 - rounds to nothing
        return "0 s"
    if seconds < 0.9995:  # noqa: PLR2004 - rounds to less than a second
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE - 0.05:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _HOUR:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def size(count: float) -> str:
    """Bytes in binary units: ``3.1 GiB``."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if abs(count) < 1024:  # noqa: PLR2004 - the step between binary units
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: ``2025-12-10T21:04:11.250Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(stamp: str) -> datetime | None:
    """The time of day that ``timestamp`` wrote; None when there is none to read."""
    try:
        read = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def shown_time(stamp: str) -> str:
    """For people: ``2025-12-10 21:04:11 UTC``; the stamp itself when it is not readable."""
    read = moment(stamp)
    return read.strftime("%Y-%m-%d %H:%M:%S UTC") if read else stamp


def _spelled(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - one byte
