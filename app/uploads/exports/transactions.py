"""Files in which every row is a movement of money, not an order: the specification of an invoice of Bol, and the
payment transactions of Shopify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.csvfiles.kinds import Kind
from app.csvfiles.report import shown
from app.csvfiles.tables import Row
from app.csvfiles.translating import Piece
from app.sales.files import REFUNDS, SALES
from app.uploads.exports.flags import Flags
from app.uploads.exports.order_rows import Rows, exact_number
from app.uploads.exports.orders import Line, Order, account
from app.uploads.exports.translation import Orders, major, sale_row, written

BOL_SALE, BOL_REFUND = "verkoopprijs artikel", "correctie verkoopprijs artikel"
WHOLE_ORDER = "*"  # the line of a refund that is spread over all of the order (refunds_of_orders.sql)
ORDER_REFUNDS = replace(REFUNDS, first=("app.uploads", "refunds_of_orders"))


class _RowReader(Rows):
    """Reads one row, as an order of one line."""

    def order(self, row: Row) -> Order:
        """The order; what is wrong with it stands in `faults`."""
        self.faults = []
        line, cells = row
        ref = exact_number(self.cell(cells, "order"))
        if not ref:
            self._fault(line, "order", "", "empty")
        return Order(ref, [row], self._instant([row]), self._currency([row]), country=self._country([row]))

    def line(self, row: Row) -> Line:
        """Its line; the amount says what all pieces cost together, without a sign."""
        line, cells = row
        amount = self._amount(line, self.cell(cells, "amount"), "amount")
        if amount is None:
            self._fault(line, "amount", self.cell(cells, "amount"), "empty")
        sku, title = exact_number(self.cell(cells, "sku")), self.cell(cells, "description")
        if not sku and not title:
            self._fault(line, "sku", "", "empty")
        quantity = max(1, self._quantity(line, self.cell(cells, "quantity").removeprefix("-")))
        return Line(line, sku or title[:128], sku or title[:128], title, quantity, amount=abs(amount or Decimal()))


@dataclass
class Specification(Orders):
    """Sales and their corrections of a specification of Bol; commission and postage are left out. A correction names
    the order and the article, and stands on the day of the specification's row."""

    @property
    def kinds(self) -> Sequence[Kind]:
        """Sales first."""
        return (SALES, REFUNDS)

    def pieces(self, kind: Kind, rows: Iterable[Row]) -> Iterator[Piece]:
        """A piece a row."""
        flags = self.flags if kind is SALES else Flags()
        reader = _RowReader(self.reading, Flags())  # nothing of what it says matters where nobody is credited
        for row in rows:
            if row[0] <= self.reading.begins:
                continue
            type_ = reader.cell(row[1], "type").casefold()
            if not type_.startswith((BOL_SALE, BOL_REFUND)):
                if type_ and "order" in self.reading.columns:
                    flags.put("other", shown(type_)[:40])
                continue
            yield self._piece(kind, reader, row, is_refund=type_.startswith(BOL_REFUND))

    def _piece(self, kind: Kind, reader: _RowReader, row: Row, *, is_refund: bool) -> Piece:
        order, line = reader.order(row), reader.line(row)
        if reader.faults:
            return Piece([row], faults=reader.faults if kind is SALES else [])
        order.lines.append(line)
        (worth,) = account(order).lines
        if kind is SALES and not is_refund:
            self.flags.put("with_tax")
            return Piece([row], [(row[0], sale_row(self.brand, self.reading.source, order, worth, ""))])
        if kind is REFUNDS and is_refund and worth.base:
            ref = f"{reader.cell(row[1], 'type')} {order.occurred_at.date().isoformat()}"[:128]
            return Piece([row], [(row[0], self._given_back(ref, order, line.ref, worth.base))])
        return Piece([row])

    def _given_back(self, ref: str, order: Order, line: str, amount: int) -> list[str]:
        when, currency = written(order.occurred_at), order.currency
        return [self.brand, self.reading.source, ref, order.ref, line, when, "", major(amount, currency), currency]


@dataclass
class Payments(Specification):
    """Refunds of the payment transactions of Shopify: dated, but of a whole order, so each is spread over its lines.
    What is not known here as a sale has no lines (`refunded` are all orders, for whoever can tell which those are), and
    an order whose refunds came by an order export, or by the shop itself, has them."""

    refunded: set[str] = field(default_factory=set)

    @property
    def kinds(self) -> Sequence[Kind]:
        """Refunds only: what was paid says nothing of lines."""
        return (ORDER_REFUNDS,)

    def pieces(self, kind: Kind, rows: Iterable[Row]) -> Iterator[Piece]:
        """A piece a row."""
        reader = _RowReader(self.reading, Flags())
        for row in rows:
            if row[0] <= self.reading.begins:
                continue
            type_ = reader.cell(row[1], "type")
            if type_.casefold() != "refund":
                self.flags.put("other", shown(type_)[:40])
                continue
            order = reader.order(row)
            amount = reader.money(row, "amount")
            if reader.faults or not amount:
                yield Piece([row], faults=reader.faults)
                continue
            self.refunded.add(order.ref)
            order.lines.append(Line(row[0], WHOLE_ORDER, WHOLE_ORDER, amount=amount))
            (worth,) = account(order).lines
            ref = f"transaction {written(order.occurred_at)}"
            yield Piece([row], [(row[0], self._given_back(ref, order, WHOLE_ORDER, worth.base))])
