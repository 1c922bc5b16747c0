"""Contracts, streams, creators, payouts and statements, as the API gives them."""

from __future__ import annotations

from typing import Any, cast

from app.api.reading.rows import amount, named, percent
from app.api.schemas import Contract, Creator, Named, Payout, Statement, Stream


def contract(row: Any) -> Contract:
    """A row of sql/contracts.sql."""
    return Contract(
        id=row.id,
        ref=row.ref,
        creator=_creator(row),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        timezone=row.timezone,
        signed_at=row.signed_at,
        commission_percent=percent(row.commission_bps) or "",
        in_stream_percent=percent(row.in_stream_bps),
        replay_percent=percent(row.replay_bps),
        after_stream_percent=percent(row.after_stream_bps),
        off_stream_percent=percent(row.off_stream_bps),
        window_days=row.window_days,
        hold_days=row.hold_days,
        coupons=row.coupons,
        exclusive_category=row.exclusive_category,
    )


def stream(row: Any) -> Stream:
    """A row of sql/streams.sql."""
    return Stream(
        id=row.id,
        ref=row.ref,
        creator=_creator(row),
        platform=row.platform,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        skus=row.skus,
    )


def creator(row: Any) -> Creator:
    """A row of sql/creators.sql."""
    about = {name: getattr(row, name) for name in Creator.model_fields}
    return Creator(**about)


def payout(row: Any) -> Payout:
    """A row of sql/payouts.sql."""
    return Payout(
        id=row.id,
        creator=_creator(row),
        currency=row.currency,
        amount=amount(row.amount, row.currency),
        entries=row.entries,
        status=row.status,
        status_at=row.status_at,
        paid_on=row.paid_on,
    )


def statement(row: Any, month: str) -> Statement:
    """A row of sql/statements.sql."""
    sums = "opening commissions refunds bonuses vat written_off paid returned closing".split()
    amounts = {name: amount(getattr(row, name), row.currency) for name in sums}
    return Statement(month=month, creator=_creator(row), currency=row.currency, **amounts)


def _creator(row: Any) -> Named:
    return cast(Named, named(row))
