"""Forms of admissions: a round's plan, what is gathered, criteria in several languages, and the steps of applying."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, StopValidation
from wtforms.widgets import CheckboxInput

from lms.admissions.application_models import LONGEST_MOTIVATION, MOST_HOURS
from lms.admissions.calibration import LONGEST_SAMPLE
from lms.admissions.interview_models import LONGEST_LINK, LONGEST_PLACE
from lms.admissions.letter_templates import LONGEST_LETTER
from lms.admissions.models import (
    LONGEST_ABOUT,
    LONGEST_NOTE,
    LONGEST_WORDS,
    MOST_SEATS,
    MOST_TASKS,
    MOST_WAITING,
    Stage,
)
from lms.admissions.talk_times import LONGEST_TALK
from lms.core.text import clean_lines, clean_output
from lms.programmes.forms import Clock, Day, Line, Number

DATED = (Stage.TASK, Stage.LANGUAGE, Stage.INTERVIEW)
MOST_LEVELS = 5

_NEEDED = InputRequired(_l("Please fill this in."))
_NAME = Length(max=120, message=_l("That is too long. Use at most 120 characters."))


def _between(least: int, most: int) -> NumberRange:
    return NumberRange(least, most, _l("Write a number from %(min)s to %(max)s."))


def _at_most(most: int) -> Length:
    return Length(max=most, message=_l("That is too long. Use at most %(max)d characters."))


def first_moment(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a day by this clock."""
    return datetime.combine(day, time(), zone)


def last_moment(day: date, zone: ZoneInfo) -> datetime:
    """The last minute of a day by this clock: read anywhere, it is still called by that day's name there."""
    return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(minutes=1)


