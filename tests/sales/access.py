"""The routes of single commissions."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.database import db
from app.sales.commissions import holding
from app.sales.commissions.models import DECIDERS, HoldReason
from app.sales.jobs import settle_due
from app.security import BRAND, CREATOR, PLATFORM, Role
from tests import market
from tests.access import Kind, Row, Side
from tests.payouts.people import identity


def _pending(side: Side) -> int:
    """A line that the side's creator earned a month's hold ago less a day."""
    coupon = f"C{side.word}"
    at = clock.now() - timedelta(days=10)
    market.contract(side.brand, side.creator, at.date() - timedelta(days=40), at.date() + timedelta(days=400),
                    coupons=(coupon,), ref=f"C {side.word}")  # fmt: skip
    number = market.sale(side.brand, order_ref=f"C {side.word}", description=side.word, coupon=coupon, at=at).id
    db.session.commit()
    settle_due(wait=True)
    return number


def _held(side: Side) -> int:
    number = _pending(side)
    holding.place(side.brand.id, number, HoldReason.UNDER_REVIEW, side.word, by=identity("adam"), at=clock.now())
    return number


KINDS = {
    "pending_sale": Kind(_pending, missing=999_999_999),
    "held_sale": Kind(_held, missing=999_999_999),
}
WHY = {"why": "so it is"}


def _until(_side: Side) -> dict[str, object]:
    return WHY | {"until": (clock.today() + timedelta(days=22)).isoformat()}


ROWS = [
    Row("sales.commission", "GET", DECIDERS, args={"sale": "pending_sale"}),
    Row("sales.commission_hold", "POST", DECIDERS, args={"sale": "pending_sale"}, form=WHY | {"reason": "fraud"}),
    Row("sales.commission_release", "POST", DECIDERS, args={"sale": "held_sale"}, form=WHY),
    Row("sales.commission_reject", "POST", DECIDERS, args={"sale": "held_sale"}, form=WHY | {"code": "test_order"}),
    Row("sales.commission_approve", "POST", DECIDERS, args={"sale": "pending_sale"}, form=WHY),
    Row("sales.commission_extend", "POST", DECIDERS, args={"sale": "pending_sale"}, form=_until),
    Row("sales.commission_appeal", "POST", CREATOR, args={"sale": "held_sale"}, form={"text": "it was a fan"}),
    Row("sales.brand_holds", "GET", BRAND | PLATFORM),
    Row("sales.held_commissions", "GET", frozenset({Role.ADMIN, Role.AUDITOR})),
]
