"""A creator does not agree with an invoice that a brand wrote for them (rules.md B24).

Within the days of their country's pack the invoice loses its effect at once: its VAT goes back, and finance sees the
dispute. Finance settles it: a credit note takes the invoice back whole, and what it stood for is invoiced anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock, outbox
from app.database import db, lock
from app.errors import Conflict, NotFound, WrongStatus
from app.invoicing import issuing
from app.invoicing.issuing import Line
from app.invoicing.models import Invoice, InvoiceObjection
from app.notifications.readers import platform_readers
from app.security import FINANCE, Identity
from app.users.trail import record
from app.web.texts import required_text
from config import settings

LONGEST = 2_000


def credits_of(invoice: Invoice) -> list[Invoice]:
    """The credit notes that correct an invoice, the first one first."""
    return list(db.session.scalars(select(Invoice).where(Invoice.corrects_id == invoice.id).order_by(Invoice.id)))


def remaining(invoice: Invoice) -> list[Line]:
    """What its credit notes have left of an invoice, by line."""
    left: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for document in (invoice, *credits_of(invoice)):
        for line in document.detail["lines"]:
            sign = -1 if document.is_credit else 1
            sums = left[line["kind"]]
            sums[0] = max(sums[0], line["count"])
            sums[1] += sign * line["net"]
            sums[2] += sign * line["tax"]
    return [Line(kind, count, net, tax) for kind, (count, net, tax) in left.items() if net or tax]


def may_object(invoice: Invoice, *, at: datetime) -> bool:
    """Whether the creator can still say that they do not agree."""
    today = clock.today(settings().platform_timezone, at=at)
    return (
        invoice.creator_id is not None
        and not invoice.is_credit
        and today <= invoice.object_until
        and db.session.get(InvoiceObjection, invoice.id) is None
        and sum(line.net for line in remaining(invoice)) > 0
    )


def object_to(invoice: Invoice, reason: str, *, by: Identity, at: datetime) -> InvoiceObjection:
    """Notes the creator's objection: the invoice has no effect from now on, its VAT goes back, finance is told.

    Raises BadInput without a reason, WrongStatus when the days are over, or it was objected to or credited already.
    """
    issuing.take_series(invoice.series, at)  # no credit note is written meanwhile
    if not may_object(invoice, at=at):
        raise WrongStatus(
            gettext("This invoice can no longer be objected to: the days are over, or it was settled already.")
        )
    reason = required_text(reason, gettext("Give a reason. Others will read it."), LONGEST)
    row = InvoiceObjection(invoice_id=invoice.id, reason=reason, objected_by=by.person_id, objected_at=at)
    db.session.add(row)
    db.session.flush()
    issuing.post_vat(invoice, sum(line.tax for line in remaining(invoice)), back=True, seq=2, at=at)
    record("object", "invoice", invoice.id, by=by, at=at, number=invoice.number)
    facts = {"number": invoice.number, "reason": reason, "path": "/finance/invoices"}
    event = outbox.Event("invoice.objected", "invoice", invoice.id)
    outbox.write(event, platform_readers(FINANCE), facts, at=at)
    return row


def open_disputes() -> Sequence[InvoiceObjection]:
    """The objections that nobody has settled, the oldest first."""
    query = select(InvoiceObjection).options(joinedload(InvoiceObjection.invoice).joinedload(Invoice.creator))
    query = query.where(InvoiceObjection.settled_at.is_(None)).order_by(InvoiceObjection.objected_at)
    return db.session.scalars(query).all()


def settle(public_id: UUID, note: str, *, by: Identity, at: datetime) -> Invoice:
    """Takes the invoice back whole by a credit note, and lets what it stood for be invoiced anew. Returns the note.

    Raises NotFound, BadInput without a note, Conflict when it is settled already.
    """
    invoice = db.session.scalar(select(Invoice).where(Invoice.public_id == public_id))
    dispute = db.session.get(InvoiceObjection, invoice.id) if invoice else None
    if invoice is None or dispute is None:
        raise NotFound(gettext("There is no such dispute."))
    issuing.take_series(invoice.series, at)
    dispute = lock(dispute)
    if dispute.settled_at is not None:
        raise Conflict(gettext("Somebody has settled this dispute already."))
    dispute.note = required_text(note, gettext("Say what was agreed. Both sides will read it."), LONGEST)
    dispute.settled_by, dispute.settled_at = by.person_id, at
    draft = issuing.credit_of(invoice, remaining(invoice), invoice.month, cancels=True)
    credit = issuing.issue(draft, at=at, by=by)
    record("settle", "invoice_objection", invoice.id, by=by, at=at, number=invoice.number)
    return credit
