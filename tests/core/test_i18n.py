"""Which language a person gets."""

from __future__ import annotations

from gettext import c2py
from pathlib import Path

import polib
import pytest
from babel import Locale

from lms.app import create_app
from lms.core.config import ROOT
from lms.core.i18n import discover, match, negotiate


@pytest.mark.parametrize(
    ("header", "available", "got"),
    [
        ("fa-AF, en;q=0.5", ["en", "fa-AF"], "fa-AF"),
        ("fa-AF, en;q=0.5", ["en", "fa"], "fa"),
        ("fa, en;q=0.9", ["en", "fa-AF"], "fa-AF"),
        ("prs, en;q=0.5", ["en", "fa-AF"], "fa-AF"),
        ("en;q=0.5, ar;q=0.9", ["en", "ar"], "ar"),
        ("ti, ar;q=0.8, en;q=0.5", ["en", "ar"], "ar"),
        ("fr-CA", ["en", "fr"], "fr"),
        ("AR-eg", ["en", "ar"], "ar"),
        ("ti", ["en", "ar"], "en"),
        ("fr;q=0, ar;q=0.1", ["en", "fr", "ar"], "ar"),
        ("", ["en", "fr"], "en"),
        ("*", ["en", "fr"], "en"),
        ("fr;q=x, uk", ["en", "fr", "uk"], "uk"),
        ("," * 5000 + "fr", ["en", "fr"], "en"),
    ],
)
def test_the_closest_language_that_was_asked_for_wins(header: str, available: list[str], got: str) -> None:
    assert negotiate(header, available) == got


def test_an_underscore_is_a_hyphen() -> None:
    assert match("fa_AF", ["en", "fa-AF"]) == "fa-AF"


def test_languages_are_found_by_their_folders(tmp_path: Path) -> None:
    for folder in ("ar", "fa_AF", "uk"):
        (tmp_path / folder / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / folder / "LC_MESSAGES" / "messages.po").touch()
    found = {language.tag: (language.name, language.dir) for language in discover(tmp_path)}
    assert found == {
        "en": ("English", "ltr"),
        "ar": ("العربية", "rtl"),
        "fa-AF": ("دری", "rtl"),
        "uk": ("Українська", "ltr"),
    }


@pytest.fixture
def settings_with_arabic(settings: dict[str, object], tmp_path: Path) -> dict[str, object]:
    (tmp_path / "t" / "ar" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "t" / "ar" / "LC_MESSAGES" / "messages.po").touch()
    return {**settings, "TRANSLATIONS_DIR": tmp_path / "t"}


def test_a_page_says_its_language_and_direction(settings_with_arabic: dict[str, object]) -> None:
    client = create_app(settings_with_arabic).test_client()
    answer = client.get("/join", headers={"Accept-Language": "ar-SY, en;q=0.5"})
    assert '<html lang="ar" dir="rtl"' in answer.get_data(as_text=True)
    assert answer.headers["Content-Language"] == "ar"
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_cookie_beats_the_browser_and_nonsense_in_it_does_not(
    settings_with_arabic: dict[str, object],
) -> None:
    client = create_app(settings_with_arabic).test_client()
    client.set_cookie("language", "ar")
    assert '<html lang="ar"' in client.get("/join", headers={"Accept-Language": "en"}).get_data(as_text=True)
    client.set_cookie("language", "<xx>")
    assert '<html lang="en"' in client.get("/join", headers={"Accept-Language": "en"}).get_data(as_text=True)


@pytest.mark.parametrize("tag", ["ar", "fr", "uk"])
def test_plural_forms_are_in_the_order_of_the_unicode_rules(tag: str) -> None:
    """Translators write them in this order; with another one, 11 would read as 100 does."""
    catalogue = polib.pofile(str(ROOT / "translations" / tag / "LC_MESSAGES" / "messages.po"))
    form = c2py(catalogue.metadata["Plural-Forms"].partition("plural=")[2].rstrip(";"))
    category = Locale.parse(tag).plural_form
    used = [
        name for name in ("zero", "one", "two", "few", "many", "other") if name in map(category, range(200))
    ]
    for number in range(1000):
        assert form(number) == used.index(category(number)), number
