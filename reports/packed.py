"""Archives and pictures: what is in them, and how to write them anew without what must not be in them."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator

_LIMIT = 64 * 1024 * 1024
_DEEPEST = 3
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_PNG = b"\x89PNG\r\n\x1a\n"
_DRAWN = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"pHYs", b"cHRM"})
"""Chunks of a PNG that are the picture; the others are words about it."""
_COMPRESSED = frozenset({b"zTXt", b"iTXt", b"iCCP"})
_PICTURES = (_PNG, b"\xff\xd8\xff", b"GIF8", b"RIFF", b"wOFF", b"wOF2", b"\x00\x01\x00\x00", b"OTTO")
"""How files begin that are no text, and in which nobody puts a secret: pictures and fonts."""
_ENTRY = "[redacted: {}]"


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """The contents of a zip or gzip, archives inside included, and the words of a PNG.

    Raises ValueError, or what the format's reader raises, when they are too big to check or broken.
    """
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    parts: Iterable[bytes] = ()
    if content.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > _LIMIT:
                raise ValueError("too big")
            parts = [archive.read(member) for member in members]
            parts += [f"{member.filename}\n".encode() + member.comment for member in members]
    elif content.startswith(_GZIP):
        machine = zlib.decompressobj(wbits=31)
        part = machine.decompress(content, _LIMIT)
        if machine.unconsumed_tail or not machine.eof or machine.unused_data:
            raise ValueError("too big, cut short, or followed by something else")
        parts = [part]
    elif content.startswith(_PNG):
        parts = [_inflated(data) for kind, data in _chunks(content) if kind in _COMPRESSED]
    for part in parts:
        yield part
        yield from unpacked(part, depth + 1)


def rewritten(content: bytes, text: Callable[[str], str], document: Callable[[str], str]) -> bytes | None:
    """A zip with every member redacted, a PNG without words; None for anything else.

    Members are taken for JSON, for lines of JSON, or for text; pictures and fonts stay. A member that is none of
    these is replaced by a sentence. Raises as ``unpacked``.
    """
    if content.startswith(_PNG):
        return _picture(content)
    if not content.startswith(_ZIP):
        return None
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as anew,
    ):
        if sum(member.file_size for member in archive.infolist()) > _LIMIT:
            raise ValueError("too big")
        for member in archive.infolist():
            anew.writestr(text(member.filename), _member(archive.read(member), text, document))
    return made.getvalue()


def _member(content: bytes, text: Callable[[str], str], document: Callable[[str], str]) -> bytes:
    if content.startswith(_PNG):
        return _picture(content)
    if content.startswith(_PICTURES) or not content:
        return content
    try:
        said = content.decode("utf-8")
    except UnicodeDecodeError:
        return _ENTRY.format("neither text nor a picture").encode()
    if not said.lstrip().startswith(("{", "[")):
        return text(said).encode()
    if _is_json(said):
        return document(said).encode()
    return "\n".join(document(line) if line else line for line in said.split("\n")).encode()


def _is_json(said: str) -> bool:
    try:
        json.loads(said)
    except ValueError:
        return False
    return True


def _picture(content: bytes) -> bytes:
    made = [_PNG]
    for kind, data in _chunks(content):
        if kind in _DRAWN:
            made += [struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(kind + data))]
    return b"".join(made)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk, up to the last one. Raises ValueError when the file ends within one."""
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        (length,) = struct.unpack(">I", content[at : at + 4].ljust(4, b"\xff"))
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if len(data) != length:
            raise ValueError("cut short")
        yield kind, data
        at += length + 12


def _inflated(data: bytes) -> bytes:
    """What a compressed chunk says; the compressed part begins somewhere behind its keyword."""
    found = [data]
    for begin in (match.start() for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data)):
        try:
            found.append(zlib.decompressobj().decompress(data[begin:], _LIMIT))
        except zlib.error:
            continue
    return b"\n".join(found)
