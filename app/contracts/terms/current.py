"""What a contract says now, as a sheet: what was signed last, else what its file brought."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from app.catalog.assortment import sold
from app.catalog.taxonomy import CATEGORY, tree
from app.contracts.models import Agreement, AgreementStatus, Contract, Coupon, Terms
from app.contracts.terms.kinds import Level
from app.contracts.terms.sheet import Exclusivity, Scope, Sheet
from app.database import db

RATES = ("commission_bps", "in_stream_bps", "replay_bps", "after_stream_bps", "off_stream_bps")
TERMS = (*RATES, "window_days", "hold_days", "keeps_cancelled")  # columns of a version of terms, called as in a sheet


def current_sheet(contract: Contract) -> Sheet:
    """The terms of the newest signed agreement, also when they begin later, with the days and the rates there are now,
    for a programme may have raised them; of a contract that came by file and was never amended, what the file said.
    """
    signed = select(Agreement).where(Agreement.contract_id == contract.id, Agreement.status == AgreementStatus.SIGNED)
    newest = db.session.scalar(signed.order_by(Agreement.signed_at.desc(), Agreement.id.desc()).limit(1))
    if newest is None:
        return _of_file(contract)
    terms = newest_terms(contract)
    now = {name: getattr(terms, name) for name in TERMS}
    return replace(newest.sheet, starts_on=contract.starts_on, ends_on=contract.ends_on, effective_on=None, **now)


def newest_terms(contract: Contract) -> Terms:
    """The version of terms that was added last."""
    versions = select(Terms).where(Terms.contract_id == contract.id).order_by(Terms.nr.desc()).limit(1)
    return db.session.scalars(versions).one()


def _of_file(contract: Contract) -> Sheet:
    terms = newest_terms(contract)
    codes = select(Coupon.code).where(Coupon.contract_id == contract.id).order_by(Coupon.id)
    closed = tree(CATEGORY).named(contract.exclusive_category) if contract.exclusive_category else None
    return Sheet(
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        timezone=contract.timezone,
        currency=contract.brand.currency,
        **{name: getattr(terms, name) for name in TERMS},
        offset_bps=contract.offset_bps,
        coupons=tuple(db.session.scalars(codes)),
        work=Scope(sold(contract.brand_id)),  # as its import claimed: everywhere and in every format
        exclusivity=Exclusivity(Level.CATEGORY, Scope(categories=(closed.code,))) if closed else None,
        cap_month=contract.cap_month,
        cap_contract=contract.cap_contract,
        evaluation_day=contract.evaluation_day,
        stream_minutes=contract.stream_minutes,
        day_minutes=contract.day_minutes,
        month_minutes=contract.month_minutes,
        notice_brand_days=contract.notice_brand_days,
        notice_creator_days=contract.notice_creator_days,
    )
