"""Publishing a course: what is new, the run that decides, the versions, and one of them once more."""

from __future__ import annotations

from dataclasses import asdict

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import holding, publishing, running
from lms.authoring.access import access_authored, access_run, access_to_write, access_version
from lms.authoring.holding import MOST_CLASSES
from lms.authoring.jobs import ring, serve_published
from lms.authoring.models import AuthoredCourse, RunKind
from lms.authoring.pages import course_page
from lms.authoring.publish_forms import ClassesForm, PublishForm
from lms.authoring.publishing import Overtaken
from lms.authoring.repository import DRAFT
from lms.authoring.run_pages import shown_faults, shown_run, waiting_words
from lms.authoring.running import PublicationUnderWay
from lms.authoring.services import draft_source, repository_of
from lms.authoring.views import bp
from lms.core.db import db
from lms.core.paging import page_of
from lms.submissions.readiness import sandbox_readiness

MOST_FILES = 40
MOST_TITLES = 20


@bp.route("/authoring/<course_id>/publish", methods=["GET", "POST"])
def publish(course_id: str) -> Response | tuple[str, int]:
    """What a publication would bring, and the button for it."""
    course = access_to_write(course_id)
    person = current_person()
    head = repository_of(course).head(DRAFT)
    number = publishing.next_number(course.id)
    form = PublishForm()
    _offer_classes(form, course)
    if not form.is_submitted():
        return _publish_page(course, form, head, number), 200
    if not form.validate():
        return _publish_page(course, form, head, number), 422
    if form.base.data != head or form.number.data != number:
        problem = gettext("The course has changed since you opened this page. Look at what is new now.")
        return _publish_page(course, form, head, number, problem), 409
    if publishing.faults_before(draft_source(course, head)):
        return _publish_page(course, form, head, number), 409
    try:
        run = running.ask_publication(
            course, person, head, number=number, note=form.note.data or "", moving=form.moving.data or []
        )
    except PublicationUnderWay:
        problem = gettext("Somebody is publishing this course at this moment. What you wrote is kept below.")
        return _publish_page(course, form, head, number, problem), 409
    db.session.commit()
    ring()
    return redirect(url_for(".show_run", course_id=course_id, run_id=run.public_id), 303)


@bp.get("/authoring/<course_id>/runs/<run_id>")
def show_run(course_id: str, run_id: str) -> str:
    """A run as it stands; the page loads itself again until it has ended."""
    course = access_to_write(course_id)
    run = access_run(course, run_id)
    endpoint = "authoring.publish" if run.kind == RunKind.PUBLISH else "authoring.show_course"
    return course_page("authoring/publish_run.html", course, endpoint, run=run, shown=shown_run(course, run))


@bp.get("/authoring/<course_id>/versions")
def versions(course_id: str) -> str:
    """What was published so far, the newest first."""
    course = access_authored(course_id)
    page = page_of(publishing.versions_of(course), request.args.get("page", type=int))
    current = publishing.current_version(course.id)
    return course_page(
        "authoring/publish_versions.html", course, "authoring.versions", page=page, current=current
    )


@bp.route("/authoring/<course_id>/versions/<int:number>/again", methods=["GET", "POST"])
def publish_again(course_id: str, number: int) -> Response | tuple[str, int]:
    """Publish an older version once more, as a new one; the draft stays as it is."""
    course = access_to_write(course_id)
    old = access_version(course, number)
    form = ClassesForm()
    _offer_classes(form, course)
    problem, status = "", 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                made = publishing.publish_again(
                    old, current_person(), number=form.number.data, moving=form.moving.data or []
                )
                db.session.commit()
                serve_published()
                flash(gettext("Version %(number)s is published.", number=made.number), "success")
                return redirect(url_for(".versions", course_id=course_id), 303)
            except Overtaken:
                db.session.rollback()
                problem, status = gettext("Somebody else has published this course in the meantime."), 409
    form.number.raw_data, form.number.data = None, publishing.next_number(course.id)
    page = course_page(
        "authoring/publish_again.html", course, "authoring.versions", old=old, form=form, problem=problem
    )
    return page, status


def _offer_classes(form: ClassesForm, course: AuthoredCourse) -> None:
    classes = holding.classes_to_move(current_person(), course.slug)
    form.moving.choices = [(cohort.public_id, cohort.name) for cohort in classes]


def _publish_page(
    course: AuthoredCourse, form: PublishForm, head: str, number: int, problem: str = ""
) -> str:
    source = draft_source(course, head)
    current = publishing.current_version(course.id)
    faults = publishing.faults_before(source)
    # The form says what this page shows, whatever was sent.
    form.base.data, form.number.raw_data, form.number.data = head, None, number
    return course_page(
        "authoring/publish.html",
        course,
        "authoring.publish",
        form=form,
        problem=problem,
        current=current,
        news=publishing.news_of(repository_of(course), head, current, source.course),
        faults=shown_faults(course, map(asdict, faults[:MOST_FILES])),
        more_faults=max(len(faults) - MOST_FILES, 0),
        under_way=running.open_publication(course),
        last=running.last_run(course, RunKind.PUBLISH),
        waits=waiting_words() if sandbox_readiness().sandbox != "ok" else "",
        others=holding.count_running(course.slug) - len(form.moving.choices),
        most_files=MOST_FILES,
        most_titles=MOST_TITLES,
        most_classes=MOST_CLASSES,
    )
