"""Samples as both sides see them: the list, asking for one, one sample with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload
from wtforms.fields.choices import SelectChoice

from app import clock
from app.campaigns import campaigns
from app.campaigns.models import Approach, Campaign
from app.catalog.models import Product
from app.contracts.models import Contract
from app.contracts.terms import gifts
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.formatting import unit_price
from app.samples import fulfilment, sample_record
from app.samples import samples as deeds
from app.samples.blueprint import blueprint
from app.samples.forms import (
    AskForm,
    ReasonForm,
    RulingForm,
    ShipForm,
    ShownForm,
)
from app.samples.models import Sample, SampleStatus
from app.samples.samples import SampleRequest
from app.users.models import Brand
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import choices, query_args

STATUSES = tuple("requested approved rejected lapsed retracted shipped delivered fulfilled missed appealed".split())
OFFERED = 200  # products in a list to choose from


@party_page(blueprint, "GET", "samples")
def samples(party: Party) -> ResponseReturnValue:
    """The side's samples, the newest first, each with where it stands."""
    query = deeds.samples_of(party.owner).options(joinedload(Sample.brand), joinedload(Sample.creator))
    if status := query_args.choice(request.args, "status", STATUSES):
        query = query.where(Sample.status == status)
    if words := query_args.text(request.args, "q"):
        query = query.where(or_(Sample.sku == words, Sample.product_name.icontains(words, autoescape=True)))
    pagination = db.paginate(query)
    at = clock.now()
    return render_template(
        "samples/samples.html",
        party=party,
        pagination=pagination,
        record=sample_record.record_of(party.owner.id, at) if party.side == Side.CREATOR else None,
        records_of=sample_record.records_of([each.creator_id for each in pagination.items], at),
        statuses=choices.options(STATUSES),
        filtered=any(request.args.get(name) for name in ("status", "q")),
    )


@party_page(blueprint, "GET", "samples/new", DEALERS, sides=(Side.CREATOR,))
def sample_new(party: Party) -> ResponseReturnValue:
    """First a brand, then a product of it; `brand` and `campaign` may come with the address."""
    return _asking(party, AskForm(sku=request.args.get("sku")))


