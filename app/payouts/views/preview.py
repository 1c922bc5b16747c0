"""What a batch would hold, assembled and taken back, and the button that keeps it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db, raw
from app.errors import BadInput
from app.payouts.batches.assembly import Assembly, drafted, minimum_of
from app.payouts.batches.assembly import assemble as assemble_batch
from app.payouts.blueprint import blueprint
from app.payouts.models import PayoutBatch
from app.payouts.views.batches import contents
from app.security import MAKER, PLATFORM, identity, require
from app.web import query_args
from config import settings


@blueprint.get("/finance/batches/new")
@require(PLATFORM)
def batch_new() -> ResponseReturnValue:
    """Everything of the page is read while the batch stands in a savepoint that is rolled back afterwards."""
    at, currencies = clock.now(), _currencies()
    currency = request.args.get("currency", "") or next(iter(currencies), "")
    if not currency:
        return render_template("payouts/preview.html", currencies=[], contents=None)
    cutoff_on = query_args.day(request.args, "cutoff_on") or clock.today(at=at)
    minimum, by = minimum_of(settings(), currency), identity().person_id
    assembly = Assembly(currency, cutoff_on, minimum, by, at, settings().bank_hold)
    with drafted(raw(), assembly, keep=False) as (batch_id, payouts):
        batch = db.session.get_one(PayoutBatch, batch_id)
        page = render_template(
            "payouts/preview.html",
            currencies=currencies,
            batch=batch,
            payouts=payouts,
            contents=contents(batch),
            may_make=identity().has(MAKER),
        )
        db.session.expunge_all()  # nothing of it is there after this block
    return page


@blueprint.post("/finance/batches/new")
@require(MAKER)
def batch_create() -> ResponseReturnValue:
    """Keeps what the preview showed, as of now."""
    currency, at = request.form.get("currency", ""), clock.now()
    if not (cutoff_on := query_args.day(request.form, "cutoff_on")):
        raise BadInput(gettext("Fill in up to which day to pay."))
    batch_id = assemble_batch(
        raw(),
        currency=currency,
        cutoff_on=cutoff_on,
        minimum=minimum_of(settings(), currency),
        by=identity().person_id,
        at=at,
        bank_hold=settings().bank_hold,
    )
    db.session.commit()
    flash(gettext("The draft is made, and its money is reserved."), "success")
    return redirect(url_for("payouts.batch", batch=db.session.get_one(PayoutBatch, batch_id).public_id))


def _currencies() -> list[str]:
    """In which brands work or creators have money."""
    rows = raw().execute("select currency from brand union select currency from balance order by 1").fetchall()
    return [currency for (currency,) in rows]
