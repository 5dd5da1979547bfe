"""A student's week: her next class, what opens and is due, "I can't come", and her calendar link."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person, signed_in
from lms.core.db import db, utcnow
from lms.core.errors import NotFound, PasserelleError
from lms.core.i18n import use_language
from lms.learning.services import course_progress
from lms.programmes import feeds, week
from lms.programmes.access import access_my_session
from lms.programmes.pages import (
    class_date,
    class_day,
    class_moment,
    clock,
    lesson_titles,
    status_words,
    zone_city,
)
from lms.programmes.places import news_for
from lms.programmes.services import courses_of
from lms.programmes.views import bp
from lms.programmes.week_boxes import week_boxes

ICALENDAR = "text/calendar; charset=utf-8"
A_QUARTER_HOUR = 900

bp.add_app_template_filter(class_moment, "class_moment")
bp.add_app_template_filter(class_date, "class_date")
bp.add_app_template_filter(class_day, "class_day")
bp.add_app_template_filter(clock, "clock")
bp.add_app_template_filter(zone_city, "zone_city")


@bp.get("/week")
@signed_in
def my_week() -> str:
    """What comes next for the person who asks."""
    person = current_person()
    classes = week.classes_of(person)
    coming = week.coming_sessions(person)
    lessons = week.lesson_dates(person) if classes else []
    courses = {course.slug: course for cohort in classes for course in courses_of(cohort)}
    ways = course_progress(person.id, courses.values()) if lessons else []
    done = {item.lesson.key for way in ways for item in way.lessons if item.finished}
    nearest = next((one for one in coming if not one.cancelled), None) or week.next_session(person)
    feed = feeds.feed_of(person)
    now = utcnow()
    return render_template(
        "programmes/week.html",
        classes=classes,
        nearest=nearest,
        later=[one for one in coming if nearest is None or one.session.id != nearest.session.id],
        due=[one for one in lessons if one.opens_at <= now < one.due_at],
        late=[one for one in lessons if one.due_at <= now and one.key not in done],
        opening=[one for one in lessons if one.opens_at > now],
        titles=lesson_titles(classes),
        done=done,
        now=now,
        news=news_for(person),
        statuses=status_words(),
        boxes=week_boxes(person, classes),
        feed_url=url_for("programmes.calendar", token=feeds.feed_token(feed), _external=True)
        if feed
        else None,
    )


@bp.post("/week/sessions/<session_id>")
def answer_session(session_id: str) -> Response:
    """Say that she cannot come, or that she can after all."""
    person = current_person()
    session = access_my_session(session_id)
    action = request.form.get("action", "")
    if action not in {"absent", "present"}:
        raise NotFound
    try:
        if action == "absent":
            week.say_absent(person, session)
            flash(gettext("Thank you for telling us. Your teacher sees it."), "success")
        else:
            week.say_present(person, session)
            flash(gettext("Good, we expect you."), "success")
        db.session.commit()
    except PasserelleError as error:
        db.session.rollback()
        flash(str(error.sentence), "error")
    return redirect(url_for("programmes.my_week", _anchor=f"session-{session_id}"), 303)


@bp.post("/week/calendar")
@signed_in
def change_feed() -> Response:
    """Make a link to her calendar, replace it, or take it back."""
    person = current_person()
    action = request.form.get("action", "")
    if action == "make":
        feeds.make_feed(person)
        flash(gettext("Your calendar link is ready. An older one no longer works."), "success")
    elif action == "drop":
        feeds.drop_feed(person)
        flash(gettext("Your calendar link no longer works."), "success")
    else:
        raise NotFound
    db.session.commit()
    return redirect(url_for("programmes.my_week", _anchor="calendar"), 303)


@bp.get("/calendar/<token>.ics")
def calendar(token: str) -> Response:
    """The calendar behind a link. Whoever has the link reads it: a phone's calendar cannot sign in."""
    owner = feeds.owner_of(token)
    if owner is None:
        raise NotFound
    if owner.language:
        use_language(owner.language)
    body = feeds.as_icalendar(week.all_sessions(owner), request.host.partition(":")[0])
    response = Response(body, content_type=ICALENDAR)
    response.headers["Cache-Control"] = f"private, max-age={A_QUARTER_HOUR}"
    response.headers["Content-Disposition"] = 'inline; filename="classes.ics"'
    return response
