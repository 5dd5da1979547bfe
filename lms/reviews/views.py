"""The queue of work that waits for a person, the page on which she reads it, and her remarks."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.accounts.access import current_person, staff_only
from lms.accounts.models import Cohort, User
from lms.announcements.notices import say
from lms.core.db import db, utcnow
from lms.core.errors import NotFound
from lms.learning.reviewing import answer_by
from lms.programmes.pages import class_page
from lms.reviews import pages, services, taking_back, waiting
from lms.reviews.access import (
    access_class,
    access_decision,
    access_hand_over,
    access_programme,
    access_programmes,
    access_remark,
    access_review,
    may_hand_over,
    my_classes,
)
from lms.reviews.differences import changed_files
from lms.reviews.entering import enter_queue
from lms.reviews.forms import DECISIONS, Action, Sent, TakeBack, read_review, read_take_back
from lms.reviews.models import LONGEST_REMARK, Review, ReviewStatus
from lms.reviews.remarks import add_remark, remarks_for, remove_remark
from lms.submissions.graded import on_graded

bp = Blueprint("reviews", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Be told of verdicts, and answer what learning asks."""
    on_graded(app, enter_queue)
    answer_by(app, pages.StudentReviews())
    say(app, "review_approved", pages.approved_words)
    say(app, "review_needs_work", pages.needs_work_words)
    say(app, "review_taken_back", pages.taken_back_words)


@bp.app_template_filter("age_in_words")
def age_in_words(since: Any) -> str:
    """A moment as the time that has passed since."""
    return pages.age(since)


@bp.app_template_filter("span_in_words")
def span_in_words(span: Any) -> str:
    """A length of time in words."""
    return pages.length(span)


@bp.get("/reviews")
@staff_only
def queue() -> str:
    """What waits in all her classes."""
    classes = my_classes(current_person())
    return render_template("reviews/queue.html", **_queue(classes), cohort=None, holders=[])


@bp.get("/classes/<cohort_id>/reviews")
def class_queue(cohort_id: str) -> str:
    """What waits in one class, and who holds what."""
    cohort = access_class(cohort_id)
    return class_page(
        "reviews/queue.html",
        cohort,
        "reviews.class_queue",
        **_queue(select(Cohort.id).where(Cohort.id == cohort.id)),
        holders=waiting.holders(cohort) if may_hand_over(current_person(), cohort) else [],
    )


@bp.post("/reviews/next")
@staff_only
def take_next() -> Response:
    """Take the oldest that is free, or go back to what she holds already."""
    person = current_person()
    classes = my_classes(person)
    wanted = request.form.get("class")
    if wanted:
        classes = select(Cohort.id).where(Cohort.id == access_class(wanted).id)
    review = services.claim_next(person.id, classes)
    db.session.commit()
    if review is None:
        flash(gettext("Nothing is free right now: all that waits is being read."))
        return redirect(_queue_url(wanted), 303)
    return redirect(url_for(".show", review_id=review.public_id), 303)


@bp.post("/reviews/<review_id>/claim")
def claim(review_id: str) -> Response:
    """Take this one."""
    review = access_review(review_id)
    taken = services.claim(review.id, current_person().id)
    db.session.commit()
    if not taken:
        flash(gettext("Somebody else was quicker. Choose another one."), "warning")
    return redirect(url_for(".show", review_id=review_id), 303)


@bp.get("/reviews/<review_id>")
def show(review_id: str) -> str:
    """One attempt, with all that helps to judge it."""
    return _review_page(access_review(review_id))


@bp.post("/reviews/<review_id>")
def save(review_id: str) -> Response | tuple[str, int]:
    """Keep what was written: every button of the page sends all of it."""
    review, person = access_review(review_id), current_person()
    sent = _with_remark(read_review(request.form, list(review.submission.files)), review)
    try:
        services.keep(
            review,
            person.id,
            sent.written,
            criteria=len(pages.criteria_of(review)),
            decision=DECISIONS.get(sent.action),
        )
        if sent.keep_remark:
            add_remark(sent.written.comment, owner=person)
        if sent.action is Action.RELEASE:
            services.release(review.id, person.id)
    except services.ReviewConflict as conflict:
        db.session.rollback()
        newest = services.newest_of(conflict.review)
        return _review_page(access_review(newest.public_id), sent, _conflict_words(conflict.review)), 409
    except (services.NothingSaid, services.PointsOpen, services.TooLong, services.NoSuchLine) as error:
        db.session.rollback()
        return _review_page(access_review(review_id), sent, str(error.sentence)), error.status
    db.session.commit()
    return _after(review, sent)


