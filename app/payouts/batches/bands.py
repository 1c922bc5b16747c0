"""Up to which amount how many people approve a batch, per brand and currency, and why a batch needs so many (B22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

import psycopg
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from app.database import db, query_rows
from app.errors import BadInput
from app.formatting import money
from app.money import CURRENCIES
from app.payouts.models import ApprovalBand
from app.security import Identity
from app.users.models import Brand
from app.users.trail import record

MOST = 5  # people who approve one batch
NEEDS: LiteralString = """
select b.name as brand, n.amount, n.band, n.first, n.jump, n.approvers, batch.currency
from approval_needs(%(batch)s) n
join payout_batch batch on batch.id = %(batch)s
left join brand b on b.id = n.brand_id
order by n.approvers desc, n.brand_id nulls first
"""
DEFAULT: LiteralString = """
select bands.first_limit, bands.second_limit,
    array[bands.first_approvers, bands.second_approvers, bands.third_approvers]::int[] as approvers
from approval_bands(null, %(currency)s) bands
"""


class Bands(NamedTuple):
    """Two limits in minor units, and how many people approve up to the first, up to the second and above."""

    first_limit: int
    second_limit: int
    approvers: Sequence[int]


class Need(NamedTuple):
    """What a batch, or one brand's part of it, comes to and how many have to approve it; `band` is 1, 2 or 3."""

    brand: str | None
    amount: int
    band: int
    first: bool
    jump: bool
    approvers: int
    currency: str


def needs(connection: psycopg.Connection[Any], batch_id: int) -> list[Need]:
    """How many approve the batch as it is now: the most of all counts. It is fixed when the batch is submitted."""
    return query_rows(connection, NEEDS, {"batch": batch_id}, Need)


def reason(need: Need) -> str:
    """Why so many, as a sentence."""
    amount = money(need.amount, need.currency)
    people = ngettext("%(num)d person approves it.", "%(num)d people approve it.", need.approvers)
    whole = gettext("The whole batch is %(amount)s.", amount=amount)
    part = gettext("%(brand)s pays %(amount)s.", brand=need.brand, amount=amount)
    more = []
    if need.first:
        more.append(gettext("It is this brand’s first batch: one band up."))
    if need.jump:
        more.append(gettext("A payout is three times its creator’s largest in twelve months: one band up."))
    return " ".join([part if need.brand else whole, *more, people])


def platform_default(connection: psycopg.Connection[Any], currency: str) -> Bands:
    """What counts for brands without bands of their own."""
    found: Bands = query_rows(connection, DEFAULT, {"currency": currency}, Bands)[0]
    return found


def in_force() -> Sequence[ApprovalBand]:
    """All bands that count now, the platform's first."""
    newest = select(ApprovalBand).ext(distinct_on(ApprovalBand.brand_id, ApprovalBand.currency))
    newest = newest.order_by(ApprovalBand.brand_id, ApprovalBand.currency, ApprovalBand.id.desc()).options(
        joinedload(ApprovalBand.brand), joinedload(ApprovalBand.setter)
    )
    rows = db.session.scalars(newest).all()
    return sorted(rows, key=lambda row: (row.brand.name if row.brand else "", row.currency))


def set_bands(brand: Brand | None, currency: str, bands: Bands, *, by: Identity, at: datetime) -> ApprovalBand:
    """New bands of a brand, or of the platform, for batches that are submitted from now on. Raises BadInput for bands
    that can't be: amounts and people only go up, and somebody always approves."""
    first, second, third = bands.approvers
    if currency not in CURRENCIES:
        raise BadInput(gettext("“%(text)s” is not a currency: use three capital letters like EUR.", text=currency[:10]))
    if not 0 <= bands.first_limit <= bands.second_limit:
        raise BadInput(gettext("The second limit is below the first: fill in the same amount or a higher one."))
    if not 1 <= first <= second <= third <= MOST:
        sentence = gettext("Between 1 and %(most)s people approve, and for more money never fewer.", most=MOST)
        raise BadInput(sentence)
    row = ApprovalBand(
        brand_id=brand.id if brand else None,
        currency=currency,
        first_limit=bands.first_limit,
        second_limit=bands.second_limit,
        first_approvers=first,
        second_approvers=second,
        third_approvers=third,
    )
    row.set_by, row.set_at = by.person_id, at
    db.session.add(row)
    db.session.flush()
    kind, owner = ("brand", brand.id) if brand else ("platform", None)
    limits = [money(bands.first_limit, currency), money(bands.second_limit, currency)]
    record("set_bands", kind, owner, by=by, at=at, limits=limits, approvers=list(bands.approvers), currency=currency)
    return row
