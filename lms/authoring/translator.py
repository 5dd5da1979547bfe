"""Translating a course: what a translator sees of it, and what becomes of what she writes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import User
from lms.authoring.blocks import Block, Edit, Outcome, blocks_of, with_edits
from lms.authoring.coursefile import COURSE, with_values
from lms.authoring.merging import Conflict
from lms.authoring.models import AuthoredCourse, CoursePerson, CourseRole, TextAuthor
from lms.authoring.repository import Busy, Repository
from lms.authoring.services import commit_files, repository_of
from lms.authoring.translating import Languages, Texts, languages_of, parts_of, po_file
from lms.catalog.check_translations import Slip, slips
from lms.catalog.pofile import BadPo, Item, Po, read_po, write_po
from lms.core.db import db
from lms.core.errors import PasserelleError

TRIES = 5
"""So often others may be quicker: each time what they wrote is looked at first."""


class UnreadablePo(PasserelleError):
    """The PO file of a language is broken; it came from outside."""

    status = 409
    code = "unreadable_po"

    def __init__(self, path: str, line: int) -> None:
        super().__init__(
            gettext(
                "The file %(path)s cannot be read: look at line %(line)s. Upload a sound file, or take the last "
                "change of it back in the history.",
                path=path,
                line=line,
            )
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """A state of a course as its translators see it."""

    repository: Repository
    head: str
    slug: str
    languages: Languages
    parts: list[Texts]

    def read(self, path: str) -> bytes | None:
        """One of its files."""
        return self.repository.read(self.head, path)

    def po(self, lang: str) -> Po:
        """What is written in a language; nothing if there is no file yet."""
        try:
            return read_po(self.read(po_file(lang)) or b"")
        except BadPo as error:
            raise UnreadablePo(po_file(lang), error.line) from None

    def blocks(self, lang: str) -> list[Block]:
        """The texts with what is written for them in a language."""
        return blocks_of(self.parts, self.po(lang))

    def titles(self) -> dict[str, str]:
        """What the parts of the course are called: a lesson by its heading."""
        first = {texts.part: texts.units[0].msgid if texts.units else texts.part for texts in self.parts}
        return first | {"": gettext("Course page and glossary")}


def desk_of(course: AuthoredCourse) -> Desk:
    """The draft as it is now."""
    repository = repository_of(course)
    head = repository.head()
    ids = repository.listing(head)

    def read(blob: str) -> bytes:
        return repository.blob(blob) or b""

    languages = languages_of(repository.read(head, COURSE))
    return Desk(repository, head, course.slug, languages, parts_of(ids, read))


def add_language(course: AuthoredCourse, person: User, lang: str) -> None:
    """Let the course be translated into one more language; its PO file comes with the commit."""
    repository = repository_of(course)
    head = repository.head()
    content = repository.read(head, COURSE)
    known = languages_of(content)
    listed = [known.source, *known.targets]
    if lang not in listed:
        changes = {COURSE: with_values(content, {"languages": [*listed, lang]})}
        commit_files(course, person, changes, head, f"Add the language {lang}.")


def save_texts(
    course: AuthoredCourse,
    person: User,
    lang: str,
    edits: Sequence[Edit],
    *,
    may_review: bool,
    message: str = "",
    own_too: bool = False,
) -> Outcome:
    """Commit what somebody wrote. Others who write other texts at the same time are never in the way.

    `own_too`: what she sends comes from elsewhere; her word that it was reviewed is enough.
    """
    scope = course.public_id
    others = may_review and not own_too and another_reviewer(course, person, lang)
    for _ in range(TRIES):
        desk = desk_of(course)
        po, blocks = desk.po(lang), desk.blocks(lang)
        sent = {edit.key for edit in edits if edit.review} if others else set()
        own = own_digests(person, [digest_of(scope, lang, b.item) for b in blocks if b.key in sent])

        def may(item: Item, new: bool, own: set[str] = own) -> bool:
            return may_review and not (others and (new or digest_of(scope, lang, item) in own))

        outcome = with_edits(blocks, edits, lint, may)
        if not outcome.changed:
            return outcome
        content = write_po(po.with_items(outcome.changed))
        try:
            said = message or _message(outcome, lang)
            commit_files(course, person, {po_file(lang): content}, desk.head, said)
        except Conflict:
            continue
        note_authors(person, scope, lang, outcome)
        return outcome
    raise Busy(scope)


def lint(item: Item, texts: Sequence[str]) -> list[Slip]:
    """The faults of a translation of a course's text."""
    return [slip for text in texts if text for slip in slips(item.msgid, text)]


def another_reviewer(course: AuthoredCourse, person: User, lang: str) -> bool:
    """Whether somebody else reviews translations into this language."""
    found = exists().where(
        CoursePerson.course_id == course.id,
        CoursePerson.role == CourseRole.REVIEWER,
        CoursePerson.language == lang,
        CoursePerson.user_id != person.id,
    )
    return bool(db.session.scalar(select(found)))


def digest_of(scope: str, lang: str, item: Item) -> str:
    """Stands for a translated text of a course (its public id) or of the interface."""
    return hashlib.sha256("\0".join((scope, lang, *item.key, *item.texts)).encode()).hexdigest()


def own_digests(person: User, digests: Sequence[str]) -> set[str]:
    """Those of these texts that she has written."""
    if not digests:
        return set()
    query = select(TextAuthor.digest).where(
        TextAuthor.user_id == person.id, TextAuthor.digest.in_(digests[:500])
    )
    return set(db.session.scalars(query))


def note_authors(person: User, scope: str, lang: str, outcome: Outcome) -> None:
    """Remember who wrote what waits for a review, and forget who wrote what has had it."""
    done = [digest_of(scope, lang, item) for item in outcome.reviewed]
    if done:
        db.session.execute(delete(TextAuthor).where(TextAuthor.digest.in_(done)))
    for item in outcome.written:
        if item.translated and (item.draft or item.fuzzy):
            try:
                with db.session.begin_nested():
                    db.session.add(TextAuthor(digest=digest_of(scope, lang, item), user_id=person.id))
            except IntegrityError:
                continue  # she has written the same words before


def _message(outcome: Outcome, lang: str) -> str:
    """What the history says of it."""
    told = []
    if outcome.written:
        told.append(f"Translate {_texts(len(outcome.written))} into {lang}.")
    if outcome.reviewed:
        told.append(f"Review {_texts(len(outcome.reviewed))} in {lang}.")
    return " ".join(told) or f"Look at {_texts(len(outcome.changed))} in {lang}."


def _texts(count: int) -> str:
    return f"{count} text" if count == 1 else f"{count} texts"
