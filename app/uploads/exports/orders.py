"""An order as a shop tells it, and what its lines are worth without discounts, shipping and tax (settlement.md section
1): every share is reckoned in minor units by largest remainder, so that shares always add up to what was shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum

from app.csvfiles.tables import Row
from app.money import exponent, in_proportion

PLACES = Decimal("1e-12")  # of a unit price


class Standing(StrEnum):
    """Whether an order is a sale."""

    SOLD = "sold"
    CANCELLED = "cancelled"
    UNPAID = "unpaid"


@dataclass
class Line:
    """A line of an order. `amount`: what all pieces cost together, where the file says that and not the `price`."""

    at: int  # of the file
    ref: str
    sku: str
    description: str = ""
    quantity: int = 1
    price: Decimal | None = None
    amount: Decimal | None = None
    discount: Decimal = Decimal()
    tax: Decimal | None = None
    taxable: bool = True

    @property
    def gross(self) -> Decimal:
        """What the pieces cost before any discount."""
        if self.price is None:
            return self.amount or Decimal()
        return self.price * self.quantity


@dataclass
class Order:
    """What the file says of an order; None is what it does not say. Amounts are in major units of `currency`.

    `tax_inside`: whether prices include tax, None where the sums have to tell.
    """

    ref: str
    origin: list[Row]
    occurred_at: datetime
    currency: str
    lines: list[Line] = field(default_factory=list)
    standing: Standing = Standing.SOLD
    email: str = ""
    country: str = ""
    coupon: str = ""
    stream: str = ""
    discount: Decimal | None = None
    subtotal: Decimal | None = None
    shipping: Decimal | None = None
    tax: Decimal | None = None
    duties: Decimal | None = None
    total: Decimal | None = None
    refunded: Decimal | None = None
    tax_inside: bool | None = None


@dataclass(frozen=True)
class Worth:
    """A line as a row of ours has it; `base` is what it is worth, in minor units, and `refunded` what of it was given
    back."""

    line: Line
    unit_price: Decimal
    discount: int
    base: int
    refunded: int = 0


@dataclass(frozen=True)
class Account:
    """The lines of an order. `off`: by how many minor units its sums differ from its total; `beyond`: how much of the
    discount there is nothing to take off from; `inside`: whether tax was taken out of the prices."""

    lines: list[Worth]
    off: int = 0
    beyond: int = 0
    inside: bool = False


def account(order: Order) -> Account:
    """What each line of the order is worth: discounts shared, tax taken out where the sums show that it is inside,
    and what was refunded spread in proportion, never more than the line is worth."""
    digits = exponent(order.currency)
    after = [max(0, minor(line.gross - line.discount, digits)) for line in order.lines]
    discount = _order_discount(order, after, digits)
    taken = in_proportion(min(discount, sum(after)), after)
    left = [one - other for one, other in zip(after, taken, strict=True)]
    inside, off = _sums(order, left, max(0, minor(order.discount, digits) - discount), digits)
    taxes = _taxes(order, left, digits) if inside else [0] * len(left)
    bases = [one - other for one, other in zip(left, taxes, strict=True)]
    refunds = _refunds(order, left, bases, digits)
    lines = [_worth(*each, digits=digits) for each in zip(order.lines, left, bases, refunds, strict=True)]
    return Account(lines, off, max(0, discount - sum(after)), inside and any(taxes))


def minor(amount: Decimal | None, digits: int) -> int:
    """Major units as minor ones, half away from zero; 0 for what is not said."""
    return int(((amount or Decimal()) * 10**digits).to_integral_value(ROUND_HALF_UP))


def _order_discount(order: Order, after: Sequence[int], digits: int) -> int:
    """What of the order's discount is to be taken off its lines. Shops count in it what they took off lines already,
    or off shipping: the subtotal, where there is one, tells which."""
    said = max(0, minor(order.discount, digits))
    if not said:
        return said
    of_lines = sum(minor(line.discount, digits) for line in order.lines)
    goods = _goods(order, digits)
    for candidate in (said, said - of_lines, 0):
        if candidate >= 0 and any(abs(sum(after) - candidate - each) <= 1 for each in goods):
            return candidate
    return said


def _goods(order: Order, digits: int) -> list[int]:
    """What the lines should come to after discounts: the subtotal, else the total less what is beside the lines."""
    if order.subtotal is not None:
        return [minor(order.subtotal, digits)]
    if order.total is None:
        return []
    beside = minor(order.shipping, digits) + minor(order.duties, digits)
    without = minor(order.total, digits) - beside
    return [without - minor(order.tax, digits), without]


def _sums(order: Order, left: Sequence[int], other: int, digits: int) -> tuple[bool, int]:
    """Whether prices include the tax, and by how much lines, shipping and tax differ from the total. `other` is what
    of the discount is not of the lines: some programs have taken it off the shipping already, some have not."""
    tax = minor(order.tax, digits)
    if order.total is None:
        return bool(order.tax_inside), 0
    goods = sum(left) + minor(order.shipping, digits) + minor(order.duties, digits)
    total = minor(order.total, digits)
    without, beside = total - goods, total - goods - tax
    inside = order.tax_inside if order.tax_inside is not None else tax > 0 and abs(without) < abs(beside)
    off = without if inside else beside
    off = min(off, off + other, key=abs)
    return inside, off if abs(off) > 1 else 0


def _taxes(order: Order, left: Sequence[int], digits: int) -> list[int]:
    """The tax that is inside of each line: as the file says, else its share of the order's, of which shipping bears
    one too."""
    own = [minor(line.tax, digits) for line in order.lines if line.tax is not None]
    if len(own) == len(left) and own:
        return [min(tax, line) for tax, line in zip(own, left, strict=True)]
    weights = [amount if line.taxable else 0 for line, amount in zip(order.lines, left, strict=True)]
    shipping = max(0, minor(order.shipping, digits))
    shares = in_proportion(max(0, minor(order.tax, digits)), [*weights, shipping])[:-1]
    return [min(tax, line) for tax, line in zip(shares, left, strict=True)]


def _refunds(order: Order, left: Sequence[int], bases: Sequence[int], digits: int) -> list[int]:
    """What the customer got back is with tax, what is taken off a line's worth is without."""
    paid, worth = sum(left), sum(bases)
    if order.standing is Standing.CANCELLED:
        return list(bases)
    back = min(max(0, minor(order.refunded, digits)), paid)
    if not back or not worth:
        return [0] * len(bases)
    return in_proportion(min(worth, (2 * back * worth + paid) // (2 * paid)), bases)


def _worth(line: Line, left: int, base: int, refunded: int, *, digits: int) -> Worth:
    """The unit price without tax, and the discount that makes the line worth exactly its base. A price that is no
    whole number of minor units is rounded up, so that no discount is more than the pieces cost."""
    gross = line.gross * base / left if left else line.gross
    unit_price = _each(gross, line.quantity)
    exact = max(minor(unit_price * line.quantity, digits), base)
    if unit_price * line.quantity < Decimal(exact).scaleb(-digits):
        unit_price = _each(Decimal(exact).scaleb(-digits), line.quantity)
    return Worth(line, unit_price, exact - base, base, refunded)


def _each(gross: Decimal, quantity: int) -> Decimal:
    return (gross / quantity).quantize(PLACES, ROUND_CEILING).normalize()
