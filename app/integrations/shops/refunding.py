"""Money given back as a shop reports it: each refund once, by its lines, and never what a file has told already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.integrations.shops.models import Doubt, Shop
from app.integrations.shops.orders import Return, ShopOrder, shares
from app.integrations.shops.records import Early, doubt, doubt_refused, lines_of, refunded, sold_lines, through
from app.money import exponent
from app.sales.recording import RefundLine, record_refunds

VOID = "cancelled"  # the refund of an order that is none any more; app/uploads/exports calls it the same


def give_back(shop: Shop, order: ShopOrder, at: datetime) -> None:
    """The refunds of an order. Where a file has told some, only what all of them come to beyond what is recorded."""
    before, by_file = refunded(shop, order.order)
    if not order.void and any(key == VOID for key, _line in before):
        doubt(shop, order.order, Doubt.REFUND_CHANGED, VOID, at=at)
    lacking = None
    if by_file:
        stored, unit = sold_lines(shop, order.order), Decimal(1).scaleb(-exponent(order.currency))
        sums = [_by_line(shop, order.key, each, stored, {}).values() for each in order.returns]
        lacking = sum(int(amount / unit) for each in sums for amount, _pieces in each) - sum(before.values())
    for each in order.returns:
        if lacking is not None and lacking <= 0:
            return
        taken = apply_return(shop, order.order, order.key, each, at=at, most=lacking)
        lacking = None if lacking is None else lacking - taken


def apply_return(
    shop: Shop, order_ref: str, order_key: str, told: Return, *, at: datetime, most: int | None = None
) -> int:
    """Stores a refund of an order, once, by its lines, and no more of it than `most` minor units; how much it was.
    Early where the order itself has not come yet.

    Where a file has told refunds of the order, the order alone tells whether this is one of them: without `most`
    nothing is stored then, and the order's next event brings what is lacking.
    """
    if told.is_nothing:
        if told.goods:
            doubt(shop, order_ref, Doubt.NO_MONEY_BACK, told.key, at=at)
        return 0
    stored = sold_lines(shop, order_ref)
    if not stored:
        raise Early(f"nothing is known of order {order_ref}")
    before, by_file = refunded(shop, order_ref)
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
        if not by_file and known != {each.line: int(each.amount / unit) for each in lines}:
            doubt(shop, order_ref, Doubt.REFUND_CHANGED, told.key, at=at)
        return 0
    if by_file and most is None:
        return 0
    lines = lines if most is None else _at_most(lines, most, unit)
    if told.spread and lines:
        doubt(shop, order_ref, Doubt.SPREAD, told.key, at=at)
    outcomes = record_refunds(shop.brand_id, lines, through=through(shop), at=at)
    doubt_refused(shop, order_ref, outcomes, at)
    return sum(int(each.amount / unit) for each in lines)


def give_all_back(shop: Shop, order: ShopOrder, when: datetime, at: datetime) -> None:
    """What is left of an order that is void, once, under the name that exports give it."""
    before, _by_file = refunded(shop, order.order)
    gone = Counter[str]()
    for (_key, line), amount in before.items():
        gone[line] += amount
    lines = [
        RefundLine(
            shop.source, VOID, order.order, ref, when,
            Decimal(row.base_minor - gone[ref]).scaleb(-exponent(row.currency)), row.currency,
        )
        for ref, row in sold_lines(shop, order.order).items()
        if row.base_minor > gone[ref] and (VOID, ref) not in before
    ]  # fmt: skip
    doubt_refused(shop, order.order, record_refunds(shop.brand_id, lines, through=through(shop), at=at), at)


def _at_most(lines: list[RefundLine], most: int, unit: Decimal) -> list[RefundLine]:
    """The lines of a refund, cut in proportion where they come to more than `most` minor units."""
    sums = [each.amount for each in lines]
    if sum(sums) <= most * unit:
        return lines
    parts = shares(most * unit, sums, lines[0].currency)
    return [replace(each, amount=part, quantity=None) for each, part in zip(lines, parts, strict=True) if part]


def _by_line(
    shop: Shop, order_key: str, told: Return, stored: Mapping[str, Any], before: Mapping[tuple[str, str], int]
) -> dict[str, tuple[Decimal, int | None]]:
    """Amount and pieces of a refund by our line references. What names no line is shared over all, by what is left."""
    refs = lines_of(shop, order_key)
    found: dict[str, tuple[Decimal, int | None]] = {}
    beside = told.spread
    unit = Decimal(1).scaleb(-exponent(told.currency))
    for part in told.parts:
        ref = refs.get(part.line_key)
        if ref is None or ref not in stored:
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
