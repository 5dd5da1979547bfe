"""Languages: which there are, which one this person reads, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations, refresh
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms.core import overlay

SOURCE = "en"
COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
MOST_HEADER_LANGUAGES = 20
# Tags that browsers and people use for a language that has another tag in CLDR.
ALIASES = {"prs": "fa-AF", "prs-af": "fa-AF", "iw": "he", "in": "id", "kmr": "ku", "tir": "ti"}
# Where the name that people use differs from the one CLDR makes up.
OWN_NAMES = {"fa-AF": "دری"}


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface: its BCP 47 tag, its name in itself, its direction."""

    tag: str
    name: str
    dir: str


def init_app(app: Flask) -> None:
    """Find the languages, choose one for each request, and tell the templates."""
    folder = Path(app.config["TRANSLATIONS_DIR"])
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    app.config.setdefault("BABEL_DEFAULT_LOCALE", SOURCE)
    app.extensions["passerelle_languages"] = {language.tag: language for language in discover(folder)}
    # One for each application: Flask-Babel keeps the catalogues it has read in this object.
    Babel(app, locale_selector=_select_locale).domain_instance = overlay.LiveDomain()
    overlay.init_app(app)
    app.jinja_env.globals.update(_=_say, gettext=_say)
    app.context_processor(
        lambda: {"language": current_language(), "languages": languages(), "dir": current_language().dir}
    )
    app.after_request(_say_language)


def discover(folder: Path) -> list[Language]:
    """English and every folder of `folder` that holds a catalogue, English first, then by tag."""
    tags = {path.parent.parent.name.replace("_", "-") for path in folder.glob("*/LC_MESSAGES/messages.[mp]o")}
    return [_language(tag) for tag in (SOURCE, *sorted(tags - {SOURCE}))]


def languages() -> list[Language]:
    """The languages of the interface."""
    return list(_known().values())


def language_of(tag: str) -> Language:
    """A language by its tag, also one that the interface does not speak."""
    return _known().get(tag) or _language(tag)


def current_language() -> Language:
    """The language of this request: the person's, else the cookie's, else the browser's."""
    if "language" not in g:
        g.language = _known()[_choose()]
    return cast("Language", g.language)


def use_language(tag: str) -> bool:
    """Take this language for the rest of the request; False when there is no such language."""
    if tag not in _known():
        return False
    g.language = _known()[tag]
    refresh()
    return True


def remember_language(response: Response, tag: str) -> None:
    """Keep the choice on this device."""
    response.set_cookie(
        COOKIE,
        tag,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def negotiate(header: str, available: Sequence[str], default: str = SOURCE) -> str:
    """The first language of an Accept-Language header that can be had, exactly or nearly.

    A near language that was asked for first wins over an exact one asked for later: `fa-AF, en;q=0.5` gives
    fa-AF or, where only Persian is there, fa; never English.
    """
    for tag in _wanted(header):
        if found := match(tag, available):
            return found
    return default


def match(tag: str, available: Iterable[str]) -> str | None:
    """`tag` itself among the available ones, else its parent, else one of the same language."""
    by_key = {known.lower(): known for known in available}
    key = ALIASES.get(tag.lower().replace("_", "-"), tag.replace("_", "-")).lower()
    while key:
        if key in by_key:
            return by_key[key]
        parent = key.rpartition("-")[0]
        if not parent:
            break
        key = parent
    return next((known for short, known in sorted(by_key.items()) if short.split("-")[0] == key), None)


def _wanted(header: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for part in header.split(",")[:MOST_HEADER_LANGUAGES]:
        tag, _, parameter = part.strip().partition(";")
        quality = _quality(parameter)
        if tag.strip() not in {"", "*"} and quality > 0:
            ranked.append((quality, tag.strip()))
    return [tag for _, tag in sorted(ranked, key=lambda pair: -pair[0])]


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


def _language(tag: str) -> Language:
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Language(tag, tag, "ltr")
    name = OWN_NAMES.get(tag) or locale.get_display_name(locale) or tag
    return Language(tag, name[0].upper() + name[1:], locale.text_direction)


def _known() -> dict[str, Language]:
    shipped = cast("dict[str, Language]", current_app.extensions["passerelle_languages"])
    here = overlay.overlay()
    here.look()
    if shipped.keys() >= set(here.offered):
        return shipped
    tags = sorted((shipped.keys() | set(here.offered)) - {SOURCE})
    return {tag: shipped.get(tag) or _language(tag) for tag in (SOURCE, *tags)}


def _choose() -> str:
    if not has_request_context():
        return SOURCE
    known = _known()
    person = getattr(g.get("_login_user"), "language", None)
    for kept in (person, request.cookies.get(COOKIE)):
        if kept in known:
            return kept
    return negotiate(request.headers.get("Accept-Language", ""), list(known))


@pass_eval_context
def _say(context: EvalContext, text: str, /, **values: object) -> str:
    """`_` in templates, with the meaning of Jinja's own. A page says a hundred texts: Jinja's way was a sixth of it."""
    said = _catalogue().ugettext(text)
    return (Markup(said) if context.autoescape else said) % values  # noqa: S704 - our own text; the values are escaped


def _catalogue() -> Translations | NullTranslations:
    locale = get_locale()  # another one within `force_locale`
    kept = g.get("catalogue")
    if kept is None or kept[0] is not locale:
        kept = g.catalogue = (locale, get_translations())
    return cast("Translations | NullTranslations", kept[1])


def _select_locale() -> str:
    return current_language().tag.replace("-", "_")


def _say_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", current_language().tag)
        response.vary.update(["Accept-Language", "Cookie"])
    return response
