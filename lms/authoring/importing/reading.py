"""What was sent, recognised and read into a plan."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from flask_babel import gettext

from lms.authoring import outline
from lms.authoring.archive import BadPackage, read_zip
from lms.authoring.coursefile import GLOSSARY, Unreadable, terms_in
from lms.authoring.importing.exercism import import_track, is_track
from lms.authoring.importing.folders import import_folders, without_noise, without_top
from lms.authoring.importing.nbgrader import import_assignment, is_assignment
from lms.authoring.importing.notebooks import Outputs, import_notebook, name_of_file, read_notebook
from lms.authoring.importing.plan import ImportPlan
from lms.authoring.importing.prose import ReadPicture
from lms.authoring.package import unpack
from lms.authoring.paths import LARGEST_COURSE, MOST_FILES
from lms.authoring.services import title_in
from lms.authoring.starting import lesson_folder, slug_from
from lms.catalog.check import static_check
from lms.catalog.model import Fault

COURSE = "course.toml"


def read_import(
    data: bytes,
    filename: str,
    *,
    kind: str = "",
    taken: list[str],
    into: str = "",
    outputs: Outputs = "drop",
    read_picture: ReadPicture,
) -> ImportPlan:
    """The plan of an import; raises `BadPackage` for what is hostile or nothing that can be read.

    `taken` are the lesson folders of the course that it goes into, `into` that course's short name.
    """
    name = filename.replace("\\", "/").rpartition("/")[2][:100] or "file"
    if not data.startswith(b"PK"):
        notebook = read_notebook(data)
        if notebook is None:
            raise BadPackage(name, gettext("This is neither a zip file nor a Jupyter notebook."))
        plan = ImportPlan("nbgrader" if kind in {"", "nbgrader"} and is_assignment(notebook) else "notebook")
        plan.title = name_of_file(name)
        _notebooks({name: data}, plan, list(taken), outputs, read_picture)
    else:
        files = without_noise(read_zip(data))
        kind = kind or _recognised(files)
        plan = ImportPlan(kind, title=name_of_file(name))
        if kind == "package":
            _package(data, plan, list(taken), into)
        elif kind == "exercism":
            import_track(files, plan, list(taken), read_picture=read_picture)
        elif kind in {"notebook", "nbgrader"}:
            _notebooks(without_top(files), plan, list(taken), outputs, read_picture)
        else:
            import_folders(files, plan, list(taken), read_picture=read_picture)
    _check_size(plan)
    plan.slug = plan.slug or slug_from(plan.title) or slug_from(name_of_file(name)) or "course"
    return plan


def faults_of(files: Mapping[str, bytes], slug: str) -> list[Fault]:
    """The static faults of a whole course. The checker reads folders, so it gets one of its own for a moment."""
    with tempfile.TemporaryDirectory(prefix="passerelle-import-") as made:
        root = Path(made, slug)
        for path, content in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return static_check(root)


def _recognised(files: Mapping[str, bytes]) -> str:
    if any(path.count("/") == 1 and path.endswith(f"/{COURSE}") for path in files):
        return "package"
    if is_track(files):
        return "exercism"
    return "notebook" if any(path.endswith(".ipynb") for path in files) else "folders"


def _notebooks(
    files: Mapping[str, bytes],
    plan: ImportPlan,
    taken: list[str],
    outputs: Outputs,
    read_picture: ReadPicture,
) -> None:
    for path in sorted(files):
        if not path.endswith(".ipynb") and len(files) > 1:
            plan.leave(path, gettext("This is no notebook. Pictures come if they are inside a notebook."))
            continue
        notebook = read_notebook(files[path])
        if notebook is not None and is_assignment(notebook):
            import_assignment(files[path], path, plan, taken, read_picture=read_picture)
        else:
            import_notebook(files[path], path, plan, taken, read_picture=read_picture, outputs=outputs)


def _package(data: bytes, plan: ImportPlan, taken: list[str], into: str) -> None:
    slug, files = unpack(data)
    plan.slug, plan.title = slug, title_in(files[COURSE]) or slug
    if not taken or slug == into:
        plan.files = files
        plan.coming.append(
            gettext(
                "The whole course “%(title)s”: lessons %(lessons)s, exercises %(exercises)s, files %(files)s.",
                title=plan.title, lessons=len(_lessons(files)), exercises=plan.exercises, files=len(files),
            )
        )  # fmt: skip
        return
    for lesson in _lessons(files):
        folder = lesson_folder(lesson.lstrip("0123456789-") or lesson, taken)
        taken.append(folder)
        if folder != lesson:
            changed = outline.renamed(files, lesson, folder)
            files = {path: text for path, text in {**files, **changed}.items() if text is not None}
        plan.coming.append(gettext("The lesson in the folder %(name)s.", name=folder))
    plan.files = {path: content for path, content in files.items() if path.partition("/")[0] in taken}
    try:
        terms = terms_in(files.get(GLOSSARY))
    except Unreadable:
        terms = []
    if terms:
        plan.leave(
            GLOSSARY,
            gettext("Words of the glossary do not come into another course. Add them in its settings."),
        )
    plan.leave(COURSE, gettext("The course that it goes into keeps its own title and settings."))
    if any(path.startswith("translations/") for path in files):
        plan.leave(
            "translations", gettext("Translations do not come into another course. Bring them as PO files.")
        )


def _lessons(files: Mapping[str, bytes]) -> list[str]:
    try:
        return outline.lesson_names(files, files.get(COURSE))
    except Unreadable:
        return outline.lesson_names(files, None)


def _check_size(plan: ImportPlan) -> None:
    if len(plan.files) > MOST_FILES or sum(map(len, plan.files.values())) > LARGEST_COURSE:
        raise BadPackage("", gettext("The zip file holds too much: unpacked it would be too large."))
