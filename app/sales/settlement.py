"""Settlement: whose each due line is, what it earns, and the difference in the books (shared/spec/settlement.md).

One batch is: claim due rows of a lane, gather their lines, decide the undecided, post target minus booked, delete
exactly the rows that were read. All of it is SQL over the batch, in the caller's transaction, so that the same few
statements serve one webhook and ten million imported lines.

A batch is the ids of its due rows, which every statement is given: no table of its own, so that a distributed
PostgreSQL runs each where the brand's rows lie. Corrections claim their lines by due rows of their own transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.database import Lock, statement, take_turn
from app.ledger.posting import open_posting, post
from app.money import EXPONENTS
from app.sales.splits import sharing

LANES = 64

# What a row can be guilty of; anything else is ours, or the database's, and concerns every row.
UNSETTLEABLE = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.RaiseException)

Connection = psycopg.Connection[Any]
Given = dict[str, Any]  # the values of the statements

# A batch is small and the tables are large: look-ups go by index, whatever the statistics say of fresh tables. The
# statements are planned once, not for each batch: their plans differ in nothing but the ids.
PLANS = (
    "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off;"
    " set local plan_cache_mode = force_generic_plan"
)


NONE = "{}"  # no ids


@dataclass(frozen=True)
class Claimed:
    """Due rows of these lanes, by their ids as PostgreSQL writes an array; `keyed`: some of them name their line by its
    key only."""

    lanes: list[int]
    ids: str
    keyed: bool = False


@dataclass(frozen=True)
class Batch:
    """What one batch did: due rows taken, the last of their ids, lines seen, lines decided, entries written, and why
    the one row it took was set aside, if it was."""

    taken: int = 0
    last: int = 0
    lines: int = 0
    decided: int = 0
    entries: int = 0
    aside: str = ""


def due_lanes(connection: Connection) -> list[int]:
    """The lanes in which something is due."""
    rows = connection.execute(
        "select lane from generate_series(0, %s - 1) lane where exists (select from due where due.lane = lane.lane)",
        [LANES],
    )
    return [row[0] for row in rows]


def lock_lane(connection: Connection, lane: int, *, wait: bool = False) -> bool:
    """Takes the lane for this transaction; False when another worker has it and `wait` is not asked for."""
    if wait:
        take_turn(connection, Lock.LANE, lane)
        return True
    row = connection.execute("select pg_try_advisory_xact_lock(%s, %s)", [Lock.LANE, lane]).fetchone()
    return bool(row and row[0])


def hold_still(connection: Connection, brand_id: int, currency: str) -> None:
    """Waits until nobody assembles payouts in the currency or settles for the brand, and keeps it so until the
    transaction ends."""
    connection.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [Lock.ASSEMBLING, currency])
    lock_lane(connection, brand_id % LANES, wait=True)


def settle_batch(connection: Connection, lane: int, *, after: int, limit: int, at: datetime) -> Batch:
    """Settles up to `limit` due rows of `lane` with ids above `after`; the caller holds the lane and commits.

    Where a row stands in the way, fewer are taken; a row that can't be settled by itself is set aside with the reason.
    """
    open_work(connection)
    while True:
        row = _row(connection, "0_claim", {"lane": lane, "after": after, "limit": limit})
        if not row["taken"]:
            return Batch()
        taken, last, claimed = row["taken"], row["last"], Claimed([lane], row["claimed"], row["keyed"])
        try:
            with connection.transaction():  # a savepoint: the lane stays ours
                batch = settle_claimed(connection, claimed, at=at)
            return Batch(taken, last, batch.lines, batch.decided, batch.entries)
        except UNSETTLEABLE as error:
            if taken == 1:
                return Batch(taken, last, aside=_set_aside(connection, claimed, error, at))
            limit = max(1, taken // 10)


def open_work(connection: Connection) -> None:
    """Prepares the transaction for batches: how they are planned, and an empty table `posting`."""
    connection.execute(PLANS)
    open_posting(connection)


def claim_sales(connection: Connection, brand_id: int, sale_ids: Collection[int]) -> Claimed:
    """Claims sale lines of a brand, whatever is due of them, until `done`: the caller holds the brand's lane."""
    found = connection.execute(_sql("0_claim_sales"), {"brand": brand_id, "sales": list(sale_ids)}).fetchall()
    return Claimed([brand_id % LANES], _array(found))


def claim_import(connection: Connection, import_id: int, lanes: Collection[int]) -> Claimed:
    """Claims the lines that an import's sales and refunds are about, in every version, until `done`: the caller holds
    their lanes."""
    found = connection.execute(_sql("withdrawn_lines"), {"import": import_id}).fetchall()
    return Claimed(sorted(lanes), _array(found), keyed=True)


def done(connection: Connection, given: Given) -> None:
    """Deletes exactly the due rows that were claimed, and those that stood for their lines."""
    connection.execute(_sql("4_done"), given)


