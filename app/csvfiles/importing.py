"""A file into the database: all or nothing, twice without harm, with a report of every row that can't be taken."""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from time import perf_counter
from typing import Any

from flask_babel import gettext
from psycopg import errors

from app.csvfiles.blocks import Block, Layout, ahead, blocks, cells_of, read_header
from app.csvfiles.kinds import Kind
from app.csvfiles.reading import Source, lines, opened
from app.csvfiles.report import LISTED, REPEATS, Change, Fault, ImportResult, Rejected, shown
from app.csvfiles.staging import Differences, Refused, Staging, parameters
from app.database import raw, statement
from app.errors import BadFile, BadInput, Conflict, NotAllowed
from app.security import Identity
from config import settings

Progress = Callable[[int, int], object]  # rows read, bytes of the file read
PACKAGE = "app.csvfiles"
RACES = (
    errors.UniqueViolation,
    errors.ExclusionViolation,
    errors.ForeignKeyViolation,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
)


@dataclass(frozen=True)
class Options:
    """How a file is imported.

    `brand_ids`: the brands whose rows may be in it; None for the platform's admin, who may bring any kind. One bad row
    refuses the file, unless `skip_bad`: then they are written to FILE.rejected.csv. `update` changes what is stored
    where the kind allows it, and the result lists the changes. `progress` is called after every block.
    """

    brand_ids: Collection[int] | None = None
    skip_bad: bool = False
    update: bool = False
    progress: Progress | None = None


def import_file(
    kind: Kind, path: str | Path, options: Options = Options(), *, by: Identity | None, at: datetime
) -> ImportResult:
    """Reads the file at `path` (`-`: standard input) into the caller's transaction, which the caller commits.

    Raises BadFile with `about["report"]`, an ImportResult, NotAllowed, BadInput, or Conflict when somebody stores the
    same rows at the same moment; nothing is stored then.
    """
    _check_allowed(kind, options)
    with bringing(kind.name, str(path), options, by=by, at=at) as bringer:
        rows = csv.reader(lines(bringer.source, settings().max_file_bytes), strict=True)
        layout = Layout(kind, read_header(rows), settings().visitor_key.encode())
        bringer.rejected.header = layout.header
        bringer.take_in(kind, layout, blocks(rows, layout), Intake)
    return bringer.result


@dataclass
class Bringer:
    """An import that is under way: its file, its row of `import` (`given`), and what has come of it so far."""

    source: Source
    options: Options
    given: dict[str, Any]
    rejected: Rejected
    result: ImportResult

    def take_in(
        self,
        kind: Kind,
        layout: Layout,
        read: Iterator[Block],
        intake_of: Callable[..., Intake],
        done: Callable[[], int] | None = None,
    ) -> None:
        """Stores the blocks that are read, one after another, and tells how far it is: `done` bytes of the file."""
        with Staging(raw(), kind, layout, self.given) as staging:
            rejected = self.rejected if self.options.skip_bad else None
            intake = intake_of(staging, layout, self.result, rejected, self.options.update)
            for block in ahead(read, staging.load):
                intake.take(block)
                if self.options.progress:
                    self.options.progress(self.result.read, done() if done else self.source.size)


@contextmanager
def bringing(name: str, file: str, options: Options, *, by: Identity | None, at: datetime) -> Iterator[Bringer]:
    """An import called `name` of the file, all of which happens or nothing; BadFile, as import_file, at its end when
    rows of it were rejected that may not be skipped."""
    started = perf_counter()
    result = ImportResult(name)
    with _one_sentence(), raw().transaction(), opened(file) as source:
        given = _begin(name, file, by=by, at=at, brand_ids=options.brand_ids)
        with Rejected(Path(f"{'stdin' if file == '-' else file}.rejected.csv"), []) as rejected:
            yield Bringer(source, options, given, rejected, result)
            result.seconds = perf_counter() - started
            if result.rejected and not options.skip_bad:
                raise _refused(result)
            result.rejected_path = rejected.path if result.rejected else None
            _finish(result, source.sha256, given)


def _check_allowed(kind: Kind, options: Options) -> None:
    if options.brand_ids is not None and not kind.by_brand:
        raise NotAllowed(
            gettext("Files of %(kind)s are imported by the platform's admin: send yours there.", kind=kind.name)
        )
    if options.update and not kind.update:
        raise BadInput(gettext("Stored %(kind)s are never changed by a file: import without --update.", kind=kind.name))


@contextmanager
def _one_sentence() -> Iterator[None]:
    """What the database's own guards say, in our words."""
    try:
        yield
    except RACES as error:
        raise Conflict(
            gettext("Somebody is storing some of these rows at the same moment: import the file again.")
        ) from error
    except errors.DataError as error:
        raise BadFile(
            gettext("The database can't take a value of the file: %(why)s.", why=error.diag.message_primary)
        ) from error


def _begin(
    name: str, file: str, *, by: Identity | None, at: datetime, brand_ids: Collection[int] | None
) -> dict[str, Any]:
    """Writes the row of `import`. Returns the parameters of all further statements."""
    given: dict[str, Any] = {
        "kind": name,
        "file_name": "standard input" if file == "-" else Path(file).name,
        "brand_id": next(iter(brand_ids)) if brand_ids and len(brand_ids) == 1 else None,
        "by_id": by and by.person_id,
        "by_name": by.name if by else "command line",
        "at": at,
        **parameters(brand_ids),
    }
    begun = raw().execute(statement(PACKAGE, "begin"), given).fetchone()
    return {**given, "import_id": begun and begun[0]}


