"""Exports of shops as tests write them, after what the programs document; and how a brand brings one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db
from app.sales.models import Refund, Sale
from app.uploads import jobs
from app.uploads.models import Upload

SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Shipping Country,Notes,Note Attributes,Cancelled at,Payment Method,"
    "Payment Reference,Refunded Amount,Vendor,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value"
).split(",")
ORDER = {
    "Name": "#1001",
    "Email": "Kim@Example.com",
    "Financial Status": "paid",
    "Currency": "EUR",
    "Subtotal": "100.00",
    "Shipping": "5.00",
    "Taxes": "0.00",
    "Total": "105.00",
    "Created at": "2026-03-10 13:00:00 +0100",
    "Lineitem quantity": "1",
    "Lineitem name": "Table lamp, oak",
    "Lineitem price": "100.00",
    "Lineitem sku": "LAMP",
    "Lineitem taxable": "true",
    "Shipping Country": "NL",
    "Id": "450789469",
}


def table(header: Iterable[str], rows: Iterable[Mapping[str, str]], delimiter: str = ",") -> bytes:
    """A CSV file of these rows."""
    out = io.StringIO()
    names = list(header)
    writer = csv.DictWriter(out, names, restval="", extrasaction="ignore", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def shopify(*rows: Mapping[str, str], header: Iterable[str] = SHOPIFY) -> bytes:
    """An order export: each row is an order as ORDER but for what it says; one that says no status goes on with the
    order before it, as Shopify writes further lines."""
    return table(header, [row if row.get("Financial Status") == "" else ORDER | dict(row) for row in rows])


def further(name: str = "#1001", **cells: str) -> dict[str, str]:
    """A further line of an order."""
    line = {"Name": name, "Email": "Kim@Example.com", "Financial Status": "", "Created at": ORDER["Created at"]}
    spaced = {key.replace("_", " "): value for key, value in cells.items()}
    return line | {"Lineitem quantity": "1", "Lineitem name": "Mug", "Lineitem sku": "MUG"} | spaced


def drop(browser: FlaskClient, address: str, content: bytes, name: str = "orders_export_1.csv") -> str:
    """Uploads one file and lets the worker look at it; the address of the upload's page."""
    answer = browser.post(address, data={"files": [(io.BytesIO(content), name)]}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    jobs.work_uploads()
    db.session.rollback()
    return str(answer.headers["Location"])


def confirm(browser: FlaskClient, page: str, **fields: str) -> None:
    """Imports what was previewed."""
    answer = browser.post(page + "/confirm", data=fields)
    assert answer.status_code == 303, answer.text
    jobs.work_uploads()
    db.session.rollback()


def latest() -> Upload:
    """The upload that was sent last."""
    db.session.rollback()
    return db.session.scalars(select(Upload).order_by(Upload.id.desc()).limit(1)).one()


def sales() -> list[Sale]:
    """All sales, by order and line."""
    db.session.rollback()
    return list(db.session.scalars(select(Sale).order_by(Sale.order_ref, Sale.line_ref)))


def refunds() -> dict[tuple[str, str], int]:
    """What was given back, by order and line."""
    db.session.rollback()
    totals: dict[tuple[str, str], int] = {}
    for each in db.session.scalars(select(Refund)):
        key = (each.order_ref, each.line_ref)
        totals[key] = totals.get(key, 0) + each.amount
    return totals


def flags(upload: Upload) -> dict[str, Any]:
    """What is said of the first file, by code."""
    return {each["code"]: each["count"] for each in upload.files[0].flags}
