"""The interface is translated in the browser: used within seconds, in every process, and never able to break a page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import polib
import pytest
from flask import Flask

from lms.app import create_app
from lms.authoring import interface
from lms.authoring.blocks import Block, Edit, TextState
from lms.authoring.models import CourseRole, InterfacePerson, TextAuthor
from lms.catalog.pofile import Item, read_po
from lms.core.db import db
from lms.core.overlay import INDEX, LOOK_AGAIN, overlay
from tests.authoring.conftest import Write, Writer
from tests.factories import School

POT = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "My week"
msgstr ""

msgid "Courses"
msgstr ""

#, python-format
msgid "Hello, %(name)s: %(percent)s %%"
msgstr ""

#, python-format
msgid "%(num)s new message"
msgid_plural "%(num)s new messages"
msgstr[0] ""
msgstr[1] ""

msgid "Skip to the content"
msgstr ""
"""
AR = """msgid ""
msgstr ""
"Language: ar\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
"n%100>=0 && n%100<=2 ? 4 : 5);\\n"

msgid "Courses"
msgstr "الدورات"
"""
HERE = "/authoring/interface"


@pytest.fixture
def settings(settings: dict[str, object], tmp_path: Path) -> dict[str, object]:
    """A program that ships one translated text."""
    folder = tmp_path / "program"
    (folder / "ar" / "LC_MESSAGES").mkdir(parents=True)
    (folder / "messages.pot").write_text(POT)
    po = folder / "ar" / "LC_MESSAGES" / "messages.po"
    po.write_text(AR)
    polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))
    return {**settings, "TRANSLATIONS_DIR": folder}


@pytest.fixture
def give(school: School) -> Callable[..., None]:
    """Give people a part."""

    def given(role: CourseRole, lang: str, *users: object) -> None:
        db.session.add_all(InterfacePerson(user=user, role=role, language=lang) for user in users)
        db.session.commit()

    return given


@pytest.fixture
def mila(school: School, write: Write, give: Callable[..., None]) -> Writer:
    """She translates into Arabic."""
    give(CourseRole.TRANSLATOR, "ar", school.mila)
    return write(school.mila)


@pytest.fixture
def root(school: School, write: Write) -> Writer:
    return write(school.root)


def block(msgid: str, lang: str = "ar") -> Block:
    return next(b for b in interface.blocks_of(lang) if b.item.msgid == msgid)


