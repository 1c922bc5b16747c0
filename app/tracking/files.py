"""Files of touches (spec/formats.md)."""

from collections.abc import Callable, Mapping

from app.csvfiles.cells import INSTANT, REFERENCE, VISITOR
from app.csvfiles.kinds import Column, Kind
from app.tracking.visitors import visitor_hash


def _derive_visitor(index: Mapping[str, int], visitor_key: bytes) -> Callable[[list[str]], None]:
    brand, visitor = index["brand"], index["visitor"]

    def derive(cells: list[str]) -> None:
        cells[visitor] = visitor_hash(cells[brand], cells[visitor], visitor_key)

    return derive


TOUCHES = Kind(
    "touches",
    "app.tracking",
    (
        Column("brand", REFERENCE),
        Column("touch", REFERENCE),
        Column("visitor", VISITOR),
        Column("creator", REFERENCE),
        Column("stream", REFERENCE, optional=True),
        Column("occurred_at", INSTANT),
    ),
    key=("brand", "touch"),
    tables=("touch", "stream"),
    hot=True,
    store=("touches_store",),
    by_brand=True,
    derive=_derive_visitor,
)
