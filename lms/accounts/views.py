"""Joining, signing in and out, switching person on a shared device, the language, and one's own settings."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from lms.accounts import devices, services, throttle
from lms.accounts.access import cohorts_of, current_person, signed_in
from lms.accounts.forms import CodeForm, NameForm, NewPersonForm, NewSecretForm, SecretForm, SignInForm
from lms.accounts.models import Cohort, User
from lms.accounts.secrets import WeakSecret, secret_is_right
from lms.accounts.security import end_session, start_session
from lms.core.db import db
from lms.core.errors import NotFound, SignInNeeded, TooMany, error_page, wants_json
from lms.core.i18n import current_language, remember_language, use_language
from lms.core.nexturl import safe_next

bp = Blueprint("accounts", __name__, template_folder="templates")

# In the session: the code of the class that is being joined; the person a card or a switch has named.
JOINING = "joining"
NAMED = "named"


def init_app(app: Flask) -> None:
    """Send whoever is not signed in to the sign-in page."""
    app.register_error_handler(SignInNeeded, _ask_to_sign_in)


@bp.get("/")
def index() -> Response | str:
    """Home for who is signed in; else the way in."""
    if current_user.is_authenticated:
        return redirect(_home(current_person()), 303)
    if devices.known_ids():
        return redirect(url_for("accounts.people"), 303)
    return render_template("accounts/welcome.html", form=CodeForm(formdata=None))


@bp.route("/join", methods=["GET", "POST"])
def join() -> Response | str | tuple[str, int]:
    """Give the code of a class; a QR code on the wall brings it along."""
    form = CodeForm()
    if not form.is_submitted():
        form.code.data = services.tidy_code(request.args.get("code", ""))
        return render_template("accounts/join.html", form=form)
    if not form.validate():
        return render_template("accounts/join.html", form=form), 422
    try:
        cohort = _cohort_by_code(form.code.data)
    except services.WrongCode as error:
        form.code.errors = [error.sentence]
        return render_template("accounts/join.html", form=form), 422
    session[JOINING] = cohort.join_code
    return redirect(url_for("accounts.join_name"), 303)


@bp.route("/join/name", methods=["GET", "POST"])
def join_name() -> Response | str | tuple[str, int]:
    """Choose a name to be called by and a secret; or, when signed in, confirm."""
    try:
        cohort = services.open_cohort(str(session.get(JOINING, "")))
    except services.WrongCode as error:
        return _cannot_join(error) if session.get(JOINING) else redirect(url_for("accounts.join"), 303)
    if current_user.is_authenticated:
        return _join_again(cohort, current_person())
    form = NewPersonForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("accounts/join_name.html", form=form, cohort=cohort), status
    user = _new_person(form, cohort)
    if user is None:
        return render_template("accounts/join_name.html", form=form, cohort=cohort), 422
    return _signed_in_as(user, _home(user))


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """Come back: by class code and name, or with the person already named by a card or a switch."""
    if request.args.get("other"):
        session.pop(NAMED, None)
    named = services.find_by_public_id(str(session[NAMED])) if NAMED in session else None
    by_code = "name" in request.form
    form = SecretForm() if named is not None and not by_code else SignInForm()
    going = safe_next(request.values.get("next"), "")
    if not form.is_submitted():
        if isinstance(form, SignInForm):
            form.code.data = services.tidy_code(request.args.get("code", ""))
        return render_template("accounts/sign_in.html", form=form, named=named, next=going)
    status = 422
    if form.validate():
        user = (
            named
            if isinstance(form, SecretForm)
            else services.find_person(form.code.data or "", form.name.data)
        )
        claimed = "" if isinstance(form, SecretForm) else f"{form.code.data}|{form.name.data}"
        try:
            if _is_right(user, claimed, form.secret.data) and user is not None:
                return _signed_in_as(user, going or _home(user))
            form.secret.errors = [
                gettext("Code, name and PIN do not fit together. Check all three and try again.")
            ]
        except TooMany as error:
            status = error.status
            form.secret.errors = [
                gettext(
                    "Too many tries. Wait %(seconds)s seconds, or ask your teacher for a new PIN.",
                    seconds=error.seconds,
                )
            ]
    named = named if isinstance(form, SecretForm) else None
    return render_template("accounts/sign_in.html", form=form, named=named, next=going), status


@bp.get("/card/<token>")
def card(token: str) -> Response:
    """The address in the QR code of a printed card: it names the person; the PIN is still asked for."""
    address = throttle.address_key(request.remote_addr)
    throttle.count_address(address)
    db.session.commit()
    user = services.find_by_card(token)
    if user is None:
        raise NotFound(gettext("This card is not valid any more. Ask your teacher for a new one."))
    throttle.forgive_address(address)
    db.session.commit()
    end_session()
    session[NAMED] = user.public_id
    db.session.commit()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the session on this device."""
    end_session()
    db.session.commit()
    return redirect(url_for("accounts.index"), 303)


@bp.get("/people")
def people() -> str:
    """Who has signed in on this device: names only."""
    return render_template("accounts/people.html", people=devices.known_people())


@bp.post("/people")
def change_people() -> Response:
    """Switch to another person of this device (her PIN is asked for), or take one off the list."""
    public_id = request.form.get("person", "")
    if public_id not in devices.known_ids():
        raise NotFound
    if request.form.get("action") == "forget":
        response = redirect(url_for("accounts.people"), 303)
        devices.forget(response, public_id)
        return response
    end_session()
    session[NAMED] = public_id
    db.session.commit()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/language")
