"""What is stored about one sale line, as the why page reads it: the line, its decisions, refunds and entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

Part = TypeVar("Part")


@dataclass(frozen=True)
class Line:
    """What was sold. No more of the buyer than the country; `visitor` is a keyed hash that is never shown."""

    brand_id: int
    id: int
    brand_uuid: UUID
    brand_handle: str
    brand_name: str
    source: str
    order_ref: str
    line_ref: str
    version: int
    occurred_at: datetime
    sku: str
    description: str | None
    quantity: int
    unit_price: Decimal
    discount_minor: int
    base_minor: int
    currency: str
    country: str | None
    coupon: str | None
    coupon_key: str | None
    checkout_stream: str | None
    visitor: bytes | None
    recorded_at: datetime
    commissionable: bool | None
    product_recorded_at: datetime | None
    import_uuid: UUID | None
    import_file: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None
    aside: str | None
    cancelled_as: str | None  # why the order was cancelled, where its shop has said so
    cancelled_at: datetime | None


@dataclass(frozen=True)
class Verdict:
    """One numbered decision with the names of what it refers to; `hidden` where it is another creator's."""

    nr: int
    rule: str | None
    label: str | None
    reason: str
    creator_id: int | None
    creator_uuid: UUID | None
    creator_name: str | None
    contract_id: int | None
    contract_uuid: UUID | None
    contract_ref: str | None
    starts_on: date | None
    ends_on: date | None
    terms_id: int | None
    terms_nr: int | None
    window_days: int | None
    hold_days: int | None
    keeps_cancelled: bool | None  # by these terms the commission of what the brand cancels is kept
    stream_id: int | None
    stream_ref: str | None
    stream_platform: str | None
    stream_starts_at: datetime | None
    stream_ends_at: datetime | None
    touch_id: int | None
    touch_ref: str | None
    touch_at: datetime | None
    link_code: str | None
    evidence: str | None
    rate_bps: int | None
    rate_from: str | None
    fee_bps: int | None
    available_on: date | None
    decided_at: datetime
    decided_by: str | None
    note: str | None
    hidden: bool = False


@dataclass(frozen=True)
class Returned:
    """One refund of the line; it counts unless it is in another currency or of a withdrawn import."""

    ref: str
    occurred_at: datetime
    amount: int
    currency: str
    recorded_at: datetime
    withdrawn: bool


@dataclass(frozen=True)
class Booked:
    """One entry of the line's commission or fee, with the payout it stands in."""

    kind: str
    credit: str
    amount: int
    currency: str
    creator_id: int | None
    creator_uuid: UUID | None
    creator_name: str | None
    available_on: date | None
    recorded_at: datetime
    payout_uuid: UUID | None
    payout_status: str | None
    payout_at: datetime | None
    cutoff_on: date | None
    reserved_at: datetime | None
    word: str = ""

    @property
    def signed(self) -> int:
        """The amount as it changes what was earned: negative for a reversal."""
        return -self.amount if self.credit == "brand_funds" else self.amount

    @property
    def paid(self) -> bool:
        """Whether the creator has the money."""
        return self.payout_status == "paid"


READERS: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "UUID": UUID,
}


def read(part: type[Part], values: Mapping[str, Any]) -> Part:
    """A part from its JSON, where instants, days and ids are text."""
    known = [field for field in fields(part) if field.name in values]  # type: ignore[arg-type]
    return part(**{field.name: _value(str(field.type), values[field.name]) for field in known})


def _value(hint: str, value: Any) -> Any:
    reader = READERS.get(hint.removesuffix(" | None"))
    return reader(value) if reader and value is not None else value
