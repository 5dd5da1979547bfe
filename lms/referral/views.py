"""What a person takes to another school: she chooses, sees what it will say, has it signed, and takes it back."""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms.accounts import throttle
from lms.accounts.access import current_person, signed_in
from lms.accounts.models import Programme
from lms.accounts.qr import qr_data_uri
from lms.core.chores import DAILY, Chore, keep_house
from lms.core.db import db
from lms.core.errors import NotFound, PasserelleError
from lms.programmes.forms import options
from lms.referral import pages, services
from lms.referral.access import access_my_programme, access_own_referral, access_page, access_signed
from lms.referral.envelope import TYPE
from lms.referral.evidence import Piece, pieces_of, programmes_of
from lms.referral.forms import ReferralForm
from lms.referral.models import Purpose, Referral
from lms.referral.pages import Document
from lms.referral.receivers import Receiver, known_receivers, read_receiver
from lms.referral.receiving import imports_about, readings_of
from lms.referral.retention import erase_what_is_over
from lms.referral.services import Wish

bp = Blueprint("referral", __name__, template_folder="templates")
bp.add_app_template_filter(pages.long_day, "long_day")
bp.add_app_template_filter(pages.hours_of, "hours_of")
bp.add_app_template_filter(pages.grouped, "in_groups")

PAGE_ACTIONS = ("open", "close")


def init_app(app: Flask) -> None:
    """Erase what is over, though nobody opens a page."""
    keep_house(app, Chore("referral.tidy", DAILY, erase_what_is_over))


@bp.get("/referrals")
@signed_in
def mine() -> str:
    """What she takes along, and what came here about her."""
    person = current_person()
    imports = imports_about(person)
    return render_template(
        "referral/mine.html",
        programmes=programmes_of(person),
        referrals=services.referrals_of(person),
        imports=imports,
        readings=readings_of(imports),
        statuses=pages.status_words(),
        import_statuses=pages.import_words(),
        purposes=pages.purpose_words(),
    )


@bp.route("/referrals/new/<programme_slug>", methods=["GET", "POST"])
def new(programme_slug: str) -> AnyResponse | str | tuple[str, int]:
    """Choose what goes along."""
    return _choose(access_my_programme(programme_slug), None)


@bp.route("/referrals/<referral_id>/edit", methods=["GET", "POST"])
def edit(referral_id: str) -> AnyResponse | str | tuple[str, int]:
    """Choose again, as long as nothing is signed; or accept what a coordinator suggested."""
    referral = access_own_referral(referral_id)
    if referral.jti is not None:
        raise NotFound
    return _choose(access_my_programme(referral.programme.slug), referral)


@bp.get("/referrals/<referral_id>")
def show(referral_id: str) -> str:
    """Exactly what it will say, or says."""
    return _show_page(access_own_referral(referral_id))


@bp.post("/referrals/<referral_id>/sign")
def sign(referral_id: str) -> AnyResponse | tuple[str, int]:
    """Have the school sign what she has seen."""
    referral = access_own_referral(referral_id)
    version = request.form.get("version", type=int) or 0
    try:
        services.sign(referral, version)
        erase_what_is_over()
    except (services.DraftChanged, services.TooMuchChosen, services.TooManyReferrals) as error:
        db.session.rollback()
        return _show_page(access_own_referral(referral_id), str(error.sentence)), error.status
    db.session.commit()
    flash(gettext("Signed. Nothing is sent: you have the file, and you give it to whom you want."), "success")
    return redirect(url_for(".show", referral_id=referral_id), 303)


@bp.post("/referrals/<referral_id>/withdraw")
def withdraw(referral_id: str) -> AnyResponse:
    """Take it back, at once."""
    referral = access_own_referral(referral_id)
    services.withdraw(referral)
    db.session.commit()
    flash(gettext("Withdrawn. It does not count any more, and its page is closed."), "success")
    return redirect(url_for(".show", referral_id=referral_id), 303)


@bp.post("/referrals/<referral_id>/remove")
def remove(referral_id: str) -> AnyResponse:
    """No to a suggestion, or a draft that she does not want."""
    referral = access_own_referral(referral_id)
    services.decline(referral)
    services.drop_draft(referral)
    db.session.commit()
    return redirect(url_for(".mine"), 303)


@bp.post("/referrals/<referral_id>/page")
def change_page(referral_id: str) -> AnyResponse:
    """Open a page on which anybody with the code can verify it, or close it."""
    referral = access_signed(referral_id)
    action = request.form.get("action", "")
    if action not in PAGE_ACTIONS:
        raise NotFound
    if action == "open":
        services.open_page(referral)
    else:
        services.close_page(referral)
    db.session.commit()
    return redirect(url_for(".show", referral_id=referral_id, _anchor="page"), 303)


