"""What is stored of an order that a shop tells of, by whichever way it came, and what a person should know of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.csvfiles.recording import Outcome
from app.database import db, query_rows, raw
from app.integrations.shops.models import Doubt, Shop
from app.sales import cancellations
from app.sales.cancellations import Cancellation

DOUBT = text(
    "insert into shop_doubt (shop_id, order_ref, about, detail, noted_at) values (:shop, :order, :about, :detail, :at)"
    " on conflict on constraint uq_shop_doubt do nothing"
)
KNOWN = text(
    "select order_ref, currency, taxes_included, net_share from shop_order where shop_id = :shop and order_key = :key"
)
LINES = "select line_key, line_ref from shop_line where shop_id = %(shop)s and order_key = %(key)s"
STORED = """
select distinct on (line_ref) line_ref, quantity, base_minor, currency::text, i.sha256 <> '' by_file
from sale s join import i on i.id = s.import_id and i.withdrawn_at is null
where s.brand_id = %(brand)s and s.source = %(source)s and s.order_ref = %(order)s
order by line_ref, version desc
"""
REFUNDS = """
select refund_ref, line_ref, sum(amount)::bigint amount, bool_or(i.sha256 <> '') by_file
from refund r join import i on i.id = r.import_id and i.withdrawn_at is null
where r.brand_id = %(brand)s and r.source = %(source)s and r.order_ref = %(order)s
group by refund_ref, line_ref
"""


class Early(Exception):
    """It is about an order of which nothing is known yet: it is tried again later."""


def known_order(shop: Shop, order_key: str) -> Any:
    """What was kept of an order: its reference, currency, whether prices include tax, and the net share. Early where
    nothing was."""
    row = db.session.execute(KNOWN, {"shop": shop.id, "key": order_key}).first()
    if row is None:
        raise Early(f"nothing is known of order {order_key}")
    return row


def order_seen(shop: Shop, order_key: str) -> str:
    """Our reference of an order that is a sale here; empty of one that is not."""
    row = db.session.execute(KNOWN, {"shop": shop.id, "key": order_key}).first()
    return str(row.order_ref) if row else ""


def lines_of(shop: Shop, order_key: str) -> dict[str, str]:
    """Our references of the lines of an order, by the shop's own numbers for them."""
    values = {"shop": shop.id, "key": order_key}
    return {row.line_key: row.line_ref for row in query_rows(raw(), LINES, values)}


def sold_lines(shop: Shop, order: str) -> dict[str, Any]:
    """The sale lines of an order by our reference, and whether a file has brought them."""
    values = {"brand": shop.brand_id, "source": shop.source, "order": order}
    return {row.line_ref: row for row in query_rows(raw(), STORED, values)}


def refunded(shop: Shop, order: str) -> tuple[dict[tuple[str, str], int], bool]:
    """What was given back by refund and line, and whether a file has told any of it."""
    values = {"brand": shop.brand_id, "source": shop.source, "order": order}
    rows = list(query_rows(raw(), REFUNDS, values))
    return {(row.refund_ref, row.line_ref): row.amount for row in rows}, any(row.by_file for row in rows)


def doubt(shop: Shop, order: str, about: Doubt, detail: str = "", *, at: datetime) -> None:
    """Notes something that a person should know of an order, once."""
    values = {"shop": shop.id, "order": order, "about": about, "detail": detail[:500], "at": at}
    db.session.execute(DOUBT, values)


def doubt_refused(shop: Shop, order: str, outcomes: Sequence[Outcome], at: datetime) -> None:
    """Notes the rows of an order that can't be taken."""
    for each in outcomes:
        if each.status == "rejected":
            doubt(shop, order, Doubt.REFUSED, f"{each.column}: {each.reason}", at=at)


def cancel(shop: Shop, order: str, reason: str, cancelled_at: datetime, *, at: datetime) -> None:
    """Notes why an order was cancelled; the first word on it stands."""
    cancellations.note(Cancellation(shop.brand_id, shop.source, order, reason, cancelled_at), at=at)


def through(shop: Shop) -> str:
    """By which way rows of the shop come: the name of their imports."""
    return f"Shop {shop.name}"
