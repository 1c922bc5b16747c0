"""Orders and refunds as Shopify reports them (webhooks of API 2026-10), made into ours. Pure.

All money is read in the shop's own currency. Prices hold VAT where `taxes_included` says so; it is taken out. The
quantity of a line is the one that was paid: what is taken back for money later stands in the refunds, what an edit took
out before anybody paid for it was never sold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.integrations.shops.fields import (
    Json,
    amount,
    count,
    country,
    email,
    instant,
    number,
    objects,
    part,
    visit,
    words,
)
from app.integrations.shops.orders import Back, NoOrder, OrderLine, Return, ShopOrder, net_line, shares
from app.sales.cancellations import Cancelled

PAID = frozenset({"paid", "partially_refunded", "refunded"})
REASONS = {
    "customer": Cancelled.BUYER,
    "inventory": Cancelled.OUT_OF_STOCK,
    "declined": Cancelled.PAYMENT,
    "fraud": Cancelled.FRAUD,
    "staff": Cancelled.STAFF,
}


def read_order(told: Json) -> ShopOrder:
    """An order of orders/create, paid, updated or cancelled. NoOrder where something it needs is missing."""
    included = told.get("taxes_included") is True
    currency = words(told.get("currency")).upper()
    if len(currency) != 3:
        raise NoOrder("currency is missing")
    items = objects(told.get("line_items"))
    bought = [each for each in items if _pieces(each)]
    goods = [(place, each) for place, each in enumerate(bought, 1) if _is_goods(each)]
    back = _paid_back(told, included, currency)
    lines = tuple(line for place, each in goods if (line := _line(place, each, included, back)))
    gross = sum(
        (
            (_gross(each) - _discount(each) + _tax_beside(each, included)) * _sold(each, back) / _pieces(each)
            for _, each in goods
        ),
        Decimal(),
    )
    share = sum((line.base for line in lines), Decimal()) / gross if gross else Decimal(1)
    cancelled_at = told.get("cancelled_at")
    way = visit([("landing_site", words(told.get("landing_site"), 4000))], _named(told))
    return ShopOrder(
        key=number(told.get("id"), "id"),
        order=number(told.get("name") or told.get("order_number") or told.get("id"), "name"),
        occurred_at=instant(told.get("processed_at") or told.get("created_at"), "created_at"),
        updated_at=instant(told.get("updated_at") or told.get("created_at"), "updated_at"),
        paid=words(told.get("financial_status")) in PAID,
        currency=currency,
        lines=lines,
        returns=tuple(read_return(each, included, share, currency) for each in objects(told.get("refunds"))),
        test=told.get("test") is True,
        cancelled=REASONS.get(words(told.get("cancel_reason")), Cancelled.OTHER) if cancelled_at else "",
        cancelled_at=instant(cancelled_at, "cancelled_at") if cancelled_at else None,
        country=country(part(told, "shipping_address"), part(told, "billing_address"), name="country_code"),
        coupon=next((words(each.get("code")) for each in objects(told.get("discount_codes")) if each.get("code")), ""),
        email=email(told.get("email") or told.get("contact_email")),
        visit=way,
        attributed=bool(told.get("landing_site") or told.get("referring_site") or told.get("note_attributes")),
        off=_off(told, items, included),
        taxes_included=included,
        net_share=share,
    )


def read_return(told: Json, included: bool, share: Decimal, currency: str) -> Return:
    """A refund, of an order or of refunds/create.

    It has no total: what went back is the sum of its transactions, of which the refunded shipping is no part of a line.
    Less than its lines cost is shared over them, what is more over all lines of the order.
    """
    parts = [_back(each, included) for each in objects(told.get("refund_line_items"))]
    whole = sum((with_tax for _, with_tax in parts), Decimal())
    money = _money_back(told, currency)
    back = whole if money is None else max(money - _shipping_back(told), Decimal())
    named = [each for each, _ in parts]
    if whole and back < whole:
        net = sum((each.amount for each in named), Decimal()) * back / whole
        cut = shares(net, [each.amount for each in named], currency)
        named = [Back(each.line_key, each.quantity, less) for each, less in zip(named, cut, strict=True)]
    return Return(
        key=number(told.get("id"), "id of a refund"),
        occurred_at=instant(told.get("processed_at") or told.get("created_at"), "created_at of a refund"),
        currency=currency,
        parts=tuple(named),
        spread=max(back - whole, Decimal()) * share,
        goods=bool(parts),
    )


def order_of_return(told: Json) -> str:
    """The order's number in refunds/create."""
    return number(told.get("order_id"), "order_id")


def numbers(told: Json, name: str) -> frozenset[str]:
    """The orders that a request about privacy names."""
    found = told.get(name)
    return frozenset(number(each, name) for each in found) if isinstance(found, list) else frozenset()


