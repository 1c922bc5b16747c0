"""A creator's month with all brands: opening, commissions, refunds, bonuses, VAT, payouts, closing; page, CSV and PDF.

Months are cut by the instant written (settlement.md section 8), by the platform's clock. What is owed is what stands on
the creator's account and what is on its way to the bank, so that the closing of the running month is the sum of the
cards of the earnings page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import typst
from flask_babel import get_locale, gettext

from app.clock import first_instant, first_of_next_month
from app.database import query_rows, rows, statement
from app.errors import NotFound
from app.formatting import money
from app.money import Money
from app.users.models import Brand, Creator
from app.words import word
from config import settings

Connection = psycopg.Connection[Any]
MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")
IN_PDF = 5_000  # single entries; a month with more has them by day, kind and brand there, and all in the CSV
STREAMS = 200  # on a page
COLUMNS = "recorded_at,what,brand,order,line,detail,payable_from,amount,currency".split(",")


@dataclass(frozen=True)
class Sums:
    """The month in one currency, in minor units; `refunds` and `paid` are negative."""

    currency: str
    opening: int
    commissions: int
    refunds: int
    bonuses: int
    vat: int
    written_off: int
    paid: int
    returned: int
    closing: int
    pending: int
    payable: int
    in_transit: int


@dataclass(frozen=True)
class Span:
    """The instants of a month by the platform's clock, and the UTC day that parts pending from payable at its end."""

    month: date
    begin: datetime
    end: datetime
    on: date


def month_of(text: str, *, at: datetime) -> Span:
    """The month `2026-06` of an address; NotFound for nonsense and for months to come."""
    month = date.fromisoformat(f"{text}-01") if MONTH.fullmatch(text) else None
    zone = settings().platform_timezone
    if month is None or month > at.astimezone(ZoneInfo(zone)).date():
        raise NotFound(gettext("There is no statement of that month."))
    begin, end = first_instant(month, zone), first_instant(first_of_next_month(month), zone)
    last = min(at, end - timedelta(microseconds=1))
    return Span(month, begin, end, last.astimezone(UTC).date())


def months(connection: Connection, creator_id: int, *, at: datetime) -> list[date]:
    """The months from the first in which something was booked for the creator until now, the latest first."""
    query = "select min(recorded_at) from entry where creator_id = %s and brand_id in (select id from brand)"
    row = connection.execute(query, [creator_id]).fetchone()
    if row is None or row[0] is None:
        return []
    zone = ZoneInfo(settings().platform_timezone)
    month, last = (each.astimezone(zone).date().replace(day=1) for each in (row[0], at))
    begun = []
    while month <= last:
        begun.append(month)
        month = first_of_next_month(month)
    return begun[::-1]


def sums(connection: Connection, creator_id: int, span: Span, brand_id: int | None = None) -> list[Sums]:
    """The month added up, by currency, with all brands or with one."""
    given = {"creator": creator_id, "brand": brand_id, "begin": span.begin, "end": span.end, "on": span.on}
    return rows(connection, "app.desks", "month_account_sums", given, Sums)


def movements(
    connection: Connection, creator_id: int, span: Span, limit: int | None = None, brand_id: int | None = None
) -> list[Any]:
    """The entries of the month that change what is owed, oldest first; the first `limit` of them where it is given."""
    query = statement("app.desks", "month_account") + " limit %(limit)s"
    given = {"creator": creator_id, "brand": brand_id, "begin": span.begin, "end": span.end, "limit": limit}
    return list(query_rows(connection, query, given))


def streams(connection: Connection, creator_id: int, span: Span, brand_id: int | None = None) -> list[Any]:
    """The month's commissions by stream, oldest first, what belongs to no stream at the end; at most STREAMS."""
    given = {"creator": creator_id, "brand": brand_id, "begin": span.begin, "end": span.end, "limit": STREAMS}
    return rows(connection, "app.desks", "month_account_streams", given)


def what(movement: Any) -> str:
    """What an entry is, in the reader's words."""
    if movement.kind == "commission" and movement.amount < 0:
        return str(gettext("Refund or correction"))
    return {"settle": str(gettext("Paid out"))}.get(movement.kind, word(movement.kind))


