"""What the API takes and gives, once: these models check every request, make every answer and write the document.

Amounts are decimal strings in major units and percentages decimal strings, as in files (spec/formats.md); instants have
an offset. What a field means stands in its description, which is also the documentation.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from flask_babel import gettext
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from app.api.problems import CODES
from app.csvfiles.cells import INSTANT
from app.payouts.models import PayoutStatus
from app.sales.commissions.models import Standing
from app.sales.models import Label, Rule
from app.words import Word

Item = TypeVar("Item")


def _instant(value: object) -> object:
    """An instant is written as in files: nothing else that could be taken for one."""
    if isinstance(value, str) and not INSTANT.fits.fullmatch(value):
        raise ValueError(gettext("Write an instant with its offset, like 2026-03-28T09:30:00+01:00."))
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
Amount = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["12.50"])]
Percent = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["7.25"])]


def _one_of(words: type[Word]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}"


class Given(BaseModel):
    """What is given: every field is always there."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Asked(BaseModel):
    """What an address asks for."""

    model_config = ConfigDict(extra="forbid")


class Listed(Asked):
    """Which part of a list is asked for."""

    limit: int = Field(default=50, ge=1, le=200, description="How many at most")
    cursor: str | None = Field(default=None, max_length=200, description="`next` of the answer before: what follows it")


class Page(Given, Generic[Item]):
    """A part of a list, the newest first; what is added meanwhile moves nothing in it."""

    data: list[Item]
    next: str | None = Field(description="The cursor of what follows; null at the end")


def _one_of_the_codes(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(CODES.values())


class FieldError(Given):
    """One thing that is wrong with what was sent."""

    row: int | None = Field(description="Which row, counted from 0; null when it is not about one row")
    field: str | None = Field(description="Which field; null when it is not about one field")
    reason: str = Field(description="A sentence that says what to write")


class Problem(Given):
    """What went wrong, for programs and for people (RFC 9457)."""

    type: str = Field(description="An address that explains this kind of problem")
    title: str = Field(description="The kind of problem in words")
    status: int = Field(description="The status of the answer")
    code: str = Field(description="The kind in one word", json_schema_extra=_one_of_the_codes)
    detail: str = Field(description="A sentence that says what to do")
    request_id: UUID = Field(description="The number of this request, as in X-Request-Id")
    errors: list[FieldError] = Field(description="What is wrong where; empty for most problems")


class BrandOfKey(Given):
    """The brand a key belongs to, and what the key may do."""

    handle: str
    name: str
    country: str
    currency: str
    timezone: str
    key: str = Field(description="The name of the key that asks")
    scopes: list[str]


class Named(Given):
    """A creator, by name."""

    id: UUID
    handle: str
    name: str


class Referred(Given):
    """A contract or stream, by its reference."""

    id: UUID
    ref: str


class Attribution(Given):
    """Whose a sale is and why, as decided last."""

    decided_at: AwareDatetime
    rule: str | None = Field(description=f"{_one_of(Rule)}; null where the sale is the house's")
    label: str | None = Field(description=_one_of(Label))
    reason: str = Field(description="Why, in one word", examples=["last_touch"])
    why: list[str] = Field(description="Why, in sentences")
    creator: Named | None
    contract: Referred | None
    stream: Referred | None
    touch: str | None = Field(description="The reference of the touch that won it")
    rate_percent: Percent | None = Field(description="Of the base, for the creator")
    fee_percent: Percent | None = Field(description="Of the base, for the platform")
    commission: Amount = Field(description="Booked for the creator, after refunds")
    fee: Amount = Field(description="Booked for the platform, after refunds")
    available_on: date | None = Field(description="From which day the commission is payable")
    standing: str | None = Field(description=_one_of(Standing))


class Sale(Given):
    """One line of an order and what it earned."""

    id: int
    source: str
    order: str
    line: str
    occurred_at: AwareDatetime
    recorded_at: AwareDatetime
    sku: str
    description: str | None
    quantity: int
    unit_price: Amount
    discount: Amount
    base: Amount = Field(description="What a rate is applied to: quantity times price, less the discount")
    refunded: Amount = Field(description="What refunds took off the base, at most all of it")
    currency: str
    country: str | None
    coupon: str | None
    checkout_stream: str | None
    attribution: Attribution | None = Field(description="null until it is decided, moments after it came")


class RefundOfSale(Given):
    """Money given back on a line."""

    refund: str
    occurred_at: AwareDatetime
    amount: Amount
    currency: str
    counts: bool = Field(description="false in another currency than the sale's, and where its file was withdrawn")


class Decision(Given):
    """One decision about a line; the highest number counts."""

    nr: int
    decided_at: AwareDatetime
    rule: str | None
    label: str | None
    reason: str
    creator: Named | None
    note: str | None


class SaleInFull(Sale):
    """A line with its refunds and every decision about it."""

    refunds: list[RefundOfSale]
    decisions: list[Decision]


class SalesAsked(Listed):
    """Which sales are asked for."""

    source: str | None = Field(default=None, max_length=128)
    order: str | None = Field(default=None, max_length=128, description="All lines of one order")
    creator: UUID | None = Field(default=None, description="Those that are this creator's")
    since: Instant | None = Field(default=None, description="Sold at this instant or later")
    until: Instant | None = Field(default=None, description="Sold before this instant")


class Contract(Given):
    """A contract of the brand with a creator, and what it pays now."""

    id: UUID
    ref: str
    creator: Named
    starts_on: date
    ends_on: date = Field(description="The last day")
    timezone: str
    signed_at: AwareDatetime | None
    commission_percent: Percent
    in_stream_percent: Percent | None
    replay_percent: Percent | None
    after_stream_percent: Percent | None
    off_stream_percent: Percent | None
    window_days: int
    hold_days: int
    coupons: list[str]
    exclusive_category: str | None


class ByCreator(Listed):
    """A list, or the part of it that is one creator's."""

    creator: UUID | None = Field(default=None, description="Those of this creator")


class Stream(Given):
    """A live show of a creator for the brand."""

    id: UUID
    ref: str
    creator: Named
    platform: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = Field(description="null while it runs")
    skus: list[str]


class Creator(Given):
    """A creator the brand has, or had, a contract with."""

    id: UUID
    handle: str
    name: str
    country: str
    languages: list[str]
    timezone: str


class Payout(Given):
    """What of an approved payout is money of this brand. One payout may hold the money of several brands."""

    id: UUID
    creator: Named
    currency: str
    amount: Amount = Field(description="This brand's part of it")
    entries: int = Field(description="How many entries of this brand it pays")
    status: str = Field(description=_one_of(PayoutStatus))
    status_at: AwareDatetime
    paid_on: date | None


class Statement(Given):
    """A creator's month with the brand, in one currency."""

    month: str = Field(examples=["2026-03"])
    creator: Named
    currency: str
    opening: Amount = Field(description="Owed at the beginning")
    commissions: Amount
    refunds: Amount = Field(description="Refunds and corrections: negative")
    bonuses: Amount
    vat: Amount = Field(description="VAT of the creator's invoices")
    written_off: Amount = Field(description="Debts that have lapsed")
    paid: Amount = Field(description="Paid out: negative")
    returned: Amount = Field(description="Payouts that came back")
    closing: Amount = Field(description="Owed at the end")


class StatementsAsked(ByCreator):
    """Of which month."""

    month: str = Field(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$", description="Like 2026-03")
