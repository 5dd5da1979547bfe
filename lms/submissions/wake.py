"""Wakes event streams of this process at once when a submission changes; other processes poll."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


class Wake:
    """Listeners by submission id. A change that comes while nobody listens is not kept: the row has it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: dict[int, set[Event]] = defaultdict(set)

    @contextmanager
    def listen(self, submission_id: int) -> Iterator[Event]:
        """An event that is set at every change until the block ends. Listen first, then read the row."""
        event = Event()
        with self._lock:
            self._listeners[submission_id].add(event)
        try:
            yield event
        finally:
            with self._lock:
                self._listeners[submission_id].discard(event)
                if not self._listeners[submission_id]:
                    del self._listeners[submission_id]

    def notify(self, submission_id: int) -> None:
        """Say that the row, or a test of it, was committed."""
        with self._lock:
            events = tuple(self._listeners.get(submission_id, ()))
        for event in events:
            event.set()


# One per process on purpose: the grader's threads and the web's threads of one process share it.
wake = Wake()
