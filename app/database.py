"""The database: one PostgreSQL, reached by a login that owns nothing and may not change the immutable tables.

The owner's address (`db.engine.url`) is for migrations and PostgreSQL's own programs; every connection of the
application takes `login()` instead, so no statement leads back to the owner: the session never was the owner's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar, LiteralString, TypeVar, cast

import psycopg
from flask import request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.pagination import Pagination
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import class_row, namedtuple_row
from sqlalchemy import BigInteger, DateTime, MetaData, Select, String, Text, inspect
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase

from config import Config

APP_ROLE = "streamcut_app"
Entity = TypeVar("Entity")
PAGE = 50  # rows
LAST_PAGE = 1_000_000_000  # times the rows of a page it is still an offset that fits

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Lock(IntEnum):
    """Every advisory lock of the product. Those that say so have a second key beside them."""

    MIGRATING = 7_236_001
    ASSEMBLING = 7_236_002  # and the currency: one assembly of a currency at a time
    BATCH_NUMBERS = 7_236_004  # one batch gets its number at a time
    BANK_DETAILS = 7_236_003  # and the creator, or 0 for the platform
    STRIPE_ACCOUNTS = 7_236_005  # and the creator: one account of theirs is asked for at a time
    LATE_CLAIMS = 7_236_006  # claims for late payment are told by one at a time
    UNCLAIMED = 7_236_007  # one look at the money that waits for its creators at a time
    JOB = 7_236_010  # and the job's number
    DEMO_SALES = 7_236_011  # of the one worker that sells in the demo
    DEMO_SHOW = 7_236_012  # of the one worker that runs the demo's show
    LANE = 7_236_100  # and the lane: one settlement of a lane at a time
    EVALUATING = 7_236_200  # one evaluation of months at a time
    UPLOAD = 7_236_210  # and the upload's number
    BUYER = 7_236_300  # and the viewer: one click of theirs at a time
    ORDERS = 7_236_302  # and the brand: what Stripe tells of its orders is booked one transaction at a time
    FLASH = 7_236_301  # and the run sheet's item: pieces at a price for minutes are given out one click at a time
    RATING = 7_236_400  # one refresh of creators' scores at a time
    SEARCHING = 7_236_401  # one rebuild of the search at a time: all of them write the same words
    COMPARING = 7_236_403  # one comparison of creators with each other at a time
    LISTS = 7_236_402  # one list of accounts is imported or taken back at a time


class Base(DeclarativeBase):
    """Base of every model. Constraints and indexes live in the migrations, which are SQL; models name columns."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: BigInteger}  # ids are sent as bigint, which any id fits


def page_asked() -> int | None:
    """The page the address asks for; None when it names none. One whose rows PostgreSQL could not even skip is another
    one beyond the last: there is nothing on it either."""
    number = request.args.get("page", type=int) if request else None
    return None if number is None else min(number, LAST_PAGE)


class Database(SQLAlchemy):
    """The extension, with pages that are counted no further than a database can."""

    def paginate(
        self, select: Select[Any], *, page: int | None = None, per_page: int | None = PAGE, **about: Any
    ) -> Pagination:
        """As the extension's own: the page the address asks for, of `per_page` rows whatever it asks for."""
        page = page_asked() if page is None else page
        return super().paginate(select, page=page, per_page=per_page, max_per_page=per_page, **about)


db = Database(metadata=Base.metadata)

# Column kinds, so that a model says what a column means.
Instant = DateTime(timezone=True)
Reference = Text(collation="C")  # the owner's own text, compared byte for byte
Currency = String(3)
PublicId = UUID(as_uuid=True)


def login(config: Config) -> dict[str, Any]:
    """As whom the application connects, as psycopg takes it beside the address of DATABASE_URL and in place of what
    stands there: by DATABASE_APP_URL, or as APP_ROLE with the password that follows from the secret key, which
    `flask db upgrade` has given it. Servers that ask for no password, like the embedded one, ignore that."""
    if config.database_app_url:
        return dict(conninfo_to_dict(plain_address(config.database_app_url)))
    secret = hmac.digest(config.secret_key.encode(), f"database login {APP_ROLE}".encode(), hashlib.sha256)
    return {"user": APP_ROLE, "password": secret.hex()}


