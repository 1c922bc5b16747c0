"""What a contract claims of its creator, as boxes of brands, categories, platforms, territories, formats and time
(design.md section 4). Pure: no database, no clock.

Brands and nodes are numbers here; a set of them is a tuple of half-open spans that are sorted and never touch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import Range

from app.catalog.taxonomy import CATEGORY, FORMAT, PLATFORM, TERRITORY
from app.clock import first_instant
from app.contracts.models import ClaimKind
from app.contracts.periods import end_of, start_of
from app.contracts.terms.kinds import Level
from app.contracts.terms.sheet import Exclusivity, Scope, Sheet

Spans = tuple[tuple[int, int], ...]
Numbering = Callable[[str, Sequence[str]], Spans]  # a tree and codes of its nodes: the spans of their subtrees
EVERYBODY: Spans = ((0, 2**31 - 1),)  # every brand's number
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Box:
    """One claim: `work` for the brand in `lanes`, or a `block` of every brand in them."""

    kind: str
    lanes: Spans
    categories: Spans
    platforms: Spans
    territories: Spans
    formats: Spans
    period: Range[datetime]


@dataclass(frozen=True)
class Pass:
    """A brand that an exclusivity lets pass: by a carve-out or a waiver. Without categories in all, without a
    beginning from ever."""

    brand_id: int
    until: datetime
    since: datetime | None = None
    categories: Spans | None = None


@dataclass(frozen=True)
class Stretch:
    """The part of a contract in which one version of its terms holds; `first` and `last` where it begins and ends
    with the contract, which is where pre-days and cool-off are added."""

    period: Range[datetime]
    zone: str
    first: bool = True
    last: bool = True


def boxes(
    sheet: Sheet, own: int, stretch: Stretch, *, number: Numbering, brands: Mapping[str, int], passes: Sequence[Pass]
) -> list[Box]:
    """Everything the sheet claims for the brand `own` in this stretch of its contract.

    `brands` are the numbers of the brands the sheet calls by their handles, `passes` the waivers that were granted; the
    sheet's own carve-outs are added to them.
    """
    claimed = [work(sheet.work, own, stretch.period, number)]
    if sheet.exclusivity:
        allowed = [*passes, *carved_out(sheet.exclusivity, stretch.zone, brands)]
        claimed += blocks(sheet.exclusivity, own, stretch, number=number, brands=brands, passes=allowed)
    return claimed


def work(scope: Scope, own: int, period: Range[datetime], number: Numbering) -> Box:
    """What the creator is to do for the brand `own`."""
    return Box(ClaimKind.WORK, ((own, own + 1),), number(CATEGORY, scope.categories), *_where(scope, number), period)


def blocks(
    exclusivity: Exclusivity,
    own: int,
    stretch: Stretch,
    *,
    number: Numbering,
    brands: Mapping[str, int],
    passes: Sequence[Pass],
) -> list[Box]:
    """What the creator may not do for others (rules.md B13), without what `passes` let through: a box for all brands
    without a pass, and boxes of its own for each brand that has one."""
    closed = lanes(exclusivity, own, brands)
    scope = exclusivity.scope
    categories = number(CATEGORY, ("all",) if exclusivity.level == Level.FULL else scope.categories)
    period = widened(stretch, exclusivity.pre_days, exclusivity.cool_off_days)
    rows: list[tuple[Spans, Spans, Range[datetime]]] = []
    for brand_id in sorted({each.brand_id for each in passes if _holds(closed, each.brand_id)}):
        lane: Spans = ((brand_id, brand_id + 1),)
        rows += [(lane, *rest) for rest in left_over(categories, period, [p for p in passes if p.brand_id == brand_id])]
        closed = minus(closed, lane)
    if closed:
        rows.append((closed, categories, period))
    where = _where(scope, number)
    return [Box(ClaimKind.BLOCK, lane, left, *where, during) for lane, left, during in rows]


def lanes(exclusivity: Exclusivity, own: int, brands: Mapping[str, int]) -> Spans:
    """The brands that the exclusivity keeps away: all but the own one, or the rivals it names."""
    itself = ((own, own + 1),)
    if exclusivity.level != Level.NAMED_RIVALS:
        return minus(EVERYBODY, itself)
    return minus(union((brands[name], brands[name] + 1) for name in exclusivity.rivals), itself)


def carved_out(exclusivity: Exclusivity, zone: str, brands: Mapping[str, int]) -> list[Pass]:
    """The sheet's carve-outs as passes: each until the end of its day."""
    return [
        Pass(brands[each.brand], first_instant(each.until + timedelta(days=1), zone)) for each in exclusivity.carve_outs
    ]


def widened(stretch: Stretch, pre_days: int, cool_off_days: int) -> Range[datetime]:
    """The stretch with so many local days before the contract's first and after its last."""
    lower, upper = start_of(stretch.period), end_of(stretch.period)
    if stretch.first and pre_days:
        lower = first_instant(local_day(lower, stretch.zone) - timedelta(days=pre_days), stretch.zone)
    if stretch.last and cool_off_days:
        after = local_day(upper - TICK, stretch.zone) + timedelta(days=cool_off_days + 1)
        upper = first_instant(after, stretch.zone)
    return Range(lower, upper)


def left_over(
    categories: Spans, period: Range[datetime], passes: Iterable[Pass]
) -> list[tuple[Spans, Range[datetime]]]:
    """What remains closed, and when, for a brand with these passes."""
    allowed = list(passes)
    lower, upper = start_of(period), end_of(period)
    edges = {lower, upper} | {edge for each in allowed for edge in (each.since, each.until) if edge}
    stretches: list[tuple[Spans, datetime, datetime]] = []
    for begin, end in pairwise(sorted(edge for edge in edges if lower <= edge <= upper)):
        closed = categories
        for each in allowed:
            if (each.since is None or each.since <= begin) and end <= each.until:
                closed = minus(closed, categories if each.categories is None else each.categories)
        if stretches and stretches[-1][0] == closed:
            stretches[-1] = (closed, stretches[-1][1], end)
        else:
            stretches.append((closed, begin, end))
    return [(closed, Range(begin, end)) for closed, begin, end in stretches if closed]


def local_day(instant: datetime, zone: str) -> date:
    """The day it is in the zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def union(spans: Iterable[tuple[int, int]]) -> Spans:
    """The spans as a set: sorted, those that overlap or touch made one."""
    merged: list[tuple[int, int]] = []
    for lo, hi in sorted(spans):
        if merged and lo <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(hi, merged[-1][1]))
        else:
            merged.append((lo, hi))
    return tuple(merged)


def minus(spans: Spans, taken: Spans) -> Spans:
    """What is in `spans` and not in `taken`."""
    for lo, hi in taken:
        pieces = [piece for a, b in spans for piece in ((a, min(b, lo)), (max(a, hi), b))]
        spans = tuple(sorted({(a, b) for a, b in pieces if a < b}))
    return spans


def _holds(spans: Spans, number: int) -> bool:
    return any(lo <= number < hi for lo, hi in spans)


def _where(scope: Scope, number: Numbering) -> tuple[Spans, Spans, Spans]:
    return (
        number(PLATFORM, scope.platforms),
        number(TERRITORY, scope.territories),
        number(FORMAT, scope.formats),
    )