def sent(lang: str = "ar", /, **texts: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for msgid, text in texts.items():
        found = block(msgid, lang)
        fields[f"seen-{found.key}"] = found.seen
        if isinstance(text, list):
            fields |= {f"text-{found.key}-{n}": form for n, form in enumerate(text)}
        else:
            fields[f"text-{found.key}"] = text
    return fields


def in_arabic(writer: Writer) -> str:
    writer.client.set_cookie("language", "ar")
    page = writer.page("/me")
    writer.client.delete_cookie("language")
    return page


def test_what_is_reviewed_is_used_at_once(root: Writer) -> None:
    assert "الدورات" in in_arabic(root)
    answer = root.post(f"{HERE}/ar", review="all", **sent(**{"My week": "أسبوعي", "Courses": "دروسي"}))
    assert answer.status_code == 303
    page = in_arabic(root)
    assert "أسبوعي" in page
    assert "دروسي" in page
    assert "الدورات" not in page
    assert block("Courses").state is TextState.REVIEWED


def test_every_process_sees_it_within_seconds(settings: dict[str, object], root: Writer) -> None:
    other = create_app(settings)  # as another process of the same installation
    client = other.test_client()
    client.set_cookie("language", "ar")
    assert "تخط" not in client.get("/sign-in").get_data(as_text=True)
    root.post(f"{HERE}/ar", review="all", **sent(**{"Skip to the content": "تخط إلى المحتوى"}))
    deadline = time.monotonic() + LOOK_AGAIN + 2
    while time.monotonic() < deadline and "تخط" not in client.get("/sign-in").get_data(as_text=True):
        time.sleep(0.05)
    assert "تخط إلى المحتوى" in client.get("/sign-in").get_data(as_text=True)
    with other.app_context():
        db.engine.dispose()


def test_the_programs_own_files_are_never_written(settings: dict[str, object], root: Writer) -> None:
    folder = Path(str(settings["TRANSLATIONS_DIR"]))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    root.post(f"{HERE}/ar", review="all", **sent(**{"My week": "أسبوعي"}))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_draft_is_used_where_there_is_nothing_else(mila: Writer, root: Writer) -> None:
    mila.post(f"{HERE}/ar", save="all", **sent(**{"My week": "أسبوعي", "Courses": "مسودة"}))
    page = in_arabic(root)
    assert "أسبوعي" in page
    assert "مسودة" not in page, "a draft takes no reviewed text's place"
    assert block("Courses").state is TextState.DRAFT
    root.post(f"{HERE}/ar", review="all", **sent(Courses="مسودة"))
    assert "مسودة" in in_arabic(root)
    mila.post(f"{HERE}/ar", save="all", **sent(Courses="غيرها"))
    assert "مسودة" in in_arabic(root), "what was reviewed here stays in use, too"
    mila.post(f"{HERE}/ar", save="all", **sent(Courses=""))
    assert block("Courses").item.msgstr == "مسودة"


def test_plural_forms_have_a_field_each_with_numbers(mila: Writer) -> None:
    page = mila.page(f"{HERE}/ar")
    key = block("%(num)s new message").key
    assert [f'name="text-{key}-{n}"' in page for n in range(7)] == [True] * 6 + [False]
    for numbers in (
        "for 0<",
        "for 1<",
        "for 2<",
        "for 3, 4, 5, 6, …",
        "for 11, 12, 13, 14, …",
        "for 100, 101, 102, 200, …",
    ):
        assert numbers in page
    forms = ["لا رسائل", "رسالة", "رسالتان", "%(num)s رسائل", "%(num)s رسالة", "%(num)s رسالة"]
    assert mila.post(f"{HERE}/ar", save="all", **sent(**{"%(num)s new message": forms})).status_code == 303
    assert block("%(num)s new message").item.plurals == tuple(forms)
    other = ["", *forms[1:]]
    mila.post(f"{HERE}/ar", save="all", **sent(**{"%(num)s new message": other}))
    assert block("%(num)s new message").state is TextState.MISSING
    assert block("%(num)s new message").item.plurals == tuple(other), "a half is kept"


@pytest.mark.parametrize(
    ("msgid", "text", "sentence"),
    [
        ("Hello, %(name)s: %(percent)s %%", "أهلا %(nom)s: %(percent)s %%", "The places for values"),
        ("Hello, %(name)s: %(percent)s %%", "أهلا %(name)s: %(percent)s %", "The places for values"),
        ("My week", "أسبوعي 100 %", "The places for values"),
        ("My week", "أسبوعي %s", "The places for values"),
        ("My week", "<script>alert(1)</script>", "have a meaning in a page"),
        ("My week", 'x" onfocus="alert(1)', "have a meaning in a page"),
        ("My week", "أسبوعي &amp; أنا", "have a meaning in a page"),
    ],
)
def test_what_would_break_a_page_is_kept_and_never_used(
    root: Writer, msgid: str, text: str, sentence: str
) -> None:
    told = root.post(f"{HERE}/ar/lint", key=block(msgid).key, text=text).json
    assert told is not None
    assert sentence in " ".join(told["faults"])
    answer = root.post(f"{HERE}/ar", review="all", **sent(**{msgid: text}))
    assert answer.status_code == 422
    assert block(msgid).state is TextState.FAULTY
    assert block(msgid).item.msgstr == text
    assert text not in in_arabic(root)


def test_a_file_written_by_hand_breaks_no_page(settings: dict[str, object], root: Writer) -> None:
    root.post(f"{HERE}/ar", review="all", **sent(**{"My week": "أسبوعي"}))
    folder = Path(str(settings["INSTANCE_DIR"])) / "translations"
    po = folder / "ar.po"
    po.write_text(po.read_text().replace("أسبوعي", "<b>%s"))
    root.post(f"{HERE}/ar", review="all", **sent(Courses="دروسي"))
    page = in_arabic(root)
    assert "<b>%s" not in page
    assert "دروسي" in page


@pytest.mark.parametrize("content", [b"", b"{", b'{"languages": 3}', b'{"languages": {"ar": {}}}'])
def test_a_broken_index_leaves_the_programs_texts(
    app: Flask, settings: dict[str, object], root: Writer, content: bytes
) -> None:
    folder = Path(str(settings["INSTANCE_DIR"])) / "translations"
    folder.mkdir()
    (folder / INDEX).write_bytes(content)
    overlay().looked_at = float("-inf")
    assert "الدورات" in in_arabic(root)
    assert root.page(HERE)


def test_a_broken_file_of_ours_is_kept_aside(settings: dict[str, object], root: Writer) -> None:
    folder = Path(str(settings["INSTANCE_DIR"])) / "translations"
    folder.mkdir()
    (folder / "ar.po").write_bytes(b"no PO")
    root.post(f"{HERE}/ar", review="all", **sent(**{"My week": "أسبوعي"}))
    assert (folder / "ar.po.broken").read_bytes() == b"no PO"
    assert "أسبوعي" in in_arabic(root)


def test_a_new_language_is_offered_once_enough_is_translated(root: Writer) -> None:
    assert root.post(HERE, language="", other="ti").status_code == 303
    assert 'value="ti"' not in root.page("/me")
    texts: dict[str, str | list[str]] = {
        "My week": "ሰሙነይ",
        "Courses": "ትምህርትታት",
        "Skip to the content": "ናብ ትሕዝቶ",
    }
    root.post(f"{HERE}/ti", review="all", **sent("ti", **texts))
    assert 'value="ti"' not in root.page("/me")
    count = len(interface.plurals_of("ti").examples)
    root.post(f"{HERE}/ti", review="all", **sent("ti", **{"%(num)s new message": ["%(num)s መልእኽቲ"] * count}))
    assert 'value="ti"' in root.page("/me")
    root.client.set_cookie("language", "ti")
    page = root.page("/me")
    assert 'lang="ti"' in page
    assert "ሰሙነይ" in page


def test_an_admin_decides_on_a_language(root: Writer) -> None:
    root.post(HERE, language="", other="ti")
    root.post(f"{HERE}/ti/offer", offer="yes")
    assert 'value="ti"' in root.page("/me")
    root.post(f"{HERE}/ti/offer", offer="no")
    assert 'value="ti"' not in root.page("/me")
    root.post(f"{HERE}/ar/offer", offer="no")
    assert 'value="ar"' in root.page("/me"), "the program's own are always there"


@pytest.mark.parametrize(
    ("tag", "said"), [("klingon", "No language"), ("ar", "already"), ("../x", "No language")]
)
def test_languages_that_cannot_be_begun(root: Writer, tag: str, said: str) -> None:
    assert said in root.post(HERE, language="", other=tag).get_data(as_text=True)


def test_people_have_their_languages_alone(
    school: School, write: Write, mila: Writer, root: Writer, give: Callable[..., None]
) -> None:
    root.post(HERE, language="", other="ti")
    assert "Translate the interface" in mila.page("/me")
    page = mila.page(HERE)
    assert f"{HERE}/ar" in page
    assert f"{HERE}/ti" not in page
    assert "Who translates the interface" not in page
    mila.page(f"{HERE}/ti", 404)
    for path in (f"{HERE}/ti", f"{HERE}/ti/lint", f"{HERE}/ti/file", HERE, f"{HERE}/people"):
        assert mila.post(path, save="all", other="so", language="").status_code == 404
    assert mila.post(f"{HERE}/ar", review="all", **sent(**{"My week": "أسبوعي"})).status_code == 404
    write(school.ben).page(HERE, 404)


def test_an_admin_names_translators_and_takes_that_back(school: School, write: Write, root: Writer) -> None:
    assert school.ben.name in root.page(f"{HERE}?name={school.ben.name}")
    part = {"person": school.ben.public_id, "role": "translator", "language": "ar"}
    root.post(f"{HERE}/people", **part)
    ben = write(school.ben)
    assert 'name="review"' not in ben.page(f"{HERE}/ar")
    root.post(f"{HERE}/people", **{**part, "role": "reviewer"})
    assert 'name="review"' in ben.page(f"{HERE}/ar")
    found = db.session.query(InterfacePerson).one()
    root.post(f"{HERE}/people/{found.id}/remove")
    ben.page(f"{HERE}/ar", 404)
    for wrong in ({"person": "nobody"}, {"role": "author"}, {"language": "xx"}):
        root.post(f"{HERE}/people", **{**part, **wrong})
    assert "Choose a person, a part and a language." in root.page(HERE)
    assert db.session.query(InterfacePerson).count() == 0


def test_another_reviewer_looks_at_ones_own_text(
    school: School, write: Write, give: Callable[..., None]
) -> None:
    give(CourseRole.REVIEWER, "ar", school.ada, school.dina)
    ada, dina = write(school.ada), write(school.dina)
    ada.post(f"{HERE}/ar", save="all", **sent(**{"My week": "أسبوعي"}))
    assert "You have written this text." in ada.page(f"{HERE}/ar/texts/{block('My week').key}")
    assert ada.post(f"{HERE}/ar", review="all", **sent(**{"My week": "أسبوعي"})).status_code == 422
    assert block("My week").state is TextState.DRAFT
    dina.post(f"{HERE}/ar", review="all", **sent(**{"My week": "أسبوعي"}))
    assert block("My week").state is TextState.REVIEWED
    assert db.session.query(TextAuthor).count() == 0


def test_two_people_with_one_text_see_both(school: School, mila: Writer, root: Writer) -> None:
    early = sent(**{"My week": "أسبوعي"})
    root.post(f"{HERE}/ar", save="all", **sent(**{"My week": "هذا الأسبوع"}))
    answer = mila.post(f"{HERE}/ar", save="all", **early)
    assert answer.status_code == 409
    assert "هذا الأسبوع" in answer.get_data(as_text=True)
    assert re.search(r"<textarea[^>]*>أسبوعي</textarea>", answer.get_data(as_text=True))


def test_the_file_for_the_project_has_everything(mila: Writer, root: Writer) -> None:
    root.post(f"{HERE}/ar", review="all", **sent(**{"My week": "أسبوعي"}))
    mila.post(f"{HERE}/ar", save="all", **sent(**{"Skip to the content": "تخط"}))
    po = read_po(root.client.get(f"{HERE}/ar/file").data).by_key()
    assert po["", "My week"].msgstr == "أسبوعي"
    assert po["", "Courses"].msgstr == "الدورات"
    assert po["", "Skip to the content"].fuzzy
    assert po["", "Hello, %(name)s: %(percent)s %%"].flags == ("python-format",)
    assert len(po["", "%(num)s new message"].plurals) == 6


def test_a_file_comes_in_with_a_dry_run(root: Writer) -> None:
    content = (
        AR.replace("الدورات", "دروس") + '\nmsgid "My week"\nmsgstr "<b>"\n\nmsgid "Gone"\nmsgstr "ذهب"\n'
    )
    answer = root.post(f"{HERE}/ar/file", file=(BytesIO(content.encode()), "ar.po"))
    assert answer.status_code == 303
    page = root.page(answer.location)
    for said in ("1 translation is other than here", "1 has a fault", "1 belongs to no text"):
        assert said in page
    root.post(answer.location, reviewed="1")
    assert "دروس" in in_arabic(root)
    assert "Gone" not in [b.item.msgid for b in interface.blocks_of("ar")]
    wrong = root.post(f"{HERE}/ar/file", file=(BytesIO(b'msgid ""\nmsgstr "Language: fr\\n"\n'), "x.po"))
    assert wrong.status_code == 422


def test_writers_at_once_lose_nothing(app: Flask) -> None:
    texts = {"My week": "أ", "Courses": "ب", "Skip to the content": "ج"}
    edits = [Edit(block(m).key, (t,), block(m).seen, review=True) for m, t in texts.items()]
    for edit in edits:  # each has seen the page as it was before the others
        assert interface.save("ar", [edit], lambda _item, _new: True).whole
    assert {m: block(m).item.msgstr for m in texts} == texts


@pytest.mark.parametrize(
    ("tag", "count"), [("ar", 6), ("uk", 3), ("ti", 2), ("fa-AF", 1), ("ja", 1), ("pt-BR", 2)]
)
def test_every_language_counts_as_it_does(app: Flask, tag: str, count: int) -> None:
    found = interface.plurals_of(tag)
    assert len(found.examples) == count
    assert all(found.examples)
    assert interface.is_tag(tag)


def test_a_plural_form_may_leave_the_number_out_and_nothing_else() -> None:
    item = Item("%(num)s try of %(name)s", plural="%(num)s tries of %(name)s", plurals=("", ""))
    assert interface.lint(item, ("one try of %(name)s", "%(num)s tries of %(name)s")) == []
    assert interface.lint(item, ("one try", "")) != []
