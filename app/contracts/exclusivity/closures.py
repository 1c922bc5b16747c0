"""Who may do what for whom, asked before anything is written (rules.md B14). The database refuses the rest.

An answer says what clashes and when it would be free, never the other brand's name or terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale, gettext

from app.catalog.assortment import categories_of
from app.catalog.taxonomy import CATEGORY, ROOTS, tree
from app.clock import first_instant
from app.contracts.exclusivity.claim_boxes import (
    Box,
    Spans,
    local_day,
    union,
)
from app.contracts.exclusivity.numbered_claims import (
    DAY,
    Plan,
    columns,
    spans,
)
from app.contracts.models import ClaimKind
from app.contracts.terms.sheet import Sheet
from app.database import raw, rows
from app.errors import Conflict
from app.users.models import Brand

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class ClaimConflict:
    """One contract that the proposal meets.

    `blocked`: its exclusivity closes the proposed work; `blocks`: the proposed exclusivity would close its work.
    `contract_id` is for the creator's eyes only.
    """

    what: str
    categories: str  # in the reader's words
    until: datetime
    free_from: datetime  # the first instant from which a proposal of the same length would meet nothing
    contract_id: int


class Clash(Conflict):
    """The database refused a claim; `about["conflicts"]` says what it meets, as far as it still does."""


def conflicts(
    creator_id: int, brand_id: int, sheet: Sheet, *, except_contract: int | None = None
) -> list[ClaimConflict]:
    """What the sheet would meet among the creator's claims, but for those of the contract it amends; none: clear."""
    plan = Plan.of(sheet, brand_id, except_contract)
    rows = _meetings(creator_id, plan.proposed(), except_contract)
    if not rows:
        return []
    begins = sheet.effective_on or sheet.starts_on
    free = begins + timedelta(days=_free_in(creator_id, plan, rows, except_contract))
    return list(_conflicts_from(rows, first_instant(free, sheet.timezone)))


def clash(met: Sequence[ClaimConflict], zone: str) -> Clash:
    """The error for claims that the database refused, with a sentence for each contract they meet."""
    if not met:
        return Clash(gettext("Somebody else has closed or taken this at the same moment: look again, then try again."))
    return Clash(" ".join(sentence(each, zone) for each in met), conflicts=list(met))


def sentence(conflict: ClaimConflict, zone: str) -> str:
    """The conflict in words that both sides may read, with days of the zone."""
    facts = {
        "categories": conflict.categories,
        "until": _day(local_day(conflict.until - TICK, zone)),
        "free": _day(local_day(conflict.free_from, zone)),
    }
    if conflict.what == "blocked":
        text = gettext(
            "An exclusivity closes this until and including %(until)s: %(categories)s. It would be free from %(free)s.",
            **facts,
        )
    else:
        text = gettext(
            "The creator has other work until and including %(until)s in what this exclusivity would close: "
            "%(categories)s. It would be free from %(free)s.",
            **facts,
        )
    return str(text)


def unknown(brand: Brand, sheet: Sheet) -> bool:
    """Whether nobody can tell what would be sold: the sheet names no category, and none of the brand's is known."""
    named = set(sheet.work.categories) - {ROOTS[CATEGORY]}
    return not named and not categories_of(brand.id)


def category_names(numbers: Spans) -> str:
    """The categories in these spans, in the reader's words: the largest that lie within, else what they lie in."""
    categories = tree(CATEGORY)
    words = [word for lo, hi in numbers for word in categories.within(lo, hi)]
    if not words:
        around = (word for word in categories.words if any(word.lo <= lo and hi <= word.hi for lo, hi in numbers))
        words = sorted(around, key=lambda word: word.hi - word.lo)[:1]
    return ", ".join(word.name for word in words)


def _meetings(creator_id: int, boxes: Sequence[Box], except_contract: int | None) -> list[Any]:
    values = {"creator": creator_id, "except": except_contract, **columns(boxes)}
    return rows(raw(), "app.contracts", "claim_meetings", values)


def _free_in(creator_id: int, plan: Plan, rows: list[Any], except_contract: int | None) -> int:
    """By how many days the proposal has to move. What is met now is met until the proposal begins after its end, so
    that is the next day to look at; each look leaves at least one claim behind."""
    zone, days = plan.sheet.timezone, 0
    while rows:
        days += max((_from_day(row.upper_at, zone) - local_day(row.begins_at, zone)).days for row in rows)
        rows = _meetings(creator_id, plan.proposed(days), except_contract)
    return days


def _from_day(instant: datetime, zone: str) -> date:
    """The first day of the zone that begins at or after the instant."""
    day = local_day(instant, zone)
    return day if first_instant(day, zone) >= instant else day + DAY


def _conflicts_from(rows: list[Any], free_from: datetime) -> Iterator[ClaimConflict]:
    for (contract_id, kind), group in groupby(
        sorted(rows, key=lambda row: (row.contract_id, row.kind)), key=lambda row: (row.contract_id, row.kind)
    ):
        met = list(group)
        categories = category_names(union(each for row in met for each in spans(row.categories)))
        until = max(row.upper_at for row in met)
        what = "blocked" if kind == ClaimKind.BLOCK else "blocks"
        yield ClaimConflict(what, categories, until, free_from, contract_id)


def _day(day: date) -> str:
    return str(format_date(day, "d MMM y", locale=get_locale() or "en"))
