"""Imports: who brought what and when, the facts, and withdrawing a wrong one."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db, raw
from app.errors import NotFound
from app.sales import correction_record
from app.sales.correction_preview import shown
from app.sales.correction_record import State
from app.sales.models import CorrectionKind, CorrectionRecord
from app.sales.refunds_alike import refunds_alike
from app.security import BRAND, Role, identity, require
from app.uploads import imports
from app.uploads.blueprint import blueprint
from app.uploads.models import FileKind, Import
from app.users.models import Brand
from app.users.scope import brand_for
from app.web.forms import ReasonForm

ADMIN = frozenset({Role.ADMIN})
READERS = frozenset({Role.ADMIN, Role.AUDITOR})


@blueprint.get("/brands/<uuid:brand>/imports")
@require(BRAND | READERS)
def brand_imports(brand: UUID) -> ResponseReturnValue:
    """The files a brand's people brought."""
    return _imports_page(brand_for(identity(), brand, read=True))


@blueprint.get("/admin/imports")
@require(READERS)
def admin_imports() -> ResponseReturnValue:
    """All files that were ever brought, by whomever."""
    return _imports_page(None)


@blueprint.get("/imports/<uuid:imported>")
@require(BRAND | READERS)
def import_page(imported: UUID) -> ResponseReturnValue:
    """One import: who, when, counts, the first of its facts."""
    import_row = _import(imported, read=True)
    return render_template(
        "uploads/import.html",
        imported=import_row,
        facts=imports.facts(raw(), import_row),
        most=imports.SHOWN,
        may_withdraw=_mine(import_row) and import_row.kind in imports.WITHDRAWABLE and import_row.withdrawn_at is None,
        alike=refunds_alike(raw(), [import_row.id]) if import_row.kind == FileKind.REFUNDS else [],
        waiting=correction_record.waiting_for_import(import_row.id),
        listing=_listing(import_row),
        heads=_heads(),
    )


@blueprint.get("/imports/<uuid:imported>/withdraw")
@require(BRAND | ADMIN)
def import_withdraw_new(imported: UUID) -> ResponseReturnValue:
    """Asks why a wrong import is to be withdrawn."""
    return render_template("uploads/withdraw.html", imported=_import(imported), form=ReasonForm(), correction=None)


@blueprint.post("/imports/<uuid:imported>/withdraw")
@require(BRAND | ADMIN)
def import_withdraw(imported: UUID) -> ResponseReturnValue:
    """First shows what would be reversed and undoes it; with `confirmed` it is done."""
    import_row, form, at = _import(imported), ReasonForm(), clock.now()
    if not form.validate_on_submit():
        return render_template("uploads/withdraw.html", imported=import_row, form=form, correction=None), 422
    record = CorrectionRecord(
        kind=CorrectionKind.IMPORT, brand_id=import_row.brand_id, import_id=import_row.id, reason=form.reason.data
    )
    confirmed, seen = bool(request.form.get("confirmed")), request.form.get("seen")
    state, correction = correction_record.ask(record, confirmed=confirmed, seen=seen, by=identity(), at=at)
    if state == State.PREVIEW:
        preview = shown(raw(), correction)
        return render_template("uploads/withdraw.html", imported=import_row, form=form, **preview)
    db.session.commit()
    if state == State.SUBMITTED:
        flash(gettext("This moves a large sum, so it waits for a second person."), "success")
        return redirect(url_for("sales.correction", correction=record.public_id), 303)
    flash(gettext("Withdrawn: %(num)s entries were booked back.", num=correction.entries), "success")
    return redirect(url_for("uploads.import_page", imported=imported), 303)


def _imports_page(brand: Brand | None) -> ResponseReturnValue:
    query = select(Import).order_by(Import.id.desc())
    if brand is not None:
        query = query.where(Import.brand_id == brand.id)
    pagination = db.paginate(query)
    return render_template("uploads/imports.html", brand=brand, pagination=pagination)


def _import(public_id: UUID, *, read: bool = False) -> Import:
    """The import, when it is the person's own, or with `read` when they may read all."""
    import_row = db.session.scalar(select(Import).where(Import.public_id == public_id))
    if import_row is None or not (_mine(import_row) or (read and identity().has(READERS))):
        raise NotFound("There is no such import, or it is not yours.")
    return import_row


def _mine(imported: Import) -> bool:
    return identity().has(ADMIN) or (imported.brand_id is not None and imported.brand_id in identity().brand_ids())


def _listing(imported: Import) -> str:
    if imported.brand is not None and not identity().has(READERS):
        return url_for("uploads.brand_imports", brand=imported.brand.public_id)
    return url_for("uploads.admin_imports")


def _heads() -> dict[str, str]:
    """What the columns of the facts are called."""
    return {
        "handle": gettext("Handle"),
        "name": gettext("Name"),
        "country": gettext("Country"),
        "currency": gettext("Currency"),
        "creator": gettext("Creator"),
        "brand": gettext("Brand"),
        "platform": gettext("Platform"),
        "followers": gettext("Followers"),
        "sku": gettext("Product"),
        "category": gettext("Category"),
        "price": gettext("Price"),
        "contract": gettext("Contract"),
        "starts_on": gettext("From"),
        "ends_on": gettext("Until and including"),
        "stream": gettext("Stream"),
        "starts_at": gettext("Begins"),
        "ends_at": gettext("Ends"),
        "touch": gettext("Visit"),
        "occurred_at": gettext("When"),
        "viewers": gettext("Viewers"),
        "orders": gettext("Orders"),
        "views": gettext("Views"),
        "reactions": gettext("Reactions"),
        "comments": gettext("Comments"),
        "shares": gettext("Shares"),
        "order": gettext("Order"),
        "line": gettext("Line"),
        "quantity": gettext("Quantity"),
        "base_minor": gettext("Amount"),
        "refund": gettext("Refund"),
    }
