"""The interface's texts as this installation has changed them, over those that came with the program.

`INSTANCE_DIR/translations/index.json` names the languages that are offered here and the compiled file of each.
Who writes (`lms.authoring.interface`) puts the files there first and the index last; each process looks at the index
once a second, so that a change is seen everywhere without a restart. What cannot be read is not used.
"""

from __future__ import annotations

import json
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask, current_app
from flask_babel import Domain, get_locale

INDEX = "index.json"
FOLDER = "translations"
LOOK_AGAIN = 1.0
"""Seconds between two looks at the index."""

_EXTENSION = "passerelle_overlay"


@dataclass(slots=True)
class Overlay:
    """What one process knows of the folder."""

    folder: Path
    looked_at: float = float("-inf")
    stamp: tuple[int, ...] = ()
    offered: tuple[str, ...] = ()
    """Languages that are offered here, by their tags; those of the program always are."""
    files: dict[str, str] = field(default_factory=dict)
    merged: dict[str, Translations] = field(default_factory=dict)

    def look(self) -> None:
        """Read the index again if it has changed."""
        now = time.monotonic()
        if now - self.looked_at < LOOK_AGAIN:
            return
        self.looked_at = now
        try:
            stat = (self.folder / INDEX).stat()
        except OSError:
            self.stamp, self.offered, self.files, self.merged = (), (), {}, {}
            return
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if stamp != self.stamp:
            self._read()
            self.stamp = stamp

    def _read(self) -> None:
        try:
            languages = json.loads((self.folder / INDEX).read_bytes())["languages"]
            files = {str(tag): str(told["file"]) for tag, told in languages.items()}
            offered = tuple(str(tag) for tag, told in languages.items() if told["offered"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return  # a person's hand was in it; what was known before goes on
        self.files, self.offered, self.merged = files, offered, {}

    def over(self, tag: str, shipped: Translations | NullTranslations) -> Translations | NullTranslations:
        """The texts of a language: those of this installation, else those of the program."""
        self.look()
        if tag not in self.files:
            return shipped
        if tag not in self.merged:
            try:
                with (self.folder / Path(self.files[tag]).name).open("rb") as compiled:
                    changed = Translations(compiled)
            except (OSError, ValueError, struct.error):
                return shipped
            changed.add_fallback(shipped)
            self.merged[tag] = changed
        return self.merged[tag]


class LiveDomain(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """Flask-Babel's catalogues with the overlay over them."""

    def get_translations(self) -> Translations | NullTranslations:
        """For the language of this request."""
        shipped = super().get_translations()
        locale = get_locale()
        return overlay().over(str(locale).replace("_", "-"), shipped) if locale is not None else shipped


def init_app(app: Flask) -> None:
    """Where the folder is."""
    app.extensions[_EXTENSION] = Overlay(folder_of(app))


def folder_of(app: Flask) -> Path:
    """The folder of the texts that were changed here."""
    return Path(app.config["INSTANCE_DIR"]) / FOLDER


def overlay() -> Overlay:
    """What this process knows of it."""
    known: Overlay = current_app.extensions[_EXTENSION]
    return known


def look_now() -> None:
    """Whoever has just written sees it with the next page."""
    overlay().looked_at = float("-inf")
