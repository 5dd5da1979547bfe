"""An import between its dry run and the yes: kept for a day, with all that will come."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, select

from lms.accounts.models import Programme, User
from lms.authoring import services
from lms.authoring.coursefile import new_course_file
from lms.authoring.importing.notebooks import Outputs
from lms.authoring.importing.plan import ImportPlan
from lms.authoring.importing.reading import COURSE, faults_of, read_import
from lms.authoring.models import IMPORT_KINDS, AuthoredCourse, CourseImport
from lms.authoring.outline import lesson_names
from lms.authoring.package import pack, unpack
from lms.authoring.pictures import BadPicture, read_picture
from lms.authoring.repository import Files
from lms.core.db import db
from lms.core.text import clean_line

MOST_KEPT = 5
"""So many imports may wait for one person's yes; older ones make room."""
MOST_FAULTS = 100
LONGEST_ALT = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody has sent, and what she has said of it."""

    data: bytes
    filename: str
    kind: str
    outputs: Outputs
    title: str
    language: str
    licence: str
    programme: str


def keep_import(person: User, course: AuthoredCourse | None, wanted: Wanted) -> CourseImport:
    """Read what was sent, and keep what would come of it. Raises `BadPackage`."""
    repository = services.repository_of(course) if course is not None else None
    head = repository.head() if repository is not None else ""
    present = repository.files(head) if repository is not None else {}
    plan = read_import(
        wanted.data,
        wanted.filename,
        kind=wanted.kind,
        taken=lesson_names(present, present.get(COURSE)),
        into=course.slug if course is not None else "",
        outputs=wanted.outputs,
        read_picture=_picture,
    )
    if course is None and COURSE not in plan.files and plan.files:
        plan.files[COURSE] = _course_file(plan, wanted)
    slug = course.slug if course is not None else plan.slug
    whole = {**present, **plan.files} if course is not None and COURSE not in plan.files else plan.files
    row = CourseImport(
        user_id=person.id,
        kind=plan.kind,
        filename=clean_line(wanted.filename)[:200],
        course_id=course.id if course is not None else None,
        package=pack(slug, plan.files),
        report={
            **_report(plan, whole, slug),
            "base": head,
            "slug": slug,
            "programme": wanted.programme,
        },
    )
    _make_room(person)
    db.session.add(row)
    db.session.flush()
    return row


def take(row: CourseImport) -> bool:
    """Whether this yes is the first one: of two, one finds the row gone."""
    gone = db.session.execute(
        delete(CourseImport).where(CourseImport.id == row.id).execution_options(synchronize_session=False)
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]  # a delete's result has it


def begin_course(
    person: User, row: CourseImport, slug: str, programme: Programme | None, alts: Mapping[str, str]
) -> AuthoredCourse:
    """A new course of what was sent; or `SlugTaken`."""
    message = f"Import {row.filename or row.kind}."
    return services.start_course(
        person, slug=slug, files=_files(row, alts), message=message, programme=programme
    )


def add_to_course(person: User, row: CourseImport, course: AuthoredCourse, alts: Mapping[str, str]) -> None:
    """What was sent goes into the course in one step of its history; or `Conflict`, and nothing is changed."""
    files = _files(row, alts)
    base = str(row.report["base"])
    changes: dict[str, bytes | None] = dict(files)
    if COURSE in files:  # the package of this course: the draft becomes what the package is
        gone = services.repository_of(course).listing(base).keys() - files.keys()
        changes |= dict.fromkeys(gone)
    services.commit_files(course, person, changes, base, f"Import {row.filename or row.kind}.")


def asked_alts(report: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, str]:
    """What somebody wrote about each picture that no text describes, by the picture's path."""
    return {
        asked["picture"]: clean_line(form.get(f"alt-{number}", ""))[:LONGEST_ALT]
        for number, asked in enumerate(report["pictures"])
    }


def _make_room(person: User) -> None:
    kept = (
        select(CourseImport.id)
        .where(CourseImport.user_id == person.id, CourseImport.kind.in_(IMPORT_KINDS))
        .order_by(CourseImport.id.desc())
        .offset(MOST_KEPT - 1)
        .limit(100)
    )
    db.session.execute(delete(CourseImport).where(CourseImport.id.in_(list(db.session.scalars(kept)))))


def _files(row: CourseImport, alts: Mapping[str, str]) -> dict[str, bytes]:
    files = unpack(row.package, only_known=False)[1]
    for picture, alt in alts.items():
        if alt:
            _describe(files, picture, alt)
    return files


def _describe(files: dict[str, bytes], picture: str, alt: str) -> None:
    lesson, _, name = picture.partition("/images/")
    shown = re.compile(rf"!\[\]\(((?:\.\./)?images/{re.escape(name)})\)")
    words = re.sub(r"([\\\[\]])", r"\\\1", alt)
    for path in [path for path in files if path.startswith(f"{lesson}/") and path.endswith(".md")]:
        text = files[path].decode()
        files[path] = shown.sub(lambda found: f"![{words}]({found[1]})", text).encode()


def _picture(content: bytes) -> tuple[str, bytes] | None:
    try:
        picture = read_picture(content)
    except BadPicture:
        return None
    return picture.suffix, picture.content


def _course_file(plan: ImportPlan, wanted: Wanted) -> bytes:
    title = clean_line(wanted.title) or plan.title or plan.slug
    values = {
        "title": title,
        "summary": title,
        "level": "beginner",
        "language": wanted.language,
        "languages": [wanted.language],
        "hours": max(1, plan.exercises),
        "licence": wanted.licence.strip() or "CC-BY-4.0",
    }
    return new_course_file(values)


def _report(plan: ImportPlan, whole: Files, slug: str) -> dict[str, Any]:
    faults = [
        fault for fault in faults_of(whole, slug) if fault.path in plan.files or _folder_in(fault.path, plan)
    ]
    alike = Counter((fault.message, fault.cure) for fault in faults)
    places = {(fault.message, fault.cure): f"{fault.path}:{fault.line}" for fault in reversed(faults)}
    return {
        "coming": plan.coming,
        "left_out": [asdict(left) for left in plan.left_out],
        "pictures": [asdict(asked) for asked in {asked.picture: asked for asked in plan.pictures}.values()],
        "faults": [
            {"message": message, "cure": cure, "count": count, "place": places[message, cure]}
            for (message, cure), count in alike.most_common(MOST_FAULTS)
        ],
        "files": len(plan.files),
        "exercises": plan.exercises,
        "title": services.title_in(plan.files.get(COURSE)) or plan.title,
    }


def _folder_in(path: str, plan: ImportPlan) -> bool:
    return any(
        known.startswith(f"{path}/") or path.rpartition("/")[0] == known.rpartition("/")[0]
        for known in plan.files
    )
