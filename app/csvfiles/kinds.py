"""A kind of file: its columns and which of them are the key, and the SQL of its feature that says what a row means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import LiteralString

from app.csvfiles.cells import Cell

# Given where each column stands in the file and the key for hashing visitors: a function that changes the cells of a
# good row, in place, into what is staged, and appends what `Kind.derived` names.
Derive = Callable[[Mapping[str, int], bytes], Callable[[list[str]], None]]


@dataclass(frozen=True)
class Column:
    """A column of a file; an `optional` one may be empty."""

    name: str
    cell: Cell
    optional: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of file of spec/formats.md. In `package`/sql lie, `name` standing for the kind's:

    - `name_judge.sql` selects every row of the table `staged` (columns as in the file, `at_line`, and `derived`) with
      the ids it stands for and `fault`: null, or the column and the reason for which it can't be taken;
    - `name_stored.sql` selects what is stored: `id`, and the same columns by the same names and types as in `staged`;
      the columns `matched_by`, which both select, say which row is the same one (none: the key); one whose rows belong
      to brands (`by_brand`) selects `brand_id` too;
    - `tables` are those in which every row looks something up: the planner has to know their size;
    - `first` is a statement (package, name) over `staged` alone, before it is judged: rows that it deletes change
      nothing, and count as unchanged where they are `counted`;
    - `store` names the statements that insert the rows of `judged` that are `fresh`, `update` those that change the
      rows that are `changed`. The first of each counts.

    All of them may use %(brands)s (ids of the brands whose rows may be brought or seen; null: of all) and ISO 4217 as
    %(currencies)s with their %(digits)s and %(minors)s (100 of a EUR) and as the object %(units)s (a minor unit, EUR:
    0.01); `store` and `update` also %(at)s and %(import_id)s.
    """

    name: str
    package: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    tables: tuple[str, ...]
    store: tuple[str, ...]
    update: tuple[str, ...] = ()
    matched_by: tuple[str, ...] = ()
    first: tuple[str, str] | None = None
    counted: bool = False
    hot: bool = False  # its table is a large one whose rows lie with their brand: looked up by `key` alone
    by_brand: bool = False  # a brand's members may bring their own
    derive: Derive | None = None
    # further staged columns and their types
    derived: Mapping[str, LiteralString] = field(default_factory=dict, hash=False)

    @property
    def match(self) -> tuple[str, ...]:
        """The columns by which a row finds its stored one."""
        return self.matched_by or self.key

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name, in the order of the file format."""
        return {column.name: column for column in self.columns}
