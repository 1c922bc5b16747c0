"""What is owed back after it was paid: offset by a share of each payout, carried with its cause, and written off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import db, raw
from app.ledger.checks import LEDGER_CHECKS, run
from app.payouts import debts, transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, NobodyToPay
from app.payouts.checks import MARKET_CHECKS
from app.payouts.models import Payout, PayoutBatch
from app.users.models import Brand, Creator
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, LONG_AGO, balances, bank, earn, fund
from tests.payouts.people import approve_batch, hand_over, identity
from tests.payouts.test_batches import draft, paid

LAPSED = datetime(2027, 1, 1, 4, 35, tzinfo=UTC)  # twelve months after LONG_AGO


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    fund(cast.brands["lumen"], 10_000_000)
    return cast.brands["lumen"]


@pytest.fixture
def mira(cast: Cast) -> Creator:
    bank(cast.creators["mira"])
    return cast.creators["mira"]


def agree(brand: Brand, creator: Creator, share_bps: int, starts: str = "2026-01-01", ends: str = "2026-12-31") -> None:
    """A contract whose share of a payout repays debts."""
    raw().execute(
        "insert into contract (ref, brand_id, creator_id, starts_on, ends_on, timezone, period, recorded_at,"
        " offset_bps) values (%s, %s, %s, %s, %s, 'UTC', tstzrange(%s, %s), %s, %s)",
        [f"S-{share_bps}-{starts}", brand.id, creator.id, starts, ends, starts, ends, LONG_AGO, share_bps],
    )


def offset(batch: int) -> list[tuple[Any, ...]]:
    """What payouts of a batch repaid: earned, share, repaid, carried."""
    return (
        raw()
        .execute(
            "select o.earned, o.share_bps, o.repaid, o.carried from payout_offset o join payout p on p.id = o.payout_id"
            " where p.batch_id = %s order by o.brand_id",
            [batch],
        )
        .fetchall()
    )


def owed(creator: Creator, on: date = CUTOFF) -> list[tuple[int, date | None]]:
    return [(each.owed, each.lapses_on) for each in debts.account(creator, on=on).debts]


def broken() -> list[str]:
    """The checks of money that don't hold; what was posted here has no sales."""
    left_out = {"entries_have_causes", "lines_add_up", "top_ups_stand_once", "history_is_safe", "currencies_stay"}
    checks = {name: sentence for name, sentence in MARKET_CHECKS.items() if name not in left_out}
    results = run(raw(), "app.ledger", LEDGER_CHECKS) + run(raw(), "app.payouts", checks)
    return [f"{each.name}: {each.detail}" for each in results if not each.ok]


@pytest.mark.parametrize(
    ("debt", "pays", "repaid", "carried"),
    [
        (1, 9999, 1, 0),
        (4999, 5001, 4999, 0),
        (5000, 5000, 5000, 0),
        (5001, 5000, 5000, 1),
        (30_000, 5000, 5000, 25_000),
    ],
)
def test_half_of_a_payout_at_most_repays_a_debt(
    lumen: Brand, mira: Creator, debt: int, pays: int, repaid: int, carried: int
) -> None:
    earn(lumen, mira, -debt)
    earn(lumen, mira, 10_000)
    batch = draft()
    assert paid(batch) == {mira.id: pays}
    assert offset(batch) == [(10_000, 5000, repaid, carried)]
    assert balances().get(("creator", lumen.id, mira.id), 0) == -carried
    assert balances()["payouts_in_transit", lumen.id, mira.id] == pays
    assert ("creator_carried", lumen.id, 0) not in balances()
    assert broken() == []


@pytest.mark.parametrize(
    ("share", "pays"), [(0, 1001), (1, 1001), (10, 1000), (3333, 668), (5000, 501), (9999, 1), (10_000, None)]
)
def test_the_share_is_the_contracts_and_rounds_for_the_creator(
    lumen: Brand, mira: Creator, share: int, pays: int | None
) -> None:
    agree(lumen, mira, share)
    earn(lumen, mira, -9000)
    earn(lumen, mira, 1001)
    if pays is None:
        with pytest.raises(NobodyToPay):
            draft(minimum=1)
        return
    assert paid(draft(minimum=1)) == {mira.id: pays}
    assert balances()["creator", lumen.id, mira.id] == 1001 - 9000 - pays


