"""How one file is read: which program wrote it, what its columns are, and what the file itself does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from flask_babel import gettext

from app.csvfiles.cells import CURRENCY, REFERENCE, TIMEZONE
from app.csvfiles.report import shown
from app.errors import BadInput
from app.uploads.exports.fields import LABELS, NEEDED, label


@dataclass(frozen=True)
class Reading:
    """`program` is a name of PROGRAMS. `columns` says where each field stands, from 0; the heading of a column stands
    in `header`, which is on line `begins` of the file. `decimal_sign`: what parts decimals; `day_first`: whether
    03/04/2026 is in April; both are empty where the file fits both. `currency`, `zone` and `source` are what the shop
    is where the file does not say it. `tax`: whether prices include it: `inside`, `beside`, empty: the sums tell.
    """

    program: str
    source: str
    currency: str
    zone: str
    columns: Mapping[str, int] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    begins: int = 1
    decimal_sign: str = ""
    day_first: str = ""
    tax: str = ""

    def as_json(self) -> dict[str, Any]:
        """To be kept with the file."""
        return asdict(self)

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Reading:
        """What `as_json` has made."""
        known = {each.name for each in fields(cls)}
        given = {name: value for name, value in stored.items() if name in known}
        return cls(**{**given, "header": tuple(given.get("header", ()))})

    def heading(self, name: str) -> str:
        """What the file calls a field, and what we call it where the file has no column of it."""
        at = self.columns.get(name)
        return self.header[at] or label(name) if at is not None and at < len(self.header) else label(name)

    def otherwise(self, **changes: Any) -> Reading:
        """The same file, read otherwise."""
        return replace(self, **changes)

    @property
    def lacking(self) -> str:
        """Which column has to be chosen before the file can be read; empty: none."""
        for names in NEEDED:
            if not any(name in self.columns or (name == "items" and "item_1" in self.columns) for name in names):
                return label(names[0])
        return ""


def checked_reading(reading: Reading) -> Reading:
    """The reading, where its source, currency and time zone can be. BadInput for others."""
    for cell, value in ((REFERENCE, reading.source), (CURRENCY, reading.currency), (TIMEZONE, reading.zone)):
        if not cell.fits.fullmatch(value):
            raise BadInput(gettext("“%(value)s” can’t be used: %(rule)s.", value=shown(value), rule=gettext(cell.rule)))
    return reading


def checked(columns: Mapping[str, int], header: tuple[str, ...]) -> dict[str, int]:
    """The columns, where they can be of this file. BadInput for unknown fields, and for positions it does not have."""
    known = all(name in LABELS or name.startswith("item_") for name in columns)
    if not known or any(not 0 <= at < len(header) for at in columns.values()):
        raise BadInput(gettext("These columns don’t match the file. Reload the page and try again."))
    return dict(columns)
