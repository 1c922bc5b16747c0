"""What the law allows as a term of payment, and who says how large a brand is and which rate counts."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db
from app.errors import BadInput, Conflict
from app.payouts.late.interest import longest_days
from app.payouts.late.models import BrandSize, PaymentTerm, ReferenceRate, Size
from app.security import Identity
from app.users.models import Brand
from app.users.trail import record

HIGHEST_BPS = 5000


def set_size(handle: str, size: str, *, by: Identity, at: datetime) -> BrandSize:
    """Says how large a brand is. BadInput for an unknown brand or size, and while one of its contracts has a longer
    term than a brand of that size may agree."""
    brand = db.session.scalar(select(Brand).where(Brand.handle == handle.strip()))
    if brand is None:
        raise BadInput(gettext("There is no brand with the handle “%(text)s”.", text=handle[:128]))
    if size not in set(Size):
        raise BadInput(gettext("Choose how large the brand is."))
    longest = longest_days(size == Size.LARGE)
    terms = select(PaymentTerm).join(PaymentTerm.contract).where(Contract.brand_id == brand.id)
    if too_long := db.session.scalars(terms.where(PaymentTerm.days > longest).limit(1)).first():
        sentence = gettext(
            "Contract %(ref)s pays within %(days)s days, a brand of this size within %(longest)s: change it first.",
            ref=too_long.contract.ref,
            days=too_long.days,
            longest=longest,
        )
        raise BadInput(sentence)
    row = db.session.get(BrandSize, brand.id) or BrandSize(brand_id=brand.id)
    row.size, row.recorded_by, row.recorded_at = size, by.person_id, at
    db.session.add(row)
    record("brand_size", "brand", brand.id, by=by, at=at, size=size)
    return row


def set_term(ref: str, days: int | None, *, by: Identity, at: datetime) -> PaymentTerm:
    """Notes the term of payment that a contract has. BadInput for an unknown contract, and for more days
    than the law allows between these two."""
    contract = db.session.scalar(select(Contract).where(Contract.ref == ref.strip()))
    if contract is None:
        raise BadInput(gettext("There is no contract “%(text)s”.", text=ref[:128]))
    size = db.session.get(BrandSize, contract.brand_id)
    large = size is not None and size.size == Size.LARGE
    if days is None or days < 1:
        raise BadInput(gettext("Fill in a number of days."))
    if days > longest_days(large):
        why = (
            gettext("A large firm pays a creator within 30 days: take a shorter term.")
            if large
            else gettext("Firms pay one another within 60 days at most: take a shorter term.")
        )
        raise BadInput(why)
    row = db.session.get(PaymentTerm, contract.id) or PaymentTerm(contract_id=contract.id)
    row.days, row.recorded_by, row.recorded_at = days, by.person_id, at
    db.session.add(row)
    record("payment_term", "contract", contract.id, by=by, at=at, days=days)
    return row


def add_rate(since: date | None, bps: int | None, *, by: Identity, at: datetime) -> ReferenceRate:
    """Adds the reference rate of a half-year, once. BadInput for another day than 1 January or 1 July or a rate that
    can't be, Conflict when it is there: a rate that was counted with is not changed."""
    if since is None or (since.month, since.day) not in ((1, 1), (7, 1)):
        raise BadInput(gettext("The rate counts from 1 January or 1 July: fill in that day."))
    if bps is None or not 0 <= bps <= HIGHEST_BPS:
        raise BadInput(gettext("Fill in the rate in basis points: 215 is 2.15 percent."))
    if db.session.get(ReferenceRate, since) is not None:
        raise Conflict(gettext("The rate from %(day)s is known already.", day=since))
    row = ReferenceRate(since=since, bps=bps, recorded_by=by.person_id, recorded_at=at)
    db.session.add(row)
    db.session.flush()
    record("reference_rate", "platform", None, by=by, at=at, since=since.isoformat(), bps=bps)
    return row
