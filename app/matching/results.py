"""What a creator has sold, as others may read it: verified by the books, and never one brand's sales alone.

Who knows their own sales could take them from a sum and read a rival's. So a brand that has not agreed is only ever
shown in a sum with another one that has not either: with two others where the reader may be anybody, for one of the
brands is a reader too once it signs out. What a month adds to a sum would tell the same; so a sum grows by stretches of
whole months, each closed once it is over enough such brands, and the current month is never in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from psycopg.rows import namedtuple_row
from sqlalchemy import delete, select

from app.contracts.models import Contract
from app.database import db, raw, statement
from app.errors import NotFound
from app.matching.models import ResultConsent
from app.security import Identity
from app.users.models import Brand, Creator
from app.users.trail import record

KNOWN, UNKNOWN = 2, 3  # how many brands without consent a sum takes, besides the reader's own; of a stranger: one more


@dataclass(frozen=True)
class Total:
    """What was sold in one currency, in minor units; for one brand by name where it has agreed, else over several."""

    currency: str
    brands: int
    orders: int
    gross: int
    net: int
    brand: str = ""

    @property
    def refund_bps(self) -> int:
        """What came back of what was sold, in basis points."""
        return round((self.gross - self.net) * 10_000 / self.gross) if self.gross else 0


@dataclass(frozen=True)
class Verified:
    """What a reader may know of a creator's last twelve whole months: from the first day of `since` to that of `until`,
    which is not in it. `withheld`: there is more, which this reader could read a brand's sales from."""

    since: date
    until: date
    totals: list[Total]
    single: list[Total]
    streams: int
    minutes: int
    withheld: bool


@dataclass(frozen=True)
class _Month:
    """One brand's month in one currency."""

    brand_id: int
    month: date
    orders: int
    gross: int
    net: int


def verified(creator_id: int, *, at: datetime, readers: Collection[int] | None = None) -> Verified:
    """The creator's results for somebody of the brands `readers` (their numbers; none: of no brand that sells with the
    creator), or for a stranger (None). Amounts in minor units; from `outcome` and `airtime`, so as of last night."""
    until = at.date().replace(day=1)
    since = until.replace(year=until.year - 1)
    values = {"creator": creator_id, "since": since, "until": until}
    by_currency: dict[str, list[_Month]] = defaultdict(list)
    for row in _rows("results_months", values):
        by_currency[row.currency].append(_Month(row.brand_id, row.month, row.orders, row.gross, row.net))
    consented = frozenset(db.session.scalars(_consents(creator_id)))
    shown = {currency: _shown(months, consented, readers, since) for currency, months in by_currency.items()}
    brands = {month.brand_id for months in shown.values() for month in months}
    told = {(currency, month) for currency, months in shown.items() for month in months}
    streamed = [row for row in _rows("results_airtime", values) if row.brand_id in brands]
    return Verified(
        since=since,
        until=until,
        totals=[_total(currency, months) for currency, months in sorted(shown.items()) if months],
        single=_single(shown, consented),
        streams=sum(row.streams for row in streamed),
        minutes=sum(row.minutes for row in streamed),
        withheld=any(
            month.month >= since and (currency, month) not in told
            for currency, months in by_currency.items()
            for month in months
        ),
    )


def consent(brand: Brand, creator: Creator, *, give: bool, by: Identity, at: datetime) -> None:
    """Lets the creator show what was sold for the brand alone, or no longer. NotFound without a contract of the two."""
    worked = select(Contract.id).where(Contract.brand_id == brand.id, Contract.creator_id == creator.id).limit(1)
    if db.session.scalar(worked) is None:
        raise NotFound(gettext("There is no such creator, or you have no contract with them."))
    db.session.execute(
        delete(ResultConsent).where(ResultConsent.brand_id == brand.id, ResultConsent.creator_id == creator.id)
    )
    if give:
        db.session.add(ResultConsent(brand_id=brand.id, creator_id=creator.id, given_by=by.person_id, given_at=at))
    db.session.flush()
    record("consent" if give else "withdraw consent", "creator", creator.id, by=by, at=at, brand=brand.handle)


def consents(brand: Brand) -> list[tuple[Creator, ResultConsent | None]]:
    """The creators the brand has or had a contract with, by name, and its consent where it has given one."""
    given = {row.creator_id: row for row in db.session.scalars(select(ResultConsent).filter_by(brand_id=brand.id))}
    worked = select(Contract.creator_id).where(Contract.brand_id == brand.id)
    creators = db.session.scalars(select(Creator).where(Creator.id.in_(worked)).order_by(Creator.name, Creator.id))
    return [(creator, given.get(creator.id)) for creator in creators]


def _shown(
    months: Sequence[_Month], consented: frozenset[int], readers: Collection[int] | None, since: date
) -> list[_Month]:
    """The months of one currency that may be in a sum: those of brands that have agreed, and stretches of whole months
    over enough of the others. A stretch is as long as it must be, from the creator's first month on, so that it stays
    the same whenever somebody looks."""
    told = consented | frozenset(readers or ())
    open_ = [month for month in months if month.brand_id in told]
    secret = [month for month in months if month.brand_id not in told]
    least = UNKNOWN if readers is None else KNOWN
    closed = [month for stretch in _stretches(secret, least) if stretch[-1].month >= since for month in stretch]
    return closed + [month for month in open_ if month.month >= since]


def _stretches(months: Sequence[_Month], least: int) -> Iterator[list[_Month]]:
    """Months in their order, cut where each piece is over at least so many brands; what is left over is not."""
    piece: list[_Month] = []
    for month in sorted({each.month for each in months}):
        piece += [each for each in months if each.month == month]
        if len({each.brand_id for each in piece}) >= least:
            yield piece
            piece = []


def _single(shown: Mapping[str, Sequence[_Month]], consented: frozenset[int]) -> list[Total]:
    """The brands that have agreed, each alone, by name."""
    names: dict[int, str] = dict(
        list(db.session.execute(select(Brand.id, Brand.name).where(Brand.id.in_(consented)))) if consented else []
    )
    found = [
        _total(currency, [month for month in months if month.brand_id == brand_id], names[brand_id])
        for currency, months in sorted(shown.items())
        for brand_id in sorted(consented & {month.brand_id for month in months})
    ]
    return sorted(found, key=lambda total: total.brand.casefold())


def _total(currency: str, months: Sequence[_Month], brand: str = "") -> Total:
    return Total(
        currency=currency,
        brands=len({month.brand_id for month in months}),
        orders=sum(month.orders for month in months),
        gross=sum(month.gross for month in months),
        net=sum(month.net for month in months),
        brand=brand,
    )


def _consents(creator_id: int) -> Any:
    return select(ResultConsent.brand_id).where(ResultConsent.creator_id == creator_id)


def _rows(name: str, values: dict[str, Any]) -> list[Any]:
    with raw().cursor(row_factory=namedtuple_row) as cursor:
        return list(cursor.execute(statement(__package__ or "", name), values).fetchall())
