"""What a shop reports of an order into sales, refunds and doubts, whatever came before it and however often.

An order is told whole each time. What of it is not stored yet is stored; what is stored stays as it was, since it may
be settled and paid: a later change of a line is a doubt for a person, and money given back is a refund.

The same order may have come by a file, in lines and refunds of the file's own making. What it has brought stands too:
no line is added to it, and of the refunds only what goes beyond those that it has told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.database import db
from app.integrations.shops.models import Doubt, Shop
from app.integrations.shops.orders import OrderLine, ShopOrder
from app.integrations.shops.records import cancel, doubt, doubt_refused, lines_of, sold_lines, through
from app.integrations.shops.refunding import give_all_back, give_back
from app.sales.recording import SaleLine, record_sales
from app.tracking.clicks import ShopVisit, record_shop_visits
from app.tracking.visitors import buyer

LINE = text("insert into shop_line values (:shop, :key, :line, :order, :ref) on conflict do nothing")
ORDER = text(
    "insert into shop_order (shop_id, order_key, order_ref, currency, taxes_included, net_share, attributed, seen_at)"
    " values (:shop, :key, :order, :currency, :included, :share, :attributed, :at) on conflict do nothing"
)


def object_of(shop: Shop, order_key: str) -> str:
    """By which name events of an order overtake one another (app/integrations/latest.py)."""
    return f"{shop.id}:order:{order_key}"


def apply_order(shop: Shop, order: ShopOrder, *, at: datetime) -> None:
    """Stores what is new in an order. The caller commits; the order is locked by keep_newest."""
    if order.test:
        doubt(shop, order.order, Doubt.TEST, at=at)
        return
    _note_cancellation(shop, order, at)
    refs = _line_refs(shop, order)
    stored = sold_lines(shop, order.order)
    if order.paid or stored:
        _remember(shop, order, at)
        _sell(shop, order, refs, stored, at)
        give_back(shop, order, at)
        if order.void and order.cancelled_at:
            give_all_back(shop, order, order.cancelled_at, at)


def _note_cancellation(shop: Shop, order: ShopOrder, at: datetime) -> None:
    if order.cancelled and order.cancelled_at:
        cancel(shop, order.order, order.cancelled, order.cancelled_at, at=at)


def _line_refs(shop: Shop, order: ShopOrder) -> dict[str, str]:
    """Our reference of each line, also of lines that are not in the order any more."""
    known = lines_of(shop, order.key)
    new = new_refs(known, order.lines)
    keep_lines(shop, [(order, new)])
    return known | new


def new_refs(known: Mapping[str, str], lines: Sequence[OrderLine]) -> dict[str, str]:
    """Our references of lines that have none yet, by their keys: the place in the order when they were first seen, as
    in the shop's own export."""
    refs: dict[str, str] = {}
    taken = {int(ref) for ref in known.values()}
    for line in lines:
        if line.key not in known and line.key not in refs:
            ref = line.place if line.place not in taken else max(taken) + 1
            taken.add(ref)
            refs[line.key] = str(ref)
    return refs


def keep_lines(shop: Shop, orders: Sequence[tuple[ShopOrder, Mapping[str, str]]]) -> None:
    """Keeps our references of lines."""
    rows = [
        {"shop": shop.id, "key": order.key, "line": line, "order": order.order, "ref": ref}
        for order, refs in orders
        for line, ref in refs.items()
    ]
    if rows:
        db.session.execute(LINE, rows)


def keep_orders(shop: Shop, orders: Sequence[ShopOrder], at: datetime) -> None:
    """Keeps what later events of the orders need to be understood."""
    rows = [
        {
            "shop": shop.id,
            "key": order.key,
            "order": order.order,
            "currency": order.currency,
            "included": order.taxes_included,
            "share": order.net_share,
            "attributed": order.attributed,
            "at": at,
        }
        for order in orders
    ]
    db.session.execute(ORDER, rows)


def _remember(shop: Shop, order: ShopOrder, at: datetime) -> None:
    keep_orders(shop, [order], at)
    if not order.adds_up:
        doubt(shop, order.order, Doubt.DOES_NOT_ADD_UP, f"{order.off:f} {order.currency}", at=at)


def _sell(shop: Shop, order: ShopOrder, refs: Mapping[str, str], stored: Mapping[str, Any], at: datetime) -> None:
    fresh = [line for line in order.lines if refs[line.key] not in stored]
    for line in order.lines:
        before = stored.get(refs[line.key])
        if before is not None and before.quantity != line.quantity:
            doubt(shop, order.order, Doubt.LINE_CHANGED, f"{line.sku}: {before.quantity} → {line.quantity}", at=at)
    if any(line.by_file for line in stored.values()):
        for line in fresh:  # the file may have it in another line
            doubt(shop, order.order, Doubt.LINE_CHANGED, f"{line.sku}: 0 → {line.quantity}", at=at)
        return
    if not fresh:
        return
    visitor = _visitor(shop, order, at)
    lines = [sale_line(shop, order, line, refs[line.key], visitor) for line in fresh]
    doubt_refused(shop, order.order, record_sales(shop.brand_id, lines, through=through(shop), at=at), at)


def sale_line(shop: Shop, order: ShopOrder, line: OrderLine, ref: str, visitor: str | None) -> SaleLine:
    """A line of the order as it is recorded."""
    return SaleLine(
        shop.source,
        order.order,
        ref,
        order.occurred_at,
        line.sku,
        line.quantity,
        line.unit_price,
        order.currency,
        discount=line.discount or None,
        visitor=visitor,
        description=line.description or None,
        country=order.country or None,
        coupon=order.coupon or None,
    )


def _visitor(shop: Shop, order: ShopOrder, at: datetime) -> str | None:
    """Whose visitor the buyer is: of the click that the shop gives back, else by the e-mail address."""
    if order.visit:
        way = ShopVisit(order.visit.click_id, order.visit.code, order.occurred_at, order.visit.evidence)
        (visitor,) = record_shop_visits(shop.brand_id, [way], at=at)
        if visitor:
            return visitor
    return buyer(order.email) or None
