"""Evaluating a month: what every promise comes to, and the difference in the books (rules.md B7 to B9, B20).

The same statements serve one contract's preview and all contracts at once, in the caller's transaction: the contracts
that are due, what they promise, their lines (each measured once), conditions, thresholds, caps; then numbered awards
and one entry per promise for target minus booked. Two evaluations never run side by side: an advisory lock makes the
second wait, and then it finds nothing due. An evaluation is stored once per promise, month and stage, so running it
again adds nothing. What it means for one contract can be read in tests/bonuses/reference_targets.py.

- `provisional` is due from the contract's evaluation day of the next month, by its own clock; it posts the whole.
- `final` is due the day after the last commission of the month has become available, and one of its last day would have
  (or after the evaluation day), in the order of months, and while no breach found in the month is open; it posts the
  difference. What is recorded later changes nothing.
- `above_cap`: what a cap has cut off a final month may be approved by the brand and is posted then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from psycopg.rows import dict_row

from app.clock import first_instant
from app.database import Lock, raw, rows, statement, take_turn
from app.errors import NotFound, WrongStatus
from app.ledger.posting import open_posting, post
from app.security import Identity, Role
from app.streams.validity import judge
from app.users.trail import record
from app.words import Word


class Stage(Word):
    """How far the evaluation of a month is."""

    PROVISIONAL = "provisional", _("Provisional"), "warn"
    FINAL = "final", _("Final"), "good"
    ABOVE_CAP = "above_cap", _("Above the cap, approved"), "info"


BULK = "set local enable_nestloop = {0}; set local enable_sort = {0}"
STEPS = ("5_slices", "5_points", "5_totals", "5_bands", "5_brought")

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation did: awards stored and entries written."""

    month: date
    stage: str
    awards: int = 0
    entries: int = 0


@dataclass(frozen=True)
class Preview:
    """What a promise would come to as things stand: the whole, what is to be paid, what a cap cuts off (minor units),
    and the arithmetic."""

    bonus_id: int
    full: int
    target: int
    outside: int
    working: dict[str, Any]


def evaluate(
    connection: Connection, month: date, *, stage: str, at: datetime, contracts: Collection[int] | None = None
) -> Evaluated:
    """Evaluates what is due at `at` of the month that begins on `month`, of `contracts` (None: of all), and posts it.

    `stage` is `provisional` or `final`. Returns how much there was; nothing on a second run.
    """
    lock(connection)
    given = _given(month, stage, at, contracts)
    if not _work_out(connection, given):
        return Evaluated(month, stage)
    _run(connection, "7_months", given)
    awards = _run(connection, "7_awards", given)
    _run(connection, "7_awarded", given)
    entries = _post(connection, at)
    _run(connection, "9_release", given)
    _run(connection, "9_reserve", given | {"month": given["next"], "next": following(given["next"])})
    return Evaluated(month, stage, awards, entries)


def preview(connection: Connection, contract_id: int, month: date, at: datetime) -> list[Preview]:
    """What each promise of one contract would come to in the month as things stand; nothing is stored or posted."""
    if not _work_out(connection, _given(month, "preview", at, [contract_id])):
        return []
    rows = connection.execute(
        "select r.bonus_id, r.full_target, r.target, r.outside, r.working from result r order by r.bonus_id"
    )
    return [Preview(*row) for row in rows]


def reserve(connection: Connection, month: date, *, at: datetime) -> int:
    """Reserves what the contracts promise for the month for sure, where that was not done; returns how many (B20)."""
    return _run(connection, "9_reserve", {"month": month, "next": following(month), "at": at})


def approve_above_cap(bonus_month: int, *, by: Identity, at: datetime) -> int:
    """The brand's owner approves what a cap has cut off a final month: it is posted. Returns how much, in minor units.

    Raises NotFound for a month of another's brand, WrongStatus while it is provisional, and when there is nothing (any
    more) to approve.
    """
    connection = raw()
    lock(connection)
    awards = rows(connection, "app.bonuses", "newest_award", {"bonus_month": bonus_month})
    if not awards or awards[0].brand_id not in by.brand_ids({Role.BRAND_OWNER}):
        raise NotFound(gettext("There is no such bonus, or it is not yours."))
    award = awards[0]
    if award.stage == Stage.PROVISIONAL:
        raise WrongStatus(gettext("This month is still provisional: decide once it is final."))
    if award.stage == Stage.ABOVE_CAP or not award.outside:
        raise WrongStatus(gettext("Nothing of this month lies above a cap any more."))
    connection.execute(statement("app.bonuses", "open"))
    _run(connection, "approve", {"bonus_month": bonus_month, "by": by.name, "at": at})
    connection.execute("insert into awarded values (%s, %s)", [bonus_month, award.target + award.outside])
    _post(connection, at)
    record("approve", "bonus_month", bonus_month, by=by, at=at, amount=award.outside, currency=award.currency)
    return int(award.outside)


