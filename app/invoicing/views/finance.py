"""Invoices as finance sees them: all of them, the disputes to settle, and issuing a month by hand."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.errors import BadInput
from app.invoicing import jobs, objections
from app.invoicing.blueprint import blueprint
from app.invoicing.forms import WhyForm
from app.invoicing.models import Invoice
from app.security import FINANCE, MAKER, PLATFORM, identity, require
from app.users.party_pages import page_url


@blueprint.get("/finance/invoices")
@require(PLATFORM)
def finance_invoices() -> ResponseReturnValue:
    """Disputes first, then every invoice, the newest first."""
    query = select(Invoice).options(joinedload(Invoice.brand), joinedload(Invoice.creator))
    return render_template(
        "invoicing/finance_invoices.html",
        page=db.paginate(query.order_by(Invoice.id.desc())),
        disputes=objections.open_disputes(),
        month=jobs.last_month(clock.now()),
        may_issue=identity().has(MAKER),
        may_settle=identity().has(FINANCE),
        form=WhyForm(formdata=None),
        address=lambda each: page_url("brand", "invoice", each.brand, invoice=each.public_id),
    )


@blueprint.post("/finance/invoices")
@require(MAKER)
def finance_invoices_issue() -> ResponseReturnValue:
    """Issues what is due for a month that has ended, as the monthly job does."""
    at = clock.now()
    flash(jobs.issue_month(_month(request.form.get("month", ""), jobs.last_month(at)), at=at, by=identity()), "success")
    return redirect(url_for("invoicing.finance_invoices"), 303)


@blueprint.post("/finance/invoices/<uuid:disputed>/settle")
@require(FINANCE)
def dispute_settle(disputed: UUID) -> ResponseReturnValue:
    """Takes a disputed invoice back by a credit note."""
    credit = objections.settle(disputed, WhyForm().reason.data or "", by=identity(), at=clock.now())
    db.session.commit()
    said = gettext("Credit note %(number)s takes it back; the next run invoices it anew.", number=credit.number)
    flash(said, "success")
    return redirect(url_for("invoicing.finance_invoices"), 303)


def _month(text: str, last: date) -> date:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BadInput(gettext("Choose a month, like 2026-10.")) from None
    if month > last:
        raise BadInput(gettext("That month has not ended yet."))
    return month
