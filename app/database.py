"""The database: one PostgreSQL, reached as a role that may not change the immutable tables."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, ClassVar, LiteralString, cast

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, DateTime, MetaData, String, Text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import DeclarativeBase

APP_ROLE = "streamcut_app"

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


db = SQLAlchemy(metadata=Base.metadata)

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