def language() -> Response:
    """Choose a language; it is kept with the person, and on the device."""
    tag = request.form.get("lang", "")
    if not use_language(tag):
        raise NotFound
    response = redirect(safe_next(request.form.get("next"), url_for("accounts.index")), 303)
    remember_language(response, tag)
    if current_user.is_authenticated:
        current_person().language = tag
        db.session.commit()
    return response


@bp.get("/me")
@signed_in
def me() -> str:
    """One's own settings."""
    return _settings_page(NameForm(formdata=None, obj=current_person()), NewSecretForm(formdata=None))


@bp.post("/me/name")
@signed_in
def change_name() -> Response | tuple[str, int]:
    """Be called something else."""
    form = NameForm()
    if form.validate():
        try:
            services.rename(current_person(), form.name.data)
            db.session.commit()
            flash(gettext("Your name is changed."), "success")
            return redirect(url_for("accounts.me"), 303)
        except services.NameNotUsable as error:
            db.session.rollback()
            form.name.errors = [error.sentence]
    return _settings_page(form, NewSecretForm(formdata=None)), 422


@bp.post("/me/secret")
@signed_in
def change_secret() -> Response | tuple[str, int]:
    """Take another PIN or passphrase; every other session ends."""
    user = current_person()
    form = NewSecretForm()
    if form.validate() and _accept_new_secret(form, user):
        start_session(user)
        db.session.commit()
        flash(
            gettext("Your PIN or passphrase is changed. You are signed out on all other devices."), "success"
        )
        return redirect(url_for("accounts.me"), 303)
    return _settings_page(NameForm(formdata=None, obj=user), form), 422


def _settings_page(name_form: NameForm, secret_form: NewSecretForm) -> str:
    user = current_person()
    return render_template(
        "accounts/me.html",
        name_form=name_form,
        secret_form=secret_form,
        person=user,
        cohorts=cohorts_of(user),
    )


def _accept_new_secret(form: NewSecretForm, user: User) -> bool:
    try:
        if not _is_right(user, "", form.current.data):
            form.current.errors = [gettext("This is not your PIN or passphrase.")]
            return False
        if form.secret.data != form.again.data:
            form.again.errors = [gettext("The two are not the same.")]
            return False
        services.change_secret(user, form.secret.data)
    except WeakSecret as error:
        form.secret.errors = [error.sentence]
        return False
    except TooMany as error:
        form.current.errors = [error.sentence]
        return False
    return True


def _is_right(user: User | None, claimed: str, secret: str) -> bool:
    """Count the attempt, then look at the secret. The count is committed first: see lms.accounts.throttle."""
    key = throttle.person_key(user, claimed, known_device=devices.is_known(user))
    address = throttle.address_key(request.remote_addr)
    throttle.count_attempt(key, address)
    db.session.commit()
    if not secret_is_right(user, secret):
        return False
    throttle.forgive(key, address)
    return True


def _cohort_by_code(code: str) -> Cohort:
    address = throttle.address_key(request.remote_addr)
    throttle.count_address(address)
    db.session.commit()
    cohort = services.open_cohort(code)
    throttle.forgive_address(address)
    db.session.commit()
    return cohort


def _new_person(form: NewPersonForm, cohort: Cohort) -> User | None:
    if form.secret.data != form.again.data:
        form.again.errors = [gettext("The two are not the same.")]
        return None
    try:
        return services.join(cohort, form.name.data, form.secret.data, current_language().tag)
    except services.NameNotUsable as error:
        form.name.errors = [error.sentence]
    except services.ClassFull as error:
        form.name.errors = [error.sentence]
    except WeakSecret as error:
        form.secret.errors = [error.sentence]
    db.session.rollback()
    return None


def _cannot_join(error: services.WrongCode) -> tuple[str, int]:
    """The class was closed, or filled up, after she gave its code."""
    form = CodeForm(formdata=None)
    form.code.data = session.pop(JOINING)
    form.code.errors = [error.sentence]
    return render_template("accounts/join.html", form=form), 422


def _join_again(cohort: Cohort, user: User) -> Response | str | tuple[str, int]:
    """Someone who has an account joins another class with it."""
    if request.method != "POST":
        return render_template("accounts/join_again.html", cohort=cohort, person=user, error=None)
    try:
        services.enrol(user, cohort)
    except (services.NameNotUsable, services.ClassFull) as error:
        db.session.rollback()
        return render_template(
            "accounts/join_again.html", cohort=cohort, person=user, error=error.sentence
        ), 422
    db.session.commit()
    session.pop(JOINING, None)
    return redirect(_home(user), 303)


def _signed_in_as(user: User, target: str) -> Response:
    start_session(user)
    db.session.commit()
    if user.secret_is_temporary:
        flash(gettext("Your teacher made this PIN. Choose one of your own in your settings."), "warning")
    response = redirect(target, 303)
    devices.remember(response, user)
    if user.language:
        remember_language(response, user.language)
    return response


def _home(user: User) -> str:
    return f"{request.script_root}/classes" if user.is_staff else f"{request.script_root}/courses"


def _ask_to_sign_in(error: SignInNeeded) -> Response:
    if wants_json() or request.method not in {"GET", "HEAD"}:
        return error_page(error)
    here = request.full_path if request.query_string else request.path
    return redirect(url_for("accounts.sign_in", next=here), 303)
