"""Corrections by the platform: deciding lines again by what is recorded now. Always first what it would change."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import select, text

from app import clock
from app.database import db, raw
from app.errors import BadInput, NotFound, StreamcutError
from app.formatting import day, number
from app.sales import correction_record
from app.sales.blueprint import blueprint
from app.sales.commissions.models import DECIDERS
from app.sales.correction_preview import linked_sums, shown
from app.sales.correction_record import State
from app.sales.corrections import Correction
from app.sales.disputes.rulings import of_ruling
from app.sales.forms import RedecideForm
from app.sales.models import CorrectionKind, CorrectionRecord, CorrectionStatus, Sale
from app.security import BRAND, Role, identity, require
from app.users.models import Brand
from app.web.forms import ReasonForm

ADMIN = frozenset({Role.ADMIN})
READERS = frozenset({Role.ADMIN, Role.AUDITOR})
LISTED = 50  # corrections below the form


@blueprint.get("/sales/<uuid:brand>/<int:sale>/redecide")
@require(ADMIN)
def sale_redecide_new(brand: UUID, sale: int) -> ResponseReturnValue:
    """Asks why one line is to be decided again."""
    return _line_page(_sale(brand, sale), ReasonForm())


@blueprint.post("/sales/<uuid:brand>/<int:sale>/redecide")
@require(ADMIN)
def sale_redecide(brand: UUID, sale: int) -> ResponseReturnValue:
    """First shows what deciding the line again would change and undoes it; with `confirmed` it is done."""
    line, form = _sale(brand, sale), ReasonForm()
    if not form.validate_on_submit():
        return _line_page(line, form), 422
    record = CorrectionRecord(kind=CorrectionKind.LINE, brand_id=line.brand_id, sale_id=line.id)
    state, correction = _ask(record, form)
    if state == State.PREVIEW:
        return _line_page(line, form, correction)
    return _answer(state, record, correction, url_for("desks.why", brand=brand, sale=sale))


@blueprint.get("/admin/corrections")
@require(ADMIN)
def corrections() -> ResponseReturnValue:
    """Asks which days of which brand are to be decided again, and why."""
    return _span_page(RedecideForm())


@blueprint.post("/admin/corrections")
@require(ADMIN)
def correction_create() -> ResponseReturnValue:
    """First shows what deciding the days again would change and undoes it; with `confirmed` it is done."""
    form = RedecideForm()
    if not form.validate_on_submit() or form.begin.data is None or form.end.data is None:
        return _span_page(form), 422
    brand = _brand(request.form.get("brand", ""))
    days = {"first_on": form.begin.data, "last_on": form.end.data}
    record = CorrectionRecord(kind=CorrectionKind.DAYS, brand_id=brand.id, **days)
    state, correction = _ask(record, form)
    if state == State.PREVIEW:
        return _span_page(form, correction)
    return _answer(state, record, correction, url_for("desks.brand_sales", brand=brand.public_id))


@blueprint.get("/corrections/<uuid:correction>")
@require(BRAND | READERS)
def correction(correction: UUID) -> ResponseReturnValue:
    """One correction: what it changes in money and for whom, who asked, who decided; what it would change while it
    waits for a second person."""
    record = _record(correction, read=True)
    worked_out, problem = None, ""
    if record.status == CorrectionStatus.SUBMITTED:
        try:
            worked_out = correction_record.preview(record, by=identity(), at=clock.now())
        except StreamcutError as error:
            problem = error.sentence
    return render_template(
        "sales/correction.html",
        record=record,
        problem=problem,
        subject=_subject(record),
        **shown(raw(), worked_out) | ({} if worked_out else {"sums": linked_sums(raw(), record.sums)}),
        why_not=correction_record.why_not(record, identity()),
        may_act=_mine(record) and record.status == CorrectionStatus.SUBMITTED,
    )


@blueprint.post("/corrections/<uuid:correction>/approve")
@require(BRAND | ADMIN)
def correction_approve(correction: UUID) -> ResponseReturnValue:
    """Does what another person asked for, when the sums are those that were seen."""
    record = _record(correction)
    done = correction_record.approve(record, seen=request.form.get("seen", ""), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Approved: %(num)s entries were booked.", num=number(done.entries)), "success")
    return redirect(url_for("sales.correction", correction=correction), 303)


@blueprint.post("/corrections/<uuid:correction>/reject")
@require(BRAND | ADMIN)
def correction_reject(correction: UUID) -> ResponseReturnValue:
    """Nothing is corrected; whoever asked may take it back."""
    correction_record.reject(_record(correction), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Rejected: nothing was changed."), "success")
    return redirect(url_for("sales.correction", correction=correction), 303)


def _ask(record: CorrectionRecord, form: ReasonForm) -> tuple[State, Correction]:
    record.reason = form.reason.data or ""
    confirmed, seen = bool(request.form.get("confirmed")), request.form.get("seen")
    return correction_record.ask(record, confirmed=confirmed, seen=seen, by=identity(), at=clock.now())


def _answer(state: State, record: CorrectionRecord, correction: Correction, page: str) -> ResponseReturnValue:
    db.session.commit()
    if state == State.SUBMITTED:
        flash(gettext("This moves a large sum, so it waits for a second person."), "success")
        return redirect(url_for("sales.correction", correction=record.public_id), 303)
    _flash(correction)
    return redirect(page, 303)


def _record(public_id: UUID, *, read: bool = False) -> CorrectionRecord:
    """The correction, its row locked, when it is the person's to decide on, or with `read` when they may read all."""
    record = correction_record.locked(public_id)
    if not (_mine(record) or (read and identity().has(READERS))):
        raise NotFound("There is no such correction, or it is not yours.")
    return record


