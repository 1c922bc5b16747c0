"""Brands whose payouts are assembled on days of their own: set by finance, followed by the timetable."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from babel.dates import get_day_names
from flask_babel import get_locale, gettext
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.errors import BadInput
from app.ledger.models import PayoutSchedule, Rhythm
from app.ledger.payout_day import latest_day, next_payout_day
from app.security import Identity
from app.users.models import Brand
from app.users.trail import record
from config import Config


def of(brand: Brand) -> PayoutSchedule | None:
    """The brand's own days; None where the platform's day is its day."""
    query = select(PayoutSchedule).where(PayoutSchedule.brand_id == brand.id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def schedules(brands: Collection[int] | None = None) -> Sequence[PayoutSchedule]:
    """All own days, or those of these brands, by the brand's name."""
    query = select(PayoutSchedule).options(joinedload(PayoutSchedule.brand)).join(PayoutSchedule.brand)
    if brands is not None:
        query = query.where(PayoutSchedule.brand_id.in_(brands))
    return db.session.scalars(query.order_by(Brand.name, Brand.id)).all()


def set_days(brand: Brand, every: Rhythm | None, day: int, *, config: Config, by: Identity, at: datetime) -> None:
    """From tomorrow on the brand's payouts are assembled on `day` of each month or week; None: on the platform's day
    again. The caller commits. Raises BadInput for a day that no month or week has."""
    today = clock.today(config.platform_timezone, at=at)
    if every is not None and not 1 <= day <= (7 if every == Rhythm.WEEK else 31):
        raise BadInput(gettext("Choose a day from 1 to 31; where a month is shorter, its last day counts."))
    db.session.execute(delete(PayoutSchedule).where(PayoutSchedule.brand_id == brand.id))
    if every is not None:
        row = PayoutSchedule(brand_id=brand.id, every=every, day=day, set_by=by.person_id, set_on=today)
        row.done_until = today
        db.session.add(row)
    db.session.flush()
    record("set payout days", "brand", brand.id, by=by, at=at, every=every or "", day=day if every else 0)


def in_words(days: tuple[str, int] | None) -> str:
    """How often and when, in the reader's language; None: on the platform's day."""
    if days is None:
        return str(gettext("On the platform’s day of the month"))
    every, day = days
    if every == Rhythm.WEEK:
        return str(gettext("Weekly, on %(weekday)s", weekday=get_day_names("wide", locale=get_locale())[day - 1]))
    return str(gettext("Monthly, on day %(day)s", day=day))


def due(today: date) -> list[PayoutSchedule]:
    """Whose own day has come and is not dealt with, also where it was missed; locked, so that each is taken once."""
    query = select(PayoutSchedule).order_by(PayoutSchedule.brand_id).with_for_update(of=PayoutSchedule)
    rows = db.session.scalars(query.execution_options(populate_existing=True)).all()
    return [row for row in rows if latest_day(row, today) > row.done_until]


def left_to_themselves() -> list[int]:
    """The brands that the platform's own day leaves out: they have a day of the month of their own."""
    return list(db.session.scalars(select(PayoutSchedule.brand_id).where(PayoutSchedule.every == Rhythm.MONTH)))


def next_days(config: Config, *, at: datetime) -> dict[int, date]:
    """The next day on which their money is taken, of each brand with days of its own."""
    return {row.brand_id: next_payout_day(config, at, row) for row in schedules()}
