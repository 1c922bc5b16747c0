"""The brand's side of an order: what is to be sent, that it was sent, and money that the brand gives back by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app import transitions
from app.catalog.models import Product
from app.database import db, raw, rows
from app.errors import NotFound
from app.orders import booking, letters, refunding, reservations, stock, waiting
from app.orders.models import CAME, OrderRefund, Purchase, PurchaseStatus, RefundReason
from app.security import Identity
from app.streams import notices
from app.users.models import Brand
from app.users.trail import record
from app.web.texts import optional_text


@dataclass(frozen=True)
class Wanted:
    """Which orders of a brand are looked for."""

    status: str | None = None
    words: str | None = None  # of the order, the product or the buyer
    first: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class Split:
    """Where the money of an order goes, in minor units, once its line is settled."""

    decided: bool
    label: str | None
    rule: str | None
    base: int  # without VAT, less what went back
    commission: int
    fee: int


def orders_of(brand: Brand, wanted: Wanted) -> Select[Purchase]:
    """The brand's paid orders, the latest first."""
    query = select(Purchase).where(Purchase.brand_id == brand.id, Purchase.status.in_(sorted(CAME)))
    if wanted.status:
        query = query.where(Purchase.status == wanted.status)
    if wanted.words:
        fields = (Purchase.reference, Purchase.name, Purchase.sku, Purchase.buyer, Purchase.email)
        query = query.where(or_(*(field.icontains(wanted.words, autoescape=True) for field in fields)))
    if wanted.first:
        query = query.where(Purchase.paid_at >= wanted.first)
    if wanted.before:
        query = query.where(Purchase.paid_at < wanted.before)
    return query.options(joinedload(Purchase.creator), joinedload(Purchase.show)).order_by(
        Purchase.paid_at.desc(), Purchase.id.desc()
    )


def order_of(brand: Brand, public_id: UUID) -> Purchase:
    """One order of the brand, from its payment on. NotFound."""
    row = reservations.find(public_id)
    if row.brand_id != brand.id or row.status not in CAME:
        raise NotFound(gettext("There is no such order, or it is not yours."))
    return row


def refunds_of(row: Purchase) -> Sequence[OrderRefund]:
    """What went back of an order, or is to, in order."""
    query = select(OrderRefund).where(OrderRefund.purchase_id == row.id).order_by(OrderRefund.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def ship(row: Purchase, tracking: str, *, by: Identity, at: datetime) -> None:
    """It has left the house: the buyer is told, and its pieces are off the shelf. The caller commits. Raises
    WrongStatus for what is sent or refunded already."""
    row = reservations.find_locked(row.public_id)
    transitions.move(row, PurchaseStatus.SHIPPED)
    row.tracking, row.shipped_at = optional_text(tracking, 200) or None, at
    db.session.flush()
    stock.take_off_shelf(row.brand_id, row.product_id, row.pieces_left)
    record("ship", "purchase", row.id, by=by, at=at, order=row.reference)
    letters.tell_shipped(row, at=at)
    notices.announce(raw(), row.show_id, notices.ORDER)


def refund(row: Purchase, pieces: int, words: str, *, by: Identity, at: datetime) -> OrderRefund:
    """The brand gives the money of so many pieces back; of a whole order that was not sent, it has cancelled it. The
    caller commits. Raises as `refunding.refund_pieces`."""
    row = reservations.find_locked(row.public_id)
    words = optional_text(words, 500)
    if row.status == PurchaseStatus.PAID and pieces == row.quantity == row.pieces_left:  # nothing has left the house
        booking.cancel(row, at=at)
    made = refunding.refund_pieces(row, pieces, RefundReason.BY_BRAND, words=words, by=by, at=at)
    record("refund", "purchase", row.id, by=by, at=at, pieces=pieces, amount=made.amount, currency=row.currency)
    return made


def find_refund(row: Purchase, public_id: UUID) -> OrderRefund:
    """One refund of an order. NotFound."""
    query = select(OrderRefund).where(OrderRefund.public_id == public_id, OrderRefund.purchase_id == row.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(gettext("There is no such refund."))
    return found


def split_of(row: Purchase) -> Split | None:
    """What of an order's money is the creator's, the platform's and the brand's; None of what is no sale."""
    if row.sale_id is None:
        return None
    found: list[Split] = rows(raw(), "app.orders", "split", {"brand": row.brand_id, "sale": row.sale_id}, Split)
    return found[0] if found else None


def count(brand: Brand, sku: str, on_hand: int | None, *, by: Identity, at: datetime) -> None:
    """Notes how many pieces the brand has counted of a product, and gives free ones to who waits. The caller commits.
    Raises NotFound, BadInput."""
    product = db.session.scalar(select(Product).where(Product.brand_id == brand.id, Product.sku == sku))
    if product is None:
        raise NotFound(gettext("There is no such product, or it is not yours."))
    stock.set_on_hand(product, on_hand, by=by, at=at)
    waiting.serve(brand.id, product.id, at=at)
