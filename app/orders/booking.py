"""What orders are in the sales and in the books: a sale line for the ordinary settlement, and the money at Stripe.

The gross amount comes to the brand's funds, and leaves them when it goes back; commission and fee are earned by the
sale line, whose base is without VAT (settlement.md section 1). Everything happens in the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from app.csvfiles.recording import import_of_day
from app.database import db, raw, statement
from app.ledger import posting
from app.ledger.models import Account, EntryKind
from app.money import exponent
from app.orders.models import OrderRefund, Purchase, RefundReason, without_vat
from app.orders.visitors import brands_visitor
from app.sales import cancellations
from app.sales.cancellations import Cancellation, Cancelled

SOURCE = "streamcut"  # of our own orders' sale lines
FILE = "Orders in shows"  # the name of their imports, one of a kind for each brand and day
NUMBERS_AFTER_THE_POINT = 8  # of a price without VAT: times a thousand pieces it still rounds to the cent
COUNTED = (RefundReason.WITHDRAWAL, RefundReason.BY_BRAND, RefundReason.OUTSIDE)  # that take back a part of the sale


def money_came(row: Purchase, *, at: datetime) -> None:
    """The buyer's money is at Stripe, and the brand's."""
    _post(row, EntryKind.ORDER_PAID, row.id, row.total, Account.BANK, Account.BRAND_FUNDS, row.paid_at or at, at)


def money_went(refund: OrderRefund, *, at: datetime, again: bool = False) -> None:
    """Money has gone back to the buyer, or (`again`) come back from there."""
    brand, bank = (Account.BRAND_FUNDS, Account.BANK)
    debit, credit = (bank, brand) if again else (brand, bank)
    _post(refund.purchase, EntryKind.ORDER_REFUNDED, refund.id, refund.amount, debit, credit, at, at)


def sell(row: Purchase, *, at: datetime) -> int:
    """Makes the order a sale line, of the moment in which the buyer clicked: then its price was frozen, and then the
    stream was on air or a replay. Returns the line's number."""
    base = without_vat(row.total, row.vat_bps)
    each = Decimal(base).scaleb(-exponent(row.currency)) / row.quantity
    values = {
        "brand": row.brand_id,
        "source": SOURCE,
        "order": row.reference,
        "occurred_at": row.held_at,
        "visitor": brands_visitor(row.brand.handle, row.visitor),
        "sku": row.sku,
        "name": row.name,
        "quantity": row.quantity,
        "unit_price": round(each, NUMBERS_AFTER_THE_POINT),
        "base": base,
        "currency": row.currency,
        "country": row.country,
        "stream": row.stream_ref,
        "at": at,
        "import_id": _import("sales", row.brand_id, at),
    }
    made = raw().execute(statement("app.orders", "sell"), values).fetchone()
    raw().execute("notify due")
    return int(made[0]) if made else 0


def sell_back(row: Purchase, refund: OrderRefund, *, at: datetime) -> None:
    """Takes the refund's part of the sale line back: what all refunds come to without VAT, less what earlier ones took.
    So the whole money back is the whole line back, however it was divided."""
    query = select(func.coalesce(func.sum(OrderRefund.amount), 0))
    query = query.where(OrderRefund.purchase_id == row.id, OrderRefund.reason.in_(COUNTED), OrderRefund.id != refund.id)
    before = int(db.session.scalar(query) or 0)
    amount = without_vat(before + refund.amount, row.vat_bps) - without_vat(before, row.vat_bps)
    if not amount:
        return
    values = {
        "brand": row.brand_id,
        "source": SOURCE,
        "order": row.reference,
        "refund": f"R-{refund.public_id}",
        "at": at,
        "pieces": refund.pieces,
        "amount": amount,
        "currency": row.currency,
        "import_id": _import("refunds", row.brand_id, at),
    }
    raw().execute(statement("app.orders", "sell_back"), values)
    raw().execute("notify due")


def cancel(row: Purchase, *, at: datetime) -> None:
    """Notes that the brand cancels the order instead of sending it."""
    cancellations.note(Cancellation(row.brand_id, SOURCE, row.reference, Cancelled.NOT_SHIPPED, at), at=at)


def _import(kind: str, brand_id: int, at: datetime) -> int:
    """Today's import of the brand's orders, by which their lines came."""
    return import_of_day(kind, brand_id, FILE, "Checkout", at)


def _post(
    row: Purchase,
    kind: EntryKind,
    cause: int,
    amount: int,
    debit: Account,
    credit: Account,
    happened_at: datetime,
    at: datetime,
) -> None:
    posting.open_posting(raw())
    values = {"brand": row.brand_id, "debit": debit, "credit": credit, "amount": amount, "currency": row.currency}
    values |= {"kind": kind, "cause": cause, "happened_at": happened_at}
    raw().execute(statement("app.orders", "post_order"), values)
    posting.post(raw(), at=at)
