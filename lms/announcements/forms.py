"""The form of an announcement in several languages, and the forms of mail and quiet hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.announcements.models import LONGEST_BODY, LONGEST_REASON, LONGEST_TITLE, Announcement
from lms.announcements.services import Draft, Version
from lms.core.db import utcnow
from lms.core.i18n import Language
from lms.core.text import clean_lines
from lms.programmes.forms import Clock, Day, Line, options

LONGEST_AHEAD = timedelta(days=365)


class VersionForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """One language of an announcement."""

    title = Line(
        _l("Title"), [Length(max=LONGEST_TITLE, message=_l("That is too long. Use at most 120 characters."))]
    )
    body = TextAreaField(
        _l("Text"),
        [Length(max=LONGEST_BODY, message=_l("That is too long. Use at most 4000 characters."))],
        render_kw={"rows": 8},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A title needs a text, and a text a title."""
        fine = bool(super().validate(extra_validators))
        if self.is_filled:
            for part in (self.title, self.body):
                if not (part.data or "").strip() and not part.errors:
                    part.errors = [gettext("Please fill this in.")]
                    fine = False
        return fine

    @property
    def is_filled(self) -> bool:
        """Whether something is written in this language."""
        return bool((self.title.data or "").strip() or (self.body.data or "").strip())


class AnnouncementForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When an announcement appears and how it goes out."""

    client_key = HiddenField()
    version = HiddenField()
    main_language = SelectField(
        _l("For people who read none of these languages"),
        description=_l("They see this version, with a note."),
    )
    when = RadioField(
        _l("When does it appear?"),
        choices=options([("now", _l("Now")), ("later", _l("Later"))]),
        default="now",
    )
    day = Day(_l("Day"), [Optional()])
    clock = Clock(_l("Time"), [Optional()])
    last_day = Day(
        _l("Last day on which it is shown"),
        [Optional()],
        description=_l("May stay empty: then it stays in the list for half a year."),
    )
    by_mail = BooleanField(_l("Send it by e-mail as well, to everybody who wants that"), default=True)
    urgent = BooleanField(_l("It cannot wait: send e-mail in quiet hours, too"))
    urgent_reason = Line(
        _l("Why it cannot wait"),
        [Length(max=LONGEST_REASON, message=_l("That is too long. Use at most 200 characters."))],
        description=_l("For example: the class is cancelled today. Only staff see this."),
    )


@dataclass
class Sheet:
    """The whole form: what concerns all languages, and one part for each."""

    form: AnnouncementForm
    zone: ZoneInfo
    languages: Sequence[Language]
    published: bool = False
    versions: dict[str, VersionForm] = field(default_factory=dict)
    problem: str | None = None

    def read(self, formdata: Any, announcement: Announcement | None = None) -> Sheet:
        """Fill the parts from what was sent, else from what is stored."""
        # A language that was sent empty is taken out: what is stored must not come back.
        unsent = announcement is not None and formdata is None
        stored = {text.language: text for text in announcement.texts} if unsent and announcement else {}
        for language in self.languages:
            part = VersionForm(
                formdata=formdata, obj=stored.get(language.tag), prefix=f"text-{language.tag}-"
            )
            for one in (part.title, part.body):
                one.render_kw = {
                    **(one.render_kw or {}), "lang": language.tag, "dir": language.dir, "autocomplete": "off",
                }  # fmt: skip
            self.versions[language.tag] = part
        self.form.main_language.choices = options([(one.tag, one.name) for one in self.languages])
        return self

    def filled(self) -> list[tuple[Language, VersionForm]]:
        """The languages in which something is written."""
        return [(one, self.versions[one.tag]) for one in self.languages if self.versions[one.tag].is_filled]

    def draft(self) -> Draft | None:
        """What was typed, checked; None when something is wrong, which then stands beside its field."""
        fine = self.form.validate()
        wrong = [part for part in self.versions.values() if not part.validate()]
        fine = fine and not wrong
        filled = self.filled()
        if not filled:
            self.problem = gettext("Write a title and a text in at least one language.")
            return None
        tags = [language.tag for language, _ in filled]
        main = self.form.main_language.data if self.form.main_language.data in tags else tags[0]
        begins = self._begins() if not self.published else None
        ends = self._ends(begins)
        if not self.published and self.form.urgent.data and not self.form.urgent_reason.data:
            self.form.urgent_reason.errors = [gettext("Say why it cannot wait.")]
        if not fine or any(one.errors for one in self.form):
            return None
        return Draft(
            versions=tuple(
                Version(language.tag, part.title.data, clean_lines(part.body.data))
                for language, part in filled
            ),
            main_language=main,
            publish_at=begins,
            expires_at=ends,
            by_mail=bool(self.form.by_mail.data),
            urgent=bool(self.form.urgent.data),
            urgent_reason=self.form.urgent_reason.data or "",
        )

    def _begins(self) -> datetime | None:
        form = self.form
        if form.when.data != "later":
            return None
        for one in (form.day, form.clock):
            if one.data is None and not one.errors:
                one.errors = [gettext("Please fill this in.")]
        if form.day.errors or form.clock.errors:
            return None
        moment = datetime.combine(form.day.data, form.clock.data, self.zone)
        if moment <= utcnow():
            form.clock.errors = [gettext("This time is over already.")]
        elif moment > utcnow() + LONGEST_AHEAD:
            form.day.errors = [gettext("Choose a day within the next year.")]
        return moment

    def _ends(self, begins: datetime | None) -> datetime | None:
        last: date | None = self.form.last_day.data
        if last is None or self.form.last_day.errors:
            return None
        if last.year > 9000:
            self.form.last_day.errors = [gettext("Choose a day within the next year.")]
            return None
        moment = datetime.combine(last + timedelta(days=1), time(), self.zone)
        if moment <= (begins or utcnow()):
            self.form.last_day.errors = [gettext("The last day comes before the announcement appears.")]
        return moment


class HoursForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Quiet hours of a class or of a programme."""

    starts = Clock(_l("From"), [InputRequired(_l("Please fill this in."))])
    ends = Clock(_l("Until"), [InputRequired(_l("Please fill this in."))])


class MailForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whether a person wants mail, where, and when not."""

    email = StringField(
        _l("My e-mail address"),
        [Length(max=254, message=_l("This is not an e-mail address."))],
        description=_l("You need none to learn here. If you give one, we ask by mail whether it is yours."),
        render_kw={"dir": "ltr", "inputmode": "email", "autocomplete": "email", "autocapitalize": "none"},
    )
    wanted = BooleanField(_l("Send me announcements of my classes by e-mail"))
    quiet_from = Clock(_l("No e-mail from"), [Optional()])
    quiet_until = Clock(_l("until"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Hours have two ends."""
        fine = bool(super().validate(extra_validators))
        given = [one for one in (self.quiet_from, self.quiet_until) if one.data is not None]
        if len(given) == 1:
            for one in (self.quiet_from, self.quiet_until):
                if one.data is None and not one.errors:
                    one.errors = [gettext("Please fill this in.")]
            fine = False
        return fine
