"""Files that people drop on a page: kept on disk, their kind told from the header, until they are imported or not.

They hold what a shop knows of its buyers, so they are deleted as soon as nothing needs them any more.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flask_babel import gettext
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from app.csvfiles.blocks import without_report
from app.csvfiles.kinds import Kind
from app.csvfiles.tables import is_workbook
from app.database import db, raw
from app.errors import BadFile, BadInput, Conflict, NotFound
from app.security import Identity
from app.transitions import move
from app.uploads.exports.programs import PROGRAMS
from app.uploads.exports.reading import Reading
from app.uploads.exports.remembering import reading_of, remember
from app.uploads.exports.understanding import sample_of, understood
from app.uploads.file_kinds import kind_of, nearest
from app.uploads.models import DONE, Upload, UploadFile, UploadStatus
from app.users.models import Brand
from app.words import word
from config import settings

MOST_FILES = 20
KEPT = timedelta(days=7)  # how long an upload that nobody confirms is kept, and the bad rows of one that is imported


def receive(files: Sequence[FileStorage], *, brand: Brand | None, by: Identity, at: datetime) -> Upload:
    """Keeps the files as one upload of `brand` (None: of the platform) and calls a worker to look at them.

    A file that can't be read is kept as a sentence saying why. BadInput without files, or with more than MOST_FILES.
    """
    given = [file for file in files if file.filename]
    if not given:
        raise BadInput("Choose at least one file.")
    if len(given) > MOST_FILES:
        raise BadInput("At most 20 files can be sent at once: send the rest after these.")
    upload = Upload(
        brand_id=brand.id if brand else None, by_id=by.person_id, by_name=by.name, created_at=at, status_at=at
    )
    db.session.add(upload)
    db.session.flush()
    for nr, file in enumerate(given, 1):
        db.session.add(_kept(upload, nr, file))
    db.session.flush()
    call_worker()
    return upload


def confirm(upload: Upload, *, skip_bad: bool, by: Identity, at: datetime) -> None:
    """Asks for the import of an upload that was looked at; with `skip_bad` without what can't be taken.

    Conflict when something can't be taken and `skip_bad` is not said; WrongStatus when it is not to be confirmed.
    """
    lock(upload)
    if upload.faulty and not skip_bad:
        raise Conflict("Some rows are rejected. Import without them, or discard the upload and fix the files.")
    move(upload, UploadStatus.CONFIRMED)
    upload.confirmed_by, upload.skip_bad, upload.status_at, upload.attempts = by.person_id, skip_bad, at, 0
    if upload.brand:
        remember([Reading.of_json(file.reading) for file in upload.files if file.reading], upload.brand, by=by, at=at)
    db.session.flush()
    call_worker()


def read_otherwise(file: UploadFile, reading: Reading, *, at: datetime) -> None:
    """Reads an export otherwise: a worker looks at the upload anew. WrongStatus when it was confirmed or discarded."""
    lock(file.upload)
    if file.upload.status != UploadStatus.RECEIVED:  # else nobody has looked at it yet
        move(file.upload, UploadStatus.RECEIVED)
    file.reading, file.problem = reading.as_json(), None
    file.upload.status_at, file.upload.earned = at, None
    db.session.flush()
    call_worker()


def discard(upload: Upload, *, at: datetime) -> None:
    """Forgets an upload that was not imported, and its files."""
    lock(upload)
    move(upload, UploadStatus.DISCARDED)
    upload.status_at = at
    db.session.flush()


def expire(*, at: datetime) -> int:
    """Discards uploads that nobody confirmed in KEPT, and forgets the bad rows of old ones; returns how many were
    discarded. `tidy_all` deletes their files, after the commit."""
    waiting = select(Upload).where(Upload.status == UploadStatus.PREVIEWED, Upload.status_at < at - KEPT)
    stale = list(db.session.scalars(waiting.with_for_update(skip_locked=True)))
    for upload in stale:
        move(upload, UploadStatus.DISCARDED)
        upload.status_at = at
    db.session.flush()
    old = select(Upload.id).where(Upload.status.in_(DONE), Upload.status_at < at - KEPT)
    db.session.execute(
        update(UploadFile).where(UploadFile.upload_id.in_(old), UploadFile.bad_file.is_not(None)).values(bad_file=None)
    )
    return len(stale)


def tidy(upload: Upload) -> None:
    """Deletes the files an upload needs no more: what was sent once it is done, bad rows once they are forgotten."""
    if upload.status in DONE and not any(file.bad_file for file in upload.files):
        shutil.rmtree(folder(upload.id), ignore_errors=True)
    elif upload.status in DONE:
        for file in upload.files:
            path_of(file).unlink(missing_ok=True)


def tidy_all() -> None:
    """The same for every folder there is, also those of uploads that were never committed."""
    for place in folder(0).parent.glob("[0-9]*"):
        upload = db.session.get(Upload, int(place.name))
        if upload is not None:
            tidy(upload)
        elif place.stat().st_mtime < time.time() - KEPT.total_seconds():
            shutil.rmtree(place, ignore_errors=True)


def lock(upload: Upload) -> None:
    """Locks the upload's row and reads it anew."""
    db.session.refresh(upload, with_for_update=True)