@party_page(blueprint, "POST", "samples/new", DEALERS, sides=(Side.CREATOR,))
def sample_create(party: Party) -> ResponseReturnValue:
    """Asks the brand. Sent twice, the second is refused: one sample of a product at a time."""
    form, brand = AskForm(), _brand(party)
    if brand is None or not form.validate_on_submit():
        return _asking(party, form), 422
    wanted = SampleRequest(form.sku.data, form.quantity.data, form.message.data or "", _campaign(party, brand))
    try:
        requested = deeds.request(party.creator, brand, wanted, by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _asking(party, form), error.status
    db.session.commit()
    flash(gettext("Request sent. The brand decides within seven days."), "success")
    return redirect(party.url("sample", sample=requested.public_id), 303)


@party_page(blueprint, "GET", "samples/<uuid:sample>")
def sample(party: Party, sample: UUID) -> ResponseReturnValue:
    """One sample: its way so far, what comes next and until when."""
    return _page(party, deeds.get_sample(party.owner, sample))


@party_page(blueprint, "POST", "samples/<uuid:sample>/approve", DEALERS, sides=(Side.BRAND,))
def sample_approve(party: Party, sample: UUID) -> ResponseReturnValue:
    """The brand will send it."""
    return _done(party, sample, deeds.approve, gettext("Approved. Mark it as sent here when it is on its way."))


@party_page(blueprint, "POST", "samples/<uuid:sample>/reject", DEALERS, sides=(Side.BRAND,))
def sample_reject(party: Party, sample: UUID) -> ResponseReturnValue:
    """The brand does not send it."""
    form = ReasonForm()
    return _filled(party, sample, form, lambda: partial(deeds.reject, reason=form.reason.data), gettext("Rejected."))


@party_page(blueprint, "POST", "samples/<uuid:sample>/retract", DEALERS, sides=(Side.CREATOR,))
def sample_retract(party: Party, sample: UUID) -> ResponseReturnValue:
    """The creator does not want it any more."""
    return _done(party, sample, deeds.retract, gettext("Request withdrawn. The brand will not send it."))


@party_page(blueprint, "POST", "samples/<uuid:sample>/ship", DEALERS, sides=(Side.BRAND,))
def sample_ship(party: Party, sample: UUID) -> ResponseReturnValue:
    """It is on its way, and its value counts."""
    form = ShipForm()
    sentence = gettext("Sent. Its value is booked as a gift to the creator.")
    return _filled(party, sample, form, lambda: partial(deeds.ship, tracking=form.tracking.data or ""), sentence)


@party_page(blueprint, "POST", "samples/<uuid:sample>/deliver", DEALERS)
def sample_deliver(party: Party, sample: UUID) -> ResponseReturnValue:
    """It has arrived."""
    sentence = gettext("Delivered. There are 14 days from today to show it.")
    return _done(party, sample, partial(deeds.deliver, side=party.side), sentence)


@party_page(blueprint, "POST", "samples/<uuid:sample>/extend", DEALERS)
def sample_extend(party: Party, sample: UUID) -> ResponseReturnValue:
    """Seven days more."""
    return _done(party, sample, partial(fulfilment.extend, side=party.side), gettext("Extended by seven days."))


@party_page(blueprint, "POST", "samples/<uuid:sample>/shown", DEALERS)
def sample_shown(party: Party, sample: UUID) -> ResponseReturnValue:
    """It was shown: a creator says where, a brand says so."""
    form = ShownForm()

    def deed() -> Callable[..., object]:
        return partial(fulfilment.fulfil, side=party.side, proof=form.proof.data or "")

    return _filled(party, sample, form, deed, gettext("Saved. The other side can see it."))


@party_page(blueprint, "POST", "samples/<uuid:sample>/doubt", DEALERS, sides=(Side.BRAND,))
def sample_doubt(party: Party, sample: UUID) -> ResponseReturnValue:
    """What was handed in is not taken."""
    form = ReasonForm()
    sentence = gettext("Proof rejected. The creator can read why, and submit another one.")
    return _filled(party, sample, form, lambda: partial(fulfilment.doubt, reason=form.reason.data), sentence)


@party_page(blueprint, "POST", "samples/<uuid:sample>/appeal", DEALERS, sides=(Side.CREATOR,))
def sample_appeal(party: Party, sample: UUID) -> ResponseReturnValue:
    """It can't be shown."""
    form = ReasonForm()
    sentence = gettext("Appeal sent. The brand has seven days to answer; the deadline is on hold until then.")
    return _filled(party, sample, form, lambda: partial(fulfilment.appeal, reason=form.reason.data), sentence)


@party_page(blueprint, "POST", "samples/<uuid:sample>/ruling", DEALERS, sides=(Side.BRAND,))
def sample_ruling(party: Party, sample: UUID) -> ResponseReturnValue:
    """The brand's answer to an appeal."""
    form = RulingForm()

    def deed() -> Callable[..., object]:
        return partial(fulfilment.decide_appeal, ruling=form.ruling.data, note=form.note.data)

    return _filled(party, sample, form, deed, gettext("Decision saved. The creator can read it."))


def _filled(
    party: Party, sample: UUID, form: FlaskForm, deed: Callable[[], Callable[..., object]], sentence: str
) -> ResponseReturnValue:
    """Does what a form asks for, or shows what is wrong with it."""
    target = deeds.get_sample(party.owner, sample)
    if not form.validate_on_submit():
        return _page(party, target, form), 422
    return _done(party, sample, deed(), sentence, form)


def _done(
    party: Party, sample: UUID, deed: Callable[..., object], sentence: str, form: FlaskForm | None = None
) -> ResponseReturnValue:
    """Does it and says so on the sample's page, or why it could not be done."""
    try:
        deed(deeds.get_sample(party.owner, sample), by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _page(party, deeds.get_sample(party.owner, sample), form, refusal=error.sentence), error.status
    db.session.commit()
    flash(sentence, "success")
    return redirect(party.url("sample", sample=sample), 303)


def _page(party: Party, target: Sample, sent: FlaskForm | None = None, *, refusal: str = "") -> str:
    at = clock.now()
    year = clock.today(target.brand.timezone, at=at).year
    forms: dict[str, FlaskForm] = {
        "no": ReasonForm(formdata=None),
        "ship": ShipForm(formdata=None),
        "shown": ShownForm(formdata=None),
        "ruling": RulingForm(formdata=None),
    }
    kinds = {ReasonForm: "no", ShipForm: "ship", ShownForm: "shown", RulingForm: "ruling"}
    if sent is not None:
        forms[kinds[type(sent)]] = sent
    sending = party.side == Side.BRAND and target.status in (SampleStatus.REQUESTED, SampleStatus.APPROVED)
    campaign = db.session.get(Campaign, target.campaign_id) if target.campaign_id else None
    known = campaign and (party.side == Side.BRAND or campaigns.visible_to(party.creator, campaign, at=at))
    return render_template(
        "samples/sample.html",
        party=party,
        sample=target,
        at=at,
        campaign=campaign,
        campaign_page=party.url("campaign", campaign=campaign.public_id) if campaign and known else "",
        record=sample_record.record_of(target.creator_id, at),
        year=year,
        given=gifts.total(target.brand_id, target.creator_id, year, target.currency),
        findings=deeds.findings(target, at) if sending else [],
        refusal=refusal,
        **forms,
    )


def _asking(party: Party, form: AskForm) -> str:
    brand, words = _brand(party), query_args.text(request.args, "q")
    products = _products(brand, words) if brand else []
    form.sku.choices = [
        SelectChoice(each.sku, f"{each.name} ({each.sku}, {unit_price(each.price, each.currency)})")
        for each in products
    ]
    return render_template(
        "samples/sample_new.html",
        party=party,
        brand=brand,
        campaign=_campaign(party, brand) if brand else None,
        brands=[] if brand else db.session.scalars(_brands(party)).all(),
        products=products,
        cut=len(products) == OFFERED,
        form=form,
    )


def _products(brand: Brand, words: str | None) -> Sequence[Product]:
    query = select(Product).where(Product.brand_id == brand.id).order_by(Product.name, Product.id).limit(OFFERED)
    if words:
        query = query.where(or_(Product.sku == words, Product.name.icontains(words, autoescape=True)))
    return db.session.scalars(query).all()


def _brands(party: Party) -> Any:
    """The brands a creator can ask: those they have a contract with, were invited by, or whose campaign is open."""
    lists_something = exists().where(Product.brand_id == Brand.id)
    known = or_(
        exists().where(Contract.brand_id == Brand.id, Contract.creator_id == party.owner.id),
        exists().where(Approach.brand_id == Brand.id, Approach.creator_id == party.owner.id),
        Brand.id.in_({each.brand_id for each in campaigns.market(at=clock.now())}),
    )
    return select(Brand).where(lists_something, known).order_by(Brand.name)


def _brand(party: Party) -> Brand | None:
    chosen = query_args.identifier(request.args, "brand")
    if chosen is None:
        return None
    brand: Brand | None = db.session.scalar(_brands(party).where(Brand.public_id == chosen))
    if brand is None:
        raise NotFound(gettext("There is no such brand that you can ask for a sample."))
    return brand


def _campaign(party: Party, brand: Brand) -> Campaign | None:
    chosen = query_args.identifier(request.args, "campaign")
    if chosen is None:
        return None
    campaign = campaigns.for_creator(party.creator, chosen, at=clock.now())
    if campaign.brand_id != brand.id:
        raise NotFound(gettext("There is no such campaign, or it is not yours."))
    return campaign
