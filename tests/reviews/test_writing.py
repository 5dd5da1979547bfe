"""What a reviewer writes: comments, points, the decision; nothing doubled, nothing lost, never markup."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms.accounts.models import User
from lms.core.db import db
from lms.grading.outcome import Outcome
from lms.reviews.differences import LONGEST_LINE, MOST_LINES, changed_files
from lms.reviews.models import Remark, Review, ReviewComment
from lms.reviews.pages import code_files
from tests.factories import School
from tests.reviews.conftest import CODE, Read, Reader, hand_in, review_of, reviews

HOSTILE = "<img src=x onerror=ran=1><script>ran=1</script>"


@pytest.fixture
def ada(school: School, read: Read) -> Reader:
    return read(school.ada)


@pytest.fixture
def review(school: School, ada: Reader) -> Review:
    """Ben's attempt, taken by Ada."""
    found = review_of(hand_in(school.ben, hours=2))
    ada.claim(found)
    return review_of(found.submission)


def comments() -> list[ReviewComment]:
    db.session.rollback()
    return list(db.session.scalars(select(ReviewComment).order_by(ReviewComment.id)))


def now(review: Review) -> Review:
    return review_of(review.submission)


def test_a_comment_stands_at_its_line_and_waits_for_the_answer(
    ada: Reader, review: Review, school: School, read: Read
) -> None:
    answer = ada.send(review, "comment", line="0:2", comment="Say what the total is of.")
    assert answer.location == f"/reviews/{review.public_id}#line-0-2"
    (comment,) = comments()
    assert (comment.file, comment.line, comment.author_id) == ("solution.py", 2, school.ada.id)
    assert comment.published_at is None
    page = ada.page(f"/reviews/{review.public_id}")
    line = page.split('id="line-0-2"')[1].split("</li>")[0]
    assert "Say what the total is of." in line
    assert "Not sent yet" in line
    ben = read(school.ben)
    assert "Say what the total is of." not in ben.page(f"/answers/{review.public_id}")


def test_every_button_keeps_all_that_was_written(ada: Reader, review: Review) -> None:
    ada.send(review, "comment", comment="Short.", summary="Good names.", met=["0", "2"])
    kept = now(review)
    assert (kept.summary, kept.met, kept.status) == ("Good names.", [0, 2], "waiting")
    assert [comment.text for comment in comments()] == ["Short."]
    assert (comments()[0].file, comments()[0].line) == (None, None)