def months_due(connection: Connection, stage: str, *, at: datetime) -> list[date]:
    """The months that may have something to evaluate at this stage, the oldest first."""
    return [row[0] for row in connection.execute(statement("app.bonuses", "months"), {"stage": stage, "at": at})]


def lock(connection: Connection) -> None:
    """Makes this transaction the only one that evaluates, waiting for another to end."""
    take_turn(connection, Lock.EVALUATING)


def following(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def _given(month: date, stage: str, at: datetime, contracts: Collection[int] | None) -> dict[str, Any]:
    return {
        "month": month.replace(day=1),
        "next": following(month),
        "stage": stage,
        "at": at,
        "today": at.date(),  # the UTC day, as commissions become available
        "contracts": None if contracts is None else list(contracts),
    }


def _work_out(connection: Connection, given: dict[str, Any]) -> bool:
    """Fills the table `result`; False when nothing is due."""
    connection.execute("set local work_mem = '64MB'")
    connection.execute(statement("app.bonuses", "open"))
    _calendar(connection, given)
    if not _run(connection, "1_deals", given) or not _run(connection, "1_promises", given):
        return False
    connection.execute("analyze deal, promise")
    given["withdrawn"] = [
        row[0] for row in connection.execute("select id from import where withdrawn_at is not null").fetchall()
    ]
    needs = _needs(connection)
    _measure(connection, given | needs | {"brands": needs["brands"] if given["contracts"] else None}, needs)
    if given["stage"] == Stage.FINAL:
        _run(connection, "3_not_yet", given)
    first = needs["minutes_from"] if needs["minutes"] else given["month"]
    judge(connection, needs["minutes"] or [], first=first, last=given["next"] - timedelta(days=1))
    _run(connection, "4_conditions", given)
    if needs["thresholds"]:
        for name in STEPS:
            _run(connection, name, given)
        connection.execute("analyze brought, slice")
    connection.execute("analyze measure, factor")
    return bool(_run(connection, "6_results", given))


def _calendar(connection: Connection, given: dict[str, Any]) -> None:
    """The instants of the month in every zone that is needed."""
    rows = []
    for zone, day in connection.execute(statement("app.bonuses", "zones"), given).fetchall():
        evaluates = given["next"] + timedelta(days=day - 1)
        begins, ends, from_then = (first_instant(each, zone) for each in (given["month"], given["next"], evaluates))
        rows.append((zone, day, begins, ends, from_then))
    with connection.cursor() as cursor:
        cursor.executemany("insert into calendar values (%s, %s, %s, %s, %s)", rows)


def _needs(connection: Connection) -> dict[str, Any]:
    """What has to be read at all (needs.sql)."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(statement("app.bonuses", "needs")).fetchone()
    return row or {}  # an aggregate has one row


def _measure(connection: Connection, given: dict[str, Any], needs: dict[str, Any]) -> None:
    """Groups the month of every contract once, and gathers the lines that are looked at one by one."""
    if given["contracts"] is None:  # all lines are read: the planner believes in a few, and would look each up
        connection.execute(BULK.format("off"))
    if _run(connection, "2_given_back", given):
        connection.execute("analyze given_back")
    _run(connection, "3_measures", given)
    _run(connection, "3_shares", given)
    if needs["lined"] and _run(connection, "2_lines", given):
        connection.execute("analyze line")
        _run(connection, "3_orders", given)
    if needs["newcomers"]:
        _run(connection, "2_newcomers", given)
    connection.execute(BULK.format("on"))


def _post(connection: Connection, at: datetime) -> int:
    open_posting(connection)
    # What is booked is looked up by index, whatever the statistics say of tables that have just grown.
    connection.execute("set local enable_seqscan = off")
    _run(connection, "8_post", {"at": at})
    connection.execute("set local enable_seqscan = on")
    return post(connection, at=at)


def _run(connection: Connection, name: str, given: dict[str, Any]) -> int:
    return connection.execute(statement("app.bonuses", name), given).rowcount
