"""Corrections by a person: decisions made anew, rulings of disputes, imports withdrawn. Each posts
differences, never changes history.

A dry run is the same work, rolled back by the door that asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from flask_babel import gettext
from psycopg.rows import dict_row

from app.clock import first_instant
from app.database import rows, statement
from app.errors import BadInput, Conflict, NotFound
from app.sales.models import REJECTIONS
from app.sales.settlement import (
    LANES,
    NONE,
    UNSETTLEABLE,
    Claimed,
    Given,
    claim_import,
    claim_sales,
    common,
    decide,
    done,
    gather,
    lock_lane,
    moved,
    open_work,
    post_claimed,
)
from app.web.texts import required_text

LONGEST_REASON = 2_000
Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Sum:
    """By how much a correction changes what a creator earns with a brand, or (without a creator) the platform's fee."""

    brand_id: int
    brand_name: str
    creator_id: int | None
    creator_name: str | None
    currency: str
    lines: int
    amount: int


@dataclass(frozen=True)
class Correction:
    """What a correction did or would do: lines looked at, decisions that differ, entries posted, one row a line whose
    decision or money changes (`changes`: the first 1,000), and all of it added up."""

    lines: int
    decided: int
    entries: int
    changes: list[dict[str, Any]]
    sums: list[Sum]


@dataclass(frozen=True)
class Days:
    """The local days from `first` to `last`, that one too, in a time zone."""

    first: date
    last: date
    zone: str

    def instants(self) -> dict[str, datetime]:
        """From which instant until before which; BadInput when the days are the wrong way round."""
        if self.last < self.first:
            raise BadInput("The last day lies before the first: swap them.")
        return {
            "from": first_instant(self.first, self.zone),
            "to": first_instant(self.last + timedelta(days=1), self.zone),
        }


def redecide(connection: Connection, brand_id: int, days: Days, *, by: str, reason: str, at: datetime) -> Correction:
    """Decides a brand's sale lines of the days again, by what is recorded now.

    A line whose answer differs gets a new numbered decision by `by` with `reason`, and the differences are posted
    (settlement.md section 7). What stands by a dispute's ruling stays, a commission that was rejected too, and a day
    that was moved. BadInput when the reason is empty or the days are the wrong way round.
    """
    where = (
        "occurred_at >= %(from)s and occurred_at < %(to)s and not exists (select from decision r"
        " where r.brand_id = sale.brand_id and r.sale_id = sale.id and r.reason = any(%(rejections)s) and r.nr = ("
        "select max(n.nr) from decision n where n.brand_id = r.brand_id and n.sale_id = r.sale_id))"
    )
    span = days.instants() | {"rejections": list(REJECTIONS)}
    return _redecide(connection, brand_id, where, span, by=by, reason=reason, at=at)


def redecide_line(
    connection: Connection, brand_id: int, sale_id: int, *, by: str, reason: str, at: datetime
) -> Correction:
    """The same for one sale line, also where it stands by a dispute's ruling; a rejected commission is earned again."""
    return redecide_lines(connection, brand_id, [sale_id], by=by, reason=reason, at=at)


def redecide_lines(
    connection: Connection, brand_id: int, sale_ids: Collection[int], *, by: str, reason: str, at: datetime
) -> Correction:
    """The same for some sale lines."""
    which = {"sales": list(sale_ids)}
    return _redecide(connection, brand_id, "id = any (%(sales)s)", which, rulings=True, by=by, reason=reason, at=at)


@dataclass(frozen=True)
class Award:
    """What a dispute's ruling gives a creator: the lines, by these terms at the rate of this label."""

    terms_id: int
    label: str


def rule_lines(
    connection: Connection, brand_id: int, sale_ids: Collection[int], award: Award | None, **who: Any
) -> Correction:
    """Decides sale lines as a dispute's ruling says: the award, or (none) nobody earns on them. `who` is `by`, `note`
    and `at`. Lines whose import has been withdrawn are withdrawn, and Conflict where nothing else is among them. The
    caller holds the brand's lane."""
    open_work(connection)
    values = {"terms": award and award.terms_id, "label": award and award.label}

    def ruled(connection: Connection, given: Given) -> int:
        row = connection.execute(statement("app.sales", "1_withdrawn"), given).fetchone()
        withdrawn, standing = row or (NONE, NONE)
        if standing == NONE:
            raise Conflict(gettext("The file this sale came in was withdrawn, so nobody can earn on it."))
        ruling = given | values | {"standing": standing, "moved": moved(connection, given, standing)}
        made = connection.execute(statement("app.sales", "ruled"), ruling).rowcount
        left = {name: common(given[name], withdrawn) for name in ("first", "again")}
        return made + decide(connection, given | left)

    claimed = claim_sales(connection, brand_id, sale_ids)
    return settled(connection, claimed, ruled, **who)


