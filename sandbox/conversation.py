"""One connection, one conversation: a session is started or found, runs follow, and the end is cleaned up."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import secrets
from typing import Protocol

from sandbox.admission import PoolBusy
from sandbox.bridge import BridgeRun
from sandbox.checker import Checker
from sandbox.checkers import Checkers
from sandbox.engine import EngineError, ImageMissing
from sandbox.kernel import Kernel, KernelFailed
from sandbox.link import Hangup, Link
from sandbox.messages import (
    Attach,
    Bridge,
    Close,
    Done,
    Downward,
    Execute,
    Health,
    HealthReport,
    InputReply,
    Interrupt,
    Message,
    ProtocolError,
    Refused,
    RefusedReason,
    Start,
    Started,
)
from sandbox.pools import Pools
from sandbox.profiles import LIMITS, PROFILES, limits_of
from sandbox.run import COME_BACK_SECONDS, Run
from sandbox.sessions import LiveSession, Sessions
from sandbox.sockets import MountMissing

log = logging.getLogger(__name__)

LONGEST_WAIT = 120.0
BRIDGE_WAIT = 20.0
"""How long a bridged run may wait for its checker and for the reference's kernel."""
FILES_MOST = 100


class Services(Protocol):
    """What a conversation needs of the service."""

    pool: Pools
    checkers: Checkers
    sessions: Sessions

    async def gate(self, profile: str, seconds: float) -> Refused | None:
        """Why student code of this profile must not run now, or None."""

    def health(self) -> HealthReport:
        """The service's state."""


class RefusedError(Exception):
    """Answer the client with this."""

    def __init__(self, reason: RefusedReason, detail: str) -> None:
        super().__init__(detail)
        self.refused = Refused(reason, detail)


