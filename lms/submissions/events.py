"""The stream of one hand-in's way to its verdict: lines of JSON, each test as soon as it has ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from lms.core.db import db
from lms.submissions.models import Status, Submission
from lms.submissions.pages import Presenter, in_order_of_running, result_of, state_html, stored_verdict
from lms.submissions.services import queue_place, streamed_tests
from lms.submissions.wake import wake

HEARTBEAT_SECONDS = 10.0
LONGEST_STREAM_SECONDS = 120.0
QUICK_SECONDS = 1.0
QUICK_POLL, SLOW_POLL, LOCAL_POLL = 0.1, 0.3, 1.0


def line(**fields: Any) -> str:
    """One line of the stream."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"


@dataclass
class _Told:
    """What the reader knows already."""

    sent: int
    run: int | None = None
    state: tuple[str, int | None] | None = None
    spoke: float = field(default_factory=monotonic)


def event_lines(submission_id: int, *, after: int, grader_is_here: bool) -> Iterator[str]:
    """Lines up to the verdict; `after` is the number of the last test that the reader has (-1: none).

    With the grader in this process each change wakes the stream; without, it polls. It ends without a verdict
    after two minutes, and the page asks again: a sandbox that is away must not hold all the web's threads.
    """
    told, started = _Told(sent=after), monotonic()
    with wake.listen(submission_id) as changed:
        while monotonic() - started < LONGEST_STREAM_SECONDS:
            changed.clear()
            submission = db.session.get_one(Submission, submission_id)
            for text in _news(submission, told):
                told.spoke = monotonic()
                yield text
            ended = not submission.is_pending
            # The connection goes back to the pool, and the next turn reads what is then in the table.
            db.session.rollback()
            if ended:
                return
            if monotonic() - told.spoke >= HEARTBEAT_SECONDS:
                told.spoke = monotonic()
                yield line(type="heartbeat")
            young = monotonic() - started < QUICK_SECONDS
            changed.wait(LOCAL_POLL if grader_is_here else QUICK_POLL if young else SLOW_POLL)


def _news(submission: Submission, told: _Told) -> Iterator[str]:
    presenter: Presenter | None = None
    if told.run is not None and submission.run != told.run and told.sent >= 0:
        told.sent, told.state = -1, None
        yield line(type="status", status=submission.status, restart=True)
    told.run = submission.run
    place = queue_place(submission)
    if submission.status != Status.GRADED and (submission.status, place) != told.state:
        told.state = (submission.status, place)
        yield line(type="status", status=submission.status, place=place, html=state_html(submission))
    verdict = stored_verdict(submission)
    if verdict is not None:
        results = list(enumerate(in_order_of_running(verdict)))
    elif submission.status == Status.RUNNING:
        results = [(row.position, result_of(row.result)) for row in streamed_tests(submission, told.sent)]
    else:
        results = []
    for position, result in results:
        if position > told.sent:
            told.sent = position
            presenter = presenter or Presenter(submission)
            html = presenter.test_html(result)
            yield line(type="test", number=position, index=result.index, outcome=result.outcome, html=html)
    if verdict is not None:
        presenter = presenter or Presenter(submission)
        yield line(
            type="verdict",
            outcome=verdict.outcome,
            html=presenter.verdict_html(verdict),
            tests_html=presenter.tests_html(verdict.tests),
        )
