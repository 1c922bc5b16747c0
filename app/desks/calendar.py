"""The calendar of exclusivity: a creator sees who closes what and when, a brand who is free for it, without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale, gettext
from psycopg.types.multirange import Multirange
from sqlalchemy import Select, or_, select, union
from sqlalchemy.orm import joinedload

from app.catalog.taxonomy import CATEGORY, FORMAT, PLATFORM, TERRITORY, multirange_text, tree
from app.contracts.exclusivity.claim_boxes import Spans, local_day
from app.contracts.exclusivity.closures import category_names
from app.contracts.exclusivity.numbered_claims import number, span, spans
from app.contracts.models import Breach, Contract, Offer, Waiver
from app.database import db, raw, rows, statement
from app.streams.models import Stream
from app.users.models import Brand, Creator

MONTHS = 6
TICK = timedelta(microseconds=1)
DECIDED_SHOWN = 30  # waivers and cases that are over, the latest


@dataclass(frozen=True)
class Cell:
    """A month of a row: `free`, `closed`, `partly` or `work`, and on which days where it is not the whole month."""

    state: str
    days: str = ""


@dataclass(frozen=True)
class Line:
    """One claim of a creator as the creator reads it."""

    kind: str
    brand: str
    contract: Any
    ref: str
    whom: str
    categories: str
    where: str
    cells: list[Cell]


def months_from(first: date) -> list[date]:
    """The first days of the months shown."""
    months = [first.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    return months


def heads(months: Sequence[date]) -> list[tuple[str, str]]:
    """The months as an address has them, and in the reader's words."""
    return [(f"{month:%Y-%m}", str(format_date(month, "MMM y", locale=get_locale()))) for month in months]


def lines(creator: Creator, months: Sequence[date], category: str | None) -> list[Line]:
    """What the creator's contracts have them do and close in these months, in a category (its code) or in all."""
    during = span(months[0], _last(months[-1]), creator.timezone)
    values = {
        "creator": creator.id,
        "during": f"[{during.lower},{during.upper})",
        "categories": _categories([category]) if category else None,
    }
    return [_line(row, months) for row in rows(raw(), "app.desks", "calendar_claims", values)]


def free(
    brand: Brand, creators: Sequence[Creator], months: Sequence[date], categories: Sequence[str]
) -> dict[int, list[Cell]]:
    """By creator's number, month by month (days where the creator lives), whether the brand's work in these categories
    (codes) would be closed."""
    zones = {creator.id: creator.timezone for creator in creators}
    asked = [
        (creator_id, nr, span(months[nr], _last(months[nr]), zone))
        for creator_id, zone in zones.items()
        for nr in range(len(months))
    ]
    values = {
        "brand": brand.id,
        "creators": [creator_id for creator_id, _, _ in asked],
        "numbers": [nr for _, nr, _ in asked],
        "months": [f"[{period.lower},{period.upper})" for _, _, period in asked],
        "categories": _categories(categories),
    }
    cells = {creator.id: [Cell("free")] * len(months) for creator in creators}
    for creator_id, nr, closed, touched in raw().execute(statement("app.desks", "calendar_free"), values):
        fully = closed is not None and closed == touched
        days = _days(touched, months[nr], zones[creator_id])
        cells[creator_id][nr] = Cell("closed" if fully else "partly", days)
    return cells


def creators_of(brand: Brand, words: str | None) -> Select[Creator]:
    """The creators the brand has a contract or an offer with; or all whose name or handle has these words in it."""
    query = select(Creator).order_by(Creator.name, Creator.id)
    if words:
        return query.where(or_(Creator.handle == words, Creator.name.icontains(words, autoescape=True)))
    contracts = select(Contract.creator_id).where(Contract.brand_id == brand.id)
    return query.where(Creator.id.in_(union(contracts, select(Offer.creator_id).where(Offer.brand_id == brand.id))))


def waivers_of(*, brand: Brand | None = None, creator: Creator | None = None) -> list[Waiver]:
    """What was asked of a brand as holder, or by a creator: what waits first."""
    query = select(Waiver).join(Waiver.contract).options(joinedload(Waiver.contract), joinedload(Waiver.brand))
    query = query.where(_mine(brand, creator)).order_by((Waiver.status == "asked").desc(), Waiver.id.desc())
    return list(db.session.scalars(query.limit(DECIDED_SHOWN)))


