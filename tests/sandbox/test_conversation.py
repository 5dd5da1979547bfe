"""What a client may ask of a session, and that a kernel is never given to a second user; without an engine."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox.admission import Admission, PoolBusy
from sandbox.conversation import Conversation, Services
from sandbox.kernel import Kernel, KernelFailed
from sandbox.launcher import Launcher
from sandbox.link import Hangup, Link
from sandbox.messages import Bridge, Downward, Execute, Message, Refused, Start
from sandbox.pool import Pool
from sandbox.profiles import LIMITS, MIB
from sandbox.run import Run
from sandbox.sessions import LiveSession, Sessions


@dataclass
class ScriptedLink:
    """A client that has said all it will say."""

    sent: list[Downward] = field(default_factory=list)

    async def receive(self) -> Message:
        await asyncio.sleep(0.2)
        raise Hangup

    async def send(self, message: Downward) -> None:
        self.sent.append(message)


class NoPool:
    """Whoever asks it for a kernel has passed every check."""

    def __init__(self) -> None:
        self.admission = Admission(MIB)

    async def take(self, *_: object) -> None:
        raise PoolBusy("asked")

    async def give_back(self, *_: object) -> None: ...


def services() -> Services:
    async def gate(_: str, __: float) -> None: ...

    pool = NoPool()
    return cast("Services", SimpleNamespace(pool=pool, sessions=Sessions(cast("Pool", pool)), gate=gate))


def told(message: Message, session: LiveSession | None = None) -> list[Downward]:
    """What a client hears that says one thing, in a session or in none."""

    async def scene() -> list[Downward]:
        link = ScriptedLink()
        conversation = Conversation(services(), cast("Link", link))
        conversation._session = session
        await conversation.serve(message)
        return link.sent

    return asyncio.run(asyncio.wait_for(scene(), 10))


def session(*, live: bool, running: bool = False) -> LiveSession:
    kernel = cast("Kernel", SimpleNamespace(usable=True, limits=LIMITS["live" if live else "graded"]))
    made = LiveSession("key", kernel, warm=True, live=live)
    if running:
        made.run = cast("Run", SimpleNamespace())
    return made


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (Start(), "busy"),
        (Start(limits="live", session="key"), "busy"),
        (Start(session="key"), "bad_request"),
        (Start(limits="check", session="key"), "bad_request"),
        (Start(limits="live"), "bad_request"),
        (Start(profile="cobol"), "unknown_profile"),
        (Start(files={f"f{number}": "" for number in range(101)}), "bad_request"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_only_a_live_session_has_a_key(start: Start, reason: str) -> None:
    (refused,) = told(start)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


def test_a_live_session_is_not_bridged_and_a_busy_one_runs_nothing_more() -> None:
    bridge = Bridge("r", "channel", "suite@1", "{}", "code")
    for message, where in (
        (bridge, session(live=True)),
        (bridge, session(live=False, running=True)),
        (Execute("r", "1"), session(live=True, running=True)),
    ):
        (refused,) = told(message, where)
        assert isinstance(refused, Refused)
        assert refused.reason == "busy"


@pytest.mark.parametrize("message", [Execute("r", "1"), Bridge("r", "c", "k", "{}", "code")])
def test_nothing_runs_without_a_session(message: Message) -> None:
    (refused,) = told(message)
    assert isinstance(refused, Refused)
    assert refused.reason == "bad_request"


@dataclass
class FakeLauncher:
    """Knows the kernels that were destroyed."""

    engine: Any = field(default_factory=lambda: SimpleNamespace(epoch=0, up=True))
    discarded: list[Any] = field(default_factory=list)

    async def discard(self, kernel: Kernel) -> None:
        self.discarded.append(kernel)


def test_a_kernel_is_given_to_one_user_and_then_destroyed() -> None:
    async def scene() -> None:
        launcher = FakeLauncher()
        pool = Pool(cast("Launcher", launcher), Admission(2048 * MIB), pool_max=2)
        pool.admission.used_bytes = LIMITS["graded"].memory_bytes
        warm = SimpleNamespace(usable=True, epoch=0, limits=LIMITS["graded"], listen=lambda _: None)
        pool._warm.append(cast("Kernel", warm))
        kernel, was_warm = await pool.take(LIMITS["graded"], 1)
        assert (kernel, was_warm) == (warm, True)
        await pool.give_back(kernel)
        assert launcher.discarded == [warm]
        assert (pool.warm, pool.running, pool.admission.used_bytes) == (0, 0, 0)
        with pytest.raises(PoolBusy):
            await pool.take(LIMITS["graded"], 0.05)

    asyncio.run(asyncio.wait_for(scene(), 10))


@dataclass
class BrokenLauncher(FakeLauncher):
    """Cannot start anything, for a reason nobody thought of."""

    async def launch(self, *_: object) -> Kernel:
        raise RuntimeError("too many open files")


def test_a_start_that_fails_in_any_way_frees_its_room_and_is_told() -> None:
    async def scene() -> None:
        pool = Pool(cast("Launcher", BrokenLauncher()), Admission(2048 * MIB), pool_max=2)
        pool.open = True
        tending = asyncio.create_task(pool.tend())
        try:
            with pytest.raises(KernelFailed, match="too many open files"):
                await pool.take(LIMITS["graded"], 5)
            await asyncio.sleep(0.05)
            assert (pool._starting, pool.admission.used_bytes) == (0, 0)
        finally:
            tending.cancel()

    asyncio.run(asyncio.wait_for(scene(), 10))
