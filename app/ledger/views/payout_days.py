"""Brands whose payouts are assembled on days of their own: who they are, and the form to set them."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db
from app.ledger import schedules
from app.ledger.blueprint import blueprint
from app.ledger.forms import PayoutDaysForm
from app.ledger.payout_day import next_payout_day
from app.security import FINANCE, PLATFORM, identity, require
from app.users.models import Brand
from config import settings


@blueprint.get("/finance/payout-days")
@require(PLATFORM)
def payout_days() -> ResponseReturnValue:
    """Who has days of their own, and when the next is."""
    return _page(_offered()), 200


@blueprint.post("/finance/payout-days")
@require(FINANCE)
def payout_days_update() -> ResponseReturnValue:
    """Sets a brand's days from tomorrow on, or makes the platform's day its day again; only drafts follow."""
    form = _offered()
    if not form.validate_on_submit():
        return _page(form), 422
    brand = db.session.scalars(select(Brand).where(Brand.public_id == UUID(form.brand.data))).one()
    every, day = form.chosen
    schedules.set_days(brand, every, day, config=settings(), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Set: it counts from tomorrow on."), "success")
    return redirect(url_for("ledger.payout_days"))


def _offered() -> PayoutDaysForm:
    return PayoutDaysForm().offer(list(db.session.scalars(select(Brand).order_by(Brand.name, Brand.id))))


def _page(form: PayoutDaysForm) -> str:
    config, at = settings(), clock.now()
    rows = [
        (own, schedules.in_words((own.every, own.day)), next_payout_day(config, at, own))
        for own in schedules.schedules()
    ]
    return render_template(
        "ledger/payout_days.html",
        rows=rows,
        form=form,
        platform_day=config.payout_day,
        next_day=next_payout_day(config, at),
        may_set=identity().has(FINANCE),
    )
