"""What a student sees of the reviews of her own work, and of nobody else's."""

from __future__ import annotations

from flask import render_template

from lms.accounts.access import current_person, signed_in
from lms.core.db import db
from lms.reviews import pages, services
from lms.reviews.access import access_answer
from lms.reviews.taking_back import taken_back_on
from lms.reviews.views import bp


@bp.get("/answers")
@signed_in
def answers() -> str:
    """All her work that a person has read, or is to read."""
    reviews = pages.answers_of(current_person().id)
    return render_template(
        "reviews/answers.html",
        reviews=reviews,
        titles={review.id: pages.title_of(review) for review in reviews},
        words={review.id: pages.status_words(review.status) for review in reviews},
    )


@bp.get("/answers/<review_id>")
def answer(review_id: str) -> str:
    """One answer: the decision, and her program with the comments beside its lines."""
    review = access_answer(review_id)
    if services.note_seen(review):
        db.session.commit()
    comments = services.comments_on([review.id], published=True)
    return render_template(
        "reviews/answer.html",
        review=review,
        title=pages.title_of(review),
        files=pages.code_files(review.submission.files, comments),
        general=pages.general(comments),
        points=pages.points(review),
        rounds=pages.earlier_rounds(review, published=True),
        taken_back=taken_back_on([review.id]).get(review.id, []),
        words=pages.status_words(review.status),
        exercise_url=f"/courses/{review.exercise_key}",
    )
