"""The facts of a market in the words and value types of spec/formats.md, and their way from and to its CSV files.

Instants are datetimes in UTC, amounts are Decimals in major units, an empty cell is None. Columns that settlement
never looks at (names, countries, descriptions ...) are left out here and filled with something valid in a file.
"""

import csv
import gzip
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from tests.sales.days import first_instant

Key = tuple[str, str, str, str]  # brand, source, order, line


@dataclass(frozen=True)
class Fee:
    percent: Decimal
    valid_from: datetime | None = None


@dataclass(frozen=True)
class Brand:
    handle: str
    currency: str
    timezone: str
    fees: tuple[Fee, ...]


@dataclass(frozen=True)
class Creator:
    handle: str
    timezone: str


@dataclass(frozen=True)
class Product:
    brand: str
    sku: str
    price: Decimal
    currency: str
    commissionable: bool


@dataclass(frozen=True)
class Terms:
    commission_percent: Decimal
    window_days: int
    hold_days: int
    in_stream_percent: Decimal | None = None
    replay_percent: Decimal | None = None
    after_stream_percent: Decimal | None = None
    off_stream_percent: Decimal | None = None
    valid_from: datetime | None = None  # None: from the contract's first instant

    def percent(self, label: str) -> Decimal:
        """The percentage for the label where one is given (0 is given), else `commission_percent`."""
        own: Decimal | None = getattr(self, f"{label}_percent")
        return self.commission_percent if own is None else own


@dataclass(frozen=True)
class Contract:
    contract: str
    brand: str
    creator: str
    starts_on: date
    ends_on: date
    timezone: str
    terms: tuple[Terms, ...]
    coupons: tuple[str, ...] = ()

    @cached_property
    def period(self) -> tuple[datetime, datetime]:
        """Section 2: from the first instant of `starts_on`, up to the first instant of the day after `ends_on`."""
        after = self.ends_on + timedelta(days=1)
        return first_instant(self.starts_on, self.timezone), first_instant(after, self.timezone)

    def covers(self, at: datetime) -> bool:
        start, end = self.period
        return start <= at < end


@dataclass(frozen=True)
class Stream:
    stream: str
    creator: str
    brand: str
    platform: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Touch:
    brand: str
    touch: str
    visitor: str
    creator: str
    stream: str | None
    occurred_at: datetime


@dataclass(frozen=True)
class Sale:
    brand: str
    source: str
    order: str
    line: str
    occurred_at: datetime
    visitor: str | None
    sku: str
    quantity: int
    unit_price: Decimal
    discount: Decimal | None
    currency: str
    coupon: str | None = None
    checkout_stream: str | None = None

    @property
    def key(self) -> Key:
        return self.brand, self.source, self.order, self.line


@dataclass(frozen=True)
class Refund:
    brand: str
    source: str
    refund: str
    order: str
    line: str
    occurred_at: datetime
    amount: Decimal
    currency: str

    @property
    def sale_key(self) -> Key:
        return self.brand, self.source, self.order, self.line


@dataclass(frozen=True)
class Market:
    brands: tuple[Brand, ...] = ()
    creators: tuple[Creator, ...] = ()
    products: tuple[Product, ...] = ()
    contracts: tuple[Contract, ...] = ()
    streams: tuple[Stream, ...] = ()
    touches: tuple[Touch, ...] = ()
    sales: tuple[Sale, ...] = ()
    refunds: tuple[Refund, ...] = ()


# --- files -----------------------------------------------------------------------------------------------------------

