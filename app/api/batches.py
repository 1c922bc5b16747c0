"""What programs send in batches. The schema says which fields there are and of which type; what may stand in them is
judged row by row, as in files (spec/formats.md), so that one bad row keeps none of the others out."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.api.schemas import Given

MOST = 1_000  # rows of one request


class Sent(BaseModel):
    """What a program sends: no field that is not known, and no value taken for one of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


Reference = Annotated[str, Field(description="Your own reference, 1 to 128 characters, compared exactly")]
Instant = Annotated[
    str, Field(description="An instant with its offset", json_schema_extra={"examples": ["2026-03-10T12:00:00+01:00"]})
]
Currency = Annotated[str, Field(description="ISO 4217", json_schema_extra={"examples": ["EUR"]})]


class SaleSent(Sent):
    """One line of an order. `source`, `order` and `line` are its key."""

    source: Reference = Field(description="Which of your shops or systems it comes from")
    order: Reference
    line: Reference
    occurred_at: Instant
    visitor: str | None = Field(
        default=None, description="Your id of the buyer, the same as in touches: stored as a hash only"
    )
    sku: Reference
    description: str | None = None
    quantity: int = Field(description="A whole number from 1")
    unit_price: str = Field(description="A decimal string in major units, like 12.50; it may have more decimals")
    discount: str | None = Field(default=None, description="Off the whole line, in major units")
    currency: Currency
    country: str | None = Field(default=None, description="Of delivery, ISO 3166-1 alpha-2")
    coupon: str | None = Field(default=None, description="The code the buyer used")
    checkout_stream: str | None = Field(default=None, description="The reference of the stream it was bought in")


class RefundSent(Sent):
    """Money given back on a line; it may come before its sale. `source`, `refund`, `order`, `line` are its key."""

    source: Reference
    refund: Reference
    order: Reference
    line: Reference
    occurred_at: Instant
    quantity: int | None = None
    amount: str = Field(description="A decimal string in major units, above zero")
    currency: Currency


class TouchSent(Sent):
    """A visitor came by a creator's link. `touch` is its key."""

    touch: Reference
    visitor: str = Field(description="Your id of the visitor: stored as a hash only")
    creator: Reference = Field(description="The creator's handle")
    stream: str | None = Field(default=None, description="The reference of the stream they came from")
    occurred_at: Instant


class SalesSent(Sent):
    """Up to 1,000 sale lines."""

    sales: list[SaleSent] = Field(min_length=1, max_length=MOST)


class RefundsSent(Sent):
    """Up to 1,000 refunds."""

    refunds: list[RefundSent] = Field(min_length=1, max_length=MOST)


class TouchesSent(Sent):
    """Up to 1,000 touches."""

    touches: list[TouchSent] = Field(min_length=1, max_length=MOST)


class RowRecorded(Given):
    """What became of one row."""

    status: Literal["new", "unchanged", "rejected"]
    field: str | None = Field(description="Which field can’t be taken")
    reason: str | None = Field(description="Why, in a sentence")


class Recorded(Given):
    """What became of a batch; the rows in the order they were sent."""

    read: int
    new: int
    unchanged: int = Field(description="Stored before with the same content: sending again is harmless")
    rejected: int
    rows: list[RowRecorded]


EXAMPLES: dict[str, dict[str, Any]] = {
    "embed": {"creator": "0b0c5a9e-5d0f-4a51-9d0b-3f4a8c1d2e6f"},
    "sales": {
        "sales": [
            {
                "source": "webshop",
                "order": "10001",
                "line": "1",
                "occurred_at": "2026-03-10T12:00:00+01:00",
                "visitor": "7f3a",
                "sku": "LAMP",
                "quantity": 2,
                "unit_price": "12.50",
                "currency": "EUR",
                "country": "NL",
                "coupon": "MIRA10",
            }
        ]
    },
    "refunds": {
        "refunds": [
            {
                "source": "webshop",
                "refund": "R-1",
                "order": "10001",
                "line": "1",
                "occurred_at": "2026-03-12T09:00:00+01:00",
                "quantity": 1,
                "amount": "12.50",
                "currency": "EUR",
            }
        ]
    },
    "touches": {
        "touches": [{"touch": "T-1", "visitor": "7f3a", "creator": "mira", "occurred_at": "2026-03-10T11:30:00+01:00"}]
    },
}


class EmbedAsked(Sent):
    """Whose earnings are to be shown."""

    creator: UUID = Field(strict=False, description="The creator's id, as GET /api/creators gives it")


class EmbedToken(Given):
    """Where to point an iframe."""

    url: str = Field(description="The address for the iframe; whoever has it may look until it ends")
    expires_at: AwareDatetime
