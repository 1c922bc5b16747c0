"""Draws the boxes of a sheet with the numbers of the database: brands by their handles, nodes, waivers granted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from psycopg.types.multirange import Multirange
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.catalog.taxonomy import multirange_text, tree
from app.clock import first_instant
from app.contracts.exclusivity.claim_boxes import (
    Box,
    Pass,
    Spans,
    Stretch,
    boxes,
    union,
)
from app.contracts.models import Contract, Waiver, WaiverStatus
from app.contracts.periods import range_text
from app.contracts.terms.sheet import Exclusivity, Sheet
from app.database import db
from app.errors import BadInput
from app.users.models import Brand

DAY = timedelta(days=1)
DIMENSIONS = ("lanes", "categories", "platforms", "territories", "formats")


def number(name: str, codes: Sequence[str]) -> Spans:
    """The subtrees of these nodes of a tree. BadInput for an unknown code, and for none at all: no scope is empty."""
    if not codes:
        raise BadInput(gettext("Choose at least one category, platform, territory and format, or “everything”."))
    return union((word.lo, word.hi) for word in tree(name).covering(codes))


def brand_numbers(exclusivity: Exclusivity | None) -> dict[str, int]:
    """The numbers of the brands an exclusivity names. BadInput for a handle that nobody has."""
    if exclusivity is None:
        return {}
    wanted = {*exclusivity.rivals, *(each.brand for each in exclusivity.carve_outs)}
    numbers = {
        handle: int(brand_id)
        for handle, brand_id in db.session.execute(select(Brand.handle, Brand.id).where(Brand.handle.in_(wanted)))
    }
    for handle in sorted(wanted - set(numbers)):
        raise BadInput(gettext("There is no brand “%(handle)s” here: name it in words.", handle=handle[:60]))
    return numbers


def granted(contract_id: int | None) -> list[Pass]:
    """The waivers that the holder of this contract has granted."""
    query = (
        select(Waiver, Contract.timezone)
        .join(Contract, Contract.id == Waiver.contract_id)
        .where(Waiver.contract_id == contract_id, Waiver.status == WaiverStatus.GRANTED)
    )
    return [
        Pass(
            waiver.brand_id,
            first_instant(waiver.last_on + DAY, zone),
            first_instant(waiver.first_on, zone),
            ((waiver.category.lo, waiver.category.hi),) if waiver.category else None,
        )
        for waiver, zone in (db.session.execute(query) if contract_id else ())
    ]


@dataclass(frozen=True)
class Plan:
    """A sheet with all its numbers, to be drawn for any days."""

    sheet: Sheet
    own: int
    brands: dict[str, int]
    passes: list[Pass]

    @classmethod
    def of(cls, sheet: Sheet, own: int, contract_id: int | None = None) -> Plan:
        """The plan of a sheet of the brand `own`; of its contract, where it has one, the waivers count."""
        return cls(sheet, own, brand_numbers(sheet.exclusivity), granted(contract_id))

    def drawn(self, stretch: Stretch) -> list[Box]:
        """The boxes of a stretch of the contract."""
        return boxes(self.sheet, self.own, stretch, number=number, brands=self.brands, passes=self.passes)

    def proposed(self, days: int = 0) -> list[Box]:
        """The boxes of the sheet's own days, or as they would be so many days later."""
        amends = self.sheet.effective_on is not None
        first = (self.sheet.effective_on or self.sheet.starts_on) + timedelta(days=days)
        period = span(first, self.sheet.ends_on + timedelta(days=days), self.sheet.timezone)
        return self.drawn(Stretch(period, self.sheet.timezone, first=not amends))


def span(first: date, last: date, zone: str) -> Range[Any]:
    """The instants of these local days."""
    return Range(first_instant(first, zone), first_instant(last + DAY, zone))


def columns(boxes: Sequence[Box]) -> dict[str, list[str]]:
    """The boxes as arrays of texts, one a column of `claim`, as the statements of the room take them."""
    rows: dict[str, list[str]] = {name: [multirange_text(getattr(box, name)) for box in boxes] for name in DIMENSIONS}
    periods = [range_text(box.period) for box in boxes]
    return {**rows, "kinds": [box.kind for box in boxes], "periods": periods}


def spans(multirange: Multirange[int]) -> Spans:
    """A multirange of the database as spans."""
    return tuple((each.lower, each.upper) for each in multirange if each.lower is not None and each.upper is not None)
