"""A thread of the web process that goes its rounds until it is told to stop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import Event, Thread
from types import TracebackType
from typing import Self

from flask import Flask


class Rounds(ABC):
    """Runs `work` in a thread of its own. Several at once, in as many processes, must do each thing once."""

    name = "rounds"
    stop_seconds = 4.0
    """How long stopping waits for what is under way; it has its own deadline or lease."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stopping = Event()
        self._thread = Thread(target=self.work, name=self.name, daemon=True)

    @abstractmethod
    def work(self) -> None:
        """What the thread does, until `_stopping` is set."""

    def start(self) -> Self:
        """Begin; call `stop()` at the end."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=self.stop_seconds)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
