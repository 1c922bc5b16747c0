"""Whether terms keep the mandatory clauses of the countries they touch (rules.md B17): what counts towards a country's
limit, and what the contract still has to say. Which countries, and what they ask, is data (packs.py).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.catalog.taxonomy import ROOTS, TERRITORY, tree
from app.contracts.models import Agreement, AgreementKind, AgreementStatus, Contract
from app.contracts.parties import contacts, details_of
from app.contracts.terms import gifts, phrases
from app.contracts.terms.current import current_sheet
from app.contracts.terms.packs import ITEMS, PACKS, Pack
from app.contracts.terms.sheet import Sheet, monthly_promise
from app.database import db
from app.formatting import money
from app.money import Money
from app.users.models import Brand, Creator

OK, WARN, BLOCK = "ok", "warn", "block"


@dataclass(frozen=True)
class Finding:
    """What a pack says of these terms: `ok`, `warn` or `block`, a sentence, and which pack it was."""

    level: str
    sentence: str
    pack: str


def check(brand: Brand, creator: Creator, sheet: Sheet, at: datetime) -> list[Finding]:
    """What every pack says that these terms touch; none touched: nothing.

    Counted is, for each calendar year from that of `at` on, what the pair's contracts with the same goal promise for
    sure, and their gifts. What was given beside contracts (samples) counts for every goal: nobody said for which, and
    too much is safer than too little. Commissions are not known beforehand and don't count.
    """
    return [finding for pack in PACKS for finding in _findings(pack, brand, creator, sheet, at)]


def blocking(brand: Brand, creator: Creator, sheet: Sheet, at: datetime) -> list[Finding]:
    """The findings without whose cure these terms may not be accepted."""
    return [finding for finding in check(brand, creator, sheet, at) if finding.level == BLOCK]


def check_gift(brand: Brand, creator: Creator, value: int, currency: str, *, at: datetime) -> list[Finding]:
    """What every pack says of one more gift worth `value` (minor units) that goes out at `at`; none touched: nothing.

    At the limit it takes a contract that is not over and says all it has to.
    """
    today = clock.today(brand.timezone, at=at)
    sheets = _sheets(brand, creator)
    given = sum(promised(each, today.year) for each in sheets if each.currency == currency)
    given += value + gifts.total(brand.id, creator.id, today.year, currency)
    return [
        _gift_finding(pack, brand, creator, Money(given, currency), today, sheets)
        for pack in PACKS
        if pack.country in (brand.country, creator.country) or any(_aimed(each, pack.country) for each in sheets)
    ]


def promised(sheet: Sheet, year: int) -> int:
    """What a sheet promises for sure in a calendar year, in minor units: each month by its days, half up, and all gifts
    in the year it begins in."""
    total = sheet.gifts if sheet.starts_on.year == year else 0
    for month in range(1, 13):
        length = monthrange(year, month)[1]
        first = max(sheet.starts_on, date(year, month, 1))
        last = min(sheet.ends_on, date(year, month, length))
        days = max(0, (last - first).days + 1)
        total += (2 * monthly_promise(sheet) * days + length) // (2 * length)
    return total


def missing(pack: Pack, brand: Brand, creator: Creator, sheet: Sheet) -> list[str]:
    """The pack's items that the contract would not have, by name."""
    present = {
        "parties": all(details_of(party) and contacts(party) for party in (brand, creator)),
        "tasks": bool(sheet.work.formats and sheet.work.categories),
        "pay": bool(sheet.commission_bps or sheet.bonuses or sheet.gifts),
        "duties": bool(sheet.clauses.strip()),
        "law": sheet.law == pack.country,
    }
    return [item for item in pack.items if not present[item]]


def _findings(pack: Pack, brand: Brand, creator: Creator, sheet: Sheet, at: datetime) -> Iterator[Finding]:
    aimed = pack.country in (brand.country, creator.country) or _aimed(sheet, pack.country)
    if not aimed and ROOTS[TERRITORY] not in sheet.work.territories:
        return
    country = phrases.country(pack.country)
    if sheet.currency != pack.currency:
        if aimed:
            facts = {"country": country, "limit": money(pack.limit, pack.currency), "currency": sheet.currency}
            sentence = gettext(
                "%(country)s: its limit is %(limit)s, and these terms are in %(currency)s: not checked.", **facts
            )
            yield Finding(WARN, sentence, pack.code)
        return
    total, year = _highest(brand, creator, sheet, at)
    about = {"country": country, "sum": money(total, pack.currency), "limit": money(pack.limit, pack.currency)}
    about["year"] = str(year)
    if aimed:
        yield _verdict(pack, total, about, missing(pack, brand, creator, sheet))
    elif total * 100 >= pack.limit * pack.warn_percent:
        sentence = gettext(
            "The work is for the whole world, so it may be made for people in %(country)s. From %(limit)s a year on, "
            "the law there asks for a written contract with certain clauses; these terms promise %(sum)s in %(year)s. "
            "Choose the territories if %(country)s is not meant.",
            **about,
        )
        yield Finding(WARN, sentence, pack.code)


