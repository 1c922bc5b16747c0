"""What a creator has sold, as others may read it: verified by the books, and never one brand's sales alone.

Who knows their own sales could take them from a sum and read a rival's. So a brand that has not agreed is only ever
shown in a sum with two others that have not either, and the sum is one and the same for everybody: one that was cut
otherwise for a brand could be taken from what that brand reads once it signs out. What a month adds to a sum, or takes
away once it is a year old, would tell the same. So a sum is made of months that are each over enough such brands, and
of stretches that put the others of a quarter together until they are; a quarter of which a part is too old has none.
The current month is never in it. A brand reads its own sales beside the sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import select

from app.contracts.models import Contract
from app.creators.models import ResultConsent
from app.database import db, raw, rows
from app.errors import NotFound
from app.security import Identity
from app.users.models import Brand, Creator
from app.users.trail import record

UNKNOWN = 3  # how many brands without consent a sum takes: each may be a reader, so that two are left
KNOWN = 2  # how many besides the reader's own, where a figure is told as a whole or not at all


@dataclass(frozen=True)
class Total:
    """What was sold in one currency, in minor units; for one brand by name where it has agreed, else over several."""

    currency: str
    brands: int
    orders: int
    gross: int
    net: int
    brand: str = ""
    own: bool = False  # of a brand of the reader's, that nobody else reads of

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
class BrandMonth:
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
    by_currency: dict[str, list[BrandMonth]] = defaultdict(list)
    for row in rows(raw(), "app.creators", "results_months", values):
        by_currency[row.currency].append(BrandMonth(row.brand_id, row.month, row.orders, row.gross, row.net))
    consented, until_when = _agreed(creator_id)
    own = frozenset(readers or ()) - consented
    usable = {
        currency: [m for m in months if not _withdrawn(m, until_when)] for currency, months in by_currency.items()
    }
    shown = {currency: shown_months(months, consented, since) for currency, months in usable.items()}
    brands = {month.brand_id for months in shown.values() for month in months}
    told_months = {(currency, month) for currency, months in shown.items() for month in months}
    streamed = [row for row in rows(raw(), "app.creators", "results_airtime", values) if row.brand_id in brands]
    return Verified(
        since=since,
        until=until,
        totals=[_total(currency, months) for currency, months in sorted(shown.items()) if months],
        single=_single(by_currency, consented, own, since),
        streams=sum(row.streams for row in streamed),
        minutes=sum(row.minutes for row in streamed),
        withheld=any(
            month.month >= since and month.brand_id not in own and (currency, month) not in told_months
            for currency, months in by_currency.items()
            for month in months
        ),
    )


def tells(creator_id: int, brands: Collection[int], readers: Collection[int] | None) -> bool:
    """Whether figures of what the creator sold for these brands together may be told to somebody of the brands
    `readers`, or to a stranger (None): no other brand is in them, or enough are."""
    consented, until_when = _agreed(creator_id)
    secret = frozenset(brands) - consented - frozenset(readers or ())
    return not secret or len(secret - set(until_when)) >= _least(readers)


def consent(brand: Brand, creator: Creator, *, give: bool, by: Identity, at: datetime) -> None:
    """Lets the creator show what was sold for the brand alone, or no longer. NotFound without a contract of the two.

    What it was until the day it is taken back, anybody may have noted: those months stay out of every sum from then on,
    or the others in it could be read."""
    worked = select(Contract.id).where(Contract.brand_id == brand.id, Contract.creator_id == creator.id).limit(1)
    if db.session.scalar(worked) is None:
        raise NotFound(gettext("There is no such creator, or you have no contract with them."))
    given = db.session.get(ResultConsent, (brand.id, creator.id), with_for_update=True)
    if give and given is None:
        db.session.add(ResultConsent(brand_id=brand.id, creator_id=creator.id, given_by=by.person_id, given_at=at))
    elif given is not None and give:
        given.given_by, given.given_at, given.withdrawn_at = by.person_id, at, None
    elif given is not None and given.withdrawn_at is None:
        given.withdrawn_at = at
    db.session.flush()
    record("consent" if give else "withdraw consent", "creator", creator.id, by=by, at=at, brand=brand.handle)


def consents(brand: Brand) -> list[tuple[Creator, ResultConsent | None]]:
    """The creators the brand has or had a contract with, by name, and its consent where it has given one."""
    given_consents = select(ResultConsent).filter_by(brand_id=brand.id, withdrawn_at=None)
    given = {row.creator_id: row for row in db.session.scalars(given_consents)}
    worked = select(Contract.creator_id).where(Contract.brand_id == brand.id)
    creators = db.session.scalars(select(Creator).where(Creator.id.in_(worked)).order_by(Creator.name, Creator.id))
    return [(creator, given.get(creator.id)) for creator in creators]


def shown_months(months: Sequence[BrandMonth], consented: frozenset[int], since: date) -> list[BrandMonth]:
    """The months of one currency that may be in a sum: those of brands that have agreed, and stretches of whole months
    over enough of the others, which stay the same whenever somebody looks, and whoever does."""
    open_ = [month for month in months if month.brand_id in consented]
    secret = [month for month in months if month.brand_id not in consented]
    closed = [month for stretch in _stretches(secret, UNKNOWN, since) for month in stretch]
    return closed + [month for month in open_ if month.month >= since]


def _least(readers: Collection[int] | None) -> int:
    return UNKNOWN if readers is None else KNOWN


def _stretches(months: Sequence[BrandMonth], least: int, since: date) -> Iterator[list[BrandMonth]]:
    """Months that are over at least so many brands; and the others of each whole quarter in their order, cut where each
    piece is, without what is left over."""
    piece: list[BrandMonth] = []
    quarter = since
    for month in sorted({each.month for each in months if each.month >= since}):
        here = [each for each in months if each.month == month]
        if len({each.brand_id for each in here}) >= least:
            yield here
            continue
        if quarter != (quarter := month.replace(month=(month.month - 1) // 3 * 3 + 1)):
            piece = []
        piece += here if quarter >= since else []
        if len({each.brand_id for each in piece}) >= least:
            yield piece
            piece = []


def _withdrawn(month: BrandMonth, until_when: Mapping[int, date]) -> bool:
    """Whether a month is of a brand that has agreed and then no longer, and had begun by then."""
    until = until_when.get(month.brand_id)
    return until is not None and month.month <= until


def _single(
    months: Mapping[str, Sequence[BrandMonth]], consented: frozenset[int], own: frozenset[int], since: date
) -> list[Total]:
    """The brands that have agreed, and the reader's own, each alone, by name."""
    wanted = consented | own
    names: dict[int, str] = dict(
        list(db.session.execute(select(Brand.id, Brand.name).where(Brand.id.in_(wanted)))) if wanted else []
    )
    by_brand: dict[tuple[str, int], list[BrandMonth]] = defaultdict(list)
    for currency, some in sorted(months.items()):
        for month in some:
            if month.month >= since and month.brand_id in wanted:
                by_brand[currency, month.brand_id].append(month)
    totals = [
        _total(currency, some, names[brand_id], own=brand_id in own) for (currency, brand_id), some in by_brand.items()
    ]
    return sorted(totals, key=lambda total: total.brand.casefold())


def _total(currency: str, months: Sequence[BrandMonth], brand: str = "", *, own: bool = False) -> Total:
    return Total(
        currency=currency,
        brands=len({month.brand_id for month in months}),
        orders=sum(month.orders for month in months),
        gross=sum(month.gross for month in months),
        net=sum(month.net for month in months),
        brand=brand,
        own=own,
    )


def _agreed(creator_id: int) -> tuple[frozenset[int], dict[int, date]]:
    """The brands that have agreed, and until which day those had that no longer do."""
    rows = db.session.scalars(select(ResultConsent).where(ResultConsent.creator_id == creator_id)).all()
    ended = {row.brand_id: row.withdrawn_at.date() for row in rows if row.withdrawn_at}
    return frozenset(row.brand_id for row in rows) - set(ended), ended