@bp.get("/referrals/<referral_id>/file")
def file(referral_id: str) -> Response:
    """The signed file."""
    return file_answer(access_signed(referral_id))


@bp.get("/referrals/<referral_id>/print")
def print_view(referral_id: str) -> str:
    """On paper, in her language and the receiver's, with the way to verify it."""
    referral = access_signed(referral_id)
    link = page_link(referral)
    tags = dict.fromkeys([None, referral.receiver_language])
    documents = list(dict.fromkeys(pages.document(document_of(referral), tag) for tag in tags))
    return render_template(
        "referral/print.html",
        referral=referral,
        documents=documents,
        link=link,
        qr=qr_data_uri(link) if link else "",
        code=services.page_code(referral) if link else "",
    )


def document_of(referral: Referral) -> Document:
    """A referral as a person reads it."""
    if referral.valid_until is None or referral.purpose is None:
        raise NotFound
    return Document(
        school=referral.programme.name,
        receiver=referral.receiver_name,
        receiver_address=referral.receiver,
        purpose=referral.purpose,
        valid_from=referral.signed_at,
        valid_until=referral.valid_until,
        content=services.content_of(referral),
    )


def file_answer(referral: Referral) -> Response:
    """The signed file, to be kept."""
    response = make_response(referral.token)
    response.mimetype = f"application/{TYPE}"
    # No name of hers: file names travel.
    response.headers["Content-Disposition"] = (
        f'attachment; filename="referral-{(referral.jti or "")[-8:]}.jwt"'
    )
    return response


def page_by_code(code: str) -> Referral:
    """Count the try, then look: a code is not to be found by trying."""
    address = throttle.address_key(request.remote_addr)
    throttle.count_address(address)
    db.session.commit()
    try:
        referral = access_page(code)
    except NotFound as error:
        raise NotFound(
            gettext("Nothing can be verified with this code. It is wrong, or the person has closed the page.")
        ) from error
    throttle.forgive_address(address)
    db.session.commit()
    return referral


def page_link(referral: Referral) -> str:
    """The address of its public page; empty while there is none."""
    if referral.page_hash is None:
        return ""
    return url_for("referral.verified", code=services.page_code(referral), _external=True)


def _show_page(referral: Referral, problem: str | None = None) -> str:
    has_content = bool(referral.content) and referral.valid_until is not None
    link = page_link(referral)
    return render_template(
        "referral/show.html",
        referral=referral,
        document=pages.document(document_of(referral)) if has_content else None,
        statuses=pages.status_words(),
        purposes=pages.purpose_words(),
        problem=problem,
        link=link,
        code=services.page_code(referral) if link else "",
        qr=qr_data_uri(link) if link else "",
    )


def _choose(programme: Programme, referral: Referral | None) -> AnyResponse | str | tuple[str, int]:
    person = current_person()
    pieces = pieces_of(person, programme)
    receivers = known_receivers(programme)
    form = ReferralForm()
    form.receiver.choices = options(receivers.choices())
    form.receiver_language.choices = options(pages.language_choices())
    form.chosen.choices = options((piece.key, piece.about) for piece in pieces)
    if not form.is_submitted():
        _fill(form, referral, receivers.value_of(referral.receiver) if referral is not None else None)
        return _choose_page(form, programme, referral, pieces)
    sound = form.validate()
    receiver = read_receiver(form, receivers)
    if not sound or receiver is None:
        return _choose_page(form, programme, referral, pieces), 422
    try:
        draft = services.lay_down(person, programme, _wish(form, receiver), referral)
        db.session.commit()
    except PasserelleError as error:
        db.session.rollback()
        form.chosen.errors = [str(error.sentence)]
        return _choose_page(form, programme, referral, pieces), error.status
    return redirect(url_for(".show", referral_id=draft.public_id), 303)


def _wish(form: ReferralForm, receiver: Receiver) -> Wish:
    return Wish(
        receiver=receiver.address,
        receiver_name=receiver.name,
        receiver_language=form.receiver_language.data,
        purpose=Purpose(form.purpose.data),
        days=int(form.days.data),
        chosen=tuple(form.chosen.data or ()),
        statement=form.statement.data or "",
    )


def _fill(form: ReferralForm, referral: Referral | None, known: str | None) -> None:
    if referral is None:
        return
    form.receiver.data = known
    form.receiver_name.data = referral.receiver_name
    form.address.data = referral.receiver
    form.receiver_language.data = referral.receiver_language
    form.purpose.data = referral.purpose
    form.chosen.data = referral.chosen
    form.statement.data = referral.statement


def _choose_page(
    form: ReferralForm, programme: Programme, referral: Referral | None, pieces: list[Piece]
) -> str:
    return render_template(
        "referral/choose.html",
        form=form,
        programme=programme,
        referral=referral,
        pieces=[(piece, pages.piece_words(piece)) for piece in pieces],
    )
