"""What a course says of itself: course.toml and glossary.toml, as forms."""

from __future__ import annotations

from math import ceil
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import services
from lms.authoring.access import access_to_write
from lms.authoring.coursefile import (
    COURSE,
    GLOSSARY,
    Term,
    Unreadable,
    read_document,
    terms_in,
    with_term,
    with_values,
)
from lms.authoring.differences import conflict_diffs
from lms.authoring.forms import SettingsForm, TermForm
from lms.authoring.merging import Conflict
from lms.authoring.models import AuthoredCourse
from lms.authoring.outline import lesson_names
from lms.authoring.pages import course_page, language_choices, level_words
from lms.authoring.repository import Repository
from lms.authoring.starting import slug_from
from lms.authoring.views import UnreadableCourse, bp
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.i18n import language_of
from lms.core.text import clean_line, fold_digits

MOST_MINUTES = 6000
KEPT_TRANSLATIONS = "translations/"


@bp.route("/authoring/<course_id>/settings", methods=["GET", "POST"])
def settings(course_id: str) -> Response | tuple[str, int]:
    """Title, summary, languages and so on; what the form does not know stays in the file."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    form = _settings_form(repository, request.form.get("base") or head)
    names = lesson_names(repository.listing(head), repository.read(head, COURSE))
    minutes, odd_minutes = (
        _minutes_of(names) if request.method == "POST" else (_stored_minutes(repository, head), [])
    )
    conflict = None
    fine = form.validate_on_submit() and not odd_minutes and _keeps_translations(repository, head, form)
    if fine:
        base, content = _together(repository, form.base.data, head, _values_of(form, minutes))
        try:
            made = services.commit_files(
                course, current_person(), {COURSE: content}, base, "Change the settings."
            )
            db.session.commit()
            flash(_saved_words(made.id != head), "success")
            return redirect(url_for(".settings", course_id=course_id), 303)
        except Conflict as found:
            conflict, form.base.data = found, found.head
    page = course_page(
        "authoring/settings.html",
        course,
        "authoring.settings",
        form=form,
        lessons=[(name, request.form.get(f"minutes-{name}", minutes.get(name, ""))) for name in names],
        odd_minutes=odd_minutes,
        terms=_terms(repository, head),
        conflicts=conflict_diffs(conflict) if conflict else [],
    )
    return page, 409 if conflict else 422 if request.method == "POST" else 200


@bp.route("/authoring/<course_id>/glossary/new", methods=["GET", "POST"])
def new_term(course_id: str) -> Response | tuple[str, int]:
    """A word more."""
    return _term_page(access_to_write(course_id), None)


@bp.route("/authoring/<course_id>/glossary/<key>", methods=["GET", "POST"])
def edit_term(course_id: str, key: str) -> Response | tuple[str, int]:
    """A word, changed or removed."""
    return _term_page(access_to_write(course_id), key)


def _term_page(course: AuthoredCourse, key: str | None) -> Response | tuple[str, int]:
    repository = services.repository_of(course)
    head = repository.head()
    known = {term.key: term for term in _terms(repository, head)}
    if key is not None and key not in known:
        raise NotFound
    form = TermForm(obj=known[key] if key is not None else None, base=request.form.get("base") or head)
    conflict = None
    removes = key is not None and request.form.get("action") == "remove"
    if removes or form.validate_on_submit():
        term = None if removes else _term_of(form)
        if term is not None and not term.key:
            form.key.errors = [gettext("Write a short name: the word has no Latin letters to make it from.")]
        elif term is not None and term.key != key and term.key in known:
            form.key.errors = [gettext("Another word has this short name.")]
        else:
            try:
                was = {old.key: old for old in _terms(repository, form.base.data)}
                start = head if key is None or was.get(key) == known[key] else form.base.data
                content = with_term(repository.read(start, GLOSSARY), key, term)
                services.commit_files(
                    course, current_person(), {GLOSSARY: content}, start, "Change the glossary."
                )
                db.session.commit()
                flash(_saved_words(True), "success")
                return redirect(url_for(".settings", course_id=course.public_id, _anchor="glossary"), 303)
            except Conflict as found:
                conflict, form.base.data = found, found.head
    page = course_page(
        "authoring/term.html",
        course,
        "authoring.settings",
        form=form,
        key=key,
        conflicts=conflict_diffs(conflict) if conflict else [],
    )
    return page, 409 if conflict else 422 if request.method == "POST" else 200


def _term_of(form: TermForm) -> Term:
    key = form.key.data or slug_from(form.term.data)
    return Term(key, form.term.data, clean_line(form.definition.data))


def _settings_form(repository: Repository, base: str) -> SettingsForm:
    values = _document(repository, base, COURSE)
    languages = [tag for tag in values.get("languages", []) if isinstance(tag, str)]
    hours = values.get("hours")
    form = SettingsForm(
        base=base,
        title=values.get("title"),
        summary=values.get("summary"),
        level=values.get("level"),
        hours=ceil(hours) if isinstance(hours, int | float) else None,
        languages=languages,
        licence=values.get("licence"),
        authors="\n".join(str(name) for name in values.get("authors", [])),
    )
    form.level.choices = list(level_words().items())
    form.languages.choices = language_choices(tuple(languages))
    form.source = values.get("language")
    return form


def _values_of(form: SettingsForm, minutes: dict[str, int]) -> dict[str, Any]:
    languages = list(form.languages.data)
    if form.source and form.source not in languages:
        languages.insert(0, form.source)
    return {
        "title": form.title.data,
        "summary": clean_line(form.summary.data),
        "level": form.level.data,
        "hours": form.hours.data,
        "languages": languages,
        "licence": form.licence.data.strip(),
        "authors": [name for line in form.authors.data.splitlines() if (name := clean_line(line))],
        "minutes": minutes or None,
    }


def _together(repository: Repository, base: str, head: str, values: dict[str, Any]) -> tuple[str, bytes]:
    """The new file, and the commit that it is made from: value by value, as lines that touch cannot be merged."""
    was, now = _document(repository, base, COURSE), _document(repository, head, COURSE)
    changed = {key: value for key, value in values.items() if (value or None) != (was.get(key) or None)}
    start = head if all(was.get(key) == now.get(key) for key in changed) else base
    return start, with_values(repository.read(start, COURSE), changed)


def _keeps_translations(repository: Repository, head: str, form: SettingsForm) -> bool:
    """A language whose translations are there cannot go: its file would belong to no language."""
    kept = {
        path.removeprefix(KEPT_TRANSLATIONS).removesuffix(".po")
        for path in repository.listing(head)
        if path.startswith(KEPT_TRANSLATIONS) and path.endswith(".po")
    }
    gone = sorted(kept - set(form.languages.data))
    if gone:
        names = ", ".join(language_of(tag).name for tag in gone)
        form.languages.errors = [
            gettext("There are translations into these languages already: %(names)s. Keep them.", names=names)
        ]
    return not gone


def _minutes_of(names: list[str]) -> tuple[dict[str, int], list[str]]:
    """The minutes that were sent, and the lessons for which they are no number."""
    minutes, odd = {}, []
    for name in names:
        digits = fold_digits(request.form.get(f"minutes-{name}", "")).strip()
        if not digits:
            continue
        if digits.isdecimal() and len(digits) < 5 and 0 < int(digits) <= MOST_MINUTES:
            minutes[name] = int(digits)
        else:
            odd.append(name)
    return minutes, odd


def _stored_minutes(repository: Repository, commit: str) -> dict[str, int]:
    minutes = _document(repository, commit, COURSE).get("minutes", {})
    return dict(minutes) if isinstance(minutes, dict) else {}


def _terms(repository: Repository, commit: str) -> list[Term]:
    try:
        return terms_in(repository.read(commit, GLOSSARY))
    except Unreadable:
        raise UnreadableCourse(GLOSSARY) from None


def _document(repository: Repository, commit: str, path: str) -> dict[str, Any]:
    try:
        return dict(read_document(repository.read(commit, path)).unwrap())
    except Unreadable:
        raise UnreadableCourse(path) from None


def _saved_words(changed: bool) -> str:
    return str(gettext("Saved.") if changed else gettext("Nothing has changed."))
