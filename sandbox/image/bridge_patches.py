"""Makes a test's view of the standard library hold for the student's program in the other container.

What a test puts into a standard module (`patch("random.randint")`, `monkeypatch.setattr(time, "sleep", …)`) is
put there too; functions that look into an object (`dataclasses.asdict`, `typing.get_type_hints`) are run where
the object is; what cannot cross is refused with a message for the author.
"""

from __future__ import annotations

import _collections_abc
import asyncio
import builtins
import copy
import dataclasses
import datetime
import enum
import importlib.abc
import importlib.machinery
import inspect
import itertools
import json
import math
import os
import random
import runpy
import shutil
import statistics
import string
import subprocess
import sys
import time
import types
import typing
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bridge_checker import CheckerLink
from bridge_guard import DOCTEST_REFUSED
from bridge_names import ROOT
from bridge_noticed import Noticed
from bridge_proxy import RemoteMeta, RemoteModule, enums_of, identity_of
from bridge_values import Unbridged

_WATCHED: tuple[types.ModuleType, ...] = (
    builtins, random, time, math, os, os.path, datetime, json, uuid, statistics, itertools, string, shutil,
    subprocess, sys,
)  # fmt: skip
_LOGGING = frozenset({"debug", "info", "warning", "error", "critical", "exception", "log"})
_LEFT = frozenset({"input", "_"})  # `input()` is asked of the test anyway
_SOURCE_CURE = "The checker never holds the program's text. Use [rules] in exercise.toml."


_OF_SYS = ("exit", "platform", "version_info")


def _names_of(module: types.ModuleType) -> dict[str, Any]:
    names = vars(module)
    return {name: names[name] for name in _OF_SYS} if module is sys else names


class Patches:
    """What tests have put into standard modules, brought to the other side before each request."""

    def __init__(self) -> None:
        self._before = [(module, dict(_names_of(module))) for module in _WATCHED]
        self._now = [dict(names) for _, names in self._before]
        self._loggers: dict[str, dict[str, Any]] = {}
        self.noticed = Noticed(frozenset(module.__name__ for module in _WATCHED))

    def sync(self, link: CheckerLink) -> None:
        """Tell the peer what was changed or brought back since the last request."""
        for place, (module, before) in enumerate(self._before):
            names = _names_of(module)
            known = self._now[place]
            if len(names) == len(known) and all(map(_same, names.values(), known.values())):
                continue
            for name, value in list(names.items()):
                if name in before and name not in _LEFT and known.get(name) is not value:
                    restore = before[name] is value
                    form = None if restore else partial(link.encode, value)
                    link.request("patch", module.__name__, name, form, restore)
            self._now[place] = dict(names)
        self.noticed.sync(link)
        self._sync_loggers(link)

    def _sync_loggers(self, link: CheckerLink) -> None:
        """The same for what tests put over the methods of a logger that they have from the program."""
        for name, logger in link.loggers.items():
            now = {key: value for key, value in vars(logger).items() if key in _LOGGING}
            known = self._loggers.get(name, {})
            self._loggers[name] = now
            for key in known.keys() - now.keys():
                link.request("del", ["lg", name], key)
            for key, value in now.items():
                if known.get(key) is not value:
                    link.request("set", ["lg", name], key, partial(link.encode, value))


_same = __import__("operator").is_


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the student's modules (and `reference`) from the peers."""

    def __init__(self, links: dict[str, tuple[CheckerLink, str]]) -> None:
        self._links = links
        self._seen: set[str] = set()

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self._links:
            return None
        package = any(other.startswith(name + ".") for other in self._links)
        return importlib.machinery.ModuleSpec(name, self, is_package=package)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return RemoteModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        name = module.__name__
        link, there = self._links[name]
        if "_bridge_self" in module.__dict__:
            link.request("reload", there)
            return
        proxy = link.request("import", there, name in self._seen)
        found = identity_of(proxy)
        if found is None:
            raise ImportError(f"{name} is no module")
        self._seen.add(name)
        module.__dict__["_bridge_self"] = found
        module.__dict__["_bridge_kept"] = proxy  # for as long as this module is used


def _first_link(args: tuple[Any, ...], kwargs: dict[str, Any]) -> CheckerLink | None:
    for value in (*args, *kwargs.values()):
        if (found := identity_of(value)) is not None:
            return found[0]
    return None


def _there(
    name: str, own: Callable[..., Any], finish: Callable[[Any], Any] = lambda value: value
) -> Callable[..., Any]:
    """Like `own`, but run on the other side when it is given something of the student's."""

    def function(*args: Any, **kwargs: Any) -> Any:
        link = _first_link(args[:1], {})
        return own(*args, **kwargs) if link is None else finish(link.standard(name, args, kwargs))

    function.__name__, function.__doc__ = own.__name__, own.__doc__
    return function


