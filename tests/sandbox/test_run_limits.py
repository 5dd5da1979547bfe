"""One run against a kernel that says what the test tells it: each limit at its edge and past it, and each end."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox.engine import ContainerState, EngineError
from sandbox.kernel import Event, Kernel
from sandbox.load import Meter
from sandbox.messages import Answer, Display, Done, Downward, Execute, InputRequest, KernelError, Stream
from sandbox.profiles import LIMITS, PROFILES, KernelProfile, Limits
from sandbox.run import ANSWER_TYPE, Run
from sandbox.wire import KernelMessage

SMALL = replace(
    LIMITS["graded"], text_bytes=1_000, messages=20, answer_bytes=5_000, image_bytes=2_000, wall_seconds=5.0
)
CHANNEL = "the channel that was asked for"
PICTURE = base64.b64decode("iVBORw0KGgo=")


def said(kind: str, content: dict[str, Any], size: int = 100, channel: str = "iopub") -> Event:
    return Event(channel, KernelMessage(kind, "parent", content, size))


def printed(count: int) -> Event:
    return said("stream", {"name": "stdout", "text": "x" * count})


def shown(data: dict[str, Any], size: int = 100) -> Event:
    return said("display_data", {"data": data}, size)


def answered(channel: str = CHANNEL, size: int = 100) -> Event:
    return shown({ANSWER_TYPE: {"channel": channel, "payload": 1}}, size)


def picture(count: int) -> Event:
    return shown({"image/png": base64.b64encode(PICTURE + bytes(count - 8)).decode()})


def asked(prompt: str) -> Event:
    return said("input_request", {"prompt": prompt}, channel="stdin")


RUNNING = ContainerState(running=True, out_of_memory=False, exit_code=0)
END = [
    said("execute_reply", {"status": "ok", "execution_count": 1}, channel="shell"),
    said("status", {"execution_state": "idle"}),
]


@dataclass
class ScriptedKernel:
    """What a run needs of a kernel."""

    script: list[Event]
    limits: Limits = SMALL
    profile: KernelProfile = PROFILES["python"]
    state: ContainerState = RUNNING
    kills: list[int | None] = field(default_factory=lambda: [0])
    epoch: int = 0
    usable: bool = True
    container: str = "scripted"
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    engine: Any = None
    replies: int = 0

    def __post_init__(self) -> None:
        async def state(_: str) -> ContainerState:
            return self.state

        self.engine = SimpleNamespace(epoch=0, up=True, state=state)

    async def start_run(self, _: str, *, allow_stdin: bool) -> None:
        del allow_stdin
        for event in self.script:
            self.events.put_nowait(event)

    def listen(self, _: str | None) -> None: ...

    def memory_kills(self) -> int | None:
        return self.kills.pop(0) if len(self.kills) > 1 else self.kills[0]

    async def interrupt(self) -> None: ...

    async def send(self, *_: object) -> None:
        self.replies += 1


def run(kernel: ScriptedKernel, **options: Any) -> tuple[Done, list[Downward]]:
    """Run to the end; every request for input is answered at once."""
    heard: list[Downward] = []

    async def scene() -> Done:
        async def emit(message: Downward) -> None:
            heard.append(message)
            if isinstance(message, InputRequest):
                await current.answer_input("")

        current = Run(cast("Kernel", kernel), Execute("r", "code", channel=CHANNEL, **options), emit)
        return await current.go()

    return asyncio.run(asyncio.wait_for(scene(), 20)), heard


@pytest.mark.parametrize(
    ("make", "within"),
    [
        (lambda n: [printed(100)] * n, 10),
        (lambda n: [shown({"text/plain": "x" * 100})] * n, 10),
        (lambda n: [shown({"text/html": "x" * 100})] * n, 10),
        (lambda n: [said("error", {"ename": "E", "evalue": "", "traceback": ["x" * 100]})] * n, 10),
        (lambda n: [asked("x" * 100)] * n, 10),
        (lambda n: [shown({"text/plain": ""})] * n, 20),
        (lambda n: [asked("")] * n, 20),
        (lambda n: [answered(size=1_000)] * n, 5),
        (lambda n: [answered("another", size=1_000)] * n, 5),
        (lambda n: [picture(500)] * n, 2),
    ],
    ids=[
        "printed",
        "text",
        "html",
        "errors",
        "prompts",
        "messages",
        "questions",
        "answers",
        "others",
        "pictures",
    ],
)
def test_each_limit_at_its_edge_and_past_it(make: Callable[[int], list[Event]], within: int) -> None:
    done, _ = run(ScriptedKernel([*make(within), *END]))
    assert done.outcome in {"ok", "error"}
    kernel = ScriptedKernel([*make(within + 1), *END])
    done, heard = run(kernel)
    assert done.outcome == "output_limit"
    assert not kernel.usable
    assert sum(len(part.text) for part in heard if isinstance(part, Stream)) <= SMALL.text_bytes
    assert (
        sum(len(part.data.get("text/plain", "")) for part in heard if isinstance(part, Display))
        <= SMALL.text_bytes
    )


def test_answers_are_heard_on_the_asked_channel_alone() -> None:
    done, heard = run(ScriptedKernel([answered("another"), answered(), answered(""), *END]))
    assert done.outcome == "ok"
    assert heard == [Answer(CHANNEL, 1)]


@pytest.mark.parametrize(
    "data", [{}, {"channel": CHANNEL}, {"channel": CHANNEL, "payload": 1, "more": 2}, [], None]
)
def test_an_answer_of_a_wrong_form_is_not_heard(data: Any) -> None:
    assert run(ScriptedKernel([shown({ANSWER_TYPE: data}), *END]))[1] == []


def test_a_message_that_cannot_be_read_ends_the_run() -> None:
    kernel = ScriptedKernel([Event("iopub", fault="nested too deeply"), *END])
    assert run(kernel)[0].outcome == "output_limit"
    assert not kernel.usable


def test_a_process_ended_for_want_of_memory_is_noticed_though_the_code_went_on() -> None:
    assert run(ScriptedKernel(END, kills=[0, 1]))[0].outcome == "memory_limit"
    assert run(ScriptedKernel(END, kills=[3, 3]))[0].outcome == "ok"
    assert run(ScriptedKernel(END, kills=[None]))[0].outcome == "ok"


def test_the_time_limit_can_be_shortened_and_never_lengthened() -> None:
    for asked_for, most in ((0.2, 2.0), (1_000.0, 4.0)):
        kernel = ScriptedKernel([], limits=replace(SMALL, wall_seconds=1.0))
        began = time.monotonic()
        assert run(kernel, time_limit=asked_for)[0].outcome == "time_limit"
        assert time.monotonic() - began < most
        assert not kernel.usable


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (ContainerState(running=False, out_of_memory=False, exit_code=0), "died"),
        (ContainerState(running=False, out_of_memory=False, exit_code=1), "died"),
        (ContainerState(running=False, out_of_memory=False, exit_code=137), "died"),
        (ContainerState(running=False, out_of_memory=False, exit_code=-1), "our_fault"),
        (ContainerState(running=False, out_of_memory=True, exit_code=137), "memory_limit"),
        (ContainerState(running=True, out_of_memory=False, exit_code=0), "output_limit"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_line_that_breaks_is_never_a_success(state: ContainerState, outcome: str) -> None:
    kernel = ScriptedKernel([END[0], Event("iopub", gone=True)], state=state)
    assert run(kernel)[0].outcome == outcome
    assert not kernel.usable


def test_an_engine_that_went_away_blames_nobody() -> None:
    kernel = ScriptedKernel(
        [Event("iopub", gone=True)], state=ContainerState(running=False, out_of_memory=False, exit_code=137)
    )
    kernel.engine.epoch = 1
    assert run(kernel)[0].outcome == "our_fault"


def test_an_engine_that_does_not_answer_any_more_blames_nobody() -> None:
    async def state(_: str) -> ContainerState:
        raise EngineError("nobody answers")

    kernel = ScriptedKernel([Event("iopub", gone=True)])
    kernel.engine.state, kernel.engine.up = state, False
    assert run(kernel)[0].outcome == "our_fault"


def test_a_kernel_that_met_a_limit_runs_nothing_more() -> None:
    kernel = ScriptedKernel([printed(2_000), *END])
    assert run(kernel)[0].outcome == "output_limit"
    kernel.script = END
    assert run(kernel)[0].outcome != "ok"


@dataclass
class LateKernel(ScriptedKernel):
    """Refuses what it cannot read, and says why only after it has said that it is idle."""

    profile: KernelProfile = PROFILES["javascript"]
    limits: Limits = LIMITS["live"]
    asked: int = 0

    async def start_run(self, _: str, *, allow_stdin: bool) -> None:
        del allow_stdin
        self.asked += 1
        refused = said("execute_reply", {"status": "error", "execution_count": 1}, channel="shell")
        for event in (END[1], refused) if self.asked == 1 else END:
            self.events.put_nowait(event)
        if self.asked == 2:
            why = said("error", {"ename": "SyntaxError", "evalue": "no", "traceback": []})
            asyncio.get_running_loop().call_later(0.5, self.events.put_nowait, why)


def test_why_a_cell_cannot_be_read_is_waited_for() -> None:
    done, heard = run(LateKernel([]))
    assert (done.outcome, done.detail) == ("error", "SyntaxError")
    assert [message.ename for message in heard if isinstance(message, KernelError)] == ["SyntaxError"]


@pytest.mark.parametrize(("busy", "heard"), [(True, ["late"]), (False, [])])
def test_what_is_said_last_is_waited_for_as_the_machine_allows(
    monkeypatch: pytest.MonkeyPatch, busy: bool, heard: list[str]
) -> None:
    """A fifth of a second after the end: in time only where the kernel had to wait for its turn."""

    class Late(ScriptedKernel):
        async def start_run(self, code: str, *, allow_stdin: bool) -> None:
            await super().start_run(code, allow_stdin=allow_stdin)
            late = said("stream", {"name": "stdout", "text": "late"})
            asyncio.get_running_loop().call_later(0.2, self.events.put_nowait, late)

    monkeypatch.setattr(Meter, "missing", lambda _self, seconds: seconds if busy else 0.0)
    done, said_ = run(Late(END, profile=PROFILES["javascript"]))
    assert done.outcome == "ok"
    assert [message.text for message in said_ if isinstance(message, Stream)] == heard