def test_the_same_form_sent_twice_is_kept_once(ada: Reader, review: Review) -> None:
    seen = review.version
    form = {**ada.form(review), "action": "comment", "comment": "Once.", "summary": "Fine."}
    answers = [ada.post(f"/reviews/{review.public_id}", **form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [comment.text for comment in comments()] == ["Once."]
    assert now(review).version == seen + 1


def test_the_decision_sent_twice_is_made_once(ada: Reader, review: Review) -> None:
    form = {**ada.form(review), "action": "needs_work", "summary": "Shorter."}
    answers = [ada.post(f"/reviews/{review.public_id}", **form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    decided = now(review)
    assert (decided.status, decided.claimed_by, decided.claimed_until) == ("needs_work", None, None)


def test_approving_tells_who_when_and_how_long_it_took(ada: Reader, review: Review, school: School) -> None:
    answer = ada.send(review, "approve", met=["0", "1", "2"], comment="Lovely.", line="0:3")
    assert answer.location == "/reviews"
    decided = now(review)
    assert (decided.status, decided.decided_by, decided.met) == ("approved", school.ada.id, [0, 1, 2])
    assert decided.waited_seconds is not None
    assert 7190 < decided.waited_seconds < 7400
    assert comments()[0].published_at == decided.decided_at


def test_an_approval_with_open_points_is_asked_back_and_loses_nothing(ada: Reader, review: Review) -> None:
    answer = ada.send(review, "approve", met=["0"], comment="My comment", line="0:1", summary="My summary")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Some points are still open" in page
    assert "My comment</textarea>" in page
    assert "My summary</textarea>" in page
    assert 'value="0:1" checked' in page
    assert now(review).is_waiting
    assert comments() == []


def test_needs_work_without_a_word_is_asked_back(ada: Reader, review: Review) -> None:
    answer = ada.send(review, "needs_work", met=["0", "1", "2"])
    assert answer.status_code == 422
    assert "Say what the student should change" in answer.get_data(as_text=True)
    assert now(review).is_waiting


@pytest.mark.parametrize("said", [{"summary": "Shorter."}, {"comment": "This line."}, {"met": ["0", "1"]}])
def test_a_summary_a_comment_or_an_open_point_says_enough(
    ada: Reader, review: Review, said: dict[str, object]
) -> None:
    assert ada.send(review, "needs_work", **{"met": ["0", "1", "2"], **said}).status_code == 303
    assert now(review).status == "needs_work"


def test_a_second_tab_does_not_write_over_the_first(ada: Reader, review: Review) -> None:
    old = ada.form(review)
    ada.send(review, "keep", summary="From the first tab")
    form = {**old, "action": "approve", "summary": "From the second tab", "comment": "Mine", "met": "0"}
    answer = ada.post(f"/reviews/{review.public_id}", **{**form, "met": ["0", "1", "2"]})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "From the second tab</textarea>" in page
    assert "From the first tab" in page
    assert "Mine</textarea>" in page
    assert now(review).summary == "From the first tab"
    assert now(review).is_waiting


def test_who_has_lost_the_claim_gets_her_text_back_and_changes_nothing(
    ada: Reader, review: Review, abel: User, school: School, read: Read
) -> None:
    form = ada.form(review)
    read(school.cora).post(
        f"/classes/{school.cohort.public_id}/reviews/hand-over", person=school.ada.public_id
    )
    read(abel).claim(review)
    answer = ada.post(
        f"/reviews/{review.public_id}",
        **form,
        action="approve",
        met=["0", "1", "2"],
        summary="All of my evening",
    )
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Somebody else has this review now" in page
    assert "All of my evening" in page
    kept = now(review)
    assert (kept.status, kept.claimed_by, kept.summary) == ("waiting", abel.id, "")


def test_a_decided_review_stays_as_it_was_decided(
    ada: Reader, review: Review, school: School, read: Read
) -> None:
    form = ada.form(review)
    cora = read(school.cora)
    ada.send(review, "release")
    cora.decide(review, "needs_work", summary="From Cora")
    answer = ada.post(f"/reviews/{review.public_id}", **form, action="approve", met=["0", "1", "2"])
    assert answer.status_code == 409
    assert "decided already" in answer.get_data(as_text=True)
    kept = now(review)
    assert (kept.status, kept.summary, kept.decided_by) == ("needs_work", "From Cora", school.cora.id)


def test_when_she_hands_in_again_meanwhile_the_text_goes_on_to_the_newest_attempt(
    ada: Reader, review: Review, school: School
) -> None:
    ada.send(review, "comment", comment="Kept before", line="0:1")
    form = ada.form(review)
    newest = review_of(hand_in(school.ben, CODE + "# better\n", hours=1))
    answer = ada.post(f"/reviews/{review.public_id}", **form, action="comment", comment="Written just now")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "has handed in again" in page
    assert f'action="/reviews/{newest.public_id}"' in page
    assert "Written just now</textarea>" in page
    assert "Kept before" in page
    assert ada.send(newest, "needs_work", comment="Written just now").status_code == 303
    assert all(comment.published_at for comment in comments())


def test_a_comment_can_be_taken_out_until_it_is_sent(ada: Reader, review: Review) -> None:
    ada.send(review, "comment", comment="A slip", line="0:1")
    (slip,) = comments()
    ada.send(review, "", remove=str(slip.id), summary="Kept")
    assert comments() == []
    assert now(review).summary == "Kept"
    ada.send(review, "needs_work", comment="For her")
    (sent,) = comments()
    ada.send(review, "keep", remove=str(sent.id))
    assert comments() == [sent]


def test_a_comment_of_another_review_is_not_taken_out(ada: Reader, review: Review, school: School) -> None:
    ada.send(review, "comment", comment="Stays")
    (kept,) = comments()
    other = review_of(hand_in(school.dina))
    ada.claim(other)
    ada.send(other, "", remove=str(kept.id))
    assert [comment.text for comment in comments()] == ["Stays"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"line": "0:99", "comment": "x"}, 422),
        ({"line": "0:0", "comment": "x"}, 422),
        ({"line": "7:1", "comment": "x"}, 400),
        ({"line": "a:b", "comment": "x"}, 400),
        ({"version": "many"}, 400),
        ({"action": "delete"}, 400),
        ({"client_key": "?"}, 400),
        ({"comment": "x" * 2001}, 422),
        ({"summary": "x" * 4001}, 422),
    ],
)
def test_what_the_page_cannot_send_is_refused(
    ada: Reader, review: Review, fields: dict[str, str], status: int
) -> None:
    seen = review.version
    assert ada.send(review, **fields).status_code == status
    assert comments() == []
    assert now(review).version == seen


def test_texts_are_never_markup(ada: Reader, review: Review, school: School, read: Read) -> None:
    ada.send(review, "comment", comment=HOSTILE, line="0:1", summary=HOSTILE)
    ada.post("/reviews/remarks", text=HOSTILE)
    assert HOSTILE not in ada.page(f"/reviews/{review.public_id}")
    assert HOSTILE not in ada.page("/reviews/remarks")
    ada.send(review, "needs_work", summary=HOSTILE)
    ben = read(school.ben)
    for path in (f"/answers/{review.public_id}", f"/courses/{review.exercise_key}"):
        page = ben.page(path)
        assert HOSTILE not in page
        assert "&lt;img src=x onerror=ran=1&gt;" in page


def test_a_student_s_code_is_never_markup_and_always_left_to_right(ada: Reader, school: School) -> None:
    code = f"x = '''{HOSTILE}'''\n# \u202e abc \x1b[31m\nprint(x)\n"
    review = review_of(hand_in(school.dina, code))
    page = ada.page(f"/reviews/{review.public_id}")
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "RLO" in page
    assert '<ol class="code-lines" dir="ltr" translate="no">' in page


def test_texts_lose_what_turns_or_hides_and_keep_what_scripts_need(ada: Reader, review: Review) -> None:
    ada.send(review, "comment", comment="می\u200cخواهم \u202eabc\u202c\x00\r\nسطر\n")
    assert comments()[0].text == "می\u200cخواهم abc\nسطر"


def test_lines_are_counted_as_an_editor_does() -> None:
    (file,) = code_files({"solution.py": "a = 1\x0c\u2028\nb = 2\n"}, [])
    assert [line.number for line in file.lines] == [1, 2]
    (long,) = code_files({"solution.py": "\n" * 60_000}, [])
    assert len(long.lines) == 1500
    assert long.rest.count("\n") == 60_000 - 1500 - 1


def test_the_last_answered_attempt_is_compared_and_any_other_can_be(
    ada: Reader, review: Review, school: School
) -> None:
    ada.send(review, "needs_work", summary="Name it.")
    hand_in(school.ben, "broken =\n", hours=1.5, outcome=Outcome.FAILED)
    better = review_of(hand_in(school.ben, CODE.replace("total", "sum_of_all"), hours=1))
    page = ada.page(f"/reviews/{better.public_id}")
    assert "Compared with attempt 1" in page
    assert "<ins><code>sum_of_all = 0</code></ins>" in page
    assert "<del><code>total = 0</code></del>" in page
    assert "Name it." in page
    failed = page.split("?with=")[1].split("#")[0]
    other = ada.page(f"/reviews/{better.public_id}?with={failed}")
    assert "Compared with attempt 2" in other
    assert "<del><code>broken =</code></del>" in other


def test_work_of_somebody_else_cannot_be_compared_with(ada: Reader, review: Review, school: School) -> None:
    theirs = hand_in(school.dina, "secret_of_dina = 1\n")
    ada.page(f"/reviews/{review.public_id}?with={theirs.public_id}", 404)


def test_comparing_is_bounded() -> None:
    long = "\n".join(str(number) for number in range(MOST_LINES + 1))
    (file,) = changed_files({"a.py": long}, {"a.py": "short"})
    assert file.lines is None
    (file,) = changed_files({"a.py": "x" * 5000}, {"a.py": "y"})
    assert file.lines is not None
    assert len(file.lines[0].text) == LONGEST_LINE + 1


def test_what_is_the_same_is_folded_away() -> None:
    before = "\n".join(f"line {number}" for number in range(30))
    (file,) = changed_files(
        {"a.py": before, "b.py": "same"}, {"a.py": before.replace("line 15", "new"), "b.py": "same"}
    )
    assert file.lines is not None
    kinds = [line.kind for line in file.lines]
    assert kinds == ["gap", "same", "same", "same", "removed", "added", "same", "same", "same", "gap"]


def test_remarks_are_kept_once_and_used_in_a_comment(
    ada: Reader, review: Review, abel: User, school: School, read: Read
) -> None:
    slug = school.cohort.programme.slug
    for _ in range(2):
        ada.post("/reviews/remarks", text="Use f-strings.")
        ada.post("/reviews/remarks", text="Well tested!", **{"for": slug})
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Remark)) == 2
    shared = db.session.scalars(select(Remark).where(Remark.programme_id.is_not(None))).one()
    other = read(abel).page("/reviews/remarks")
    assert "Well tested!" in other
    assert "Use f-strings." not in other
    assert "Well tested!" not in read(school.otto).page("/reviews/remarks")
    ada.send(review, "comment", comment="Line 2:", remark=str(shared.id), line="0:2", keep_remark="on")
    assert comments()[0].text == "Line 2:\n\nWell tested!"
    assert "Line 2:" in ada.page("/reviews/remarks")


