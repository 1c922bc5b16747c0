"""Settlement: whose each due line is, what it earns, and the difference in the books (shared/spec/settlement.md).

One batch is: claim due rows of a lane, gather their lines, decide the undecided, post target minus booked, delete
exactly the rows that were read. All of it is SQL over the batch, in the caller's transaction, so that the same few
statements serve one webhook and ten million imported lines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from app.database import Lock, statement, take_turn
from app.ledger.posting import open_posting, post
from app.money import EXPONENTS
from app.sales.splits import sharing

LANES = 64

# What a row can be guilty of; anything else is ours, or the database's, and concerns every row.
UNSETTLEABLE = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.RaiseException)

Connection = psycopg.Connection[Any]


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


def settle_batch(connection: Connection, lane: int, *, after: int, limit: int, at: datetime) -> Batch:
    """Settles up to `limit` due rows of `lane` with ids above `after`; the caller holds the lane and commits.

    Where a row stands in the way, fewer are taken; a row that can't be settled by itself is set aside with the reason.
    """
    open_work(connection)
    while taken := connection.execute(_sql("0_claim"), {"lane": lane, "after": after, "limit": limit}).rowcount:
        row = connection.execute("select max(due_id) from claimed").fetchone()
        last = row[0] if row else after
        try:
            with connection.transaction():  # a savepoint: the lane stays ours, and what was claimed stays known
                batch = settle_claimed(connection, at=at)
                connection.execute(_sql("4_done"))
            return Batch(taken, last, batch.lines, batch.decided, batch.entries)
        except UNSETTLEABLE as error:
            if taken == 1:
                return Batch(taken, last, aside=_set_aside(connection, error, at))
            limit = max(1, taken // 10)
            connection.execute("truncate claimed")
    return Batch()


def open_work(connection: Connection) -> None:
    """Empty tables `claimed`, `work` and `posting` for a batch of this connection."""
    # A batch is small and the tables are large: look-ups go by index, whatever the statistics say of fresh tables.
    connection.execute(
        "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off"
    )
    connection.execute(_sql("open_work"))
    open_posting(connection)
    if connection.execute("select from claimed limit 1").fetchone() is not None:  # a batch of the same transaction
        connection.execute("truncate claimed, work")


def settle_claimed(
    connection: Connection,
    *,
    at: datetime,
    redecide: bool = False,
    rulings: bool = False,
    by: str | None = None,
    note: str | None = None,
) -> Batch:
    """Decides and posts the lines that stand in `claimed`. With `redecide`, decided lines are decided anew by
    what is recorded now, and a new numbered decision (by `by`, with `note`) is stored only where it differs. What
    stands by a dispute's ruling stays, unless `rulings` are asked for too."""
    lines, given = gather(connection, at=at, redecide=redecide, rulings=rulings, by=by, note=note)
    decided = connection.execute(_sql("2_decide"), given).rowcount
    return post_claimed(connection, given, lines=lines, decided=decided)


def gather(
    connection: Connection, *, at: datetime, redecide: bool, rulings: bool, by: str | None, note: str | None
) -> tuple[int, dict[str, Any]]:
    """Puts the claimed lines into `work`: how many, and the parameters of the statements that follow."""
    withdrawn = [row[0] for row in connection.execute("select id from import where withdrawn_at is not null")]
    given = {"withdrawn": withdrawn, "redecide": redecide, "rulings": rulings, "at": at, "by": by, "note": note}
    return connection.execute(_sql("1_gather"), given).rowcount, given


def post_claimed(connection: Connection, given: dict[str, Any], *, lines: int, decided: int) -> Batch:
    """Posts target minus booked of the lines in `work`, `decided` of which have a new decision."""
    connection.execute(_sql("3_post_new"), given)
    if decided < lines or given["by"] or given["withdrawn"]:  # else all of them are new
        connection.execute(_sql("3_post_difference"), given)
    sharing.share(connection, given)
    if given["by"]:  # a correction: some may be another's now
        connection.execute(_sql("holds_lapse"), given)
    _announce(connection, given["at"])
    return Batch(lines=lines, decided=decided, entries=post(connection, at=given["at"]))


def _announce(connection: Connection, at: datetime) -> None:
    """Writes what is decided and about to be posted for the systems of the brands that want to hear of it, and nothing
    where none does."""
    heard = connection.execute(_sql("heard")).fetchone()
    if heard and heard[0]:
        # The batch is joined with itself: by hash, and knowing how large it is.
        connection.execute("analyze work, posting")
        connection.execute("set local enable_hashjoin = on")
        connection.execute(_sql("announce"), {"at": at, "exponents": json.dumps(EXPONENTS)})
        connection.execute("set local enable_hashjoin = off")
        connection.execute("notify webhooks")


def _set_aside(connection: Connection, error: psycopg.Error, at: datetime) -> str:
    """Puts the one claimed row aside; returns the reason in one line."""
    reason = str(error).splitlines()[0]
    connection.execute(_sql("set_aside"), {"reason": reason, "at": at})
    connection.execute(_sql("4_done"))
    return reason


def put_back(connection: Connection, *, at: datetime, brand_id: int | None = None, aside_id: int | None = None) -> int:
    """Makes lines that were set aside due again, once what stood in their way is gone: all, a brand's, or one of them.

    Returns how many; none means that there is no such line, or that somebody has put it back already.
    """
    return connection.execute(_sql("put_back"), {"at": at, "brand": brand_id, "id": aside_id, "lanes": LANES}).rowcount


def _sql(name: str) -> Any:
    return statement("app.sales", name)