def _finish(result: ImportResult, sha256: bytes, given: Mapping[str, Any]) -> None:
    """Completes the row of `import`."""
    result.import_id = given["import_id"]
    finished_at = given["at"] + timedelta(seconds=result.seconds)
    raw().execute(statement(PACKAGE, "finish"), {**vars(result), "sha256": sha256, "finished_at": finished_at})
    raw().execute("notify due")  # a worker hears it when this is committed


def _refused(result: ImportResult) -> BadFile:
    result.new = result.updated = 0
    sentence = gettext(
        "Nothing was stored: %(rejected)s of %(read)s rows of %(kind)s can't be taken. "
        "Mend them and import the file again, or skip them (--skip-bad).",
        rejected=result.rejected,
        read=result.read,
        kind=result.kind,
    )
    return BadFile(sentence, report=result)


@dataclass
class Intake:
    """Takes in block after block and keeps count."""

    staging: Staging
    layout: Layout
    result: ImportResult
    rejected: Rejected | None  # where bad rows are written; None: they refuse the file
    updating: bool

    def __post_init__(self) -> None:
        # reasons in the language of whoever imports; kept, as there may be millions of bad rows
        self.translated = lru_cache(1000)(gettext)
        self.conflict = gettext("conflict: stored is “%(stored)s”")

    def take(self, block: Block) -> None:
        """Stores what is new in the block, changes what is changed where that is wanted, and notes what is bad.

        A refused file is stored to its end too, and rolled back: or rows that clash with earlier ones would be missing
        in the report.
        """
        result, staging = self.result, self.staging
        refused = staging.judge(again=block.again)
        changed = [line for line, fault in refused if fault is None]
        listing = self.rejected is not None or len(result.faults) < LISTED
        differences = staging.differences() if changed and listing else {}
        if self.updating and not block.again:
            self._list_changes(block, differences)
            refused = [(line, fault) for line, fault in refused if fault is not None]
            result.updated += staging.update() if changed else 0
        if listing:
            self.list_bad(block, refused, differences)
        repeated = staging.repeated()
        result.repeated += len(repeated)
        result.repeats += [self.line(block, each) for each in repeated[: REPEATS - len(result.repeats)]]
        new = staging.store() if not block.again else 0
        result.read += len(block)
        result.new += new
        result.rejected += len(block.bad) + len(refused)
        result.unchanged = result.read - result.new - result.updated - result.rejected

    def _list_changes(self, block: Block, differences: Differences) -> None:
        key = [self.layout.index[name] for name in self.staging.kind.key]
        for line, columns in differences.items():
            cells = self.cells(block, line)
            for name, stored in columns[: LISTED - len(self.result.changes)]:
                after = cells[self.layout.index[name]]
                change = Change(line, tuple(cells[index] for index in key), name, shown(stored or ""), shown(after))
                self.result.changes.append(change)

    def line(self, block: Block, line: int) -> int:
        """Where in the file a row of the block begins."""
        return line

    def cells(self, block: Block, line: int) -> list[str]:
        """The cells of the row that begins on the line, as they were read."""
        return cells_of(block.rows[bisect_left(block.lines, line)])

    def list_bad(self, block: Block, refused: Refused, differences: Differences) -> None:
        """Notes the bad rows and their reasons, and writes the rows down where they are skipped."""
        bad = [(line, cells, list(self.layout.faults(cells))) for line, cells in block.bad]
        for line, fault in refused:
            cells = self.cells(block, line)
            reasons = self.reasons(block, line, fault, differences)
            bad.append((line, cells, [(name, cells[self.layout.index[name]], reason) for name, reason in reasons]))
        for line, cells, faults in sorted(bad, key=itemgetter(0)):
            if self.rejected:
                self.rejected.write(cells, line, "; ".join(f"{name}: {reason}" for name, _, reason in faults))
            listed = faults[: LISTED - len(self.result.faults)]
            self.result.faults += [Fault(line, name, shown(value), reason) for name, value, reason in listed]

    def reasons(
        self, block: Block, line: int, fault: list[str] | None, differences: Differences
    ) -> list[tuple[str, str]]:
        """Column and reason of a row that the database refuses."""
        if fault:
            return [(fault[0], self.translated(fault[1]))]
        return self._conflict(block, differences.get(line))

    def _conflict(self, block: Block, columns: list[tuple[str, str | None]] | None) -> list[tuple[str, str]]:
        """Column and reason of a row whose key is taken; foreign values are never shown."""
        if columns:
            nothing = self.translated("conflict: stored is nothing")
            return [
                (name, self.conflict % {"stored": shown(stored)} if stored else nothing) for name, stored in columns
            ]
        last = self.staging.kind.key[-1]
        if block.again:
            return [(last, self.translated("an earlier row of the file has this key and can't be taken: mend both"))]
        return [(last, self.translated("conflict: this key is stored already, with another content"))]