def _fields(names: list[str]) -> list[types.SimpleNamespace]:
    return [types.SimpleNamespace(name=name) for name in names]


def _refused(construct: str, own: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        if _first_link(args, kwargs) is not None:
            if sys._getframe(1).f_globals.get("__name__") == "doctest":
                raise Unbridged(DOCTEST_REFUSED)
            raise Unbridged(f"{construct} does not work on the program. {_SOURCE_CURE}")
        return own(*args, **kwargs)

    return function


def _enums_know_mirrors() -> None:
    """Let `isinstance` and `issubclass` with a class of `enum` see what mirrors of enums derive from.

    Such a class cannot be a base of a mirror: its own way of making classes would take over.
    """

    def is_subclass(kind: Any, derived: Any) -> bool:
        return type.__subclasscheck__(kind, derived) or (
            type(derived) is RemoteMeta and kind in enums_of(derived)
        )

    def is_instance(kind: Any, value: Any) -> bool:
        return type.__instancecheck__(kind, value) or is_subclass(kind, type(value))

    enum.EnumType.__subclasscheck__ = is_subclass  # type: ignore[method-assign]
    enum.EnumType.__instancecheck__ = is_instance  # type: ignore[method-assign]


def _check_methods(kind: type, *methods: str) -> Any:
    """What `_collections_abc` asks to know an iterable or the like, answered from the mirrors here."""
    spaces = [type.__getattribute__(base, "__dict__") for base in kind.__mro__]
    for method in methods:
        if next((space[method] for space in spaces if method in space), None) is None:
            return NotImplemented
    return True


def install(student: CheckerLink, modules: list[str], files: list[str]) -> None:
    """Change this process's standard library once, before any test is read."""
    for module, name in (
        (dataclasses, "asdict"), (dataclasses, "astuple"), (dataclasses, "replace"),
        (typing, "get_type_hints"), (inspect, "isabstract"),
    ):  # fmt: skip
        setattr(module, name, _there(f"{module.__name__}.{name}", getattr(module, name)))
    fields = _there(
        "dataclasses.fields", dataclasses.fields, lambda names: [types.SimpleNamespace(name=n) for n in names]
    )
    setattr(dataclasses, "fields", fields)  # noqa: B010  (mypy does not allow an assignment)
    setattr(asyncio, "run", _there("asyncio.run", asyncio.run))  # noqa: B010
    own_close = asyncio.Runner.close

    def close(runner: asyncio.Runner) -> None:
        """The end of `asyncio.run` and of a test case's own loop."""
        own_close(runner)
        student.settle()

    setattr(asyncio.Runner, "close", close)  # noqa: B010
    for name in ("getsource", "getsourcelines", "getsourcefile", "getfile"):
        setattr(inspect, name, _refused(f"inspect.{name}", getattr(inspect, name)))
    own_seed = random.seed

    def seed(*args: Any, **kwargs: Any) -> None:
        """Seed both sides, as both are one program to the author."""
        own_seed(*args, **kwargs)
        student.standard("random.seed", args, kwargs)

    random.seed = seed
    own_module, own_path = runpy.run_module, runpy.run_path

    def run_module(name: str, *args: Any, **kwargs: Any) -> Any:
        return (
            student.standard("runpy.run_module", (name, *args), kwargs)
            if name in modules
            else own_module(name, *args, **kwargs)
        )

    def run_path(path: Any, *args: Any, **kwargs: Any) -> Any:
        if os.path.basename(str(path)) in files:  # noqa: PTH119
            return student.standard("runpy.run_path", (os.path.basename(str(path)), *args), kwargs)  # noqa: PTH119
        return own_path(path, *args, **kwargs)

    runpy.run_module, runpy.run_path = run_module, run_path  # type: ignore[assignment]
    _enums_know_mirrors()
    _collections_abc._check_methods = _check_methods  # type: ignore[attr-defined]
    _watch_files(files)


def _watch_files(files: list[str]) -> None:
    """Say it plainly when a test reaches for the program's text or starts it as a process."""
    endings = tuple(files)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if (
            event == "open"
            and type(args[0]) is str
            and args[0].endswith(endings)
            and not os.path.exists(args[0])  # noqa: PTH110
        ):
            if os.path.dirname(args[0]) in {"", ROOT + "/work", os.getcwd()}:  # noqa: PTH109, PTH120
                raise Unbridged(f"The test opens {os.path.basename(args[0])}. {_SOURCE_CURE}")  # noqa: PTH119
        elif event == "subprocess.Popen" and any(str(part).endswith(endings) for part in args[1] or ()):
            raise Unbridged(
                "The test starts the program as a process. Import it, use runpy, or write a check of kind `program`."
            )

    sys.addaudithook(hook)


def kept_copies() -> tuple[Any, ...]:
    """Modules imported so that a warm checker has them."""
    return (copy,)
