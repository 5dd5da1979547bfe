"""The board of a class and of a programme: who needs help, with what, and who has spoken with whom."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.accounts.access import coordinates, current_person, signed_in
from lms.accounts.models import Cohort, Enrolment, Programme
from lms.board import contacts, counting, pages, rules, stuck
from lms.board.access import (
    access_class,
    access_cohort_in,
    access_my_talks,
    access_rules,
    access_talk,
    access_talks,
    may_forget,
)
from lms.board.forms import RulesForm, TalkForm, rules_form
from lms.board.models import BoardRow
from lms.board.standing import DEFAULTS, Level, Rules, Sign, Signs, Standing, stand
from lms.core.chores import DAILY, Chore, keep_house
from lms.core.db import db, utcnow
from lms.core.errors import NotFound
from lms.core.paging import page_of
from lms.programmes.calendars import zone_of
from lms.programmes.pages import class_page, reason_words, status_words
from lms.programmes.week_boxes import week_box_by

bp = Blueprint("board", __name__, template_folder="templates")

COUNTED_AT_ONCE = 2
"""Classes that opening the list of a programme counts anew: the page stays quick."""
SHOWN_CLASSES = 100
SHOWN_TALKS = 20
_CLIENT_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A student on the list of a programme, as she was last counted."""

    row: BoardRow
    signs: Signs
    standing: Standing
    talks: counting.Talks
    call: bool


def init_app(app: Flask) -> None:
    """Tell a student on her week how it goes; count, and forget talks, though nobody opens a page."""
    week_box_by(app, pages.week_box)
    keep_house(
        app,
        Chore("board.talks", DAILY, contacts.sweep),
        Chore("board.count", DAILY, partial(counting.count_stale, None, COUNTED_AT_ONCE)),
    )


@bp.get("/classes/<cohort_id>/board")
def show_class(cohort_id: str) -> str:
    """How the students of a class stand, and why; the ones to speak with first."""
    cohort = access_class(cohort_id)
    board = counting.board_of(cohort)
    stored = rules.rules_of(cohort.programme_id).rules
    level = _level()
    return class_page(
        "board/class.html",
        cohort,
        "board.show_class",
        board=board,
        lines=[line for line in board.lines if level is None or line.standing.level is level],
        level=level,
        whys=pages.whys,
        rules=stored,
        rule_words=pages.rules_in_words(stored),
        statuses=status_words(),
        reasons=reason_words(),
        **_words(),
    )


@bp.get("/classes/<cohort_id>/board/stuck")
def show_stuck(cohort_id: str) -> str:
    """Which exercises the class is stuck on."""
    cohort = access_class(cohort_id)
    return class_page(
        "board/stuck.html",
        cohort,
        "board.show_class",
        page=stuck.stuck_in(cohort, request.args.get("page", type=int)),
        titles=pages.exercise_titles(cohort),
        test_name=pages.test_namer(cohort),
        failure_words=pages.failure_words,
    )


@bp.get("/classes/<cohort_id>/people/<person_id>/talks")
def show_talks(cohort_id: str, person_id: str) -> str:
    """How one student stands, and what is kept about talks with her. That it was read is kept as well."""
    place = access_talks(cohort_id, person_id)
    page = _talks_page(place, _talk_form(place))
    if contacts.note_read(place.user_id, current_person()):
        db.session.commit()
    return page


@bp.post("/classes/<cohort_id>/people/<person_id>/talks")
def keep_talk(cohort_id: str, person_id: str) -> Response | tuple[str, int]:
    """Write down a talk with a student."""
    place = access_talks(cohort_id, person_id)
    form = _talk_form(place)
    if not form.validate_on_submit():
        return _talks_page(place, form), 422
    contacts.keep_talk(place, current_person(), form.talk(), _client_key(form))
    contacts.sweep()
    db.session.commit()
    flash(gettext("Written down. It is deleted by itself on the day you chose."), "success")
    return redirect(url_for(".show_talks", cohort_id=cohort_id, person_id=person_id), 303)


@bp.post("/classes/<cohort_id>/people/<person_id>/talks/<talk_id>")
def change_talk(cohort_id: str, person_id: str, talk_id: str) -> Response:
    """Say that the next step is done, or delete a talk before its day."""
    place = access_talks(cohort_id, person_id)
    contact = access_talk(place, talk_id)
    action = request.form.get("action", "")
    if action == "done":
        contacts.finish_step(contact)
        flash(gettext("Done."), "success")
    elif action == "forget" and may_forget(contact):
        contacts.forget_talk(contact)
        flash(gettext("Deleted."), "success")
    else:
        raise NotFound
    db.session.commit()
    return redirect(url_for(".show_talks", cohort_id=cohort_id, person_id=person_id), 303)


@bp.get("/week/talks")
@signed_in
def my_talks() -> str:
    """What is kept about talks with the person who asks, and who has read it."""
    page = page_of(access_my_talks(), request.args.get("page", type=int), SHOWN_TALKS)
    return render_template(
        "board/my_talks.html",
        page=page,
        ways=pages.way_words(),
        readers=contacts.readers_of(current_person().id),
    )


