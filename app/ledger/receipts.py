"""Receipts for top-ups: issued once the money counts, numbered without gaps by year, as a page and as a PDF."""

from __future__ import annotations

import json
from datetime import date, datetime
from importlib.resources import files
from uuid import UUID

import typst
from babel.dates import format_date
from flask_babel import get_locale, gettext
from sqlalchemy import select

from app import clock, outbox
from app.database import db, raw
from app.errors import NotFound
from app.formatting import money
from app.ledger.models import PaidBy, Receipt, TopUp
from app.notifications.readers import brand_readers
from app.security import Role
from app.users.models import Brand
from app.words import word
from config import settings

NEXT = """insert into receipt_series (year, last) values (%s, 1)
    on conflict (year) do update set last = receipt_series.last + 1 returning last"""


def issue(top_up: TopUp, *, at: datetime) -> Receipt:
    """The receipt of a top-up that counts from now on, in the same transaction, with a letter to those who answer for
    the brand's money. Receipts of a year wait for each other, so that a number that is given is used."""
    year = clock.today(settings().platform_timezone, at=at).year
    given = raw().execute(NEXT, [year]).fetchone()
    row = Receipt(
        top_up_id=top_up.id,
        brand_id=top_up.brand_id,
        year=year,
        nr=given[0] if given else 0,
        brand_name=top_up.brand.name,
        way=PaidBy.AT_STRIPE if top_up.checkout_id else PaidBy.BANK_TRANSFER,
        amount=top_up.amount,
        currency=top_up.currency,
        reference=top_up.reference,
        received_on=top_up.received_on,
        issued_at=at,
    )
    db.session.add(row)
    db.session.flush()
    facts = {
        "brand": row.brand_name,
        "number": row.number,
        "amount": row.amount,
        "currency": row.currency,
        "reference": row.reference,
        "path": f"/brands/{top_up.brand.public_id}/funds/receipts/{row.public_id}",
    }
    whom = brand_readers(row.brand_id, {Role.BRAND_OWNER, Role.BRAND_FINANCE})
    outbox.write(outbox.Event("receipt.issued", "receipt", row.id), whom, facts, at=at)
    return row


def find(brand: Brand, public_id: UUID) -> Receipt:
    """One receipt of the brand. Raises NotFound."""
    row = db.session.scalar(select(Receipt).where(Receipt.public_id == public_id, Receipt.brand_id == brand.id))
    if row is None:
        raise NotFound(gettext("There is no such receipt, or it is not yours."))
    return row


def facts(row: Receipt) -> list[tuple[str, str]]:
    """What stands on it, in the reader's language."""
    return [
        (gettext("Number"), row.number),
        (gettext("Date"), _day(clock.today(settings().platform_timezone, at=row.issued_at))),
        (gettext("Received from"), row.brand_name),
        (gettext("Received on"), _day(row.received_on)),
        (gettext("Way of payment"), word(row.way)),
        (gettext("Reference"), row.reference),
        (gettext("Amount"), money(row.amount, row.currency)),
    ]


def pdf(row: Receipt) -> bytes:
    """The same on paper (A4, PDF/A-3). Everything people wrote is a string there, never markup."""
    platform = settings().platform_name
    data = {
        "language": str(get_locale() or "en"),
        "title": gettext("Receipt %(number)s", number=row.number),
        "facts": facts(row),
        "sentences": [
            gettext("%(platform)s has received this money for the funds of the brand.", platform=platform),
            gettext("This is a receipt and no invoice: no VAT is charged on a top-up."),
        ],
        "platform": platform,
    }
    template = files("app.ledger").joinpath("receipt.typ").read_bytes()
    issued = int(row.issued_at.timestamp())
    return typst.compile(template, sys_inputs={"data": json.dumps(data)}, pdf_standards="a-3b", timestamp=issued)


def _day(day: date) -> str:
    return str(format_date(day, "d MMMM y", locale=get_locale()))
