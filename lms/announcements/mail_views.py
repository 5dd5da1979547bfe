"""A person's choice about mail, the link that confirms a mailbox, and the one that stops mail."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person, signed_in
from lms.announcements import choices
from lms.announcements.forms import MailForm
from lms.announcements.mailing import checked_email, person_of_confirm_token, person_of_stop_token
from lms.announcements.views import bp
from lms.core.db import db
from lms.core.errors import NotFound


@bp.route("/me/mail", methods=["GET", "POST"])
@signed_in
def my_mail() -> Response | str | tuple[str, int]:
    """Whether she wants mail, where, and when not."""
    person = current_person()
    choice = choices.choice_of(person)
    form = MailForm(obj=choice)
    if not form.is_submitted():
        form.email.data = choice.new_email or person.email or ""
        return _page(form)
    fine = form.validate()
    typed = (form.email.data or "").strip()
    email = checked_email(typed) if typed else ""
    if email is None:
        form.email.errors = [gettext("This is not an e-mail address.")]
    elif form.wanted.data and not email:
        form.email.errors = [gettext("To send you e-mail we need your address.")]
    if not fine or form.email.errors or email is None:
        return _page(form), 422
    asked = choices.choose_mail(
        person,
        email=email,
        wanted=bool(form.wanted.data),
        quiet_from=form.quiet_from.data,
        quiet_until=form.quiet_until.data,
    )
    db.session.commit()
    if asked:
        flash(
            gettext("We have sent you a mail. Open the link in it, and the address is confirmed."), "success"
        )
    else:
        flash(gettext("Your choice is kept."), "success")
    return redirect(url_for(".my_mail"), 303)


@bp.route("/mail/confirm/<token>", methods=["GET", "POST"])
def confirm_mail(token: str) -> str:
    """The link of a confirmation. A button does it: mail programs open links by themselves."""
    named = person_of_confirm_token(token)
    if named is None:
        raise NotFound(gettext("This link is too old. Ask for a new one in your settings."))
    if request.method != "POST":
        return render_template("announcements/link.html", what="confirm", done=False)
    done = choices.confirm_email(*named)
    db.session.commit()
    if not done:
        raise NotFound(gettext("This link is too old. Ask for a new one in your settings."))
    return render_template("announcements/link.html", what="confirm", done=True)


@bp.route("/mail/stop/<token>", methods=["GET", "POST"])
def stop_mail(token: str) -> str:
    """Stop mail without signing in: by the button of the page, or by that of a mail program (RFC 8058)."""
    public_id = person_of_stop_token(token)
    if public_id is None:
        raise NotFound
    if request.method != "POST":
        return render_template("announcements/link.html", what="stop", done=False)
    choices.stop_mail(public_id)
    db.session.commit()
    return render_template("announcements/link.html", what="stop", done=True)


def _page(form: MailForm) -> str:
    person = current_person()
    return render_template(
        "announcements/mail.html",
        form=form,
        choice=choices.choice_of(person),
        person=person,
        mail_is_on=bool(current_app.config["SMTP_URL"]),
    )
