"""Translating a course in the browser: what is shown, what is saved, what is refused, and by whom it is reviewed."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from lms.authoring.blocks import Block, TextState, state_of
from lms.authoring.models import AuthoredCourse, CourseImport, CoursePerson, CourseRole, TextAuthor
from lms.authoring.repository import Repository
from lms.authoring.services import author_of
from lms.authoring.translator import desk_of
from lms.core.db import db
from tests.authoring.conftest import Write, Writer
from tests.factories import School
from tests.queries import queries_of

LESSON = "# First\n\nUse `print(3)` to count to 3.\n\nA {term}`loop` counts again.\n\nWell done.\n"
USE = "Use `print(3)` to count to 3."
RIGHT = "استعمل `print(3)` لتعد إلى 3."


@pytest.fixture
def course(school: School, course: AuthoredCourse, repository: Repository) -> AuthoredCourse:
    """With code, a number and a word of the glossary."""
    ada = author_of(school.ada)
    repository.commit(
        {"01-first/lesson.md": LESSON.encode()}, base=repository.head(), author=ada, message="Write."
    )
    return course


def block(course: AuthoredCourse, msgid: str, lang: str = "ar") -> Block:
    return next(b for b in desk_of(course).blocks(lang) if b.item.msgid == msgid)


def here(course: AuthoredCourse) -> str:
    return f"/authoring/{course.public_id}/translations/ar"


def sent(course: AuthoredCourse, **texts: str) -> dict[str, str]:
    """The fields of a page on which these texts are typed."""
    fields: dict[str, str] = {}
    for msgid, text in texts.items():
        found = block(course, msgid)
        fields |= {f"text-{found.key}": text, f"seen-{found.key}": found.seen}
    return fields


def make_reviewer(school: School, course: AuthoredCourse, *users: object) -> None:
    for user in users:
        db.session.add(CoursePerson(course=course, user=user, role=CourseRole.REVIEWER, language="ar"))
    db.session.commit()


@pytest.fixture
def mila(school: School, course: AuthoredCourse, write: Write) -> Writer:
    return write(school.mila)


def test_languages_say_how_far_they_are(course: AuthoredCourse, mila: Writer) -> None:
    mila.post(here(course), save="all", **sent(course, **{"Well done.": "أحسنت."}))
    page = mila.page(f"/authoring/{course.public_id}/translations")
    total = len(desk_of(course).blocks("ar"))
    assert f"{100 // total} % translated" in page
    assert "0 % reviewed" in page
    assert "العربية" in page
    assert "Add a language" not in page


def test_an_author_adds_a_language(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, address = write(school.ada), f"/authoring/{course.public_id}/translations"
    assert "No language with this short name" in ada.post(address, other="klingon").get_data(as_text=True)
    assert "Choose a language" in ada.post(address, other="", language="").get_data(as_text=True)
    assert "has this language already" in ada.post(address, other="ar").get_data(as_text=True)
    assert ada.post(address, other="fa_AF").status_code == 303
    files = repository.files(repository.head())
    assert b'"fa-AF"' in files["course.toml"]
    assert b'msgid "Well done."' in files["translations/fa-AF.po"]
    assert ada.page(f"{address}/fa-AF")
    ada.page(f"{address}/de", 404)


def test_a_text_shows_its_source_rendered_its_words_and_its_direction(
    course: AuthoredCourse, mila: Writer
) -> None:
    mila.post(here(course), save="all", **sent(course, loop="حلقة"))
    page = mila.page(here(course))
    assert re.search(r'<textarea[^>]* lang="ar" dir="rtl"', page)
    assert '<code dir="ltr" translate="no">print(3)</code>' in page or "<code" in page
    assert "Use `print(3)` to count to 3.</pre>" in page
    assert re.search(r">loop</dt><dd[^>]*>حلقة</dd>", page)


def test_texts_are_found_by_state_lesson_and_words(course: AuthoredCourse, mila: Writer) -> None:
    mila.post(here(course), save="all", **sent(course, **{"Well done.": "أحسنت."}))
    drafts = mila.page(f"{here(course)}?state=draft")
    assert "Well done." in drafts
    assert "print(3)" not in drafts
    second = mila.page(f"{here(course)}?lesson=02-second")
    assert "Go back to" in second
    assert "Well done." not in second
    assert "Well done." in mila.page(f"{here(course)}?words=أحسنت")
    assert "No text is like this" in mila.page(f"{here(course)}?words=nowhere")


def test_a_draft_is_committed_in_the_translators_name(
    course: AuthoredCourse, repository: Repository, mila: Writer
) -> None:
    answer = mila.post(here(course), save="all", state="missing", **sent(course, **{USE: RIGHT}))
    assert answer.status_code == 303
    assert "state=missing" in answer.location
    assert block(course, USE).state is TextState.DRAFT
    commit = repository.get(repository.head())
    assert (commit.author, commit.mark) == (mila.user.name, mila.user.public_id)
    assert commit.subject == "Translate 1 text into ar."


def test_nothing_typed_makes_no_commit(course: AuthoredCourse, repository: Repository, mila: Writer) -> None:
    head = repository.head()
    mila.post(here(course), save="all", **sent(course, **{USE: "", "Well done.": ""}))
    assert repository.head() == head


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("استعمل `()print` لتعد إلى 3.", "is written backwards"),
        ("استعمل لتعد إلى 3.", "The code is not the same as in the source. Add:"),
        ("استعمل `print(3)` لتعد إلى ٤.", "The numbers are not the same"),
        ("استعمل `print(3)` لتعد إلى 3 %(n)s.", "The places for values are not the same"),
        ("استعمل `print(3)` لتعد إلى [3](x).", "The links are not the same"),
        ("استعمل `print(3)` {term}`loop` 3.", "The links to the glossary are not the same"),
        ("استعمل `print(3\u200f)` لتعد إلى 3.", "holds a hidden sign"),
    ],
)
def test_a_faulty_text_is_kept_but_not_shown_and_not_reviewed(
    course: AuthoredCourse, school: School, mila: Writer, text: str, sentence: str
) -> None:
    make_reviewer(school, course, school.mila)
    told = mila.post(f"{here(course)}/lint", key=block(course, USE).key, text=text).json
    assert told is not None
    assert sentence in " ".join(told["faults"])
    fields = sent(course, **{USE: text})
    answer = mila.post(here(course), review=block(course, USE).key, **fields)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    kept = block(course, USE)
    assert kept.item.msgstr == text
    assert kept.state is TextState.FAULTY
    assert mila.post(here(course), save="all", **sent(course, **{USE: RIGHT})).status_code == 303
    assert block(course, USE).state is TextState.DRAFT


def test_digits_of_another_script_are_the_same_numbers(course: AuthoredCourse, mila: Writer) -> None:
    told = mila.post(
        f"{here(course)}/lint", key=block(course, USE).key, text="استعمل `print(3)` لتعد إلى ٣."
    ).json
    assert told == {"faults": []}


def test_a_changed_source_is_shown_with_what_changed(
    course: AuthoredCourse, repository: Repository, school: School, mila: Writer
) -> None:
    mila.post(here(course), save="all", **sent(course, **{"Well done.": "أحسنت."}))
    changed = LESSON.replace("Well done.", "Very well done.").encode()
    repository.commit(
        {"01-first/lesson.md": changed}, base=repository.head(), author=author_of(school.ada), message="W."
    )
    page = mila.page(here(course))
    assert page.index("Very well done.") < page.index("print(3)"), "stale ones come first"
    assert "Before:" in page
    assert re.search(r"<mark>Very[^<]*</mark>", page)
    stale = block(course, "Very well done.")
    assert stale.state is TextState.STALE
    # All of a page may be saved without saying that a stale text still fits; that takes its own button.
    mila.post(here(course), save="all", **sent(course, **{"Very well done.": "أحسنت."}))
    assert block(course, "Very well done.").state is TextState.STALE
    mila.post(here(course), save=stale.key, **sent(course, **{"Very well done.": "أحسنت."}))
    assert block(course, "Very well done.").state is TextState.DRAFT


def test_two_people_with_one_text_see_both(
    course: AuthoredCourse, school: School, mila: Writer, write: Write
) -> None:
    ada = write(school.ada)
    early = sent(course, **{"Well done.": "أحسنت.", USE: RIGHT})
    ada.post(here(course), save="all", **sent(course, **{"Well done.": "عمل رائع."}))
    answer = mila.post(here(course), save="all", **early)
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "عمل رائع." in page
    assert re.search(r"<textarea[^>]*>أحسنت\.</textarea>", page)
    assert block(course, "Well done.").item.msgstr == "عمل رائع."
    assert block(course, USE).item.msgstr == RIGHT, "what nobody else wrote is saved"
    seen = re.search(rf'name="seen-{block(course, "Well done.").key}" value="(\w+)"', page)
    assert seen is not None
    key = block(course, "Well done.").key
    mila.post(here(course), save="all", **{f"text-{key}": "أحسنت.", f"seen-{key}": seen[1]})
    assert block(course, "Well done.").item.msgstr == "أحسنت."


def test_a_text_that_has_gone_is_given_back(
    course: AuthoredCourse, repository: Repository, school: School, mila: Writer
) -> None:
    fields = sent(course, **{"Well done.": "أحسنت."})
    gone = LESSON.replace("Well done.\n", "").encode()
    repository.commit(
        {"01-first/lesson.md": gone}, base=repository.head(), author=author_of(school.ada), message="W."
    )
    answer = mila.post(here(course), save="all", **fields)
    assert answer.status_code == 409
    assert "أحسنت." in answer.get_data(as_text=True)


def test_a_translator_cannot_review(course: AuthoredCourse, mila: Writer) -> None:
    mila.post(here(course), save="all", **sent(course, **{USE: RIGHT}))
    key = block(course, USE).key
    assert 'name="review"' not in mila.page(here(course))
    assert mila.post(here(course), review=key, **sent(course, **{USE: RIGHT})).status_code == 404
    assert block(course, USE).state is TextState.DRAFT


def test_a_reviewer_of_another_language_cannot_even_write(
    course: AuthoredCourse, school: School, write: Write
) -> None:
    db.session.add(CoursePerson(course=course, user=school.ben, role=CourseRole.REVIEWER, language="fr"))
    db.session.commit()
    ben = write(school.ben)
    assert 'name="save"' not in ben.page(here(course))
    assert ben.post(here(course), save="all", **sent(course, **{USE: RIGHT})).status_code == 404
    assert ben.post(f"{here(course)}/lint", key=block(course, USE).key, text="").status_code == 404


def test_who_wrote_a_text_does_not_review_it_if_another_can(
    course: AuthoredCourse, school: School, mila: Writer, write: Write
) -> None:
    make_reviewer(school, course, school.mila, school.dina)
    key = block(course, USE).key
    mila.post(here(course), save="all", **sent(course, **{USE: RIGHT}))
    page = mila.page(f"{here(course)}/texts/{key}")
    assert "You have written this text." in page
    assert 'name="review"' not in page
    answer = mila.post(here(course), review="all", **sent(course, **{USE: RIGHT}))
    assert answer.status_code == 422
    assert block(course, USE).state is TextState.DRAFT
    dina = write(school.dina)
    assert 'name="review"' in dina.page(f"{here(course)}/texts/{key}")
    assert dina.post(here(course), review="all", **sent(course, **{USE: RIGHT})).status_code == 303
    assert block(course, USE).state is TextState.REVIEWED
    assert db.session.query(TextAuthor).count() == 0


def test_writing_and_reviewing_in_one_step_is_writing(
    course: AuthoredCourse, school: School, mila: Writer
) -> None:
    make_reviewer(school, course, school.mila, school.dina)
    mila.post(here(course), review=block(course, USE).key, **sent(course, **{USE: RIGHT}))
    assert block(course, USE).state is TextState.DRAFT


def test_the_only_reviewer_reviews_her_own(course: AuthoredCourse, school: School, mila: Writer) -> None:
    make_reviewer(school, course, school.mila)
    mila.post(here(course), review=block(course, USE).key, **sent(course, **{USE: RIGHT}))
    assert block(course, USE).state is TextState.REVIEWED
    mila.post(here(course), save="all", **sent(course, **{USE: RIGHT.replace("استعمل", "استخدم")}))
    assert block(course, USE).state is TextState.DRAFT, "a changed text is to be reviewed again"


def test_all_shown_are_reviewed_but_faulty_and_missing_ones(
    course: AuthoredCourse, school: School, mila: Writer, write: Write
) -> None:
    mila.post(here(course), save="all", **sent(course, **{USE: "خطأ", "Well done.": "أحسنت."}))
    cora = write(school.cora)
    texts = {USE: "خطأ", "Well done.": "أحسنت.", "First": ""}
    assert cora.post(here(course), review="all", **sent(course, **texts)).status_code == 422
    assert block(course, "Well done.").state is TextState.REVIEWED
    assert block(course, USE).state is TextState.FAULTY
    assert block(course, "First").state is TextState.MISSING


def test_one_text_is_sent_alone_by_script(course: AuthoredCourse, mila: Writer) -> None:
    found = block(course, USE)
    data = {
        "csrf_token": mila.token, f"text-{found.key}": RIGHT, f"seen-{found.key}": found.seen, "save": found.key
    }  # fmt: skip
    answer = mila.client.post(here(course), data=data, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json is not None
    told = answer.json["texts"][found.key]
    assert (told["state"], told["faults"], told["theirs"]) == ("draft", [], None)
    again = mila.client.post(
        here(course), data=data | {f"text-{found.key}": "غير"}, headers={"Accept": "application/json"}
    )
    assert again.status_code == 409
    assert again.json is not None
    assert again.json["texts"][found.key]["theirs"] == [RIGHT]


def upload(mila: Writer, course: AuthoredCourse, content: bytes) -> tuple[int, str, str]:
    answer = mila.post(f"{here(course)}/file", file=(BytesIO(content), "ar.po"))
    return answer.status_code, answer.location or "", answer.get_data(as_text=True)


def po(*pairs: tuple[str, str], lang: str = "ar", flags: str = "") -> bytes:
    entries = "\n\n".join(f'{flags}msgid "{m}"\nmsgstr "{t}"' for m, t in pairs)
    return f'msgid ""\nmsgstr "Language: {lang}\\n"\n\n{entries}\n'.encode()


def test_a_po_file_goes_out_and_comes_back(
    course: AuthoredCourse, repository: Repository, mila: Writer
) -> None:
    mila.post(here(course), save="all", **sent(course, **{"Well done.": "أحسنت."}))
    answer = mila.client.get(f"{here(course)}/file")
    assert answer.headers["Content-Disposition"] == "attachment; filename=loops-ar.po"
    status, location, _ = upload(mila, course, answer.data)
    assert status == 303
    assert "The file brings nothing new" in mila.page(location)
    template = mila.client.get(f"/authoring/{course.public_id}/translations.pot").get_data(as_text=True)
    assert f'msgid "{USE}"\nmsgstr ""' in template


def test_an_upload_says_what_it_would_change_and_then_changes_it(
    course: AuthoredCourse, repository: Repository, mila: Writer
) -> None:
    mila.post(here(course), save="all", **sent(course, **{"Well done.": "أحسنت."}))
    head = repository.head()
    content = po((USE, "بلا رمز"), ("Well done.", "عمل رائع."), ("First", "الأول"), ("Nowhere", "لا مكان"))
    _, location, _ = upload(mila, course, content)
    page = mila.page(location)
    for said in (
        "1 new translation",
        "1 translation is other than here",
        "1 has a fault",
        "1 belongs to no text",
    ):
        assert said in page
    assert "The code is not the same as in the source." in page
    assert "Nowhere" in page
    assert repository.head() == head
    assert mila.post(location, reviewed="1").status_code == 303
    assert block(course, "First").state is TextState.DRAFT, "a translator's word does not make it reviewed"
    assert block(course, "Well done.").item.msgstr == "عمل رائع."
    assert block(course, USE).state is TextState.MISSING
    assert repository.get(repository.head()).subject == "Import translations into ar."
    mila.page(location, 404)


def test_a_reviewer_brings_reviewed_texts(course: AuthoredCourse, school: School, mila: Writer) -> None:
    make_reviewer(school, course, school.mila, school.dina)
    _, location, _ = upload(mila, course, po(("First", "الأول")))
    mila.post(location, reviewed="1")
    assert block(course, "First").state is TextState.REVIEWED


def test_what_is_fuzzy_in_the_file_is_left_out(course: AuthoredCourse, mila: Writer) -> None:
    _, location, _ = upload(mila, course, po(("First", "الأول"), flags="#, fuzzy\n"))
    assert "1 is marked as unfinished in the file" in mila.page(location)
    mila.post(location)
    assert block(course, "First").state is TextState.MISSING


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a PO file first."),
        (po(("First", "Premier"), lang="fr"), "“fr”"),
        (b'msgid "First"\nmsgstr "x"\n', "does not say its language"),
        (po(("First", "الأول")) + b'\nmsgid "x\n', "Line 7 is not as it must be"),
        (po(("First", "x")).replace(b'"x"', b'"\xe9"'), "Line 5 is not written in UTF-8"),
    ],
)
def test_files_that_cannot_be_taken_are_refused_with_a_reason(
    course: AuthoredCourse, mila: Writer, content: bytes, sentence: str
) -> None:
    status, _, page = upload(mila, course, content)
    assert status == 422
    assert sentence in page
    assert db.session.query(CourseImport).count() == 0


def test_somebody_elses_upload_is_not_there(
    course: AuthoredCourse, school: School, mila: Writer, write: Write
) -> None:
    _, location, _ = upload(mila, course, po(("First", "الأول")))
    ada = write(school.ada)
    ada.page(location, 404)
    assert ada.post(location).status_code == 404
    assert state_of(block(course, "First").item) is TextState.MISSING


def test_a_broken_file_of_the_course_is_told_and_not_written_over(
    course: AuthoredCourse, repository: Repository, school: School, mila: Writer
) -> None:
    broken = {"translations/ar.po": b"no PO file"}
    repository.commit(broken, base=repository.head(), author=author_of(school.ada), message="Break.")
    assert "cannot be read: look at line 1" in mila.page(here(course), 409)
    assert mila.post(here(course), save="all").status_code == 409
    assert repository.read(repository.head(), "translations/ar.po") == b"no PO file"


def test_pages_take_a_fixed_number_of_queries(course: AuthoredCourse, school: School, mila: Writer) -> None:
    make_reviewer(school, course, school.mila, school.dina)
    mila.page(here(course))
    before = queries_of(mila.client, here(course))
    mila.post(
        here(course), save="all", **sent(course, **{USE: RIGHT, "Well done.": "أحسنت.", "First": "الأول"})
    )
    mila.page(here(course))
    assert queries_of(mila.client, here(course)) == before
    assert before <= 16
