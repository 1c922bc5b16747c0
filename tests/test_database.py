"""The one connection that the session and statements over sets share."""

from __future__ import annotations

import psycopg
import pytest
from flask import Flask

from app.database import abandon, db, raw


def test_a_transaction_block_on_the_raw_connection_is_a_part_of_the_sessions_transaction(app: Flask) -> None:
    db.session.rollback()
    with raw().transaction():
        raw().execute("insert into attempt (key, at) values ('probe', now())")
    db.session.rollback()
    assert raw().execute("select from attempt where key = 'probe'").fetchone() is None


def test_a_session_whose_connection_is_lost_in_the_middle_is_let_go(app: Flask) -> None:
    lost = raw()
    with psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [lost.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        lost.execute("select 1")
    abandon()
    assert raw().execute("select 1").fetchone() == (1,)
