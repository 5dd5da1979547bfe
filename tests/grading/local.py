"""A stand-in for the sandbox: the harness in a plain subprocess. For trusted code only: it locks nothing."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from sandbox.messages import Answer, Done, Downward

ROOT = Path(__file__).resolve().parents[2]
DRIVER = """
import json, os, sys
for folder in sys.argv[1:]:
    sys.path.insert(0, folder)
import passerelle_harness
out = os.fdopen(os.dup(1), "w")
source = os.fdopen(os.dup(0))
def publish(channel, payload):
    out.write(json.dumps({"channel": channel, "payload": payload}) + "\\n")
    out.flush()
passerelle_harness._publish = publish
for line in source:
    try:
        exec(json.loads(line))
        outcome = "ok"
    except BaseException as error:
        outcome = "error: " + repr(error)
    out.write(json.dumps({"outcome": outcome}) + "\\n")
    out.flush()
"""


class LocalSession:
    """One interpreter with the harness in it."""

    image = "local"
    session = "local"
    warm = False

    def __init__(self, folder: Path, seconds: float) -> None:
        image = folder / "image"
        image.mkdir(exist_ok=True)
        shutil.copy(ROOT / "sandbox/codec.py", image)
        self.seconds = seconds
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(ROOT / "sandbox/image"), str(image)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        )

    def execute(
        self,
        code: str,
        *,
        channel: str | None = None,
        **_more: object,
    ) -> Iterator[Downward]:
        assert self.process.stdin is not None
        outcome = "died"
        try:
            self.process.stdin.write(json.dumps(code).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            yield Done("", "died", "", 0.0, None)
            return
        for line in self._lines():
            said = json.loads(line) if line else {"outcome": "time_limit"}
            if "outcome" in said:
                outcome = said["outcome"].partition(":")[0]
                break
            if said["channel"] == channel:
                yield Answer(said["channel"], said["payload"])
        yield Done("", outcome, "", 0.0, None)  # type: ignore[arg-type]

    def _lines(self) -> Iterator[bytes]:
        """Lines of output; an empty one when the time is over."""
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        waiting = selectors.DefaultSelector()
        waiting.register(descriptor, selectors.EVENT_READ)
        end = time.monotonic() + self.seconds
        text = b""
        while True:
            if not waiting.select(max(0.0, end - time.monotonic())):
                self.process.kill()
                yield b""
                return
            chunk = os.read(descriptor, 65536)
            if not chunk:
                return
            text += chunk
            *lines, text = text.split(b"\n")
            yield from lines

    def __enter__(self) -> LocalSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        self.process.wait(5)


class LocalClient:
    """Looks like a SandboxClient to the grader."""

    def __init__(self, folder: Path, seconds: float = 5.0) -> None:
        self.folder = folder
        self.seconds = seconds

    def open(self, **_more: object) -> LocalSession:
        return LocalSession(self.folder, self.seconds)
