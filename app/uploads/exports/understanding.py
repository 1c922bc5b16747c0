"""What a file is: told from its headings, wherever they stand, and from what stands under them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from app.creators.accounts import visible
from app.csvfiles.tables import Row, opened_table
from app.uploads.exports.amounts import sign_of
from app.uploads.exports.fields import AMOUNTS
from app.uploads.exports.instants import day_first_of
from app.uploads.exports.mapping import MAPPED, guessed, header_at
from app.uploads.exports.packed import items
from app.uploads.exports.programs import PREAMBLE, program_of
from app.uploads.exports.reading import Reading
from config import settings

SAMPLE = 2_000  # rows that are looked at
MOST_COLUMNS = 400


def sample_of(path: Path, most: int = SAMPLE) -> list[Row]:
    """The first rows of a file. BadFile where it is no table."""
    with opened_table(path, settings().max_file_bytes) as table:
        return list(islice(table.rows, most))


def understood(sample: Sequence[Row], *, currency: str, zone: str) -> Reading | None:
    """How a file with these first rows is read: as the export of a program that we know, else by what its columns look
    like. None where it is no table with headings."""
    for line, cells in sample[:PREAMBLE]:
        program = program_of(cells)
        if program is not None and len(cells) <= MOST_COLUMNS:
            header = tuple(visible(cell) for cell in cells)
            reading = Reading(program.name, program.source, currency, zone, program.columns(header), header, line)
            return measured(reading, sample)
    at = header_at(sample)
    if at is None or at + 1 >= len(sample):
        return None
    line, cells = sample[at]
    header = tuple(visible(cell) for cell in cells)
    if not 1 < len(header) <= MOST_COLUMNS:
        return None
    columns = guessed(header, sample[at + 1 :], zone)
    return measured(Reading(MAPPED.name, MAPPED.source, currency, zone, columns, header, line), sample)


def measured(reading: Reading, sample: Sequence[Row]) -> Reading:
    """With what its cells tell of decimals and of days and months; what they do not tell stays as it is."""
    sign = sign_of(_amounts(reading, sample))
    first = day_first_of(column(reading, sample, "occurred_at"))
    return reading.otherwise(
        decimal_sign=sign or reading.decimal_sign,
        day_first=reading.day_first if first is None else "day" if first else "month",
    )


def column(reading: Reading, sample: Sequence[Row], name: str) -> list[str]:
    """The cells of a field that say anything."""
    at = reading.columns.get(name)
    if at is None:
        return []
    cells = (visible(row[at]) for line, row in sample if line > reading.begins and at < len(row))
    return [cell for cell in cells if cell]


def _amounts(reading: Reading, sample: Sequence[Row]) -> list[str]:
    cells = [cell for name in AMOUNTS for cell in column(reading, sample, name)]
    for name in reading.columns:
        if name == "items" or name.startswith("item_"):
            for cell in column(reading, sample, name):
                packed = items(cell) or []
                cells += [each[part] for each in packed for part in ("total", "subtotal") if each.get(part)]
    return cells
