"""The monthly job, and the file of all payouts."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db
from app.payouts.files import export_payouts
from app.payouts.jobs import assemble_monthly
from app.payouts.models import Payout, PayoutBatch
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, bank, earn, fund


@pytest.fixture
def market(cast: Cast) -> Cast:
    """Mira has earned in euro and yen, joon in pounds but has no bank details."""
    lumen, kettle, mira, joon = *cast.brands.values(), cast.creators["mira"], cast.creators["joon"]
    for currency in ("EUR", "JPY"):
        fund(lumen, 100_000, currency=currency)
        earn(lumen, mira, 5000, CUTOFF, currency=currency)
    earn(kettle, joon, 7000, CUTOFF)
    bank(mira)
    db.session.commit()
    return cast


def drafts() -> list[tuple[str, date, int | None]]:
    rows = select(PayoutBatch.currency, PayoutBatch.cutoff_on, PayoutBatch.made_by).order_by(PayoutBatch.id)
    return [tuple(row) for row in db.session.execute(rows)]


def test_a_draft_for_each_currency_with_money_to_come_up_to_yesterday(market: Cast) -> None:
    said = assemble_monthly(at=AT)
    assert drafts() == [("EUR", CUTOFF, None), ("JPY", CUTOFF, None)]
    assert said.startswith("EUR: draft ")
    assert "GBP: Nobody can be paid" in said


def test_running_it_twice_makes_no_second_draft(market: Cast) -> None:
    assemble_monthly(at=AT)
    earn(market.brands["lumen"], market.creators["mira"], 5000, CUTOFF)
    db.session.commit()
    assert "EUR: a draft waits already." in assemble_monthly(at=AT)
    assert len(drafts()) == 2


def test_yesterday_is_by_the_platforms_calendar(market: Cast) -> None:
    assemble_monthly(at=datetime(2026, 11, 14, 23, 30, tzinfo=UTC))  # in Amsterdam the 15th
    assert {cutoff for _, cutoff, _ in drafts()} == {CUTOFF}


def test_without_money_to_come_nothing_is_made(app: Flask) -> None:
    assert assemble_monthly(at=AT) == "Nothing is due."


def test_the_file_of_payouts_has_the_columns_of_the_spec_and_no_formula(market: Cast) -> None:
    assemble_monthly(at=AT)
    payout = db.session.scalars(select(Payout).where(Payout.currency == "EUR")).one()
    payout.status, payout.reason = "dropped", "=1+1"
    db.session.flush()
    out = io.BytesIO()
    assert export_payouts(out) == 2
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
    assert list(rows[0]) == "batch payout creator currency amount_minor status rail reference reason".split()
    row = next(row for row in rows if row["currency"] == "EUR")
    assert row == {
        "batch": str(payout.batch.public_id),
        "payout": str(payout.public_id),
        "creator": "mira",
        "currency": "EUR",
        "amount_minor": "5000",
        "status": "dropped",
        "rail": "",
        "reference": "",
        "reason": "'=1+1",
    }
