"""For coordinators: referrals that came to a programme, the schools it trusts, and suggesting one to a student."""

from __future__ import annotations

import json

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.accounts.models import Cohort, Enrolment, Programme
from lms.accounts.qr import qr_data_uri
from lms.core.db import db, utcnow
from lms.core.errors import Conflict, NotFound, PasserelleError
from lms.core.paging import page_of
from lms.programmes.access import access_own_cohort, access_place, access_programme
from lms.programmes.forms import options
from lms.referral import online, pages, receiving, schools, services
from lms.referral.access import access_import, access_school
from lms.referral.envelope import PublicKey
from lms.referral.forms import BringForm, ListForm, SchoolForm, SuggestForm
from lms.referral.incoming import read_package
from lms.referral.keys import published_keys
from lms.referral.models import ImportStatus, Purpose, ReferralImport
from lms.referral.received_views import document_of
from lms.referral.receivers import known_receivers, read_receiver
from lms.referral.refusals import Refused
from lms.referral.retention import erase_what_is_over
from lms.referral.sites import programme_address, site_address
from lms.referral.views import bp, page_by_code


@bp.get("/programmes/<programme>/referrals")
def incoming(programme: str) -> str:
    """What came in, and the way to bring in more."""
    form = BringForm(formdata=None)
    del form.programme
    return _incoming_page(access_programme(programme), form)


@bp.post("/programmes/<programme>/referrals")
def take_in(programme: str) -> Response | tuple[str, int]:
    """Verify a file and keep it for the person whom it is about."""
    found = access_programme(programme)
    form = BringForm()
    del form.programme
    if not form.validate():
        return _incoming_page(found, form), 422
    try:
        imported = receiving.bring(
            read_package(form, page_by_code), found, Purpose(form.purpose.data), current_person()
        )
        erase_what_is_over()
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        form.text.errors = [str(error.sentence)]
        return _incoming_page(found, form), error.status
    flash(
        gettext("The signature is right. Now the person confirms it: make a code on paper for them."),
        "success",
    )
    return redirect(url_for(".show_import", programme=programme, import_id=imported.public_id), 303)


@bp.get("/programmes/<programme>/referrals/<import_id>")
def show_import(programme: str, import_id: str) -> str:
    """What a person has confirmed; before that, only that something is there. Reading leaves a trace she sees."""
    imported = access_import(access_programme(programme), import_id)
    return _import_page(imported)


@bp.post("/programmes/<programme>/referrals/<import_id>")
def change_import(programme: str, import_id: str) -> Response | str:
    """A code on paper for the person, shown this once; or erase it."""
    imported = access_import(access_programme(programme), import_id)
    match request.form.get("action"):
        case "code":
            try:
                code = receiving.new_claim_code(imported)
            except Conflict:
                return redirect(url_for(".show_import", programme=programme, import_id=import_id), 303)
            db.session.commit()
            return _import_page(access_import(access_programme(programme), import_id), code)
        case "erase":
            receiving.end(imported, ImportStatus.ERASED)
            db.session.commit()
            flash(gettext("Erased."), "success")
            return redirect(url_for(".incoming", programme=programme), 303)
        case _:
            raise NotFound


@bp.get("/programmes/<programme>/schools")
def trusted_schools(programme: str) -> str:
    """The schools whose signature counts, and this site's own keys to hand out."""
    return _schools_page(access_programme(programme), SchoolForm())


@bp.post("/programmes/<programme>/schools")
def trust_school(programme: str) -> Response | tuple[str, int]:
    """Take a school's keys, once the fingerprint that it told fits."""
    found, form = access_programme(programme), SchoolForm()
    if not form.validate():
        return _schools_page(found, form), 422
    try:
        schools.trust(
            found,
            current_person(),
            name=form.name.data,
            address=form.address.data,
            keys_text=form.keys.data,
            told=form.told.data,
        )
        db.session.commit()
    except (schools.NotASchool, schools.OwnSite) as error:
        return _refused_school(found, form, form.address, error)
    except schools.KeysUnreadable as error:
        return _refused_school(found, form, form.keys, error)
    except (schools.FingerprintDiffers, Conflict) as error:
        return _refused_school(found, form, form.told, error)
    flash(gettext("Saved. Referrals that this school signs are taken from now on."), "success")
    return redirect(url_for(".trusted_schools", programme=programme), 303)


