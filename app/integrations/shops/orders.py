"""An order as any shop tells it: what the translators make of its JSON, and what applying.py makes sales of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.money import exponent, in_proportion

NUMBERS_AFTER_THE_POINT = 8  # of a price without VAT: times ten thousand pieces it still rounds to the cent


class NoOrder(Exception):
    """The content is not what the shop's documentation says; the text says what is missing."""


@dataclass(frozen=True)
class OrderLine:
    """One line, without VAT, in major units. `key` is the shop's own number for it, `place` where it stands in
    the order among all that was bought, as in the shop's own export."""

    key: str
    place: int
    sku: str
    description: str
    quantity: int
    unit_price: Decimal
    discount: Decimal

    @property
    def base(self) -> Decimal:
        """What a rate is applied to, before rounding."""
        return self.quantity * self.unit_price - self.discount


@dataclass(frozen=True)
class Back:
    """A part of a refund that names its line."""

    line_key: str
    quantity: int | None
    amount: Decimal


@dataclass(frozen=True)
class Return:
    """Money given back, without VAT. `spread` is what names no line; `goods` says that pieces were taken back."""

    key: str
    occurred_at: datetime
    currency: str
    parts: tuple[Back, ...] = ()
    spread: Decimal = Decimal()
    goods: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether no money came back."""
        return not self.spread and not any(part.amount for part in self.parts)


@dataclass(frozen=True)
class Visit:
    """By which of our links the buyer came, as the shop has recorded it."""

    click_id: str | None
    code: str | None
    evidence: str


@dataclass(frozen=True)
class ShopOrder:
    """An order as of `updated_at`. `attributed`: whether the shop says anything of the way by which the buyer came.
    `void`: what was sold of it is given back whole. `off` is by how much its parts and its total differ."""

    key: str
    order: str
    occurred_at: datetime
    updated_at: datetime
    paid: bool
    currency: str
    lines: tuple[OrderLine, ...]
    returns: tuple[Return, ...] = ()
    test: bool = False
    cancelled: str = ""  # a word of Cancelled
    cancelled_at: datetime | None = None
    void: bool = False
    country: str = ""
    coupon: str = ""
    email: str = ""
    visit: Visit | None = None
    attributed: bool = False
    off: Decimal = Decimal()
    taxes_included: bool = False
    net_share: Decimal = Decimal(1)  # of what its lines cost: what is left without VAT

    @property
    def adds_up(self) -> bool:
        """Whether its parts and its total differ by one minor unit at most."""
        return abs(self.off) <= Decimal(1).scaleb(-exponent(self.currency))


def net_line(
    key: str, place: int, sku: str, description: str, quantity: int, gross: Decimal, discount: Decimal, tax: Decimal
) -> OrderLine:
    """A line of which the price of all pieces (`gross`) and the discount contain `tax`: both without it, so that what
    is left is exact."""
    base = gross - discount - tax
    share = base / (gross - discount) if gross - discount else Decimal(1)
    places = Decimal(1).scaleb(-NUMBERS_AFTER_THE_POINT)
    off = (discount * share).quantize(places)
    return OrderLine(key, place, sku, description, quantity, ((base + off) / quantity).quantize(places), off)


def shares(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """`amount` divided by the weights to the minor unit, by the largest remainder: the parts add up to it exactly."""
    unit = Decimal(1).scaleb(-exponent(currency))
    digits = max((-int(weight.as_tuple().exponent) for weight in weights), default=0)
    whole = int((amount / unit).to_integral_value())
    return [part * unit for part in in_proportion(whole, [int(weight.scaleb(max(0, digits))) for weight in weights])]
