"""The routes of top-ups and funds."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.database import db
from app.ledger.models import Checkout, Receipt, TopUp
from app.ledger.views.top_ups import BRAND_MONEY
from app.security import CHECKER, FINANCE, MAKER, PLATFORM
from app.users.models import Person
from tests.access import Form, Kind, Row, Side

DAY = date(2026, 3, 2)


def _top_up(side: Side) -> object:
    """One that Adam recorded, so that every checker may decide it."""
    adam = db.session.scalars(select(Person).where(Person.email == "adam@cast.example")).one()
    row = TopUp(brand_id=side.brand.id, amount=5000, currency="EUR", received_on=DAY, reference=f"{side.word} 1")
    row.made_by, row.made_at = adam.id, adam.created_at
    db.session.add(row)
    db.session.flush()
    return row.public_id


def _new(side: Side) -> Form:
    return {
        "brand": str(side.brand.public_id),
        "amount": "12.50",
        "currency": "EUR",
        "received_on": DAY.isoformat(),
        "reference": "deposit 7",
    }


def _weekly(side: Side) -> Form:
    return {"brand": str(side.brand.public_id), "days": "week-1"}


def _credit(side: Side) -> Form:
    return {"brand": str(side.brand.public_id), "amount": "0.00", "currency": "EUR"}


def _checkout(side: Side) -> object:
    """A payment that was refused, with what there is to read."""
    row = Checkout(brand_id=side.brand.id, amount=5000, currency="EUR", reference=f"SC-{side.word}", status="refused")
    row.payment, row.note, row.asked_by = f"pi_{side.word}", side.word, side.person.id
    row.asked_at = row.settled_at = side.person.created_at
    db.session.add(row)
    db.session.flush()
    return row.public_id


def _receipt(side: Side) -> object:
    """Of a top-up that Adam recorded; the brand's name as it was is what the other side must not see."""
    top_up = db.session.scalars(select(TopUp).where(TopUp.public_id == side.value("top_up"))).one()
    row = Receipt(top_up_id=top_up.id, brand_id=side.brand.id, year=2026, nr=side.brand.id, brand_name=side.word)
    row.way, row.amount, row.currency, row.reference = "bank_transfer", 5000, "EUR", f"{side.word} 1"
    row.received_on, row.issued_at = DAY, top_up.made_at
    db.session.add(row)
    db.session.flush()
    return row.public_id


KINDS = {"top_up": Kind(_top_up), "checkout": Kind(_checkout), "receipt": Kind(_receipt)}

ROWS = [
    Row("ledger.top_ups", "GET", PLATFORM),
    Row("ledger.top_up_new", "GET", MAKER),
    Row("ledger.top_up_create", "POST", MAKER, form=_new),
    Row("ledger.top_up", "GET", PLATFORM),
    Row("ledger.top_up_approve", "POST", CHECKER),
    Row("ledger.top_up_reject", "POST", CHECKER, form={"reason": "not ours"}),
    Row("ledger.credit_lines", "GET", PLATFORM),
    Row("ledger.credit_line_update", "POST", CHECKER, form=_credit),
    Row("ledger.funds", "GET", BRAND_MONEY | PLATFORM),
    Row("ledger.payout_days", "GET", PLATFORM),
    Row(
        "ledger.payout_days_update",
        "POST",
        FINANCE,
        form=lambda side: {"brand": side.brand.public_id, "days": "week-1"},
    ),
    Row("ledger.receipt", "GET", BRAND_MONEY | PLATFORM),
    Row("ledger.receipt_pdf", "GET", BRAND_MONEY | PLATFORM),
    Row("ledger.checkout_list", "GET", PLATFORM, query="?status=paid"),
    Row("ledger.checkout_ask", "POST", BRAND_MONEY, form={"amount": "25.00", "currency": "EUR"}, also=(503,)),
    Row("ledger.checkout", "GET", BRAND_MONEY | PLATFORM),
    Row("ledger.checkout_go", "GET", BRAND_MONEY),
]
