"""Rendered lessons: clean HTML, code left to right, translations block by block with visible marks."""

from __future__ import annotations

import os
import re
import time

import polib
import pytest

from lms.catalog.extract import extract
from lms.catalog.model import Course, State
from lms.catalog.parse import read_course
from lms.catalog.render import Labels
from lms.catalog.services import (
    RenderedLesson,
    image_path,
    render_exercise,
    render_lesson,
    render_text,
    translate,
)
from tests.catalog.builder import CourseBuilder

PO = "translations/ar.po"


def read(builder: CourseBuilder) -> Course:
    course = read_course(builder.path).course
    assert course is not None
    return course


def html_of(page: RenderedLesson) -> str:
    return "".join(part.html for part in page.parts if part.kind == "html")


def render_end(builder: CourseBuilder, text: str, lang: str = "en") -> str:
    builder.lesson(text)
    course = read(builder)
    return html_of(render_lesson(course, course.lessons[1], lang))


def fill(builder: CourseBuilder, msgid: str, msgstr: str, *, comment: str = "", fuzzy: bool = False) -> None:
    po = polib.pofile(str(builder.path / PO))
    entry = po.find(msgid)
    assert entry is not None, msgid
    entry.msgstr = msgstr
    entry.tcomment = comment
    entry.flags = ["fuzzy"] if fuzzy else []
    po.save()


def test_parts_of_a_lesson_in_order(course: Course) -> None:
    page = render_lesson(course, course.lessons[0], "en")

    assert [part.kind for part in page.parts] == ["html", "cell", "html", "exercise", "quiz", "html"]
    assert page.title.text == "The start"
    cell, exercise, quiz = page.parts[1].cell, page.parts[3].exercise, page.parts[4].quiz
    assert cell is not None
    assert (cell.id, cell.code) == ("first", 'print("Hello")')
    assert exercise is not None
    assert exercise.key == "small/01-start/double"
    assert quiz is not None
    assert "What does" in quiz.question
    assert [option.right for option in quiz.options] == [True, False]
    assert "Yes, it adds." in (quiz.options[0].feedback or "")
    assert "Signs are old." in (quiz.explanation or "")
    assert "<h1" not in html_of(page)


def test_code_is_isolated_and_not_translated(course: Course) -> None:
    page = render_lesson(course, course.lessons[0], "en")

    assert '<bdi><code dir="ltr" translate="no">print</code></bdi>' in html_of(page)
    assert page.parts[1].html.startswith('<pre class="code" dir="ltr" translate="no"')
    assert '<span class="nb">print</span>' in page.parts[1].html


def test_terms_lead_to_the_glossary(course: Course) -> None:
    page = render_lesson(course, course.lessons[0], "en")

    assert '<a class="term" href="#term-variable">variable</a>' in html_of(page)
    assert [(term.id, term.term.text) for term in page.terms] == [("variable", "variable")]


def test_admonition_has_the_label_of_the_reader(course: Course) -> None:
    page = render_lesson(course, course.lessons[0], "en", labels=Labels(note="ملاحظة"))

    assert '<aside class="admonition note" role="note">\n<p class="admonition-title">ملاحظة</p>' in html_of(
        page
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<svg onload=alert(1)></svg>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:alert(1))",
        "![x](javascript:alert(1))",
        '![x" onerror="alert(1)](images/none.png)',
        '```{figure} x" onerror=alert(1)\n:alt: " onerror=alert(1)\n```',
        '```"><script>alert(1)</script>\nx\n```',
        "{term}`<script>alert(1)</script>`",
        "{kbd}`<script>alert(1)</script>`",
        '{x" onclick="alert(1)}`y`',
        ":::{note} <script>alert(1)</script>\n<iframe src=x>\n:::",
        "| a |\n|---|\n| <style>*{}</style> |",
        "## <script>alert(1)</script>",
        "<javascript:alert(1)>",
        "`<script>alert(1)</script>`",
    ],
)
def test_nothing_an_author_writes_becomes_a_script(builder: CourseBuilder, text: str) -> None:
    html = render_end(builder, text + "\n")

    tags = re.findall(r"<[^>]*>", html)
    assert not any(
        re.search(r"<\s*/?\s*(script|style|iframe|svg|object|embed|form)", tag, re.I) for tag in tags
    )
    assert not any(re.search(r"\son\w+\s*=|style=|javascript:|vbscript:|data:", tag, re.I) for tag in tags), (
        html
    )


def test_a_translation_is_cleaned_too(builder: CourseBuilder) -> None:
    fill(builder, "Well done.", '<img src=x onerror="alert(1)"> [x](javascript:alert(1))')

    course = read(builder)
    html = html_of(render_lesson(course, course.lessons[1], "ar"))

    assert "<img" not in html
    assert "href" not in html


