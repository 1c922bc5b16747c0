"""Samples up to their delivery: asked for, decided within seven days, sent, arrived (rules.md B18); and what time does
to them. What comes after the delivery is in fulfilment.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy import Select, Update, func, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.campaigns.models import Campaign
from app.catalog.models import Product
from app.contracts.terms import clauses, gifts
from app.contracts.terms.clauses import BLOCK, Finding
from app.database import db, lock, raw, statement
from app.errors import BadInput, Conflict, NotFound
from app.money import exponent
from app.samples import letters
from app.samples.models import Sample, SampleStatus
from app.security import Identity
from app.transitions import move
from app.users.models import Brand, Creator
from app.users.sides import Side, other_side
from app.users.trail import record
from app.web.texts import optional_text, required_text

DECIDE = timedelta(days=7)  # for the brand: a request, what was handed in, an appeal
WAIT = timedelta(days=30)  # for what was approved to be sent, and for what was sent to arrive
SHOW = timedelta(days=14)  # for the creator, from the delivery
MOST_OPEN = 5  # undecided requests of one creator at one brand
LONGEST = 2000
BLANK = {"shipped_at": None, "tracking": "", "delivered_at": None, "due_at": None, "extended_at": None}
BLANK |= {"missed_at": None, "proof": "", "proof_at": None}  # of a sample that is to be sent again
STANDS = lazy_gettext("Nobody answered within seven days, so your appeal is granted.")
DEEDS = {  # what happened, as letters call it, and what was done, as the trail does
    "approved": "approve",
    "rejected": "reject",
    "lapsed": "lapse",
    "unsent": "lapse",
    "lost": "lapse",
    "retracted": "retract",
    "shipped": "ship",
    "delivered": "deliver",
    "extended": "extend",
    "handed_in": "hand in",
    "doubted": "doubt",
    "fulfilled": "fulfil",
    "missed": "miss",
    "appealed": "appeal",
    "decided": "decide appeal",
}


def samples_of(side: Brand | Creator) -> Select[Sample]:
    """The samples of a brand or of a creator, the newest first."""
    of_side = Sample.brand_id == side.id if isinstance(side, Brand) else Sample.creator_id == side.id
    return select(Sample).where(of_side).order_by(Sample.id.desc())


def get_sample(side: Brand | Creator, public_id: UUID) -> Sample:
    """The sample with this public id, of the brand or creator; NotFound otherwise."""
    sample = db.session.scalar(samples_of(side).where(Sample.public_id == public_id))
    if sample is None:
        raise NotFound(gettext("There is no such sample, or it is not yours."))
    return sample


@dataclass(frozen=True)
class SampleRequest:
    """What a creator asks for: pieces of a product of the brand's, and for which of its campaigns, if for one."""

    sku: str
    quantity: int = 1
    message: str = ""
    campaign: Campaign | None = None


def request(creator: Creator, brand: Brand, wanted: SampleRequest, *, by: Identity, at: datetime) -> Sample:
    """A creator asks a brand for a sample.

    BadInput for a product the brand does not list, or a number that is none of 1 to 100; Conflict while five requests
    wait for the brand, or one of this product is not done with.
    """
    product = db.session.scalar(select(Product).where(Product.brand_id == brand.id, Product.sku == wanted.sku))
    if product is None:
        raise BadInput(gettext("The brand has no such product. Choose one from the list."))
    if not 1 <= wanted.quantity <= 100:
        raise BadInput(gettext("Enter a quantity of 1 to 100."))
    campaign = wanted.campaign
    if campaign and campaign.brand_id != brand.id:
        raise BadInput(gettext("That campaign belongs to another brand."))
    waiting = select(func.count()).where(
        Sample.creator_id == creator.id, Sample.brand_id == brand.id, Sample.status == SampleStatus.REQUESTED
    )
    if db.session.execute(waiting).scalar_one() >= MOST_OPEN:
        raise Conflict(gettext("You have five open requests with this brand. Ask again when it has decided."))
    sample = Sample(
        brand_id=brand.id,
        creator_id=creator.id,
        campaign_id=campaign.id if campaign else None,
        sku=product.sku,
        product_name=product.name,
        quantity=wanted.quantity,
        value=worth(product, wanted.quantity),
        currency=product.currency,
        message=optional_text(wanted.message, LONGEST),
        status=SampleStatus.REQUESTED,
        requested_by=by.person_id,
        requested_at=at,
        decide_by=at + DECIDE,
    )
    try:
        with db.session.begin_nested():
            db.session.add(sample)
    except IntegrityError as error:
        raise Conflict(gettext("You already have an open sample of this product.")) from error
    record("request", "sample", sample.id, by=by, at=at, sku=wanted.sku, quantity=wanted.quantity)
    letters.write_sample(sample, Side.BRAND, "requested", at=at, until=sample.decide_by)
    return sample