@bp.get("/programmes/<programme>/board")
def show_programme(programme: str) -> str:
    """How the students of all running classes stand, the ones to speak with this week first."""
    found = access_rules(programme)
    if counting.count_stale(found.id, COUNTED_AT_ONCE):
        contacts.sweep()
        db.session.commit()
    cohort = access_cohort_in(found, request.args.get("class"))
    today, level = utcnow().date(), _level()
    query = counting.programme_rows(found.id, today, level, cohort.id if cohort else None)
    page = page_of(query, request.args.get("page", type=int))
    stored = rules.rules_of(found.id).rules
    by_class = counting.counts_by_class(found.id)
    of_class = {"class": cohort.public_id} if cohort else {}
    return render_template(
        "board/programme.html",
        programme=found,
        page=page,
        lines=[_kept(row, stored, today) for row in page.items],
        level=level,
        chosen=cohort,
        of_class=of_class,
        narrowed={**of_class, **({"standing": pages.SLUGS[level]} if level is not None else {})},
        classes=_classes(by_class),
        by_class=by_class,
        counts={one: sum(counts[one] for counts in by_class.values()) for one in Level},
        counted_at=counting.oldest_count(found.id),
        whys=pages.whys,
        **_words(),
    )


@bp.get("/programmes/<programme>/board/rules")
def show_rules(programme: str) -> str:
    """What this programme counts."""
    found = access_rules(programme)
    stored = rules.rules_of(found.id)
    return _rules_page(found, rules_form(stored.rules, stored.version))


@bp.post("/programmes/<programme>/board/rules")
def save_rules(programme: str) -> Response | tuple[str, int] | str:
    """Try out what would change, or change what counts."""
    found = access_rules(programme)
    stored = rules.rules_of(found.id)
    form = rules_form(stored.rules, stored.version)
    if not form.validate_on_submit():
        return _rules_page(found, form), 422
    if request.form.get("action") != "save":
        return _rules_page(found, form, preview=rules.preview(found.id, form.rules()))
    try:
        rules.save_rules(found.id, form.rules(), form.seen_version())
    except rules.RulesChanged as error:
        db.session.rollback()
        found = access_rules(programme)
        form.version.data = str(rules.rules_of(found.id).version)
        return _rules_page(found, form, problem=str(error.sentence)), error.status
    db.session.commit()
    flash(gettext("Saved. Everybody's standing was worked out again."), "success")
    return redirect(url_for(".show_programme", programme=programme), 303)


def _level() -> Level | None:
    """The standing that the list is filtered by; all where none is named."""
    return pages.LEVELS.get(request.args.get("standing", ""))


def _words() -> dict[str, object]:
    return {"levels": pages.level_words(), "slugs": pages.SLUGS, "Level": Level}


def _today(place: Enrolment) -> date:
    """Today by the class's clock."""
    return utcnow().astimezone(zone_of(place.cohort)).date()


def _talk_form(place: Enrolment) -> TalkForm:
    return TalkForm.on(_today(place), pages.way_words())


def _client_key(form: TalkForm) -> str:
    sent = form.client_key.data or ""
    return sent if _CLIENT_KEY.fullmatch(sent) else secrets.token_urlsafe(18)


def _talks_page(place: Enrolment, form: TalkForm) -> str:
    cohort = place.cohort
    line = counting.standing_of(place)
    query = contacts.talks_with(place.user_id, cohort.programme_id)
    if not form.client_key.data:
        form.client_key.data = secrets.token_urlsafe(18)
    return class_page(
        "board/talks.html",
        cohort,
        "board.show_class",
        place=place,
        person=place.user,
        line=line,
        reasons=pages.whys(line.signs, line.standing) if line is not None else [],
        statuses=status_words(),
        form=form,
        page=page_of(query, request.args.get("page", type=int), SHOWN_TALKS),
        ways=pages.way_words(),
        reader=current_person(),
        coordinates=coordinates(current_person(), cohort.programme_id),
        today=_today(place),
        **_words(),
    )


def _kept(row: BoardRow, stored: Rules, today: date) -> Kept:
    """One student of the programme's list, with the reasons that her numbers give."""
    signs = Signs.from_json(row.signs)
    standing = stand(signs, stored)
    talks = counting.Talks(row.contacted_on, row.step_on)
    return Kept(row, signs, standing, talks, counting.needs_call(standing.level, talks, today))


def _classes(by_class: dict[int, dict[Level, int]]) -> list[Cohort]:
    """The counted classes, those with most students at risk first."""
    found = db.session.scalars(select(Cohort).where(Cohort.id.in_(by_class)))
    return sorted(
        found, key=lambda one: (-by_class[one.id][Level.AT_RISK], -by_class[one.id][Level.BEHIND], one.name)
    )[:SHOWN_CLASSES]


def _rules_page(
    programme: Programme,
    form: RulesForm,
    *,
    preview: rules.Preview | None = None,
    problem: str | None = None,
) -> str:
    return render_template(
        "board/rules.html",
        programme=programme,
        form=form,
        signs=list(Sign),
        words=pages.sign_words(),
        preview=preview,
        problem=problem,
        defaults=DEFAULTS,
        levels=pages.level_words(),
    )
