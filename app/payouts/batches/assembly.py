"""Assembly of a batch: what is due at a cut-off, to whom, and who is passed over and why, in statements over sets.

Nothing here approves or sends: a batch is a draft, and its money is reserved (settlement.md section 8, rules.md B21).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from flask_babel import gettext
from psycopg.errors import UniqueViolation

from app import clock
from app.database import Lock, statement
from app.errors import BadInput, Conflict
from app.ledger import posting
from app.money import CURRENCIES
from app.payouts.bank import target
from app.payouts.obstacles import paid_out
from config import Config, settings

BANK_HOLD = timedelta(hours=48)  # a changed IBAN is not paid to before this has passed
WORKING_TABLES = ("eligible", "part", "payee")


def minimum_of(config: Config, currency: str) -> int:
    """What a creator must have coming in this currency, over all brands, to be paid; in minor units."""
    return config.payout_minimum.get(currency, config.payout_minimum_default)


@dataclass(frozen=True)
class Assembly:
    """What a batch is made of: `minimum` in minor units per creator, `by` the person (None: the timetable)."""

    currency: str
    cutoff_on: date
    minimum: int
    by: int | None
    at: datetime
    bank_hold: timedelta = BANK_HOLD
    brands: Sequence[int] | None = None  # money of these alone
    but: Sequence[int] | None = None  # money of these not


class NobodyToPay(Conflict):
    """Nothing is due, or everybody is passed over; the preview says why."""


def assemble(
    connection: psycopg.Connection[Any],
    *,
    currency: str,
    cutoff_on: date,
    minimum: int,
    by: int | None,
    at: datetime,
    bank_hold: timedelta = BANK_HOLD,
) -> int:
    """Drafts a batch of everything in `currency` that is available on `cutoff_on` or before, and returns its id.

    `minimum` is in minor units and counts per creator over all brands; `by` is the person, None for the timetable.
    Raises BadInput for a cut-off that has not come, NobodyToPay, and Conflict when somebody assembles the same.
    """
    return draft(connection, Assembly(currency, cutoff_on, minimum, by, at, bank_hold))


def draft(connection: psycopg.Connection[Any], assembly: Assembly) -> int:
    """Drafts such a batch, and returns its id. Raises as `assemble` does."""
    with drafted(connection, assembly) as (batch, payouts):
        if not payouts:
            raise NobodyToPay(gettext("Nobody can be paid: the preview says why for each creator."))
        return batch


@contextmanager
def drafted(connection: psycopg.Connection[Any], assembly: Assembly, *, keep: bool = True) -> Iterator[tuple[int, int]]:
    """The batch and its number of payouts while the block runs; afterwards only with `keep` (a preview has none)."""
    _check(assembly)
    lock_currency(connection, assembly.currency)  # outside the savepoint, which it outlives
    with connection.transaction(force_rollback=not keep):
        values = asdict(assembly) | {"unchanged_since": assembly.at - assembly.bank_hold}
        values["paid_out"] = paid_out(settings(), assembly.currency)
        values["batch"] = _new_batch(connection, values)
        try:
            yield values["batch"], _fill(connection, values)
            if keep:
                _enter(connection, values["batch"], assembly.at)
        except UniqueViolation as error:
            sentence = gettext("Somebody assembled the same money at this moment: look at the list of batches.")
            raise Conflict(sentence) from error


def _check(assembly: Assembly) -> None:
    if assembly.currency not in CURRENCIES:
        text = assembly.currency[:10]
        raise BadInput(gettext("“%(text)s” is not a currency: use three capital letters like EUR.", text=text))
    if assembly.cutoff_on > assembly.at.astimezone(UTC).date():
        day = assembly.cutoff_on
        raise BadInput(gettext("The cut-off %(day)s has not come yet: choose today or an earlier day (UTC).", day=day))


def lock_currency(connection: psycopg.Connection[Any], currency: str) -> None:
    """Keeps everybody else from assembling a batch of the currency until the transaction ends. Raises Conflict when
    somebody does. Between two assemblies a courtesy: there the unique index of payout_line is the guard."""
    lock = connection.execute(
        "select pg_try_advisory_xact_lock(%s, hashtext(%s))", [Lock.ASSEMBLING, currency]
    ).fetchone()
    if not lock or not lock[0]:
        sentence = gettext("A %(currency)s batch is being assembled: look again in a minute.", currency=currency)
        raise Conflict(sentence)


def _new_batch(connection: psycopg.Connection[Any], values: dict[str, Any]) -> int:
    row = connection.execute(
        "insert into payout_batch (currency, cutoff_on, minimum, made_by, made_at, own_days) values (%(currency)s,"
        " %(cutoff_on)s, %(minimum)s, %(by)s, %(at)s, %(brands)s::int[] is not null) returning id",
        values,
    ).fetchone()
    assert row is not None  # noqa: S101 - an insert returns its row
    return int(row[0])


def _enter(connection: psycopg.Connection[Any], batch: int, at: datetime) -> None:
    """Gives the batch the next number, late: whoever is after it waits until this transaction has ended. It is noted
    in the trail, and the day by which its creators are to have their money is promised."""
    connection.execute("select pg_advisory_xact_lock(%s)", [Lock.BATCH_NUMBERS])
    connection.execute(statement("app.payouts", "number"), {"batch": batch})
    connection.execute(statement("app.payouts", "record_assembly"), {"batch": batch})
    due_on = target.promised_on(clock.today(settings().platform_timezone, at=at))
    promise = "insert into payout_promise (batch_id, nr, due_on, made_at) values (%s, 1, %s, %s)"
    connection.execute(promise, [batch, due_on, at])


def _fill(connection: psycopg.Connection[Any], values: dict[str, Any]) -> int:
    """Payouts, their lines and reserve entries, and the skipped creators. Returns the number of payouts."""

    def run(name: str) -> int:
        return connection.execute(statement("app.payouts", name), values).rowcount

    for table in WORKING_TABLES:  # of an earlier assembly in this transaction
        connection.execute(f"drop table if exists pg_temp.{table}")
    for name in ("1_eligible", "2_parts", "2_shares", "2_even", "3_payees", "4_fund", "4_skip_brands", "5_remaining"):
        run(name)
    run("6_skip_creators")
    payouts = run("7_pay")
    run("8_link")
    posting.open_posting(connection)
    run("9_reserve")
    carried = run("9_carry")
    run("9_offsets")
    posting.post(connection, at=values["at"])
    if carried:
        run("9_link_carried")
    return payouts