def worth(product: Product, quantity: int) -> int:
    """What so many pieces are worth, in minor units of the product's currency, half up."""
    minor = (product.price * quantity).scaleb(exponent(product.currency))
    return int(minor.quantize(Decimal(1), ROUND_HALF_UP))


def approve(sample: Sample, *, by: Identity, at: datetime) -> Sample:
    """The brand will send it. Conflict where a country's law asks for a contract first, or when the seven days are
    over."""
    lock(sample)
    if sample.status == SampleStatus.REQUESTED and at >= sample.decide_by:
        raise Conflict(gettext("The seven days to decide have passed. The creator can ask again."))
    _lawful(sample, at)
    move(sample, SampleStatus.APPROVED)
    sample.decided_at = at
    return record_step(sample, Side.CREATOR, "approved", by=by, at=at)


def reject(sample: Sample, reason: str, *, by: Identity, at: datetime) -> Sample:
    """The brand does not send it, also after it had approved; the creator reads why."""
    lock(sample)
    why = required_text(reason, gettext("Give a reason. The creator will read it."), LONGEST)
    move(sample, SampleStatus.REJECTED)
    sample.decided_at, sample.reason = at, why
    return record_step(sample, Side.CREATOR, "rejected", by=by, at=at, reason=why)


def retract(sample: Sample, *, by: Identity, at: datetime) -> Sample:
    """The creator does not want it any more; possible until it is on its way, and nothing is held against them."""
    lock(sample)
    move(sample, SampleStatus.RETRACTED)
    return record_step(sample, Side.BRAND, "retracted", by=by, at=at)


def ship(sample: Sample, tracking: str = "", *, by: Identity, at: datetime) -> Sample:
    """It is on its way: from now on its value counts as a gift, once, also when it has to be sent again."""
    lock(sample)
    if len(tracking) > 200:
        raise BadInput(gettext("That is too long."))
    _lawful(sample, at)
    move(sample, SampleStatus.SHIPPED)
    sample.shipped_at, sample.tracking = at, " ".join(tracking.split())
    what, day = f"{sample.quantity} × {sample.product_name}", clock.today(sample.brand.timezone, at=at)
    goods = gifts.Goods(sample.public_id, what, sample.value, sample.currency, given_on=day)
    gifts.book(sample.brand, sample.creator, goods, at=at)
    return record_step(sample, Side.CREATOR, "shipped", by=by, at=at, tracking=sample.tracking)


def deliver(sample: Sample, *, side: str, by: Identity, at: datetime) -> Sample:
    """It has arrived, as one of both sides says: the creator has 14 days to show it."""
    lock(sample)
    move(sample, SampleStatus.DELIVERED)
    sample.delivered_at, sample.due_at = at, at + SHOW
    return record_step(sample, other_side(side), "delivered", by=by, at=at, until=sample.due_at)


def findings(sample: Sample, at: datetime) -> list[Finding]:
    """What the law of countries says of sending it now; a sample whose value is booked adds nothing to the sum."""
    new = 0 if gifts.booked(sample.public_id) else sample.value
    return clauses.check_gift(sample.brand, sample.creator, new, sample.currency, at=at)


