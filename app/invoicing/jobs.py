"""The monthly job: invoices of the month that ended, for every pair with an agreement in force. It can run twice."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext

from app import clock, outbox
from app.database import db
from app.errors import StreamcutError
from app.invoicing import fees, issuing
from app.invoicing.models import Invoice
from app.notifications.readers import creator_readers
from app.security import Identity
from app.users.models import Brand, Creator
from config import settings


def last_month(at: datetime) -> date:
    """The first day of the month that ended last, by the platform's calendar."""
    return clock.first_of_last_month(clock.today(settings().platform_timezone, at=at))


def issue_invoices(at: datetime) -> str:
    """Issues what is due for the month that ended and says what came of it; a second run finds nothing left."""
    return issue_month(last_month(at), at=at, by=None)


def issue_month(month: date, *, at: datetime, by: Identity | None) -> str:
    """The same for the month that begins on `month`: each pair in a transaction of its own, the creator told of it."""
    issued, failed = 0, list[str]()
    pairs = issuing.due_pairs(month)
    db.session.rollback()
    for brand_id, creator_id, currency in pairs:
        try:
            brand, creator = db.session.get_one(Brand, brand_id), db.session.get_one(Creator, creator_id)
            made = issuing.self_bill(brand, creator, currency, month, at=at, by=by)
            for invoice in made:
                _tell(invoice, creator, at)
            db.session.commit()
            issued += len(made)
        except StreamcutError as error:
            db.session.rollback()
            failed.append(error.sentence)
    fees_issued = _issue_fees(month, at, by)
    said = gettext("%(count)s invoices and credit notes issued.", count=issued)
    if fees_issued:
        failed.insert(0, gettext("%(count)s invoices for the platform’s fee issued.", count=fees_issued))
    return " ".join([said, *failed])


def _issue_fees(month: date, at: datetime, by: Identity | None) -> int:
    """The platform's own invoices of the month, each in a transaction of its own; how many there were."""
    due, issued = fees.due_fees(month), 0
    db.session.rollback()
    for brand_id, currency in due:
        issued += len(fees.bill_fees(db.session.get_one(Brand, brand_id), currency, month, at=at, by=by))
        db.session.commit()
    return issued


def _tell(invoice: Invoice, creator: Creator, at: datetime) -> None:
    """A self-billed invoice counts once the supplier has it."""
    facts = {
        "number": invoice.number,
        "title": invoice.detail["title"],
        "brand": invoice.detail["buyer"]["name"],
        "amount": invoice.gross,
        "currency": invoice.currency,
        "last_day": invoice.object_until,
        "path": f"/creators/{creator.public_id}/invoices/{invoice.public_id}",
    }
    outbox.write(outbox.Event("invoice.issued", "invoice", invoice.id), creator_readers(creator.id), facts, at=at)
