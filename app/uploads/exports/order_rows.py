"""The rows of an export as orders: what stands together under one order number is one order, and of what is said of the
order the first cell counts that says anything. Nothing is added up over rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask_babel import gettext

from app.creators.accounts import visible
from app.creators.lists.cells import country
from app.csvfiles.report import Fault, shown
from app.csvfiles.tables import Row
from app.errors import BadFile
from app.money import CURRENCIES
from app.uploads.exports.amounts import amount
from app.uploads.exports.fields import AMOUNTS
from app.uploads.exports.flags import Flags
from app.uploads.exports.instants import DOUBTFUL, NONE, UNREAL, NoInstant, instant
from app.uploads.exports.orders import Line, Order, Standing
from app.uploads.exports.packed import items
from app.uploads.exports.reading import Reading
from app.uploads.exports.statuses import is_refunded, is_yes, standing_of

MOST_ROWS = 10_000  # of one order
MOST_PIECES = 10_000_000
OF_ORDER = ("status", "currency", "subtotal", "total")
NAME = 128  # characters of what names a product
SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]{1,14}))?[Ee]\+?([0-9]{1,2})")
CODES = re.compile(r"\s*[,;|]\s*")
TIMES = re.compile(r"[0-9]{1,2}[:.][0-9]{2}")


@dataclass
class Read:
    """What belongs to one order: the order, or what is wrong with it."""

    origin: list[Row]
    order: Order | None
    faults: list[Fault]


class Rows:
    """Reads rows as a Reading says. `tax_inside`: what the program does with tax, None where it differs."""

    def __init__(self, reading: Reading, flags: Flags, tax_inside: bool | None = None) -> None:
        self.reading, self.flags, self.tax_inside = reading, flags, tax_inside
        self.columns = dict(reading.columns)
        self.faults: list[Fault] = []
        self.packed = [name for name in reading.columns if name == "items" or name.startswith("item_")]
        self.reasons = {
            "empty": gettext("nothing stands here"),
            "amount": gettext("no amount, or one that can be read in two ways"),
            "negative": gettext("an amount below zero"),
            "quantity": gettext("no whole number of pieces"),
            "items": gettext("items that can’t be told apart"),
            "currency": gettext("no currency of ISO 4217, like EUR"),
            DOUBTFUL: gettext("day or month may come first: choose which below"),
            UNREAL: gettext("this time does not exist in the time zone of the shop"),
            NONE: gettext("no date"),
            "torn": gettext("the rows of this order don’t stand together: sort the file by order number"),
        }

    def orders(self, rows: Iterable[Row], wanted: Callable[[list[Row]], bool] = bool) -> Iterator[Read]:
        """The orders, one after another; those that are not wanted are not read."""
        for ref, group in groupby(rows, key=lambda row: self.cell(row[1], "order")):
            origin = []
            for row in group:
                origin.append(row)
                if len(origin) > MOST_ROWS:
                    raise BadFile(
                        gettext(
                            "More than %(count)s rows have the order number “%(order)s”: is it in another column?",
                            count=f"{MOST_ROWS:,}",
                            order=shown(ref),
                        )
                    )
            if ref:
                yield self._read(ref, origin) if wanted(origin) else Read(origin, None, [])
                continue
            for row in origin:
                fault = Fault(row[0], self.reading.heading("order"), "", self.reasons["empty"])
                yield Read([row], None, [fault])

    def cell(self, cells: Sequence[str], name: str) -> str:
        """What a row says, without what can't be seen."""
        at = self.columns.get(name)
        text = cells[at] if at is not None and at < len(cells) else ""
        return text if (text.isalnum() and text.isascii()) or not text else visible(text)

    def first(self, origin: Sequence[Row], name: str) -> tuple[int, str]:
        """The first cell of an order's rows that says anything, with its line."""
        for line, cells in origin:
            if cell := self.cell(cells, name):
                return line, cell
        return origin[0][0], ""

    def gives_back(self, origin: Sequence[Row]) -> bool:
        """Whether something of the order may have been refunded, or all of it cancelled."""
        status = self.first(origin, "status")[1]
        sold = not status or standing_of(status) is Standing.SOLD
        return not sold or bool(self.first(origin, "refunded")[1]) or self._all_back(origin)

    def _read(self, ref: str, origin: list[Row]) -> Read:
        self.faults = []
        order = self._order(ref, origin)
        if self._is_torn(origin):
            self._fault(origin[0][0], "order", ref, "torn")
        return Read(origin, None if self.faults else order, self.faults)

    def _is_torn(self, origin: Sequence[Row]) -> bool:
        """Whether these are rows of an order whose first row, which says all of the order, stands elsewhere."""
        said = [name for name in OF_ORDER if name in self.reading.columns]
        return len(said) > 1 and not any(self.first(origin, name)[1] for name in said)

    def _order(self, ref: str, origin: list[Row]) -> Order:
        _line, coupon = self.first(origin, "coupon")
        said: dict[str, Any] = {
            name: self._amount(*self.first(origin, name), name)
            for name in ("discount", "subtotal", "shipping", "tax", "duties", "total", "refunded")
        }
        order = Order(
            exact_number(ref),
            origin,
            self._instant(origin),
            self._currency(origin),
            standing=self._standing(ref, origin),
            email=self.first(origin, "email")[1].lower(),
            country=self._country(origin),
            coupon=self._coupon(ref, coupon),
            stream=self._stream(origin),
            tax_inside={"inside": True, "beside": False}.get(self.reading.tax, self.tax_inside),
            **said,
        )
        self._lines(order)
        if order.refunded is None and self._all_back(origin):
            order.refunded = order.total or sum((line.gross for line in order.lines), Decimal())
        for name in ("discount", "refunded"):  # shops write them with and without a minus
            value = getattr(order, name)
            setattr(order, name, None if value is None else abs(value))
        return order

    def _lines(self, order: Order) -> None:
        used = set[str]()
        for line, cells in order.origin:
            for said in self._said(line, cells):
                read = self._line(line, said, len(order.lines) + 1)
                if read is None:
                    continue
                if read.ref in used:
                    read.ref = f"{read.ref}-{len(order.lines) + 1}"
                used.add(read.ref)
                order.lines.append(read)
        if self.packed:
            order.discount = None  # the totals of packed items have it already

    def _said(self, line: int, cells: Sequence[str]) -> list[Mapping[str, str]]:
        """What a row says of its line, or of the lines that are packed in it."""
        if not self.packed:
            names = ("line", "sku", "description", "quantity", "taxable", *AMOUNTS)
            said = {name: self.cell(cells, name) for name in names}
            return [said] if any(said[name] for name in ("sku", "description", "unit_price", "amount")) else []
        found: list[Mapping[str, str]] = []
        for name in self.packed:
            if cell := self.cell(cells, name):
                read = items(cell)
                if read is None:
                    self._fault(line, name, cell, "items")
                found += [_unpacked(each) for each in read or ()]
        return found

    def _line(self, at: int, said: Mapping[str, str], number: int) -> Line | None:
        sku, description = exact_number(said.get("sku", "")), said.get("description", "")
        quantity = self._quantity(at, said.get("quantity", ""))
        price = self._amount(at, said.get("unit_price", ""), "unit_price")
        whole = self._amount(at, said.get("amount", ""), "amount")
        if not quantity:
            return None
        if price is None and whole is None and not self.faults:
            self._fault(at, "unit_price" if "unit_price" in self.reading.columns else "amount", "", "empty")
        for name, value in (("unit_price", price), ("amount", whole)):
            if value is not None and value < 0:
                self._fault(at, name, said[name], "negative")
        if not sku:
            self.flags.put("sku", description[:40])
        return Line(
            at,
            exact_number(said.get("line", "")) or str(number),
            sku or description[:NAME],
            description,
            quantity,
            price,
            whole,
            abs(self._amount(at, said.get("line_discount", ""), "line_discount") or Decimal()),
            self._amount(at, said.get("line_tax", ""), "line_tax"),
            taxable=not said.get("taxable") or is_yes(said["taxable"]),
        )

    def _quantity(self, at: int, cell: str) -> int:
        if not cell:
            return 1 if "quantity" not in self.reading.columns else 0
        number = amount(cell, self.reading.decimal_sign)
        if number is None or number != int(number) or not 0 <= number <= MOST_PIECES:
            self._fault(at, "quantity", cell, "quantity")
            return 1
        return int(number)

    def _amount(self, at: int, cell: str, name: str) -> Decimal | None:
        number = amount(cell, self.reading.decimal_sign) if cell else None
        if cell and number is None:
            self._fault(at, name, cell, "amount")
        return number

    def _instant(self, origin: Sequence[Row]) -> datetime:
        at, day = self.first(origin, "occurred_at")
        _at, time = self.first(origin, "time")
        if time and not TIMES.search(day):
            day = f"{day} {time}"
        elif day and not TIMES.search(day) and not day.replace(".", "").replace(",", "").isdecimal():
            self.flags.put("day", self.first(origin, "order")[1])
        first = {"day": True, "month": False}.get(self.reading.day_first)
        try:
            return instant(day, self.reading.zone, day_first=first)
        except NoInstant as error:
            self._fault(at, "occurred_at", day, str(error) if day else "empty")
            return datetime.min.replace(tzinfo=UTC)

    def _currency(self, origin: Sequence[Row]) -> str:
        at, cell = self.first(origin, "currency")
        currency = cell.upper() or self.reading.currency
        if currency not in CURRENCIES:
            self._fault(at, "currency", cell, "currency")
            return self.reading.currency
        return currency

    def _country(self, origin: Sequence[Row]) -> str:
        cell = self.first(origin, "country")[1]
        return (country(cell.upper() if len(cell) == 2 else cell) or "") if cell else ""

    def money(self, row: Row, name: str) -> Decimal:
        """An amount without its sign; 0 where there is none, or none that can be read, which is a fault."""
        return abs(self._amount(row[0], self.cell(row[1], name), name) or Decimal())

    def _standing(self, ref: str, origin: Sequence[Row]) -> Standing:
        _at, cell = self.first(origin, "status")
        standing = standing_of(cell) if cell else Standing.SOLD
        if standing is None:
            self.flags.put("status", f"{shown(ref)}: {shown(cell)}")
            return Standing.SOLD
        if standing is Standing.UNPAID and self.first(origin, "cancelled_at")[1]:
            return Standing.CANCELLED
        return standing

    def _all_back(self, origin: Sequence[Row]) -> bool:
        return is_refunded(self.first(origin, "status")[1]) or is_yes(self.first(origin, "returned")[1])

    def _coupon(self, ref: str, cell: str) -> str:
        code = cell.partition("code:")[2].partition("|")[0] if cell.startswith("code:") else cell
        codes = [each for each in CODES.split(code) if each]
        if len(codes) > 1:
            self.flags.put("codes", shown(ref))
        return codes[0] if codes else ""

    def _stream(self, origin: Sequence[Row]) -> str:
        """A video or showcase is no stream."""
        _at, kind = self.first(origin, "content")
        live = not kind or "live" in kind.casefold() or "trực tiếp" in kind.casefold()
        return exact_number(self.first(origin, "stream")[1]) if live else ""

    def _fault(self, at: int, name: str, value: str, reason: str) -> None:
        self.faults.append(Fault(at, self.reading.heading(name), shown(value), self.reasons[reason]))


def exact_number(cell: str) -> str:
    """A number that a spreadsheet has shortened, where every digit of it is left: `1.234567E+6` is 1234567."""
    match = SCIENTIFIC.fullmatch(cell)
    if match is None:
        return cell
    digits, places = match[1] + (match[2] or ""), int(match[3])
    return digits if match[2] and len(match[2]) == places else cell


def _unpacked(item: Mapping[str, str]) -> Mapping[str, str]:
    """An item with the names that a row has: its total has the discount in it, its subtotal has not."""
    said = dict(item)
    total, subtotal = said.pop("total", ""), said.pop("subtotal", "")
    if subtotal and total:
        said["amount"] = subtotal
        before, after = amount(subtotal, ""), amount(total, "")
        if before is not None and after is not None and before > after:
            said["line_discount"] = f"{before - after:f}"
    elif total:
        said["amount"] = total
    said.pop("unit_price", None) if total else None
    return said