def plain_address(url: str) -> str:
    """An address as libpq reads it, without the name of SQLAlchemy's driver."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def engine_options(config: Config) -> dict[str, Any]:
    """How the application connects: by its own login, in UTC, checking a pooled connection before use."""
    return {
        "pool_pre_ping": True,
        "pool_size": 16,  # a request in each of gunicorn's threads,
        "max_overflow": 16,  # and a second connection for those that count something whatever happens to the first
        "connect_args": login(config) | {"options": "-c timezone=UTC -c jit=off"},
    }


def raw() -> psycopg.Connection[Any]:
    """The psycopg connection of the current session, inside its transaction: for COPY and statements over sets."""
    connection = cast("psycopg.Connection[Any]", db.session.connection().connection.driver_connection)
    if connection.info.transaction_status == TransactionStatus.IDLE:
        # This begins it, or `connection.transaction()` would begin and commit one of its own. It takes no snapshot, so
        # the isolation level may still be set.
        connection.execute("show transaction_isolation")
    return connection


def abandon() -> None:
    """Rolls the session back after a fault, also where the fault is that its connection is lost: what can't be rolled
    back any more is let go, and the next statement takes another connection."""
    try:
        db.session.rollback()
    except (psycopg.Error, SQLAlchemyError):
        db.session().invalidate()


def no_connection(error: Exception) -> bool:
    """Whether an error says that no connection to the database is to be had or that ours was cut off, which passes."""
    if isinstance(error, PoolTimeout):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = cause.sqlstate if isinstance(cause, psycopg.OperationalError) else ""
    return state is None or state[:2] in ("08", "53") or state[:4] == "57P0"  # connections, resources, shutting down


@cache
def statement(package: str, name: str) -> LiteralString:
    """The text of `package`'s sql/`name`.sql, with psycopg's %(name)s placeholders."""
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def single_statements() -> Iterator[psycopg.Connection[Any]]:
    """A connection on which every statement is a transaction of its own, beside the session: two trips to the database
    less, and no object around it. For pages that have a millisecond and leave nothing half done between statements."""
    pooled = db.engine.raw_connection()
    connection = cast("psycopg.Connection[Any]", pooled.driver_connection)
    connection.autocommit = True
    try:
        yield connection
    finally:
        if not connection.closed:
            connection.autocommit = False
        pooled.close()


def rows(
    connection: psycopg.Connection[Any],
    package: str,
    name: str,
    values: Mapping[str, Any] | None = None,
    kind: type[Any] | None = None,
) -> list[Any]:
    """What `package`'s sql/`name`.sql finds with these values: objects of `kind`, or named tuples."""
    return query_rows(connection, statement(package, name), values, kind)


def query_rows(
    connection: psycopg.Connection[Any],
    query: LiteralString,
    values: Mapping[str, Any] | None = None,
    kind: type[Any] | None = None,
) -> list[Any]:
    """The same for a query that is put together. It is planned anew for its values: one plan does not suit all."""
    with connection.cursor(row_factory=class_row(kind) if kind else namedtuple_row) as cursor:
        return cursor.execute(query, values, prepare=False).fetchall()


def take_turn(connection: psycopg.Connection[Any], lock: Lock, number: int = 0) -> None:
    """Waits until nobody else has this lock, and keeps it until the transaction ends; `number` is its second key."""
    connection.execute("select pg_advisory_xact_lock(%s, %s)", [lock, number])


def lock(row: Entity) -> Entity:
    """The row as it is now, locked until the transaction ends. NoResultFound when it is gone."""
    kind, key = type(row), inspect(row, raiseerr=True).identity
    return db.session.get_one(kind, key, with_for_update={"of": kind}, populate_existing=True)
