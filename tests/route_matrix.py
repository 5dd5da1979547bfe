"""Who may use which route: every route of the application, for every kind of person.

A new route needs an entry here, or tests/test_routes.py fails. The object in the address is always Ben's, or
that of the class that Ben learns in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.authoring.blocks import key_of
from lms.catalog.pofile import Item
from tests.factories import School

# Who asks: nobody; Ben himself; Dina beside him; Cleo, who learns in another programme; Otto, who teaches there;
# Olga, who coordinates that programme; Mila, who teaches another class of Ben's programme; Ada, his teacher; Cora,
# his coordinator; Root, the site's admin.
EVERYBODY = ("nobody", "dina", "cleo", "otto", "olga", "mila", "ben", "ada", "cora", "root")
SIGNED_IN = ("dina", "cleo", "otto", "olga", "mila", "ben", "ada", "cora", "root")
# Mila's class takes the same course.
IN_THE_COURSE = ("dina", "mila", "ben", "ada", "cora", "root")
HIM_AND_STAFF = ("ben", "ada", "cora", "root")
STAFF_OF_THE_CLASS = ("ada", "cora", "root")
IN_THE_CLASS = ("dina", "ben")
STAFF_ANYWHERE = ("otto", "olga", "mila", "ada", "cora", "root")
COORDINATORS = ("cora", "root")
ADMINS = ("root",)
OWNER = ("ben",)
RATER = ("mila",)
# Who holds the talk with Ben, and who coordinates the round.
HOLDERS = ("ada", "cora", "root")
# Of a course that is written here: Ada writes it, Mila translates it into Arabic.
AUTHORS = ("ada", "cora", "root")
IN_AUTHORING = ("mila", "ada", "cora", "root")


@dataclass(frozen=True, slots=True)
class World:
    """What the addresses of the matrix are made of."""

    school: School
    course: str
    lesson: str
    exercise: str
    quiz_lesson: str
    quiz: str
    picture: str
    submission: str
    card: str
    track: str
    session: str
    change: int
    calendar: str
    review: str
    remark: int
    announcement: str
    for_all: str
    message: str
    stop: str
    confirm: str
    talk: str
    referral: str
    suggested: str
    page: str
    about: str
    known_school: str
    round: str
    criterion: int
    application: str
    letter: str
    rating: str
    objection: str
    authored: str
    commit: str
    upload: str
    run: str
    tried: str
    words: str
    sent: str


Address = Callable[[World], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One route and method: its address for Ben's things, what is sent, and who may."""

    allowed: tuple[str, ...]
    address: Address
    form: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None


def at(path: str) -> Address:
    """An address in which {names} stand for the world's values."""

    def fill(world: World) -> str:
        return path.format(
            cohort=world.school.cohort.public_id,
            ben=world.school.ben.public_id,
            course=world.course,
            lesson=world.lesson,
            exercise=world.exercise,
            quiz_lesson=world.quiz_lesson,
            quiz=world.quiz,
            picture=world.picture,
            submission=world.submission,
            card=world.card,
            programme=world.school.cohort.programme.slug,
            ada=world.school.ada.public_id,
            track=world.track,
            session=world.session,
            change=world.change,
            calendar=world.calendar,
            review=world.review,
            remark=world.remark,
            announcement=world.announcement,
            for_all=world.for_all,
            message=world.message,
            stop=world.stop,
            confirm=world.confirm,
            talk=world.talk,
            referral=world.referral,
            suggested=world.suggested,
            page=world.page,
            about=world.about,
            known_school=world.known_school,
            round=world.round,
            criterion=world.criterion,
            application=world.application,
            letter=world.letter,
            rating=world.rating,
            objection=world.objection,
            authored=world.authored,
            commit=world.commit,
            upload=world.upload,
            run=world.run,
            tried=world.tried,
            words=world.words,
            sent=world.sent,
        )

    return fill


LESSON = "/courses/{course}/{lesson}"
CELLS = "/cells/{course}/{lesson}"
CLASS = "/classes/{cohort}"
PROGRAMME = "/programmes/{programme}"
ROUND = "/rounds/{round}"
CANDIDATE = f"{ROUND}/candidates/{{application}}"
APPLICATION = "/applications/{application}"
AUTHORED = "/authoring/{authored}"
TRANSLATED = f"{AUTHORED}/translations/ar"
TEXT = key_of(Item("First"))
EXERCISES = f"{AUTHORED}/lessons/01-first/exercises"
INTERFACE = "/authoring/interface"
MY_WEEK = key_of(Item("My week"))

