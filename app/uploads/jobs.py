"""The worker's part of uploads: look at what was dropped, import what was confirmed, settle it; one step at a time.

The worker holds an advisory lock on the upload by a connection of its own, which also tells how far it is. When the
process dies the lock falls, and another worker begins the step again: nothing of it was committed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from flask_babel import force_locale, gettext
from sqlalchemy import Connection, select, text

from app import clock
from app.database import Lock, db, raw
from app.errors import BadFile, StreamcutError
from app.sales.jobs import settle_due
from app.sales.refunds_alike import refunds_alike
from app.security import Identity
from app.transitions import move
from app.uploads import uploads
from app.uploads.import_upload import (
    Brought,
    bring,
    earned,
    settle,
)
from app.uploads.models import WORKING, Upload, UploadFile, UploadStatus
from app.users.models import Person
from app.users.trail import record

log = logging.getLogger(__name__)

TRIES = 3  # of one step: a file that kills the worker is not tried for ever
SAMPLE = 20_000  # due lines that a preview settles; the rest is settled when it is imported
WHOLE, READING = 1000, 600  # of a step's bar, and what of it is reading; settling is the rest
TELL_EVERY = 0.5  # seconds between two words on how far it is
WATCH_EVERY = 2.0  # ... where counting costs something
# what begins when a worker takes an upload up
NEXT: dict[str, UploadStatus] = {
    UploadStatus.RECEIVED: UploadStatus.PREVIEWING,
    UploadStatus.CONFIRMED: UploadStatus.IMPORTING,
}
Stopping = Callable[[], bool]


class _Stopped(Exception):
    """The worker was asked to stop: the step is undone, and begun again by whoever comes next."""


def work_uploads(stopping: Stopping = lambda: False) -> int:
    """Does what the first upload that no other worker has needs next: a preview, or its import and settlement.

    Returns how many uploads were worked on: 0 or 1. Safe to run in several processes, and to kill.
    """
    for upload_id in _waiting():
        with _locked(upload_id) as teller:
            if teller is None:
                continue
            try:
                if status := _begin(upload_id, at=clock.now()):
                    _work(upload_id, status, _Progress(teller, upload_id, stopping))
                    return 1
            except _Stopped:
                db.session.rollback()
                _forgive(upload_id)
                return 0
    return 0


def clean_uploads(*, at: datetime) -> int:
    """Discards what nobody confirmed for a week and deletes files nothing needs; returns how many were discarded."""
    discarded = uploads.expire(at=at)
    db.session.commit()
    uploads.tidy_all()
    db.session.rollback()
    return discarded


class _Progress:
    """Tells how far the work is, by a connection that commits at once; nobody waits for it."""

    def __init__(self, connection: Connection, upload_id: int, stopping: Stopping) -> None:
        self.connection, self.upload_id, self.stopping = connection, upload_id, stopping
        self.last, self.file = 0.0, -1
        self.rows: dict[int, int] = {}  # read so far, by the nr of the file

    def __call__(self, file: int | None, rows: int, done: int, total: int) -> None:
        """As import_upload.Progress; at most every TELL_EVERY seconds. Raises _Stopped when the worker should stop."""
        if self.stopping():
            raise _Stopped
        if file is not None:
            self.rows[file] = rows
        if (file or 0) == self.file and time.monotonic() - self.last < TELL_EVERY:
            return
        self.last, self.file = time.monotonic(), file or 0
        self._tell(file, rows, done, total)

    def watch(self, last: int, total: int) -> bool:
        """Tells how much of what was due (`total` lines, up to the id `last`) is settled; whether to stop."""
        if self.file != 0 or time.monotonic() - self.last >= WATCH_EVERY:
            left = self.connection.scalar(text("select count(*) from due where id <= :last"), {"last": last}) or 0
            self.last, self.file = time.monotonic(), 0
            self._tell(None, 0, max(total - left, 0), total)
        return self.stopping()

    def _tell(self, file: int | None, rows: int, done: int, total: int) -> None:
        """On one bar for the whole step, which never goes back, also when the step is begun again."""
        share = done * (READING if file is not None else WHOLE - READING) // total if total else 0
        self.connection.execute(
            text(
                "update upload set progress_file = :file, progress_rows = :rows, progress_total = :total,"
                " progress_done = greatest(progress_done, :done) where id = :id"
            ),
            {
                "file": file,
                "rows": rows,
                "done": share if file is not None else READING + share,
                "total": WHOLE,
                "id": self.upload_id,
            },
        )
        for nr, read in self.rows.items():
            self.connection.execute(
                text("update upload_file set read_rows = :read where upload_id = :id and nr = :nr"),
                {"read": read, "nr": nr, "id": self.upload_id},
            )
        self.rows.clear()


def _waiting() -> list[int]:
    ids = list(db.session.scalars(select(Upload.id).where(Upload.status.in_(WORKING)).order_by(Upload.id)))
    db.session.rollback()
    return ids


@contextmanager
def _locked(upload_id: int) -> Iterator[Connection | None]:
    """A connection of its own that holds the upload's lock; None when another worker has it."""
    keys = {"lock": Lock.UPLOAD, "id": upload_id % 2**31}
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("select pg_try_advisory_lock(:lock, :id)"), keys):
            yield None
            return
        try:
            yield connection
        finally:
            connection.execute(text("select pg_advisory_unlock(:lock, :id)"), keys)


