"""A failed payout, from the bank's refusal to the next run that pays it: what each person reads and does, by web."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.outbox import Letter
from app.payouts.checks import MARKET_CHECKS, check_books
from app.payouts.models import Payout, PayoutBatch
from tests.cast import PASSWORD, Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import code_of_che
from tests.payouts.test_pages import said, seen

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def market(cast: Cast) -> Cast:
    """Mira has 50.00 to come, on an account that her bank has closed."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    bank(cast.creators["mira"], by=cast.people["mira"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    db.session.commit()
    return cast


def run(browse: Browse, at: datetime, cutoff_on: date) -> str:
    """A batch made, submitted, approved and handed to the bank; returns its address."""
    with time_machine.travel(at, tick=True):
        mo, che = browse("mo"), browse("che")
        made = mo.post("/finance/batches/new", data={"currency": "EUR", "cutoff_on": cutoff_on.isoformat()})
        path = made.headers["Location"]
        assert mo.post(f"{path}/submit").status_code == 302
        assert (
            che.post(f"{path}/approve", data={"seen": seen(said(che, path)), "answer": code_of_che()}).status_code
            == 302
        )
        assert mo.post(f"{path}/download", data={"rail": "sepa"}).status_code == 200
    return path


def newest_payout() -> Payout:
    query = select(Payout).order_by(Payout.id.desc()).limit(1).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def test_a_failed_payout_is_mended_by_the_creator_and_paid_in_the_next_run(browse: Browse, market: Cast) -> None:
    mira = market.creators["mira"]
    own, bank_page = f"/creators/{mira.public_id}/payouts", f"/creators/{mira.public_id}/bank-details"
    run(browse, AT, CUTOFF)
    failed = newest_payout().public_id

    with time_machine.travel(AT + timedelta(days=1), tick=True):  # the bank refuses
        answer = browse("mo").post(f"/finance/payouts/{failed}/failed", data={"code": "AC04", "reason": ""})
        assert answer.status_code == 302
        letters = db.session.scalars(select(Letter).where(Letter.event == "payout.failed")).all()
        assert {letter.address for letter in letters} == {"mira@cast.example", "ada@cast.example"}
        page = said(browse("mira"), own)
        assert "This stops your money" in page
        assert "AC04: the account is closed" in page
        assert f'href="{bank_page}">Correct your bank details' in page
        preview = said(browse("mo"), f"/finance/batches/new?currency=EUR&cutoff_on={CUTOFF}&view=skipped")
        assert "Last payment to this account failed" in preview

    with time_machine.travel(AT + timedelta(days=2), tick=True):  # the creator mends it
        data = {"holder": "Mira Live", "iban": IBANS[1], "password": PASSWORD}
        assert browse("mira").post(bank_page, data=data).status_code == 302
        page = said(browse("mira"), own)
        assert "Last payment to this account failed" not in page.split("Next payout")[0]
        assert "for safety nothing is paid before" in page

    at = AT + timedelta(days=8)
    path = run(browse, at, at.date() - timedelta(days=1))
    with time_machine.travel(at + timedelta(days=1), tick=True):
        assert "This stops your money" not in said(browse("mira"), own)
        value_on = (at + timedelta(days=1)).date().isoformat()
        assert browse("mo").post(f"{path}/paid", data={"value_on": value_on}).status_code == 302
        assert "In your account" in said(browse("mira"), f"{own}/{newest_payout().public_id}")

    paid = newest_payout()
    assert (paid.status, paid.amount, paid.iban) == ("paid", 5000, IBANS[1])
    assert db.session.scalars(select(PayoutBatch.status).order_by(PayoutBatch.id)).all() == ["completed", "completed"]
    db.session.commit()
    wrong = {check.name for check in check_books(raw()) if not check.ok}
    assert not wrong & {
        MARKET_CHECKS[name] for name in ("payouts_equal_entries", "entries_paid_once", "creators_get_all")
    }