def folder(upload_id: int) -> Path:
    """Where the upload's files lie."""
    return settings().instance_dir / "uploads" / str(upload_id)


def path_of(file: UploadFile) -> Path:
    """Where one file lies: under its own name, made harmless, in a folder of its own."""
    return folder(file.upload.id) / str(file.nr) / (secure_filename(file.name) or "file.csv")


def bad_rows_of(upload: Upload, nr: int) -> Path:
    """The file with all bad rows of file `nr`; NotFound when there is none (any more)."""
    for file in upload.files:
        if file.nr == nr and file.bad_file:
            path = path_of(file).parent / file.bad_file
            if path.is_file():
                return path
    raise NotFound("There are no bad rows of this file, or they have been deleted.")


def call_worker() -> None:
    """Wakes a worker when this transaction is committed."""
    raw().execute("notify due")


def _kept(upload: Upload, nr: int, sent: FileStorage) -> UploadFile:
    name = (sent.filename or "").replace("\x00", "").split("/")[-1].split("\\")[-1][:200] or "file.csv"
    file = UploadFile(upload=upload, nr=nr, name=name, bytes=0)
    path = path_of(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    sent.save(path)
    file.bytes = path.stat().st_size
    try:
        with db.session.no_autoflush:
            _tell(file, path, upload)
    except BadFile as error:
        file.problem = error.sentence
        path.unlink()
    return file


def _tell(file: UploadFile, path: Path, upload: Upload) -> None:
    """What it is: of one of our kinds, or an export of a shop. BadFile where it is neither."""
    try:
        file.kind = _allowed(kind_of(path), upload)
    except BadFile as error:
        reading = _reading(path, upload, error)
        file.kind, file.reading = reading.program, reading.as_json()


def _reading(path: Path, upload: Upload, error: BadFile) -> Reading:
    """How a file is read that is none of ours, of which that is the error."""
    if upload.brand_id is None:
        reading = understood(sample_of(path), currency="EUR", zone="UTC")
        if reading and reading.program in PROGRAMS:
            raise BadFile(gettext("Exports of shops belong to one brand: upload this one on the brand’s page."))
        raise error
    try:
        reading = reading_of(path, db.session.get_one(Brand, upload.brand_id))
    except BadFile as other:
        raise (other if is_workbook(path) else error) from other
    if reading is None or nearest(set(without_report(reading.header))):  # one of ours that is damaged
        raise error
    return reading


def _allowed(kind: Kind, upload: Upload) -> str:
    if upload.brand_id is not None and not kind.by_brand:
        sentence = gettext(
            "Files of this kind (%(kind)s) are brought by the platform: send it there.", kind=word(kind.name)
        )
        raise BadFile(sentence)
    return kind.name
