"""What a desk must show, worked out once more in plain Python from the same rows, line by line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from app.database import db
from app.sales.models import Refund, Sale
from app.streams.models import Stream


@dataclass
class Tally:
    """Counts of a minute or of all, in one currency."""

    orders: set[Any] = field(default_factory=set)
    tapped: set[Any] = field(default_factory=set)
    pieces: int = 0
    sold: int = 0
    refunded: int = 0
    commission: int = 0
    waiting: int = 0


def tallies(streams: list[Stream]) -> dict[tuple[datetime | None, str], Tally]:
    """By minute (None: all) and currency what these streams sold."""
    found: dict[tuple[datetime | None, str], Tally] = defaultdict(Tally)
    for stream in streams:
        for sale in db.session.scalars(select(Sale).where(Sale.brand_id == stream.brand_id)):
            decision = _newest(sale)
            if not _sold_in(stream, sale, decision):
                continue
            minute = sale.occurred_at.replace(second=0, microsecond=0)
            for key in ((minute, sale.currency), (None, sale.currency)):
                _add(found[key], stream, sale, decision)
    return dict(found)


def _sold_in(stream: Stream, sale: Sale, decision: Any) -> bool:
    if sale.occurred_at < stream.starts_at or (stream.ends_at and sale.occurred_at >= stream.ends_at):
        return False
    if decision is None or decision.rule is None:
        return bool(sale.checkout_stream == stream.ref)
    return bool(decision.label == "in_stream" and decision.stream_id == stream.id)


def _newest(sale: Sale) -> Any:
    query = text("select * from decision where brand_id = :brand and sale_id = :sale order by nr desc limit 1")
    return db.session.execute(query, {"brand": sale.brand_id, "sale": sale.id}).fetchone()


def _add(tally: Tally, stream: Stream, sale: Sale, decision: Any) -> None:
    order = (sale.brand_id, sale.source, sale.order_ref)
    tally.orders.add(order)
    if sale.checkout_stream == stream.ref:
        tally.tapped.add(order)
    tally.pieces += sale.quantity
    tally.sold += sale.base_minor
    back = 0
    for refund in db.session.scalars(select(Refund).where(Refund.brand_id == sale.brand_id)):
        same = (refund.source, refund.order_ref, refund.line_ref) == (sale.source, sale.order_ref, sale.line_ref)
        if same and refund.currency == sale.currency:
            back += refund.amount
    tally.refunded += min(sale.base_minor, back)
    query = text(
        "select debit, amount from entry where brand_id = :brand and cause = :sale and kind = 'commission'"
        " and creator_id = :creator"
    )
    values = {"brand": sale.brand_id, "sale": sale.id, "creator": stream.creator_id}
    for debit, amount in db.session.execute(query, values):
        tally.commission += -amount if debit == "creator" else amount
    tally.waiting += decision is None