class Conversation:
    """Serves one client until it hangs up or closes."""

    def __init__(self, services: Services, link: Link) -> None:
        self._services = services
        self._link = link
        self._session: LiveSession | None = None
        self._run_task: asyncio.Task[None] | None = None
        self._inbox: asyncio.Queue[Message | None] = asyncio.Queue(16)
        self._gone = asyncio.Event()

    async def serve(self, first: Message) -> None:
        """Answer until the end; whatever ends it, a graded session's container is destroyed."""
        reading = asyncio.create_task(self._read())
        try:
            message: Message | None = first
            while message is not None and await self._answer(message):
                message = await self._inbox.get()
        except Hangup:
            log.debug("A client hung up.")
        except ProtocolError as error:
            await self._refuse(Refused("bad_request", str(error)))
        finally:
            reading.cancel()
            await asyncio.shield(self._clean_up())

    async def _read(self) -> None:
        try:
            while True:
                await self._inbox.put(await self._link.receive())
        except Hangup:
            log.debug("The line ended.")
        except ProtocolError as error:
            await self._refuse(Refused("bad_request", str(error)))
        self._gone.set()
        if self._run_task is not None:
            self._run_task.cancel()
        await self._inbox.put(None)

    async def _refuse(self, refused: Refused) -> None:
        try:
            await self._link.send(refused)
        except Hangup:
            self._gone.set()

    async def _answer(self, message: Message) -> bool:
        """Handle one message; False ends the conversation."""
        match message:
            case Health():
                await self._link.send(self._services.health())
            case Start() | Attach() if self._session is None:
                return await self._open(message)
            case Execute() if self._session is not None:
                await self._execute(self._session, message)
            case Bridge() if self._session is not None:
                await self._bridge(self._session, message)
            case InputReply(text) if self._session is not None:
                if self._session.run is not None:
                    await self._session.run.answer_input(text)
            case Interrupt() if self._session is not None:
                await self._interrupt(self._session)
            case Close():
                if self._session is not None:
                    await self._stop_run()
                    await self._services.sessions.end(self._session)
                return False
            case _:
                await self._link.send(Refused("bad_request", f"{type(message).__name__} is not for now"))
                return False
        return True

    async def _open(self, message: Start | Attach) -> bool:
        opening = asyncio.create_task(
            self._attach(message) if isinstance(message, Attach) else self._start(message)
        )
        gone = asyncio.create_task(self._gone.wait())
        await asyncio.wait({opening, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not opening.done():
            opening.cancel()
        try:
            started = await opening
        except RefusedError as refusal:
            await self._link.send(refusal.refused)
            return False
        except asyncio.CancelledError:
            if self._gone.is_set():
                raise Hangup from None
            raise
        await self._link.send(started)
        return True

    async def _attach(self, message: Attach) -> Started:
        session = self._services.sessions.find(message.session)
        if session is None:
            raise RefusedError("no_session", "this session has ended")
        self._session = session
        return self._started(session)

    async def _start(self, message: Start) -> Started:
        limits = LIMITS[message.limits]
        wait = min(max(message.wait, 0.0), LONGEST_WAIT)
        if message.profile not in PROFILES:
            raise RefusedError("unknown_profile", message.profile[:80])
        if (message.session is not None) != limits.keep or len(message.files) > FILES_MOST:
            raise RefusedError("bad_request", "a live session has a key, any other has none")
        if message.files and not PROFILES[message.profile].write_files:
            raise RefusedError("bad_request", f"a kernel of {message.profile} takes no files")
        if refused := await self._services.gate(message.profile, wait):
            raise RefusedError(refused.reason, refused.detail)
        if message.session is not None and (found := self._services.sessions.find(message.session)):
            self._session = found
            return self._started(found)
        try:
            wanted = limits_of(message.profile, limits.name)
            kernel, warm = await self._services.pool.take(message.profile, wanted, wait)
        except PoolBusy as error:
            raise RefusedError("busy", str(error)) from error
        except ImageMissing as error:
            raise RefusedError("no_engine", f"the image is missing: {error}") from error
        except (EngineError, MountMissing) as error:
            raise RefusedError("no_engine", str(error)) from error
        except (KernelFailed, OSError) as error:
            raise RefusedError("unhealthy", str(error)) from error
        key = message.session or secrets.token_hex(16)
        self._session = LiveSession(key, kernel, warm, live=message.session is not None)
        self._services.sessions.add(self._session)
        if message.files:
            await self._write_files(self._session, message.files)
        return self._started(self._session)

    async def _write_files(self, session: LiveSession, files: dict[str, str]) -> None:
        if any("/" in name or "\0" in name or name in ("", ".", "..") for name in files):
            raise RefusedError("bad_request", "a file's name has no folders")
        packed = base64.b64encode(json.dumps(files).encode()).decode()
        code = session.kernel.profile.write_files.format(packed=packed)
        run = Run(session.kernel, Execute("files", code), _nothing)
        done = await run.go()
        if done.outcome != "ok":
            raise RefusedError("unhealthy", f"files could not be written: {done.outcome} {done.detail}")

    @staticmethod
    def _started(session: LiveSession) -> Started:
        kernel = session.kernel
        return Started(session.key, kernel.image, session.warm, kernel.profile.kernel)

    async def _execute(self, session: LiveSession, message: Execute) -> None:
        if session.run is not None:
            await self._link.send(Refused("busy", "this session is running code already"))
            return
        session.run = Run(session.kernel, message, self._link.send)
        self._run_task = asyncio.create_task(self._carry_out(session, session.run))

    async def _bridge(self, session: LiveSession, message: Bridge) -> None:
        if session.run is not None or session.live or not session.kernel.profile.bridged:
            await self._link.send(Refused("busy", "this session cannot be bridged now"))
            return
        self._run_task = asyncio.create_task(self._run_suite(session, message))

    async def _run_suite(self, session: LiveSession, message: Bridge) -> None:
        """Take a checker, and a kernel for the reference where one is asked for; give both back."""
        checkers, pool = self._services.checkers, self._services.pool
        checker: Checker | None = None
        reference: Kernel | None = None
        ended_well = False
        try:
            checker = await checkers.take(message.checker, BRIDGE_WAIT)
            if message.reference is not None:
                reference, _ = await pool.take("python", session.kernel.limits, BRIDGE_WAIT)
            run = BridgeRun(session.kernel, checker, reference, message, self._link.send)
            session.run = run
            await self._carry_out(session, run)
            ended_well = run.ended_well
        except PoolBusy as error:
            await self._say(Refused("busy", str(error)))
        except (EngineError, MountMissing, KernelFailed, OSError) as error:
            await self._say(Refused("unhealthy", f"no checker could be started: {error}"))
        finally:
            session.touch()
            if checker is not None:
                await asyncio.shield(checkers.give_back(checker, ended_well=ended_well))
            if reference is not None:
                await asyncio.shield(pool.give_back(reference))

    async def _say(self, message: Downward) -> None:
        try:
            await self._link.send(message)
        except Hangup:
            self._gone.set()

    async def _carry_out(self, session: LiveSession, run: Run | BridgeRun) -> None:
        request = run.execute.request if isinstance(run, Run) else run.message.request
        try:
            done = await run.go()
        except (Hangup, asyncio.CancelledError):
            await asyncio.shield(self._abandon(session, run))
            return
        except ProtocolError as error:
            session.kernel.usable = False
            done = Done(request, "output_limit", str(error), 0.0, None)
        finally:
            session.touch()
        try:
            await self._link.send(done)
        except Hangup:
            self._gone.set()

    @staticmethod
    async def _abandon(session: LiveSession, run: Run | BridgeRun) -> None:
        """Nobody listens any more: stop a live session's code and keep its kernel if it answers."""
        if not session.live or not session.kernel.usable:
            session.kernel.usable = False
            return
        if not await run.came_back():
            session.kernel.usable = False
        session.kernel.listen(None)

    async def _interrupt(self, session: LiveSession) -> None:
        if session.run is None:
            return
        try:
            await session.run.interrupt()
        except EngineError as error:
            log.warning("A run could not be interrupted: %s", error)

    async def _stop_run(self) -> None:
        if self._run_task is not None and not self._run_task.done():
            self._run_task.cancel()
            await asyncio.wait({self._run_task}, timeout=COME_BACK_SECONDS * 3)

    async def _clean_up(self) -> None:
        await self._stop_run()
        session = self._session
        if session is not None and (not session.live or (session.run is None and not session.kernel.usable)):
            await self._services.sessions.end(session)


async def _nothing(_: Downward) -> None:
    """Where output goes that nobody asked for."""
