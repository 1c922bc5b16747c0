"""A list that was read into the database, in a few statements over all of it: creators, channels, figures.

A known channel gets the figures that are newer than its own, and keeps those that are not as history; an account that
nobody has becomes a creator. The same list twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from psycopg.types.json import Json

from app.creators.accounts import key
from app.creators.lists.reading import Account, Read
from app.database import Lock, raw, statement, take_turn
from app.security import Identity

PACKAGE = "app.creators"
KIND = "creator_lists"
COPY = "copy listed (line, name, title, country, languages, categories, figures) from stdin"


@dataclass(frozen=True)
class Stored:
    """What came of storing: rows that brought a creator, changed a channel, and changed nothing; the ids of creators
    that are not as they were; `import_id`, the import by which all of it came."""

    new: int
    updated: int
    unchanged: int
    creator_ids: list[int]
    import_id: int


def in_turn() -> None:
    """Waits until nobody imports a list or takes one back, and keeps others from it until the transaction ends: what an
    account was before a list would be what another one makes of it at the same moment, or takes away."""
    take_turn(raw(), Lock.LISTS)


def store(
    read: Read,
    *,
    platform: str,
    file_name: str,
    sha256: bytes,
    measured_on: date,
    by: Identity | None,
    at: datetime,
) -> Stored:
    """Stores the accounts of a list of `platform` whose figures are of `measured_on`, and the import they came by."""
    started = perf_counter()
    given: dict[str, Any] = {
        "kind": KIND,
        "file_name": file_name,
        "brand_id": None,
        "by_id": by and by.person_id,
        "by_name": by.name if by else "command line",
        "platform": platform,
        "measured_on": measured_on,
        "at": at,
    }
    given["import_id"] = _one(raw().execute(statement("app.csvfiles", "begin"), given))
    _load(_as_known(read.accounts, platform))
    new = _run_all(given)
    updated, creator_ids = _changed()
    raw().execute("drop table listed")
    stored = Stored(new, updated, len(read.accounts) - new - updated, creator_ids, given["import_id"])
    given |= {"sha256": sha256, "finished_at": at + timedelta(seconds=perf_counter() - started)}
    given |= {"read": read.rows, "rejected": read.rejected_rows, "repeated": 0}
    given |= {"new": stored.new, "updated": stored.updated, "unchanged": stored.unchanged}
    raw().execute(statement("app.csvfiles", "finish"), given)
    return stored


def _as_known(accounts: Sequence[Account], platform: str) -> list[Account]:
    """The accounts, those that are channels already under the name these have here. The database finds them whatever
    their capitals, but for letters beyond ASCII, and for names that came with signs nobody sees."""
    query = "select name from channel where platform = %s and name ~ '[^\\x20-\\x7e]'"
    names = {key(name): name for (name,) in raw().execute(query, [platform])}
    if not names:
        return list(accounts)
    found = [(each, names.get(key(each.name), each.name)) for each in accounts]
    return [each if each.name == name else replace(each, name=name) for each, name in found]


def known(accounts: Sequence[Account], platform: str) -> int:
    """How many of these accounts are channels already."""
    accounts = _as_known(accounts, platform)
    query = """select count(*) from unnest(%(names)s::text[]) a (name)
        where exists (
            select from channel h where h.platform = %(platform)s and lower(h.name) = lower(a.name collate "C"))"""
    return _one(raw().execute(query, {"names": [account.name for account in accounts], "platform": platform}))


def _load(accounts: Sequence[Account]) -> None:
    raw().execute(statement(PACKAGE, "list_begin"))
    with raw().cursor() as cursor, cursor.copy(COPY) as copy:
        copy.set_types(["int4", "text", "text", "text", "text[]", "text[]", "jsonb"])
        for each in accounts:
            lists = (list(each.languages), list(each.categories))
            copy.write_row((each.line, each.name, each.title, each.country, *lists, Json(each.figures)))
    raw().execute("analyze listed")


def _run_all(given: dict[str, Any]) -> int:
    """All statements in order; returns how many channels are new."""

    def run(name: str) -> int:
        # never prepared: a plan made for another list's table would stay
        return raw().execute(statement(PACKAGE, name), given, prepare=False).rowcount

    run("list_known")
    run("list_before")
    run("list_creators")
    new = run("list_channels")
    run("list_known")
    raw().execute("analyze listed")
    for name in ("list_figures", "list_newest", "list_current", "list_categories", "list_people", "list_after"):
        run(name)
    return new


def _changed() -> tuple[int, list[int]]:
    """How many known channels are not as they were, and all creators of whom something is new."""
    changed = raw().execute("select fresh, creator_id from listed where fresh or changed", prepare=False).fetchall()
    return sum(not fresh for fresh, _creator in changed), sorted({creator for _fresh, creator in changed})


def _one(cursor: Any) -> int:
    row = cursor.fetchone()
    return int(row[0])
