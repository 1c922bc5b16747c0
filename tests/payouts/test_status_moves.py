"""Which status may follow which: the same table in the models and in the database, and no way around by SQL."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import psycopg
import pytest

from app.database import db, raw
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import BatchStatus, Payout, PayoutBatch, PayoutStatus
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_batch, hand_over, identity

KINDS = {"payout_batch": (PayoutBatch, BatchStatus), "payout": (Payout, PayoutStatus)}


@pytest.fixture
def approved(cast: Cast) -> PayoutBatch:
    """An approved batch that nobody has downloaded."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    bank(cast.creators["mira"], by=cast.people["sam"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1, by=identity("mo").person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    approve_batch(batch, at=AT)
    db.session.commit()
    return batch


@pytest.mark.parametrize("table", KINDS)
def test_the_database_permits_what_the_models_do(cast: Cast, table: str) -> None:
    model, _statuses = KINDS[table]
    said = {(before, after) for before, afters in model.TRANSITIONS.items() for after in afters}
    rows = raw().execute("select before, after from status_move where thing = %s", [table]).fetchall()
    assert {tuple(row) for row in rows} == said


FORBIDDEN = [
    (table, before.value, after.value)
    for table, (model, statuses) in KINDS.items()
    for before, after in product(statuses, repeat=2)
    if before != after and after not in model.TRANSITIONS.get(before, ())
]


@pytest.mark.parametrize(("table", "before", "after"), FORBIDDEN, ids="-".join)
def test_no_other_move_is_possible_by_sql(
    approved: PayoutBatch, owner_connection: psycopg.Connection[object], table: str, before: str, after: str
) -> None:
    """The owner puts the row where it begins, past every trigger; then it moves as the application would move it."""
    owner_connection.execute("set session_replication_role = replica")
    owner_connection.execute("alter table payout_batch drop constraint ck_payout_batch_approved")
    owner_connection.execute("alter table payout_batch drop constraint ck_payout_batch_approvers")
    owner_connection.execute(f"update {table} set status = '{before}'".encode())
    owner_connection.execute("set session_replication_role = origin")
    with pytest.raises(psycopg.errors.CheckViolation, match="does not go from"):
        owner_connection.execute(f"update {table} set status = '{after}'".encode())
    owner_connection.rollback()


def test_what_has_left_is_not_taken_back_by_sql(approved: PayoutBatch) -> None:
    hand_over(approved, at=AT + timedelta(hours=1))
    db.session.commit()
    for attempt in (
        "update payout set status = 'reserved'",
        "update payout set status = 'dropped'",
        "update payout_batch set status = 'draft', approved_by = null, approved_at = null",
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            raw().execute(attempt.encode())
        db.session.rollback()