@bp.post("/programmes/<programme>/schools/<school_id>")
def change_school(programme: str, school_id: str) -> Response:
    """Learn what it has withdrawn, from a file or by asking its site; or trust it no longer."""
    school = access_school(access_programme(programme), school_id)
    try:
        match request.form.get("action"):
            case "list":
                _say_ended(schools.take_list(school, read_package(ListForm())))
            case "ask" if school.online:
                _say_ended(schools.take_list(school, online.fetch_list(school.issuer)))
            case "online" | "offline" as wanted:
                school.online = wanted == "online"
            case "forget":
                schools.forget(school)
                flash(gettext("This school's signature does not count any more."), "success")
            case _:
                raise NotFound
        db.session.commit()
    except (Refused, online.NoAnswer) as error:
        db.session.rollback()
        flash(str(error.sentence), "error")
    return redirect(url_for(".trusted_schools", programme=programme), 303)


@bp.route("/classes/<cohort_id>/people/<person_id>/referral", methods=["GET", "POST"])
def suggest(cohort_id: str, person_id: str) -> Response | str | tuple[str, int]:
    """Suggest another school to a student. What goes along, she decides."""
    cohort = access_own_cohort(cohort_id)
    place = access_place(cohort, person_id)
    receivers = known_receivers(cohort.programme)
    form = SuggestForm()
    form.receiver.choices = options(receivers.choices())
    if not form.is_submitted():
        return _suggest_page(cohort, place, form)
    sound = form.validate()
    receiver = read_receiver(form, receivers)
    if not sound or receiver is None:
        return _suggest_page(cohort, place, form), 422
    try:
        services.suggest(
            place.user,
            cohort.programme,
            current_person(),
            receiver=receiver.address,
            receiver_name=receiver.name,
            message=form.message.data or "",
        )
        db.session.commit()
    except services.TooManyReferrals as error:
        db.session.rollback()
        form.message.errors = [str(error.sentence)]
        return _suggest_page(cohort, place, form), error.status
    flash(gettext("The student finds your suggestion under “My referrals”, and decides."), "success")
    return redirect(url_for("programmes.show_person", cohort_id=cohort_id, person_id=person_id), 303)


def _say_ended(count: int) -> None:
    if count:
        words = ngettext(
            "The list is taken. %(num)s referral here is withdrawn by it, and erased.",
            "The list is taken. %(num)s referrals here are withdrawn by it, and erased.",
            count,
        )
    else:
        words = gettext("The list is taken. Nothing of what is here is withdrawn.")
    flash(words, "success")


def _incoming_page(programme: Programme, form: BringForm) -> str:
    return render_template(
        "referral/incoming.html",
        programme=programme,
        form=form,
        page=page_of(receiving.imports_of(programme), request.args.get("page", type=int)),
        address=programme_address(programme),
        statuses=pages.import_words(),
        purposes=pages.purpose_words(),
    )


def _import_page(imported: ReferralImport, code: str | None = None) -> str:
    readable = imported.status == ImportStatus.CONFIRMED and imported.erase_at > utcnow()
    if readable:
        receiving.note_reading(imported, current_person())
        db.session.commit()
    link = url_for("referral.claim", code=pages.grouped(code), _external=True) if code else ""
    return render_template(
        "referral/import.html",
        imported=imported,
        programme=imported.programme,
        document=pages.document(document_of(imported)) if readable else None,
        statuses=pages.import_words(),
        code=code,
        qr=qr_data_uri(link) if link else "",
    )


def _schools_page(programme: Programme, form: SchoolForm) -> str:
    own, known = published_keys(current_app.config["INSTANCE_DIR"]), schools.schools_of(programme)
    return render_template(
        "referral/schools.html",
        programme=programme,
        form=form,
        list_form=ListForm(formdata=None),
        schools=known,
        fingerprints={
            one.id: schools.fingerprint([PublicKey(key["x"]) for key in one.keys]) for one in known
        },
        trusted=schools.last_trust(known),
        site=site_address(),
        address=programme_address(programme),
        own_keys=json.dumps({"keys": [key.as_jwk() for key in own]}, indent=1),
        own_fingerprint=schools.fingerprint(own),
    )


def _refused_school(
    programme: Programme, form: SchoolForm, field: object, error: PasserelleError
) -> tuple[str, int]:
    db.session.rollback()
    field.errors = [str(error.sentence)]  # type: ignore[attr-defined]  # WTForms ships no types
    return _schools_page(programme, form), error.status


def _suggest_page(cohort: Cohort, place: Enrolment, form: SuggestForm) -> str:
    return render_template("referral/suggest.html", cohort=cohort, person=place.user, form=form)
