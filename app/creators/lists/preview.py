"""What a list would bring, before anything of it is stored."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from app.creators.lists import storing
from app.creators.lists.reading import (
    Fault,
    Listed,
    Read,
    opened,
    read,
)
from app.creators.lists.receiving import content_of, understood
from app.creators.models import CreatorList
from app.csvfiles.cells import guarded

EXAMPLES, EXAMPLE = 4, 40  # cells that show what a column holds, and how long they may be


@dataclass(frozen=True)
class Preview:
    """The file, how its columns are read, what was not clear about them, and what comes of it."""

    listed: Listed
    read: Read
    doubts: list[str]
    known: int  # accounts that are channels already

    def examples(self, position: int) -> list[str]:
        """What stands in a column: the first of its different cells."""
        told = (row[position].strip() for row in self.listed.cells if position < len(row))
        found = dict.fromkeys(cell[:EXAMPLE] for cell in told if cell)
        return list(found)[:EXAMPLES]


def preview_of(found: CreatorList) -> Preview:
    """What the list would bring as its columns are mapped now; nothing while no column names the account.

    WrongStatus when its file is gone.
    """
    listed = opened(content_of(found))
    guessed = understood(listed, found.file_name)
    came = read(listed, found.columns) if "name" in found.columns else Read()
    known = storing.known(came.accounts, found.platform)
    doubts = guessed.doubts if guessed.columns == found.columns or "name" not in found.columns else []
    return Preview(listed, came, doubts, known)


def faults(found: CreatorList) -> list[Fault]:
    """Every cell and row that can't be taken; of an imported list the first receiving.KEPT_FAULTS."""
    if found.status == "previewed":
        return preview_of(found).read.faults
    return [Fault(**fault) for fault in found.rejected]


def as_csv(found: Iterable[Fault]) -> str:
    """The faults as a file that is safe to open in a spreadsheet."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["line", "column", "value", "reason"])
    rows.writerows([each.line, guarded(each.column), guarded(each.value), each.reason] for each in found)
    return out.getvalue()