def test_links_and_pictures(builder: CourseBuilder) -> None:
    builder.write("02-end/images/box.svg", "<svg/>")
    builder.write("02-end/secret.txt", "no")
    text = (
        "[back](../01-start#try-it) [task](../01-start/double) [out](https://example.org/)\n\n"
        "```{figure} images/box.svg\n:alt: A box.\nThe caption.\n```\n"
    )
    builder.lesson(text)
    course = read(builder)

    html = html_of(render_lesson(course, course.lessons[1], "en", course_url="/c/small/", image_url="/p/"))

    assert 'href="/c/small/01-start#h-try-it"' in html
    assert 'href="/c/small/01-start/double"' in html
    assert 'rel="noopener noreferrer"' in html
    assert re.search(r'<img src="/p/02-end/images/box\.svg\?v=[0-9a-f]{12}" alt="A box\."', html)
    assert "<figcaption>" in html
    assert image_path(course, "02-end/images/box.svg") == builder.path / "02-end/images/box.svg"
    for other in ("02-end/secret.txt", "../../etc/passwd", "02-end/images/../lesson.md", "course.toml"):
        assert image_path(course, other) is None


def test_table_alignment_needs_no_inline_style(builder: CourseBuilder) -> None:
    html = render_end(builder, "| a | b |\n|---|--:|\n| 1 | 2 |\n")

    assert "style" not in html
    assert '<td class="align-end">2</td>' in html
    assert '<th scope="col">a</th>' in html


def test_blocks_fall_back_one_by_one(builder: CourseBuilder) -> None:
    fill(builder, "Try it", "جرّب")
    fill(builder, "One thing", "شيء واحد")
    course = read(builder)

    page = render_lesson(course, course.lessons[0], "ar")
    html = html_of(page)

    assert '<h2 id="h-try-it">جرّب</h2>' in html
    assert "<li>شيء واحد</li>" in html
    assert '<li><span class="untranslated" lang="en" dir="ltr">Another thing</span></li>' in html
    assert '<p class="untranslated" lang="en" dir="ltr">A <a class="term"' in html
    assert 0 < page.translated_percent < 100
    assert (page.title.lang, page.title.state) == ("en", State.SOURCE)


def test_stale_and_draft_are_shown_and_told(builder: CourseBuilder) -> None:
    fill(builder, "Well done.", "أحسنت", comment="draft")
    course = read(builder)
    page = render_lesson(course, course.lessons[1], "ar")
    assert (page.draft, page.stale) == (True, False)
    assert html_of(page) == "<p>أحسنت</p>\n"

    fill(builder, "Well done.", "أحسنت", fuzzy=True)
    os.utime(builder.path / PO, ns=(1, 1))
    page = render_lesson(course, course.lessons[1], "ar")
    assert (page.draft, page.stale) == (False, True)
    assert html_of(page) == '<p class="stale">أحسنت</p>\n'


def test_a_changed_block_makes_its_translation_stale(builder: CourseBuilder) -> None:
    fill(builder, "Another thing", "شيء آخر")
    builder.replace("01-start/lesson.md", "Another thing", "Another nice thing")
    extract(read_course(builder.path), "ar")
    course = read(builder)

    page = render_lesson(course, course.lessons[0], "ar")

    assert '<span class="stale">شيء آخر</span>' in html_of(page)
    assert page.stale


def test_a_term_is_shown_in_the_readers_language(builder: CourseBuilder) -> None:
    fill(builder, "variable", "متغيّر")
    fill(builder, "A {term}`variable` holds 2 values, see `print`.", "{term}`variable` فيه 2، انظر `print`.")
    course = read(builder)

    page = render_lesson(course, course.lessons[0], "ar")

    assert '<a class="term" href="#term-variable">متغيّر</a>' in html_of(page)
    assert page.terms[0].term.text == "متغيّر"


def test_a_language_that_is_not_the_courses_shows_the_source(course: Course) -> None:
    for lang in ("ti", "../../etc/passwd", "x" * 500):
        page = render_lesson(course, course.lessons[1], lang)
        assert 'class="untranslated" lang="en" dir="ltr"' in html_of(page)


def test_exercise_and_single_texts(builder: CourseBuilder) -> None:
    fill(builder, "Double a number", "ضاعف عددًا")
    fill(builder, "Use `return`.", "استخدم `return`.")
    course = read(builder)
    exercise = course.lessons[0].exercises[0]

    page = render_exercise(course, exercise, "ar")

    assert page.title.text == "ضاعف عددًا"
    assert "untranslated" in page.statement
    assert len(page.checks) == 2
    assert render_text(course, "ar", exercise.mistakes[0].hint).startswith("استخدم <bdi><code")
    assert translate(course, "ar", "Multiply by 2.").lang == "en"
    assert render_text(course, "ar", "<script>").count("<script>") == 0


def test_a_cached_lesson_takes_well_under_a_millisecond(course: Course) -> None:
    render_lesson(course, course.lessons[0], "ar")
    start = time.perf_counter()
    for _ in range(100):
        render_lesson(course, course.lessons[0], "ar")
    assert (time.perf_counter() - start) / 100 < 0.002
