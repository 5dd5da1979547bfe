"""Forms of planning: programmes, tracks, classes, calendars, and a person's place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, StopValidation
from wtforms.widgets import TextInput

from lms.accounts.models import Pace
from lms.core.text import clean_line, fold_digits
from lms.programmes.closed_days import is_region, parts_of
from lms.programmes.extensions import LONGEST_WEEKS
from lms.programmes.models import LONGEST_MINUTES, LONGEST_NOTE, SHORTEST_MINUTES

MOST_COURSES = 8
# A bootcamp meets twice on five days; some classes meet on seven.
MOST_SLOTS = 20
SPARE_SLOTS = 3
# No lesson's key: those have slashes.
ALL_SOON = "soon"

_NEEDED = InputRequired(_l("Please fill this in."))
_LINE = Length(max=120, message=_l("That is too long. Use at most 120 characters."))
_PLACE = Length(max=200, message=_l("That is too long. Use at most 200 characters."))


def options(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """The choices of a field: what is sent, and the words for it."""
    return [SelectChoice(value, words) for value, words in pairs]


class Between(NumberRange):  # type: ignore[misc]  # WTForms ships no types
    """A number within bounds; what is no number has been told already."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most, _l("Write a number from %(min)s to %(max)s."))

    def __call__(self, form: Form, field: Field) -> None:
        if not field.process_errors:
            super().__call__(form, field)


class Number(IntegerField):  # type: ignore[misc]  # WTForms ships no types
    """A whole number in the digits of any script; a phone shows its number keys."""

    data: Any
    widget = TextInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"})
        super().__init__(*args, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent; anything but digits is told as what it is."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        digits = fold_digits(valuelist[0]).strip()
        if not digits.isdecimal() or len(digits) > 6:
            self.data = None
            raise ValueError(gettext("Write a whole number."))
        self.data = int(digits)


class Line(StringField):  # type: ignore[misc]  # WTForms ships no types
    """One clean line of text in any script."""

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"dir": "auto", "autocomplete": "off"})
        super().__init__(*args, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent without control characters."""
        self.data = clean_line(valuelist[0]) if valuelist else self.data


class Clock(Field):  # type: ignore[misc]  # WTForms ships no types
    """A time of day in 24 hours, as people write it: 18:30, 18.30, 1830, ١٨:٣٠.

    It is a field for text: browsers show a field for times in 12 hours where the device is set to American English.
    """

    data: Any
    widget = TextInput()
    _shape = re.compile(r"(\d{1,2})[\s:.hH]*(\d{2})")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "render_kw", {"autocomplete": "off", "dir": "ltr", "placeholder": "18:00", "size": 5}
        )
        super().__init__(*args, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H:%M") if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read hours and minutes."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        found = self._shape.fullmatch(fold_digits(valuelist[0]).strip())
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            raise ValueError(gettext("Write a time such as 18:30."))
        self.data = time(int(found[1]), int(found[2]))


class Day(DateField):  # type: ignore[misc]  # WTForms ships no types
    """A day; its message is ours, so that it is translated."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day as browsers send it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Write a date such as 2026-09-30.")) from error


class ProgrammeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A programme and the short name in its addresses."""

    name = Line(_l("Name of the programme"), [_NEEDED, _LINE])
    slug = StringField(
        _l("Short name for addresses"),
        [
            _NEEDED,
            Length(max=64, message=_l("That is too long. Use at most 64 characters.")),
            Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_l("Use small Latin letters, digits and hyphens.")),
        ],
        description=_l("Small Latin letters, digits and hyphens, for example women-who-code."),
        render_kw={"dir": "ltr", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class CoordinatorForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Somebody of the programme who is to coordinate it."""

    person = SelectField(_l("Who is to coordinate?"), [_NEEDED])


class TrackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Courses in their order, and the pace."""

    name = Line(_l("Name of the track"), [_NEEDED, _LINE])
    courses = FieldList(SelectField(_l("Course"), default=""), max_entries=MOST_COURSES)
    pace = RadioField(
        _l("Pace"),
        choices=options([(Pace.STEADY, _l("Evenings or weekends")), (Pace.BOOTCAMP, _l("Bootcamp"))]),
        default=Pace.STEADY,
    )
    hours_per_week = Number(
        _l("Hours of work a week"),
        [_NEEDED, Between(1, 60)],
        default=4,
        description=_l("In class and at home together."),
    )
    sessions_per_week = Number(_l("Classes a week"), [_NEEDED, Between(1, 20)], default=2)
    weeks = Number(
        _l("Weeks of teaching"),
        [Optional(), Between(1, 60)],
        description=_l("Leave this empty: we count it from the courses' hours and the pace."),
    )
    buffer_weeks = Number(
        _l("Buffer weeks"),
        [_NEEDED, Between(0, 20)],
        default=2,
        description=_l("After the last week, to make up for holidays and cancelled classes."),
    )
    pinned = BooleanField(_l("Tell us here when one of the courses changes later"))


class SlotForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """One time of the week; a row without a day is an empty one."""

    weekday = SelectField(_l("Day"), default="")
    starts = Clock(_l("From"), [Optional()])
    minutes = Number(_l("Minutes"), [Optional(), Between(SHORTEST_MINUTES, LONGEST_MINUTES)])

    def validate(self, extra_validators: Any = None) -> bool:
        """A day needs a time and a length."""
        fine = bool(super().validate(extra_validators))
        if self.weekday.data:
            for field in (self.starts, self.minutes):
                if field.data is None and not field.errors:
                    field.errors = [gettext("Please fill this in.")]
                    fine = False
        return fine


class CohortForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A class: what it takes, where and when it meets."""

    name = Line(_l("Name of the class"), [_NEEDED, _LINE])
    track = SelectField(_l("Track"), [_NEEDED])
    starts_on = Day(_l("First day"), [_NEEDED])
    time_zone = SelectField(
        _l("Time zone"), [_NEEDED], description=_l("All times below are by the clocks there.")
    )
    country = SelectField(
        _l("Public holidays of"), description=_l("On these days there is no class; it is made up for later.")
    )
    part = StringField(
        _l("Part of the country"),
        description=_l("A code such as BE for Berlin, where a part has holidays of its own. May stay empty."),
        render_kw={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters", "size": 6},
    )
    teaching_language = SelectField(_l("Language of the class"), [_NEEDED])
    place = Line(_l("Place"), [_PLACE], description=_l("Where to go, as you would tell someone new in town."))
    link = StringField(
        _l("Link for an online class"),
        [
            Optional(),
            Length(max=500, message=_l("That is too long. Use at most 500 characters.")),
            Regexp(r"^https://[^\s]+$", message=_l("A link begins with https://")),
        ],
        render_kw={"dir": "ltr", "inputmode": "url", "autocomplete": "off"},
    )
    childcare = BooleanField(_l("Childcare is offered during class"))
    seats = Number(
        _l("Seats"),
        [Optional(), Between(1, 1000)],
        description=_l("When they are taken, nobody new can join. May stay empty."),
    )
    slots = FieldList(FormField(SlotForm), max_entries=MOST_SLOTS)

    @property
    def region(self) -> str:
        """Country and part as they are stored."""
        part = (self.part.data or "").strip().upper()
        return f"{self.country.data}-{part}" if self.country.data and part else self.country.data or ""

    def validate_part(self, _field: StringField) -> None:
        """The part must be one whose holidays are known."""
        if not self.country.data or is_region(self.region):
            return
        known = parts_of(self.country.data)
        if not known:
            raise StopValidation(gettext("This country has no parts with holidays of their own."))
        raise StopValidation(gettext("Use one of these codes: %(codes)s.", codes=", ".join(known)))


class HolidayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Days without class."""

    first = Day(_l("First day without class"), [_NEEDED])
    last = Day(_l("Last day without class"), [_NEEDED])
    note = Line(_l("Why, in a few words"), [_PLACE], description=_l("Students see this."))


class ExtraForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One class more."""

    day = Day(_l("Day"), [_NEEDED])
    starts = Clock(_l("From"), [_NEEDED])
    minutes = Number(_l("Minutes"), [_NEEDED, Between(SHORTEST_MINUTES, LONGEST_MINUTES)])
    place = Line(_l("Place, if it is another one"), [_PLACE])
    note = Line(_l("Why, in a few words"), [_PLACE], description=_l("Students see this."))


class MoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Another time for one class."""

    day = Day(_l("New day"), [_NEEDED])
    starts = Clock(_l("From"), [_NEEDED])
    place = Line(_l("Place, if it is another one"), [_PLACE])
    note = Line(_l("Why, in a few words"), [_PLACE], description=_l("Students see this."))


class CancelForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One class that does not take place."""

    note = Line(_l("Why, in a few words"), [_PLACE], description=_l("Students see this."))


class PlaceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What becomes of a student's place in a class."""

    status = RadioField(_l("What changes?"), [InputRequired(_l("Choose one."))])
    to_cohort = SelectField(
        _l("To which class?"), description=_l("For moving and for beginning again later.")
    )
    reason = SelectField(_l("Reason"))
    note = TextAreaField(
        _l("Note"),
        [Length(max=LONGEST_NOTE, message=_l("That is too long. Use at most 500 characters."))],
        description=_l(
            "Only coordinators see the reason and the note. Write nothing about health or papers."
        ),
        render_kw={"dir": "auto", "rows": 3},
    )


class TimeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """More time for a student, until the end of a day."""

    lesson = SelectField(_l("For which lesson?"), default=ALL_SOON)
    weeks = Number(
        _l("How many weeks, for all lessons"),
        default=2,
        description=_l("This counts only if you give more time for all lessons. It begins today."),
    )
    until = Day(
        _l("Until which day?"),
        [_NEEDED],
        description=_l("Until the end of that day. It must be later than the date of the class."),
    )

    def validate_weeks(self, field: Number) -> None:
        """The number counts for all lessons only; for one it does not matter what stands there."""
        if self.lesson.data != ALL_SOON:
            field.errors = []
            raise StopValidation
        _NEEDED(self, field)
        Between(1, LONGEST_WEEKS)(self, field)
