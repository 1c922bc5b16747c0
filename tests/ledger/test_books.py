"""check-books: content with books in which everything has happened, and with no books that are damaged."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.bonuses.checks import BONUS_CHECKS
from app.database import db, raw
from app.ledger.checks import LEDGER_CHECKS, run
from app.orders.checks import ORDER_CHECKS
from app.payouts import transfers
from app.payouts.bank.confirmation import confirm
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, NobodyToPay, assemble
from app.payouts.checks import MARKET_CHECKS, check_books
from app.payouts.models import Payout, PayoutBatch
from app.users.models import Creator
from tests import market
from tests.cast import Cast
from tests.ledger import story
from tests.ledger.damages import DAMAGES
from tests.payouts.books import IBANS, bank
from tests.payouts.people import approve_as, hand_over, identity

Owner = psycopg.Connection[Any]
# those of orders have damages of their own: tests/orders/test_books.py
ROOMS = {"app.ledger": LEDGER_CHECKS, "app.bonuses": BONUS_CHECKS, "app.payouts": MARKET_CHECKS}
NAMES = {sentence: name for checks in ROOMS.values() for name, sentence in checks.items()}


def failing(connection: Owner) -> set[str]:
    """The names of the checks that fail, in the connection's own transaction."""
    checks = [check for room, checks in ROOMS.items() for check in run(connection, room, checks)]
    return {NAMES[check.name] for check in checks if not check.ok}


def test_books_in_which_everything_has_happened_are_in_order(cast: Cast) -> None:
    story.tell(cast)
    checks = check_books(raw())
    assert [check for check in checks if not check.ok] == []
    assert {check.name for check in checks} == {*NAMES, *ORDER_CHECKS.values()}


def test_check_books_measures_first_what_has_grown_since_it_was_measured(cast: Cast) -> None:
    """As right after a large import: the planner would take the tables for empty, and join them for an hour."""
    raw().execute(
        "insert into due (brand_id, lane, sale_id, source, order_ref, line_ref)"
        " select 1, 1, n, 'shop', n::text, '1' from generate_series(1, 12000) n"
    )
    db.session.commit()
    raw().execute("select pg_stat_force_next_flush()")
    db.session.commit()
    check_books(raw())
    db.session.rollback()
    assert raw().execute("select reltuples from pg_class where oid = 'due'::regclass").fetchone() == (12000,)


def test_the_books_hold_after_a_payout_has_gone_through_every_verb(app: Flask, cast: Cast) -> None:
    """Assembled, approved, recalled, approved again, downloaded, failed, returned, details changed and confirmed, paid;
    `flask check-books` after every step."""
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]

    def in_order(step: str) -> None:
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["check-books"])
        assert (step, result.exit_code, result.output.count("FAILS")) == (step, 0, 0), result.output

    def approve(batch: PayoutBatch, at: datetime) -> None:
        approval.submit(batch.public_id, by=identity("mo"), at=at, bank_hold=BANK_HOLD)
        seen = (batch.fingerprint or b"").hex()
        assert approve_as("che", batch.public_id, seen=seen, at=at) == []
        in_order("approved")

    def mark(batch: PayoutBatch, creator: Creator, status: str, reason: str, at: datetime) -> None:
        payout = db.session.scalars(select(Payout).filter_by(batch_id=batch.id, creator_id=creator.id)).one()
        transfers.mark(payout.public_id, status, reason=reason, by=identity("mo"), at=at)
        in_order(f"{creator.handle} {status}")

    bank(None, IBANS[3])
    for creator in (mira, joon):
        bank(creator, IBANS[creator.id % 2], by=cast.people["sam"].id)
        market.contract(lumen, creator, coupons=(f"{creator.handle} lumen",))
    story.top_up(lumen, 100_000)
    story.sell(lumen, "mira lumen", 10_000, 20_000)
    story.sell(lumen, "joon lumen", 10_000, 333)
    story.settle()
    first, at = story.assembled("EUR"), story.AT
    in_order("assembled")
    approve(first, at)
    approval.recall(first.public_id, reason="wait", by=identity("che"), at=at)
    in_order("recalled")
    approve(first, at)
    hand_over(first, at=at)
    in_order("downloaded")
    mark(first, joon, "failed", "AC04 account closed", story.PAID_AT)
    mark(first, mira, "paid", "", story.PAID_AT)
    mark(first, mira, "returned", "BE01", story.PAID_AT + timedelta(days=1))
    with pytest.raises(NobodyToPay):
        story.assembled("EUR")
    db.session.rollback()
    bank(joon, IBANS[2], at=story.PAID_AT + timedelta(days=1), by=cast.people["sam"].id)
    confirm(mira, "Seen on her bank's letter.", by=identity("mo"), at=story.PAID_AT + timedelta(days=2))
    in_order("changed and confirmed")
    later = story.PAID_AT + timedelta(days=4)
    values: dict[str, Any] = {
        "currency": "EUR",
        "cutoff_on": story.CUTOFF,
        "minimum": 1,
        "by": identity("mo").person_id,
        "at": later,
    }
    second = db.session.get_one(PayoutBatch, assemble(raw(), **values))
    in_order("assembled again")
    approve(second, later)
    hand_over(second, at=later)
    assert transfers.mark_rest_paid(second, by=identity("che"), at=later + timedelta(days=4)) == 2
    in_order("paid")
    assert (first.number, second.number, second.status) == (1, 2, "completed")


def test_the_command_names_every_check_and_fails_when_one_does(app: Flask, owner_connection: Owner) -> None:
    sound = app.test_cli_runner().invoke(args=["check-books"])
    assert (sound.exit_code, sound.output.count("ok     ")) == (0, len(NAMES) + len(ORDER_CHECKS))
    owner_connection.execute("insert into balance values (1, 'bank', 0, 'EUR', '0001-01-01', -5)")
    owner_connection.commit()
    damaged = app.test_cli_runner().invoke(args=["check-books"])
    assert (damaged.exit_code, damaged.output.count("FAILS")) == (1, 2)
    assert "FAILS  Balances equal the sum of entries: 1 rows, the first: (1, 'bank'" in damaged.output


def test_every_damage_is_found_by_its_checks_and_by_no_others(cast: Cast, owner_connection: Owner) -> None:
    story.tell(cast)
    assert failing(owner_connection) == set()
    wrong = {}
    for damage, (expected, sql) in DAMAGES.items():
        owner_connection.execute(sql)
        found = failing(owner_connection)
        owner_connection.rollback()
        if found != expected:
            wrong[damage] = f"found by {sorted(found)}, not by {sorted(expected)}"
    assert wrong == {}


def test_every_check_has_a_damage_that_it_finds() -> None:
    assert set().union(*(checks for checks, _ in DAMAGES.values())) == set(NAMES.values())
