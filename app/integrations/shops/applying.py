"""What a shop reports of an order into sales, refunds and doubts, whatever came before it and however often.

An order is told whole each time. What of it is not stored yet is stored; what is stored stays as it was, since it may
be settled and paid: a later change of a line is a doubt for a person, and money given back is a refund.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from app.csvfiles.recording import Outcome
from app.database import db, query_rows, raw
from app.integrations.shops.models import Doubt, Shop
from app.integrations.shops.orders import Return, ShopOrder, shares
from app.money import exponent
from app.sales.recording import RefundLine, SaleLine, record_refunds, record_sales
from app.tracking.clicks import ShopVisit, record_shop_visits

PACKAGE = "app.integrations"
DOUBT = text(
    "insert into shop_doubt (shop_id, order_ref, about, detail, noted_at) values (:shop, :order, :about, :detail, :at)"
    " on conflict on constraint uq_shop_doubt do nothing"
)
CANCEL = text(
    "insert into order_cancellation (brand_id, source, order_ref, reason, cancelled_at, recorded_at)"
    " values (:brand, :source, :order, :reason, :cancelled_at, :at) on conflict do nothing"
)
ORDER = text(
    "insert into shop_order (shop_id, order_key, order_ref, currency, taxes_included, net_share, attributed, seen_at)"
    " values (:shop, :key, :order, :currency, :included, :share, :attributed, :at) on conflict do nothing"
)
KNOWN = text(
    "select order_ref, currency, taxes_included, net_share from shop_order where shop_id = :shop and order_key = :key"
)
LINES = "select line_key, line_ref from shop_line where shop_id = %(shop)s and order_key = %(key)s"
STORED = """
select distinct on (line_ref) line_ref, quantity, base_minor, currency::text from sale
where brand_id = %(brand)s and source = %(source)s and order_ref = %(order)s
order by line_ref, version desc
"""
REFUNDS = """
select refund_ref, line_ref, sum(amount)::bigint amount from refund
where brand_id = %(brand)s and source = %(source)s and order_ref = %(order)s
group by refund_ref, line_ref
"""


class Early(Exception):
    """It is about an order of which nothing is known yet: it is tried again later."""


def apply_order(shop: Shop, order: ShopOrder, *, at: datetime) -> None:
    """Stores what is new in an order. The caller commits; the order is locked by keep_newest."""
    if order.test:
        doubt(shop, order.order, Doubt.TEST, at=at)
        return
    _note_cancellation(shop, order, at)
    refs = _line_refs(shop, order)
    stored = _stored(shop, order.order)
    if order.paid or stored:
        _remember(shop, order, at)
        _sell(shop, order, refs, stored, at)
        for each in order.returns:
            apply_return(shop, order.order, order.key, each, at=at)


def apply_return(shop: Shop, order_ref: str, order_key: str, told: Return, *, at: datetime) -> None:
    """Stores a refund of an order, once, by its lines. Early where the order itself has not come yet."""
    if told.is_nothing:
        if told.goods:
            doubt(shop, order_ref, Doubt.NO_MONEY_BACK, told.key, at=at)
        return
    stored = _stored(shop, order_ref)
    if not stored:
        raise Early(f"nothing is known of order {order_ref}")
    before = _refunded(shop, order_ref)
    if told.currency != next(iter(stored.values())).currency:
        doubt(shop, order_ref, Doubt.OTHER_CURRENCY, told.currency, at=at)
    unit = Decimal(1).scaleb(-exponent(told.currency))
    lines = [
        RefundLine(shop.source, told.key, order_ref, line, told.occurred_at, sum_, told.currency, pieces)
        for line, (sum_, pieces) in _by_line(shop, order_key, told, stored, before).items()
        if sum_ >= unit
    ]
    known = {ref: amount for (key, ref), amount in before.items() if key == told.key}
    if known:
        if known != {each.line: int(each.amount / unit) for each in lines}:
            doubt(shop, order_ref, Doubt.REFUND_CHANGED, told.key, at=at)
        return
    if told.spread:
        doubt(shop, order_ref, Doubt.SPREAD, told.key, at=at)
    outcomes = record_refunds(shop.brand_id, lines, through=through(shop), at=at)
    _doubt_refused(shop, order_ref, outcomes, at)


def known_order(shop: Shop, order_key: str) -> Any:
    """What was kept of an order: its reference, currency, whether prices include tax, and the net share. Early where
    nothing was."""
    row = db.session.execute(KNOWN, {"shop": shop.id, "key": order_key}).first()
    if row is None:
        raise Early(f"nothing is known of order {order_key}")
    return row


def doubt(shop: Shop, order: str, about: Doubt, detail: str = "", *, at: datetime) -> None:
    """Notes something that a person should know of an order, once."""
    values = {"shop": shop.id, "order": order, "about": about, "detail": detail[:500], "at": at}
    db.session.execute(DOUBT, values)


def cancel(shop: Shop, order: str, reason: str, cancelled_at: datetime, *, at: datetime) -> None:
    """Notes why an order was cancelled; the first word on it stands."""
    values = {"brand": shop.brand_id, "source": shop.source, "order": order, "reason": reason}
    db.session.execute(CANCEL, values | {"cancelled_at": cancelled_at, "at": at})


def through(shop: Shop) -> str:
    """By which way rows of the shop come: the name of their imports."""
    return f"Shop {shop.name}"


def _note_cancellation(shop: Shop, order: ShopOrder, at: datetime) -> None:
    if order.cancelled and order.cancelled_at:
        cancel(shop, order.order, order.cancelled, order.cancelled_at, at=at)


def _line_refs(shop: Shop, order: ShopOrder) -> dict[str, str]:
    """Our reference of each line: its place in the order when it was first seen, as in the shop's own export."""
    values = {"shop": shop.id, "key": order.key}
    refs = {row.line_key: row.line_ref for row in query_rows(raw(), LINES, values)}
    taken = {int(ref) for ref in refs.values()}
    for place, line in enumerate(order.lines, 1):
        if line.key not in refs:
            ref = place if place not in taken else max(taken) + 1
            taken.add(ref)
            refs[line.key] = str(ref)
            db.session.execute(
                text("insert into shop_line values (:shop, :key, :line, :order, :ref) on conflict do nothing"),
                values | {"line": line.key, "order": order.order, "ref": str(ref)},
            )
    return refs


