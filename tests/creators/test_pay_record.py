"""A brand's record as a payer, worked out from the books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from app.creators import pay_record
from app.creators.pay_record import (
    Waited,
    median_days,
    on_time,
    run_after,
)
from app.database import db, raw
from app.ledger import funding
from app.payouts.batches.assembly import NobodyToPay, assemble
from tests import market
from tests.cast import Cast
from tests.payouts import books
from tests.payouts.people import identity

NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "payout_day", "run"),
    [
        (date(2026, 11, 14), 15, date(2026, 11, 15)),
        (date(2026, 11, 15), 15, date(2026, 12, 15)),  # runs pay up to the day before
        (date(2026, 12, 31), 31, date(2027, 1, 31)),
        (date(2026, 2, 10), 31, date(2026, 2, 28)),
    ],
)
def test_the_first_run_that_can_pay_a_day(day: date, payout_day: int, run: date) -> None:
    assert run_after(day, payout_day) == run


def test_on_time_is_within_a_week_of_that_run_and_what_is_not_paid_at_all_counts_against_it() -> None:
    kept = Waited(date(2026, 11, 14), date(2026, 11, 22), 3, 6_000)
    late = Waited(date(2026, 11, 14), date(2026, 11, 23), 1, 3_000)
    assert on_time([kept], 0, 15) == 10_000
    assert on_time([kept, late], 1_000, 15) == 6_000
    assert on_time([], 1_000, 15) == 0
    assert on_time([], 0, 15) is None


def test_the_median_is_of_lines_whatever_they_are_worth() -> None:
    few = Waited(date(2026, 11, 1), date(2026, 11, 31 - 1), 1, 10**9)
    many = Waited(date(2026, 11, 1), date(2026, 11, 6), 2, 2)
    assert median_days([few, many]) == 5
    assert median_days([few]) == 29
    assert median_days([]) is None


def _paid(currency: str, cutoff_on: date, on: datetime) -> None:
    """Everything due is paid on a day."""
    assemble(raw(), currency=currency, cutoff_on=cutoff_on, minimum=1, by=None, at=on)
    frozen = "holder = 'X', iban = 'NL91ABNA0417164300', rail = 'sepa', reference = 'R' || id"
    for before, after in (("reserved", "sent"), ("sent", "paid")):
        moving = text(f"update payout set status = '{after}', status_at = :at, {frozen} where status = '{before}'")
        db.session.execute(moving, {"at": on})
    db.session.expire_all()


def test_the_books_say_what_was_paid_and_when(cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    for creator in cast.creators.values():
        books.bank(creator)
    books.fund(lumen, 100_000)
    books.earn(lumen, cast.creators["mira"], 3_000, date(2026, 11, 10))
    books.earn(lumen, cast.creators["joon"], 1_000, date(2026, 10, 1))
    books.earn(cast.brands["kettle"], cast.creators["joon"], 9_000, date(2026, 11, 10))  # in another currency
    _paid("EUR", date(2026, 11, 14), datetime(2026, 11, 17, 9, tzinfo=UTC))
    record = pay_record.pay_record_of(lumen.id, at=NOW)
    assert (record.on_time_bps, record.lines, record.unpaid) == (7_500, 2, 0)
    assert record.median_days == 47
    assert record.badge == "funded"
    assert (record.refund_bps, record.cases, record.upheld, record.ended_by_brand) == (None, 0, 0, 0)
    none = pay_record.pay_record_of(cast.brands["kettle"].id, at=NOW)
    assert (none.on_time_bps, none.median_days, none.lines) == (None, None, 0)


def test_a_creator_without_bank_details_is_not_the_brands_delay(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    books.fund(lumen, 100_000)
    books.earn(lumen, mira, 3_000, date(2026, 9, 1))
    books.earn(lumen, cast.creators["joon"], 1_000, date(2026, 9, 1))
    books.bank(cast.creators["joon"])
    _paid("EUR", date(2026, 9, 14), datetime(2026, 9, 16, 9, tzinfo=UTC))  # passes mira over
    books.bank(mira)
    _paid("EUR", date(2026, 11, 14), datetime(2026, 11, 17, 9, tzinfo=UTC))
    assert pay_record.pay_record_of(lumen.id, at=NOW).on_time_bps == 10_000


def test_money_that_a_run_passed_over_for_want_of_funds_is_not_on_time(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    books.bank(mira)
    books.earn(lumen, mira, 3_000, date(2026, 11, 10))
    at = datetime(2026, 11, 15, 9, tzinfo=UTC)
    assemble_nobody(at)
    record = pay_record.pay_record_of(lumen.id, at=NOW)
    assert (record.on_time_bps, record.unpaid, record.badge) == (None, 0, "unfunded")  # that batch was never made
    books.bank(cast.creators["joon"])
    other = _funded_brand(cast)
    books.earn(other, cast.creators["joon"], 2_000, date(2026, 11, 10))
    _paid("EUR", date(2026, 11, 14), at)
    assert (
        pay_record.pay_record_of(lumen.id, at=NOW).unpaid,
        pay_record.pay_record_of(lumen.id, at=NOW).on_time_bps,
    ) == (3_000, 0)
    books.fund(lumen, 100_000)
    _paid("EUR", date(2026, 12, 14), datetime(2026, 12, 15, 9, tzinfo=UTC))
    record = pay_record.pay_record_of(lumen.id, at=NOW)
    assert (record.unpaid, record.on_time_bps) == (0, 0)  # it came a month late


def assemble_nobody(at: datetime) -> None:
    with pytest.raises(NobodyToPay):
        assemble(raw(), currency="EUR", cutoff_on=date(2026, 11, 14), minimum=1, by=None, at=at)


def _funded_brand(cast: Cast) -> object:
    kettle = cast.brands["kettle"]
    books.fund(kettle, 50_000, currency="EUR")
    kettle.currency = "EUR"
    db.session.flush()
    return kettle


def test_returns_are_those_of_what_creators_sold_in_the_brands_currency(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    for month, currency, gross, net in (
        (date(2026, 6, 1), "EUR", 10_000, 8_000),
        (date(2025, 6, 1), "EUR", 10_000, 0),
        (date(2026, 6, 1), "GBP", 10_000, 0),
    ):
        db.session.execute(
            text("insert into outcome values (:creator, :brand, 'NL', 1, :currency, :month, 1, :gross, :net)"),
            {"creator": mira.id, "brand": lumen.id, "currency": currency, "month": month, "gross": gross, "net": net},
        )
    assert pay_record.pay_record_of(lumen.id, at=NOW).refund_bps == 2_000


def test_disputes_are_cases_and_contracts_that_ended_for_cause(cast: Cast) -> None:
    contract = market.contract(cast.brands["lumen"], cast.creators["mira"])
    values = {"contract": contract.id, "at": NOW - timedelta(days=30), "by": cast.people["olga"].id}
    for cause, status in ((1, "upheld"), (2, "dismissed"), (3, "open")):
        decided = "null, null" if status == "open" else ":by, :at"
        row = f"(:contract, 'stream', {cause}, :at, :at, '{status}', {decided})"
        columns = "contract_id, kind, cause, found_at, answer_by, status, decided_by, decided_at"
        db.session.execute(text(f"insert into breach ({columns}) values {row}"), values)
    columns = "contract_id, kind, side, cause, reason, last_day, given_by, given_at"
    row = "(:contract, 'cause', 'creator', 'breach_not_cured', 'No pay.', '2026-11-30', :by, :at)"
    db.session.execute(text(f"insert into ending ({columns}) values {row}"), values)
    record = pay_record.pay_record_of(cast.brands["lumen"].id, at=NOW)
    assert (record.cases, record.upheld, record.dismissed) == (3, 1, 1)
    assert (record.ended_by_brand, record.ended_by_creators) == (0, 1)
    assert pay_record.pay_record_of(cast.brands["kettle"].id, at=NOW).cases == 0


def test_a_brand_with_nothing_left_to_promise_is_hidden(cast: Cast) -> None:
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    assert pay_record.hidden(lumen)
    books.fund(lumen, 5_000)
    books.fund(kettle, 5_000, currency="EUR")  # its own currency is another
    assert not pay_record.hidden(lumen)
    assert pay_record.hidden_among([lumen.id, kettle.id]) == {kettle.id}
    assert pay_record.hidden_among([]) == frozenset()
    funding.reserve(lumen.id, "EUR", "offer", 1, date(2027, 1, 1), 5_000, at=NOW)
    assert pay_record.hidden(lumen)
    funding.set_credit(lumen, "EUR", 1, by=identity("mo"), at=NOW)
    assert not pay_record.hidden(lumen)