def _line(place: int, told: Json, included: bool, back: Mapping[str, int] | None) -> OrderLine | None:
    """A line; None where nothing of it was paid. One without a SKU is called by its name, as in the shop's export."""
    pieces = _sold(told, back)
    if not pieces:
        return None
    part_sold = Decimal(pieces) / _pieces(told)
    return net_line(
        number(told.get("id"), "id of a line"),
        place,
        words(told.get("sku"), 128) or words(told.get("name") or told.get("title"), 128) or "unknown",
        words(told.get("name") or told.get("title")),
        pieces,
        _gross(told) * part_sold,
        _discount(told) * part_sold,
        _tax(told) * part_sold if included else Decimal(),
    )


def _is_goods(told: Json) -> bool:
    """Whether a line is something sold: gift cards are money, tips are nobody's sale (rules.md B5)."""
    return not (told.get("gift_card") is True or told.get("tip"))


def _pieces(told: Json) -> int:
    return count(told.get("quantity"), "quantity")


def _sold(told: Json, back: Mapping[str, int] | None) -> int:
    """How many pieces were paid: those that are still in the order, and those that went back for money."""
    pieces = _pieces(told)
    if back is None or told.get("current_quantity") is None:
        return pieces
    left = count(told["current_quantity"], "current_quantity")
    return max(min(pieces, left + back.get(str(told.get("id")), 0)), 0)


def _paid_back(told: Json, included: bool, currency: str) -> dict[str, int] | None:
    """By line how many pieces went back for money; None where money went back that names no line, so that nobody can
    tell which pieces were paid."""
    pieces = Counter[str]()
    for each in objects(told.get("refunds")):
        read = read_return(each, included, Decimal(1), currency)
        if read.spread:
            return None
        if not read.is_nothing:
            for back in read.parts:
                pieces[back.line_key] += back.quantity or 0
    return pieces


def _gross(told: Json) -> Decimal:
    return amount(_shop_money(told, "price"), "price") * _pieces(told)


def _discount(told: Json) -> Decimal:
    if "discount_allocations" in told:
        return sum(
            (amount(_shop_money(each, "amount"), "discount") for each in objects(told["discount_allocations"])),
            Decimal(),
        )
    return amount(told.get("total_discount"), "total_discount")


def _tax(told: Json) -> Decimal:
    return sum((amount(_shop_money(each, "price"), "tax") for each in objects(told.get("tax_lines"))), Decimal())


def _tax_beside(told: Json, included: bool) -> Decimal:
    """The tax that comes on top of a line's price."""
    return Decimal() if included else _tax(told)


def _shop_money(told: Json, name: str) -> Any:
    """The amount in the shop's own currency, where a second one is told too."""
    return part(part(told, f"{name}_set"), "shop_money").get("amount", told.get(name))


def _off(told: Json, items: list[Json], included: bool) -> Decimal:
    """By how much lines, shipping, tax, tip and duties differ from the total."""
    if told.get("total_price") in (None, ""):
        return Decimal()
    shipping = objects(told.get("shipping_lines"))
    made = sum((_gross(each) - _discount(each) for each in items), Decimal())
    made += sum((amount(_shop_money(each, "price"), "shipping") - _discount(each) for each in shipping), Decimal())
    made += Decimal() if included else amount(told.get("total_tax"), "total_tax")
    made += amount(told.get("total_tip_received"), "tip")
    made += amount(part(part(told, "original_total_duties_set"), "shop_money").get("amount"), "duties")
    return made - amount(told["total_price"], "total_price")


def _back(told: Json, included: bool) -> tuple[Back, Decimal]:
    """A refunded line without VAT, and what it came to with VAT."""
    price = amount(_shop_money(told, "subtotal"), "subtotal")
    tax = amount(_shop_money(told, "total_tax"), "total_tax")
    line = told.get("line_item_id") or part(told, "line_item").get("id")
    pieces = count(told.get("quantity", 0), "quantity")
    back = Back(number(line, "line_item_id"), pieces or None, price - tax if included else price)
    return back, price if included else price + tax


def _money_back(told: Json, currency: str) -> Decimal | None:
    """What went back by its transactions; None where the shop tells of none, or of another currency."""
    if not isinstance(told.get("transactions"), list):
        return None
    done = [
        each
        for each in objects(told["transactions"])
        if each.get("kind") == "refund" and each.get("status", "success") in ("success", "pending")
    ]
    if any(words(each.get("currency")).upper() not in ("", currency) for each in done):
        return None
    return sum((amount(each.get("amount"), "amount of a refund") for each in done), Decimal())


def _shipping_back(told: Json) -> Decimal:
    adjustments = [each for each in objects(told.get("order_adjustments")) if each.get("kind") == "shipping_refund"]
    return sum(
        (
            abs(amount(each.get("amount"), "shipping")) + abs(amount(each.get("tax_amount"), "tax"))
            for each in adjustments
        ),
        Decimal(),
    )


def _named(told: Json) -> dict[str, str]:
    """The attributes that the shop's own theme keeps of a visit."""
    return {words(each.get("name")): words(each.get("value")) for each in objects(told.get("note_attributes"))}
