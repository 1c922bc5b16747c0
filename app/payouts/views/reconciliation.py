"""Our books against the bank's statements, by batch and rail, and closing them."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.payouts.bank import accounts
from app.payouts.blueprint import blueprint
from app.payouts.forms import ClosingForm
from app.payouts.reports import reconciliation as books
from app.payouts.views.batches import batch_with
from app.security import FINANCE, PLATFORM, identity, require


@blueprint.get("/finance/reconciliation")
@require(PLATFORM)
def reconciliation() -> ResponseReturnValue:
    """What is open: batches that differ or wait, and lines of the bank that fit nothing."""
    closed = request.args.get("view") == "closed"
    return render_template(
        "payouts/reconciliation.html",
        closed=closed,
        accounts=books.accounts(closed=closed),
        page=db.paginate(books.unmatched()),
        iban=accounts.spaced if identity().has(FINANCE) else accounts.masked,
    )


@blueprint.get("/finance/reconciliation/<uuid:batch>")
@require(PLATFORM)
def batch_reconciliation(batch: UUID) -> ResponseReturnValue:
    """One batch: each way its money went, what differs, and the form to close it."""
    row = batch_with(batch)
    found = books.accounts(batch=row)
    return render_template(
        "payouts/batch_reconciliation.html",
        batch=row,
        accounts=[(each, books.mismatches(each)) for each in found],
        files=books.files(row),
        closings={closing.rail: closing for closing in books.closings(row)},
        form=ClosingForm(),
        may_close=identity().has(FINANCE),
    )


@blueprint.post("/finance/reconciliation/<uuid:batch>/close")
@require(FINANCE)
def batch_close(batch: UUID) -> ResponseReturnValue:
    """Closes one way, at zero or with a note that the person stands for."""
    rail, note = request.form.get("rail", ""), request.form.get("note", "")
    books.close(batch, rail, note=note, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Closed: only returns change it from now on."), "success")
    return redirect(url_for("payouts.batch_reconciliation", batch=batch))
