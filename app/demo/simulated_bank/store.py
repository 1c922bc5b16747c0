"""What the simulated bank keeps, in one SQLite file: its objects, its books, the keys it has answered, its events."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PLATFORM = "platform"  # whose money stands on the platform's own balance
SCHEMA = """
create table if not exists object (
    id text primary key, kind text not null, owner text not null, created real not null, body text not null);
create index if not exists object_kind on object (kind, created);
create table if not exists movement (
    seq integer primary key autoincrement, owner text not null, currency text not null, amount integer not null,
    source text not null);
create index if not exists movement_owner on movement (owner, currency);
create table if not exists answered (
    key text not null, owner text not null, request text not null, status integer not null, body text not null,
    created real not null, primary key (key, owner));
create table if not exists event (
    seq integer primary key autoincrement, id text not null, created real not null, body text not null,
    due real, tries integer not null default 0, delivered real);
create table if not exists fault (seq integer primary key autoincrement, kind text not null, path text not null);
create table if not exists setting (name text primary key, value text not null);
"""
TABLES = ("object", "movement", "answered", "event", "fault")


class Store:
    """The file. Everything goes through one lock; `transaction` is all or nothing, also when the process is killed."""

    def __init__(self, path: str) -> None:
        self.lock = threading.RLock()
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self.db.execute("pragma journal_mode = wal")
        self.db.execute("pragma synchronous = normal")
        self.db.executescript(SCHEMA)
        self.offset = float(self.setting("offset") or 0)  # seconds by which its clock is ahead

    def now(self) -> float:
        """Its clock, which can be put forward."""
        return time.time() + self.offset

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Whatever is done in the block is kept together, or not at all."""
        with self.lock:
            if self.db.in_transaction:
                yield
                return
            self.db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self.db.execute("rollback")
                raise
            self.db.execute("commit")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self.lock:
            return self.db.execute(query, values).fetchall()

    def run(self, statement: str, *values: object) -> int:
        """Runs a statement; returns how many rows it changed."""
        with self.lock:
            return self.db.execute(statement, values).rowcount

    # -- settings of the simulation --

    def setting(self, name: str) -> str:
        """One of its settings; empty when it was never set."""
        rows = self.rows("select value from setting where name = ?", name)
        return str(rows[0][0]) if rows else ""

    def set(self, name: str, value: object) -> None:
        """Keeps a setting."""
        self.run("insert or replace into setting (name, value) values (?, ?)", name, str(value))
        if name == "offset":
            self.offset = float(str(value))

    def clear(self) -> None:
        """Forgets all objects, books, keys and events; settings stay."""
        with self.transaction():
            for table in TABLES:
                self.run(f"delete from {table}")  # noqa: S608

    # -- objects and books --

    def add(self, kind: str, prefix: str, owner: str, **body: Any) -> dict[str, Any]:
        """A new object of the platform or of a connected account."""
        made = {"id": f"{prefix}_{secrets.token_hex(8)}", "object": kind, **body}
        made |= {"created": int(self.now()), "livemode": False}
        values = (made["id"], kind, owner, self.now(), json.dumps(made))
        self.run("insert into object (id, kind, owner, created, body) values (?, ?, ?, ?, ?)", *values)
        return made

    def get(self, identity: str, kind: str) -> dict[str, Any] | None:
        """The object, or None when there is none of that kind."""
        rows = self.rows("select body from object where id = ? and kind = ?", identity, kind)
        return json.loads(rows[0][0]) if rows else None

    def any(self, identity: str) -> dict[str, Any]:
        """The object of this id, whatever its kind."""
        found: dict[str, Any] = json.loads(self.rows("select body from object where id = ?", identity)[0][0])
        return found

    def owner(self, identity: str) -> str:
        """Whose object it is."""
        return str(self.rows("select owner from object where id = ?", identity)[0][0])

    def put(self, body: dict[str, Any]) -> None:
        """Keeps an object as it is now."""
        self.run("update object set body = ? where id = ?", json.dumps(body), body["id"])

    def all(self, kind: str, *, before: float | None = None) -> list[dict[str, Any]]:
        """All objects of a kind, the newest first; those made before an instant of its clock."""
        found = self.rows(
            "select body from object where kind = ? and created <= ? order by created desc, rowid desc",
            kind,
            self.now() + 1 if before is None else before,
        )
        return [json.loads(body) for (body,) in found]

    def book(self, owner: str, currency: str, amount: int, source: str) -> None:
        """Money comes to (or leaves) a balance."""
        self.run(
            "insert into movement (owner, currency, amount, source) values (?, ?, ?, ?)",
            *(owner, currency.lower(), amount, source),
        )

    def balances(self, owner: str) -> dict[str, int]:
        """What an owner has, by currency."""
        query = "select currency, sum(amount) from movement where owner = ? group by currency order by currency"
        return {currency: int(amount) for currency, amount in self.rows(query, owner)}