def test_a_remark_that_is_not_hers_is_neither_used_nor_removed(
    ada: Reader, review: Review, school: School, read: Read
) -> None:
    otto = read(school.otto)
    otto.post("/reviews/remarks", text="Otto's own")
    assert otto.post("/reviews/remarks", text="x", **{"for": school.cohort.programme.slug}).status_code == 404
    db.session.rollback()
    (remark,) = db.session.scalars(select(Remark))
    ada.send(review, "comment", comment="Mine", remark=str(remark.id))
    assert comments()[0].text == "Mine"
    assert ada.post(f"/reviews/remarks/{remark.id}/remove").status_code == 404
    assert otto.post(f"/reviews/remarks/{remark.id}/remove").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Remark)) == 0


def test_a_remark_that_is_too_long_comes_back(ada: Reader) -> None:
    answer = ada.post("/reviews/remarks", text="y" * 501)
    assert answer.status_code == 422
    assert "y" * 501 in answer.get_data(as_text=True)


def test_erasing_a_volunteer_leaves_what_she_wrote_to_the_students(
    ada: Reader, review: Review, school: School, read: Read
) -> None:
    ada.send(review, "needs_work", comment="Use a loop.", line="0:1")
    waiting = review_of(hand_in(school.dina))
    ada.claim(waiting)
    db.session.rollback()
    db.session.delete(db.session.get_one(User, school.ada.id))
    db.session.commit()
    assert [(one.claimed_by, one.decided_by) for one in reviews()] == [(None, None), (None, None)]
    page = read(school.ben).page(f"/answers/{review.public_id}")
    assert "Use a loop." in page
    assert "A reviewer who has left" in page
    assert read(school.cora).post("/reviews/next").location == f"/reviews/{waiting.public_id}"