def test_the_contract_of_the_day_counts_and_after_the_last_one_its_own(lumen: Brand, mira: Creator) -> None:
    agree(lumen, mira, 1000, "2025-01-01", "2025-12-31")
    agree(lumen, mira, 2000, "2026-02-01", "2026-03-01")
    agree(lumen, mira, 9000, "2026-11-20")
    earn(lumen, mira, -9000)
    earn(lumen, mira, 10_000)
    assert paid(draft()) == {mira.id: 8000}


def test_a_debt_is_carried_until_nothing_is_left(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, -700)
    went = []
    for gain in (1000, 1, 300, 5000):
        earn(lumen, mira, gain)
        batch = draft(minimum=1)
        went.append((paid(batch)[mira.id], offset(batch)))
        assert broken() == []
    assert went == [
        (500, [(1000, 5000, 500, 200)]),
        (1, [(1, 5000, 0, 200)]),
        (150, [(300, 5000, 150, 50)]),
        (4950, [(5000, 5000, 50, 0)]),
    ]
    assert balances().get(("creator", lumen.id, mira.id)) is None
    assert owed(mira) == []


def test_a_commission_with_its_own_reversal_is_no_debt(lumen: Brand, mira: Creator) -> None:
    for cause in (1, 2):
        earn(lumen, mira, 5000, cause=cause)
        earn(lumen, mira, -5000 + cause, cause=cause, seq=2)
    assert paid(draft(minimum=1)) == {mira.id: 3}


def test_vat_counts_as_one(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, 1000)
    earn(lumen, mira, 210, kind="vat")
    earn(lumen, mira, -210, kind="vat")
    assert paid(draft(minimum=1)) == {mira.id: 1000}


def test_what_one_brand_is_owed_no_other_repays(cast: Cast, lumen: Brand, mira: Creator) -> None:
    kettle = cast.brands["kettle"]
    fund(kettle, 100_000, currency="EUR")
    earn(lumen, mira, -9000)
    earn(lumen, mira, 2000)
    earn(kettle, mira, 4000, currency="EUR")
    batch = draft()
    assert paid(batch) == {mira.id: 5000}
    assert [each.name for each in debts.offsets(_payout(batch).id)] == [lumen.name]


