"""The lesson editor through the front door: written, saved, merged, previewed, and nothing lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from lms.authoring.models import AuthoredCourse
from lms.authoring.preview import LONGEST_TEXT
from lms.authoring.repository import Repository
from lms.authoring.services import author_of, draft_source
from tests.authoring.conftest import Write, Writer
from tests.factories import School
from tests.queries import queries_of

TEXT = "# First\n\nWe count to ten.\n"


def here(course: AuthoredCourse, lesson: str = "01-first") -> str:
    return f"/authoring/{course.public_id}/lessons/{lesson}"


def text_of(page: str) -> str:
    found = re.search(r'<textarea[^>]*name="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def stored(repository: Repository, path: str = "01-first/lesson.md") -> str:
    return (repository.read(repository.head(), path) or b"").decode()


def save(writer: Writer, course: AuthoredCourse, text: str, base: str, **more: Any) -> Any:
    fields = {"action": "save", "text": text, "base": base, "minutes": "30", "note": "", **more}
    return writer.post(here(course), **fields)


def preview(writer: Writer, course: AuthoredCourse, text: str, **more: str) -> dict[str, str]:
    answer = writer.client.post(
        f"/authoring/{course.public_id}/preview",
        data={"csrf_token": writer.token, "lesson": "01-first", "text": text, **more},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200
    found: dict[str, str] = answer.get_json()
    return found


def test_a_text_is_saved_under_her_name(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada = write(school.ada)
    assert text_of(ada.page(here(course))) == "# First\n\nWe count to four.\n"
    answer = save(
        ada, course, TEXT.replace("\n", "\r\n") + "\x00\r\n", repository.head(), note="Further  still"
    )
    assert answer.status_code == 303
    assert stored(repository) == TEXT
    newest = repository.history(limit=1)[0]
    assert (newest.message.strip(), newest.mark) == ("Further still", school.ada.public_id)
    page = ada.page(answer.headers["Location"])
    assert "Saved. Classes see it" in page
    assert "data-saved" in page


def test_minutes_are_a_change_of_their_own(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, base = write(school.ada), repository.head()
    toml = stored(repository, "course.toml").replace('title = "Loops"', 'title = "Again"')
    repository.commit({"course.toml": toml.encode()}, base=base, author=author_of(school.cora), message="T.")
    assert save(ada, course, TEXT, base, minutes="٤٥").status_code == 303
    changed = stored(repository, "course.toml")
    assert 'title = "Again"' in changed
    assert "01-first = 45" in changed
    assert save(ada, course, TEXT, repository.head(), minutes="").status_code == 303
    assert "minutes" not in stored(repository, "course.toml")
    assert draft_source(course).faults == []


def test_what_is_wrong_is_said_and_the_text_comes_back(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, base = write(school.ada), repository.head()
    answer = save(ada, course, "# Mine\n", base, minutes="many")
    assert answer.status_code == 422
    assert "Write a whole number." in answer.get_data(as_text=True)
    assert text_of(answer.get_data(as_text=True)) == "# Mine\n"
    long = save(ada, course, "# Long\n" + "x" * LONGEST_TEXT, base)
    assert long.status_code == 422
    assert "too long" in long.get_data(as_text=True)
    assert len(text_of(long.get_data(as_text=True))) > LONGEST_TEXT
    assert repository.head() == base


def test_faults_do_not_prevent_saving(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada = write(school.ada)
    faulty = "# First\n\n## Next\n\nSee [it](../nowhere) {term}`no-word`\n\n```{exercise} none\n```\n"
    assert save(ada, course, faulty, repository.head()).status_code == 303
    page = unescape(ada.page(here(course)))
    assert "3 things are not right yet" in page
    assert re.findall(r'data-line="(\d+)"', page) == ["5", "5", "7"]
    assert "There is no exercise `none`" in page


def test_two_people_write_in_different_places(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    long = "# First\n\nOne.\n\nTwo.\n\nThree.\n"
    ada, cora = write(school.ada), write(school.cora)
    save(ada, course, long, repository.head())
    base = repository.head()
    assert save(ada, course, long.replace("One", "Uno"), base).status_code == 303
    answer = save(cora, course, long.replace("Three", "Tre"), base)
    assert answer.status_code == 303
    assert stored(repository) == "# First\n\nUno.\n\nTwo.\n\nTre.\n"
    assert "both changes are in the text now" in cora.page(answer.headers["Location"])


def test_two_people_write_in_one_place_and_nothing_is_lost(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, cora, base = write(school.ada), write(school.cora), repository.head()
    save(ada, course, "# First\n\nWe count to hers.\n", base)
    head = repository.head()
    answer = save(cora, course, "# First\n\nWe count to mine.\n", base, minutes="50")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "<mark>hers</mark>" in page
    assert "<mark>mine</mark>" in page
    assert text_of(page) == "# First\n\nWe count to mine.\n"
    assert "We count to hers." in page
    assert repository.head() == head
    assert '"01-first" = 30' in stored(repository, "course.toml")
    now = re.search(r'name="base"[^>]*value="([0-9a-f]{40})"', page)
    assert now is not None
    assert save(cora, course, "# First\n\nBoth.\n", now[1]).status_code == 303
    assert stored(repository) == "# First\n\nBoth.\n"


def test_a_lesson_that_somebody_removed_meanwhile_comes_back(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, base = write(school.ada), repository.head()
    repository.commit(
        {"01-first/lesson.md": None}, base=base, author=author_of(school.cora), message="Remove it."
    )
    assert ada.page(here(course), 404)
    answer = save(ada, course, TEXT, base)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Somebody removed this lesson." in page
    assert text_of(page) == TEXT
    now = re.search(r'name="base"[^>]*value="([0-9a-f]{40})"', page)
    assert now is not None
    assert save(ada, course, TEXT, now[1], again="1", minutes="").status_code == 303
    assert stored(repository) == TEXT


def test_a_new_lesson_has_the_next_number(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, new = write(school.ada), f"/authoring/{course.public_id}/lessons/new"
    assert "Begin the lesson" in ada.page(new)
    answer = ada.post(new, title="Loops in loops", minutes="20", name="")
    assert answer.headers["Location"] == here(course, "03-loops-in-loops")
    assert stored(repository, "03-loops-in-loops/lesson.md") == "# Loops in loops\n"
    assert "03-loops-in-loops = 20" in stored(repository, "course.toml")
    for name in ("01-first", "new"):
        again = ada.post(new, title="Loops", name=name)
        assert again.status_code == 422
        assert "Another lesson has this name." in again.get_data(as_text=True)
    assert ada.post(new, title=" ", name="../up").status_code == 422


# ---- The preview -----------------------------------------------------------------------------------------


def test_the_preview_shows_unsaved_text_as_students_see_it(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    text = (
        "# A title\n\nA {term}`loop` turns.\n\n```{code-cell} python\n:id: a\nprint(1)\n```\n\n"
        ":::{quiz} q\n:kind: single\nWhich?\n\n- [x] this\n- [ ] that\n:::\n\n:::{tip}\nRead.\n:::\n"
    )
    head = repository.head()
    shown = preview(write(school.ada), course, text)
    page = shown["document"]
    assert '<html lang="en" dir="ltr"' in page
    for part in ("<h1>A title</h1>", 'data-cell="a"', 'id="quiz-q"', 'id="term-loop"', "admonition tip"):
        assert part in page
    assert "<script" not in page
    assert "Nothing wrong is found" in shown["faults"]
    assert repository.head() == head


def test_the_preview_from_right_to_left_is_what_an_arabic_reader_sees(
    course: AuthoredCourse, school: School, write: Write
) -> None:
    page = preview(write(school.ada), course, TEXT, dir="rtl", width="phone")["document"]
    assert '<html lang="ar" dir="rtl" class="js preview preview-phone"' in page
    assert 'class="untranslated" lang="en" dir="ltr"' in page


def test_the_preview_without_scripts_is_a_page_that_can_do_nothing(
    course: AuthoredCourse, school: School, write: Write
) -> None:
    answer = write(school.ada).post(f"/authoring/{course.public_id}/preview", lesson="01-first", text=TEXT)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox allow-same-origin")
    assert "We count to ten." in answer.get_data(as_text=True)


def test_a_statement_has_a_preview_too(course: AuthoredCourse, school: School, write: Write) -> None:
    ada = write(school.ada)
    shown = preview(ada, course, "Write a **program**.\n\n[no](nowhere)\n", lesson="01-first/double")
    assert "<strong>program</strong>" in shown["document"]
    assert "leads nowhere" in shown["faults"]
    assert ada.post(f"/authoring/{course.public_id}/preview", lesson="../x", text="").status_code == 404
    # The button of the workbench sends all of its fields; its answer is a page of its own.
    sent = ada.post(
        f"/authoring/{course.public_id}/preview", lesson="01-first/double", statement="Say **less**."
    )
    assert "<strong>less</strong>" in sent.get_data(as_text=True)


def test_a_course_that_is_broken_elsewhere_has_a_preview(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    broken = {"course.toml": b"title =", "glossary.toml": b"[", "02-second/lesson.md": b"no title\n"}
    repository.commit(broken, base=repository.head(), author=author_of(school.ada), message="Break.")
    ada = write(school.ada)
    assert "We count to ten." in preview(ada, course, TEXT)["document"]
    shown = preview(ada, course, "No title, but text.\n")
    assert "No title, but text." in shown["document"]
    assert 'data-line="1"' in shown["faults"]
    ada.page(here(course))
    assert save(ada, course, TEXT, repository.head()).status_code == 303
    assert stored(repository) == TEXT


NESTED = "".join(f"{':' * (60 - n)}{{note}}\n" for n in range(50)) + "Deep.\n"
HOSTILE = {
    "html": "# T\n\n<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>\n",
    "links": "# T\n\n[a](javascript:alert`1`) [b](data:text/html,x) <javascript:alert(1)> [c](JaVaScRiPt:x)\n",
    "image": "# T\n\n![x](javascript:alert(1)) ![y](//evil.example/y.png) ![z](https://evil.example/z.png)\n",
    "figure": '# T\n\n```{figure} x" onerror="alert(1)\n:alt: <script>alert(1)</script>\n```\n',
    "cell": "# T\n\n```{code-cell} python\n:id: a\n</textarea><script>alert(1)</script>\n```\n",
    "quiz": "# T\n\n:::{quiz} q\n:kind: order\n<script>alert(1)</script>\n\n```\n</pre><script>x\ny\n```\n:::\n",
    "title": "# <script>alert(1)</script>\n",
    "roles": "# T\n\n{kbd}`<script>alert(1)</script>` {term}`<b onclick=x> <loop>` {x}`<script>`\n",
    "blocks": "# T\n\n" + NESTED,
    "quotes": "# T\n\n" + ">" * 20_000 + " x\n",
    "lists": "# T\n\n" + "".join(" " * (2 * n) + "- x\n" for n in range(200)),
    "brackets": "# T\n\n" + "[" * 20_000 + "](" * 20_000,
    "images": "# T\n\n" + "![" * 20_000,
    "stars": "# T\n\n" + "*a **a " * 11_000,
    "ticks": "# T\n\n" + "".join("`" * n + " " for n in range(1, 380)),
    "table": "# T\n\n" + "|a" * 90 + "\n" + "|-" * 90 + "\n" + ("|a" * 90 + "\n") * 30,
    "entities": "# T\n\n" + "&#x0;&lt;script&gt;" * 1_500,
    "controls": "# T\n\n\x00\x1b\u202e\ud7ff \x85\u2028 x\n",
    "references": "# T\n\n" + "".join(f"[a{n}]: /x\n" for n in range(2_000)) + "\n" + "[a1]" * 400,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_only_text(course: AuthoredCourse, school: School, write: Write, name: str) -> None:
    page = preview(write(school.ada), course, HOSTILE[name])["document"]
    inside = page.partition("<main")[2]
    assert "<script" not in inside.lower()
    assert not re.search(r"<[^>]*\s(on\w+|style)\s*=", inside)
    assert not re.search(r"""(href|src)=["']?\s*(javascript|data|//)""", inside, re.IGNORECASE)
    assert "evil.example" not in inside or "<img" not in inside


def test_a_text_of_a_megabyte_is_refused_at_once(
    course: AuthoredCourse, school: School, write: Write
) -> None:
    answer = write(school.ada).post(
        f"/authoring/{course.public_id}/preview", lesson="01-first", text="# T\n\n" + "[" * 1_000_000
    )
    assert answer.status_code == 413


def test_the_editor_asks_the_database_no_more_for_a_long_lesson(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada = write(school.ada)
    ada.page(here(course))
    short = queries_of(ada.client, here(course))
    many = "".join(f"\n```{{code-cell}} python\n:id: c{n}\n```\n" for n in range(50))
    save(ada, course, TEXT + many, repository.head())
    assert queries_of(ada.client, here(course)) == short < 15