MATRIX: dict[tuple[str, str], Entry] = {
    ("core.static_file", "GET"): Entry(EVERYBODY, at("/static/0/app.css")),
    ("core.healthz", "GET"): Entry(EVERYBODY, at("/healthz")),
    ("accounts.index", "GET"): Entry(EVERYBODY, at("/")),
    ("accounts.join", "GET"): Entry(EVERYBODY, at("/join")),
    ("accounts.join", "POST"): Entry(EVERYBODY, at("/join"), {"code": "HEJ23456"}),
    ("accounts.join_name", "GET"): Entry(EVERYBODY, at("/join/name")),
    ("accounts.join_name", "POST"): Entry(EVERYBODY, at("/join/name")),
    ("accounts.sign_in", "GET"): Entry(EVERYBODY, at("/sign-in")),
    ("accounts.sign_in", "POST"): Entry(EVERYBODY, at("/sign-in")),
    ("accounts.sign_out", "POST"): Entry(EVERYBODY, at("/sign-out")),
    ("accounts.card", "GET"): Entry(EVERYBODY, at("/card/{card}")),
    ("accounts.people", "GET"): Entry(EVERYBODY, at("/people")),
    # Ben is on no device's list but his own.
    ("accounts.change_people", "POST"): Entry(OWNER, at("/people"), {"person": "{ben}"}),
    ("accounts.language", "POST"): Entry(EVERYBODY, at("/language"), {"lang": "en"}),
    ("accounts.me", "GET"): Entry(SIGNED_IN, at("/me")),
    ("accounts.change_name", "POST"): Entry(SIGNED_IN, at("/me/name")),
    ("accounts.change_secret", "POST"): Entry(SIGNED_IN, at("/me/secret")),
    ("accounts.cards", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/cards")),
    ("accounts.make_cards", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/cards"), {"person": "{ben}"}),
    ("accounts.ask_reset", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}/reset")),
    ("accounts.reset", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}/reset")),
    ("accounts.change_code", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/code"), {"action": "close"}),
    ("programmes.classes", "GET"): Entry(STAFF_ANYWHERE, at("/classes")),
    ("programmes.show_class", "GET"): Entry(STAFF_OF_THE_CLASS, at(CLASS)),
    ("programmes.show_person", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}")),
    ("programmes.programmes", "GET"): Entry(SIGNED_IN, at("/programmes")),
    ("programmes.new_programme", "GET"): Entry(ADMINS, at("/programmes/new")),
    ("programmes.new_programme", "POST"): Entry(ADMINS, at("/programmes/new")),
    ("programmes.show_programme", "GET"): Entry(COORDINATORS, at(PROGRAMME)),
    ("programmes.add_coordinator", "POST"): Entry(
        ADMINS, at(f"{PROGRAMME}/coordinators"), {"person": "{ada}"}
    ),
    ("programmes.new_track", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/tracks/new")),
    ("programmes.new_track", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/tracks/new")),
    ("programmes.edit_track", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/tracks/{{track}}")),
    ("programmes.edit_track", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/tracks/{{track}}")),
    ("programmes.new_cohort", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/classes/new")),
    ("programmes.new_cohort", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/classes/new")),
    ("programmes.edit_cohort", "GET"): Entry(COORDINATORS, at(f"{CLASS}/plan")),
    ("programmes.edit_cohort", "POST"): Entry(COORDINATORS, at(f"{CLASS}/plan")),
    ("announcements.messages", "GET"): Entry(SIGNED_IN, at("/messages")),
    ("announcements.read_all", "POST"): Entry(SIGNED_IN, at("/messages/read")),
    ("announcements.show_message", "GET"): Entry(OWNER, at("/messages/{message}")),
    ("announcements.my_mail", "GET"): Entry(SIGNED_IN, at("/me/mail")),
    ("announcements.my_mail", "POST"): Entry(SIGNED_IN, at("/me/mail")),
    # Who has the mail has the link; it works without signing in.
    ("announcements.stop_mail", "GET"): Entry(EVERYBODY, at("/mail/stop/{stop}")),
    ("announcements.stop_mail", "POST"): Entry(EVERYBODY, at("/mail/stop/{stop}")),
    ("announcements.confirm_mail", "GET"): Entry(EVERYBODY, at("/mail/confirm/{confirm}")),
    # Nobody asked whether this mailbox is Ben's: the link of an older mail does nothing.
    ("announcements.confirm_mail", "POST"): Entry((), at("/mail/confirm/{confirm}")),
    ("announcements.class_announcements", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/announcements")),
    ("announcements.class_write", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/announcements/new")),
    ("announcements.class_write", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/announcements/new")),
    ("announcements.class_announcement", "GET"): Entry(
        STAFF_OF_THE_CLASS, at(f"{CLASS}/announcements/{{announcement}}")
    ),
    ("announcements.class_edit", "GET"): Entry(
        STAFF_OF_THE_CLASS, at(f"{CLASS}/announcements/{{announcement}}/edit")
    ),
    ("announcements.class_edit", "POST"): Entry(
        STAFF_OF_THE_CLASS, at(f"{CLASS}/announcements/{{announcement}}/edit")
    ),
    ("announcements.class_withdraw", "POST"): Entry(
        STAFF_OF_THE_CLASS, at(f"{CLASS}/announcements/{{announcement}}/withdraw")
    ),
    ("announcements.class_hours", "POST"): Entry(COORDINATORS, at(f"{CLASS}/quiet-hours")),
    ("announcements.programme_announcements", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/announcements")),
    ("announcements.programme_write", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/announcements/new")),
    ("announcements.programme_write", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/announcements/new")),
    ("announcements.programme_announcement", "GET"): Entry(
        COORDINATORS, at(f"{PROGRAMME}/announcements/{{for_all}}")
    ),
    ("announcements.programme_edit", "GET"): Entry(
        COORDINATORS, at(f"{PROGRAMME}/announcements/{{for_all}}/edit")
    ),
    ("announcements.programme_edit", "POST"): Entry(
        COORDINATORS, at(f"{PROGRAMME}/announcements/{{for_all}}/edit")
    ),
    ("announcements.programme_withdraw", "POST"): Entry(
        COORDINATORS, at(f"{PROGRAMME}/announcements/{{for_all}}/withdraw")
    ),
    ("announcements.programme_hours", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/quiet-hours")),
    ("programmes.show_timetable", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/timetable")),
    ("programmes.change_timetable", "POST"): Entry(
        STAFF_OF_THE_CLASS, at(f"{CLASS}/timetable"), {"action": "holiday"}
    ),
    ("programmes.remove_change", "POST"): Entry(
        STAFF_OF_THE_CLASS, at(f"{CLASS}/timetable/changes/{{change}}")
    ),
    ("programmes.show_session", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/sessions/{{session}}")),
    ("programmes.change_session", "POST"): Entry(
        STAFF_OF_THE_CLASS, at(f"{CLASS}/sessions/{{session}}"), {"action": "cancel"}
    ),
    ("programmes.show_time", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}/time")),
    ("programmes.change_time", "POST"): Entry(
        STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}/time"), {"withdraw": "nothing"}
    ),
    ("programmes.show_place", "GET"): Entry(COORDINATORS, at(f"{CLASS}/people/{{ben}}/place")),
    ("programmes.move_place", "POST"): Entry(
        COORDINATORS, at(f"{CLASS}/people/{{ben}}/place"), {"status": "paused"}
    ),
    ("programmes.make_teacher", "POST"): Entry(COORDINATORS, at(f"{CLASS}/people/{{ben}}/teach")),
    ("programmes.my_week", "GET"): Entry(SIGNED_IN, at("/week")),
    ("programmes.answer_session", "POST"): Entry(
        IN_THE_CLASS, at("/week/sessions/{session}"), {"action": "absent"}
    ),
    ("programmes.change_feed", "POST"): Entry(SIGNED_IN, at("/week/calendar"), {"action": "make"}),
    ("programmes.calendar", "GET"): Entry(EVERYBODY, at("/calendar/{calendar}.ics")),
    ("learning.courses", "GET"): Entry(SIGNED_IN, at("/courses")),
    ("learning.course", "GET"): Entry(IN_THE_COURSE, at("/courses/{course}")),
    ("learning.picture", "GET"): Entry(IN_THE_COURSE, at("/courses/{course}/files/{picture}")),
    ("learning.lesson", "GET"): Entry(IN_THE_COURSE, at(LESSON)),
    ("learning.quiz", "POST"): Entry(IN_THE_COURSE, at("/courses/{course}/{quiz_lesson}/quiz/{quiz}")),
    ("learning.exercise", "GET"): Entry(IN_THE_COURSE, at(f"{LESSON}/{{exercise}}")),
    ("learning.draft", "PUT"): Entry(IN_THE_COURSE, at(f"{LESSON}/{{exercise}}/draft"), json={}),
    ("learning.draft", "POST"): Entry(IN_THE_COURSE, at(f"{LESSON}/{{exercise}}/draft"), json={}),
    ("reviews.queue", "GET"): Entry(STAFF_ANYWHERE, at("/reviews")),
    ("reviews.class_queue", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/reviews")),
    ("reviews.take_next", "POST"): Entry(STAFF_ANYWHERE, at("/reviews/next")),
    ("reviews.claim", "POST"): Entry(STAFF_OF_THE_CLASS, at("/reviews/{review}/claim")),
    ("reviews.show", "GET"): Entry(STAFF_OF_THE_CLASS, at("/reviews/{review}")),
    ("reviews.save", "POST"): Entry(STAFF_OF_THE_CLASS, at("/reviews/{review}"), {"version": "1"}),
    # Ada's turn comes with a decision of her own: see tests/reviews/test_taking_back.py.
    ("reviews.take_back", "POST"): Entry(COORDINATORS, at("/reviews/{review}/take-back"), {"version": "1"}),
    # Who reads beside her does not decide that somebody gives up.
    ("reviews.hand_over", "POST"): Entry(COORDINATORS, at(f"{CLASS}/reviews/hand-over"), {"person": "{ben}"}),
    ("reviews.remarks", "GET"): Entry(STAFF_ANYWHERE, at("/reviews/remarks")),
    ("reviews.new_remark", "POST"): Entry(STAFF_ANYWHERE, at("/reviews/remarks"), {"text": "Well done."}),
    # One of Ada's own.
    ("reviews.forget_remark", "POST"): Entry(("ada",), at("/reviews/remarks/{remark}/remove")),
    ("reviews.answers", "GET"): Entry(SIGNED_IN, at("/answers")),
    ("reviews.answer", "GET"): Entry(OWNER, at("/answers/{review}")),
    ("board.show_class", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/board")),
    ("board.show_stuck", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/board/stuck")),
    ("board.show_talks", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}/talks")),
    ("board.keep_talk", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}/talks")),
    ("board.change_talk", "POST"): Entry(
        STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}/talks/{{talk}}"), {"action": "done"}
    ),
    ("board.my_talks", "GET"): Entry(SIGNED_IN, at("/week/talks")),
    ("board.show_programme", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/board")),
    ("board.show_rules", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/board/rules")),
    ("board.save_rules", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/board/rules")),
    ("gradebook.show_marks", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/marks")),
    ("gradebook.export_marks", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/marks.csv")),
    ("attendance.show_attendance", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/attendance")),
    ("attendance.show_list", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/attendance/{{session}}")),
    ("attendance.save_list", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/attendance/{{session}}")),
    ("attendance.show_hours", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/hours")),
    ("attendance.export_hours", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/hours.csv")),
    ("attendance.show_sheet", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/sheet")),
    ("attendance.download_sheet", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/sheet.pdf")),
    ("attendance.say", "POST"): Entry(IN_THE_CLASS, at("/week/attendance/{session}"), {"word": "was_there"}),
    ("submissions.sandbox_health", "GET"): Entry(EVERYBODY, at("/healthz/sandbox")),
    ("submissions.hand_in", "POST"): Entry(IN_THE_COURSE, at(f"{LESSON}/{{exercise}}/submissions")),
    ("submissions.show", "GET"): Entry(HIM_AND_STAFF, at("/submissions/{submission}")),
    ("submissions.events", "GET"): Entry(HIM_AND_STAFF, at("/submissions/{submission}/events")),
    ("submissions.run_cell", "POST"): Entry(IN_THE_COURSE, at(f"{CELLS}/run"), json={}),
    ("submissions.cell_input", "POST"): Entry(IN_THE_COURSE, at(f"{CELLS}/input"), json={}),
    ("submissions.interrupt_cell", "POST"): Entry(IN_THE_COURSE, at(f"{CELLS}/interrupt"), json={}),
    ("submissions.restart_cells", "POST"): Entry(IN_THE_COURSE, at(f"{CELLS}/restart"), json={}),
    ("referral.mine", "GET"): Entry(SIGNED_IN, at("/referrals")),
    # A programme signs for those who learn in it.
    ("referral.new", "GET"): Entry(IN_THE_CLASS, at("/referrals/new/{programme}")),
    ("referral.new", "POST"): Entry(IN_THE_CLASS, at("/referrals/new/{programme}")),
    ("referral.edit", "GET"): Entry(OWNER, at("/referrals/{suggested}/edit")),
    ("referral.edit", "POST"): Entry(OWNER, at("/referrals/{suggested}/edit")),
    ("referral.show", "GET"): Entry(OWNER, at("/referrals/{referral}")),
    ("referral.sign", "POST"): Entry(OWNER, at("/referrals/{referral}/sign"), {"version": "1"}),
    ("referral.withdraw", "POST"): Entry(OWNER, at("/referrals/{referral}/withdraw")),
    ("referral.remove", "POST"): Entry(OWNER, at("/referrals/{suggested}/remove")),
    ("referral.change_page", "POST"): Entry(OWNER, at("/referrals/{referral}/page"), {"action": "close"}),
    ("referral.file", "GET"): Entry(OWNER, at("/referrals/{referral}/file")),
    ("referral.print_view", "GET"): Entry(OWNER, at("/referrals/{referral}/print")),
    ("referral.bring", "GET"): Entry(SIGNED_IN, at("/referrals/bring")),
    ("referral.bring", "POST"): Entry(SIGNED_IN, at("/referrals/bring")),
    ("referral.claim", "GET"): Entry(SIGNED_IN, at("/referrals/claim")),
    ("referral.claim", "POST"): Entry(SIGNED_IN, at("/referrals/claim")),
    ("referral.received", "GET"): Entry(OWNER, at("/referrals/received/{about}")),
    ("referral.answer", "POST"): Entry(OWNER, at("/referrals/received/{about}"), {"action": "confirm"}),
    ("referral.incoming", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/referrals")),
    ("referral.take_in", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/referrals")),
    ("referral.show_import", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/referrals/{{about}}")),
    ("referral.change_import", "POST"): Entry(
        COORDINATORS, at(f"{PROGRAMME}/referrals/{{about}}"), {"action": "erase"}
    ),
    ("referral.trusted_schools", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/schools")),
    ("referral.trust_school", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/schools")),
    ("referral.change_school", "POST"): Entry(
        COORDINATORS, at(f"{PROGRAMME}/schools/{{known_school}}"), {"action": "offline"}
    ),
    ("referral.suggest", "GET"): Entry(COORDINATORS, at(f"{CLASS}/people/{{ben}}/referral")),
    ("referral.suggest", "POST"): Entry(COORDINATORS, at(f"{CLASS}/people/{{ben}}/referral")),
    ("referral.keys", "GET"): Entry(EVERYBODY, at("/.well-known/passerelle-keys.json")),
    ("referral.withdrawn", "GET"): Entry(EVERYBODY, at("/.well-known/passerelle-withdrawn")),
    ("referral.verify", "GET"): Entry(EVERYBODY, at("/verify")),
    ("referral.verified", "GET"): Entry(EVERYBODY, at("/verify/{page}")),
    ("referral.verified_file", "GET"): Entry(EVERYBODY, at("/verify/{page}/file")),
    ("admissions.programme_rounds", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/rounds")),
    ("admissions.new_round", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/rounds/new")),
    ("admissions.new_round", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/rounds/new")),
    ("admissions.show_round", "GET"): Entry(COORDINATORS, at(ROUND)),
    ("admissions.change_round", "POST"): Entry(COORDINATORS, at(f"{ROUND}/state"), {"action": "close"}),
    ("admissions.edit_round", "GET"): Entry(COORDINATORS, at(f"{ROUND}/plan")),
    ("admissions.edit_round", "POST"): Entry(COORDINATORS, at(f"{ROUND}/plan")),
    ("admissions.edit_evidence", "GET"): Entry(COORDINATORS, at(f"{ROUND}/evidence")),
    ("admissions.edit_evidence", "POST"): Entry(COORDINATORS, at(f"{ROUND}/evidence")),
    ("admissions.change_rules", "POST"): Entry(COORDINATORS, at(f"{ROUND}/rules"), {"measure": "speed"}),
    ("admissions.edit_criteria", "GET"): Entry(COORDINATORS, at(f"{ROUND}/criteria")),
    ("admissions.edit_criteria", "POST"): Entry(COORDINATORS, at(f"{ROUND}/criteria")),
    ("admissions.new_criterion", "GET"): Entry(COORDINATORS, at(f"{ROUND}/criteria/new")),
    ("admissions.new_criterion", "POST"): Entry(COORDINATORS, at(f"{ROUND}/criteria/new")),
    ("admissions.edit_criterion", "GET"): Entry(COORDINATORS, at(f"{ROUND}/criteria/{{criterion}}")),
    ("admissions.edit_criterion", "POST"): Entry(COORDINATORS, at(f"{ROUND}/criteria/{{criterion}}")),
    ("admissions.candidates", "GET"): Entry(COORDINATORS, at(f"{ROUND}/candidates")),
    ("admissions.show_fairness", "GET"): Entry(COORDINATORS, at(f"{ROUND}/fairness")),
    ("admissions.make_fairness", "POST"): Entry(COORDINATORS, at(f"{ROUND}/fairness")),
    ("admissions.export_fairness", "GET"): Entry(COORDINATORS, at(f"{ROUND}/fairness.csv")),
    ("admissions.prepare_sheets", "POST"): Entry(COORDINATORS, at(f"{ROUND}/sheets")),
    ("admissions.show_candidate", "GET"): Entry(COORDINATORS, at(CANDIDATE)),
    ("admissions.check_language", "POST"): Entry(COORDINATORS, at(f"{CANDIDATE}/language")),
    ("admissions.say_stage", "POST"): Entry(COORDINATORS, at(f"{CANDIDATE}/stages/coursework")),
    ("admissions.edit_sheet", "GET"): Entry(COORDINATORS, at(f"{CANDIDATE}/sheet")),
    ("admissions.edit_sheet", "POST"): Entry(COORDINATORS, at(f"{CANDIDATE}/sheet")),
    ("admissions.raters", "GET"): Entry(COORDINATORS, at(f"{ROUND}/raters")),
    ("admissions.change_raters", "POST"): Entry(COORDINATORS, at(f"{ROUND}/raters"), {"action": "assign"}),
    ("admissions.examples", "GET"): Entry(COORDINATORS, at(f"{ROUND}/examples")),
    ("admissions.new_example", "GET"): Entry(COORDINATORS, at(f"{ROUND}/examples/new")),
    ("admissions.new_example", "POST"): Entry(COORDINATORS, at(f"{ROUND}/examples/new")),
    ("admissions.edit_example", "GET"): Entry(COORDINATORS, at(f"{ROUND}/examples/0")),
    ("admissions.edit_example", "POST"): Entry(COORDINATORS, at(f"{ROUND}/examples/0")),
    ("admissions.interviews", "GET"): Entry(COORDINATORS, at(f"{ROUND}/interviews")),
    ("admissions.change_interviews", "POST"): Entry(
        COORDINATORS, at(f"{ROUND}/interviews"), {"action": "invite", "candidate": "nobody"}
    ),
    ("admissions.class_help", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/help")),
    ("admissions.note_help", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/help")),
    ("admissions.talks", "GET"): Entry(SIGNED_IN, at("/talks")),
    ("admissions.talk", "GET"): Entry(HOLDERS, at("/talks/{application}")),
    ("admissions.talk", "POST"): Entry(HOLDERS, at("/talks/{application}"), {"version": "1"}),
    ("admissions.talk_outcome", "POST"): Entry(HOLDERS, at("/talks/{application}/outcome"), {"version": "1"}),
    ("admissions.my_talk", "GET"): Entry(OWNER, at(f"{APPLICATION}/talk")),
    ("admissions.change_talk", "POST"): Entry(OWNER, at(f"{APPLICATION}/talk"), {"version": "1"}),
    ("admissions.letters", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/letters")),
    ("admissions.edit_letter", "GET"): Entry(COORDINATORS, at(f"{PROGRAMME}/letters/offer/ar")),
    ("admissions.edit_letter", "POST"): Entry(COORDINATORS, at(f"{PROGRAMME}/letters/offer/ar")),
    ("admissions.settle", "POST"): Entry(
        COORDINATORS, at(f"{CANDIDATE}/agreed/{{criterion}}"), {"note": "2"}
    ),
    ("admissions.decisions", "GET"): Entry(COORDINATORS, at(f"{ROUND}/decisions")),
    ("admissions.decide", "GET"): Entry(COORDINATORS, at(f"{CANDIDATE}/decision")),
    ("admissions.decide", "POST"): Entry(COORDINATORS, at(f"{CANDIDATE}/decision")),
    ("admissions.release", "POST"): Entry(COORDINATORS, at(f"{ROUND}/release")),
    ("admissions.moves_seen", "POST"): Entry(COORDINATORS, at(f"{ROUND}/moves/seen")),
    ("admissions.second_look", "GET"): Entry(COORDINATORS, at(f"{ROUND}/second-looks/{{objection}}")),
    ("admissions.second_look", "POST"): Entry(COORDINATORS, at(f"{ROUND}/second-looks/{{objection}}")),
    # Mila rates in this round: she is no staff of Ben's class, and knows him by a code only.
    ("admissions.ratings", "GET"): Entry(SIGNED_IN, at("/ratings")),
    ("admissions.rate", "GET"): Entry(RATER, at("/ratings/{rating}")),
    ("admissions.rate", "POST"): Entry(RATER, at("/ratings/{rating}")),
    ("admissions.conflict", "POST"): Entry(RATER, at("/ratings/{rating}/conflict")),
    ("admissions.example", "GET"): Entry(RATER, at("/ratings/rounds/{round}/examples/0")),
    ("admissions.example", "POST"): Entry(RATER, at("/ratings/rounds/{round}/examples/0")),
    ("admissions.letter", "GET"): Entry(OWNER, at("/letters/{letter}")),
    ("admissions.answer", "POST"): Entry(OWNER, at("/letters/{letter}/answer")),
    ("admissions.object_to", "POST"): Entry(OWNER, at("/letters/{letter}/objection")),
    ("admissions.apply", "GET"): Entry(SIGNED_IN, at("/apply")),
    # The round is for the students of Ben's programme.
    ("admissions.published", "GET"): Entry(IN_THE_CLASS, at("/apply/{round}")),
    ("admissions.begin", "POST"): Entry(IN_THE_CLASS, at("/apply/{round}")),
    ("admissions.show_application", "GET"): Entry(OWNER, at(APPLICATION)),
    ("admissions.change_application", "POST"): Entry(OWNER, at(APPLICATION), {"action": "withdraw"}),
    ("admissions.edit_application", "GET"): Entry(OWNER, at(f"{APPLICATION}/why")),
    ("admissions.edit_application", "POST"): Entry(OWNER, at(f"{APPLICATION}/why"), {"version": "1"}),
    ("authoring.courses", "GET"): Entry(STAFF_ANYWHERE, at("/authoring")),
    ("authoring.new_course", "GET"): Entry(STAFF_ANYWHERE, at("/authoring/new")),
    ("authoring.new_course", "POST"): Entry(STAFF_ANYWHERE, at("/authoring/new")),
    ("authoring.export", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/export")),
    ("authoring.export_package", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/export/package")),
    ("authoring.export_notebook", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/export/notebook/01-first")),
    ("authoring.export_site", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/export/site")),
    ("authoring.import_course", "GET"): Entry(STAFF_ANYWHERE, at("/authoring/import")),
    ("authoring.import_course", "POST"): Entry(STAFF_ANYWHERE, at("/authoring/import")),
    ("authoring.show_import", "GET"): Entry(("ada",), at("/authoring/imports/{sent}")),
    ("authoring.show_import", "POST"): Entry(
        ("ada",), at("/authoring/imports/{sent}"), {"slug": "Not a slug"}
    ),
    ("authoring.open_course", "GET"): Entry(("olga", "cora", "root"), at("/authoring/open")),
    ("authoring.open_course", "POST"): Entry(("olga", "cora", "root"), at("/authoring/open")),
    ("authoring.show_course", "GET"): Entry(IN_AUTHORING, at(AUTHORED)),
    ("authoring.move_lesson", "POST"): Entry(
        AUTHORS, at(f"{AUTHORED}/outline"), {"lesson": "01-first", "move": "down"}
    ),
    ("authoring.lesson_folder", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/outline/01-first")),
    ("authoring.lesson_folder", "POST"): Entry(
        AUTHORS, at(f"{AUTHORED}/outline/01-first"), {"name": "01-first"}
    ),
    ("authoring.statistics", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/statistics")),
    ("authoring.exercise_statistics", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/statistics/01-first/count")),
    ("authoring.history", "GET"): Entry(IN_AUTHORING, at(f"{AUTHORED}/history")),
    ("authoring.show_commit", "GET"): Entry(IN_AUTHORING, at(f"{AUTHORED}/history/{{commit}}")),
    ("authoring.translations", "GET"): Entry(IN_AUTHORING, at(f"{AUTHORED}/translations")),
    ("authoring.translations", "POST"): Entry(
        AUTHORS, at(f"{AUTHORED}/translations"), {"language": "fr", "other": ""}
    ),
    ("authoring.download_template", "GET"): Entry(IN_AUTHORING, at(f"{AUTHORED}/translations.pot")),
    ("authoring.translate", "GET"): Entry(IN_AUTHORING, at(TRANSLATED)),
    ("authoring.save_translations", "POST"): Entry(IN_AUTHORING, at(TRANSLATED), {"save": "all"}),
    ("authoring.translate_text", "GET"): Entry(IN_AUTHORING, at(f"{TRANSLATED}/texts/{TEXT}")),
    ("authoring.lint_translation", "POST"): Entry(
        IN_AUTHORING, at(f"{TRANSLATED}/lint"), {"key": TEXT, "text": "٥"}
    ),
    ("authoring.download_po", "GET"): Entry(IN_AUTHORING, at(f"{TRANSLATED}/file")),
    ("authoring.upload_po", "POST"): Entry(IN_AUTHORING, at(f"{TRANSLATED}/file")),
    ("authoring.show_upload", "GET"): Entry(("mila",), at(f"{TRANSLATED}/file/{{upload}}")),
    ("authoring.take_upload", "POST"): Entry(("mila",), at(f"{TRANSLATED}/file/{{upload}}")),
    ("authoring.interface", "GET"): Entry(ADMINS, at(INTERFACE)),
    ("authoring.interface", "POST"): Entry(ADMINS, at(INTERFACE), {"language": "", "other": "en"}),
    ("authoring.add_interface_person", "POST"): Entry(
        ADMINS, at(f"{INTERFACE}/people"), {"person": "nobody", "role": "translator", "language": "xx"}
    ),
    ("authoring.remove_interface_person", "POST"): Entry(ADMINS, at(f"{INTERFACE}/people/1/remove")),
    ("authoring.offer_language", "POST"): Entry(ADMINS, at(f"{INTERFACE}/ar/offer")),
    ("authoring.translate_interface", "GET"): Entry(ADMINS, at(f"{INTERFACE}/ar")),
    ("authoring.save_interface", "POST"): Entry(ADMINS, at(f"{INTERFACE}/ar"), {"save": "all"}),
    ("authoring.translate_interface_text", "GET"): Entry(ADMINS, at(f"{INTERFACE}/ar/texts/{MY_WEEK}")),
    ("authoring.lint_interface", "POST"): Entry(ADMINS, at(f"{INTERFACE}/ar/lint"), {"key": MY_WEEK}),
    ("authoring.download_interface", "GET"): Entry(ADMINS, at(f"{INTERFACE}/ar/file")),
    ("authoring.upload_interface", "POST"): Entry(ADMINS, at(f"{INTERFACE}/ar/file")),
    ("authoring.show_interface_upload", "GET"): Entry(ADMINS, at(f"{INTERFACE}/ar/file/{{words}}")),
    ("authoring.take_interface_upload", "POST"): Entry(ADMINS, at(f"{INTERFACE}/ar/file/{{words}}")),
    ("authoring.revert", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/history/{{commit}}/revert")),
    ("authoring.publish", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/publish")),
    ("authoring.publish", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/publish"), {"number": "2"}),
    ("authoring.show_run", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/runs/{{run}}")),
    ("authoring.versions", "GET"): Entry(IN_AUTHORING, at(f"{AUTHORED}/versions")),
    ("authoring.publish_again", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/versions/1/again")),
    ("authoring.publish_again", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/versions/1/again"), {"number": "9"}),
    ("authoring.class_versions", "GET"): Entry(COORDINATORS, at(f"{CLASS}/courses")),
    ("authoring.hold_version", "POST"): Entry(
        COORDINATORS, at(f"{CLASS}/courses/{{course}}"), {"version": "newest"}
    ),
    ("authoring.settings", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/settings")),
    ("authoring.settings", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/settings")),
    ("authoring.new_term", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/glossary/new")),
    ("authoring.new_term", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/glossary/new")),
    ("authoring.edit_term", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/glossary/loop")),
    ("authoring.edit_term", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/glossary/loop")),
    ("authoring.new_exercise", "GET"): Entry(AUTHORS, at(f"{EXERCISES}/new")),
    ("authoring.new_exercise", "POST"): Entry(AUTHORS, at(f"{EXERCISES}/new")),
    ("authoring.edit_exercise", "GET"): Entry(AUTHORS, at(f"{EXERCISES}/double")),
    ("authoring.edit_exercise", "POST"): Entry(AUTHORS, at(f"{EXERCISES}/double"), {"do": "refresh"}),
    ("authoring.exercise_folder", "GET"): Entry(AUTHORS, at(f"{EXERCISES}/double/folder")),
    ("authoring.exercise_folder", "POST"): Entry(
        AUTHORS, at(f"{EXERCISES}/double/folder"), {"name": "double"}
    ),
    ("authoring.show_try", "GET"): Entry(AUTHORS, at(f"{EXERCISES}/double/tries/{{tried}}")),
    ("authoring.check_value", "POST"): Entry(
        AUTHORS, at(f"{AUTHORED}/value"), json={"what": "literal", "text": "1"}
    ),
    ("authoring.skills", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/skills")),
    ("authoring.skills", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/skills")),
    ("authoring.new_lesson", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/lessons/new")),
    ("authoring.new_lesson", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/lessons/new")),
    ("authoring.edit_lesson", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/lessons/01-first")),
    ("authoring.edit_lesson", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/lessons/01-first"), {"text": "# A"}),
    ("authoring.preview", "POST"): Entry(
        AUTHORS, at(f"{AUTHORED}/preview"), {"lesson": "01-first", "text": "# A"}
    ),
    ("authoring.pictures", "GET"): Entry(AUTHORS, at(f"{AUTHORED}/lessons/01-first/pictures")),
    ("authoring.pictures", "POST"): Entry(AUTHORS, at(f"{AUTHORED}/lessons/01-first/pictures")),
    ("authoring.remove_picture", "POST"): Entry(
        AUTHORS, at(f"{AUTHORED}/lessons/01-first/pictures/remove"), {"name": "dot.png"}
    ),
    ("authoring.draft_picture", "GET"): Entry(
        IN_AUTHORING, at(f"{AUTHORED}/pictures/01-first/images/dot.png")
    ),
    ("authoring.people", "GET"): Entry(COORDINATORS, at(f"{AUTHORED}/people")),
    ("authoring.add_person", "POST"): Entry(COORDINATORS, at(f"{AUTHORED}/people"), {"person": "{ben}"}),
    ("authoring.remove_person", "POST"): Entry(COORDINATORS, at(f"{AUTHORED}/people/1/remove")),
    ("authoring.remote", "GET"): Entry(COORDINATORS, at(f"{AUTHORED}/remote")),
    ("authoring.save_remote", "POST"): Entry(COORDINATORS, at(f"{AUTHORED}/remote"), {"branch": "main"}),
    ("authoring.make_key", "POST"): Entry(COORDINATORS, at(f"{AUTHORED}/remote/key")),
    ("authoring.sync", "POST"): Entry(COORDINATORS, at(f"{AUTHORED}/remote/sync"), {"act": "compare"}),
    ("authoring.settle", "POST"): Entry(COORDINATORS, at(f"{AUTHORED}/remote/settle")),
}
