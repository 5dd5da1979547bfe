"""The service's side of one connection: frames in, frames out, each with a deadline."""

from __future__ import annotations

import asyncio

from sandbox.messages import (
    HEADER,
    MAX_DOWN_BYTES,
    MAX_UP_BYTES,
    Downward,
    Message,
    decode,
    encode,
    frame_length,
)

SEND_SECONDS = 15.0


class Hangup(Exception):
    """The client went away, or does not read what it is sent."""


class Link:
    """One client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def receive(self) -> Message:
        """The client's next message. Hangup or ProtocolError."""
        try:
            header = await self._reader.readexactly(HEADER.size)
            body = await self._reader.readexactly(frame_length(header, limit=MAX_UP_BYTES))
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Hangup from error
        return decode(body)

    async def send(self, message: Downward) -> None:
        """Hangup when the client is gone or too slow; ProtocolError when the message is too large."""
        frame = encode(message, limit=MAX_DOWN_BYTES)
        try:
            self._writer.write(frame)
            async with asyncio.timeout(SEND_SECONDS):
                await self._writer.drain()
        except (OSError, TimeoutError) as error:
            raise Hangup from error

    def close(self) -> None:
        self._writer.close()