def _mine(record: CorrectionRecord) -> bool:
    """Lines and days are the admin's to decide again; a brand's people may withdraw what was brought for it, and
    reject commissions of its sales."""
    own = (record.kind == CorrectionKind.IMPORT and record.brand_id in identity().brand_ids()) or (
        record.kind == CorrectionKind.REJECTION and record.brand_id in identity().brand_ids(DECIDERS)
    )
    return own or identity().has(ADMIN)


def _subject(record: CorrectionRecord) -> tuple[str, str, str]:
    """What is corrected: what it is, its name, and the address of its page (empty: it has none)."""
    if record.kind == CorrectionKind.IMPORT:
        query = text("select public_id, file_name from import where id = :id")
        public_id, name = db.session.execute(query, {"id": record.import_id}).one()
        return gettext("File"), name, url_for("uploads.import_page", imported=public_id)
    if record.kind == CorrectionKind.DAYS:
        return gettext("Days"), Markup("{} – {}").format(day(record.first_on), day(record.last_on)), ""
    brand = db.session.get_one(Brand, record.brand_id)
    if record.kind == CorrectionKind.RULING:
        dispute = of_ruling(record.ruling_id or 0)
        page = url_for("sales.admin_dispute", dispute=dispute.public_id) if identity().has(READERS) else ""
        return gettext("Dispute"), dispute.title, page
    line = db.session.get_one(Sale, (record.brand_id, record.sale_id))
    name = gettext("%(order)s, line %(line)s", order=line.order_ref, line=line.line_ref)
    return gettext("Line"), name, url_for("desks.why", brand=brand.public_id, sale=line.id)


def _line_page(line: Sale, form: ReasonForm, correction: Correction | None = None) -> str:
    brand = db.session.get_one(Brand, line.brand_id)
    return render_template("sales/redecide_line.html", line=line, brand=brand, form=form, **shown(raw(), correction))


def _span_page(form: RedecideForm, correction: Correction | None = None) -> str:
    brands = db.session.scalars(select(Brand).order_by(Brand.name, Brand.id)).all()
    return render_template(
        "sales/corrections.html",
        form=form,
        brands=[(str(brand.public_id), brand.name) for brand in brands],
        records=db.session.scalars(select(CorrectionRecord).order_by(CorrectionRecord.id.desc()).limit(LISTED)).all(),
        **shown(raw(), correction),
    )


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
