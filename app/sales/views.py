"""Corrections by the platform: deciding lines again by what is recorded now. Always first what it would change."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db, raw
from app.errors import BadInput, NotFound
from app.formatting import number
from app.sales.blueprint import blueprint
from app.sales.correction_preview import named_changes
from app.sales.corrections import Correction, Days, redecide, redecide_line
from app.sales.forms import RedecideForm
from app.sales.models import Sale
from app.security import Role, identity, require
from app.users.models import Brand
from app.users.trail import record
from app.web.forms import ReasonForm

ADMIN = frozenset({Role.ADMIN})


@blueprint.get("/sales/<uuid:brand>/<int:sale>/redecide")
@require(ADMIN)
def sale_redecide_new(brand: UUID, sale: int) -> ResponseReturnValue:
    """Asks why one line is to be decided again."""
    return _line_page(_sale(brand, sale), ReasonForm())


@blueprint.post("/sales/<uuid:brand>/<int:sale>/redecide")
@require(ADMIN)
def sale_redecide(brand: UUID, sale: int) -> ResponseReturnValue:
    """First shows what deciding the line again would change and undoes it; with `confirmed` it is done."""
    line, form, at = _sale(brand, sale), ReasonForm(), clock.now()
    if not form.validate_on_submit():
        return _line_page(line, form), 422
    reason = form.reason.data or ""
    correction = redecide_line(raw(), line.brand_id, line.id, by=identity().name, reason=reason, at=at)
    if not request.form.get("confirmed"):
        return _line_page(line, form, correction)
    record("redecide", "sale", line.id, by=identity(), at=at, reason=reason, decided=correction.decided)
    db.session.commit()
    _flash(correction)
    return redirect(url_for("desks.why", brand=brand, sale=sale), 303)


@blueprint.get("/admin/corrections")
@require(ADMIN)
def corrections() -> ResponseReturnValue:
    """Asks which days of which brand are to be decided again, and why."""
    return _span_page(RedecideForm())


@blueprint.post("/admin/corrections")
@require(ADMIN)
def correction_create() -> ResponseReturnValue:
    """First shows what deciding the days again would change and undoes it; with `confirmed` it is done."""
    form, at = RedecideForm(), clock.now()
    if not form.validate_on_submit() or form.begin.data is None or form.end.data is None:
        return _span_page(form), 422
    brand, reason = _brand(request.form.get("brand", "")), form.reason.data or ""
    days = Days(form.begin.data, form.end.data, brand.timezone)
    correction = redecide(raw(), brand.id, days, by=identity().name, reason=reason, at=at)
    if not request.form.get("confirmed"):
        return _span_page(form, correction)
    record(
        "redecide", "brand", brand.id, by=identity(), at=at, reason=reason, days=str(days), decided=correction.decided
    )
    db.session.commit()
    _flash(correction)
    return redirect(url_for("desks.brand_sales", brand=brand.public_id), 303)


def _line_page(line: Sale, form: ReasonForm, correction: Correction | None = None) -> str:
    brand = db.session.get_one(Brand, line.brand_id)
    changes = _undone(correction)
    return render_template(
        "sales/redecide_line.html", line=line, brand=brand, form=form, correction=correction, changes=changes
    )


def _span_page(form: RedecideForm, correction: Correction | None = None) -> str:
    changes = _undone(correction)
    brands = db.session.scalars(select(Brand).order_by(Brand.name, Brand.id)).all()
    return render_template(
        "sales/corrections.html",
        form=form,
        brands=[(str(brand.public_id), brand.name) for brand in brands],
        correction=correction,
        changes=changes,
    )


def _undone(correction: Correction | None) -> list[object]:
    """The changes of a dry run, after it was undone."""
    if correction is None:
        return []
    changes = named_changes(raw(), correction)
    db.session.rollback()
    return list(changes)


def _flash(correction: Correction) -> None:
    message = gettext("%(num)s sale lines were recalculated.", num=number(correction.decided))
    flash(message, "success")


def _sale(brand: UUID, sale: int) -> Sale:
    sale_row = db.session.scalar(
        select(Sale).join(Brand, Brand.id == Sale.brand_id).where(Brand.public_id == brand, Sale.id == sale)
    )
    if sale_row is None:
        raise NotFound("There is no such sale.")
    return sale_row


def _brand(public_id: str) -> Brand:
    try:
        brand = db.session.scalar(select(Brand).where(Brand.public_id == UUID(public_id)))
    except ValueError:
        brand = None
    if brand is None:
        raise BadInput("Choose a brand from the list.")
    return brand
