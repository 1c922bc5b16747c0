"""Orders of an export as rows of our kinds `sales` and `refunds` (app/csvfiles/translating.py asks for them).

What was refunded of an order stands in an export in all, without a date: what is not recorded of it yet becomes a
refund of the day on which the file is read (refunds_outstanding.sql). So a later export, or refunds that a shop has
told otherwise, are never counted twice. An order that a shop has told by itself stays as it was told (sales_told.sql).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from app.csvfiles.kinds import Kind
from app.csvfiles.tables import Row
from app.csvfiles.translating import Piece
from app.money import exponent
from app.sales.files import REFUNDS, SALES
from app.tracking.visitors import buyer, visitor_hash
from app.uploads.exports.flags import Flags
from app.uploads.exports.order_rows import Rows
from app.uploads.exports.orders import Account, Order, Standing, Worth, account
from app.uploads.exports.reading import Reading

SOLD = replace(SALES, first=("app.uploads", "sales_told"), counted=True)  # what a shop has told by itself stands
REFUNDED = replace(REFUNDS, first=("app.uploads", "refunds_outstanding"))  # amounts are what was refunded in all
CANCELLED = "cancelled"  # the refund of a line that was a sale in an earlier export
HEADINGS = {  # of which field of the file a column of ours is made
    "brand": "order",
    "source": "order",
    "visitor": "email",
    "checkout_stream": "stream",
    "refund": "refunded",
    "amount": "refunded",
}


@dataclass
class Orders:
    """The orders of one file of a brand with that handle, read at that instant. `flags` fill while sales are asked
    for."""

    reading: Reading
    brand: str
    visitor_key: bytes
    at: datetime
    tax_inside: bool | None = None
    flags: Flags = field(default_factory=Flags)
    visitors: Mapping[str, str] = field(default_factory=dict)  # by order number, who came by a link

    def __post_init__(self) -> None:
        self.name = self.reading.program
        self.positions = sorted(set(self.reading.columns.values()))
        self.header = [self.reading.header[at] for at in self.positions]

    @property
    def kinds(self) -> Sequence[Kind]:
        """Sales first: a refund looks for its sale."""
        return (SOLD, REFUNDED)

    def heading(self, column: str) -> str:
        """What the file calls a column of ours."""
        return self.reading.heading(HEADINGS.get(column, column))

    def kept(self, cells: Sequence[str]) -> list[str]:
        """A row of the columns that are read, the buyer's address hashed."""
        kept = [cells[at] if at < len(cells) else "" for at in self.positions]
        email = self.reading.columns.get("email")
        if email is not None and (address := kept[self.positions.index(email)].strip().lower()):
            kept[self.positions.index(email)] = self._visitor(address)
        return kept

    def pieces(self, kind: Kind, rows: Iterable[Row]) -> Iterator[Piece]:
        """Sales, or refunds."""
        begins = self.reading.begins
        flags = self.flags if kind is SOLD else Flags()
        reader = Rows(self.reading, flags, self.tax_inside)
        wanted = bool if kind is SOLD else reader.gives_back
        for read in reader.orders((row for row in rows if row[0] > begins), wanted):
            if read.order is None:
                yield Piece(read.origin, faults=read.faults if kind is SOLD else [])
                continue
            accounted = account(read.order)
            if kind is SOLD:
                _flag(flags, read.order, accounted)
                yield Piece(read.origin, list(self._sales(read.order, accounted)))
            else:
                yield Piece(read.origin, list(self._refunds(read.order, accounted)))

    def _sales(self, order: Order, accounted: Account) -> Iterator[Row]:
        if order.standing is not Standing.SOLD:
            return
        visitor = self.visitors.get(order.ref) or self._visitor(order.email)
        for worth in accounted.lines:
            yield worth.line.at, sale_row(self.brand, self.reading.source, order, worth, visitor)

    def _refunds(self, order: Order, accounted: Account) -> Iterator[Row]:
        if order.standing is Standing.UNPAID:
            return
        ref = CANCELLED
        if order.standing is Standing.SOLD:
            ref = f"refunded {order.refunded or Decimal():f}"
        for worth in accounted.lines:
            if worth.refunded:
                yield worth.line.at, self._refund(ref, order, worth)

    def _refund(self, ref: str, order: Order, worth: Worth) -> list[str]:
        amount = major(worth.refunded, order.currency)
        return [
            self.brand,
            self.reading.source,
            ref,
            order.ref,
            worth.line.ref,
            written(self.at),
            "",
            amount,
            order.currency,
        ]

    def _visitor(self, address: str) -> str:
        """The buyer, told from others by a keyed hash and never by the address itself."""
        told = buyer(address)
        return f"hmac:{visitor_hash(self.brand, told, self.visitor_key)}" if told else ""


def _flag(flags: Flags, order: Order, accounted: Account) -> None:
    """What is to be said of an order that was read."""
    if order.standing is not Standing.SOLD:
        flags.put(order.standing, order.ref)
        return
    if not order.lines:
        flags.put("empty", order.ref)
    if accounted.off:
        flags.put("off", f"{order.ref}: {major(accounted.off, order.currency)} {order.currency}")
    if accounted.beyond:
        flags.put("beyond", order.ref)
    if accounted.inside:
        flags.put("taxed", order.ref)
    if any(each.refunded for each in accounted.lines):
        flags.put("refunded", order.ref)


def sale_row(brand: str, source: str, order: Order, worth: Worth, visitor: str) -> list[str]:
    """A line of an order as a row of `sales`."""
    line = worth.line
    return [
        brand,
        source,
        order.ref,
        line.ref,
        written(order.occurred_at),
        visitor,
        line.sku,
        line.description,
        str(line.quantity),
        f"{worth.unit_price:f}",
        major(worth.discount, order.currency) if worth.discount else "",
        order.currency,
        order.country,
        order.coupon,
        order.stream,
    ]


def written(moment: datetime) -> str:
    """An instant as our files have it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def major(minor: int, currency: str) -> str:
    """Minor units as our files have them."""
    return f"{Decimal(minor).scaleb(-exponent(currency)):f}"
