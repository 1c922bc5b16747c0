"""Disputes as both sides see them: the list, opening one, one dispute with all that was said and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from app import clock
from app.contracts.models import Contract
from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound
from app.sales.blueprint import blueprint
from app.sales.disputes import evidence, exchange
from app.sales.disputes.exchange import Said, get_dispute
from app.sales.disputes.models import REASONS, RUNNING, Dispute, DisputeFile, DisputeStatus
from app.sales.disputes.subjects import has_part, lines_of
from app.sales.forms import AnswerForm, LineForm, MissingForm, SaidForm
from app.sales.models import Sale
from app.users.models import Brand
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import choices, query_args
from app.web.downloads import download
from app.web.fields import words_of


@party_page(blueprint, "GET", "disputes")
def disputes(party: Party) -> ResponseReturnValue:
    """The side's disputes, the newest first, each with what it waits for."""
    query = exchange.disputes_of(party.owner).options(joinedload(Dispute.brand), joinedload(Dispute.creator))
    if status := query_args.choice(request.args, "status", [*DisputeStatus]):
        query = query.where(Dispute.status == status)
    if order := query_args.text(request.args, "q"):
        query = query.where(Dispute.order_ref == order)
    return render_template(
        "sales/disputes/disputes.html",
        party=party,
        pagination=db.paginate(query),
        statuses=choices.options(DisputeStatus),
        filtered=any(request.args.get(name) for name in ("status", "q")),
    )


@party_page(blueprint, "GET", "disputes/new", DEALERS)
def dispute_new(party: Party) -> ResponseReturnValue:
    """Asks what is wrong with a line (`sale`, of `brand`), or about an order that a creator misses (`order`)."""
    sale, brand = _subject(party)
    form: SaidForm = _line_form(party) if sale else MissingForm(order=request.args.get("order", ""))
    return _asking(party, sale, brand, form)


@party_page(blueprint, "POST", "disputes", DEALERS)
def dispute_create(party: Party) -> ResponseReturnValue:
    """Opens it. Sent twice, the second is refused: there is one dispute of a pair about a line."""
    sale, brand = _subject(party)
    form: Any = _line_form(party) if sale else MissingForm()
    if not form.validate_on_submit():
        return _asking(party, sale, brand, form), 422
    about: dict[str, Any] = {"by": party.person, "at": clock.now()}
    try:
        said = _said(form)
        if sale:
            creator = party.creator if party.side == Side.CREATOR else None
            made = exchange.open_about_line(party.side, creator, sale, form.reason.data, said, **about)
        else:
            given = (form.order.data, form.sold_on.data, said)
            made = exchange.open_about_missing(party.creator, brand, *given, **about)
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _asking(party, sale, brand, form), error.status
    db.session.commit()
    flash(gettext("Dispute opened. The other side has been told, and has time to answer."), "success")
    return redirect(party.url("dispute", dispute=made.public_id), 303)


@party_page(blueprint, "GET", "disputes/<uuid:dispute>")
def dispute(party: Party, dispute: UUID) -> ResponseReturnValue:
    """One dispute: all that was said, what comes next and until when."""
    return _page(party, get_dispute(dispute, party.owner))


@party_page(blueprint, "GET", "disputes/<uuid:dispute>/files/<uuid:file>")
def dispute_file(party: Party, dispute: UUID, file: UUID) -> ResponseReturnValue:
    """Evidence that the side may see, as a file."""
    return hand_over(exchange.file_of(get_dispute(dispute, party.owner), file, side=party.side))


@party_page(blueprint, "POST", "disputes/<uuid:dispute>/answer", DEALERS)
def dispute_answer(party: Party, dispute: UUID) -> ResponseReturnValue:
    """The side that was asked answers, or agrees."""
    form = AnswerForm()

    def deed(target: Dispute, **who: Any) -> object:
        return exchange.answer(target, _said(form), agree=bool(form.agree.data), **who)

    return _filled(party, dispute, form, deed, gettext("Answer sent."))


@party_page(blueprint, "POST", "disputes/<uuid:dispute>/add", DEALERS)
def dispute_add(party: Party, dispute: UUID) -> ResponseReturnValue:
    """Something more, while it runs."""
    form = SaidForm()

    def deed(target: Dispute, **who: Any) -> object:
        return exchange.add(target, _said(form), **who)

    return _filled(party, dispute, form, deed, gettext("Added. The other side can read it."))


