"""The database: one PostgreSQL, reached as a role that may not change the immutable tables."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, ClassVar, LiteralString, cast

import psycopg
from flask import request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.pagination import Pagination
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, DateTime, MetaData, Select, String, Text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import DeclarativeBase

APP_ROLE = "streamcut_app"
LAST_PAGE = 1_000_000_000  # times the rows of a page it is still an offset that fits

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


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

    def paginate(self, select: Select[Any], *, page: int | None = None, **about: Any) -> Pagination:
        """As the extension's own: the page the address asks for."""
        return super().paginate(select, page=page_asked() if page is None else page, **about)


db = Database(metadata=Base.metadata)

# Column kinds, so that a model says what a column means.
Instant = DateTime(timezone=True)
Reference = Text(collation="C")  # the owner's own text, compared byte for byte
Currency = String(3)
PublicId = UUID(as_uuid=True)


def engine_options() -> dict[str, Any]:
    """How the application connects: as APP_ROLE, in UTC, checking a pooled connection before use."""
    return {
        "pool_pre_ping": True,
        "pool_size": 16,  # a request in each of gunicorn's threads,
        "max_overflow": 16,  # and a second connection for those that count something whatever happens to the first
        "connect_args": {"options": f"-c role={APP_ROLE} -c timezone=UTC -c jit=off"},
    }


def raw() -> psycopg.Connection[Any]:
    """The psycopg connection of the current session, inside its transaction: for COPY and statements over sets."""
    connection = cast("psycopg.Connection[Any]", db.session.connection().connection.driver_connection)
    if connection.info.transaction_status == TransactionStatus.IDLE:
        # This begins it, or `connection.transaction()` would begin and commit one of its own. It takes no snapshot, so
        # the isolation level may still be set.
        connection.execute("show transaction_isolation")
    return connection


@cache
def statement(package: str, name: str) -> LiteralString:
    """The text of `package`'s sql/`name`.sql, with psycopg's %(name)s placeholders."""
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
