"""The Docker engine behind a few typed calls, each with a deadline; knows when the engine was away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from sandbox.container import LABEL_NAMESPACE

log = logging.getLogger(__name__)
T = TypeVar("T")

CALL_SECONDS = 15
PING_SECONDS = 2.0
_LOOK_SECONDS = 3.0


class EngineError(Exception):
    """The engine did not do what was asked, or not in time."""


class ImageMissing(EngineError):
    """The image is not there."""


@dataclass(frozen=True, slots=True)
class ContainerState:
    """What the engine knows of a container's end."""

    running: bool
    out_of_memory: bool
    exit_code: int


class Engine:
    """One connection pool to the engine. Methods ending in `_sync` block; the others run them in threads."""

    def __init__(self, url: str | None = None, threads: int = 8) -> None:
        self._url = url or "unix:///var/run/docker.sock"
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="engine")
        self._client: docker.APIClient | None = None
        self.up = False
        self.epoch = 0
        """Grows each time the engine was seen to be away: a death across it is nobody's fault but ours."""

    def client(self) -> docker.APIClient:
        """The client, made at first use; EngineError when no engine answers."""
        if self._client is None:
            try:
                self._client = docker.APIClient(
                    self._url, version="auto", timeout=CALL_SECONDS, num_pools=self._threads + 2
                )
            except (DockerException, requests.RequestException) as error:
                raise EngineError(f"no Docker engine at {self._url}: {error}") from error
        return self._client

    def call_sync(self, work: Callable[[docker.APIClient], T]) -> T:
        """Run one piece of work with the client; every fault becomes EngineError."""
        try:
            return work(self.client())
        except ImageNotFound as error:
            raise ImageMissing(str(error.explanation)) from error
        except APIError as error:
            raise EngineError(str(error.explanation or error)) from error
        except (DockerException, requests.RequestException, OSError) as error:
            raise EngineError(f"the Docker engine did not answer: {error}") from error

    async def call(self, work: Callable[[docker.APIClient], T], seconds: float = CALL_SECONDS + 1.0) -> T:
        """As `call_sync`, in a thread and with a deadline."""
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._executor, self.call_sync, work)
        try:
            return await asyncio.wait_for(future, seconds)
        except TimeoutError as error:
            raise EngineError(f"the Docker engine took longer than {seconds:g} s") from error

    async def start(self, config: dict[str, Any], name: str) -> str:
        """Create and start a container; its id. Nothing is left behind when it fails."""

        def work(client: docker.APIClient) -> str:
            created = client.create_container_from_config(config, name=name)  # type: ignore[no-untyped-call]
            identity: str = created["Id"]
            try:
                client.start(identity)
            except (DockerException, requests.RequestException):
                with contextlib.suppress(DockerException, requests.RequestException):
                    client.remove_container(identity, force=True, v=True)
                raise
            return identity

        return await self.call(work)

    async def remove(self, identity: str) -> None:
        """Kill and remove; a container that is already gone is fine."""
        await self.call(lambda client: _remove(client, identity))

    async def interrupt(self, identity: str) -> None:
        """SIGINT to the container's first process, which hands it to the kernel."""
        await self.call(lambda client: client.kill(identity, "SIGINT"), 5.0)

    async def state(self, identity: str) -> ContainerState:
        """How a container is; one that is gone is not running."""

        def work(client: docker.APIClient) -> ContainerState:
            try:
                state = client.inspect_container(identity)["State"]
            except NotFound:
                return ContainerState(running=False, out_of_memory=False, exit_code=-1)
            return ContainerState(bool(state["Running"]), bool(state["OOMKilled"]), int(state["ExitCode"]))

        return await self.call(work, 5.0)

    async def image_id(self, image: str) -> str:
        """The image's id; ImageMissing when it is not there."""
        return await self.call(
            lambda client: str(client.inspect_image(image)["Id"])  # type: ignore[no-untyped-call]
        )

    def owned_sync(self, namespace: str) -> list[tuple[str, dict[str, str]]]:
        """Ids and labels of all containers of this namespace."""
        found = self.call_sync(
            lambda client: client.containers(all=True, filters={"label": f"{LABEL_NAMESPACE}={namespace}"})
        )
        return [(item["Id"], item["Labels"]) for item in found]

    def all_sync(self) -> list[tuple[str, dict[str, str]]]:
        """Ids and labels of all containers that any sandbox service started."""
        found = self.call_sync(lambda client: client.containers(all=True, filters={"label": LABEL_NAMESPACE}))
        return [(item["Id"], item["Labels"]) for item in found]

    async def owned(self, namespace: str) -> list[tuple[str, dict[str, str]]]:
        return await self.call(lambda _: self.owned_sync(namespace))

    def remove_sync(self, identity: str) -> None:
        self.call_sync(lambda client: _remove(client, identity))

    async def watch(self, on_change: Callable[[bool], None]) -> None:
        """For ever: hold a line to the engine that breaks when the engine goes; note each break."""
        while True:
            try:
                await self._hold_line(on_change)
            except (EngineError, TimeoutError, OSError) as error:
                log.debug("The line to the engine broke: %s", error)
            if self.up:
                self._went_away(on_change)
            await asyncio.sleep(0.25)

    def _went_away(self, on_change: Callable[[bool], None]) -> None:
        self.up = False
        self.epoch += 1
        self._client = None
        log.warning("The Docker engine went away.")
        on_change(False)

    async def _hold_line(self, on_change: Callable[[bool], None]) -> None:
        await self.call(lambda client: client.ping(), _LOOK_SECONDS)
        reader, writer = await asyncio.wait_for(self._dial(), _LOOK_SECONDS)
        try:
            # An event stream that never has events: its end is the engine's end.
            writer.write(
                b"GET /events?filters=%7B%22type%22%3A%5B%22plugin%22%5D%7D HTTP/1.1\r\nHost: docker\r\n\r\n"
            )
            await writer.drain()
            self.up = True
            on_change(True)
            while True:
                try:
                    part = await asyncio.wait_for(reader.read(4096), PING_SECONDS)
                except TimeoutError:
                    await self.call(lambda client: client.ping(), _LOOK_SECONDS)
                    continue
                if not part:
                    return
        finally:
            writer.close()

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        kind, _, rest = self._url.partition("://")
        if kind == "unix":
            return await asyncio.open_unix_connection(rest)
        host, _, port = rest.partition(":")
        return await asyncio.open_connection(host, int(port or 2375))

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            self._client.close()


def _remove(client: docker.APIClient, identity: str) -> None:
    try:
        client.remove_container(identity, force=True, v=True)
    except NotFound:
        return
    except APIError as error:
        if "already in progress" not in str(error.explanation):
            raise
