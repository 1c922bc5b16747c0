"""Every kind of file, in the order in which they need each other, and which kind a file is."""

import csv
from pathlib import Path

from flask_babel import gettext

from app.catalog.files import PRODUCTS
from app.contracts.files import CONTRACTS
from app.csvfiles.blocks import read_header, refuse_foreign, without_report
from app.csvfiles.kinds import Kind
from app.csvfiles.reading import lines, opened
from app.errors import BadFile
from app.sales.files import REFUNDS, SALES
from app.streams.files import CHANNELS, ENGAGEMENT, MINUTES, STREAMS
from app.tracking.files import TOUCHES
from app.users.files import BRANDS, CREATORS
from config import settings

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        BRANDS,
        CREATORS,
        CHANNELS,
        PRODUCTS,
        CONTRACTS,
        STREAMS,
        MINUTES,
        ENGAGEMENT,
        TOUCHES,
        SALES,
        REFUNDS,
    )
}


def kind_of(path: Path) -> Kind:
    """The kind whose columns stand in the header of the file. BadFile where it can't be read or is of no kind."""
    with opened(str(path)) as source:
        header = read_header(csv.reader(lines(source, settings().max_file_bytes), strict=True))
    names = set(without_report(header))
    for kind in KINDS.values():
        if names == set(kind.by_name):
            return kind
    refuse_foreign(header)
    near = nearest(names)
    if near is None:
        raise BadFile(
            "The header is of no kind we know: the page of uploads has the columns of each kind, as a template."
        )
    raise BadFile(
        gettext(
            "The header is of no kind we know. The nearest is %(kind)s; its columns are %(columns)s.",
            kind=near.name,
            columns=", ".join(near.by_name),
        )
    )


def nearest(names: set[str]) -> Kind | None:
    """The kind that a file with these columns was meant to be; None where they are too far from any."""
    near = max(KINDS.values(), key=lambda kind: len(names & set(kind.by_name)) - len(names ^ set(kind.by_name)))
    return near if 2 * len(names & set(near.by_name)) >= len(near.by_name) else None
