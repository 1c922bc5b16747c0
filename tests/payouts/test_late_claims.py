"""What was paid too late is told from the books: by whose fault, from which day, and what it adds up to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.creators.pay_record import pay_record_of
from app.database import db, raw
from app.errors import BadInput, Conflict
from app.payouts import holds, transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, NobodyToPay, assemble
from app.payouts.late import claims, terms
from app.payouts.late.models import LateClaim, Size
from app.payouts.models import PayoutBatch
from tests.cast import Cast
from tests.market import contract
from tests.payouts.books import IBANS, bank, earn, fund
from tests.payouts.people import approve_as, hand_over, identity
from tests.payouts.test_pages import said

Browse = Callable[[str], FlaskClient]
DUE = date(2026, 1, 10)  # payable; due on 9 February


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@pytest.fixture
def market(cast: Cast) -> Cast:
    """Mira has 1,000.00 of lumen, which has sent nothing; joon earns elsewhere, so that there is somebody to pay."""
    bank(None, IBANS[3])
    for name, iban in (("mira", IBANS[0]), ("joon", IBANS[1])):
        bank(cast.creators[name], iban, by=cast.people["sam"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 100_000, DUE)
    fund(cast.brands["kettle"], 10_000_000, currency="EUR")
    db.session.commit()
    return cast


def paid_on(day: date, cutoff_on: date) -> None:
    """A batch that is made on the banking day before and paid on `day`."""
    at = on(day) - timedelta(days=1)
    made = assemble(raw(), currency="EUR", cutoff_on=cutoff_on, minimum=1000, by=identity("mo").person_id, at=at)
    batch = db.session.get_one(PayoutBatch, made)
    approval.submit(batch.public_id, by=identity("mo"), at=at, bank_hold=BANK_HOLD)
    seen = (batch.fingerprint or b"").hex()
    approve_as("che", batch.public_id, seen=seen, at=at)
    hand_over(batch, at=at)
    transfers.mark_rest_paid(batch, value_on=day, by=identity("mo"), at=on(day))


def told(day: date) -> list[tuple[date, int, int, int, int, date | None]]:
    claims.count(on(day))
    claims.count(on(day))
    rows = db.session.scalars(select(LateClaim).order_by(LateClaim.month))
    return [(row.month, row.amount, row.days, row.interest, row.flat, row.paid_on) for row in rows]


def test_nothing_is_late_on_the_due_day_and_the_next_day_is(market: Cast) -> None:
    assert told(date(2026, 2, 9)) == []
    # 1,000.00 at 10.15 % for a day: 0.278
    assert told(date(2026, 2, 10)) == [(date(2026, 2, 1), 100_000, 1, 28, 4000, None)]


def test_a_payment_ends_the_interest(market: Cast) -> None:
    fund(market.brands["lumen"], 200_000)
    paid_on(date(2026, 3, 11), DUE)  # 30 days late: 8.34
    for day in (date(2026, 3, 12), date(2026, 9, 1)):
        assert told(day) == [(date(2026, 2, 1), 100_000, 30, 834, 4000, date(2026, 3, 11))]


def test_a_payment_in_time_is_no_claim(market: Cast) -> None:
    fund(market.brands["lumen"], 200_000)
    paid_on(date(2026, 2, 5), DUE)
    assert told(date(2026, 9, 1)) == []


def test_each_month_is_a_claim_with_one_flat_sum(market: Cast) -> None:
    lumen, mira = market.brands["lumen"], market.creators["mira"]
    earn(lumen, mira, 50_000, DUE + timedelta(days=5))  # due on 14 February
    earn(lumen, mira, 100_000, DUE + timedelta(days=31))  # due on 12 March
    assert told(date(2026, 3, 22)) == [
        (date(2026, 2, 1), 150_000, 41, 1140 + 501, 4000, None),  # 41 days of 1,000.00 and 36 of 500.00
        (date(2026, 3, 1), 100_000, 10, 278, 4000, None),
    ]


def test_what_the_creator_held_up_begins_the_term_anew(market: Cast) -> None:
    """A run in March passes mira over for a legal review; released, she waits for lumen's money alone."""
    lumen, mira = market.brands["lumen"], market.creators["mira"]
    fund(lumen, 200_000)
    earn(market.brands["kettle"], market.creators["joon"], 5000, date(2026, 3, 1), currency="EUR")
    raw().execute(
        "insert into payout_hold (creator_id, kind, reason, placed_by, placed_at, released_by, released_at)"
        " values (%s, 'sanction_review', 'a namesake', 1, %s, null, null)",
        [mira.id, on(date(2026, 2, 1))],
    )
    paid_on(date(2026, 3, 11), date(2026, 3, 9))
    holds.release(mira, by=identity("che"), at=on(date(2026, 3, 12)))
    assert told(date(2026, 4, 8)) == []
    assert told(date(2026, 4, 18)) == [(date(2026, 4, 1), 100_000, 10, 278, 4000, None)]


