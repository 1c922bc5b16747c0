"""What a batch would hold, assembled and taken back, and the button that keeps it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db, raw
from app.errors import BadInput
from app.payouts.batches import assemble as assemble_batch
from app.payouts.batches import drafted, minimum_of
from app.payouts.blueprint import blueprint
from app.payouts.models import PayoutBatch
from app.payouts.views.batches import contents
from app.security import MAKER, PLATFORM, identity, require
from config import settings


@blueprint.get("/finance/batches/new")
@require(PLATFORM)
def batch_new() -> ResponseReturnValue:
    """Everything of the page is read while the batch stands in a savepoint that is rolled back afterwards."""
    at, currencies = clock.now(), _currencies()
    currency = request.args.get("currency", "") or next(iter(currencies), "")
    if not currency:
        return render_template("payouts/preview.html", currencies=[], contents=None)
    cutoff_on = _day(request.args.get("cutoff_on", ""), default=clock.today(at=at))
    with _tried(currency, cutoff_on, at) as (batch_id, payouts):
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
    cutoff_on = _day(request.form.get("cutoff_on", ""))
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


def _tried(currency: str, cutoff_on: date, at: datetime) -> AbstractContextManager[tuple[int, int]]:
    return drafted(
        raw(),
        currency=currency,
        cutoff_on=cutoff_on,
        minimum=minimum_of(settings(), currency),
        by=identity().person_id,
        at=at,
        bank_hold=settings().bank_hold,
        keep=False,
    )


def _currencies() -> list[str]:
    """In which brands work or creators have money."""
    rows = raw().execute("select currency from brand union select currency from balance order by 1").fetchall()
    return [currency for (currency,) in rows]


def _day(text: str, default: date | None = None) -> date:
    if not text and default:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(gettext("“%(text)s” is not a day: write it like 2026-11-22.", text=text[:20])) from error
