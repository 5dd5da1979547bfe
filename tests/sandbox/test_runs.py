"""Runs through the front door: client, service, container, kernel. Each limit has its own outcome."""

import os
import secrets
import threading
import time
from collections.abc import Iterator

import docker
import pytest

from sandbox.client import SandboxBusy, SandboxClient, SandboxProtocolError, SandboxUnavailable
from sandbox.messages import Answer, Display, Done, Downward, InputRequest, KernelError, Result, Stream
from tests.sandbox.conftest import RunningService, eventually

pytestmark = pytest.mark.docker


def text(messages: list[Downward]) -> str:
    return "".join(message.text for message in messages if isinstance(message, Stream))


def done(messages: list[Downward]) -> Done:
    last = messages[-1]
    assert isinstance(last, Done)
    assert not any(isinstance(message, Done) for message in messages[:-1])
    return last


def outcome(client: SandboxClient, code: str, **options: float) -> str:
    with client.open() as session:
        return done(list(session.execute(code, **options))).outcome  # type: ignore[arg-type]


def answers_again(client: SandboxClient) -> bool:
    with client.open() as session:
        return text(list(session.execute("print(6 * 7)"))) == "42\n"


def test_printing_a_value_and_an_error_come_back(client: SandboxClient) -> None:
    with client.open() as session:
        messages = list(session.execute("import sys\nprint('a')\nprint('b', file=sys.stderr)\n1 + 1"))
        assert {(m.name, m.text) for m in messages if isinstance(m, Stream)} == {
            ("stdout", "a\n"),
            ("stderr", "b\n"),
        }
        assert [m.data["text/plain"] for m in messages if isinstance(m, Result)] == ["2"]
        assert done(messages).outcome == "ok"
        assert done(messages).execution_count == 1
        messages = list(session.execute("1 / 0"))
        (error,) = (m for m in messages if isinstance(m, KernelError))
        assert error.ename == "ZeroDivisionError"
        assert done(messages).outcome == "error"
        assert session.image.startswith("sha256:")


def test_state_stays_between_runs_of_one_session_and_not_between_two(client: SandboxClient) -> None:
    with client.open() as session:
        list(session.execute("x = 5"))
        assert text(list(session.execute("print(x)"))) == "5\n"
    with client.open() as session:
        assert done(list(session.execute("print(x)"))).outcome == "error"


def test_files_are_put_into_the_working_directory(client: SandboxClient) -> None:
    with client.open(files={"hallo.py": "def f(): return 'ok \u0633'"}) as session:
        assert text(list(session.execute("import hallo; print(hallo.f())"))) == "ok \u0633\n"
    with pytest.raises(SandboxProtocolError):
        client.open(files={"../x": ""})


def test_input_is_asked_and_answered(client: SandboxClient) -> None:
    with client.open() as session:
        seen: list[Downward] = []
        for message in session.execute("print('hi ' + input('name? '))", allow_stdin=True):
            seen.append(message)
            if isinstance(message, InputRequest):
                assert (message.prompt, message.password) == ("name? ", False)
                session.reply("Ben")
        assert "hi Ben" in text(seen)
        assert done(seen).outcome == "ok"


def test_prompts_count_as_text_and_as_messages(client: SandboxClient) -> None:
    with client.open() as session:
        assert done(list(session.execute("input('x' * 100_000)", allow_stdin=True))).outcome == "output_limit"
    with client.open() as session:
        seen: list[Downward] = []
        for message in session.execute("while True: input()", allow_stdin=True):
            seen.append(message)
            if isinstance(message, InputRequest):
                session.reply("")
        assert done(seen).outcome == "output_limit"


def test_an_answer_comes_only_on_the_asked_channel(client: SandboxClient) -> None:
    code = """
from IPython.display import publish_display_data
kind = "application/vnd.passerelle.answer+json"
for name in ("right", "wrong"):
    publish_display_data({kind: {"channel": name, "payload": [1, {"a": None}]}})
publish_display_data({kind: {"channel": "right"}})
"""
    with client.open() as session:
        messages = list(session.execute(code, channel="right"))
        assert [m.payload for m in messages if isinstance(m, Answer)] == [[1, {"a": None}]]
        assert not any(isinstance(m, Answer) for m in session.execute(code))


def test_a_time_limit_ends_a_graded_session(client: SandboxClient) -> None:
    began = time.monotonic()
    with client.open() as session:
        assert done(list(session.execute("while True: pass", time_limit=0.5))).outcome == "time_limit"
        assert done(list(session.execute("print(1)"))).outcome != "ok"
    assert time.monotonic() - began < 8