def detail(movement: Any) -> str:
    """Which bonus, of which month; which payout; which invoice has that VAT."""
    if movement.bonus:
        return f"{word(movement.bonus)} {movement.bonus_month:%Y-%m}"
    return movement.payout_ref or movement.invoice or ""


def cells(account: Sequence[Sums], entries: Sequence[Any]) -> Iterator[list[Any]]:
    """The rows of the CSV: the opening of each currency, every entry, the closings. Amounts in major units add up."""
    for each in account:
        yield _balance(gettext("Opening balance"), each.opening, each.currency)
    for entry in entries:
        yield [
            entry.recorded_at.astimezone(UTC).isoformat(),
            what(entry),
            entry.brand_name,
            entry.order_ref,
            entry.line_ref,
            detail(entry),
            entry.available_on if entry.kind in ("commission", "bonus") else "",
            Money(entry.amount, entry.currency).major(),
            entry.currency,
        ]
    for each in account:
        yield _balance(gettext("Closing balance"), each.closing, each.currency)


def _balance(name: str, amount: int, currency: str) -> list[Any]:
    return ["", name, "", "", "", "", "", Money(amount, currency).major(), currency]


def summary(each: Sums) -> list[tuple[str, int]]:
    """The lines of a month from its opening to its closing."""
    return [
        (str(gettext("Opening balance")), each.opening),
        (str(gettext("Commissions")), each.commissions),
        (str(gettext("Refunds and corrections")), each.refunds),
        (str(gettext("Bonuses")), each.bonuses),
        (str(gettext("VAT of invoices")), each.vat),
        *([(str(gettext("Debts written off")), each.written_off)] if each.written_off else []),
        (str(gettext("Paid out")), each.paid),
        (str(gettext("Payouts that came back")), each.returned),
        (str(gettext("Closing balance")), each.closing),
    ]


def pdf(
    creator: Creator,
    span: Span,
    account: Sequence[Sums],
    entries: Sequence[Any],
    *,
    at: datetime,
    brand: Brand | None = None,
) -> bytes:
    """The same on paper (A4), in the reader's language. Everything people wrote is a string there, never markup."""
    zone = ZoneInfo(settings().platform_timezone)
    data = {
        "language": str(get_locale() or "en"),
        "title": gettext("Statement for %(month)s", month=f"{span.month:%Y-%m}"),
        "creator": f"{creator.name} – {brand.name}" if brand else creator.name,
        "platform": settings().platform_name,
        "made": gettext("As of %(at)s UTC", at=f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"),
        "sums": [
            {
                "currency": each.currency,
                "rows": [[name, money(amount, each.currency)] for name, amount in summary(each)],
            }
            for each in account
        ],
        "head": [gettext("Day"), gettext("What"), gettext("Brand"), gettext("Reference"), gettext("Amount")],
        "rows": _paper_rows(entries, zone),
        "note": gettext("There are more entries than fit on paper: here they are by day; the CSV has every single one.")
        if len(entries) > IN_PDF
        else "",
    }
    template = files("app.desks").joinpath("month_account.typ").read_bytes()
    return typst.compile(template, sys_inputs={"data": json.dumps(data)}, timestamp=int(at.timestamp()))


def _paper_rows(entries: Sequence[Any], zone: ZoneInfo) -> list[list[str]]:
    """Day, what, brand, reference and amount of each entry; by day, kind and brand where there are too many."""
    if len(entries) <= IN_PDF:
        return [
            [
                f"{entry.recorded_at.astimezone(zone):%Y-%m-%d}",
                what(entry),
                entry.brand_name,
                f"{entry.order_ref} / {entry.line_ref}" if entry.order_ref else detail(entry),
                money(entry.amount, entry.currency),
            ]
            for entry in entries
        ]
    days: dict[tuple[str, str, str, str], int] = {}
    for entry in entries:
        key = (f"{entry.recorded_at.astimezone(zone):%Y-%m-%d}", what(entry), entry.brand_name, entry.currency)
        days[key] = days.get(key, 0) + entry.amount
    return [[day, name, brand, "", money(amount, currency)] for (day, name, brand, currency), amount in days.items()]
