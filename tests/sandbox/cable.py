"""A cable to the engine that a test can pull out: a Unix socket that passes everything on."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from pathlib import Path

ENGINE = "/var/run/docker.sock"


class Cable:
    """Forwards `path` to the engine while it is plugged in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def plug_in(self) -> None:
        asyncio.run_coroutine_threadsafe(self._plug_in(), self._loop).result(5)

    def pull_out(self) -> None:
        asyncio.run_coroutine_threadsafe(self._pull_out(), self._loop).result(5)

    def close(self) -> None:
        self.pull_out()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _plug_in(self) -> None:
        self._server = await asyncio.start_unix_server(self._forward, self.path)

    async def _pull_out(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self.path.unlink(missing_ok=True)
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0.2)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(ENGINE)
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            for each in (writer, far_writer):
                self._writers.discard(each)
                each.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
