"""What the cells of a column look like: of most of those that say anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.creators import accounts
from app.creators.lists import cells, counts
from app.creators.lists.columns import CATEGORIES, SHARE, in_percent

SAMPLE = 400  # rows that are looked at
MOSTLY = 0.7  # of the cells that say anything
ACCOUNT = re.compile(r"[a-z0-9._-]+")
RANK = re.compile(r"(?:#|no\.?|nr\.?|top|rank|rang|platz|plaats)? ?[0-9]+(?:\.|st|nd|rd|th|e)?", re.IGNORECASE)
RANKED = re.compile(r"#?[0-9]+[.):] ?\S.*")  # a name behind its rank is none
DAY = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}")
Cells = Sequence[str]


def sample_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Cells]:
    """Of each column the first cells that say anything."""
    read = [row for row in rows[:SAMPLE] if list(map(cells.bare, row[: len(header)])) != list(header)]
    columns = [[cells.bare(row[at]) for row in read if at < len(row)] for at in range(len(header))]
    return [[cell for cell in column if cell and not cells.says_nothing(cell)] for column in columns]


def fits(field: str, heading: str, column: Cells) -> bool:
    """Whether the cells of a column can be what it is taken for; a column that says nothing yet can be anything."""
    if not column or field in CATEGORIES or field == "title":
        return True
    if field == "name":
        return names_accounts(column)
    if field == SHARE:
        return mostly(column, lambda cell: cells.share(cell, percent=in_percent(heading)))
    reader = {"platform": cells.platform, "country": cells.country, "language": cells.language}
    return mostly(column, reader.get(field, counts.written))


def mostly(column: Cells, matches: Callable[[str], object]) -> bool:
    """Whether most cells fit."""
    return bool(column) and sum(1 for cell in column if matches(cell) not in (None, False)) >= MOSTLY * len(column)


def names_accounts(column: Cells) -> bool:
    """Whether the cells tell people apart and are neither ranks, nor other numbers, nor days."""
    different = len({accounts.key(cell) for cell in column}) * 2 >= len(column)
    return different and not mostly(
        column,
        lambda cell: RANK.fullmatch(cell) or RANKED.fullmatch(cell) or counts.written(cell) or DAY.fullmatch(cell),
    )


def account_like(column: Cells) -> float:
    """The share of cells without blanks, capitals and letters that accounts can't have; addresses count by their
    accounts."""
    return sum(1 for cell in column if ACCOUNT.fullmatch(accounts.account(cell, "") or "")) / len(column)


def same(one: Cells, other: Cells) -> bool:
    """Whether two columns say the same."""
    return list(one) == list(other)


def disagree(column: Cells, addresses: Cells) -> bool:
    """Whether most of as many cells name other accounts than the addresses do."""
    if len(column) != len(addresses):
        return False
    named = [
        (accounts.account(one, ""), accounts.account(other, "")) for one, other in zip(column, addresses, strict=True)
    ]
    both = [(one, other) for one, other in named if one and other]
    return sum(accounts.key(one) != accounts.key(other) for one, other in both) * 2 > len(both)
