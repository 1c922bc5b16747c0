"""The database of a test process: a copy of the template, put back after each test to what the template is.

Making and dropping a database costs the kernel hundreds of files; putting back what one test has changed costs a few
milliseconds. What can't be put back cheaply (a changed table, function or right; many rows) is copied anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from app.postgres.server import Server

Connection = psycopg.Connection[Any]
BULKY = 4_000_000  # bytes in tables to empty: beyond that a copy is cheaper than deleting, and leaves no dead rows

# Of the rows of the catalog, how many there are and who wrote one last: any change of a table, column, function,
# constraint, trigger or right shows.
SHAPE = """
select string_agg(n || ':' || w, ' ' order by part) from (
    select 1 part, count(*) n, max(xmin::text::bigint) w from pg_class where relnamespace = 'public'::regnamespace
    union all select 2, count(*), max(a.xmin::text::bigint) from pg_attribute a
        join pg_class c on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace
    union all select 3, count(*), max(xmin::text::bigint) from pg_proc where pronamespace = 'public'::regnamespace
    union all select 4, count(*), max(xmin::text::bigint) from pg_constraint where connamespace = 'public'::regnamespace
    union all select 5, count(*), max(t.xmin::text::bigint) from pg_trigger t
        join pg_class c on c.oid = t.tgrelid where c.relnamespace = 'public'::regnamespace
    union all select 6, count(*), max(xmin::text::bigint) from pg_namespace where nspname !~ '^pg_(toast_)?temp'
    union all select 7, count(*), max(xmin::text::bigint) from pg_db_role_setting
) catalog
"""
NAMES = """
select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace and relkind = %s order by 1
"""


@dataclass(frozen=True)
class Pristine:
    """What a fresh copy is like: its catalog, the rows of the tables that have any, and where its sequences stand."""

    shape: str
    rows: dict[str, bytes]
    changed: sql.Composed  # names the tables that are not as they were
    moved: sql.Composed  # names the sequences that have moved, and puts them back


class Database:
    """One test process's own copy of the template."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name
        self.pristine: Pristine | None = None
        self.connection: Connection | None = None  # kept, for its prepared statements

    def make_fresh(self, template: str) -> None:
        """Afterwards the database is as the template, whatever was done to it."""
        if self.pristine is None or not self._put_back(self.pristine):
            self.close()
            with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
                connection.execute(f"drop database if exists {self.name} with (force)")
                connection.execute(f"create database {self.name} template {template} strategy file_copy")
            self.connection = psycopg.connect(self._url(self.name), autocommit=True)
            self.pristine = _pristine(self.connection)

    def close(self) -> None:
        """Lets go of the database."""
        if self.connection:
            self.connection.close()

    def _put_back(self, pristine: Pristine) -> bool:
        """Whether the database could be put back without copying it."""
        connection = self.connection
        if connection is None:
            return False
        try:
            _end_others(connection)
            if _scalar(connection, SHAPE) != pristine.shape:
                return False
            changed = [name for (name,) in connection.execute(pristine.changed, prepare=True)]
            if _size(connection, changed) > BULKY:
                return False
            _restore(connection, changed, pristine.rows)
            connection.execute(pristine.moved, prepare=True)
        except psycopg.OperationalError:  # dropped, or the server was started anew
            return False
        return True

    def _url(self, name: str) -> str:
        return self.server.url(name).replace("postgresql+psycopg://", "postgresql://")


def _pristine(connection: Connection) -> Pristine:
    tables = [name for (name,) in connection.execute(NAMES, ["r"])]
    filled = [name for name in tables if _scalar(connection, f"select exists (select from {name})")]
    empty = [
        sql.SQL("select {0} where exists (select from {1})").format(n, sql.SQL(n)) for n in set(tables) - set(filled)
    ]
    sums = [
        sql.SQL("select {0} where ({1}) is distinct from {2}").format(
            name, sql.SQL(_hash(name)), _scalar(connection, _hash(name))
        )
        for name in filled
    ]
    sequences = []
    for (name,) in connection.execute(NAMES, ["S"]).fetchall():
        last, called = connection.execute(f"select last_value, is_called from {name}").fetchone() or (1, False)
        row = sql.SQL("select setval({0}::regclass, {1}, {2}) from {3} where (last_value, is_called) <> ({1}, {2})")
        sequences.append(row.format(name, last, called, sql.SQL(name)))
    return Pristine(
        _scalar(connection, SHAPE),
        {name: _copy_out(connection, name) for name in filled},
        sql.SQL(" union all ").join([*empty, *sums]),
        sql.SQL(" union all ").join(sequences),
    )


def _hash(table: str) -> str:
    return f"select md5(string_agg(t::text, chr(10) order by t::text)) from {table} t"


def _end_others(connection: Connection) -> None:
    """Ends what the test before has left connected: its locks and open transactions go with it."""
    others = (
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
    )
    # They end within a millisecond or two; the server's own way of waiting for that looks every tenth of a second.
    while _scalar(connection, others):
        time.sleep(0.001)


def _size(connection: Connection, tables: list[str]) -> int:
    query = "select coalesce(sum(pg_relation_size(name::regclass)), 0)::bigint from unnest(%s::text[]) name"
    return int(_scalar(connection, query, [tables]))


def _restore(connection: Connection, changed: list[str], rows: dict[str, bytes]) -> None:
    """Puts the changed tables back, past their triggers and foreign keys: all of them are as they were in the end."""
    if not changed:
        return
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")
        for name in changed:
            connection.execute(f"delete from {name}")
            if name in rows:
                with connection.cursor().copy(f"copy {name} ({_columns(connection, name)}) from stdin") as copy:
                    copy.write(rows[name])


def _columns(connection: Connection, table: str) -> str:
    """The columns that are stored, not computed."""
    query = (
        "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''"
    )
    return str(_scalar(connection, query, [table]))


def _copy_out(connection: Connection, table: str) -> bytes:
    with connection.cursor().copy(f"copy {table} ({_columns(connection, table)}) to stdout") as copy:
        return b"".join(bytes(block) for block in copy)


def _scalar(connection: Connection, query: Any, values: list[Any] | None = None) -> Any:
    row = connection.execute(query, values, prepare=True).fetchone()
    return row[0] if row else None