def _stored(shop: Shop, order: str) -> dict[str, Any]:
    values = {"brand": shop.brand_id, "source": shop.source, "order": order}
    return {row.line_ref: row for row in query_rows(raw(), STORED, values)}


def _refunded(shop: Shop, order: str) -> dict[tuple[str, str], int]:
    values = {"brand": shop.brand_id, "source": shop.source, "order": order}
    return {(row.refund_ref, row.line_ref): row.amount for row in query_rows(raw(), REFUNDS, values)}


def _remember(shop: Shop, order: ShopOrder, at: datetime) -> None:
    values = {"shop": shop.id, "key": order.key, "order": order.order, "currency": order.currency, "at": at}
    values |= {"included": order.taxes_included, "share": order.net_share, "attributed": order.attributed}
    db.session.execute(ORDER, values)
    if abs(order.off) > Decimal(1).scaleb(-exponent(order.currency)):
        doubt(shop, order.order, Doubt.DOES_NOT_ADD_UP, f"{order.off:f} {order.currency}", at=at)


def _sell(shop: Shop, order: ShopOrder, refs: Mapping[str, str], stored: Mapping[str, Any], at: datetime) -> None:
    fresh = [line for line in order.lines if refs[line.key] not in stored]
    for line in order.lines:
        before = stored.get(refs[line.key])
        if before is not None and before.quantity != line.quantity:
            doubt(shop, order.order, Doubt.LINE_CHANGED, f"{line.sku}: {before.quantity} → {line.quantity}", at=at)
    if not fresh:
        return
    visitor = _visitor(shop, order, at)
    lines = [
        SaleLine(
            shop.source,
            order.order,
            refs[line.key],
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
        for line in fresh
    ]
    _doubt_refused(shop, order.order, record_sales(shop.brand_id, lines, through=through(shop), at=at), at)


def _visitor(shop: Shop, order: ShopOrder, at: datetime) -> str | None:
    """Whose visitor the buyer is: of the click that the shop gives back, else by the e-mail address."""
    if order.visit:
        way = ShopVisit(order.visit.click_id, order.visit.code, order.occurred_at, order.visit.evidence)
        (visitor,) = record_shop_visits(shop.brand_id, [way], at=at)
        if visitor:
            return visitor
    return order.email or None


def _doubt_refused(shop: Shop, order: str, outcomes: Sequence[Outcome], at: datetime) -> None:
    for each in outcomes:
        if each.status == "rejected":
            doubt(shop, order, Doubt.REFUSED, f"{each.column}: {each.reason}", at=at)


def _by_line(
    shop: Shop, order_key: str, told: Return, stored: Mapping[str, Any], before: Mapping[tuple[str, str], int]
) -> dict[str, tuple[Decimal, int | None]]:
    """Amount and pieces of a refund by our line references. What names no line is shared over all, by what is left."""
    values = {"shop": shop.id, "key": order_key}
    refs = {row.line_key: row.line_ref for row in query_rows(raw(), LINES, values)}
    found: dict[str, tuple[Decimal, int | None]] = {}
    beside = told.spread
    unit = Decimal(1).scaleb(-exponent(told.currency))
    for part in told.parts:
        ref = refs.get(part.line_key)
        if ref is None:
            beside += part.amount
        else:
            held, pieces = found.get(ref, (Decimal(), None))
            found[ref] = held + part.amount.quantize(unit), part.quantity if pieces is None else pieces
    if beside:
        lines = sorted(stored, key=lambda ref: (len(ref), ref))
        gone = {
            ref: sum(sum_ for (key, each), sum_ in before.items() if each == ref and key != told.key) for ref in lines
        }
        left = [max(Decimal(stored[ref].base_minor - gone[ref]), Decimal()) for ref in lines]
        for ref, share in zip(lines, shares(beside.quantize(unit), left, told.currency), strict=True):
            held, pieces = found.get(ref, (Decimal(), None))
            found[ref] = held + share, pieces
    return found
