"""The routes of the desks."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.contracts.terms import programmes
from app.contracts.terms.protection import Rates
from app.database import db
from app.sales.correction_record import fingerprint
from app.sales.jobs import settle_due
from app.sales.models import CorrectionRecord
from app.security import ANYBODY, BRAND, CREATOR, PLATFORM, SIGNED_IN, Role
from app.uploads.exports.reading import Reading
from app.uploads.models import Import, Upload, UploadFile
from app.uploads.uploads import path_of
from app.users import trail
from app.users.models import AuditEvent
from tests import market
from tests.access import Kind, Row, Side
from tests.contracts import closings
from tests.payouts.books import earn
from tests.payouts.people import identity as people_identity

OWNER = frozenset({Role.BRAND_OWNER})
ADMIN, READERS = frozenset({Role.ADMIN}), frozenset({Role.ADMIN, Role.AUDITOR})


def _contract(side: Side) -> object:
    return market.contract(side.brand, side.creator, ref=f"K {side.word}", coupons=(side.word,)).public_id


def _sale(side: Side) -> object:
    side.value("contract")
    sale = market.sale(side.brand, order_ref=f"O {side.word}", description=side.word, coupon=side.word)
    number = sale.id
    db.session.commit()
    settle_due(wait=True)
    return number


def _imported(side: Side) -> object:
    number = market.file_import("sales", side.brand, file_name=f"{side.word}.csv")
    return db.session.scalar(select(Import.public_id).where(Import.id == number))


def _upload(side: Side, **columns: Any) -> object:
    """An upload that was looked at, with a file of bad rows where there are any."""
    upload = Upload(
        brand_id=side.brand.id,
        by_id=side.person.id,
        by_name=side.word,
        created_at=clock.now(),
        status="previewed",
        status_at=clock.now(),
    )
    file = UploadFile(upload=upload, nr=1, name=f"{side.word}.csv", bytes=7, **{"kind": "sales"} | columns)
    db.session.add_all([upload, file])
    db.session.flush()
    if file.bad_file:
        path = path_of(file).parent / file.bad_file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"brand,line,reason\n{side.word},2,bad\n")
    return upload.public_id


def _event(side: Side) -> object:
    trail.record("edit", "brand", side.brand.id, by=None, at=clock.now(), name=side.word)
    return db.session.scalars(select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(1)).one()


def _programme(side: Side) -> object:
    owner = people_identity("olga")
    made = programmes.create(side.brand, f"P {side.word}", Rates(1000), by=owner, at=clock.now())
    return made.public_id


def _following(side: Side) -> object:
    """A contract that follows a programme."""
    chosen = programmes.get_programme(side.brand.id, UUID(str(side.value("programme"))))
    contract = market.contract(side.brand, side.creator, date(2025, 1, 1), date(2030, 12, 31), ref=f"F {side.word}")
    programmes.follow(contract, chosen, at=clock.now())
    return contract.public_id


def _files(_side: Side) -> dict[str, object]:
    return {"files": (io.BytesIO(b"brand,sku,name,category,price,currency,commissionable\n"), "products.csv")}


READING = Reading("shopify_orders", "shopify", "EUR", "Europe/Amsterdam", {"order": 0}, ("Name",))


def _export(side: Side) -> object:
    """An upload of a shop's export, which lies on the disk."""
    public_id = _upload(side, kind="shopify_orders", reading=READING.as_json())
    file = db.session.scalars(select(UploadFile).join(Upload).where(Upload.public_id == public_id)).one()
    path_of(file).parent.mkdir(parents=True, exist_ok=True)
    path_of(file).write_text("Name\n")
    return public_id


def _read(_side: Side) -> dict[str, object]:
    return {"source": "shop", "currency": "EUR", "zone": "Europe/Amsterdam"}


def _span(side: Side) -> dict[str, object]:
    return WHY | {"brand": str(side.brand.public_id), "begin": "2026-03-01", "end": "2026-03-31"}


def _correction(side: Side) -> object:
    """A withdrawal that somebody long gone has asked for."""
    record = CorrectionRecord(
        kind="import",
        brand_id=side.brand.id,
        import_id=market.file_import("sales", side.brand, file_name=f"{side.word}-waits.csv"),
        reason=side.word,
        sums=[],
        is_large=True,
        status="submitted",
        asked_by_name=side.word,
        asked_at=clock.now(),
    )
    db.session.add(record)
    db.session.flush()
    return record.public_id


def _sums_seen(_side: Side) -> dict[str, object]:
    """Of a file without a sale."""
    return {"seen": fingerprint([])}


def _who_earned(side: Side) -> object:
    """A creator with a statement of the brand's: something stands on their account."""
    earn(side.brand, side.creator, 5_000)
    return side.creator.public_id


