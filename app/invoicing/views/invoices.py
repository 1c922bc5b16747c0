"""Invoices as brand and creator see them: a list, a page, the files, and the creator's objection."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.errors import NotFound, StreamcutError
from app.invoicing import documents, objections
from app.invoicing.blueprint import blueprint
from app.invoicing.forms import WhyForm
from app.invoicing.models import Invoice, InvoiceObjection
from app.users.models import Brand
from app.users.party_pages import BINDERS, READERS, Party, party_page
from app.web.downloads import download


@party_page(blueprint, "GET", "invoices", READERS)
def invoices(party: Party) -> ResponseReturnValue:
    """All invoices and credit notes of the side, the newest first."""
    query = select(Invoice).options(joinedload(Invoice.brand), joinedload(Invoice.creator)).where(_of(party))
    page = db.paginate(query.order_by(Invoice.id.desc()))
    disputed = select(InvoiceObjection.invoice_id).where(
        InvoiceObjection.invoice_id.in_([each.id for each in page.items])
    )
    return render_template(
        "invoicing/invoices.html", party=party, page=page, disputed=set(db.session.scalars(disputed))
    )


@party_page(blueprint, "GET", "invoices/<uuid:invoice>", READERS)
def invoice(party: Party, invoice: UUID) -> ResponseReturnValue:
    """One of them, as it was issued, and what has become of it."""
    return _page(party, _invoice(party, invoice), WhyForm())


@party_page(blueprint, "GET", "invoices/<uuid:invoice>/invoice.pdf", READERS)
def invoice_pdf(party: Party, invoice: UUID) -> ResponseReturnValue:
    """The PDF, with the Factur-X XML in it."""
    row = _invoice(party, invoice)
    return download(documents.pdf(row), f"{row.number}.pdf", "application/pdf")


@party_page(blueprint, "GET", "invoices/<uuid:invoice>/factur-x.xml", READERS)
def invoice_cii(party: Party, invoice: UUID) -> ResponseReturnValue:
    """The Factur-X XML alone."""
    row = _invoice(party, invoice)
    return download(documents.cii(row), f"{row.number}-factur-x.xml", "application/xml")


@party_page(blueprint, "GET", "invoices/<uuid:invoice>/ubl.xml", READERS)
def invoice_ubl(party: Party, invoice: UUID) -> ResponseReturnValue:
    """The same as UBL, for Peppol."""
    row = _invoice(party, invoice)
    return download(documents.ubl(row), f"{row.number}-ubl.xml", "application/xml")


@party_page(blueprint, "POST", "invoices/<uuid:invoice>/object", BINDERS, sides=("creator",))
def invoice_object(party: Party, invoice: UUID) -> ResponseReturnValue:
    """The creator does not agree with it."""
    row, form = _invoice(party, invoice), WhyForm()
    if not form.validate_on_submit():
        return _page(party, row, form), 422
    try:
        objections.object_to(row, form.reason.data or "", by=party.person, at=clock.now())
    except StreamcutError as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _page(party, _invoice(party, invoice), form), error.status
    db.session.commit()
    flash(gettext("Your objection was sent to finance. Until it is settled the invoice has no effect."), "success")
    return redirect(party.url("invoice", invoice=invoice), 303)


def _of(party: Party) -> ColumnElement[bool]:
    return (Invoice.brand_id if isinstance(party.owner, Brand) else Invoice.creator_id) == party.owner.id


def _invoice(party: Party, public_id: UUID) -> Invoice:
    found = db.session.scalar(select(Invoice).where(Invoice.public_id == public_id, _of(party)))
    if found is None:
        raise NotFound(gettext("There is no such invoice, or it is not yours."))
    return found


def _page(party: Party, row: Invoice, form: WhyForm) -> str:
    return render_template(
        "invoicing/invoice.html",
        party=party,
        invoice=row,
        said=row.detail,
        credits=objections.credits_of(row),
        objection=db.session.get(InvoiceObjection, row.id),
        form=form,
        may_object=party.side == "creator" and party.may_bind and objections.may_object(row, at=clock.now()),
    )
