"""An upload's files into the database, in the order in which they need each other, and what that earns.

A preview is the same work; the door that asked for it rolls it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from app.csvfiles.importing import Options, import_file
from app.csvfiles.report import ImportResult
from app.database import raw, statement
from app.errors import BadFile, StreamcutError
from app.sales.settlement import LANES, due_lanes, lock_lane, settle_batch
from app.security import Identity
from app.uploads.exports.bringing import import_export
from app.uploads.exports.mapping import MAPPED
from app.uploads.exports.programs import PROGRAMS
from app.uploads.exports.reading import Reading
from app.uploads.file_kinds import KINDS
from app.uploads.models import Upload, UploadFile
from app.uploads.uploads import path_of

# The nr of the file that is read (None: settling), its rows so far, and how much of all is done: bytes, or due lines.
Progress = Callable[[int | None, int, int, int], None]
BATCH = 5_000


@dataclass(frozen=True)
class Brought:
    """What came of one file: its result, or the problem with it in one sentence."""

    nr: int
    result: ImportResult | None = None
    problem: str = ""
    flags: Sequence[dict[str, Any]] = ()

    def note(self, file: UploadFile) -> None:
        """Writes it down."""
        file.flags = list(self.flags)
        if self.result is None:
            file.kind, file.problem = file.kind if file.reading else None, self.problem
            return
        file.problem = None
        result = self.result
        file.read_rows, file.new_rows, file.updated_rows = result.read, result.new, result.updated
        file.unchanged_rows, file.rejected_rows = result.unchanged, result.rejected
        file.repeated_rows, file.repeats = result.repeated, result.repeats
        file.bad = [vars(fault) for fault in result.faults]
        file.bad_file = result.rejected_path.name if result.rejected_path else None


def bring(upload: Upload, *, by: Identity, at: datetime, lenient: bool, progress: Progress) -> list[Brought]:
    """Imports the upload's files into the transaction. `lenient` leaves out what can't be taken, row or whole file;
    otherwise the first file with such a row raises its BadFile, naming the file."""
    brands = None if upload.brand_id is None else [upload.brand_id]
    brought: list[Brought] = []
    files = in_order(upload.files)
    before, total = 0, sum(file.bytes for file in files)
    for file in files:
        try:
            with _named(file, lenient):
                options = Options(brands, skip_bad=lenient, progress=_of_file(file.nr, before, total, progress))
                brought.append(_bring(file, options, by=by, at=at))
        except StreamcutError as error:
            if not lenient:
                raise
            brought.append(Brought(file.nr, problem=error.sentence))
        before += file.bytes
    return brought


def _bring(file: UploadFile, options: Options, *, by: Identity, at: datetime) -> Brought:
    """One file into the transaction."""
    brand = file.upload.brand
    if file.reading and brand:
        result, flags = import_export(Reading.of_json(file.reading), path_of(file), brand, options, by=by, at=at)
        return Brought(file.nr, result, flags=flags)
    return Brought(file.nr, import_file(KINDS[file.kind or ""], path_of(file), options, by=by, at=at))


def _of_file(nr: int, before: int, total: int, progress: Progress) -> Callable[[int, int], None]:
    return lambda rows, size: progress(nr, rows, before + size, total)


def in_order(files: Sequence[UploadFile]) -> list[UploadFile]:
    """The files that can be read, in the order in which they need each other."""
    order = [*KINDS, *PROGRAMS, MAPPED.name]
    return sorted((file for file in files if file.kind), key=lambda file: (order.index(file.kind or ""), file.nr))


def settle(upload: Upload, *, at: datetime, progress: Progress, most: int) -> tuple[int, int]:
    """Settles in this transaction what it has made due, about `most` lines of it; other workers wait for the lanes
    until it ends. Returns how many due lines were settled, and how many there were."""
    lanes = due_lanes(raw()) if upload.brand_id is None else [upload.brand_id % LANES]
    row = raw().execute("select count(*) from due where lane = any (%s)", [lanes]).fetchone()
    settled, total = 0, row[0] if row else 0
    progress(None, 0, 0, total)
    for lane in sorted(lanes):
        lock_lane(raw(), lane, wait=True)
        after = 0
        while settled < most and (batch := settle_batch(raw(), lane, after=after, limit=BATCH, at=at)).taken:
            after, settled = batch.last, settled + batch.taken
            progress(None, 0, settled, min(total, most))
    return settled, total


def earned(imports: Sequence[int], *, at: datetime) -> list[dict[str, Any]]:
    """What the imports have earned since `at`, by rule or reason and currency (upload_earned.sql)."""
    with raw().cursor(row_factory=dict_row) as cursor:
        parameters = {"imports": list(imports), "at": at}
        return list(cursor.execute(statement("app.uploads", "upload_earned"), parameters).fetchall())


@contextmanager
def _named(file: UploadFile, lenient: bool) -> Iterator[None]:
    """Of several files an error has to say which."""
    try:
        yield
    except BadFile as error:
        if lenient:
            raise
        raise BadFile(f"{file.name}: {error.sentence}", **error.about, nr=file.nr) from error
