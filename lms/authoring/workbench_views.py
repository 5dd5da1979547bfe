"""The exercise workbench: everything of an exercise on one page, saved right or wrong, and tried in the sandbox."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import placing, services
from lms.authoring.access import access_to_write, access_try
from lms.authoring.coursefile import Unreadable
from lms.authoring.differences import conflict_diffs
from lms.authoring.exercise_files import (
    COMPARISONS,
    EXERCISE,
    Sheet,
    changes_of,
    read_sheet,
)
from lms.authoring.exercise_form import bad_names, change_by_button, put_away, read_form, with_kernel
from lms.authoring.exercise_starts import STARTS, start_sheet
from lms.authoring.forms import ExerciseFolderForm, NewExerciseForm
from lms.authoring.jobs import ring
from lms.authoring.merging import Conflict
from lms.authoring.models import AuthoredCourse, RunKind
from lms.authoring.pages import course_page
from lms.authoring.repository import Commit, Repository
from lms.authoring.running import ask_try, last_run
from lms.authoring.starting import slug_from
from lms.authoring.views import bp
from lms.authoring.workbench import (
    faults_by_field,
    folder_files,
    in_folder,
    sentence_about,
    taken_together,
)
from lms.authoring.workbench_pages import (
    check_kind_words,
    comparison_words,
    limit_words,
    outcome_choices,
    shown_try,
    start_words,
    step_kind_words,
)
from lms.catalog.languages import LANGUAGES, language_of
from lms.core.db import db
from lms.core.errors import NotFound

LONGEST_VALUE = 20_000
REFRESH_SECONDS = 3
_SAVING = ("save", "try")


@bp.route("/authoring/<course_id>/lessons/<lesson>/exercises/new", methods=["GET", "POST"])
def new_exercise(course_id: str, lesson: str) -> Response | tuple[str, int]:
    """An exercise that works already, to be changed."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    _lesson(repository, head, lesson)
    form = NewExerciseForm()
    words = start_words()
    form.start.choices = [(kind, words[kind][0]) for kind in STARTS]
    if form.validate_on_submit():
        name = form.name.data or slug_from(form.title.data)
        if not name:
            form.name.errors = [
                gettext("Write a short name: the title has no Latin letters to make it from.")
            ]
        elif not _begin(course, lesson, name, start_sheet(form.start.data, form.title.data)):
            form.name.errors = [
                gettext("Something in this lesson has this name already. Choose another one.")
            ]
        else:
            db.session.commit()
            flash(gettext("The exercise works already. Change it step by step, and try it."), "success")
            return redirect(url_for(".edit_exercise", course_id=course_id, lesson=lesson, exercise=name), 303)
    shown = course_page(
        "authoring/exercise_new.html",
        course,
        "authoring.show_course",
        form=form,
        lesson=lesson,
        starts=words,
    )
    return shown, 422 if request.method == "POST" else 200


