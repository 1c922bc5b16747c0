"""Making and ending reservations: the rows, under the lock of the product's stock, which the caller holds."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask_babel import get_locale, gettext

from app import transitions
from app.database import db, raw
from app.errors import Conflict
from app.ledger.checkouts import CURRENCIES
from app.orders.models import Purchase, PurchaseStatus
from app.orders.offers import Offer
from app.orders.selling import seller_of
from app.streams import notices
from app.streams.models import Show
from app.streams.shows import brands_of
from app.users.models import Brand

HOLD = timedelta(minutes=10)


class NotOnSale(Conflict):
    """It can't be bought in this show, now or at all."""


def hold(offer: Offer, show: Show, quantity: int, visitor: bytes, *, language: str, at: datetime) -> Purchase:
    """A reservation of so many pieces at the price in force, for ten minutes. Raises NotOnSale where the brand has not
    said who it is by law, has no stream in the show, or asks a currency that Stripe counts otherwise."""
    brand = db.session.get_one(Brand, offer.brand_id)
    seller = seller_of(brand)
    stream = next((each.stream for each in brands_of(show) if each.brand_id == brand.id), None)
    if seller is None or stream is None or not offer.price or offer.currency not in CURRENCIES:
        raise NotOnSale(gettext("This can’t be bought here: ask %(brand)s.", brand=brand.name))
    row = Purchase(
        reference=f"SO-{secrets.token_hex(5).upper()}",
        show_id=show.id,
        item_id=offer.item_id,
        brand_id=offer.brand_id,
        product_id=offer.product_id,
        creator_id=show.creator_id,
        stream_ref=stream.ref,
        sku=offer.sku,
        name=offer.name,
        visitor=visitor,
        quantity=quantity,
        unit_price=offer.price,
        reference_price=offer.reference,
        flash_id=offer.flash_id,
        currency=offer.currency,
        vat_bps=seller.vat_bps,
        selling=offer.selling,
        delivery_days=seller.delivery_days,
        held_at=at,
        holds_until=at + HOLD,
        look_at=at + HOLD,
        language=language,
        status=PurchaseStatus.RESERVED,
    )
    db.session.add(row)
    db.session.flush()
    notices.announce(raw(), show.id, notices.OFFER)
    return row


def finish(row: Purchase, status: PurchaseStatus, *, at: datetime) -> None:
    """Nothing will be paid for it: its pieces are free. The caller then offers them to who waits."""
    transitions.move(row, status)
    row.ended_at, row.look_at = at, None
    db.session.flush()
    notices.announce(raw(), row.show_id, notices.OFFER)


def readers_language() -> str:
    """The language of who reads the page; English where nobody does."""
    return str(get_locale() or "en")[:2]
