"""The sandbox service: the only holder of the Docker socket. Knows no database and no people."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hmac
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.admission import Admission
from sandbox.checkers import Checkers
from sandbox.conversation import Conversation
from sandbox.doctor import DoctorReport, run_doctor
from sandbox.engine import Engine, EngineError
from sandbox.launcher import Launcher
from sandbox.link import Hangup, Link
from sandbox.messages import HealthReport, Hello, ProtocolError, Refused
from sandbox.pools import Pools
from sandbox.profiles import MIB, PROFILES
from sandbox.reaper import PERIOD_SECONDS, reap
from sandbox.sessions import Sessions
from sandbox.settings import Settings
from sandbox.sockets import MountMissing, remove_mount

log = logging.getLogger(__name__)

HELLO_SECONDS = 5.0
IDLE_CHECK_SECONDS = 1.0
CONNECTIONS = 1000
_LONGEST_RETRY_SECONDS = 120.0
_RETRY_SECONDS = 3.0


class AlreadyRunning(Exception):
    """Another service has this run directory."""


class Service:
    """Everything one service holds. `run` lasts until it is cancelled and leaves nothing behind."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = Engine(settings.docker_host)
        self.launcher = Launcher(settings, self.engine)
        self.pool = Pools(self.launcher, Admission(settings.memory_mb * MIB), settings.pool_max)
        self.checkers = Checkers(self.launcher, self.pool.admission)
        self.sessions = Sessions(self.pool)
        self.reports: dict[str, DoctorReport] = {}
        """The doctor's verdict on each profile, once there is one."""
        self.trouble = ""
        self._connections: set[asyncio.Task[None]] = set()
        self._verdicts = {profile: asyncio.Event() for profile in PROFILES}
        self._wanted = {name for name, profile in PROFILES.items() if profile.always_warm}
        """Profiles for the doctor: one that is kept warm from the start, others when they are first asked for."""
        self._asked = asyncio.Event()
        self._engine_up = asyncio.Event()

    async def run(self) -> None:
        """Listen and serve."""
        server = await self._listen()
        background = [
            asyncio.create_task(task)
            for task in (
                self.engine.watch(self._engine_changed),
                self._examine(),
                self._keep_house(),
                self._end_idle(),
            )
        ]
        try:
            async with server:
                await asyncio.gather(*background)
        finally:
            for task in (*background, *self._connections):
                task.cancel()
            await asyncio.gather(*background, *self._connections, return_exceptions=True)
            await self._leave_nothing()

    async def _leave_nothing(self) -> None:
        await self.sessions.end_all()
        await self.checkers.close()
        await self.pool.close()
        with contextlib.suppress(EngineError):
            await self.engine.call(lambda _: reap(self.engine, self.settings, None, set()))
        self.launcher.close()
        self.engine.close()
        remove_mount(self.settings.run_dir)

    async def _listen(self) -> asyncio.Server:
        place = self.settings.listen
        if place.startswith("tcp://"):
            host, _, port = place.removeprefix("tcp://").rpartition(":")
            return await asyncio.start_server(self._accept, host.strip("[]"), int(port))
        path = Path(place.removeprefix("unix:"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            return await asyncio.start_unix_server(self._accept, path)
        finally:
            os.umask(before)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(reader, writer)
        task = asyncio.current_task()
        if task is None or len(self._connections) >= CONNECTIONS:
            link.close()
            return
        self._connections.add(task)
        try:
            await self._converse(link)
        except (Hangup, TimeoutError):
            log.debug("A client left before it said anything.")
        except ProtocolError as error:
            with contextlib.suppress(Hangup):
                await link.send(Refused("bad_request", str(error)))
        finally:
            self._connections.discard(task)
            link.close()

    async def _converse(self, link: Link) -> None:
        async with asyncio.timeout(HELLO_SECONDS):
            first = await link.receive()
            if self.settings.token is not None:
                known = isinstance(first, Hello) and hmac.compare_digest(
                    first.token.encode("utf-8", "replace"), self.settings.token.encode()
                )
                if not known:
                    await link.send(Refused("unauthorised", "wrong or missing token"))
                    return
            if isinstance(first, Hello):
                first = await link.receive()
        await Conversation(self, link).serve(first)

    async def gate(self, profile: str, seconds: float) -> Refused | None:
        """Why student code of this profile must not run now, or None. Waits a while for the doctor's first verdict."""
        if profile not in self._wanted:
            self._wanted.add(profile)
            self._asked.set()
        if self.engine.up and profile not in self.reports:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._verdicts[profile].wait(), seconds)
        if not self.engine.up:
            return Refused("no_engine", "no Docker engine answers")
        report = self.reports.get(profile)
        if report is None:
            return Refused("unhealthy", self.trouble or "the safety probes have not finished")
        if not report.ok:
            return Refused("unhealthy", "a safety probe failed: " + ", ".join(report.failing))
        return None

    def _well(self, profile: str) -> bool:
        return self.engine.up and profile in self.reports and self.reports[profile].ok

    def health(self) -> HealthReport:
        report = self.reports.get("python")
        failing = [
            name if profile == "python" else f"{profile}: {name}"
            for profile, examined in self.reports.items()
            for name in examined.failing
        ]
        return HealthReport(
            healthy=self._well("python"),
            engine=self.engine.up,
            doctor="pending" if report is None else "ok" if report.ok else "failed",
            failing=tuple(failing),
            pool=self.pool.warm,
            running=self.pool.running,
            waiting=self.pool.waiting,
            images={image: self.launcher.known_image(name) for name, image in self.settings.images.items()},
            detail=self.trouble,
            refused=tuple(
                profile for profile in PROFILES if profile in self._wanted and not self._well(profile)
            ),
        )

    def _engine_changed(self, up: bool) -> None:
        if up:
            self._engine_up.set()
        else:
            self._engine_up.clear()
            # Another engine may come back: the doctor's verdicts were about the old one.
            self.reports.clear()
            for verdict in self._verdicts.values():
                verdict.clear()

    async def _examine(self) -> None:
        """Whenever an engine came: clear up, prepare, and let the doctor decide. Retried until all is well.

        A doctor who found a fault looks again ever more rarely: on a machine that is only too busy, looking often
        would keep it so.
        """
        retry = _RETRY_SECONDS
        while True:
            await self._engine_up.wait()
            self._asked.clear()
            wanted = tuple(self._wanted)
            for profile in wanted:
                if not self._well(profile):
                    await self._diagnose(profile)
                self.pool.of(profile).open = self._well(profile)
            self.checkers.open = self._well("python")
            all_well = all(self._well(profile) for profile in wanted)
            found_faults = any(not report.ok for report in self.reports.values())
            retry = min(retry * 2, _LONGEST_RETRY_SECONDS) if found_faults else _RETRY_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), IDLE_CHECK_SECONDS if all_well else retry)

    async def _diagnose(self, profile: str) -> None:
        """Note the doctor's verdict; where it could not be reached, only the trouble."""
        epoch = self.engine.epoch
        try:
            await self._reap()
            await self.launcher.prepare()
            await self.launcher.image_id(profile)
            report = await run_doctor(self.settings, self.engine, profile)
        except (EngineError, MountMissing, OSError) as error:
            self.trouble = str(error)
            log.warning("The sandbox is not ready for %s: %s", profile, error)
            return
        if epoch != self.engine.epoch:
            return
        self.trouble = "" if report.ok else "failed probes: " + ", ".join(report.failing)
        told = self.trouble or "every probe held"
        (log.info if report.ok else log.error)("The doctor says of %s: %s", profile, told)
        self.reports[profile] = report
        self._verdicts[profile].set()

    async def _reap(self) -> None:
        active = self.launcher.active
        removed = await self.engine.call(
            lambda _: reap(self.engine, self.settings, self.launcher.instance, active), 60.0
        )
        if removed:
            log.warning("Removed %d containers that were left behind.", removed)

    async def _keep_house(self) -> None:
        tending = [asyncio.create_task(tended.tend()) for tended in (*self.pool, self.checkers)]
        try:
            while True:
                await asyncio.sleep(PERIOD_SECONDS)
                with contextlib.suppress(EngineError):
                    await self._reap()
        finally:
            for task in tending:
                task.cancel()

    async def _end_idle(self) -> None:
        while True:
            await asyncio.sleep(IDLE_CHECK_SECONDS)
            await self.sessions.end_idle()


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold a lock for the namespace: two services would reap each other's containers."""
    path = Path("/tmp") / f"passerelle-sandbox-{settings.namespace}.lock"  # noqa: S108  # opened without following links
    number = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(number)
        raise AlreadyRunning(f"a sandbox service is already listening at {settings.listen}") from error
    try:
        yield
    finally:
        os.close(number)


def serve(settings: Settings) -> None:
    """Run the service until SIGTERM or SIGINT. AlreadyRunning when there is one."""
    with _only_one(settings):
        asyncio.run(_until_told(settings))


async def _until_told(settings: Settings) -> None:
    service = Service(settings)
    running = asyncio.create_task(service.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running
