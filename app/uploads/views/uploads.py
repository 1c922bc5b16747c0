"""Files dropped on a page: sent, looked at, confirmed or discarded, imported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import clock
from app.csvfiles.tables import Row
from app.database import db
from app.errors import BadFile, BadInput, NotFound
from app.security import BRAND, Role, identity, require
from app.uploads import uploads
from app.uploads.blueprint import blueprint
from app.uploads.export_forms import ReadingForm, reading_form
from app.uploads.exports.flags import sentence
from app.uploads.exports.programs import PROGRAMS
from app.uploads.exports.reading import Reading
from app.uploads.exports.understanding import measured, sample_of
from app.uploads.file_kinds import KINDS
from app.uploads.forms import UploadForm
from app.uploads.models import Import, Upload, UploadFile, UploadStatus
from app.users.models import Brand
from app.users.scope import brand_for
from app.web.downloads import csv_download, download
from app.web.versions import hold
from config import settings

ADMIN = frozenset({Role.ADMIN})
READERS = frozenset({Role.ADMIN, Role.AUDITOR})
LISTED = 20  # uploads on a page
SHOWN_ROWS = 50  # of an export, from which examples are taken
FIRST_LINES = 5  # that are named of bad rows with one reason
QUOTED = re.compile("“[^”]*”")
PIECE = 1 << 16  # bytes of a download
REFUNDS = ("refunds", "waiting", "currency_mismatch")  # rows of the figures that are no lines sold


@blueprint.get("/brands/<uuid:brand>/uploads")
@require(BRAND | READERS)
def brand_uploads(brand: UUID) -> ResponseReturnValue:
    """Where a brand drops its files, and what became of those it dropped before."""
    return _uploads_page(brand_for(identity(), brand, read=True))


@blueprint.post("/brands/<uuid:brand>/uploads")
@require(BRAND)
def brand_upload_create(brand: UUID) -> ResponseReturnValue:
    """Takes a brand's files."""
    return _receive(brand_for(identity(), brand))


@blueprint.get("/admin/uploads")
@require(READERS)
def admin_uploads() -> ResponseReturnValue:
    """The same for the platform: files of every kind, of all brands."""
    return _uploads_page(None)


@blueprint.post("/admin/uploads")
@require(ADMIN)
def admin_upload_create() -> ResponseReturnValue:
    """Takes the platform's files."""
    return _receive(None)


@blueprint.get("/uploads/templates/<kind>.csv")
@require(BRAND | READERS)
def template(kind: str) -> ResponseReturnValue:
    """A file of that kind with nothing but the names of its columns."""
    if kind not in KINDS:
        raise NotFound("There is no such kind of file.")
    return csv_download(f"{kind}.csv", list(KINDS[kind].by_name), [])


@blueprint.get("/uploads/<uuid:upload>")
@require(BRAND | READERS)
def upload(upload: UUID) -> ResponseReturnValue:
    """One upload: how far it is, what it would bring or has brought, its bad rows."""
    return _upload_page(_upload(upload, read=True))


@blueprint.post("/uploads/<uuid:upload>/files/<int:nr>/reading")
@require(BRAND | ADMIN)
def upload_reading_update(upload: UUID, nr: int) -> ResponseReturnValue:
    """Reads an export otherwise; a worker looks at it anew."""
    upload_row = hold(_upload(upload))
    file = next((each for each in upload_row.files if each.nr == nr and each.reading), None)
    if file is None:
        raise NotFound("There is no such file, or it is none of a shop.")
    before, sample = Reading.of_json(file.reading or {}), _sample(file)
    form = reading_form(before, sample)
    if not form.validate_on_submit():
        return _upload_page(upload_row, (nr, form)), 422
    if form.outdated(reading_form(before, sample, formdata=None)):
        return _upload_page(upload_row, (nr, form)), 409
    try:
        reading = measured(form.reading(before), sample_of(uploads.path_of(file)))
        uploads.read_otherwise(file, reading, at=clock.now())
    except BadInput as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _upload_page(_upload(upload), (nr, form)), 422
    db.session.commit()
    return redirect(url_for("uploads.upload", upload=upload), 303)


@blueprint.post("/uploads/<uuid:upload>/confirm")
@require(BRAND | ADMIN)
def upload_confirm(upload: UUID) -> ResponseReturnValue:
    """Asks for the import; with `skip_bad` without what can't be taken."""
    upload_row = _upload(upload)
    uploads.confirm(upload_row, skip_bad=bool(request.form.get("skip_bad")), by=identity(), at=clock.now())
    db.session.commit()
    return redirect(url_for("uploads.upload", upload=upload), 303)


@blueprint.post("/uploads/<uuid:upload>/discard")
@require(BRAND | ADMIN)
def upload_discard(upload: UUID) -> ResponseReturnValue:
    """Forgets the upload and its files."""
    upload_row = _upload(upload)
    uploads.discard(upload_row, at=clock.now())
    db.session.commit()
    uploads.tidy(upload_row)
    flash(gettext("Discarded: nothing was stored, and the files are deleted."), "success")
    return redirect(_listing(upload_row), 303)


@blueprint.get("/uploads/<uuid:upload>/bad-rows.csv")
@require(BRAND | READERS)
def upload_bad_rows(upload: UUID) -> ResponseReturnValue:
    """All bad rows of the file number `file`: its own columns, the line and the reason, to be mended and sent again."""
    upload_row, number = _upload(upload, read=True), request.args.get("file", type=int)
    path = uploads.bad_rows_of(upload_row, number or 0)
    return download(_pieces(path), path.name)