def test_code_in_c_that_hears_no_signal_is_ended_too(client: SandboxClient) -> None:
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nsum(range(10**14))"
    with client.open(limits="live", session=secrets.token_hex(8)) as session:
        assert done(list(session.execute(code, time_limit=0.5))).outcome == "time_limit"


def test_a_live_session_survives_a_time_limit_with_its_state(client: SandboxClient) -> None:
    with client.open(limits="live", session=secrets.token_hex(8)) as session:
        list(session.execute("x = 'kept'"))
        assert done(list(session.execute("while True: pass", time_limit=0.5))).outcome == "time_limit"
        assert text(list(session.execute("print(x)"))) == "kept\n"


def test_interrupt_stops_the_code_and_keeps_the_session(client: SandboxClient) -> None:
    with client.open(limits="live", session=secrets.token_hex(8)) as session:
        threading.Timer(0.5, session.interrupt).start()
        assert done(list(session.execute("import time\nprint(1)\ntime.sleep(20)"))).outcome == "interrupted"
        assert done(list(session.execute("1"))).outcome == "ok"


@pytest.mark.parametrize(
    "code",
    [
        "x = bytearray(1 << 30); x[::4096] = b'1' * len(x[::4096])",
        "import os\nif os.fork() == 0:\n    x = b'1' * (1 << 30)\nos.wait()",
    ],
    ids=["kernel", "child"],
)
def test_memory_has_its_own_outcome(client: SandboxClient, code: str) -> None:
    assert outcome(client, code) == "memory_limit"


@pytest.mark.parametrize(
    "code",
    [
        "while True: print('x' * 1000)",
        "import os\nwhile True: os.write(1, b'x' * 65536)",
        "from IPython.display import display\nfor _ in range(100_000): display(1)",
        "from IPython.display import publish_display_data as p\np({'text/plain': 'x' * 9_000_000})",
        "from IPython.display import publish_display_data as p\n"
        "d = 1\nfor _ in range(900): d = [d]\np({'text/plain': d})",
    ],
    ids=["print", "descriptor", "many", "huge", "nested"],
)
def test_too_much_output_has_its_own_outcome(client: SandboxClient, code: str) -> None:
    with client.open() as session:
        messages = list(session.execute(code))
    assert done(messages).outcome == "output_limit"
    assert len(text(messages)) <= 64 * 1024
    assert answers_again(client)


def test_a_kernel_that_ends_has_died(client: SandboxClient) -> None:
    for code in ("import os; os._exit(0)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"):
        assert outcome(client, code) == "died"


def test_a_fork_bomb_ends_and_the_next_run_is_well(client: SandboxClient) -> None:
    code = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    assert outcome(client, code, time_limit=2) != "ok"
    assert answers_again(client)


def test_forged_messages_of_another_request_are_not_passed_on(client: SandboxClient) -> None:
    code = """
ip = get_ipython()
k = ip.kernel
for parent in ({"header": {"msg_id": "other"}}, {}):
    k.session.send(k.iopub_socket, "stream", {"name": "stdout", "text": "forged"}, parent=parent)
print("own")
"""
    with client.open() as session:
        assert text(list(session.execute(code))) == "own\n"


def test_an_early_forged_reply_does_not_stick_the_session(client: SandboxClient) -> None:
    code = """
k = get_ipython().kernel
for _ in range(3):
    k.session.send(k.iopub_socket, "status", {"execution_state": "idle"}, parent=k.get_parent())
print("after")
"""
    with client.open() as session:
        assert done(list(session.execute(code))).outcome == "ok"


def test_html_and_images_are_reduced(client: SandboxClient) -> None:
    code = "from IPython.display import *\ndisplay(HTML('<script>x</script>'))\ndisplay(SVG('<svg/>'))"
    with client.open() as session:
        shown = [m.data for m in session.execute(code) if isinstance(m, Display)]
    assert all(set(data) <= {"text/plain", "text/html"} for data in shown)


def test_a_dropped_connection_destroys_a_graded_container(service: RunningService) -> None:
    session = service.client.open()
    runs = session.execute("import time\nprint('started', flush=True)\ntime.sleep(60)")
    assert isinstance(next(runs), Stream)
    running = service.client.health().running
    session.disconnect()
    assert eventually(lambda: service.client.health().running < running)


