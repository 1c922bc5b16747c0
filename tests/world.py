"""The world in which the access table is walked: everybody signed in, and a transaction that is never committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import create_engine, pool
from werkzeug.test import TestResponse

from app.database import APP_ROLE, db
from tests.access import Row, Side
from tests.cast import PASSWORD, PEOPLE
from tests.conftest import Browser, _plain

OURS, THEIRS = ("olga", "max", "bea", "mira", "ada"), ("kim", "joon")
SHUT_OUT = ("anonymous", "disabled", "expired")  # Olga's sisters: what she may, they may not
SAFE = ("GET", "HEAD", "OPTIONS")


class Undone(psycopg.Connection[Any]):
    """A connection whose commits are savepoints in a transaction that is never committed, so that all can be undone."""

    def commit(self) -> None:
        """Keeps what was done, until the whole request is undone."""
        self.execute("set constraints all immediate; set constraints all deferred")
        self.execute("release savepoint work; savepoint work")

    def rollback(self) -> None:
        """Back to the last commit."""
        self.execute("rollback to savepoint work")

    def set_autocommit(self, value: bool) -> None:
        """Statements that were transactions of their own are kept like what was committed."""
        if not value:
            self.commit()


@dataclass
class World:
    """Everybody, signed in, and both sides of the market, in a database in which nothing lasts."""

    app: Flask
    connection: Undone
    ours: Side
    theirs: Side
    cookies: dict[str, str] = field(default_factory=dict)

    def side_of(self, name: str) -> Side:
        """The side on which somebody is; who is on none looks at ours."""
        return (self.theirs if name in THEIRS else self.ours).of(email_of(name))

    def other_side(self, name: str) -> Side:
        """The other side, with somebody else."""
        return self.ours.of(email_of("olga")) if name in THEIRS else self.theirs.of(email_of("kim"))

    def ask(self, row: Row, name: str, address: str, side: Side) -> TestResponse:
        """Sends the row's request about `side`'s things as `name`."""
        headers = {"Cookie": self.cookies[name]} if name in self.cookies else {}
        with self.app.app_context():
            form = None if row.method in SAFE else dict(row.form_for(side))
        browser = Browser(self.app, use_cookies=False)
        return browser.open(address + row.query, method=row.method, data=form, headers=headers)

    @contextmanager
    def made_anew(self) -> Iterator[None]:
        """A market with nothing in it but the cast; what rows make does not get in one another's way."""
        self.connection.execute("savepoint only_cast; savepoint work")
        try:
            yield
        finally:
            self.connection.execute("rollback to savepoint only_cast; release savepoint only_cast")
            self.ours.made.clear()
            self.theirs.made.clear()

    def remember(self) -> None:
        """From here on everything can be undone."""
        self.connection.execute("savepoint before; savepoint work")

    def undo(self) -> None:
        """Undoes everything since `remember`, commits included."""
        self.connection.execute("rollback to savepoint before; savepoint work")

    @cached_property
    def _sums(self) -> str:
        tables = self.connection.execute(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
            " and not c.relispartition order by 1"
        ).fetchall()
        one = "select '{0}', count(*), sum(hashtextextended(t::text, 0)) from {0} t"
        return " union all ".join(one.format(name) for (name,) in tables)

    def checksum(self) -> dict[str, tuple[int, int]]:
        """Number and hash of the rows of every table."""
        return {name: (count, total) for name, count, total in self.connection.execute(self._sums)}


@contextmanager
def open_world(app: Flask, url: str) -> Iterator[World]:
    """The world in the database at `url`, which has the cast in it; everything in it is undone at the end."""
    app.config["WTF_CSRF_ENABLED"] = False
    with Undone.connect(_plain(url), user=APP_ROLE, options="-c timezone=UTC") as connection:
        connection.execute("savepoint work")
        with app.app_context():
            db.engines[None] = create_engine(url, creator=lambda: connection, poolclass=pool.StaticPool)
        ours = Side(app, "ours", "zebra", ("zebra-lumen", "zebra-mira"), "")
        theirs = Side(app, "theirs", "okapi", ("okapi-kettle", "okapi-joon"), "")
        world = World(app, connection, ours, theirs)
        _plant(world)
        _sign_in(world)
        yield world
        connection.execute("rollback")
        connection.close()


def email_of(name: str) -> str:
    return f"{'olga' if name in SHUT_OUT else name}@cast.example"


def _plant(world: World) -> None:
    """Puts each side's word into its names, and adds the two whom the product has shut out."""
    for side, names in ((world.ours, OURS), (world.theirs, THEIRS)):
        for table, handle in zip(("brand", "creator"), side.handles, strict=True):
            change = f"update {table} set name = %s || name, handle = %s where handle = %s"
            world.connection.execute(change, [f"{side.word} ", handle, handle.removeprefix(f"{side.word}-")])
        emails = [email_of(name) for name in names]
        world.connection.execute("update person set name = %s || name where email = any(%s)", [f"{side.word} ", emails])
    for name in ("disabled", "expired"):
        world.connection.execute(
            "with sister as (insert into person (email, name, password_hash, created_at)"
            " select %s, %s, password_hash, created_at from person where email = 'olga@cast.example' returning id)"
            " insert into membership (person_id, role, brand_id, granted_at)"
            " select sister.id, role, brand_id, granted_at from sister, membership m, person p"
            " where p.id = m.person_id and p.email = 'olga@cast.example'",
            [f"{name}@cast.example", name],
        )
    world.connection.commit()


def _sign_in(world: World) -> None:
    """Signs everybody in; then one person is disabled and one session runs out."""
    for name in (*PEOPLE, "disabled", "expired"):
        data = {"email": f"{name}@cast.example", "password": PASSWORD}
        answer = Browser(world.app, use_cookies=False).post("/sign-in", data=data)
        assert answer.status_code == 302, answer.text
        world.cookies[name] = answer.headers["Set-Cookie"].split(";")[0]
    world.connection.execute("update person set disabled_at = now() where email = 'disabled@cast.example'")
    # however long the walk takes, nobody has been away so long that being here again is noted
    world.connection.execute("update user_session set seen_at = seen_at + interval '1 day'")
    world.connection.execute(
        "update user_session s set opened_at = %(at)s, expires_at = %(at)s + interval '1 day' from person p"
        " where p.id = s.person_id and p.email = 'expired@cast.example'",
        {"at": datetime(2026, 1, 1, tzinfo=UTC)},
    )
    world.connection.commit()
