"""Imports that meet, are killed, or grow large: each whole or not at all, and never slow."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from flask import Flask

from app.csvfiles import blocks
from app.csvfiles.importing import Options, import_file
from app.database import db, raw
from app.errors import Conflict, StreamcutError
from app.uploads.file_kinds import KINDS
from tests.conftest import ROOT, settings
from tests.csvfiles.rows import AT, as_csv, bring, count, good

Owner = psycopg.Connection[Any]


def test_of_two_imports_of_the_same_rows_at_once_one_gives_way(app: Flask, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(as_csv([good("sales", order="1"), good("sales", order="2")]))
    second.write_text(as_csv([good("sales", order="2"), good("sales", order="3")]))
    import_file(KINDS["sales"], first, by=None, at=AT)
    caught: list[StreamcutError] = []

    def follow() -> None:
        with app.app_context():
            try:
                import_file(KINDS["sales"], second, by=None, at=AT)
            except StreamcutError as error:
                caught.append(error)

    thread = Thread(target=follow)
    thread.start()
    try:
        _await_blocked()
    finally:
        db.session.commit()
        thread.join(20)
    assert [type(error) for error in caught] == [Conflict]
    assert caught[0].sentence.endswith("import the file again.")
    assert (count("sale"), count("due"), count("import")) == (2, 2, 1)
    result = import_file(KINDS["sales"], second, by=None, at=AT)
    assert (result.new, result.unchanged) == (1, 1)


def _await_blocked() -> None:
    """Until somebody waits for a lock of ours."""
    # in one transaction pg_stat_activity would say the same for ever
    with psycopg.connect(_address(), autocommit=True) as watcher:
        for _ in range(400):
            row = watcher.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            ).fetchone()
            if row and row[0]:
                return
            time.sleep(0.05)
    pytest.fail("Nobody waits.")


def _address() -> str:
    return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_killed_import_leaves_nothing_and_the_next_one_brings_all(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "touches.csv"
    path.write_text(as_csv(good("touches", touch=f"T{number}") for number in range(60_000)))
    script = "from tests.csvfiles.test_at_once import import_in_a_process; import_in_a_process()"
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-c", script, address, path, tmp_path]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"20000\n"
        process.kill()
    db.session.rollback()
    assert (count("touch"), count("import")) == (0, 0)
    result = import_file(KINDS["touches"], path, by=None, at=AT)
    assert result.new == 60_000
    assert count("touch") == 60_000


def import_in_a_process() -> None:
    """What the process of the test above does: it tells of each block, and waits to be killed after the first."""
    from app import create_app

    def tell(rows: int, _bytes: int) -> None:
        print(rows, flush=True)
        time.sleep(60)

    address, path, folder = sys.argv[1:]
    with create_app(settings(address, Path(folder))).app_context():
        import_file(KINDS["touches"], path, Options(progress=tell), by=None, at=AT)


def test_a_table_that_vacuum_took_for_empty_is_measured_anew(
    app: Flask, owner_connection: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an autovacuum does that looks at the tables in the middle of a large import, staged: each look-up then read
    a whole index, and the import took hours."""
    monkeypatch.setattr(blocks, "BLOCK", 1_000)
    rows = [good("sales", order=str(number)) for number in range(5_000)]
    bring("sales", rows, tmp_path)
    db.session.commit()
    owner_connection.execute("update pg_class set reltuples = 0, relpages = 50 where relname = 'sale'")
    owner_connection.execute("delete from pg_statistic where starelid = 'sale'::regclass")
    owner_connection.commit()
    assert bring("sales", rows, tmp_path).unchanged == 5_000
    tuples = raw().execute("select reltuples from pg_class where relname = 'sale'").fetchone()
    assert tuples == (5_000,)


def test_the_callers_transaction_survives_a_refused_file(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "touches.csv"
    path.write_text(as_csv([good("touches")]))
    import_file(KINDS["touches"], path, by=None, at=AT)
    path.write_text(as_csv([good("touches", touch="T2"), good("touches", touch="T3", creator="who")]))
    with pytest.raises(StreamcutError):
        import_file(KINDS["touches"], path, by=None, at=AT)
    db.session.commit()
    assert (count("touch"), count("import")) == (1, 1)


def test_no_thread_is_left_behind_by_a_refused_file(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    monkeypatch.setattr(blocks, "BLOCK", 10)
    before = threading.active_count()
    path = tmp_path / "touches.csv"
    path.write_text(as_csv(good("touches", touch=f"T{number}") for number in range(100)))

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(KINDS["touches"], path, Options(progress=stop), by=None, at=AT)
    for _ in range(100):
        if threading.active_count() == before:
            break
        time.sleep(0.05)
    assert threading.active_count() == before
    assert count("touch") == 0
