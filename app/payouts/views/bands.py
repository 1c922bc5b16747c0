"""Approval rules: up to which amount how many people approve a batch."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db, raw
from app.errors import BadInput
from app.payouts.batches import bands
from app.payouts.blueprint import blueprint
from app.payouts.forms import BandsForm
from app.security import PLATFORM, Role, identity, require
from app.users.models import Brand

ADMIN = frozenset({Role.ADMIN})


@blueprint.get("/finance/approval-rules")
@require(PLATFORM)
def approval_rules() -> ResponseReturnValue:
    """The bands that count, and for an admin the form to set others."""
    return _page(_offered()), 200


@blueprint.post("/finance/approval-rules")
@require(ADMIN)
def approval_rules_update() -> ResponseReturnValue:
    """Sets the bands of a brand, or of the platform, in one currency."""
    form = _offered()
    if not form.validate_on_submit():
        return _page(form), 422
    brand = None
    if form.brand.data:
        brand = db.session.scalars(select(Brand).where(Brand.public_id == UUID(form.brand.data))).one()
    chosen = bands.Bands(form.first_minor, form.second_minor, [int(field.data) for field in form.people()])
    try:
        bands.set_bands(brand, form.currency.data, chosen, by=identity(), at=clock.now())
    except BadInput as error:
        form.form_errors.append(error.sentence)
        return _page(form), error.status
    db.session.commit()
    flash(gettext("Set: it counts for batches that are submitted from now on."), "success")
    return redirect(url_for("payouts.approval_rules"))


def _offered() -> BandsForm:
    return BandsForm().offer(list(db.session.scalars(select(Brand).order_by(Brand.name, Brand.id))))


def _page(form: BandsForm) -> str:
    rows = bands.in_force()
    currencies = sorted({row.currency for row in rows} | {"EUR"})
    return render_template(
        "payouts/approval_rules.html",
        rows=[row for row in rows if row.brand_id],
        defaults=[(currency, bands.platform_default(raw(), currency)) for currency in currencies],
        set_by={row.currency: row for row in rows if row.brand_id is None},
        form=form,
        may_set=identity().has(ADMIN),
    )