def test_money_that_waits_for_its_creator_is_no_claim(market: Cast) -> None:
    raw().execute(
        "insert into payout_wait (creator_id, currency, amount, codes, since, next_reminder_at)"
        " values (%s, 'EUR', 100000, '{no_method}', %s, %s)",
        [market.creators["mira"].id, on(DUE), on(DUE)],
    )
    assert told(date(2026, 9, 1)) == []


def test_other_currencies_and_debts_make_no_claim(market: Cast) -> None:
    lumen, mira = market.brands["lumen"], market.creators["mira"]
    earn(lumen, market.creators["joon"], 90_000, DUE, currency="GBP")
    earn(lumen, mira, -100_000, DUE + timedelta(days=3))
    assert told(date(2026, 9, 1)) == []


def test_terms_are_held_against_the_law(market: Cast) -> None:
    lumen, mo = market.brands["lumen"], {"by": identity("mo"), "at": on(DUE)}
    deal = contract(lumen, market.creators["mira"])
    terms.set_term(deal.ref, 60, **mo)
    assert told(date(2026, 3, 11)) == []
    assert told(date(2026, 3, 12))[0][2] == 1
    for days in (61, 0, None):
        with pytest.raises(BadInput):
            terms.set_term(deal.ref, days, **mo)
    with pytest.raises(BadInput, match="within 60 days, a brand of this size within 30"):
        terms.set_size(lumen.handle, Size.LARGE, **mo)
    terms.set_term(deal.ref, 14, **mo)
    terms.set_size(lumen.handle, Size.LARGE, **mo)
    with pytest.raises(BadInput, match="large firm"):
        terms.set_term(deal.ref, 31, **mo)
    assert told(date(2026, 1, 25))[0][2] == 1
    with pytest.raises(BadInput, match="no contract"):
        terms.set_term("nothing", 30, **mo)
    with pytest.raises(BadInput, match="no brand"):
        terms.set_size("nobody", Size.LARGE, **mo)
    with pytest.raises(BadInput, match="how large"):
        terms.set_size(lumen.handle, "huge", **mo)


def test_the_next_rate_is_added_once(market: Cast) -> None:
    admin = {"by": identity("sam"), "at": on(DUE)}
    assert claims.rates()[-1] == (date(2026, 1, 1), 215)
    terms.add_rate(date(2026, 7, 1), 400, **admin)
    with pytest.raises(Conflict, match="known already"):
        terms.add_rate(date(2026, 7, 1), 500, **admin)
    for since, bps in ((date(2026, 8, 1), 215), (None, 215), (date(2027, 1, 1), None), (date(2027, 1, 1), 5001)):
        with pytest.raises(BadInput):
            terms.add_rate(since, bps, **admin)
    # 141 days at 10.15 % and ten at 12 %: 39.21 and 3.29
    assert told(date(2026, 7, 10))[0][3] == 4250


def test_both_sides_and_the_record_show_it(browse: Browse, market: Cast) -> None:
    lumen, mira = market.brands["lumen"], market.creators["mira"]
    claims.count(on(date(2026, 3, 11)))
    with time_machine.travel(on(date(2026, 3, 11)), tick=True):
        for who, path in (
            ("mira", f"/creators/{mira.public_id}/payouts"),
            ("olga", f"/brands/{lumen.public_id}/late-payment"),
            ("mo", "/finance/late-payment"),
        ):
            page = said(browse(who), path)
            assert "€8.34" in page, who
            assert "€40.00" in page, who
            assert "still open" in page, who
        record = pay_record_of(lumen.id, at=on(date(2026, 3, 11)))
        assert (record.late_claims, record.late_days) == (1, 30)
        adam, mo = browse("adam"), browse("mo")
        data = {"since": "2026-07-01", "bps": "240"}
        assert adam.post("/finance/late-payment/rates", data=data).status_code == 302
        assert adam.post("/finance/late-payment/rates", data=data).status_code == 409
        assert "2.4%" in said(adam, "/finance/late-payment")
        data = {"brand": lumen.handle, "size": "large"}
        assert mo.post("/finance/late-payment/sizes", data=data).status_code == 302
        assert "Large firm" in said(mo, "/finance/late-payment")


def test_nobody_to_pay_is_still_told(market: Cast) -> None:
    """A brand without money: the run finds nobody, and the claim grows all the same."""
    with pytest.raises(NobodyToPay):
        assemble(raw(), currency="EUR", cutoff_on=DUE, minimum=1000, by=None, at=on(date(2026, 2, 15)))
    assert told(date(2026, 2, 15))[0][2] == 6
