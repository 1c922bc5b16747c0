"""Posting: what stands in `posting` becomes entries and balances in one go, or nothing of it does."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import db, raw
from app.ledger import posting
from app.ledger.checks import LEDGER_CHECKS, run
from app.ledger.posting import open_posting, post
from tests.payouts.at_once import at_once

Owner = psycopg.Connection[Any]
Row = tuple[Any, ...]
AT = datetime(2026, 11, 15, 9, tzinfo=UTC)
NO_DAY = date(1, 1, 1)
THEIRS = ("creator", "payouts_in_transit")  # the accounts that carry creator and day
CHART = {  # settlement.md section 8, as it is written there
    "commission": [("brand_funds", "creator"), ("creator", "brand_funds")],
    "fee": [("brand_funds", "platform_revenue"), ("platform_revenue", "brand_funds")],
    "bonus": [("brand_funds", "creator"), ("creator", "brand_funds")],
    "reserve": [("creator", "payouts_in_transit")],
    "settle": [("payouts_in_transit", "bank")],
    "release": [("payouts_in_transit", "creator")],
    "return": [("bank", "creator")],
    "top_up": [("bank", "brand_funds")],
    "take": [("platform_revenue", "bank")],
}
ACCOUNTS = ("bank", "brand_funds", "creator", "payouts_in_transit", "platform_revenue")
NOBODYS = ("fee", "top_up", "take")
PLACES = ", ".join(["%s"] * 11)


def row(
    kind: str, debit: str, credit: str, cause: int, amount: int = 100, brand: int = 1, creator: int = 1,
    currency: str = "EUR", day: date = date(2026, 12, 1), seq: int = 1,
) -> Row:  # fmt: skip
    """A row of `posting`; creator and day only where the kind has them."""
    whose = (None, None) if kind in NOBODYS else (creator, day)
    return (brand, debit, credit, whose[0], amount, currency, kind, cause, seq, whose[1], AT)


def put(rows: Sequence[Row]) -> int:
    open_posting(raw())
    with raw().cursor() as cursor:
        cursor.executemany(f"insert into posting values ({PLACES})", rows)
    return post(raw(), at=AT)


def balances() -> dict[Row, int]:
    rows = raw().execute("select brand_id, account, creator_id, currency, available_on, amount from balance")
    return {key: amount for *key_, amount in rows if (key := tuple(key_))}


def summed(rows: Sequence[Row]) -> dict[Row, int]:
    """The balances that the rows come to, added up by hand: credits - debits."""
    sums: Counter[Row] = Counter()
    for brand, debit, credit, creator, amount, currency, _, _, _, day, _ in rows:
        for account, signed in ((debit, -amount), (credit, amount)):
            whose = (creator, day) if account in THEIRS else (0, NO_DAY)
            sums[brand, account, whose[0], currency, whose[1]] += signed
    return dict(sums)


SALE = [row("commission", "brand_funds", "creator", 7), row("fee", "brand_funds", "platform_revenue", 7, 50)]


def test_rows_become_entries_and_balances(app: Flask) -> None:
    assert put(SALE) == 2
    entries = raw().execute(
        "select brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on, occurred_at,"
        " recorded_at from entry order by id"
    )
    assert entries.fetchall() == [(*each, AT) for each in SALE]
    assert balances() == summed(SALE)


def test_posting_is_empty_afterwards_so_nothing_is_posted_twice(app: Flask) -> None:
    put(SALE)
    assert post(raw(), at=AT) == 0
    assert balances() == summed(SALE)


def test_nothing_posted_is_nothing_written(app: Flask) -> None:
    assert put([]) == 0
    assert balances() == {}


def test_what_is_rolled_back_was_never_posted(app: Flask) -> None:
    put(SALE)
    db.session.commit()
    put([row("commission", "creator", "brand_funds", 7, 40, seq=2)])
    db.session.rollback()
    assert balances() == summed(SALE)
    assert put([row("commission", "creator", "brand_funds", 7, 30, seq=2)]) == 1


@pytest.mark.parametrize("kind", CHART)
def test_each_kind_moves_money_between_its_own_accounts_only(app: Flask, kind: str) -> None:
    for debit in ACCOUNTS:
        for credit in ACCOUNTS:
            fits = (debit, credit) in CHART[kind]
            try:
                with raw().transaction():
                    put([row(kind, debit, credit, cause=ACCOUNTS.index(debit) * 9 + ACCOUNTS.index(credit))])
                stored = True
            except psycopg.errors.CheckViolation:
                stored = False
            assert stored == fits, f"{kind} from {debit} to {credit}"


COMMISSION = row("commission", "brand_funds", "creator", 8)


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("amount", 0, "ck_entry_amount"),
        ("amount", -1, "ck_entry_amount"),
        ("kind", "gift", "ck_entry_accounts"),
        ("kind", "fee", "ck_entry_accounts"),
        ("available_on", None, "ck_entry_available"),
        ("creator_id", None, "ck_entry_"),
        ("cause", 7, "uq_entry_cause"),
    ],
)
def test_what_is_no_entry_is_refused(app: Flask, column: str, value: object, constraint: str) -> None:
    put(SALE)
    db.session.commit()
    open_posting(raw())
    raw().execute(f"insert into posting values ({PLACES})", COMMISSION)
    raw().execute(f"update posting set {column} = %s", [value])
    with pytest.raises(psycopg.IntegrityError, match=constraint):
        post(raw(), at=AT)
    db.session.rollback()
    assert balances() == summed(SALE)


def test_a_fee_concerns_no_creator(app: Flask) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="ck_entry_creator"):
        put([(*SALE[1][:3], 1, *SALE[1][4:9], date(2026, 12, 1), AT)])


@st.composite
def some_rows(draw: st.DrawFn) -> list[Row]:
    """Rows of every kind, in few accounts, so that they meet."""
    small = st.integers(1, 2)
    kinds = draw(st.lists(st.sampled_from(list(CHART)), max_size=12))
    return [
        row(
            kind, *draw(st.sampled_from(CHART[kind])), cause, draw(st.integers(1, 10**13)), draw(small), draw(small),
            draw(st.sampled_from(("EUR", "JPY"))), date(2026, 12, draw(small)),
        )
        for cause, kind in enumerate(kinds)
    ]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=some_rows(), data=st.data())
def test_balances_are_the_sums_of_entries_in_whatever_pieces_they_come(
    app: Flask, owner_connection: Owner, rows: list[Row], data: st.DataObject
) -> None:
    db.session.rollback()
    owner_connection.execute("delete from entry; delete from balance")
    owner_connection.commit()
    left = data.draw(st.permutations(rows))
    while left:
        size = data.draw(st.integers(1, len(left)))
        assert put(left[:size]) == size
        left = left[size:]
        if data.draw(st.booleans()):
            db.session.commit()
    assert {key: amount for key, amount in balances().items() if amount} == {
        key: amount for key, amount in summed(rows).items() if amount
    }
    found = {check.name: check.ok for check in run(raw(), "app.ledger", LEDGER_CHECKS)}
    assert all(found[sentence] for name, sentence in LEDGER_CHECKS.items() if name != "entries_have_owners")


# -- several at once: balances are locked in one order, so nobody waits in a circle --


ORDER = "order by 1, 2, 3, 4, 5"


def _deadlocks(order: str, rounds: int) -> int:
    """How many of four people who post to the same forty accounts at once came to wait in a circle; every second of
    them locks the balances by `order`."""
    query = posting.statement("app.ledger", "post_balances")
    assert ORDER in query

    def work(turn: int) -> int:
        causes = itertools.count(10_000 * turn)
        try:
            for _ in range(rounds):
                open_posting(raw())
                rows = [row("commission", "brand_funds", "creator", next(causes), creator=each) for each in range(40)]
                with raw().cursor() as cursor:
                    cursor.executemany(f"insert into posting values ({PLACES})", rows)
                raw().execute(query.replace(ORDER, order) if turn % 2 else query)
                db.session.commit()
        except psycopg.errors.DeadlockDetected:
            db.session.rollback()
            return 1
        return 0

    return sum(at_once([partial(work, turn) for turn in range(4)]))


def test_people_who_post_at_once_wait_for_each_other_in_line(app: Flask) -> None:
    assert _deadlocks(ORDER, rounds=20) == 0
    assert sum(amount for key, amount in balances().items() if key[1] == "creator") == 4 * 20 * 40 * 100


def test_in_two_orders_they_would_wait_in_a_circle(app: Flask) -> None:
    assert _deadlocks("order by 1 desc, 2 desc, 3 desc, 4 desc, 5 desc", rounds=20) > 0