class Text(TextAreaField):  # type: ignore[misc]  # WTForms ships no types
    """Several clean lines of text in any script."""

    data: Any

    def __init__(self, label: Any, most: int, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"dir": "auto", "rows": rows})
        super().__init__(label, [_at_most(most)], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent without control characters."""
        self.data = clean_lines(valuelist[0]) if valuelist else self.data


class Choices(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types
    """Several of a list, each a box to tick."""

    data: Any
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "SelectMultipleField"  # by this the templates know how to lay it out


class StageForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """Whether a round has this stage, and its days."""

    used = BooleanField()
    first = Day(_l("First day"), [Optional()])
    last = Day(_l("Last day"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Both days or none, in their order."""
        fine = bool(super().validate(extra_validators))
        if not self.used.data:
            return fine
        if (self.first.data is None) != (self.last.data is None):
            field = self.first if self.first.data is None else self.last
            if not field.errors:
                field.errors = [gettext("Write both days, or none.")]
            return False
        if self.first.data and self.last.data < self.first.data:
            self.last.errors = [gettext("The last day comes before the first.")]
            return False
        return fine


class RoundForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Seats, dates, stages and languages of a round."""

    version = HiddenField(default="1")
    name = Line(_l("Name of the round"), [_NEEDED, _NAME])
    cohort = SelectField(_l("For which class?"), [_NEEDED])
    seats = Number(_l("Seats"), [_NEEDED, _between(1, MOST_SEATS)], default=16)
    waiting_size = Number(_l("Places on the waiting list"), [_NEEDED, _between(0, MOST_WAITING)], default=8)
    opens_on = Day(_l("First day to apply"), [_NEEDED])
    closes_on = Day(_l("Last day to apply"), [_NEEDED])
    coursework = BooleanField(_l("Work in the course is looked at"), default=True)
    task = FormField(StageForm)
    language = FormField(StageForm)
    interview = FormField(StageForm)
    letters_on = Day(
        _l("Day by which everybody has a letter"), [Optional()], description=_l("Candidates see this day.")
    )
    answer_days = Number(_l("Days to answer an offer"), [_NEEDED, _between(1, 60)], default=10)
    open_to_partners = BooleanField(_l("Students of other programmes of this site may apply"))
    languages = Choices(_l("Languages in which the round is published"))
    working_language = SelectField(
        _l("Language in which raters read"),
        [_NEEDED],
        description=_l(
            "What is written in another language is translated first: raters must not learn where people come from."
        ),
    )
    keep_days = Number(
        _l("Days until applications without a place are erased"),
        [_NEEDED, _between(30, 730)],
        default=180,
        description=_l("They are counted from the end of the round. Numbers are kept."),
    )

    def validate_closes_on(self, field: Day) -> None:
        """The last day is not before the first."""
        if self.opens_on.data and field.data and field.data < self.opens_on.data:
            raise StopValidation(gettext("The last day comes before the first."))

    def validate_languages(self, field: Choices) -> None:
        """At least one."""
        if not field.data:
            raise StopValidation(gettext("Choose at least one language."))

    def stages(self, zone: ZoneInfo) -> dict[Stage, tuple[datetime, datetime] | None]:
        """The stages that the round has, with their days."""
        found: dict[Stage, tuple[datetime, datetime] | None] = {}
        if self.coursework.data:
            found[Stage.COURSEWORK] = None
        for stage in DATED:
            form = self[str(stage)].form
            if not form.used.data:
                continue
            days = form.first.data and (
                first_moment(form.first.data, zone),
                last_moment(form.last.data, zone),
            )
            found[stage] = days or None
        return found


class EvidenceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which coursework is gathered, and where tasks are drawn from."""

    version = HiddenField(default="1")
    courses = Choices(_l("Courses whose exercises are looked at"))
    stretch = Choices(
        _l("Lessons whose exercises are extra"),
        description=_l("They are shown apart. All other exercises are those that everybody does."),
    )
    baseline_lesson = SelectField(
        _l("Lesson that shows where people began"),
        description=_l("What people could do there at once is shown beside what they can do now."),
    )
    task_course = SelectField(
        _l("Course that tasks are drawn from"),
        description=_l(
            "Exercises of one of its lessons must be equally hard: which of them somebody gets is drawn."
        ),
    )
    task_count = Number(_l("Tasks for each candidate"), [Optional(), _between(0, MOST_TASKS)], default=3)


class RuleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One thing to look at."""

    measure = SelectField(_l("What is to be looked at?"), [_NEEDED], validate_choice=False)
    guide = Number(
        _l("What you hope for"),
        [Optional(), _between(1, 1000)],
        description=_l("A number to compare with. It decides nothing. May stay empty."),
    )


class ChangeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A round is closed, opened again or ended."""

    reason = Line(_l("Why, in a sentence"), [_at_most(LONGEST_NOTE)])
    closes_on = Day(_l("New last day to apply"), [Optional()])


def texts_form(languages: Sequence[tuple[str, str]], data: dict[str, str]) -> Any:
    """A form with what the round is about in each language; `languages` are tags and names."""
    fields = {
        f"about_{number}": Text(
            name, LONGEST_ABOUT, rows=6, render_kw={"dir": "auto", "rows": 6, "lang": tag}
        )
        for number, (tag, name) in enumerate(languages)
    }
    made = type("TextsForm", (FlaskForm,), fields)
    return made(data={f"about_{number}": data.get(tag, "") for number, (tag, _) in enumerate(languages)})


def criterion_form(
    languages: Sequence[tuple[str, str]],
    texts: dict[str, tuple[str, str]],
    anchors: Sequence[str],
    stage: str,
) -> Any:
    """A form with a criterion's stage, its name and words in each language, and its levels."""
    fields: dict[str, Any] = {"stage": SelectField(_l("In which stage is it looked at?"), [_NEEDED])}
    data: dict[str, Any] = {"stage": stage}
    for number, (tag, _name) in enumerate(languages):
        fields[f"name_{number}"] = Line(
            _l("Name"), [_NAME], render_kw={"dir": "auto", "lang": tag, "autocomplete": "off"}
        )
        fields[f"words_{number}"] = Text(
            _l("What it means, in plain words"),
            LONGEST_WORDS,
            render_kw={"dir": "auto", "rows": 3, "lang": tag},
        )
        data[f"name_{number}"], data[f"words_{number}"] = texts.get(tag, ("", ""))
    for level in range(MOST_LEVELS):
        fields[f"level_{level}"] = Text(_l("Level %(number)s", number=level), LONGEST_WORDS, rows=2)
        data[f"level_{level}"] = anchors[level] if level < len(anchors) else ""
    return type("CriterionForm", (FlaskForm,), fields)(data=data)


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What every step of applying sends along: the version that she saw."""

    version = HiddenField(default="1")


class WhyForm(StepForm):
    """Why she applies."""

    motivation = Text(
        _l("Why do you want to join this class, and what do you want to do after it?"),
        LONGEST_MOTIVATION,
        rows=9,
        description=_l("Write in any language. A few sentences are enough. Do not write your name."),
    )
    motivation_language = SelectField(_l("In which language do you write?"))
    talk_instead = BooleanField(_l("I would rather talk about it than write"))


class WhenForm(StepForm):
    """How much time she has."""

    hours_per_week = Number(
        _l("How many hours a week do you have for the course, in class and at home?"),
        [Optional(), _between(0, MOST_HOURS)],
    )
    availability = Choices(_l("When do you have time for class?"))


class LanguageForm(StepForm):
    """How well she speaks the language of the class."""

    language_level = RadioField(_l("How well do you speak it?"), [Optional()])


class NeedsForm(StepForm):
    """What she needs to take part."""

    laptop = BooleanField()
    internet = BooleanField()
    childcare = BooleanField()
    quiet_place = BooleanField()
    other = Text(
        _l("Something else, or times at which you can never come"),
        LONGEST_NOTE,
        rows=3,
        description=_l("Write nothing about papers or health that you do not want to share."),
    )


class FairnessForm(StepForm):
    """Optional answers for the report on fairness."""

    gender = RadioField(_l("You are"), [Optional()])
    care = RadioField(_l("Do you look after children or other people at home?"), [Optional()])
    language = SelectField(_l("Which language do you speak best?"), [Optional()])


class LanguageCheckForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How well a candidate speaks, as somebody heard it."""

    level = SelectField(_l("Level that you heard"), [_NEEDED])
    note = Line(
        _l("What you noticed"), [_at_most(LONGEST_NOTE)], description=_l("The candidate can read this.")
    )


class GoesOnForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whether a candidate goes on after a stage."""

    goes_on = RadioField(_l("After this stage"), [InputRequired(_l("Choose one."))])
    reason = Text(_l("Why not?"), LONGEST_WORDS, rows=2)


class SheetForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What raters read of her motivation."""

    version = HiddenField(default="1")
    motivation = Text(_l("What raters read"), LONGEST_MOTIVATION * 2, rows=8)


class ExampleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What raters read of a made-up person."""

    motivation = Text(
        _l("What this person wrote"),
        LONGEST_SAMPLE,
        rows=5,
        description=_l("Make somebody up. Take no text of a real candidate."),
    )
    evidence = Text(_l("What the work shows, in sentences"), LONGEST_SAMPLE)
    work = TextAreaField(
        _l("A program that this person handed in"),
        [_at_most(LONGEST_SAMPLE)],
        filters=[lambda text: clean_output(text or "")],
        render_kw={
            "rows": 8, "dir": "ltr", "translate": "no", "spellcheck": "false",
            "autocapitalize": "none", "autocomplete": "off", "class": "code",
        },
    )  # fmt: skip


class LetterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A programme's own words for one kind of letter in one language."""

    seen = HiddenField(default="0")
    text = Text(_l("Text of the letter"), LONGEST_LETTER, rows=16)


class TimesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Times at which somebody can talk with candidates."""

    day = Day(_l("Day"), [_NEEDED])
    begins = Clock(_l("From"), [_NEEDED])
    ends = Clock(_l("Until"), [_NEEDED])
    minutes = Number(_l("Minutes for each talk"), [_NEEDED, _between(5, LONGEST_TALK)], default=30)
    interviewer = SelectField(_l("Who talks with them?"), [_NEEDED])
    place = Line(_l("Place"), [_at_most(LONGEST_PLACE)])
    link = StringField(
        _l("Or link to a video call"),
        [
            Optional(),
            _at_most(LONGEST_LINK),
            Regexp(r"https://[^\s]+$", message=_l("A link begins with https:// and has no spaces.")),
        ],
        render_kw={"dir": "ltr", "autocomplete": "off", "inputmode": "url"},
    )


class WishForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What would make a talk easier for a candidate."""

    version = HiddenField(default="1")
    wish = Text(
        _l("What would make the talk easier for you?"),
        LONGEST_NOTE,
        rows=3,
        description=_l(
            "For example an interpreter, more time, a break, a room without stairs, a call without video, "
            "or a woman to talk with. "
            "The school does what it can. Asking has no influence on the decision."
        ),
    )
    language = SelectField(_l("In which language would you rather talk?"))
