"""The one connection that the session and statements over sets share."""

from __future__ import annotations

from flask import Flask

from app.database import db, raw


def test_a_transaction_block_on_the_raw_connection_is_a_part_of_the_sessions_transaction(app: Flask) -> None:
    db.session.rollback()
    with raw().transaction():
        raw().execute("insert into attempt (key, at) values ('probe', now())")
    db.session.rollback()
    assert raw().execute("select from attempt where key = 'probe'").fetchone() is None
