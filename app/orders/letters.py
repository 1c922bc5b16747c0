"""Letters about orders: to the buyer, who has no account, with links that only we can have made; to the brand, the host
and finance with the way to their own pages."""

from __future__ import annotations

from datetime import datetime

from app import outbox
from app.notifications.readers import brand_readers, creator_readers, platform_readers
from app.orders.models import OrderRefund, Purchase
from app.orders.selling import seller_of
from app.outbox import Event, Reader
from app.security import FINANCE, Role

BRANDS_PEOPLE = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})


def confirm(row: Purchase, *, at: datetime) -> None:
    """The order is confirmed to the buyer: what, for how much, by whom, and how to withdraw; the brand has work."""
    seller = seller_of(row.brand)
    facts = _facts(row) | {
        "vat": row.vat,
        "buyer": row.buyer,
        "address": _address(row),
        "days": row.delivery_days,
        "seller": seller.name if seller else row.brand.name,
        "seller_address": seller.address if seller else "",
        "seller_email": seller.email if seller else "",
    }
    outbox.write(_event("paid", row), _buyer(row), facts, at=at)


def tell_short(row: Purchase, *, at: datetime) -> None:
    """It was paid and there is none: the buyer, the host and the brand hear it."""
    outbox.write(_event("short", row), _buyer(row), _facts(row), at=at)
    event, facts = _event("unserved", row), _facts(row) | {"show": row.show.title}
    hosts = f"/creators/{row.creator.public_id}/shows/{row.show.public_id}"
    outbox.write(event, creator_readers(row.creator_id), facts | {"path": hosts}, at=at)
    outbox.write(event, brand_readers(row.brand_id, BRANDS_PEOPLE), facts | {"path": path(row)}, at=at)


def tell_shipped(row: Purchase, *, at: datetime) -> None:
    """It is on its way."""
    facts = _facts(row) | {"tracking": row.tracking or ""}
    outbox.write(_event("sent", row), _buyer(row), facts, at=at)


def receipt(refund: OrderRefund, *, at: datetime) -> None:
    """What was withdrawn, with day and hour, on a durable medium; and the brand hears it."""
    row = refund.purchase
    facts = _facts(row) | {"pieces": refund.pieces, "amount": refund.amount, "at": refund.asked_at}
    seller = seller_of(row.brand)
    facts |= {"seller": seller.name if seller else row.brand.name, "shipped": row.shipped_at is not None}
    facts |= {"seller_address": seller.address if seller else ""}
    outbox.write(_event("withdrawn", row, refund.public_id), _buyer(row), facts, at=at)
    readers = brand_readers(row.brand_id, BRANDS_PEOPLE)
    outbox.write(_event("taken_back", row, refund.public_id), readers, facts | {"path": path(row)}, at=at)


def tell_refunded(refund: OrderRefund, *, at: datetime) -> None:
    """The money has gone back."""
    row = refund.purchase
    facts = _facts(row) | {"amount": refund.amount}
    outbox.write(_event("refunded", row, refund.public_id), _buyer(row), facts, at=at)


def tell_refused(refund: OrderRefund, *, at: datetime) -> None:
    """The money could not go back: the brand and finance have to look."""
    row = refund.purchase
    facts = _facts(row) | {"amount": refund.amount, "why": refund.why or "", "path": path(row)}
    event = _event("stuck", row, f"{refund.public_id} {at.isoformat()}")
    readers = [*brand_readers(row.brand_id, BRANDS_PEOPLE | {Role.BRAND_FINANCE}), *platform_readers(FINANCE)]
    outbox.write(event, readers, facts, at=at)


def path(row: Purchase) -> str:
    """Where the brand reads of the order."""
    return f"/brands/{row.brand.public_id}/orders/{row.public_id}"


def _event(name: str, row: Purchase, fact: object = "") -> Event:
    return Event(f"order.{name}", "order", row.public_id, fact)


def _buyer(row: Purchase) -> list[Reader]:
    return [Reader(row.email, row.language)] if row.email else []


def _facts(row: Purchase) -> dict[str, object]:
    return {
        "order": row.reference,
        "product": " ".join(row.name.split()),
        "quantity": row.quantity,
        "amount": row.total,
        "currency": row.currency,
        "brand": row.brand.name,
    }


def _address(row: Purchase) -> str:
    return "\n".join(str(line) for line in (row.buyer, row.street, f"{row.postcode} {row.town}", row.country) if line)