def expire(*, at: datetime) -> int:
    """What time does to samples, in statements over all of them; tells both sides and returns how many were moved.

    Undecided requests lapse after seven days, what was approved and not sent, or sent and did not arrive, after thirty;
    appeals nobody answered stand; what a stream has shown is done, and so is what was handed in seven days ago; what is
    left is missed when its day has come. Only the last is held against a creator.
    """
    after = update(Sample)
    lapsed = _changed(
        after.where(Sample.status == SampleStatus.REQUESTED, Sample.decide_by <= at), status=SampleStatus.LAPSED
    )
    approved_at = func.greatest(Sample.decided_at, Sample.appeal_decided_at)
    unsent = _changed(
        after.where(Sample.status == SampleStatus.APPROVED, approved_at <= at - WAIT), status=SampleStatus.LAPSED
    )
    lost = _changed(
        after.where(Sample.status == SampleStatus.SHIPPED, Sample.shipped_at <= at - WAIT), status=SampleStatus.LAPSED
    )
    old = after.where(Sample.status == SampleStatus.APPEALED, Sample.appealed_at <= at - DECIDE)
    granted = _changed(old, status=SampleStatus.APPROVED, appeal_decided_at=at, **BLANK)
    shown = shown_in_streams(at=at)
    handed_in = after.where(Sample.status == SampleStatus.DELIVERED, Sample.proof_at <= at - DECIDE)
    taken = _changed(handed_in, status=SampleStatus.FULFILLED, fulfilled_at=at)
    due = after.where(Sample.status == SampleStatus.DELIVERED, Sample.due_at <= at, Sample.proof_at.is_(None))
    missed = _changed(due, status=SampleStatus.MISSED, missed_at=Sample.due_at)
    done = [("lapsed", lapsed), ("unsent", unsent), ("lost", lost), ("decided", granted)]
    done += [("fulfilled", [*shown, *taken]), ("missed", missed)]
    for what, changed in done:
        for sample in changed:
            _expired(sample, what, at)
    return sum(len(changed) for _what, changed in done)


def shown_in_streams(sample: Sample | None = None, *, at: datetime) -> Sequence[Sample]:
    """Closes the samples (all, or this one) that a stream over at `at` has shown; returns them."""
    values = {"at": at, "sample": sample.id if sample else None}
    db.session.flush()
    ids = [row[0] for row in raw().execute(statement("app.samples", "samples_shown"), values).fetchall()]
    fresh = select(Sample).where(Sample.id.in_(ids)).order_by(Sample.id)
    return db.session.scalars(fresh, execution_options={"populate_existing": True}).all()


def record_step(
    sample: Sample,
    side: str,
    what: str,
    *,
    by: Identity,
    at: datetime,
    until: datetime | None = None,
    reason: str = "",
    **detail: Any,
) -> Sample:
    """Stores what was done (one of DEEDS), notes it in the trail and writes to the side."""
    db.session.flush()
    detail |= {"reason": reason} if reason else {}
    record(DEEDS[what], "sample", sample.id, by=by, at=at, **detail)
    letters.write_sample(sample, side, what, at=at, until=until, reason=reason)
    return sample


def _lawful(sample: Sample, at: datetime) -> None:
    for finding in findings(sample, at):
        if finding.level == BLOCK:
            raise Conflict(finding.sentence)


def _expired(sample: Sample, what: str, at: datetime) -> None:
    record(DEEDS[what], "sample", sample.id, by=None, at=at)
    sides = (Side.CREATOR,) if what in ("lapsed", "decided") else tuple(Side)
    for side in sides:
        reason = STANDS if what == "decided" else ""
        letters.write_sample(sample, side, what, at=at, until=sample.due_at, reason=reason)


def _changed(rows: Update, **values: Any) -> Sequence[Sample]:
    done = rows.values(**values).returning(Sample)
    fresh = {"synchronize_session": False, "populate_existing": True}
    return db.session.scalars(done, execution_options=fresh).all()