@bp.route("/authoring/<course_id>/lessons/<lesson>/exercises/<exercise>", methods=["GET", "POST"])
def edit_exercise(course_id: str, lesson: str, exercise: str) -> Response | tuple[str, int]:
    """The workbench. Buttons that add or move change what is on the page; only Save and Try write it."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    place = _Place(course, repository, lesson, exercise)
    commit = request.form.get("base") or head
    files = place.files(commit)
    try:
        if request.method == "GET":
            return place.page(read_sheet(files), files, commit)
        if "raw" in request.form:
            return _save_raw(place, files, commit)
        return _sent(place, files, commit)
    except Unreadable as error:
        return place.broken_page(files[EXERCISE], commit, str(error))


def _sent(place: _Place, files: dict[str, bytes], base: str) -> Response | tuple[str, int]:
    """What the form and its button ask for."""
    sheet = with_kernel(read_form(request.form))
    button = request.form.get("do", "save")
    if button not in _SAVING:
        change_by_button(sheet, button)
        return place.page(sheet, files, base, unsaved=True)
    if bad := bad_names(sheet):
        return place.page(sheet, files, base, bad=bad, unsaved=True, status=422)
    changes = changes_of(sheet, files)
    try:
        made = place.save(changes, base)
    except Conflict as conflict:
        return _both(place, files, changes, conflict)
    if button == "try":
        run = ask_try(place.course, current_person(), made.id, place.folder)
        db.session.commit()
        ring()
        return redirect(place.url(".show_try", run_id=run.public_id), 303)
    db.session.commit()
    flash(gettext("Saved.") if changes else gettext("Nothing has changed."), "success")
    return redirect(place.url(".edit_exercise"), 303)


def _both(
    place: _Place, files: dict[str, bytes], changes: dict[str, bytes | None], conflict: Conflict
) -> tuple[str, int]:
    """Her text in the form, beside what somebody else has stored meanwhile."""
    theirs = place.files(conflict.head)
    both = taken_together(files, changes, theirs, conflict, place.folder)
    return place.page(read_sheet(both), theirs, conflict.head, conflict=conflict, unsaved=True, status=409)


@bp.get("/authoring/<course_id>/lessons/<lesson>/exercises/<exercise>/tries/<run_id>")
def show_try(course_id: str, lesson: str, exercise: str, run_id: str) -> str:
    """The table of a try; with `part` the table alone, for the page's script."""
    course = access_to_write(course_id)
    place = _Place(course, services.repository_of(course), lesson, exercise)
    run = access_try(course, run_id, place.folder)
    shown = shown_try(run)
    if "part" in request.args:
        return render_template("authoring/_try.html", shown=shown)
    return course_page(
        "authoring/try.html",
        course,
        "authoring.show_course",
        run=run,
        shown=shown,
        lesson=lesson,
        exercise=exercise,
        limits=limit_words(place.kernel(run.commit)),
        refresh_seconds=REFRESH_SECONDS if shown.open else None,
    )


@bp.route("/authoring/<course_id>/lessons/<lesson>/exercises/<exercise>/folder", methods=["GET", "POST"])
def exercise_folder(course_id: str, lesson: str, exercise: str) -> Response | tuple[str, int]:
    """Rename an exercise's folder, or remove the exercise; the lesson goes along."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    place = _Place(course, repository, lesson, exercise)
    here = place.files(head)
    files = repository.files(head)
    form = ExerciseFolderForm(name=exercise)
    if request.method == "POST" and request.form.get("action") == "remove":
        changes = placing.removed(files, lesson, exercise)
        services.commit_files(course, current_person(), changes, head, f"Remove the exercise {place.folder}.")
        db.session.commit()
        flash(gettext("The exercise is removed. The history still has it."), "success")
        return redirect(url_for(".show_course", course_id=course_id, _anchor=f"lesson-{lesson}"), 303)
    if form.validate_on_submit():
        new = form.name.data
        if new == exercise:
            return redirect(place.url(".edit_exercise"), 303)
        if new in {"images", "new"} or any(path.startswith(f"{lesson}/{new}/") for path in files):
            form.name.errors = [
                gettext("Something in this lesson has this name already. Choose another one.")
            ]
        else:
            changes = placing.renamed(files, lesson, exercise, new)
            message = f"Rename the exercise {place.folder} to {new}."
            services.commit_files(course, current_person(), changes, head, message)
            db.session.commit()
            return redirect(url_for(".edit_exercise", course_id=course_id, lesson=lesson, exercise=new), 303)
    page = course_page(
        "authoring/exercise_folder.html",
        course,
        "authoring.show_course",
        form=form,
        lesson=lesson,
        exercise=exercise,
        files=sorted(here),
        links=placing.links_to(files, lesson, exercise),
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/authoring/<course_id>/value")
def check_value(course_id: str) -> Response:
    """What is wrong with a value as it is typed, in the checker's words."""
    access_to_write(course_id)
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        asked = {}
    kernel, what, text = (str(asked.get(key, "")) for key in ("kernel", "what", "text"))
    return jsonify(sentence=sentence_about(kernel, what, text[: LONGEST_VALUE + 1]))


