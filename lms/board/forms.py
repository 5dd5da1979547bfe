"""Forms of the board: what a programme counts, and a talk with a student."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from lms.board.contacts import Talk
from lms.board.models import (
    KEPT_DAYS,
    LONGEST_CONTACT,
    LONGEST_KEPT_DAYS,
    LONGEST_STEP,
    MOST_LIMIT,
    MOST_POINTS,
    MOST_WEIGHT,
    Way,
)
from lms.board.standing import Rule, Rules, Sign
from lms.core.text import clean_lines
from lms.programmes.forms import Day, Line, Number, options

LONGEST_AGO = timedelta(days=90)
_NEEDED = InputRequired(_l("Please fill this in."))


def _bounds(field: Number, least: int, most: int) -> bool:
    """Whether a number is there and within bounds; what is wrong is told beside the field."""
    if field.errors:
        return False
    if field.data is None or not least <= field.data <= most:
        field.errors = [gettext("Write a number from %(min)s to %(max)s.", min=least, max=most)]
        return False
    return True


class RuleForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """One sign: its weight and its two limits."""

    weight = SelectField(
        _l("Points"), coerce=int, choices=options((str(n), str(n)) for n in range(MOST_WEIGHT + 1))
    )
    some = Number(_l("Once from"))
    much = Number(_l("Twice from"))

    def validate(self, extra_validators: Any = None) -> bool:
        """The limits are in order."""
        fine = bool(super().validate(extra_validators))
        for field, least, most in ((self.some, 1, MOST_LIMIT - 1), (self.much, 2, MOST_LIMIT)):
            fine = _bounds(field, least, most) and fine
        if fine and self.some.data >= self.much.data:
            self.much.errors = [gettext("This must be more than the first limit.")]
            fine = False
        return fine

    def rule(self) -> Rule:
        """What was filled in."""
        return Rule(self.weight.data, self.some.data, self.much.data)


class RulesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a programme counts. The fields are named after the signs."""

    version = HiddenField(default="0")
    absent = FormField(RuleForm)
    overdue = FormField(RuleForm)
    quiet = FormField(RuleForm)
    answer = FormField(RuleForm)
    unread = FormField(RuleForm)
    behind = Number(_l("Behind from"), description=_l("Points in all."))
    risk = Number(_l("At risk from"), description=_l("Points in all."))

    def validate(self, extra_validators: Any = None) -> bool:
        """The two lines are in order, and can be reached."""
        fine = bool(super().validate(extra_validators))
        fine = _bounds(self.behind, 1, MOST_POINTS - 1) and fine
        fine = _bounds(self.risk, 2, MOST_POINTS) and fine
        if not fine:
            return False
        if self.behind.data >= self.risk.data:
            self.risk.errors = [gettext("This must be more than the points for “behind”.")]
            return False
        reachable = sum(2 * self.part(sign).weight.data for sign in Sign)
        if self.risk.data > reachable:
            self.risk.errors = [
                gettext("With these points nobody can reach more than %(most)s.", most=reachable)
            ]
            return False
        return True

    def part(self, sign: Sign) -> Any:
        """The fields of one sign."""
        return self[sign.value].form

    def rules(self) -> Rules:
        """What was filled in."""
        parts = {sign.value: self.part(sign).rule() for sign in Sign}
        return Rules(**parts, behind=self.behind.data, risk=self.risk.data)

    def seen_version(self) -> int:
        """The version that this form was opened on; one that cannot be read matches nothing."""
        value = self.version.data or ""
        return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else -1


def rules_form(rules: Rules, version: int) -> RulesForm:
    """The form, filled with these rules unless something was sent."""
    parts = {
        sign.value: {"weight": rule.weight, "some": rule.some, "much": rule.much}
        for sign in Sign
        for rule in (rules.of(sign),)
    }
    return RulesForm(data={**parts, "behind": rules.behind, "risk": rules.risk, "version": str(version)})


class TalkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A talk with a student, or a try."""

    client_key = HiddenField()
    on_day = Day(_l("When?"), [_NEEDED])
    way = SelectField(_l("How?"), [_NEEDED])
    reached = BooleanField(_l("We reached the student"), default=True)
    note = TextAreaField(
        _l("What was said, in short"),
        [
            Optional(),
            Length(max=LONGEST_CONTACT, message=_l("That is too long. Use at most %(max)s characters.")),
        ],
        description=_l("The student can read this. Write nothing about health, papers, faith or family."),
        render_kw={"dir": "auto", "rows": 3},
    )
    next_step = Line(
        _l("What is the next step?"),
        [Length(max=LONGEST_STEP, message=_l("That is too long. Use at most %(max)s characters."))],
        description=_l("May stay empty."),
    )
    next_on = Day(_l("Until when?"), [Optional()])
    delete_after = Day(
        _l("Delete this on"),
        [_NEEDED],
        description=_l("It is deleted by itself on this day. 90 days are usual; a year is the most."),
    )
    today: date

    @classmethod
    def on(cls, today: date, ways: dict[str, str]) -> TalkForm:
        """The form, with today's day and the usual end filled in unless something was sent."""
        form = cls(data={"on_day": today, "delete_after": today + timedelta(days=KEPT_DAYS), "reached": True})
        form.today = today
        form.way.choices = options(ways.items())
        return form

    def validate_on_day(self, field: Day) -> None:
        """A talk has been, and not long ago."""
        if field.data is None:  # that it is no day has been told already
            return
        if field.data > self.today:
            raise StopValidation(gettext("This day is still to come. Write down what has been."))
        if field.data < self.today - LONGEST_AGO:
            raise StopValidation(gettext("That is more than three months ago."))

    def validate_next_on(self, field: Day) -> None:
        """A day needs a step, and is not over."""
        if field.data is None:
            return
        if not self.next_step.data:
            raise StopValidation(gettext("Say what is to be done on that day."))
        if field.data < self.today:
            raise StopValidation(gettext("This day is over. Choose today or a later day."))
        if self.delete_after.data is not None and field.data > self.delete_after.data:
            raise StopValidation(
                gettext("This would be deleted before that day. Choose a later day for deleting.")
            )

    def validate_delete_after(self, field: Day) -> None:
        """Some time from tomorrow to a year from now."""
        if field.data is not None and not self.today < field.data <= self.today + timedelta(
            days=LONGEST_KEPT_DAYS
        ):
            raise StopValidation(gettext("Choose a day from tomorrow to a year from now."))

    def talk(self) -> Talk:
        """What was filled in."""
        return Talk(
            on_day=self.on_day.data,
            way=Way(self.way.data),
            reached=bool(self.reached.data),
            note=clean_lines(self.note.data or ""),
            next_step=self.next_step.data or "",
            next_on=self.next_on.data,
            delete_after=self.delete_after.data,
        )
