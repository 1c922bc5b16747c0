"""What a brand or a creator should do next, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import format_date, gettext, ngettext
from sqlalchemy import Select, and_, exists, func, or_, select

from app import clock
from app.campaigns.models import Application, Approach, Campaign
from app.catalog.models import Product
from app.contracts.models import Agreement, Contract, Offer, OfferRound, Pause, RoundStatus, Signature
from app.contracts.offers.rounds import OPEN
from app.contracts.parties import details_of
from app.contracts.sides import owned_by
from app.database import db
from app.formatting import money
from app.ledger import schedules, shortages
from app.ledger.funding import Funds
from app.ledger.payout_day import next_payout_day
from app.sales.disputes.exchange import to_answer
from app.sales.models import DueAside
from app.samples.models import Sample
from app.security import identity
from app.streams import planning, quarters
from app.streams.models import Stream
from app.uploads.models import Upload, UploadFile, UploadStatus
from app.users.models import Brand, Creator
from app.users.party_pages import Party, page_url
from config import settings

MOST = 5  # of a kind; the rest stands on its own page


def for_creator(creator: Creator) -> list[tuple[str, str]]:
    """Sentences with the address where it is done: what others wait for."""
    return waiting("creator", creator)


def waiting(side: str, of: Brand | Creator) -> list[tuple[str, str]]:
    """What the other side waits for: legal details, answers to offers and pauses, signatures, drafts, invitations,
    applications, samples, shows. Each with its page."""
    owner: dict[str, Any] = {side: of.public_id}
    tasks = _legal_details(side, of)
    for offer in db.session.scalars(_to_answer(side, of)):
        task = gettext("Answer the offer “%(title)s”", title=offer.title)
        tasks.append((task, page_url(side, "offer", of, offer=offer.public_id)))
    for agreement in db.session.scalars(_to_sign(side, of)):
        other = agreement.creator if side == "brand" else agreement.brand
        task = gettext("Sign the agreement with %(name)s", name=other.name)
        tasks.append((task, page_url(side, "agreement", of, agreement=agreement.public_id)))
    for pause in db.session.scalars(_to_agree(side, of)):
        task = gettext("Respond to the pause of contract %(ref)s", ref=pause.contract.ref)
        tasks.append((task, page_url(side, "contract", of, contract=pause.contract.public_id)))
    for offer in db.session.scalars(_to_send(side, of)):
        other = offer.creator if side == "brand" else offer.brand
        task = gettext("Send the draft offer to %(name)s", name=other.name)
        tasks.append((task, page_url(side, "offer", of, offer=offer.public_id)))
    tasks += _of_campaigns(side, of.id, owner)
    for sample in db.session.scalars(_samples(side, of.id)):
        task = gettext("Handle the sample “%(product)s”", product=sample.product_name)
        tasks.append((task, page_url(side, "sample", of, sample=sample.public_id)))
    for dispute in db.session.scalars(to_answer(of).limit(MOST)):
        task = gettext(
            "Answer the dispute about order %(order)s before %(day)s",
            order=dispute.order_ref,
            day=format_date(dispute.answer_by.date(), "d MMM y"),
        )
        tasks.append((task, page_url(side, "dispute", of, dispute=dispute.public_id)))
    return tasks + _of_shows(of)


def _of_shows(of: Brand | Creator) -> list[tuple[str, str]]:
    """Proposals of brands that wait for a creator; minutes that creators claim and a brand has to decide on."""
    if isinstance(of, Creator):
        return [
            (
                gettext("Answer the proposed show “%(title)s”", title=show.title),
                page_url("creator", "show", of, show=show.public_id),
            )
            for show in db.session.scalars(planning.proposed_to(of).limit(MOST))
        ]
    return [
        (
            gettext("Decide on the minutes claimed of “%(title)s”", title=show.title),
            page_url("brand", "show_hours", of, show=show.public_id),
        )
        for show in db.session.scalars(quarters.with_claims(of).limit(MOST))
    ]


def _legal_details(side: str, of: Brand | Creator) -> list[tuple[str, str]]:
    """That they are missing where an offer comes to nothing without them, for who may fill them in."""
    party = Party(side, of, identity())
    if not party.may_bind or details_of(of) is not None:
        return []
    to_agree = or_(OfferRound.status.in_(OPEN), and_(OfferRound.status == RoundStatus.DRAFT, OfferRound.side == side))
    offers = select(OfferRound.id).join(OfferRound.offer).where(owned_by(of, Offer), to_agree)
    if db.session.scalar(offers.limit(1)) is None:
        return []
    task = gettext("Fill in your legal details: without them no offer becomes a contract")
    return [(task, party.url("legal_details"))]


def _of_campaigns(side: str, of_id: int, owner: dict[str, Any]) -> list[tuple[str, str]]:
    """Invitations that wait for a creator; applications that wait for a brand."""
    if side == "creator":
        asked = select(Approach).where(Approach.creator_id == of_id, Approach.status == "unanswered")
        page = url_for("ranking.creator_campaigns", **owner)
        invited = db.session.scalars(asked.order_by(Approach.id).limit(MOST)).all()
        return [(gettext("Answer the invitation of %(name)s", name=each.brand.name), page) for each in invited]
    applied = select(Application).join(Application.campaign).where(Campaign.brand_id == of_id)
    received = applied.where(Application.status == "applied").order_by(Application.id).limit(MOST)
    return [
        (
            gettext("Answer %(name)s, who applied for “%(title)s”", name=each.creator.name, title=each.campaign.title),
            url_for("campaigns.brand_campaign", campaign=each.campaign.public_id, **owner),
        )
        for each in db.session.scalars(received)
    ]


def _samples(side: str, of_id: int) -> Select[Sample]:
    """Those that wait for the side: a brand decides and sends, a creator says that it has arrived and shows it."""
    handed_in = Sample.proof_at.is_not(None)
    if side == "creator":
        turn = and_(Sample.status.in_(("shipped", "delivered")), ~handed_in)
        return select(Sample).where(Sample.creator_id == of_id, turn).order_by(Sample.due_at, Sample.id).limit(MOST)
    to_do = Sample.status.in_(("requested", "approved", "appealed"))
    turns = or_(to_do, and_(Sample.status == "delivered", handed_in))
    return select(Sample).where(Sample.brand_id == of_id, turns).order_by(Sample.id).limit(MOST)


def _to_answer(side: str, of: Brand | Creator) -> Select[Offer]:
    open_ = and_(OfferRound.offer_id == Offer.id, OfferRound.side != side, OfferRound.status.in_(OPEN))
    return select(Offer).join(OfferRound, open_).where(owned_by(of, Offer)).order_by(OfferRound.expires_at).limit(MOST)


def _to_send(side: str, of: Brand | Creator) -> Select[Offer]:
    draft = and_(OfferRound.offer_id == Offer.id, OfferRound.side == side, OfferRound.status == RoundStatus.DRAFT)
    return select(Offer).join(OfferRound, draft).where(owned_by(of, Offer)).order_by(OfferRound.id).limit(MOST)


def _to_sign(side: str, of: Brand | Creator) -> Select[Agreement]:
    signed = exists().where(Signature.agreement_id == Agreement.id, Signature.side == side)
    query = select(Agreement).where(owned_by(of, Agreement), Agreement.status == "to_sign", ~signed)
    return query.order_by(Agreement.id).limit(MOST)


def _to_agree(side: str, of: Brand | Creator) -> Select[Pause]:
    asked = select(Pause).where(Pause.status == "asked", Pause.side != side)
    return asked.join(Pause.contract).where(owned_by(of, Contract)).order_by(Pause.id).limit(MOST)


def _shortages(brand: Brand) -> list[tuple[str, str]]:
    """What to send before the next payouts leave the brand out."""
    run_on = next_payout_day(settings(), clock.now(), schedules.of(brand))
    page = url_for("ledger.funds", brand=brand.public_id)
    return [
        (
            gettext(
                "Send %(amount)s before %(day)s, or the payouts of that day leave your creators out",
                amount=money(each.amount, each.currency),
                day=format_date(run_on, "d MMM y"),
            ),
            page,
        )
        for each in shortages.shortages(run_on, brand)
    ]


def for_brand(brand: Brand, funds: Sequence[Funds]) -> list[tuple[str, str]]:
    """Sentences with the address where it is done."""
    tasks = _shortages(brand)
    for each in funds:
        if each.lacking:
            task = gettext("Send %(amount)s to cover what you owe", amount=money(each.lacking, each.currency))
            tasks.append((task, url_for("ledger.funds", brand=brand.public_id)))
    tasks += waiting("brand", brand)
    uploads = url_for("uploads.brand_uploads", brand=brand.public_id)
    unconfirmed = (
        select(func.count())
        .select_from(Upload)
        .where(Upload.brand_id == brand.id, Upload.status == UploadStatus.PREVIEWED)
        .where(Upload.files.any(UploadFile.problem.is_(None)))  # else there is nothing to say yes to
    )
    if number := db.session.scalar(unconfirmed):
        task = ngettext("%(num)d upload waits for your yes or no", "%(num)d uploads wait for your yes or no", number)
        tasks.append((task, uploads))
    aside = select(func.count()).where(DueAside.brand_id == brand.id, DueAside.resolved_at.is_(None))
    if lines := db.session.scalar(aside):
        task = ngettext("%(num)d sale could not be settled", "%(num)d sales could not be settled", lines)
        tasks.append((task, url_for("desks.brand_sales", brand=brand.public_id)))
    if not db.session.scalar(select(exists().where(Product.brand_id == brand.id))):
        tasks.append((gettext("Upload your products, and say which earn no commission"), uploads))
    if not db.session.scalar(select(exists().where(Stream.brand_id == brand.id))):
        tasks.append((gettext("Upload your streams, so that sales made in them are recognised"), uploads))
    return tasks