KINDS = {
    "creator_who_earned": Kind(_who_earned),
    "event": Kind(_event, missing=999_999_999),
    "correction": Kind(_correction),
    "file_kind": Kind(lambda _side: "sales", missing="nonsense"),
    "job": Kind(lambda _side: "clean", missing="nonsense"),
    "contract": Kind(_contract),
    "sale": Kind(_sale, missing=999_999_999),
    "imported": Kind(_imported),
    "upload": Kind(_upload),
    "programme": Kind(_programme),
    "following": Kind(_following),
    "export_upload": Kind(_export),
    "file_nr": Kind(lambda _side: 1, missing=99),
    "faulty_upload": Kind(lambda side: _upload(side, rejected_rows=1, bad_file="x.rejected.csv")),
}
WHY = {"reason": "it has to be"}

ROWS = [
    Row("desks.home", "GET", ANYBODY),
    Row("desks.search", "GET", SIGNED_IN, query="?q=order 7"),
    Row("desks.agency", "GET", frozenset({Role.AGENT})),
    Row("desks.object_page", "GET", READERS),
    Row("processes.jobs", "GET", READERS),
    Row("processes.job_run", "POST", ADMIN),
    Row("desks.why", "GET", BRAND | CREATOR | PLATFORM),
    Row("desks.earnings", "GET", CREATOR | PLATFORM),
    Row("desks.earnings_download", "GET", CREATOR | PLATFORM),
    Row("desks.statements", "GET", CREATOR | PLATFORM),
    Row("desks.statement", "GET", CREATOR | PLATFORM),
    Row("desks.statement_csv", "GET", CREATOR | PLATFORM),
    Row("desks.statement_pdf", "GET", CREATOR | PLATFORM),
    Row("desks.brand_month_accounts", "GET", BRAND | PLATFORM),
    *(
        Row(f"desks.brand_month_account{of}", "GET", BRAND | PLATFORM, args={"of": "creator_who_earned"})
        for of in ("", "_csv", "_pdf")
    ),
    Row("desks.near_misses", "GET", CREATOR | PLATFORM),
    Row("desks.creator_streams", "GET", CREATOR | PLATFORM),
    Row("contracts.creator_contracts", "GET", CREATOR | PLATFORM),
    Row("contracts.creator_contract", "GET", CREATOR | PLATFORM),
    Row("desks.brand_home", "GET", BRAND | PLATFORM),
    Row("desks.brand_sales", "GET", BRAND | PLATFORM),
    Row("desks.brand_sales_download", "GET", BRAND | PLATFORM),
    Row("catalog.brand_products", "GET", BRAND | PLATFORM),
    Row("contracts.brand_contracts", "GET", BRAND | PLATFORM),
    Row("contracts.brand_contract", "GET", BRAND | PLATFORM),
    Row("uploads.brand_uploads", "GET", BRAND | READERS),
    Row("uploads.brand_upload_create", "POST", BRAND, form=_files),
    Row("uploads.admin_uploads", "GET", READERS),
    Row("uploads.admin_upload_create", "POST", ADMIN, form=_files),
    Row("uploads.template", "GET", BRAND | READERS, args={"kind": "file_kind"}),
    Row("uploads.upload", "GET", BRAND | READERS),
    Row("uploads.upload_confirm", "POST", BRAND | ADMIN),
    Row("uploads.upload_discard", "POST", BRAND | ADMIN),
    Row(
        "uploads.upload_reading_update",
        "POST",
        BRAND | ADMIN,
        args={"upload": "export_upload", "nr": "file_nr"},
        form=_read,
    ),
    Row("uploads.upload_bad_rows", "GET", BRAND | READERS, args={"upload": "faulty_upload"}, query="?file=1"),
    Row("uploads.brand_imports", "GET", BRAND | READERS),
    Row("uploads.admin_imports", "GET", READERS),
    Row("uploads.import_page", "GET", BRAND | READERS),
    Row("uploads.import_withdraw_new", "GET", BRAND | ADMIN),
    Row("uploads.import_withdraw", "POST", BRAND | ADMIN, form=WHY | {"confirmed": "1"}),
    Row("contracts.brand_programmes", "GET", BRAND | PLATFORM),
    Row("contracts.brand_programme", "GET", BRAND | PLATFORM),
    Row("contracts.brand_programme_create", "POST", OWNER, form={"name": "Spring", "commission": "10"}),
    Row("contracts.brand_programme_announce", "POST", OWNER, form={"commission": "12.5"}),
    Row("contracts.contract_programme_update", "POST", OWNER, args={"contract": "following"}),
    Row("sales.sale_redecide_new", "GET", ADMIN),
    Row("sales.sale_redecide", "POST", ADMIN, form=WHY | {"confirmed": "1"}),
    Row("sales.corrections", "GET", ADMIN),
    Row("sales.correction", "GET", BRAND | READERS),
    Row("sales.correction_approve", "POST", BRAND | ADMIN, form=_sums_seen),
    Row("sales.correction_reject", "POST", BRAND | ADMIN),
    Row("sales.correction_create", "POST", ADMIN, form=_span),
]

# the calendar of exclusivity
KINDS |= closings.KINDS
ROWS += closings.ROWS
