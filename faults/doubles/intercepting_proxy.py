"""Stands for a DNS proxy that intercepts transfers, as Cilium's did: it hands on the first answer and then lingers.

    python intercepting_proxy.py LISTEN PORT SERVER LINGER

It takes DNS over TCP at LISTEN:PORT and passes each connection on to SERVER:53. Of what comes back the first message
goes through; when there is a second one, nothing more does, and after LINGER seconds the connection is closed. It
imports nothing but the standard library, so that it starts with any Python.
"""

from __future__ import annotations

import asyncio
import sys

_PORT = 53
_LENGTH = 2
_CHUNK = 1 << 16


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Return one message with its length; empty when there is none left."""
    try:
        length = await reader.readexactly(_LENGTH)
        return length + await reader.readexactly(int.from_bytes(length, "big"))
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass


async def _intercepted(
    client: asyncio.StreamReader, answers: asyncio.StreamWriter, server: str, linger: float
) -> None:
    try:
        upstream, questions = await asyncio.open_connection(server, _PORT)
    except OSError:
        answers.close()
        return
    asking = asyncio.ensure_future(_pass_on(client, questions))
    try:
        first = await _message(upstream)
        answers.write(first)
        await answers.drain()
        if first and await _message(upstream):
            # Nothing ends this but the time.
            await asyncio.wait_for(asyncio.Event().wait(), linger)
    except (TimeoutError, ConnectionError):
        pass
    finally:
        asking.cancel()
        questions.close()
        answers.close()


async def _main(listen: str, port: int, server: str, linger: float) -> None:
    listener = await asyncio.start_server(
        lambda reader, writer: _intercepted(reader, writer, server, linger), listen, port
    )
    async with listener:
        await listener.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])))