def _redecide(
    connection: Connection,
    brand_id: int,
    where: str,
    span: dict[str, Any],
    *,
    rulings: bool = False,
    by: str,
    reason: str,
    at: datetime,
) -> Correction:
    reason = stated_reason(reason)
    lock_lane(connection, brand_id % LANES, wait=True)
    open_work(connection)
    found = connection.execute(
        f"select id from sale where brand_id = %(brand)s and {where}"  # noqa: S608
        " and exists (select from decision d where d.brand_id = sale.brand_id and d.sale_id = sale.id)",
        {"brand": brand_id, **span},
    )
    claimed = claim_sales(connection, brand_id, [row[0] for row in found])
    return settled(connection, claimed, at=at, redecide=True, rulings=rulings, by=by, note=reason)


def withdraw_import(connection: Connection, import_id: int, *, by: str, reason: str, at: datetime) -> Correction:
    """Reverses the sales and refunds of a wrong import in the books; the facts stay, marked by their import.

    NotFound for an unknown import, BadInput for one that brought neither sales nor refunds, Conflict when it is
    withdrawn already (formats.md). Whether its money has been paid is asked by `app/payouts/withdrawal.py`.
    """
    reason = stated_reason(reason)
    row = connection.execute("select kind, withdrawn_at from import where id = %s for update", [import_id]).fetchone()
    if row is None:
        raise NotFound("There is no such import.")
    kind, withdrawn_at = row
    found = connection.execute(statement("app.sales", "withdrawn_brands"), {"import": import_id}).fetchone()
    if kind not in ("sales", "refunds") and not found:  # an export of a shop brings both
        raise BadInput(
            gettext("Only imports of sales and refunds can be withdrawn; this one brought %(kind)s.", kind=kind)
        )
    if withdrawn_at is not None:
        raise Conflict("This import has been withdrawn already.")
    brands = connection.execute(statement("app.sales", "withdrawn_brands"), {"import": import_id}).fetchall()
    lanes = sorted({brand % LANES for (brand,) in brands})
    for lane in lanes:
        lock_lane(connection, lane, wait=True)
    connection.execute(
        "update import set withdrawn_at = %s, withdrawn_by = %s, withdrawn_reason = %s where id = %s",
        [at, by, reason, import_id],
    )
    open_work(connection)
    return settled(connection, claim_import(connection, import_id, lanes), at=at, by=by, note=reason)


def post_decided(connection: Connection, brand_id: int, sale_id: int, *, at: datetime) -> Correction:
    """Posts what a new decision of a line, written by the caller, changes: target minus booked. The lane is held."""
    open_work(connection)
    return settled(connection, claim_sales(connection, brand_id, [sale_id]), at=at)


def stated_reason(text: str) -> str:
    """The reason as it is kept; BadInput when there is none, or it is too long."""
    return required_text(text, gettext("Give a reason that others will understand."), LONGEST_REASON)


def settled(
    connection: Connection,
    claimed: Claimed,
    decided: Callable[[Connection, Given], int] = decide,
    *,
    at: datetime,
    **how: Any,
) -> Correction:
    """Settles the claimed lines; `decided` decides them. Conflict when one of them can't be settled at all."""
    try:
        given = gather(connection, claimed, at=at, **how)
        batch = post_claimed(connection, given, decided=decided(connection, given))
    except UNSETTLEABLE as error:
        reason = str(error).splitlines()[0]
        raise Conflict(
            gettext("Nothing was corrected, for one of these lines can't be settled: %(why)s", why=reason)
        ) from error
    cursor = connection.cursor(row_factory=dict_row)
    changes = cursor.execute(statement("app.sales", "corrected"), given).fetchall()
    sums = rows(connection, "app.sales", "corrected_sums", given, Sum)
    done(connection, given)
    return Correction(batch.lines, batch.decided, batch.entries, changes, sums)