@bp.post("/reviews/<review_id>/take-back")
def take_back(review_id: str) -> Response | tuple[str, int]:
    """Take a decision back: the work waits again where it waited before."""
    review, person = access_decision(review_id), current_person()
    sent = read_take_back(request.form)
    anyones = may_hand_over(person, review.cohort)
    try:
        taking_back.take_back(review, person.id, sent.version, sent.reason, anyones=anyones)
    except services.ReviewConflict as conflict:
        db.session.rollback()
        problem = _too_late_words(conflict.review)
        return _review_page(access_review(review_id), problem=problem, taking=sent), 409
    except (taking_back.NoReason, services.TooLong) as error:
        db.session.rollback()
        page = _review_page(access_review(review_id), taking=sent, reason_problem=str(error.sentence))
        return page, error.status
    db.session.commit()
    flash(
        gettext("The answer is taken back. The work waits at its old place, and the student knows."),
        "success",
    )
    return redirect(url_for(".show", review_id=review_id), 303)


@bp.post("/classes/<cohort_id>/reviews/hand-over")
def hand_over(cohort_id: str) -> Response:
    """Give back to the queue what somebody holds who cannot go on."""
    cohort = access_hand_over(cohort_id)
    held = {user.public_id: user for user, _ in waiting.holders(cohort)}
    holder = held.get(request.form.get("person", ""))
    count = services.hand_over(holder.id, cohort.id) if holder is not None else 0
    db.session.commit()
    flash(
        ngettext("%(num)s review is back in the queue.", "%(num)s reviews are back in the queue.", count),
        "success",
    )
    return redirect(url_for(".class_queue", cohort_id=cohort_id), 303)


@bp.get("/reviews/remarks")
@staff_only
def remarks() -> str:
    """Her own remarks, and those that are shared in her programmes."""
    return _remarks_page()


@bp.post("/reviews/remarks")
@staff_only
def new_remark() -> Response | tuple[str, int]:
    """Keep a remark, for herself or for everybody of a programme."""
    slug = request.form.get("for", "")
    owner = access_programme(slug) if slug else current_person()
    try:
        add_remark(request.form.get("text", ""), owner=owner)
    except services.TooLong as error:
        return _remarks_page(str(error.sentence)), error.status
    db.session.commit()
    return redirect(url_for(".remarks"), 303)


@bp.post("/reviews/remarks/<int:number>/remove")
def forget_remark(number: int) -> Response:
    """Forget a remark."""
    remove_remark(access_remark(number))
    db.session.commit()
    return redirect(url_for(".remarks"), 303)


def _queue(classes: Any) -> dict[str, Any]:
    person = current_person()
    page = waiting.queue_page(classes, person.id, request.args.get("after"))
    held = waiting.held_by(person.id, classes)
    return {
        "page": page,
        "held": held,
        "turnarounds": waiting.turnarounds(classes),
        "titles": {one.id: pages.title_of(one) for one in (*page.reviews, *held)},
        "first_page": "after" not in request.args,
        "now": utcnow(),
    }


def _queue_url(cohort_id: str | None) -> str:
    return url_for(".class_queue", cohort_id=cohort_id) if cohort_id else url_for(".queue")


