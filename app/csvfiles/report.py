"""What came of an import: counts, bad rows and changes, and the file of the rows that were skipped."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from flask_babel import gettext

from app.csvfiles.cells import guarded, unguarded
from app.errors import BadInput

LISTED = 1000  # bad rows and changes that are listed one by one; the rest is counted
REPEATS = 20  # lines of repeated rows that are told
SHOWN = 100  # characters of a value in a report


@dataclass(frozen=True)
class Fault:
    """Why a row was not taken: the line it begins on, the column, what stands there, and the reason."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Change:
    """What `--update` makes of a stored value."""

    line: int
    key: tuple[str, ...]
    column: str
    before: str
    after: str


@dataclass
class ImportResult:
    """Counts of rows; the first `LISTED` faults and changes. `import_id` is None where nothing was stored.

    Of the `unchanged` rows `repeated` say what an earlier row of the same file has brought, the first on the lines
    `repeats`: two equal rows may be two sales.
    """

    kind: str
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    repeated: int = 0
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    import_id: int | None = None
    rejected_path: Path | None = None

    def __str__(self) -> str:
        """The closing line of spec/formats.md."""
        updated = f"{self.updated} updated, " if self.updated else ""
        return (
            f"{self.kind}: {self.read} read, {self.new} new, {updated}{self.unchanged} unchanged, "
            f"{self.rejected} rejected in {self.seconds:.1f} s"
        )


def shown(value: str) -> str:
    """A value fit for a report: cut, and without characters that would move a terminal's cursor."""
    cut = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in cut)


class Rejected:
    """Writes the skipped rows beside the file they came from, made when there is the first one.

    The rows appear under their own name only when all are written; an error leaves nothing. Raises BadInput where the
    file can't be made.
    """

    def __init__(self, path: Path, header: list[str]) -> None:
        self.path = path
        self.header = header
        self._draft = path.with_name(path.name + ".part")
        self._file: TextIO | None = None
        self._rows: Any = None

    def write(self, cells: Iterable[str], line: int, reason: str) -> None:
        """Adds a row as it was read, with its line and the reason."""
        if self._file is None:
            try:
                self._file = self._draft.open("w", encoding="utf-8", newline="")
            except OSError as error:
                why = error.strerror or error
                raise BadInput(gettext("%(path)s can't be written: %(why)s.", path=self.path, why=why)) from error
            self._rows = csv.writer(self._file, lineterminator="\n")
            self._rows.writerow([*self.header, "line", "reason"])
        self._rows.writerow([*(guarded(unguarded(cell)) for cell in cells), line, reason])

    def __enter__(self) -> Rejected:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None:
            return
        self._file.close()
        if error is None:
            self._draft.replace(self.path)
        else:
            self._draft.unlink()
