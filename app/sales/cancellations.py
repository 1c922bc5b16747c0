"""Why orders were cancelled: by their buyers, or by the brand, whose contracts may keep the commission then (rules.md
B11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _

from app.database import raw, statement
from app.words import Word


class Cancelled(Word):
    """Why an order was cancelled, as its shop says."""

    BUYER = "by_buyer", _("The buyer cancelled")
    OUT_OF_STOCK = "out_of_stock", _("Out of stock")
    NOT_SHIPPED = "not_shipped", _("Not shipped")
    PAYMENT = "payment_failure", _("The payment failed")
    FRAUD = "suspected_fraud", _("Suspected of fraud")
    STAFF = "shop_mistake", _("A mistake of the shop")
    OTHER = "other_cancellation", _("Another reason")


# What no buyer and no creator is to blame for; the function `brand_caused` of the database says the same.
BY_BRAND = (Cancelled.OUT_OF_STOCK, Cancelled.NOT_SHIPPED, Cancelled.STAFF)


@dataclass(frozen=True)
class Cancellation:
    """Which order was cancelled, when and why."""

    brand_id: int
    source: str
    order: str
    reason: Cancelled | str
    cancelled_at: datetime


def note(cancelled: Cancellation, *, at: datetime) -> None:
    """Notes why an order was cancelled; the first word on it stands. Its lines are settled anew where the brand is to
    blame. The caller commits."""
    values = vars(cancelled) | {"brand": cancelled.brand_id, "reason": str(cancelled.reason), "at": at}
    if raw().execute(statement("app.sales", "cancel"), values).rowcount:
        raw().execute("notify due")
