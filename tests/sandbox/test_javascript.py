"""JavaScript through the front door: client, service, container, Deno's kernel."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator

import pytest

from sandbox.client import SandboxClient, SandboxProtocolError, Session
from sandbox.messages import Answer, Done, Downward, InputRequest, KernelError, Result, Stream
from sandbox.profiles import PROFILES
from tests.sandbox.conftest import RunningService

pytestmark = [pytest.mark.docker, pytest.mark.timeout(180)]


def text(messages: list[Downward]) -> str:
    return "".join(message.text for message in messages if isinstance(message, Stream))


def done(messages: list[Downward]) -> Done:
    last = messages[-1]
    assert isinstance(last, Done)
    return last


@pytest.fixture
def live(client: SandboxClient) -> Iterator[Session]:
    """A live session in JavaScript."""
    with client.open(profile="javascript", limits="live", session=secrets.token_hex(16)) as session:
        yield session
        session.close()


def test_printing_values_and_errors_come_back_and_names_stay(live: Session) -> None:
    messages = list(live.execute("let x = 5;\nconsole.log('a'); console.error('b');\n[x, 'c']"))
    assert {(m.name, m.text) for m in messages if isinstance(m, Stream)} == {
        ("stdout", "a\n"), ("stderr", "b\n"),
    }  # fmt: skip
    assert [m.data["text/plain"] for m in messages if isinstance(m, Result)] == ['[ 5, "c" ]']
    assert done(messages).outcome == "ok"
    messages = list(live.execute("null.name"))
    (error,) = (m for m in messages if isinstance(m, KernelError))
    assert (error.ename, done(messages).outcome) == ("TypeError", "error")
    assert text(list(live.execute("console.log(x + 1); alert('hello')"))) == "6\nhello\n"


def test_a_cell_that_cannot_be_read_says_why_and_where(live: Session) -> None:
    messages = list(live.execute("let y = 1;\nlet z = ;\n"))
    (error,) = (m for m in messages if isinstance(m, KernelError))
    assert (error.ename, error.evalue) == ("SyntaxError", "Unexpected token ';'")
    assert error.traceback[0].startswith("cell:2\n    let z = ;\n            ^")
    assert done(messages).outcome == "error"
    assert text(list(live.execute("console.log(typeof y)"))) == "undefined\n"


def test_output_after_the_end_is_waited_for(live: Session) -> None:
    assert "late" in text(list(live.execute("setTimeout(() => console.log('late'), 40); undefined")))


def test_prompt_asks_the_person(live: Session) -> None:
    answers = []
    for message in live.execute("`Hi ${prompt('Name?')}`", allow_stdin=True):
        if isinstance(message, InputRequest):
            assert message.prompt.strip() == "Name?"
            live.reply("Amal")
        elif isinstance(message, Result):
            answers.append(message.data["text/plain"])
    assert answers == ['"Hi Amal"']
    assert [m.data for m in live.execute("prompt('Name?')") if isinstance(m, Result)] == []


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("for (;;);", "interrupted"),
        ("prompt('Name?')", "interrupted"),
        ("await new Promise(() => {})", "died"),
    ],
)
def test_stop_ends_a_cell_and_keeps_the_kernel_where_it_can(live: Session, code: str, outcome: str) -> None:
    list(live.execute("let kept = 7"))
    timer = threading.Timer(0.5, live.interrupt)
    timer.start()
    begun = time.monotonic()
    assert done(list(live.execute(code, allow_stdin=True))).outcome == outcome
    assert time.monotonic() - begun < 20
    if outcome == "interrupted":
        assert text(list(live.execute("console.log(kept)"))) == "7\n"


def test_a_time_limit_keeps_a_live_kernel_that_answers(live: Session) -> None:
    list(live.execute("let kept = 7"))
    assert done(list(live.execute("for (;;);", time_limit=1.0))).outcome == "time_limit"
    assert text(list(live.execute("console.log(kept)"))) == "7\n"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("for (;;);", "time_limit"),
        ("for (;;) await null;", "time_limit"),
        ("for (;;) console.log('x'.repeat(1000));", "output_limit"),
        ("const all = []; for (;;) all.push(new Array(1e6).fill(1));", "memory_limit"),
        ("Deno.exit(0);", "died"),
        (
            "Deno.jupyter.broadcast('display_data', { data: { 'text/plain': 'x'.repeat(2e7) } })",
            "output_limit",
        ),
    ],
)
def test_each_limit_has_its_outcome(client: SandboxClient, code: str, outcome: str) -> None:
    with client.open(profile="javascript") as session:
        assert done(list(session.execute(code, time_limit=8.0))).outcome == outcome
    with client.open(profile="javascript") as session:
        assert text(list(session.execute("console.log(6 * 7)"))) == "42\n"


def test_answers_come_on_their_channel_alone_and_all_of_them(client: SandboxClient) -> None:
    code = """
        for (let count = 0; count < 20; count += 1) {
          for (const channel of ["mine", "other"]) {
            Deno.jupyter.broadcast("display_data", { metadata: {}, transient: {}, data: {
              "application/vnd.passerelle.answer+json": { channel, payload: count } } });
          }
        }
    """
    with client.open(profile="javascript") as session:
        for _ in range(10):
            said = list(session.execute(code, channel="mine", answers=20))
            got = [m.payload for m in said if isinstance(m, Answer) and m.channel == "mine"]
            assert got == list(range(20))
            assert not [m for m in said if isinstance(m, Answer) and m.channel != "mine"]


def test_a_kernel_that_may_not_write_takes_no_files(client: SandboxClient) -> None:
    with pytest.raises(SandboxProtocolError):
        client.open(profile="javascript", files={"a.txt": "a"})


def test_nothing_is_warm_before_somebody_asks(service: RunningService, client: SandboxClient) -> None:
    report = client.health()
    assert set(report.images) == set(service.settings.images.values())
    assert PROFILES["javascript"].always_warm == 0