@dataclass(frozen=True)
class Case:
    """A breach, and the stream or contract it is about."""

    breach: Breach
    stream: Stream | None
    other: Contract | None

    @property
    def late(self) -> bool:
        """Whether the answer came after the seven days."""
        return self.breach.answered_at is not None and self.breach.answered_at > self.breach.answer_by


def cases_of(*, brand: Brand | None = None, creator: Creator | None = None) -> list[Case]:
    """The cases of a brand's exclusivities, or of a creator's contracts: the open ones first."""
    query = select(Breach).join(Breach.contract).options(joinedload(Breach.contract)).where(_mine(brand, creator))
    query = query.order_by((Breach.status == "open").desc(), Breach.id.desc()).limit(DECIDED_SHOWN)
    breaches = list(db.session.scalars(query))
    streams = _by_id(Stream, [each.cause for each in breaches if each.kind == "stream"])
    contracts = _by_id(Contract, [each.cause for each in breaches if each.kind == "contract"])
    return [
        Case(
            each,
            streams.get(each.cause) if each.kind == "stream" else None,
            contracts.get(each.cause) if each.kind == "contract" else None,
        )
        for each in breaches
    ]


def closing_contracts(creator: Creator, at: datetime) -> list[Contract]:
    """The creator's contracts that close anything from now on: those of whose holders a waiver may be asked."""
    holders = raw().execute(
        "select distinct contract_id from claim where creator_id = %s::int and kind = 'block' and upper(period) > %s",
        [creator.id, at],
    )
    query = select(Contract).options(joinedload(Contract.brand)).where(Contract.id.in_([row[0] for row in holders]))
    return list(db.session.scalars(query.order_by(Contract.id)))


def _mine(brand: Brand | None, creator: Creator | None) -> Any:
    return Contract.brand_id == brand.id if brand else Contract.creator_id == (creator.id if creator else 0)


def _by_id(kind: type[Any], ids: Sequence[int]) -> dict[int, Any]:
    query = select(kind).options(joinedload(kind.brand)).where(kind.id.in_(ids))
    return {thing.id: thing for thing in db.session.scalars(query)} if ids else {}


def _line(row: Any, months: Sequence[date]) -> Line:
    scopes = {PLATFORM: row.platforms, TERRITORY: row.territories, FORMAT: row.formats}
    named = [_named(name, spans(scope)) for name, scope in scopes.items()]
    state = "closed" if row.kind == "block" else "work"
    cells = []
    for month in months:
        during = span(month, _last(month), row.timezone)
        met = Multirange([row.period]) if row.period.lower < during.upper and during.lower < row.period.upper else None
        cells.append(Cell(state, _days(met, month, row.timezone)) if met else Cell("free"))
    whom = gettext("Everybody else") if row.only is None else ", ".join(row.only)
    categories = category_names(spans(row.categories))
    return Line(
        row.kind,
        row.brand,
        row.contract,
        row.ref,
        whom,
        categories,
        "; ".join(", ".join(words) for words in named if words),
        cells,
    )


def _named(name: str, numbers: Spans) -> list[str]:
    """The nodes of a scope in words; none where it is the whole tree."""
    words = [word for lo, hi in numbers for word in tree(name).within(lo, hi)]
    return [] if any(word.depth == 0 for word in words) else [word.name for word in words]


def _days(periods: Multirange[datetime], month: date, zone: str) -> str:
    """On which days of the month; empty for all of it."""
    last = _last(month)
    stretches = []
    for lower, upper in ((each.lower, each.upper) for each in periods):
        if lower is None or upper is None:
            continue  # claims have two ends
        begin, end = max(local_day(lower, zone), month), min(local_day(upper - TICK, zone), last)
        if (begin, end) == (month, last):
            return ""
        stretches.append(f"{_short(begin)} – {_short(end)}" if begin < end else _short(begin))
    return ", ".join(stretches)


def _short(day: date) -> str:
    return str(format_date(day, "d MMM", locale=get_locale()))


def _last(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _categories(codes: Sequence[str]) -> str:
    return multirange_text(number(CATEGORY, codes))