def settle_claimed(
    connection: Connection,
    claimed: Claimed,
    *,
    at: datetime,
    redecide: bool = False,
    rulings: bool = False,
    by: str | None = None,
    note: str | None = None,
) -> Batch:
    """Decides and posts the claimed lines, and deletes their due rows. With `redecide`, decided lines are decided anew
    by what is recorded now, and a new numbered decision (by `by`, with `note`) is stored only where it differs. What
    stands by a dispute's ruling stays, unless `rulings` are asked for too."""
    given = gather(connection, claimed, at=at, redecide=redecide, rulings=rulings, by=by, note=note)
    batch = post_claimed(connection, given, decided=decide(connection, given))
    done(connection, given)
    return batch


def gather(
    connection: Connection,
    claimed: Claimed,
    *,
    at: datetime,
    redecide: bool = False,
    rulings: bool = False,
    by: str | None = None,
    note: str | None = None,
) -> Given:
    """The claimed lines as 1_gather.sql tells them apart, with all that the statements that follow are given."""
    withdrawn = [row[0] for row in connection.execute("select id from import where withdrawn_at is not null")]
    given = {"withdrawn": withdrawn, "redecide": redecide, "rulings": rulings, "at": at, "by": by, "note": note}
    given |= {"lanes": claimed.lanes, "claimed": claimed.ids, "moved": NONE}
    if claimed.keyed:
        found = connection.execute(_sql("0_find"), given).fetchall()
        given["claimed"] = joined(claimed.ids, _array(found))
    return given | _row(connection, "1_gather", given)


def decide(connection: Connection, given: Given) -> int:
    """Decides the lines of `first` and those of `again`; returns how many decisions that are."""
    decided = 0
    if given["first"] != NONE:
        decided += connection.execute(_sql("2_decide"), given | {"deciding": given["first"], "new": True}).rowcount
    if given["again"] != NONE:
        given["moved"] = moved(connection, given, given["again"])
        decided += connection.execute(_sql("2_decide"), given | {"deciding": given["again"], "new": False}).rowcount
    return decided


def moved(connection: Connection, given: Given, lines: str) -> str:
    """Of these lines, the sales whose day of availability a person has moved."""
    row = connection.execute(_sql("1_moved"), given | {"again": lines}).fetchone()
    return str(row[0]) if row else NONE


def post_claimed(connection: Connection, given: Given, *, decided: int) -> Batch:
    """Posts target minus booked of the gathered lines, for which there are so many new decisions."""
    connection.execute(_sql("3_post_new"), given)
    if given["known"]:
        connection.execute(_sql("3_post_difference"), given)
    sharing.share(connection, given)
    if given["by"]:  # a correction: some may be another's now
        connection.execute(_sql("holds_lapse"), given)
    _announce(connection, given)
    return Batch(lines=given["found"], decided=decided, entries=post(connection, at=given["at"]))


def _announce(connection: Connection, given: Given) -> None:
    """Writes what is decided and about to be posted for the systems of the brands that want to hear of it, and nothing
    where none does."""
    heard = connection.execute(_sql("heard"), given).fetchone()
    if heard and heard[0]:
        # The batch is joined with itself: by hash, and knowing how large it is.
        connection.execute("analyze posting")
        connection.execute("set local enable_hashjoin = on; set local plan_cache_mode = force_custom_plan")
        connection.execute(_sql("announce"), given | {"exponents": json.dumps(EXPONENTS)})
        connection.execute(PLANS)
        connection.execute("notify webhooks")


def _set_aside(connection: Connection, claimed: Claimed, error: psycopg.Error, at: datetime) -> str:
    """Puts the one claimed row aside; returns the reason in one line."""
    reason = str(error).splitlines()[0]
    given = {"lanes": claimed.lanes, "claimed": claimed.ids}
    connection.execute(_sql("set_aside"), given | {"reason": reason, "at": at})
    done(connection, given)
    return reason


def put_back(connection: Connection, *, at: datetime, brand_id: int | None = None, aside_id: int | None = None) -> int:
    """Makes lines that were set aside due again, once what stood in their way is gone: all, a brand's, or one of them.

    Returns how many; none means that there is no such line, or that somebody has put it back already.
    """
    return connection.execute(_sql("put_back"), {"at": at, "brand": brand_id, "id": aside_id, "lanes": LANES}).rowcount


def joined(*arrays: str) -> str:
    """The arrays as one."""
    return f"{{{','.join(ids for ids in (array[1:-1] for array in arrays) if ids)}}}"


def common(some: str, others: str) -> str:
    """What is in both arrays."""
    return f"{{{','.join({*some[1:-1].split(',')} & {*others[1:-1].split(',')})}}}"


def _array(found: Collection[tuple[int]]) -> str:
    return f"{{{','.join(str(row[0]) for row in found)}}}"


def _row(connection: Connection, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The one row that a statement answers with."""
    row = connection.cursor(row_factory=dict_row).execute(_sql(name), values).fetchone()
    return row or {}


def _sql(name: str) -> Any:
    return statement("app.sales", name)
