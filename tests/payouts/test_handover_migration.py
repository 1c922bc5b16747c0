"""Migration 0028 on books of before it: numbers, first downloads, and accounts that refused a payment."""

from __future__ import annotations

import importlib
import re
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from app.database import db
from app.payouts.bank import refusals
from app.payouts.models import PayoutBatch, Refusal
from tests.cast import Cast
from tests.payouts.books import AT, IBANS, bank, earn, fund
from tests.payouts.people import hand_over
from tests.payouts.test_handover import approve, assembled, mark

MIGRATION: Any = importlib.import_module("migrations.versions.0028_handover")
LATER: Any = [
    importlib.import_module(f"migrations.versions.{name}")
    for name in ("0049_movements", "0044_destinations", "0041_payees", "0039_transfers")
]
LEARNT = set(  # codes that the product has learnt since: what failed by them before stays doubted, as it was
    ("AB05 AB06 AB07 AB08 AB09 AB10 AC11 AG03 AGNT AM12 AM14 AM21 ARDT BE05 CURR ED05 FF05 LEGL NARR NOAS RF01").split()
)
Owner = psycopg.Connection[Any]


@pytest.fixture
def before(cast: Cast, owner_connection: Owner) -> Owner:
    """The owner's transaction in which the tables are as before, with a batch that is done, one that nobody has taken
    to the bank."""
    lumen = cast.brands["lumen"]
    bank(None, IBANS[3])
    fund(lumen, 100_000)
    for name, iban in (("mira", IBANS[0]), ("joon", IBANS[1])):
        bank(cast.creators[name], iban, by=cast.people["sam"].id)
        earn(lumen, cast.creators[name], 5000)
    done = approve(assembled())
    hand_over(done, at=AT)
    mark(done, "joon", "failed", "AC04 account closed")
    mark(done, "mira", "failed", "TM01 too late")
    assembled()
    db.session.commit()
    for later in LATER:  # their views stand on those of this one
        owner_connection.execute(later.DOWN)
    owner_connection.execute(MIGRATION.DOWN)
    return owner_connection


def rows(owner: Owner, query: str) -> list[Any]:
    return owner.execute(query.encode()).fetchall()


def test_batches_get_their_numbers_and_their_first_download(before: Owner) -> None:
    before.execute(MIGRATION.UP)
    assert rows(before, "select number, status, downloaded_at, file_version from payout_batch order by id") == [
        (1, "completed", AT, 1),
        (2, "draft", None, 0),
    ]
    assert rows(before, "select version from payout_file") == [(1,)]
    before.rollback()
    assert db.session.scalars(select(PayoutBatch.number)).all()  # nothing of this test stays


def test_what_failed_before_holds_its_account_by_the_same_rule(before: Owner) -> None:
    before.execute(MIGRATION.UP)
    query = "select c.handle, p.code, p.refused from payout p join creator c on c.id = p.creator_id"
    assert sorted(rows(before, f"{query} where p.status = 'failed'")) == [
        ("joon", "AC04", "iban"),
        ("mira", "TM01", None),
    ]
    assert rows(before, "select c.handle from refused_account join creator c on c.id = creator_id") == [("joon",)]
    before.rollback()


@pytest.mark.parametrize("code", refusals.CODES)
def test_the_migration_reads_every_code_as_the_product_does(code: str) -> None:
    closed, cleared = re.findall(r"reason ~ '\\m\(([^)]+)\)\\M'", MIGRATION.UP)
    read = Refusal.IBAN if re.fullmatch(closed, code) else None if re.fullmatch(cleared, code) else Refusal.DETAILS
    assert read == (Refusal.DETAILS if code in LEARNT else refusals.read(code).refusal)