class _Place:
    """One exercise of a draft, for the length of a request."""

    def __init__(self, course: AuthoredCourse, repository: Repository, lesson: str, exercise: str) -> None:
        self.course, self.repository = course, repository
        self.lesson, self.exercise = lesson, exercise
        self.folder = f"{lesson}/{exercise}"

    def files(self, commit: str) -> dict[str, bytes]:
        """The exercise's files in a commit; no exercise, no page."""
        files = folder_files(self.repository, commit, self.folder)
        if EXERCISE not in files:
            raise NotFound
        return files

    def kernel(self, commit: str) -> str:
        """The language that a commit's exercise is in."""
        try:
            return read_sheet(self.files(commit)).kernel
        except Unreadable:
            return "python"

    def url(self, endpoint: str, **values: str) -> str:
        """The address of one of the exercise's pages."""
        return url_for(
            endpoint,
            course_id=self.course.public_id,
            lesson=self.lesson,
            exercise=self.exercise,
            **values,  # type: ignore[arg-type]  # names of addresses are all text
        )

    def save(self, changes: dict[str, bytes | None], base: str) -> Commit:
        """Commit changes of the exercise's folder."""
        message = f"Change the exercise {self.folder}."
        return services.commit_files(
            self.course, current_person(), in_folder(self.folder, changes), base, message
        )

    def page(
        self,
        sheet: Sheet,
        files: dict[str, bytes],
        base: str,
        *,
        bad: set[str] | None = None,
        conflict: Conflict | None = None,
        unsaved: bool = False,
        status: int = 200,
    ) -> tuple[str, int]:
        """The workbench with this sheet on it."""
        place = PurePosixPath(self.course.slug, self.lesson, self.exercise)
        shown = course_page(
            "authoring/exercise.html",
            self.course,
            "authoring.show_course",
            sheet=sheet,
            base=base,
            lesson=self.lesson,
            exercise=self.exercise,
            faults={} if bad else faults_by_field(sheet, files, place),
            bad=bad or set(),
            conflicts=conflict_diffs(conflict) if conflict else [],
            unsaved=unsaved,
            put_away=put_away(sheet),
            last=last_run(self.course, RunKind.TRY, self.folder),
            limits=limit_words(sheet.kernel),
            kernels={kernel: language.title for kernel, language in LANGUAGES.items()},
            code_language=language_of(sheet.kernel),
            check_kinds=check_kind_words(),
            step_kinds=step_kind_words(),
            comparisons={kind: comparison_words()[kind] for kind in COMPARISONS},
            outcomes=outcome_choices(),
        )
        return shown, status

    def broken_page(self, toml: bytes, base: str, problem: str, status: int = 200) -> tuple[str, int]:
        """The file itself, where it is so broken that no form can show it."""
        shown = course_page(
            "authoring/exercise_broken.html",
            self.course,
            "authoring.show_course",
            lesson=self.lesson,
            exercise=self.exercise,
            text=toml.decode(errors="replace"),
            base=base,
            problem=problem,
        )
        return shown, status


def _lesson(repository: Repository, commit: str, lesson: str) -> bytes:
    page = repository.read(commit, f"{lesson}/lesson.md")
    if page is None:
        raise NotFound
    return page


def _begin(course: AuthoredCourse, lesson: str, name: str, sheet: Sheet) -> bool:
    """Put a new exercise into its lesson; False if its name is taken. Two who do so at once both come in."""
    repository = services.repository_of(course)
    for last in (False, False, True):
        head = repository.head()
        if name in {"images", "new"} or any(
            path.startswith(f"{lesson}/{name}/") for path in repository.listing(head)
        ):
            return False
        changes = in_folder(f"{lesson}/{name}", changes_of(sheet, {}))
        changes[f"{lesson}/lesson.md"] = placing.placed(_lesson(repository, head, lesson), name)
        try:
            services.commit_files(
                course, current_person(), changes, head, f"Begin the exercise {lesson}/{name}."
            )
            break
        except Conflict:
            if last:
                raise
    return True


def _save_raw(place: _Place, files: dict[str, bytes], base: str) -> Response | tuple[str, int]:
    """Save exercise.toml as text, once it can be read."""
    text = request.form["raw"].replace("\r\n", "\n").encode()
    try:
        read_sheet({**files, EXERCISE: text})
    except Unreadable as error:
        return place.broken_page(text, base, str(error), 422)
    try:
        place.save({EXERCISE: text}, base)
    except Conflict as conflict:
        return place.broken_page(text, conflict.head, gettext("Somebody else has changed this file."), 409)
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(place.url(".edit_exercise"), 303)