def _upload_page(upload: Upload, filled: tuple[int, ReadingForm] | None = None) -> str:
    """The page of an upload; `filled` is the form of a file (by its nr) that could not be saved."""
    forms: dict[int, ReadingForm] = {}
    if upload.status == UploadStatus.PREVIEWED and _mine(upload):
        for file in upload.files:
            if file.reading:
                forms[file.nr] = reading_form(Reading.of_json(file.reading), _sample(file), formdata=None).seal()
    if filled:
        forms[filled[0]] = filled[1]
    said = {file.nr: [sentence(flag) for flag in file.flags] for file in upload.files}
    return render_template(
        "uploads/upload.html", upload=upload, may_act=_mine(upload), forms=forms, said=said, **_sums(upload)
    )


def _sample(file: UploadFile) -> list[Row]:
    """The first rows of a file whose columns people choose."""
    if file.kind in PROGRAMS:
        return []
    try:
        return sample_of(uploads.path_of(file), SHOWN_ROWS)
    except BadFile:
        return []


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(partial(file.read, PIECE), b"")


def _uploads_page(brand: Brand | None, form: UploadForm | None = None) -> ResponseReturnValue:
    query = select(Upload).where(Upload.brand_id.is_(None) if brand is None else Upload.brand_id == brand.id)
    query = query.options(selectinload(Upload.files)).order_by(Upload.id.desc())
    return render_template(
        "uploads/uploads.html",
        brand=brand,
        form=form or UploadForm(),
        pagination=db.paginate(query, per_page=LISTED),
        may_act=brand.id in identity().brand_ids() if brand else identity().has(ADMIN),
        kinds=[kind for kind in KINDS.values() if kind.by_brand or brand is None],
        most=settings().max_upload_bytes // 1024**2,
    )


def _receive(brand: Brand | None) -> ResponseReturnValue:
    upload = uploads.receive(request.files.getlist("files"), brand=brand, by=identity(), at=clock.now())
    db.session.commit()
    return redirect(url_for("uploads.upload", upload=upload.public_id), 303)


def _upload(public_id: UUID, *, read: bool = False) -> Upload:
    """The upload, when it is the person's to act on, or with `read` when they may read everybody's."""
    upload = db.session.scalar(select(Upload).where(Upload.public_id == public_id))
    if upload is None or not (_mine(upload) or (read and identity().has(READERS))):
        raise NotFound("There is no such upload, or it is not yours.")
    return upload


def _mine(upload: Upload) -> bool:
    return identity().has(ADMIN) or upload.brand_id in identity().brand_ids()


def _listing(upload: Upload) -> str:
    if upload.brand is None:
        return url_for("uploads.admin_uploads")
    return url_for("uploads.brand_uploads", brand=upload.brand.public_id)


def _sums(upload: Upload) -> dict[str, object]:
    """The figures of the preview or result: lines that somebody earned on, the house's, and refunds."""
    # what was reported before refunds were told apart has no gross figures
    rows = [
        {"refunded": 0, "gross_commission": row["commission"], "gross_fee": row["fee"]} | row
        for row in (upload.earned or {}).get("rows", [])
    ]
    lines = [row for row in rows if row["what"] not in REFUNDS]
    own = [row for row in lines if row["refunded"]]
    brought = [file.import_id for file in upload.files if file.import_id]
    return {
        "listing": _listing(upload),
        "lines": sorted(lines, key=lambda row: (not row["won"], row["what"])),
        "totals": _totals(lines),
        "refunds": [*_own_refunds(own), *(row for row in rows if row["what"] in REFUNDS)],
        "reasons": {file.nr: _by_reason(file) for file in upload.files if file.bad},
        "new_rows": sum(file.new_rows for file in upload.files),
        "imports": {
            each.id: each.public_id for each in db.session.scalars(select(Import).where(Import.id.in_(brought)))
        },
    }


def _own_refunds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the refunds of lines that came in the same upload take off these, by currency."""
    totals: dict[str, dict[str, Any]] = {}
    for row in rows:
        total = totals.setdefault(
            row["currency"], {"what": "own", "currency": row["currency"], "refunded": 0, "commission": 0, "fee": 0}
        )
        total["refunded"] += row["refunded"]
        total["commission"] += row["commission"] - row["gross_commission"]
        total["fee"] += row["fee"] - row["gross_fee"]
    return list(totals.values())


def _by_reason(file: UploadFile) -> list[dict[str, Any]]:
    """The listed bad rows of a file by column and reason, whatever the values in it, the most frequent first."""
    groups: dict[tuple[str, str], list[int]] = {}
    for bad in file.bad:
        groups.setdefault((bad["column"], QUOTED.sub("“…”", bad["reason"])), []).append(bad["line"])
    most = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1]))
    return [
        {"column": column, "reason": reason, "rows": len(lines), "lines": lines[:FIRST_LINES]}
        for (column, reason), lines in most
    ]


def _totals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows added up by currency."""
    totals: dict[str, dict[str, Any]] = {}
    for row in rows:
        total = totals.setdefault(row["currency"], {"currency": row["currency"]})
        for name in ("lines", "base", "refunded", "gross_commission", "commission", "fee"):
            total[name] = total.get(name, 0) + row[name]
    return list(totals.values())
