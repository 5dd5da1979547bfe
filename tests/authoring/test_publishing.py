"""Publishing: what is examined, what becomes of classes, two at once, and a power cut between any two steps."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms.accounts.models import Cohort
from lms.app import create_app
from lms.authoring import holding, jobs, publishing, running, shelving
from lms.authoring.models import AuthorRun, CourseVersion, ProvenExercise, RunStatus
from lms.authoring.publishing import Overtaken, publish_again
from lms.authoring.running import PublicationUnderWay
from lms.authoring.services import repository_of
from lms.catalog import shelf
from lms.catalog.shelf import find_course, find_exercise, known_courses, published_folder, read_index
from lms.core.db import db, utcnow
from tests.authoring.publications import EXERCISE, Bench, Sandbox, as_promised
from tests.authoring.test_running import recorded, suite  # noqa: F401  # a fixture
from tests.conftest import DATABASE_URL
from tests.factories import make_school


def versions(bench: Bench) -> list[CourseVersion]:
    return list(db.session.scalars(db.select(CourseVersion).order_by(CourseVersion.number)))


def served() -> str | None:
    """The title of the course that students get."""
    course = known_courses().get("small")
    return course.title if course is not None else None


def test_a_course_without_faults_is_published(bench: Bench) -> None:
    assert served() is None
    run = bench.publish(note="The first one")
    assert (run.status, run.report and run.report["published"]) == (RunStatus.DONE, 1)
    [version] = versions(bench)
    repository = repository_of(bench.course)
    assert served() == "Small course"
    course = find_course("small")
    assert course is not None
    assert (version.note, version.author_id, version.version) == (
        "The first one",
        bench.school.ada.id,
        course.version,
    )
    assert repository.listing(repository.head("main")) == repository.listing(version.commit)
    assert course.path.parent.name == version.tree


def test_the_run_brings_lists_of_texts_up_to_date(bench: Bench) -> None:
    bench.publish()
    [version] = versions(bench)
    translations = repository_of(bench.course).read(version.commit, "translations/ar.po")
    assert translations is not None
    assert b'msgid "The end"' in translations
    assert bench.head == version.commit, "it stands in the draft as well"


def test_static_faults_stop_a_publication_before_anything_runs(bench: Bench) -> None:
    bench.write("02-end/lesson.md", "# The end\n\nSee [nothing](nowhere.md).\n")
    bench.grade = lambda *_args: pytest.fail("it was run")
    run = bench.publish()
    assert run.report is not None
    assert [fault["path"] for fault in run.report["faults"]] == ["02-end/lesson.md"]
    assert (run.report["published"], versions(bench), served()) == (None, [], None)


def test_a_fault_that_only_running_shows_stops_it_too(bench: Bench) -> None:
    bench.grade = lambda exercise, _files, client: as_promised(exercise, exercise.solution, client)
    run = bench.publish()
    assert run.report is not None
    [exercise] = run.report["exercises"]
    assert exercise["faults"][0]["message"] == "The starter passes all checks."
    assert (versions(bench), served()) == ([], None)
    assert not repository_of(bench.course).has_branch("main")


def test_what_is_proven_is_not_run_again(bench: Bench) -> None:
    bench.publish()
    assert db.session.scalar(db.select(db.func.count()).select_from(ProvenExercise)) == 1
    bench.title("Second")
    bench.grade = lambda *_args: pytest.fail("it was run again")
    run = bench.publish()
    assert run.report is not None
    assert [one["state"] for one in run.report["exercises"]] == ["proven"]
    assert served() == "Second"


def test_tests_without_a_record_are_recorded_by_the_run(
    suite: Bench,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lms.authoring.trying.record_suite", recorded)
    asked_for = suite.head
    run = suite.publish()
    assert run.report is not None
    assert (run.report["recorded"], run.report["published"]) == ([EXERCISE], 1)
    [version] = versions(suite)
    assert version.commit == suite.head != asked_for
    assert repository_of(suite.course).read(version.commit, f"{EXERCISE}/suite.lock")


def test_a_draft_that_moved_on_while_files_were_made_is_not_published_unseen(
    suite: Bench,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slowly(exercise: Any, client: Any) -> Any:
        suite.write("02-end/lesson.md", "# The end\n\nNobody has looked at this.\n")
        return recorded(exercise, client)

    monkeypatch.setattr("lms.authoring.trying.record_suite", slowly)
    run = suite.publish()
    assert run.report is not None
    assert (run.report["code"], versions(suite)) == ("moved_on", [])
    monkeypatch.setattr("lms.authoring.trying.record_suite", recorded)
    again = suite.publish()
    assert again.report is not None
    assert again.report["published"] == 1


def test_what_changed_after_it_was_asked_for_is_not_published(bench: Bench) -> None:
    bench.publish()
    bench.write(f"{EXERCISE}/starter.py", "def double(n):\n    ...\n")
    run = bench.ask()
    bench.title("Later")
    assert bench.turn()
    db.session.refresh(run)
    assert run.report is not None
    assert (run.report["published"], served()) == (2, "Small course")
    exercise = find_exercise(f"small/{EXERCISE}")
    assert exercise is not None
    assert "..." in exercise.starter["solution.py"]


# Two at once.


def test_a_course_has_one_publication_at_a_time(bench: Bench) -> None:
    first = bench.ask()
    with pytest.raises(PublicationUnderWay):
        bench.ask()
    db.session.rollback()
    assert bench.turn()
    db.session.refresh(first)
    assert first.status == RunStatus.DONE
    bench.ask()


def test_who_is_overtaken_is_told(bench: Bench) -> None:
    bench.publish()
    [first] = versions(bench)
    bench.title("Second")
    run = bench.ask()
    publish_again(first, bench.school.cora, number=2, moving=())
    db.session.commit()
    assert bench.turn()
    db.session.refresh(run)
    assert run.report is not None
    assert (run.report["code"], run.report["published"]) == ("overtaken", None)
    assert [version.number for version in versions(bench)] == [1, 2]
    assert served() == "Small course"


def test_of_two_who_publish_again_one_wins(bench: Bench) -> None:
    bench.publish()
    [first] = versions(bench)
    publish_again(first, bench.school.cora, number=2, moving=())
    with pytest.raises(Overtaken):
        publish_again(first, bench.school.ada, number=2, moving=())


def test_an_older_version_is_published_again(bench: Bench) -> None:
    bench.publish()
    bench.title("Second")
    bench.publish()
    first, _second = versions(bench)
    publish_again(first, bench.school.ada, number=3, moving=())
    db.session.commit()
    jobs.serve_published()
    assert served() == "Small course"
    bench.title("Third")
    run = bench.publish()
    assert run.report is not None
    assert (run.report["published"], served()) == (4, "Third")


# Classes.


def test_running_classes_stay_at_the_version_they_have(bench: Bench) -> None:
    bench.publish()
    [first] = versions(bench)
    morning, weekend = bench.school.cohort, bench.school.beside
    weekend.course_slug, weekend.later_courses = "first-steps-python", ["small"]
    later = Cohort(programme_id=morning.programme_id, name="Next year", course_slug="small")
    later.starts_on = utcnow().date().replace(year=utcnow().year + 1, day=1)
    other = bench.school.other
    db.session.add(later)
    db.session.commit()
    bench.title("Second")
    bench.publish(moving=(morning.public_id,))
    assert [one.course_pins for one in (morning, weekend, later, other)] == [
        {},
        {"small": first.version},
        {},
        {},
    ]
    held = find_course("small", first.version)
    assert held is not None
    assert held.title == "Small course"
    bench.title("Third")
    bench.publish()
    second = versions(bench)[1]
    assert [one.version_of("small") for one in (morning, weekend)] == [second.version, first.version]


def test_better_translations_reach_classes_that_are_held(bench: Bench) -> None:
    bench.publish()
    [first] = versions(bench)
    bench.title("Second")
    bench.publish()
    assert bench.school.cohort.version_of("small") == first.version
    again = repository_of(bench.course).files(first.commit)
    empty = 'msgid "The end"\nmsgstr ""'
    text = again["translations/ar.po"].decode().replace(empty, f'{empty[:-1]}النهاية"')
    bench.title("Small course")
    bench.write("translations/ar.po", text)
    bench.publish()
    newest = versions(bench)[-1]
    assert (newest.version, newest.tree == first.tree) == (first.version, False)
    held = find_course("small", bench.school.cohort.version_of("small"))
    assert held is not None
    assert "النهاية" in (held.path / "translations" / "ar.po").read_text()


def test_a_class_goes_to_the_newest_version_and_back(bench: Bench) -> None:
    bench.publish()
    [first] = versions(bench)
    bench.title("Second")
    bench.publish()
    cohort = bench.school.cohort
    holding.hold_class(cohort, "small", None)
    db.session.commit()
    assert cohort.course_pins == {}
    holding.hold_class(cohort, "small", first.version)
    db.session.commit()
    assert cohort.course_pins == {"small": first.version}


# Many machines, and damage.


def test_a_machine_that_lacks_courses_gets_them_from_the_database(
    app: Flask, bench: Bench, tmp_path: Path
) -> None:
    bench.publish()
    app.config["INSTANCE_DIR"] = tmp_path / "another-machine"
    app.extensions.pop(shelf.EXTENSION)
    assert served() is None
    assert jobs.serve_published() == ["small"]
    assert served() == "Small course"
    assert jobs.serve_published() == []


def test_a_package_that_is_not_what_was_published_is_not_laid_out(
    app: Flask, bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bench.publish()
    bench.title("Second")
    bench.publish()
    first, second = versions(bench)
    second.package = first.package
    db.session.commit()
    app.config["INSTANCE_DIR"] = tmp_path / "another-machine"
    app.extensions.pop(shelf.EXTENSION)
    jobs.serve_published()
    assert "not what was published" in caplog.text
    assert served() is None


def test_damaged_files_are_laid_out_again_when_asked(bench: Bench, app: Flask) -> None:
    bench.publish()
    file = published_folder(app) / versions(bench)[0].tree / "small" / "course.toml"
    sound = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(b"broken")
    jobs.serve_published()
    assert file.read_bytes() == b"broken"
    jobs.serve_published(check=True)
    assert file.read_bytes() == sound


def test_a_tree_that_is_gone_is_laid_out_again(bench: Bench, app: Flask) -> None:
    bench.publish()
    tree = published_folder(app) / versions(bench)[0].tree
    tree.rename(tree.with_name("elsewhere"))
    jobs.serve_published()
    assert (tree / "small" / "course.toml").is_file()


def test_what_no_class_reads_any_more_is_removed_after_a_while(
    bench: Bench, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelving, "VERSIONS_KEPT", 1)
    bench.publish()
    bench.title("Second")
    bench.publish()
    bench.title("Third")
    bench.publish(moving=(bench.school.cohort.public_id,))
    folder = published_folder(app)
    first, second, third = (version.tree for version in versions(bench))
    assert set(read_index(folder)["small"].versions.values()) == {first, third}, "no class is at the second"
    jobs.serve_published()
    assert (folder / second).is_dir(), "somebody may read it at this moment"
    monkeypatch.setattr(shelving, "PRUNE_AFTER", -1.0)
    jobs.serve_published()
    assert [(folder / tree).is_dir() for tree in (first, second, third)] == [True, False, True]


# A power cut.

STEPS: dict[str, tuple[Any, str]] = {
    "before the merge": (publishing, "merge_draft"),
    "between merge and version": (publishing, "add_version"),
    "between version and the end of the run": (running, "finish"),
    "between the end of the run and the files": (shelving, "lay_out_published"),
    "between the files and the index": (shelving, "write_index"),
    "after the index": (jobs, "known_courses"),
}


@pytest.fixture
def file_settings(settings: dict[str, object], tmp_path: Path) -> dict[str, object]:
    """A database that a second process can open."""
    if settings["SQLALCHEMY_DATABASE_URI"] == "sqlite://":
        return {**settings, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'test.db'}"}
    return settings


@pytest.fixture
def shared(file_settings: dict[str, object], tmp_path: Path) -> Iterator[Bench]:
    """The course, with its first version published, in a database that a second process can open."""
    app = create_app(file_settings)
    with app.app_context():
        db.drop_all()
        db.create_all()
        made = Bench(app, make_school(), tmp_path / "draft")
        made.publish()
        yield made
        db.session.remove()
        db.drop_all()
        db.engine.dispose()


def test_the_thread_answers_a_ring(shared: Bench) -> None:
    worker = jobs.start_authors(shared.app, Sandbox(), as_promised)  # type: ignore[arg-type]
    try:
        time.sleep(0.1)
        shared.title("Second")
        run = shared.ask()
        asked = time.monotonic()
        jobs.ring()
        while run.status != RunStatus.DONE:
            assert time.monotonic() - asked < 20
            time.sleep(0.05)
            db.session.rollback()
            db.session.refresh(run)
    finally:
        worker.stop()
    assert served() == "Second"


def killed_at(settings: dict[str, object], module: Any, name: str) -> None:
    """Let another process run what waits, and kill it as it comes to this step."""
    child = os.fork()
    if child == 0:

        def die(*_args: object, **_more: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        app = create_app(settings)
        with app.app_context():
            setattr(module, name, die)
            jobs.AuthorWorker(app, Sandbox(), as_promised).turn()  # type: ignore[arg-type]
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def repeat(bench: Bench) -> None:
    """What the sweep of the next process does."""
    db.session.rollback()
    db.session.execute(
        db.update(AuthorRun).where(AuthorRun.lease_until.is_not(None)).values(lease_until=utcnow())
    )
    db.session.commit()
    bench.turn()
    bench.worker().keep_shelf()


@pytest.mark.skipif(bool(DATABASE_URL), reason="a connection to a server does not survive a fork")
@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_leaves_one_version_whole_and_a_repeat_finishes(
    shared: Bench, file_settings: dict[str, object], step: str
) -> None:
    shared.title("Second")
    run = shared.ask()
    number, before = run.id, versions(shared)[0].version
    db.session.rollback()
    db.engine.dispose()
    killed_at(file_settings, *STEPS[step])
    assert served() in ({"Second"} if step == "after the index" else {"Small course"})
    course = known_courses()["small"]
    assert course.path.is_dir()
    pins = db.session.get_one(Cohort, shared.school.cohort.id).course_pins
    assert pins in ({}, {"small": before})
    repeat(shared)
    assert served() == "Second"
    done = db.session.get_one(AuthorRun, number)
    assert (done.status, done.report and done.report["published"]) == (RunStatus.DONE, 2)
    assert [version.number for version in versions(shared)] == [1, 2]
    assert shared.school.cohort.course_pins == {"small": before}
    repository = repository_of(shared.course)
    assert repository.listing(repository.head("main")) == repository.listing(versions(shared)[1].commit)


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_any_step_is_tried_again(bench: Bench, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, say: as a power cut, but the process lives on."""
    bench.publish()
    bench.title("Second")
    run = bench.ask()
    module, name = STEPS[step]

    def fail(*_args: object, **_more: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module, name, fail)
        bench.turn()
    db.session.rollback()
    assert served() in {"Small course", "Second"}
    db.session.execute(db.update(AuthorRun).values(not_before=None))
    db.session.commit()
    repeat(bench)
    db.session.refresh(run)
    assert (run.status, run.report and run.report["published"], served()) == (RunStatus.DONE, 2, "Second")
    assert len(versions(bench)) == 2
    _ = Callable
