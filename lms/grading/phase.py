"""One request to a container and the answers it gives on a channel nobody could know before."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lms.grading.messages import message
from lms.grading.outcome import Outcome
from lms.grading.verdict import Message
from lms.grading.wire import code_for
from sandbox.client import Session
from sandbox.messages import Answer, Done

MAX_ANSWERS = 2_000

ENDS: Mapping[str, tuple[Outcome, str]] = {
    "ok": (Outcome.FAILED, "no_answer"),
    "error": (Outcome.FAILED, "no_answer"),
    "interrupted": (Outcome.FAILED, "no_answer"),
    "died": (Outcome.ERROR, "died"),
    "time_limit": (Outcome.TIME_LIMIT, "time_limit"),
    "memory_limit": (Outcome.MEMORY_LIMIT, "memory_limit"),
    "output_limit": (Outcome.OUTPUT_LIMIT, "too_much_output"),
}
"""What a run's end means for the first check that it left without an answer."""


CodeFor = Callable[[Mapping[str, object], str], str]


class OurFaultError(Exception):
    """The sandbox says that the run ended by a fault of ours."""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it came, and the time since the one before."""

    payload: object
    duration_ms: int


class Phase:
    """Iterate to run the request; afterwards `done` says how it ended."""

    def __init__(
        self, session: Session, request: Mapping[str, object], code: CodeFor = code_for, answers: int = 1
    ) -> None:
        self._session = session
        self._request = request
        self._code = code
        self._answers = answers
        self.done: Done | None = None

    def __iter__(self) -> Iterator[Given]:
        channel = secrets.token_hex(16)
        last = time.monotonic()
        count = 0
        for said in self._session.execute(
            self._code(self._request, channel), channel=channel, answers=self._answers
        ):
            if isinstance(said, Answer) and said.channel == channel and count < MAX_ANSWERS:
                now = time.monotonic()
                count += 1
                yield Given(said.payload, round((now - last) * 1000))
                last = now
            elif isinstance(said, Done):
                self.done = said
        if self.done is None or self.done.outcome == "our_fault":
            raise OurFaultError(self.done.detail if self.done else "the run has no end")

    @property
    def end(self) -> tuple[Outcome, Message]:
        """The outcome and words for what this run left without an answer."""
        outcome, code = ENDS[self.done.outcome if self.done else "error"]
        return outcome, message(code)

    @property
    def alive(self) -> bool:
        """Whether the container can take another request."""
        return self.done is not None and self.done.outcome in {"ok", "error"}