@pytest.mark.usefixtures("plain_files")
@pytest.mark.parametrize("end", ["dropped", "failed", "returned"])
def test_a_payout_that_comes_to_nothing_gives_the_debt_back_too(
    cast: Cast, lumen: Brand, mira: Creator, end: str
) -> None:
    bank(None, IBANS[3])
    earn(lumen, mira, -3000)
    earn(lumen, mira, 4000)
    batch = draft()
    payout = _payout(batch)
    assert owed(mira)[0][0] == 1000
    if end != "dropped":
        made = db.session.get_one(PayoutBatch, batch)
        approval.submit(made.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
        approve_batch(made, at=AT)
        hand_over(made, at=AT)
    if end == "returned":
        transfers.mark(payout.public_id, "paid", by=identity("mo"), at=AT + timedelta(days=1))
    transfers.mark(payout.public_id, end, reason="TM01", by=identity("mo"), at=AT + timedelta(days=1))
    assert owed(mira)[0][0] == 3000
    assert broken() == []
    again = draft()
    assert paid(again) == {mira.id: 2000}
    assert offset(again) == [(4000, 5000, 2000, 1000)]
    assert broken() == []


def test_what_a_payout_carried_and_a_later_one_repaid_comes_back_with_it(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, -3000)
    earn(lumen, mira, 4000)
    first = draft()
    earn(lumen, mira, 2000)
    assert (paid(draft()), owed(mira)) == ({mira.id: 1000}, [])
    transfers.mark(_payout(first).public_id, "dropped", reason="so", by=identity("mo"), at=AT)
    assert owed(mira)[0][0] == 2000  # three thousand, less what the second has repaid
    assert paid(draft()) == {mira.id: 2000}
    assert (owed(mira), balances().get(("creator", lumen.id, mira.id)), broken()) == ([], None, [])


# -- written off --


def lapse(at: datetime = LAPSED) -> str:
    db.session.commit()
    return debts.write_off(at)


def test_a_debt_lapses_after_twelve_months_without_income_and_once(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, 4000)
    assert paid(draft()) == {mira.id: 4000}
    transfers.mark(_payout_of(mira).public_id, "dropped", reason="so", by=identity("mo"), at=AT)
    earn(lumen, mira, -4000 - 2500)
    assert owed(mira) == [(6500, date(2027, 1, 1))]
    assert lapse(LAPSED - timedelta(days=1)) == "0 debts were written off."
    cash = _cash(lumen)
    assert lapse() == "1 debts were written off."
    assert lapse() == "0 debts were written off."
    entries = (
        raw()
        .execute("select debit, credit, amount, available_on, creator_id from entry where kind = 'write_off'")
        .fetchall()
    )
    assert entries == [("brand_funds", "creator", 2500, date(2027, 1, 1), mira.id)]
    assert balances().get(("creator", lumen.id, mira.id)) is None
    assert (_cash(lumen), broken()) == (cash, [])  # the money went long ago: only whose loss it is is said now


def test_after_it_lapsed_nothing_is_owed_and_all_that_is_earned_is_paid(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, -2500)
    lapse()
    account = debts.account(mira, on=LAPSED.date())
    assert (account.debts, account.causes) == ([], [])
    assert [(each.amount, each.written_off_on) for each in account.lapsed] == [(2500, LAPSED.date())]
    earn(lumen, mira, 1000, LAPSED.date(), at=LAPSED)
    batch = draft(cutoff_on=LAPSED.date(), at=LAPSED + timedelta(days=1))
    assert (paid(batch), offset(batch)) == ({mira.id: 1000}, [])
    earn(lumen, mira, -400, LAPSED.date(), at=LAPSED)
    assert owed(mira, LAPSED.date())[0] == (400, date(2028, 1, 1))


def test_what_was_earned_or_taken_back_since_keeps_it_alive(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, -2500)
    earn(lumen, mira, 100, at=datetime(2026, 6, 1, 23, 30, tzinfo=UTC))
    assert owed(mira) == [(2500, date(2027, 6, 1))]
    assert lapse(datetime(2027, 5, 31, 23, 59, tzinfo=UTC)) == "0 debts were written off."
    assert lapse(datetime(2027, 6, 1, tzinfo=UTC)) == "1 debts were written off."
    assert balances().get(("creator", lumen.id, mira.id)) is None


def test_a_debt_that_pending_money_makes_good_does_not_lapse(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, -2500)
    earn(lumen, mira, 2500, date(2027, 3, 1))
    assert owed(mira) == [(2500, None)]
    assert lapse() == "0 debts were written off."


def test_the_database_keeps_the_share_and_the_twelve_months(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, -3000)
    earn(lumen, mira, 4000)
    payout = _payout(draft())
    for values in ("(%s, %s, 100, 5000, 51, 0)", "(%s, %s, 100, 5000, -1, 9)", "(%s, %s, 100, 10000, 100, 0)"):
        raw().execute("savepoint s")
        with pytest.raises(psycopg.errors.CheckViolation):
            raw().execute("insert into payout_offset values " + values, [payout.id, lumen.id])
        raw().execute("rollback to s")
    with pytest.raises(psycopg.errors.CheckViolation):
        raw().execute(
            "insert into debt_write_off (brand_id, creator_id, currency, amount, last_moved_on, written_off_on)"
            " values (%s, %s, 'EUR', 1, '2026-01-02', '2027-01-01')",
            [lumen.id, mira.id],
        )


# -- any order --

GAIN = st.tuples(st.just("earn"), st.integers(1, 5000))
LOSS = st.tuples(st.just("owe"), st.integers(1, 9000))
PAY = st.tuples(st.just("pay"), st.just(0))
DROP = st.tuples(st.just("drop"), st.integers(0, 5))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    share=st.sampled_from([0, 1, 2500, 3333, 5000, 9999, 10_000]), steps=st.lists(GAIN | LOSS | PAY | DROP, max_size=14)
)
def test_offsets_never_make_a_payout_negative_nor_take_more_than_the_share(
    lumen: Brand, mira: Creator, share: int, steps: list[tuple[str, int]]
) -> None:
    try:
        agree(lumen, mira, share)
        total = gains = 0
        for name, value in [*steps, ("pay", 0), ("pay", 0)]:
            if name == "pay":
                try:
                    batch = draft(minimum=1)
                except NobodyToPay:
                    continue
                amount = paid(batch)[mira.id]
                assert amount > 0
                for earned, bps, repaid, carried in offset(batch):
                    assert bps == share
                    assert 0 <= repaid <= earned * share // 10_000
                    assert amount == earned - repaid
                    assert not carried or repaid == earned * share // 10_000
            elif name == "drop":
                live = db.session.query(Payout).filter_by(status="reserved").order_by(Payout.id).all()
                if live:
                    payout = live[value % len(live)]
                    transfers.mark(payout.public_id, "dropped", reason="so", by=identity("mo"), at=AT)
            else:
                total += value if name == "earn" else -value
                gains += value if name == "earn" else 0
                earn(lumen, mira, value if name == "earn" else -value)
            books = balances()
            transit = books.get(("payouts_in_transit", lumen.id, mira.id), 0)
            assert books.get(("creator", lumen.id, mira.id), 0) + transit == total
            assert 0 <= transit <= gains
            assert ("creator_carried", lumen.id, 0) not in books
        assert broken() == []
        assert total >= 0 or owed(mira)[0][0] == -total + _unpaid_gains(mira)
    finally:
        db.session.rollback()