COLUMNS = {
    "brands": "handle,name,country,currency,timezone,platform_fee_percent",
    "creators": "handle,name,country,languages,timezone",
    "products": "brand,sku,name,category,price,currency,commissionable",
    "contracts": "contract,brand,creator,starts_on,ends_on,timezone,commission_percent,in_stream_percent,"
    "replay_percent,after_stream_percent,off_stream_percent,window_days,hold_days,coupons,exclusive_category",
    "streams": "stream,creator,brand,platform,starts_at,ends_at,skus",
    "touches": "brand,touch,visitor,creator,stream,occurred_at",
    "sales": "brand,source,order,line,occurred_at,visitor,sku,description,quantity,unit_price,discount,currency,"
    "country,coupon,checkout_stream",
    "refunds": "brand,source,refund,order,line,occurred_at,quantity,amount,currency",
}
FILLERS = {"name": "Any Name", "country": "NL", "languages": "en", "category": "home"}
OFFSETS = tuple(timezone(timedelta(minutes=minutes)) for minutes in (0, 345, -210, 840))
OPENERS: dict[str, Callable[..., Any]] = {".csv": open, ".csv.gz": gzip.open, ".csv.xz": lzma.open}


def load(folder: Path) -> Market:
    """The market in a folder of `sales.csv`, `touches.csv.xz` and so on; a kind without a file has no rows."""
    plain = {"creators": Creator, "products": Product, "streams": Stream, "touches": Touch, "sales": Sale}
    plain["refunds"] = Refund
    return Market(
        brands=tuple(
            fact(Brand, row, fees=(Fee(Decimal(row["platform_fee_percent"])),)) for row in read(folder, "brands")
        ),
        contracts=tuple(fact(Contract, row, terms=(fact(Terms, row),)) for row in read(folder, "contracts")),
        **{kind: tuple(fact(made, row) for row in read(folder, kind)) for kind, made in plain.items()},
    )


def read(folder: Path, kind: str) -> Iterator[dict[str, str]]:
    """The rows of the kind's file, whichever of the three suffixes it has."""
    for suffix, opener in OPENERS.items():
        path = folder / f"{kind}{suffix}"
        if path.exists():
            with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
                yield from csv.DictReader(file)


def fact(made: Any, row: dict[str, str], **given: Any) -> Any:
    """A fact of class `made` from the cells whose columns are named as its fields, and what is `given`."""
    return made(**{name: parse(row[name]) for name, parse in parsers(made) if name in row}, **given)


@lru_cache
def parsers(made: Any) -> list[tuple[str, Callable[[str], Any]]]:
    return [(field.name, PARSERS[field.type]) for field in fields(made) if field.type in PARSERS]


def instant(cell: str) -> datetime:
    return datetime.fromisoformat(cell).astimezone(UTC)


PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    bool: "yes".__eq__,
    Decimal: Decimal,
    date: date.fromisoformat,
    datetime: instant,
    str | None: lambda cell: cell or None,
    Decimal | None: lambda cell: Decimal(cell) if cell else None,
    datetime | None: lambda cell: instant(cell) if cell else None,
    tuple[str, ...]: lambda cell: tuple(cell.split("|")) if cell else (),
}


def write(market: Market, folder: Path) -> dict[str, Path]:
    """Writes one CSV file a kind and says where, in an order that may be imported.

    ValueError where a brand has several fees or a contract several terms: no file can say that.
    """
    paths = {kind: folder / f"{kind}.csv" for kind in COLUMNS}
    for kind, path in paths.items():
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(COLUMNS[kind].split(","))
            for each in getattr(market, kind):
                values = values_of(each)
                rows.writerow(written(values.get(column)) for column in COLUMNS[kind].split(","))
    return paths


def values_of(each: Any) -> dict[str, Any]:
    values: dict[str, Any] = FILLERS | vars(each)
    if isinstance(each, Brand):
        values |= {"platform_fee_percent": only(each.fees).percent}
    if isinstance(each, Contract):
        values |= vars(only(each.terms))
    return values


def only(versions: tuple[Any, ...]) -> Any:
    if len(versions) != 1:
        raise ValueError(f"A file holds one version, these are {len(versions)}: {versions}.")
    return versions[0]


def written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():  # in an offset of some far country: only the instant may count
            return value.astimezone(OFFSETS[int(value.timestamp()) % len(OFFSETS)]).isoformat()
        case Decimal():
            return f"{value:f}"
        case tuple():
            return "|".join(value)
    return str(value)
