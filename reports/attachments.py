"""Evidence longer than a line: written into the run's folder, redacted, bounded, honest about both."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from pathlib import Path

from reports import store, text
from reports.model import Attachment, Scenario
from reports.redaction import Redactor

INLINE = 2 * 1024
"""Texts up to this many characters stand in ``run.json`` itself."""
TEXT_LIMIT = 256 * 1024
BINARY_LIMIT = 4 * 1024 * 1024
SCENARIO_LIMIT = 16 * 1024 * 1024
"""Bytes that one scenario may leave behind."""
_TEXT_TYPES = re.compile(
    r"text/.*|application/(?:.*\+)?(?:json|xml|yaml|x-yaml|toml|javascript|x-ndjson)|image/svg\+xml"
)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
    "application/json": ".json",
    "application/zip": ".zip",
}


class Evidence:
    """Writes attachments below one run's folder.

    Usable in several processes at once for the same run, as long as the evidence of one scenario comes
    from one process.
    """

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self._folder = folder
        self._redactor = redactor
        self._spent: dict[str, int] = {}
        self._number = itertools.count(1)

    def attach(
        self, scenario_id: str, name: str, content: str | bytes, media_type: str = "text/plain"
    ) -> Attachment:
        """Keep this as evidence of a scenario; the record says what was left out, and why.

        Text is redacted, then bounded to ``TEXT_LIMIT`` characters. An archive (the trace of a browser) is written
        anew with all its texts redacted, a PNG without its words. Anything else is kept whole or, when it is larger
        than ``BINARY_LIMIT`` or holds a known secret, withheld. Never raises for content.
        """
        name = self._redactor.text(name)
        length = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "replace"))
        made = Attachment(name=name, media_type=media_type, size=length)
        if isinstance(content, str) or is_text(media_type):
            return self._keep_text(made, scenario_id, content)
        return self._keep_bytes(made, scenario_id, content)

    def _keep_text(self, made: Attachment, scenario_id: str, content: str | bytes) -> Attachment:
        whole, valid = text.decoded(content) if isinstance(content, bytes) else (content, True)
        # Redaction comes before truncation: half a secret would not be recognised.
        clean = self._redactor.document if "json" in made.media_type else self._redactor.text
        kept, cut = text.truncated(clean(whole), TEXT_LIMIT)
        notes = [] if valid else ["It is not valid UTF-8; other bytes are spelled \\xff."]
        notes += [cut] if cut else []
        made = replace(made, note=" ".join(notes))
        if len(kept) <= INLINE:
            return replace(made, text=kept)
        return self._write(made, scenario_id, kept.encode("utf-8", "backslashreplace"))

    def _keep_bytes(self, made: Attachment, scenario_id: str, content: bytes) -> Attachment:
        if len(content) > BINARY_LIMIT:
            bound = text.size(BINARY_LIMIT)
            return replace(
                made, note=f"Not kept: {text.size(len(content))} is more than the limit of {bound}."
            )
        try:
            scrubbed = self._redactor.scrubbed(content)
        except Exception:  # noqa: BLE001 - what cannot be taken apart cannot be checked either
            return replace(made, note="Withheld: it could not be checked for secrets.")
        content = content if scrubbed is None else scrubbed
        made = replace(made, size=len(content))
        if names := self._redactor.leaks_packed(content):
            return replace(made, note=f"Withheld: {text.listed(list(names))} was found in it.")
        return self._write(made, scenario_id, content)

    def _write(self, made: Attachment, scenario_id: str, content: bytes) -> Attachment:
        spent = self._spent.get(scenario_id, 0) + len(content)
        if spent > SCENARIO_LIMIT:
            bound = text.size(SCENARIO_LIMIT)
            return replace(made, note=f"Not kept: the evidence of this scenario has reached {bound}.")
        path = Path("evidence") / text.slug(scenario_id) / self._file_name(made)
        try:
            store.write(self._folder / path, content, self._redactor, lambda: [scenario_id])
        except store.SecretFound as found:
            return replace(made, note=f"Withheld: {text.listed(list(found.names))} was found in it.")
        except OSError as problem:
            return replace(made, note=f"Not kept: it could not be written ({problem.strerror}).")
        self._spent[scenario_id] = spent
        return replace(made, path=path.as_posix())

    def _file_name(self, made: Attachment) -> str:
        suffix = _SUFFIX.search(made.name)
        ending = (
            suffix[0]
            if suffix
            else _SUFFIXES.get(made.media_type, ".txt" if is_text(made.media_type) else "")
        )
        return f"{next(self._number):03d}-{text.slug(made.name.removesuffix(ending), 40)}{ending.lower()}"


def is_text(media_type: str) -> bool:
    """Whether content of this type is text, which can be redacted and shown."""
    return _TEXT_TYPES.fullmatch(media_type.partition(";")[0].strip().lower()) is not None


def content(folder: Path, attachment: Attachment) -> bytes | None:
    """What an attachment holds; None when it was withheld, is gone, or points outside the run's folder."""
    if not attachment.path:
        return attachment.text.encode("utf-8", "backslashreplace") if attachment.text else None
    path = (folder / attachment.path).resolve()
    if not path.is_relative_to(folder.resolve()):
        return None
    try:
        return path.read_bytes()
    except OSError:
        return None


def of_scenario(scenario: Scenario) -> list[Attachment]:
    """All attachments of a scenario, those of its steps first."""
    return [each for step in scenario.steps for each in step.attachments] + list(scenario.attachments)


def pretty(media_type: str, shown: str) -> str:
    """JSON indented, when it is JSON; anything else as it is."""
    if "json" not in media_type:
        return shown
    try:
        return json.dumps(json.loads(shown), indent=2, ensure_ascii=False)
    except ValueError:
        return shown