def _unpaid_gains(creator: Creator) -> int:
    (debt,) = debts.account(creator, on=CUTOFF).debts
    transit = balances().get(("payouts_in_transit", debt.brand_id, creator.id), 0)
    return debt.earned + transit


# -- what is read --


def test_the_creator_reads_what_is_owed_why_and_when_it_lapses(
    browse: Callable[[str], FlaskClient], lumen: Brand, mira: Creator
) -> None:
    earn(lumen, mira, -3000)
    earn(lumen, mira, 4000)
    payout = _payout(draft())
    db.session.commit()
    with time_machine.travel(AT, tick=True):
        mira_reads, finance = browse("mira"), browse("che")
        for page in ("earnings", "payouts"):
            text = plain(mira_reads, f"/creators/{mira.public_id}/{page}")
            assert "Owed back to Lumen Lighting" in text
            assert "€10.00 that was paid before has been taken back since." in text
            assert "At most 50% of each payout for Lumen Lighting repays it" in text
            assert "It lapses on 1 Jan 2027" in text
            assert "Carried over from the payout up to 14 Nov 2026" in text
        own = plain(mira_reads, f"/creators/{mira.public_id}/payouts/{payout.public_id}")
        whole = plain(finance, f"/finance/payouts/{payout.public_id}")
        for text in (own, whole):
            assert "Repaid of what was owed" in text
            assert "Debt carried over" in text
        text = plain(finance, f"/finance/batches/{payout.batch.public_id}")
        assert "1 payout repays €20.00 of what its creator owes back; €10.00 is carried over." in text
        assert "Nobody asks for it" not in text


def test_the_creator_reads_what_has_lapsed(browse: Callable[[str], FlaskClient], lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, -1000)
    lapse()
    with time_machine.travel(LAPSED, tick=True):
        text = plain(browse("mira"), f"/creators/{mira.public_id}/earnings")
        assert "€10.00 to Lumen Lighting, written off on 1 Jan 2027." in text


def plain(browser: FlaskClient, page: str) -> str:
    """What a page says, without its tags."""
    return re.sub("<[^>]+>", "", browser.get(page).get_data(as_text=True))


def _payout(batch: int) -> Payout:
    return db.session.query(Payout).filter_by(batch_id=batch).one()


def _payout_of(creator: Creator) -> Payout:
    return db.session.query(Payout).filter_by(creator_id=creator.id).one()


def _cash(brand: Brand) -> int:
    row = raw().execute("select sum(amount)::bigint from brand_cash where brand_id = %s", [brand.id]).fetchone()
    assert row is not None
    return int(row[0])
