"""What a list would bring, before anything of it is stored."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from app.creators.lists import storing
from app.creators.lists.opening import Listed, opened
from app.creators.lists.reading import (
    Fault,
    Read,
    read,
)
from app.creators.lists.receiving import content_of, understanding
from app.creators.models import CreatorList, ListStatus
from app.csvfiles.cells import guarded

EXAMPLES, EXAMPLE = 4, 40  # cells that show what a column holds, and how long they may be


@dataclass(frozen=True)
class Preview:
    """The file, how its columns are read, what was not clear about them, and what comes of it."""

    listed: Listed
    read: Read
    doubts: list[str]
    known: int  # accounts that are channels already
    questions: list[str]  # those of the doubts that somebody has to answer

    def examples(self, position: int) -> list[str]:
        """What stands in a column: the first of its different cells."""
        texts = (row[position].strip() for row in self.listed.cells if position < len(row))
        distinct = dict.fromkeys(cell[:EXAMPLE] for cell in texts if cell)
        return list(distinct)[:EXAMPLES]


def preview_of(creator_list: CreatorList) -> Preview:
    """What the list would bring as its columns are mapped now; nothing while no column names the account.

    WrongStatus when its file is gone.
    """
    listed = opened(content_of(creator_list))
    guessed = understanding(creator_list, listed)
    if creator_list.platform not in ("", guessed.platform):
        guessed = understanding(creator_list, listed, creator_list.platform)
    about = (creator_list.columns, creator_list.platform, creator_list.decimal_sign)
    came = read(listed, *about) if "name" in creator_list.columns else Read()
    known = storing.known(came.accounts, creator_list.platform)
    untouched = guessed.columns == creator_list.columns or "name" not in creator_list.columns
    doubts = [*listed.doubts, *(guessed.doubts if untouched else ())]
    return Preview(listed, came, doubts, known, guessed.questions if untouched else [])


def headings(creator_list: CreatorList) -> list[str]:
    """The headings of the list's file. WrongStatus when it is gone."""
    return opened(content_of(creator_list)).header


def faults(creator_list: CreatorList) -> list[Fault]:
    """Every cell and row that can't be taken; of an imported list the first receiving.KEPT_FAULTS."""
    if creator_list.status == ListStatus.PREVIEWED:
        return preview_of(creator_list).read.faults
    return [Fault(**fault) for fault in creator_list.rejected]


def as_csv(faults: Iterable[Fault]) -> str:
    """The faults as a file that is safe to open in a spreadsheet."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["line", "column", "value", "reason"])
    rows.writerows([each.line, guarded(each.column), guarded(each.value), each.reason] for each in faults)
    return out.getvalue()
