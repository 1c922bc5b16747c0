"""Which money was paid too late, and what that adds up to: told anew from the books each night, shown to both sides.

One claim is what fell due between a brand and a creator in one month: its parts earn interest from their own days, the
flat sum is added once. Only euro: for other currencies the law names other rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import Lock, db, raw, rows, take_turn
from app.payouts.late.interest import FLAT_CENTS, LONGEST_DAYS, USUAL_DAYS, Rate, days_late, interest
from app.payouts.late.models import LateClaim, ReferenceRate
from app.users.models import Brand, Creator
from config import settings


class Part(NamedTuple):
    """Money of one due day that was paid on another, or not yet (`paid_on` None); in cents."""

    brand_id: int
    creator_id: int
    due_on: date
    paid_on: date | None
    amount: int


def rates() -> list[Rate]:
    """The reference rates that are known, the first one first."""
    return [Rate(row.since, row.bps) for row in db.session.scalars(select(ReferenceRate).order_by(ReferenceRate.since))]


def count(at: datetime) -> str:
    """The nightly job: tells all claims anew from the books. Running it twice tells the same. Returns a sentence."""
    take_turn(raw(), Lock.LATE_CLAIMS)
    zone = settings().platform_timezone
    today = clock.today(zone, at=at)
    values = {"today": today, "usual": USUAL_DAYS, "longest": LONGEST_DAYS, "zone": zone}
    parts, known = rows(raw(), "app.payouts", "late_parts", values, Part), rates()
    found = [_claim(each, known, today, at) for each in _by_month(parts)]
    db.session.execute(delete(LateClaim))
    if found:
        db.session.execute(insert(LateClaim), found)
    db.session.commit()
    return str(gettext("%(count)s claims for late payment.", count=len(found)))


def claims(*, brand: Brand | None = None, creator: Creator | None = None) -> Sequence[LateClaim]:
    """The claims against a brand, or of a creator, the newest month first."""
    query = select(LateClaim).options(joinedload(LateClaim.brand), joinedload(LateClaim.creator))
    if brand:
        query = query.where(LateClaim.brand_id == brand.id)
    if creator:
        query = query.where(LateClaim.creator_id == creator.id)
    return db.session.scalars(query.order_by(LateClaim.month.desc(), LateClaim.brand_id, LateClaim.creator_id)).all()


def _by_month(parts: Sequence[Part]) -> Iterator[list[Part]]:
    return (list(group) for _, group in groupby(parts, key=_key))


def _key(part: Part) -> tuple[int, int, date]:
    return part.brand_id, part.creator_id, part.due_on.replace(day=1)


def _claim(parts: Sequence[Part], known: Sequence[Rate], today: date, at: datetime) -> dict[str, object]:
    first = parts[0]
    open_ = any(part.paid_on is None for part in parts)
    return {
        "brand_id": first.brand_id,
        "creator_id": first.creator_id,
        "currency": "EUR",
        "month": first.due_on.replace(day=1),
        "amount": sum(part.amount for part in parts),
        "days": max(days_late(part.due_on, part.paid_on or today) for part in parts),
        "interest": sum(interest(part.amount, part.due_on, part.paid_on or today, known) for part in parts),
        "flat": FLAT_CENTS,
        "paid_on": None if open_ else max(part.paid_on for part in parts if part.paid_on),
        "counted_at": at,
    }
