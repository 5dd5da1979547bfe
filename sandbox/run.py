"""One `Execute`: reads what the kernel sends, counts it against the limits, always ends in one outcome."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.display import clean_bundle
from sandbox.engine import EngineError
from sandbox.kernel import Event, Kernel
from sandbox.load import Meter
from sandbox.messages import (
    Answer,
    Display,
    Done,
    Downward,
    Execute,
    InputRequest,
    KernelError,
    Result,
    RunOutcome,
    Stream,
)
from sandbox.profiles import PATIENCE
from sandbox.wire import KernelMessage

ANSWER_TYPE = "application/vnd.passerelle.answer+json"
COME_BACK_SECONDS = 1.0
"""How long an interrupted kernel may take to answer before it is ended."""
_IDLE_GRACE = 2.0
_ANSWERS_GRACE = 5.0
_EXPLAIN_GRACE = 2.0
_TRACE_LINES = 60
_WAKE = "wake"
"""The channel of an event that says only: look at the clock again."""

Emit = Callable[[Downward], Awaitable[None]]


class _LimitReachedError(Exception):
    def __init__(self, outcome: RunOutcome, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail


@dataclass
class Run:
    """One execution on one kernel."""

    kernel: Kernel
    execute: Execute
    emit: Emit
    interrupted: bool = False
    waiting_for_input: bool = False
    _text: int = 0
    _images: int = 0
    _answers: int = 0
    _given: int = 0
    _stopped_asking: bool = False
    _messages: int = 0
    _idle: bool = False
    _reply: dict[str, Any] | None = None
    _error: str | None = None
    _deadline: float = 0.0
    _latest: float = 0.0
    _wall: float = 0.0
    _meter: Meter | None = None
    _paused_at: float = 0.0
    _kills: int = 0
    _muted: bool = False
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def go(self) -> Done:
        """Run to the end. Raises only what `emit` raises."""
        began = time.monotonic()
        limits = self.kernel.limits
        self._wall = min(self.execute.time_limit or limits.wall_seconds, limits.wall_seconds)
        self._deadline, self._latest = began + self._wall, began + self._wall * PATIENCE
        self._meter = Meter.start(self.kernel.container)
        self._kills = self.kernel.memory_kills() or 0
        outcome, detail = await self._to_the_end()
        if outcome in ("ok", "error", "died", "interrupted") and self._memory_was_short():
            outcome, detail = "memory_limit", "a process was ended by the memory limit"
        self.kernel.listen(None)
        count = (self._reply or {}).get("execution_count")
        return Done(
            request=self.execute.request,
            outcome=outcome,
            detail=detail,
            duration_ms=round((time.monotonic() - began) * 1000, 3),
            execution_count=count if type(count) is int and abs(count) < 1 << 53 else None,
        )

    async def _to_the_end(self) -> tuple[RunOutcome, str]:
        if not self.kernel.usable:
            return await self._gone()
        try:
            await self._carry_out(self.execute.code, allow_stdin=self.execute.allow_stdin)
            if self._unexplained():
                await self._explain()
            elif self.kernel.profile.settle_seconds:
                await self._settle(self.kernel.profile.settle_seconds)
        except _LimitReachedError as limit:
            return await self._stop(limit.outcome, limit.detail)
        except _GoneError:
            return await self._gone()
        return self._ending()

    async def _carry_out(self, code: str, *, allow_stdin: bool = False) -> None:
        self._idle, self._reply = False, None
        await self.kernel.start_run(code, allow_stdin=allow_stdin)
        while not (self._idle and self._reply is not None):
            await self._take(await self._next_event())

    def _unexplained(self) -> bool:
        """Whether the kernel refused a live cell without a word: it could not read it."""
        refused = self._error is None and (self._reply or {}).get("status") == "error"
        return (
            refused and not self.interrupted and self.kernel.limits.keep and bool(self.kernel.profile.explain)
        )

    async def _explain(self) -> None:
        """Have the cell's fault told; it stays a failed run whatever comes of that."""
        refusal = self._reply
        text = json.dumps({"code": self.execute.code})
        packed = base64.b64encode(zlib.compress(text.encode(), 1)).decode()
        await self._carry_out(self.kernel.profile.explain.format(packed=packed))
        until = asyncio.get_running_loop().time() + _EXPLAIN_GRACE
        while self._error is None and await self._take_until(until):
            pass
        self._reply = refusal

    async def _settle(self, seconds: float) -> None:
        """Take what still comes of a run that has ended: the answers that were asked for, or what it said last."""
        now, wanted = asyncio.get_running_loop().time(), self.execute.answers
        if wanted is not None:
            while self._given < wanted and await self._take_until(now + _ANSWERS_GRACE):
                pass
            return
        meter = Meter.start(self.kernel.container)
        # Once, and again where a busy machine kept the kernel from its turn.
        for turn in range(1, int(PATIENCE) + 1):
            while await self._take_until(now + turn * seconds):
                pass
            if meter.missing(turn * seconds) <= 0:
                return

    async def _take_until(self, until: float) -> bool:
        """Take the kernel's next event; False when none came by then, by the loop's clock."""
        try:
            async with asyncio.timeout_at(until):
                event = await self.kernel.events.get()
        except TimeoutError:
            return False
        await self._take(event)
        return True

    def _ending(self) -> tuple[RunOutcome, str]:
        if self._error is None and (self._reply or {}).get("status") == "ok" and not self._stopped_asking:
            return "ok", ""
        if self.interrupted and self._error in (None, "KeyboardInterrupt"):
            return "interrupted", ""
        return "error", self._error or ""

    async def _next_event(self) -> Event:
        while True:
            event = await self._event_in_time()
            if event is not None:
                return event

    async def _event_in_time(self) -> Event | None:
        """The kernel's next event; None when the time is over and more is granted."""
        limits = self.kernel.limits
        if self.waiting_for_input:
            until, reason = self._paused_at + limits.input_seconds, "nobody answered the input in time"
        else:
            until, reason = self._deadline, "the code ran longer than allowed"
        if self._reply is not None and not self._idle:
            until = min(until, time.monotonic() + _IDLE_GRACE)
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + until - time.monotonic()):
                return await self.kernel.events.get()
        except TimeoutError:
            if self._reply is not None and time.monotonic() < self._deadline:
                raise _LimitReachedError("output_limit", "messages were lost among too many") from None
            if self.interrupted and self.kernel.profile.interrupt == "message":
                raise _LimitReachedError("died", "the code did not stop, so its kernel was ended") from None
            if self.waiting_for_input or not self._more_time():
                raise _LimitReachedError("time_limit", reason) from None
            return None

    def _more_time(self) -> bool:
        """Grant the time that a busy machine kept from this run; whether there was any."""
        now = time.monotonic()
        missing = self._meter.missing(self._wall) if self._meter is not None else 0.0
        if missing <= 0 or now >= self._latest:
            return False
        self._deadline = min(now + missing, self._latest)
        return True

    async def _take(self, event: Event) -> None:
        if event.channel == _WAKE:
            return
        if event.gone:
            raise _GoneError
        if event.fault or event.message is None:
            raise _LimitReachedError("output_limit", f"an unreadable message: {event.fault}")
        message = event.message
        if event.channel == "shell" and message.kind == "execute_reply":
            self._reply = message.content
        elif event.channel == "stdin" and message.kind == "input_request":
            await self._ask(message.content)
        elif event.channel == "iopub":
            await self._published(message)

    async def _published(self, message: KernelMessage) -> None:
        content = message.content
        if message.kind == "status":
            self._idle = self._idle or content.get("execution_state") == "idle"
            return
        self._messages += 1
        if self._messages > self.kernel.limits.messages:
            raise _LimitReachedError("output_limit", "too many messages")
        if message.kind == "stream":
            await self._stream(content)
        elif message.kind in ("display_data", "execute_result"):
            await self._show(message)
        elif message.kind == "error":
            await self._raised(content)

    async def _stream(self, content: dict[str, Any]) -> None:
        name, text = content.get("name"), content.get("text")
        if name not in ("stdout", "stderr") or not isinstance(text, str):
            return
        kept = self._room_for(text)
        if kept:
            await self._send(Stream("stdout" if name == "stdout" else "stderr", kept))
        if len(kept) < len(text):
            raise _LimitReachedError("output_limit", "too much was printed")

    def _room_for(self, text: str) -> str:
        data = text.encode("utf-8", "surrogatepass")
        room = self.kernel.limits.text_bytes - self._text
        self._text += len(data)
        return text if len(data) <= room else data[: max(room, 0)].decode("utf-8", "ignore")

    async def _show(self, message: KernelMessage) -> None:
        data = message.content.get("data")
        if isinstance(data, dict) and ANSWER_TYPE in data:
            await self._answer(data[ANSWER_TYPE], message.size)
            return
        kept, images = clean_bundle(data, self.kernel.limits.image_bytes - self._images)
        self._images += images
        if images and self._images > self.kernel.limits.image_bytes:
            raise _LimitReachedError("output_limit", "too many bytes of images")
        text = sum(len(value) for kind, value in kept.items() if kind.startswith("text/"))
        self._text += text
        if self._text > self.kernel.limits.text_bytes:
            raise _LimitReachedError("output_limit", "too much was shown")
        if kept:
            await self._send(Result(kept) if message.kind == "execute_result" else Display(kept))

    async def _answer(self, data: Any, size: int) -> None:
        self._answers += size
        if self._answers > self.kernel.limits.answer_bytes:
            raise _LimitReachedError("output_limit", "the answers are too large")
        if not isinstance(data, dict) or data.keys() != {"channel", "payload"}:
            return
        if self.execute.channel is not None and data["channel"] == self.execute.channel:
            self._given += 1
            await self._send(Answer(self.execute.channel, data["payload"]))

    async def _raised(self, content: dict[str, Any]) -> None:
        name, value, trace = (content.get(key) for key in ("ename", "evalue", "traceback"))
        lines = [line for line in trace if isinstance(line, str)] if isinstance(trace, list) else []
        self._error = name[:200] if isinstance(name, str) else "Exception"
        kept = tuple(self._room_for(line) for line in lines[-_TRACE_LINES:])
        await self._send(KernelError(self._error, value[:4000] if isinstance(value, str) else "", kept))
        if self._text > self.kernel.limits.text_bytes:
            raise _LimitReachedError("output_limit", "the error message is too long")

    async def _ask(self, content: dict[str, Any]) -> None:
        prompt = content.get("prompt")
        kept = self._room_for(prompt if isinstance(prompt, str) else "")
        self._messages += 1
        if self._messages > self.kernel.limits.messages or self._text > self.kernel.limits.text_bytes:
            raise _LimitReachedError("output_limit", "too much was asked")
        self.waiting_for_input = True
        self._paused_at = time.monotonic()
        await self._send(InputRequest(kept, content.get("password") is True))

    async def answer_input(self, text: str) -> None:
        """Hand a line to the code that waits for it; nothing happens when none waits."""
        if not self.waiting_for_input:
            return
        self.waiting_for_input = False
        paused = time.monotonic() - self._paused_at
        self._deadline, self._latest = self._deadline + paused, self._latest + paused
        await self.kernel.send("stdin", "input_reply", {"value": text, "status": "ok"})

    async def interrupt(self) -> None:
        """The person pressed Stop. EngineError when the engine cannot."""
        self.interrupted = True
        await self.kernel.interrupt()
        if self.kernel.profile.interrupt == "message":
            # Code that waits for a line looks for messages only when it has one; code that waits for a promise never.
            if self.waiting_for_input:
                self._stopped_asking = True
                await self.answer_input("")
                await self.kernel.interrupt()
            self._deadline = min(self._deadline, time.monotonic() + COME_BACK_SECONDS)
            await self.kernel.events.put(Event(_WAKE))

    async def _send(self, message: Downward) -> None:
        if not self._muted:
            await self.emit(message)

    async def _stop(self, outcome: RunOutcome, detail: str) -> tuple[RunOutcome, str]:
        """End a run that passed a limit: by interrupt where the kernel may be kept, else for good."""
        if self.kernel.limits.keep and outcome != "died" and await self.came_back():
            return outcome, detail
        self.kernel.usable = False
        return outcome, detail

    async def came_back(self) -> bool:
        """Interrupt, and see whether the kernel is idle within a second; nothing more is emitted."""
        self._muted = True
        try:
            await self.kernel.interrupt()
            async with asyncio.timeout(COME_BACK_SECONDS):
                while not (self._idle and self._reply is not None):
                    event = await self.kernel.events.get()
                    if event.gone or event.message is None:
                        return False
                    if event.channel == "shell":
                        self._reply = event.message.content
                    elif event.message.kind == "status":
                        self._idle = event.message.content.get("execution_state") == "idle"
        except (TimeoutError, EngineError):
            return False
        return True

    async def _gone(self) -> tuple[RunOutcome, str]:
        """A connection broke: ask the engine why, and blame nobody when it was away."""
        self.kernel.usable = False
        for wait in (0.0, 0.05, 0.1, 0.2, 0.4, 0.4):
            await asyncio.sleep(wait)
            if self.kernel.engine.epoch != self.kernel.epoch or not self.kernel.engine.up:
                return "our_fault", "the Docker engine went away"
            try:
                state = await self.kernel.engine.state(self.kernel.container)
            except EngineError:
                continue
            if state.out_of_memory:
                return "memory_limit", "the memory limit ended the kernel"
            if not state.running:
                return await self._ended(state.exit_code)
        if self._memory_was_short():
            return "memory_limit", "a process was ended by the memory limit"
        return "output_limit", "a message was larger than allowed, or the kernel closed its connection"

    async def _ended(self, exit_code: int) -> tuple[RunOutcome, str]:
        # The engine kills containers as it restarts; give the line to it a moment to say so.
        await asyncio.sleep(0.3 if exit_code in (137, 143, -1) else 0)
        if self.kernel.engine.epoch != self.kernel.epoch or not self.kernel.engine.up or exit_code == -1:
            return "our_fault", "the container was taken away from outside"
        return "died", f"the kernel ended with exit code {exit_code}"

    def _memory_was_short(self) -> bool:
        kills = self.kernel.memory_kills()
        return kills is not None and kills > self._kills


class _GoneError(Exception):
    """A connection to the kernel broke."""
