"""Requests and answers over the bridge, the same on both sides: one asks and waits, the other may ask back.

A frame is a JSON object with "q" (a request: operation and forms) or "a" (an answer: "ok" or "raise", and a
form), and "i", the request's number, which its answer repeats: an answer that was not asked for, comes twice
or late is seen to be none. With it come, where there are any: "cl" (classes described for the first time), "sh" (shared
containers), "dr" (containers let go), "rl" (references let go), "ou" (what was printed), "wo" (files, folder
and environment).
"""

from __future__ import annotations

import json
import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

from bridge_async import Waits
from bridge_values import CrossingError, Form, TooLarge, Values
from bridge_wire import MAX_FRAME, WireError

MAX_NESTED = 40
"""Requests within requests: a recursion over the bridge ends as one in Python does."""


class Fault(Exception):
    """The bridge itself broke: never the student's fault."""


class Over(BaseException):
    """No more can be asked in this run; no code of a test may catch it by mistake."""


class Link(Values):
    """One side of a bridge to one other side."""

    def __init__(self, *, parity: int) -> None:
        super().__init__(parity=parity)
        self.lock = threading.RLock()
        self.waits = Waits()
        self.depth = 0
        self._asked = 0
        self.exports: dict[int, Any] = {}
        self._export_ids: dict[int, int] = {}
        self._next_export = 1
        self.proxies: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        """What stands here for objects of the other side, by their ids there."""
        self.kept: dict[int, Any] = {}
        """The same for what cannot be referred to weakly."""
        self._dead: deque[int] = deque()
        self._classes: list[Any] = []
        self._told: list[Any] = []
        self._let_go: list[int] = []
        self._released: list[int] = []

    # what a side adds

    def transmit(self, payload: bytes) -> None:
        """Send a frame's bytes to the other side."""
        raise NotImplementedError

    def receive(self) -> bytes:
        """The other side's next frame."""
        raise NotImplementedError

    def perform(self, request: list[Any]) -> Any:
        """Do what the other side asks; the value, or an exception that is sent there."""
        raise NotImplementedError

    def exception_form(self, error: BaseException) -> Form:
        """The form of an exception that goes to the other side."""
        raise NotImplementedError

    def gather(self) -> dict[str, Any]:
        """More for the next frame: prints, files, environment."""
        return {}

    def apply(self, frame: dict[str, Any]) -> None:
        """Take what `gather` sent from the other side."""

    def learn(self, described: list[Any]) -> None:
        """Take the descriptions of classes."""

    # what stands here for objects of the other side

    def hold(self, identity: int, proxy: Any) -> Any:
        """Remember a proxy for as long as someone here uses it."""
        try:
            self.proxies[identity] = proxy
            weakref.finalize(proxy, self._dead.append, identity).atexit = False
        except TypeError:  # an int, str or tuple of a derived class
            self.kept[identity] = proxy
        return proxy

    def held(self, identity: int) -> Any:
        """The living proxy of an object, or None."""
        found = self.proxies.get(identity)
        return self.kept.get(identity) if found is None else found

    def _gone(self) -> list[int]:
        """Ids whose proxies have died and were not made again."""
        gone: set[int] = set()
        while self._dead:
            gone.add(self._dead.popleft())
        return sorted(identity for identity in gone if identity not in self.proxies)

    # references to this side's objects

    def export(self, value: Any) -> int:
        """The id of an object that the other side may name from now on."""
        found = self._export_ids.get(id(value))
        if found is None:
            found, self._next_export = self._next_export, self._next_export + 1
            self._export_ids[id(value)] = found
            self.exports[found] = value
        return found

    def own(self, identity: Any) -> Any:
        """The object behind an id; CrossingError for one that was never given."""
        if type(identity) is not int or identity not in self.exports:
            raise CrossingError("a reference that was never given")
        return self.exports[identity]

    def describe_class(self, entry: Any) -> None:
        """Put a class's description into the frame that is being made."""
        self._classes.append(entry)

    def let_go(self, numbers: list[int]) -> None:
        """Tell the other side that these shared containers are watched no more."""
        self._let_go += numbers

    # frames

    def _frame(self, key: str, number: int, make: Callable[[], list[Any]]) -> bytes:
        self.begin()
        self._told, self._released = [], []
        frame: dict[str, Any] = {key: make(), "i": number}
        frame.update(self.gather())
        if shared := self.changes():
            frame["sh"] = shared
        self._told, self._classes = self._classes, []
        if self._told:
            frame["cl"] = self._told
        self._let_go += self.crowded()
        if self._let_go:
            frame["dr"], self._let_go = self._let_go, []
        self._released = self._gone()
        if self._released:
            frame["rl"] = self._released
        return json.dumps(frame, separators=(",", ":"), allow_nan=False).encode()

    def _read(self, data: bytes) -> dict[str, Any]:
        try:
            frame = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise CrossingError("not JSON") from error
        if type(frame) is not dict or len(frame.keys() & {"q", "a"}) != 1 or type(frame.get("i")) is not int:
            raise CrossingError("neither a request nor an answer")
        for identity in _ids(frame, "rl"):
            value = self.exports.pop(identity, None)
            self._export_ids.pop(id(value), None)
        if "cl" in frame:
            self.learn(_entries(frame, "cl"))
        if "sh" in frame:
            self.take(frame["sh"])
        self.drop(_ids(frame, "dr"))
        self.apply(frame)
        return frame

    def request(self, operation: str, *forms: Callable[[], Form] | Form) -> Any:
        """Ask the other side and wait; the value it gives, or what it raises.

        A form that needs encoding is given as a function, so that it is made within the frame it goes with.
        """
        with self.lock:
            if self.depth >= MAX_NESTED:
                raise RecursionError("maximum recursion depth exceeded over the bridge")
            self.depth += 1
            self._asked += 1
            number = self._asked
            try:
                self._send(
                    "q", number, lambda: [operation, *[form() if callable(form) else form for form in forms]]
                )
                while True:
                    frame = self._read(self.receive())
                    if "a" not in frame:
                        self.serve(frame)
                    elif frame["i"] != number:
                        raise CrossingError("an answer to another request")
                    else:
                        return self._answer(frame["a"])
            finally:
                self.depth -= 1

    def _answer(self, answer: Any) -> Any:
        if type(answer) is not list or len(answer) != 2 or answer[0] not in {"ok", "raise"}:
            raise CrossingError("no answer")
        value = self.decode(answer[1])
        if answer[0] == "ok":
            return value
        if not isinstance(value, BaseException):
            raise CrossingError("what is raised is no exception")
        raise value

    def serve(self, frame: dict[str, Any]) -> None:
        """Carry out one request of the other side and answer it."""
        request, number = frame.get("q"), frame["i"]
        if type(request) is not list or not request or type(request[0]) is not str:
            raise CrossingError("no request")
        try:
            value = self.perform(request)
        except (CrossingError, Fault, Over, WireError):
            raise
        except BaseException as error:  # noqa: BLE001  (whatever it is, it belongs to who asked)
            self._raise(number, error)
            return
        try:
            self._send("a", number, lambda: ["ok", self.encode(value)])
        except (CrossingError, Fault, Over, WireError):
            raise
        except Exception as error:  # noqa: BLE001  (a value that cannot cross is told like a raised error)
            self._raise(number, error)

    def _raise(self, number: int, error: BaseException) -> None:
        self._send("a", number, lambda: ["raise", self.exception_form(error)])

    def _send(self, key: str, number: int, make: Callable[[], list[Any]]) -> None:
        classes = list(self._classes)
        try:
            data = self._frame(key, number, make)
            if len(data) >= MAX_FRAME:
                raise TooLarge("The value is too large.")  # noqa: TRY301  (as where it is encoded)
        except BaseException:
            # The other side hears nothing of this frame: what it told is told again, what it shared is let go.
            self._classes = [
                *{id(entry): entry for entry in (*classes, *self._told, *self._classes)}.values()
            ]
            self._dead += self._released
            self._let_go += self.forget()
            raise
        self.transmit(data)


def _ids(frame: dict[str, Any], key: str) -> list[int]:
    listed = frame.get(key, [])
    if type(listed) is not list or not all(type(number) is int for number in listed):
        raise CrossingError("no list of numbers")
    return listed


def _entries(frame: dict[str, Any], key: str) -> list[Any]:
    listed = frame[key]
    if type(listed) is not list or len(listed) > 500:
        raise CrossingError("no list")
    return listed