@party_page(blueprint, "POST", "disputes/<uuid:dispute>/appeal", DEALERS)
def dispute_appeal(party: Party, dispute: UUID) -> ResponseReturnValue:
    """Who lost asks for a second look."""
    form = SaidForm()

    def deed(target: Dispute, **who: Any) -> object:
        return exchange.appeal(target, _said(form), **who)

    return _filled(party, dispute, form, deed, gettext("Appeal sent. Somebody else decides."))


@party_page(blueprint, "POST", "disputes/<uuid:dispute>/retract", DEALERS)
def dispute_retract(party: Party, dispute: UUID) -> ResponseReturnValue:
    """Who opened it takes it back."""
    return _done(party, dispute, exchange.retract, gettext("Taken back."))


def hand_over(file: DisputeFile) -> Response:
    """The file as a download, so that nothing of it runs in a page of ours."""
    return download(file.body, file.name, file.media_type)


def _said(form: SaidForm) -> Said:
    return Said(form.body.data or "", evidence.read(form.files.data or []), shared=not form.private.data)


def _filled(
    party: Party, dispute: UUID, form: FlaskForm, deed: Callable[..., object], sentence: str
) -> ResponseReturnValue:
    target = get_dispute(dispute, party.owner)
    if not form.validate_on_submit():
        return _page(party, target, form), 422
    return _done(party, dispute, deed, sentence, form)


def _done(
    party: Party, dispute: UUID, deed: Callable[..., object], sentence: str, form: FlaskForm | None = None
) -> ResponseReturnValue:
    """Does it and says so on the dispute's page, or why it could not be done."""
    target = get_dispute(dispute, party.owner)
    try:
        deed(target, side=party.side, by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _page(party, get_dispute(dispute, party.owner), form, refusal=error.sentence), error.status
    db.session.commit()
    flash(sentence, "success")
    return redirect(party.url("dispute", dispute=dispute), 303)


def _page(party: Party, target: Dispute, sent: FlaskForm | None = None, *, refusal: str = "") -> str:
    at = clock.now()
    opens = target.status == DisputeStatus.OPEN and target.answers == party.side and at < target.answer_by
    lost = target.status == DisputeStatus.DECIDED and target.loser == party.side and target.appealed_at is None
    appeals = lost and target.appeal_by is not None and at < target.appeal_by
    form = sent or (AnswerForm(formdata=None) if opens else SaidForm(formdata=None))
    return render_template(
        "sales/disputes/dispute.html",
        party=party,
        dispute=target,
        at=at,
        messages=exchange.messages_of(target),
        may_see=exchange.may_see,
        lines=_lines(party, target),
        form=form,
        refusal=refusal,
        step="answer" if opens else "add" if target.status in RUNNING else "appeal" if appeals else "",
        may_retract=target.opened_by == party.side and target.status in RUNNING[:2] and target.decided_at is None,
    )


def _lines(party: Party, target: Dispute) -> list[Any]:
    """The lines with a page that the side may open: a creator's only where they have a part."""
    lines = lines_of(target)
    if party.side == Side.BRAND:
        return lines
    return [each for each in lines if has_part(raw(), target.brand_id, each.id, [target.creator_id])]


def _line_form(party: Party) -> LineForm:
    form = LineForm()
    form.reason.choices = words_of(REASONS[Side(party.side)])()
    return form


def _subject(party: Party) -> tuple[Sale | None, Brand]:
    """The sale of the address, when the side may dispute it, and its brand; or the brand of a missing order."""
    if party.side == Side.BRAND:
        brand = party.brand
    else:
        chosen = query_args.identifier(request.args, "brand")
        pair = exists().where(Contract.brand_id == Brand.id, Contract.creator_id == party.owner.id)
        found = db.session.scalar(select(Brand).where(Brand.public_id == chosen, pair))
        if found is None:
            raise NotFound(gettext("There is no such brand, or it is not yours."))
        brand = found
    number = query_args.whole(request.args, "sale")
    if number is None and party.side == Side.CREATOR:
        return None, brand
    sale = db.session.get(Sale, (brand.id, number)) if number is not None else None
    if sale is None or (party.side == Side.CREATOR and not has_part(raw(), brand.id, sale.id, [party.owner.id])):
        raise NotFound(gettext("There is no such sale, or it is not yours."))
    return sale, brand


def _asking(party: Party, sale: Sale | None, brand: Brand, form: FlaskForm) -> str:
    asked = {name: request.args[name] for name in ("brand", "sale") if request.args.get(name)}
    back = party.url_if("missing_order")
    if sale:
        back = url_for("desks.why", brand=brand.public_id, sale=sale.id)
    return render_template(
        "sales/disputes/dispute_new.html", party=party, sale=sale, brand=brand, form=form, back=back, asked=asked
    )
