"""Notices what tests patch in the standard library, by `unittest.mock.patch` and by `monkeypatch`, wherever it is.

The modules that tests patch most are compared whole (see `bridge_patches`); of all others, and of their classes,
the names that a test has patched once.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

from _pytest.monkeypatch import MonkeyPatch, derive_importpath
from bridge_checker import CheckerLink
from bridge_names import name_of
from bridge_proxy import identity_of

_KEPT = frozenset({"stdin", "stdout", "stderr", "argv", "path", "modules", "meta_path", "displayhook"})
"""Names of `sys` that have their own way to the program, or none."""
_ABSENT = object()


class _Place:
    """One name in a module or class that a test has patched."""

    def __init__(self, holder: Any, module: str, path: str, name: str) -> None:
        self.holder = holder
        self.module = module
        self.path = path
        self.name = name
        self.before = self.now = vars(holder).get(name, _ABSENT)

    def sync(self, link: CheckerLink) -> None:
        """Tell the peer when it is another now."""
        value = vars(self.holder).get(self.name, _ABSENT)
        if value is self.now:
            return
        self.now, restore = value, value is self.before or value is _ABSENT
        link.request(
            "patch", self.module, self.path, None if restore else partial(link.encode, value), restore
        )


class Noticed:
    """All names that tests have patched so far."""

    def __init__(self, left: frozenset[str]) -> None:
        self._left = left  # modules that are compared whole
        self._places: dict[tuple[str, str], _Place] = {}

    def notice(self, holder: Any, name: str) -> None:
        """A test is about to patch `name` of `holder`."""
        if identity_of(holder) is not None:
            return
        if isinstance(holder, types.ModuleType):
            found: tuple[str, str] | None = (holder.__name__, "")
        else:
            found = name_of(holder) if isinstance(holder, type) else None
        if found is None or found[0] in self._left or (found[0] == "sys" and name in _KEPT):
            return
        module, qualified = found
        if module.partition(".")[0] in sys.stdlib_module_names - {"unittest", "builtins"}:
            path = f"{qualified}.{name}".lstrip(".")
            if (module, path) not in self._places:
                self._places[module, path] = _Place(holder, module, path, name)

    def sync(self, link: CheckerLink) -> None:
        """Bring what tests have patched, or brought back, to the peer."""
        for place in self._places.values():
            place.sync(link)

    def install(self) -> None:
        """Hear of each patch from now on."""
        patcher: Any = mock._patch
        own_enter: Callable[[Any], Any] = patcher.__enter__

        def enter(patch: Any) -> Any:
            self.notice(patch.getter(), patch.attribute)
            return own_enter(patch)

        def by_monkeypatch(own: Callable[..., None], short: int) -> Callable[..., None]:
            """`setattr` or `delattr`, which may be given a whole path: then `short` values and no name."""

            def change(patch: MonkeyPatch, *given: Any, **more: Any) -> None:
                values = [*given, *(more[key] for key in ("target", "name", "value") if key in more)]
                if len(values) == short and isinstance(values[0], str):
                    name, holder = derive_importpath(values[0], more.get("raising", True))
                    self.notice(holder, name)
                else:
                    self.notice(*values[:2])
                own(patch, *given, **more)

            return change

        patcher.__enter__ = enter
        for method, short in (("setattr", 2), ("delattr", 1)):
            setattr(MonkeyPatch, method, by_monkeypatch(getattr(MonkeyPatch, method), short))