def _review_page(
    review: Review,
    sent: Sent | None = None,
    problem: str | None = None,
    *,
    taking: TakeBack | None = None,
    reason_problem: str = "",
) -> str:
    person = current_person()
    anyones = may_hand_over(person, review.cohort)
    comments = services.comments_on([review.id])
    attempts = pages.earlier_attempts(review)
    other = pages.compared_with(attempts, request.args.get("with"))
    if other is None and request.args.get("with"):
        raise NotFound
    files = dict(review.submission.files)
    return render_template(
        "reviews/review.html",
        review=review,
        title=pages.title_of(review),
        files=pages.code_files(files, comments),
        general=pages.general(comments),
        points=pages.points(review, sent.written.met if sent is not None else None),
        rounds=pages.earlier_rounds(review, published=False),
        attempts=attempts,
        compared=other,
        changes=changed_files(other.submission.files, files) if other is not None else [],
        remarks=remarks_for(person, [review.cohort.programme_id]),
        mine=review.is_waiting and review.claimed_by == person.id,
        holder=_other_holder(review, person),
        words=pages.status_words(review.status),
        sent=sent,
        sent_place=_place_of(sent, files),
        problem=problem,
        taken_back=taking_back.taken_back_on([review.id]).get(review.id, []),
        may_take_back=taking_back.can_take_back(review, person.id, anyones=anyones),
        taking=taking,
        reason_problem=reason_problem,
        client_key=secrets.token_urlsafe(18),
    )


def _other_holder(review: Review, person: User) -> User | None:
    """Who else reads it at this moment."""
    in_time = review.claimed_until is not None and review.claimed_until >= utcnow()
    return review.holder if review.is_waiting and in_time and review.claimed_by != person.id else None


def _place_of(sent: Sent | None, files: dict[str, str]) -> str:
    """The line that was chosen, as the form says it."""
    if sent is None or sent.written.line is None or sent.written.file not in files:
        return ""
    return f"{list(files).index(sent.written.file)}:{sent.written.line}"


def _with_remark(sent: Sent, review: Review) -> Sent:
    """With a remark that was chosen from the list put below the comment."""
    if sent.remark is None:
        return sent
    known = {remark.id: remark for remark in remarks_for(current_person(), [review.cohort.programme_id])}
    chosen = known.get(sent.remark)
    if chosen is None:
        return sent
    comment = f"{sent.written.comment}\n\n{chosen.text}".strip()
    return Sent(replace(sent.written, comment=comment), sent.action, None, sent.keep_remark)


def _conflict_words(review: Review) -> str:
    match review.status:
        case ReviewStatus.REPLACED:
            return str(
                gettext(
                    "The student has handed in again. This is the newest attempt; what you wrote is in the fields."
                )
            )
        case ReviewStatus.WAITING if review.claimed_by == current_person().id:
            return str(
                gettext(
                    "You changed this review in another tab. Your text is in the fields; what is stored is below it."
                )
            )
        case ReviewStatus.WAITING:
            return str(
                gettext("Somebody else has this review now. What you wrote is below: you can copy it.")
            )
        case _:
            return str(gettext("This review is decided already. What you wrote is below: you can copy it."))


def _too_late_words(review: Review) -> str:
    if review.is_decided:
        return str(
            gettext(
                "This answer cannot be taken back: the student has handed in again, somebody changed it, "
                "or it is more than %(days)s days old.",
                days=taking_back.TAKE_BACK_DAYS,
            )
        )
    return str(gettext("Somebody else has taken this answer back already. Nothing was changed now."))


def _after(review: Review, sent: Sent) -> Response:
    if sent.action in DECISIONS:
        flash(gettext("Your answer is with the student. Thank you."), "success")
        return redirect(url_for(".queue"), 303)
    if sent.action is Action.RELEASE:
        flash(gettext("The review is back in the queue. What you wrote stays with it."))
        return redirect(url_for(".queue"), 303)
    anchor = "comment"
    if sent.written.line is not None and sent.written.file is not None:
        anchor = f"line-{list(review.submission.files).index(sent.written.file)}-{sent.written.line}"
    return redirect(url_for(".show", review_id=review.public_id, _anchor=anchor), 303)


def _remarks_page(problem: str | None = None) -> str:
    programmes = access_programmes()
    return render_template(
        "reviews/remarks.html",
        remarks=remarks_for(current_person(), [programme.id for programme in programmes]),
        programmes=programmes,
        names={programme.id: programme.name for programme in programmes},
        longest=LONGEST_REMARK,
        text=request.form.get("text", "") if problem else "",
        problem=problem,
    )
