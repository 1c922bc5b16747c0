"""Gifts: goods given beside what contracts promise, such as samples. Their value counts towards the limits of countries
(rules.md B17, B18) and is what both sides need for tax. A gift is booked once and stays: goods that came back or were
faulty have to be told to the tax office as such, not left out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.contracts.models import Gift
from app.database import db
from app.users.models import Brand, Creator


@dataclass(frozen=True)
class Goods:
    """What was given, worth `value` in minor units, on a day; `cause` is the public id of what it was for."""

    cause: UUID
    what: str
    value: int
    currency: str
    given_on: date


def book(brand: Brand, creator: Creator, goods: Goods, *, at: datetime) -> None:
    """Books goods as given; a cause that is booked already changes nothing."""
    row = {"brand_id": brand.id, "creator_id": creator.id, "recorded_at": at, **asdict(goods)}
    db.session.execute(insert(Gift).values(row).on_conflict_do_nothing())


def total(brand_id: int, creator_id: int, year: int, currency: str) -> int:
    """What the brand gave the creator in a calendar year, in minor units of the currency."""
    query = select(func.coalesce(func.sum(Gift.value), 0)).where(
        Gift.brand_id == brand_id,
        Gift.creator_id == creator_id,
        Gift.currency == currency,
        Gift.given_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return int(db.session.execute(query).scalar_one())


def booked(cause: UUID) -> bool:
    """Whether the value of what this was for is booked already."""
    return db.session.scalar(select(Gift.id).where(Gift.cause == cause)) is not None