def test_a_live_session_is_found_again_by_its_key(client: SandboxClient) -> None:
    key = secrets.token_hex(16)
    first = client.open(limits="live", session=key)
    list(first.execute("x = 41"))
    first.disconnect()
    second = client.attach(key)
    assert text(list(second.execute("print(x + 1)"))) == "42\n"
    second.disconnect()
    third = client.open(limits="live", session=key)
    assert text(list(third.execute("print(x)"))) == "41\n"
    third.close()
    with pytest.raises(SandboxUnavailable):
        client.attach(key)


def test_a_live_run_that_nobody_watches_is_stopped(client: SandboxClient) -> None:
    key = secrets.token_hex(16)
    first = client.open(limits="live", session=key)
    list(first.execute("x = 'kept'"))
    next(first.execute("print(1, flush=True)\nwhile True: pass"))
    first.disconnect()

    time.sleep(1.5)
    again = client.attach(key)
    assert text(list(again.execute("print(x)"))) == "kept\n"
    again.close()


def test_another_connection_answers_and_interrupts(client: SandboxClient) -> None:
    key = secrets.token_hex(16)
    with client.open(limits="live", session=key) as session:
        seen: list[Downward] = []
        for message in session.execute("print(input())\nwhile True: pass", allow_stdin=True):
            seen.append(message)
            other = client.attach(key)
            if isinstance(message, InputRequest):
                other.reply("from elsewhere")
            elif isinstance(message, Stream) and "elsewhere" in message.text:
                other.interrupt()
            time.sleep(0.05)
            other.disconnect()
        assert done(seen).outcome == "interrupted"


def test_the_pool_is_refilled(service: RunningService) -> None:
    assert eventually(lambda: service.client.health().pool >= 2, 20)
    with service.client.open() as session:
        assert session.warm
    assert eventually(lambda: service.client.health().pool >= 2, 20)


def test_a_live_session_is_never_graded_in_nor_bridged(client: SandboxClient) -> None:
    key = secrets.token_hex(16)
    with client.open(limits="live", session=key) as session:
        with pytest.raises(SandboxProtocolError):
            client.open(limits="graded", session=key)
        with pytest.raises(SandboxBusy):
            list(session.bridge("{}", "1", channel="c", checker="k"))
        assert done(list(session.execute("1"))).outcome == "ok"


def test_one_run_at_a_time_in_a_session(client: SandboxClient) -> None:
    key = secrets.token_hex(16)
    with client.open(limits="live", session=key) as session:
        runs = session.execute("print(1, flush=True)\nimport time; time.sleep(1)\nprint(2)")
        next(runs)
        other = client.attach(key)
        with pytest.raises(SandboxBusy):
            list(other.execute("print('between')"))
        other.disconnect()
        rest = list(runs)
        assert (text(rest), done(rest).outcome) == ("2\n", "ok")


def test_unknown_names_are_refused(client: SandboxClient) -> None:
    with pytest.raises(SandboxProtocolError):
        client.open(profile="cobol")
    with pytest.raises(SandboxUnavailable):
        client.attach("no such session")
    with pytest.raises(SandboxProtocolError):
        client.open(limits="live")


@pytest.fixture
def busy_machine(engine_ready: None) -> Iterator[None]:
    """Thrice as much to do as the machine has processors, in containers: processes of one group share one share."""
    client = docker.from_env()
    hogs = [
        client.containers.run(
            "passerelle-python:local",
            ["-c", "while True: pass"],
            entrypoint="python3",
            detach=True,
            remove=True,
        )
        for _ in range(3 * (os.cpu_count() or 1))
    ]
    yield
    for hog in hogs:
        hog.kill()
    client.close()


@pytest.mark.usefixtures("busy_machine")
def test_time_that_a_busy_machine_keeps_back_is_not_the_students(client: SandboxClient) -> None:
    work = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    with client.open() as session:
        ended = done(list(session.execute(work, time_limit=1.0)))
    assert ended.duration_ms > 1000, "the machine was not busy enough for this test"
    assert ended.outcome == "ok"


@pytest.mark.usefixtures("busy_machine")
@pytest.mark.parametrize("code", ["while True: pass", "import time\ntime.sleep(60)"])
def test_a_busy_machine_is_waited_for_only_so_long(client: SandboxClient, code: str) -> None:
    begun = time.monotonic()
    assert outcome(client, code, time_limit=1.0) == "time_limit"
    assert time.monotonic() - begun < 15