def _gift_finding(
    pack: Pack, brand: Brand, creator: Creator, total: Money, today: date, sheets: list[Sheet]
) -> Finding:
    facts = {
        "country": phrases.country(pack.country),
        "limit": money(pack.limit, pack.currency),
        "year": str(today.year),
    }
    if total.currency != pack.currency:
        sentence = gettext(
            "%(country)s: its limit is %(limit)s, and the goods are in another currency: not checked.", **facts
        )
        return Finding(WARN, sentence, pack.code)
    facts["sum"] = money(total)
    sentence = gettext(
        "%(country)s: with this, money promised and goods given come to %(sum)s of %(limit)s in %(year)s.", **facts
    )
    if total.minor * 100 < pack.limit * pack.warn_percent:
        return Finding(OK, sentence, pack.code)
    if any(each.ends_on >= today and not missing(pack, brand, creator, each) for each in sheets):
        return Finding(OK, sentence, pack.code)
    sentence += " " + gettext("From the limit on it takes a signed contract that says all that the law asks.")
    return Finding(BLOCK if total.minor >= pack.limit else WARN, sentence, pack.code)


def _aimed(sheet: Sheet, country: str) -> bool:
    """Whether the work's territories hold the country; the whole world is aimed at nobody."""
    territories = tree(TERRITORY)
    place = territories.word(country)
    named = (territories.word(code) for code in sheet.work.territories if code != ROOTS[TERRITORY])
    return any(word.lo <= place.lo and place.hi <= word.hi for word in named)


def _verdict(pack: Pack, total: int, about: dict[str, str], lacks: list[str]) -> Finding:
    items = "; ".join(str(ITEMS[item]) % about for item in lacks)
    if total >= pack.limit and lacks:
        sentence = gettext(
            "%(country)s: with %(sum)s in %(year)s, at or above %(limit)s, the contract has to say: %(items)s.",
            items=items,
            **about,
        )
        return Finding(BLOCK, sentence, pack.code)
    if total >= pack.limit:
        sentence = gettext(
            "%(country)s: %(sum)s in %(year)s is at or above %(limit)s, and the contract says all it has to.", **about
        )
        return Finding(OK, sentence, pack.code)
    sentence = gettext("%(country)s: %(sum)s of %(limit)s in %(year)s, for this goal.", **about)
    if total * 100 < pack.limit * pack.warn_percent:
        return Finding(OK, sentence, pack.code)
    sentence += " " + gettext("From %(limit)s on, the law asks for a written contract with certain clauses.", **about)
    if lacks:
        sentence += " " + gettext("What this one would still have to say: %(items)s.", items=items)
    return Finding(WARN, sentence, pack.code)


def _highest(brand: Brand, creator: Creator, sheet: Sheet, at: datetime) -> tuple[int, int]:
    """The largest total of a calendar year that is not over, and that year."""
    others = [other for other in _others(brand, creator, sheet) if _goal(other) == _goal(sheet)]
    years = range(max(at.year, sheet.starts_on.year), max(at.year, sheet.ends_on.year) + 1)
    return max(((_counted(brand, creator, [sheet, *others], year), year) for year in years), key=lambda one: one[0])


def _counted(brand: Brand, creator: Creator, sheets: list[Sheet], year: int) -> int:
    """What sheets of one currency promise in a year, and what was given in kind beside them."""
    beside = gifts.total(brand.id, creator.id, year, sheets[0].currency)
    return beside + sum(promised(each, year) for each in sheets)


def _others(brand: Brand, creator: Creator, sheet: Sheet) -> list[Sheet]:
    """The pair's other terms in this currency, signed or to be signed. Contracts of a pair never overlap, so what does
    is what this sheet is to replace."""
    sheets = _sheets(brand, creator)
    waiting = select(Agreement).where(Agreement.brand_id == brand.id, Agreement.creator_id == creator.id)
    waiting = waiting.where(Agreement.status == AgreementStatus.TO_SIGN, Agreement.kind == AgreementKind.CONTRACT)
    sheets += [agreement.sheet for agreement in db.session.scalars(waiting)]
    return [
        each
        for each in sheets
        if each.currency == sheet.currency and (each.ends_on < sheet.starts_on or sheet.ends_on < each.starts_on)
    ]


def _sheets(brand: Brand, creator: Creator) -> list[Sheet]:
    """The terms of the pair's contracts as they are now."""
    pair = select(Contract).where(Contract.brand_id == brand.id, Contract.creator_id == creator.id)
    return [current_sheet(contract) for contract in db.session.scalars(pair)]


def _goal(sheet: Sheet) -> str:
    return " ".join(sheet.goal.split()).casefold()