def _begin(upload_id: int, *, at: datetime) -> str:
    """Moves the upload on to its step and returns its status; empty when there is nothing to do any more."""
    upload = _upload(upload_id)
    if not upload.working:
        db.session.rollback()
        return ""
    following = NEXT.get(upload.status)
    if following:
        move(upload, following)
        upload.status_at, upload.attempts = at, 0
        upload.progress_done = 0
        for file in upload.files:
            file.read_rows = 0
    upload.attempts += 1
    if upload.attempts > TRIES and upload.status != UploadStatus.SETTLING:
        with force_locale(_by(upload).language):
            sentence = gettext("These files could not be read in three tries. Send them in smaller pieces.")
        _refuse(upload, sentence, at=at)
        return ""
    db.session.commit()
    return upload.status


def _forgive(upload_id: int) -> None:
    """A step that was interrupted politely does not count as a try."""
    upload = _upload(upload_id)
    upload.attempts = max(upload.attempts - 1, 0)
    db.session.commit()


def _work(upload_id: int, status: str, progress: _Progress) -> None:
    by = _by(_upload(upload_id, lock=False))
    with force_locale(by.language):  # what is wrong with a file is told in the language of whoever sent it
        _do(upload_id, status, progress, by)


def _do(upload_id: int, status: str, progress: _Progress, by: Identity) -> None:
    if status == UploadStatus.PREVIEWING:
        _preview(upload_id, progress, by=by, at=clock.now())
    if status == UploadStatus.IMPORTING and not _import(upload_id, progress, by=by, at=clock.now()):
        return
    if status in (UploadStatus.IMPORTING, UploadStatus.SETTLING):
        _settle(upload_id, progress)


def _preview(upload_id: int, progress: _Progress, *, by: Identity, at: datetime) -> None:
    """Imports and settles all of it, notes what came of it, and undoes it."""
    upload = _upload(upload_id, lock=False)
    brought = bring(upload, by=by, at=at, lenient=True, progress=progress)
    report = None
    try:
        settled, due = settle(upload, at=at, progress=progress, most=SAMPLE)
        report = _report(_imports(brought), at=at)
        if settled < due:
            report["sample"] = {"settled": settled, "due": due}
    except psycopg.Error:
        log.exception("What upload %s would earn could not be worked out.", upload_id)
    db.session.rollback()
    upload = _upload(upload_id)
    _note(upload, brought)
    upload.earned = report
    move(upload, UploadStatus.PREVIEWED)
    upload.status_at = clock.now()
    db.session.commit()


def _import(upload_id: int, progress: _Progress, *, by: Identity, at: datetime) -> bool:
    """Imports all of it in one transaction, with its new status; False when it was refused, and nothing stored."""
    upload = _upload(upload_id, lock=False)
    try:
        brought = bring(upload, by=by, at=at, lenient=upload.skip_bad, progress=progress)
    except StreamcutError as error:
        db.session.rollback()
        _refuse(_upload(upload_id), error.sentence, at=at, error=error)
        return False
    _note(upload, brought)
    for each in brought:
        if each.result:
            _file(upload, each.nr).import_id = each.result.import_id
    uploads.lock(upload)
    move(upload, UploadStatus.SETTLING)
    upload.status_at, upload.earned = at, None
    record("import", "upload", upload.id, by=by, at=at, imports=_imports(brought))
    db.session.commit()
    return True


def _settle(upload_id: int, progress: _Progress) -> None:
    """Settles what it has made due, and notes what it earned."""
    row = raw().execute("select coalesce(max(id), 0), count(*) from due").fetchone()
    db.session.rollback()
    last, total = row or (0, 0)
    while True:
        settle_due(stopping=lambda: progress.watch(last, total))
        if progress.stopping():
            raise _Stopped
        left = raw().execute("select from due where id <= %s limit 1", [last]).fetchone()
        db.session.rollback()
        if left is None:
            break
        time.sleep(0.1)  # another worker has the rest in hand
    upload = _upload(upload_id)
    imports = [file.import_id for file in upload.files if file.import_id]
    upload.earned = _report(imports, at=upload.status_at)
    move(upload, UploadStatus.IMPORTED)
    db.session.commit()
    uploads.tidy(upload)


def _report(imports: list[int], *, at: datetime) -> dict[str, Any]:
    """What is shown of an upload: what it earned, and refunds that look like ones already there."""
    return {"rows": earned(imports, at=at), "alike": [vars(each) for each in refunds_alike(raw(), imports)]}


def _refuse(upload: Upload, sentence: str, *, at: datetime, error: StreamcutError | None = None) -> None:
    report, name = (error.about.get("report"), error.about.get("nr")) if isinstance(error, BadFile) else (None, None)
    if report and name:
        Brought(name, report).note(_file(upload, name))
    move(upload, UploadStatus.REFUSED)
    upload.failure, upload.status_at = sentence, at
    db.session.commit()
    uploads.tidy(upload)


def _upload(upload_id: int, *, lock: bool = True) -> Upload:
    upload = db.session.get_one(Upload, upload_id)
    if lock:
        uploads.lock(upload)
    return upload


def _note(upload: Upload, brought: list[Brought]) -> None:
    for each in brought:
        each.note(_file(upload, each.nr))


def _file(upload: Upload, nr: int) -> UploadFile:
    return next(file for file in upload.files if file.nr == nr)


def _imports(brought: list[Brought]) -> list[int]:
    return [each.result.import_id for each in brought if each.result and each.result.import_id]


def _by(upload: Upload) -> Identity:
    """Who brings the files: whoever confirmed them, else whoever sent them. Their rights were checked at the door."""
    person = db.session.get_one(Person, upload.confirmed_by or upload.by_id)
    return Identity(person.id, person.name, person.email, person.language, person.timezone, "", frozenset())
