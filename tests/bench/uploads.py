"""A file of sales sent on the page, looked at, confirmed, imported and settled, against the same by command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from werkzeug.datastructures import FileStorage

from app import clock
from app.csvfiles.importing import import_file
from app.database import db
from app.sales.jobs import settle_due
from app.security import Identity
from app.uploads.file_kinds import KINDS
from app.uploads.jobs import work_uploads
from app.uploads.models import UploadStatus
from app.uploads.uploads import confirm, receive
from tests.bench.ground import FILES, Ground, rows
from tests.bench.rounds import interleaved, ratio, timed


def uploads(ground: Ground) -> None:
    """The whole way of all lines, by either door."""
    file = ground.unpacked("sales")
    lines = sum(1 for _ in rows(file)) - 1
    print(f"upload of {lines:,} sale lines")
    with ground.database("bench_uploads", FILES[: FILES.index("sales")]) as owner:
        owner.execute("insert into person (email, name, password_hash, created_at) values ('a@b', 'A', '', now())")
        rates = interleaved(
            ground.rounds,
            {
                "command line": lambda: _command_line(owner, file, lines),
                "page": lambda: _page(owner, file, lines),
            },
        )
    ratio(rates, "page", "command line", aim=0.33)


def _command_line(owner: psycopg.Connection[Any], file: Path, lines: int) -> float:
    _clear(owner)
    with timed() as clock_:
        import_file(KINDS["sales"], file, by=None, at=clock.now())
        db.session.commit()
        settle_due()
    return _rate(owner, lines, clock_.seconds)


def _page(owner: psycopg.Connection[Any], file: Path, lines: int) -> float:
    """With the look at it that the command line does without: some of its lines are settled and undone."""
    _clear(owner)
    (person,) = owner.execute("select id from person").fetchone() or (0,)
    by = Identity(person, "A", "a@b", "en", "UTC", "", frozenset())
    with timed() as clock_:
        with file.open("rb") as stream:
            upload = receive([FileStorage(stream, "sales.csv")], brand=None, by=by, at=clock.now())
            db.session.commit()
        work_uploads()
        db.session.refresh(upload)
        confirm(upload, skip_bad=False, by=by, at=clock.now())
        db.session.commit()
        work_uploads()
    db.session.refresh(upload)
    assert upload.status == UploadStatus.IMPORTED
    db.session.rollback()
    return _rate(owner, lines, clock_.seconds)


def _rate(owner: psycopg.Connection[Any], lines: int, seconds: float) -> float:
    assert owner.execute("select count(*) from sale").fetchone() == (lines,)
    assert owner.execute("select count(*) from decision").fetchone() == (lines,)
    assert owner.execute("select count(*) from due").fetchone() == (0,)
    return lines / seconds


def _clear(owner: psycopg.Connection[Any]) -> None:
    db.session.rollback()
    owner.execute("truncate sale, decision, entry, balance, due, due_aside restart identity")
    owner.execute("vacuum analyze")
