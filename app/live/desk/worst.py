"""The three numbers of a show that stand worst against the creator's own earlier shows and those of its category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from app.database import raw, rows
from app.live.desk.figures import Figure, Value
from app.live.desk.measures import ROOM
from app.live.desk.medians import Median, Medians, named, of_creator, of_market
from app.live.desk.scenes import Scene

COMPARED = ("views", "watch", "ctr", "ctor", "gpm", "hourly", "refunds")
MOST = 3


@dataclass(frozen=True)
class Weak:
    """A number that stands worse than the middle of others. `own` and `category` are what it is held against; `share`
    is the worse of what it reaches of them, in per cent."""

    figure: Figure
    value: Value
    own: Median
    category: Median
    share: int


def worst_of(scene: Scene, figures: Sequence[Figure], *, at: datetime) -> list[Weak]:
    """The weakest first, three at most; none that is as good as the others."""
    own, category = of_creator(scene, at=at), _category(scene)
    market = {} if category is None else of_market(scene, at=at, category=category)
    found = [
        weak
        for figure in figures
        if figure.name in COMPARED
        for value in figure.values
        if (weak := _held(figure, value, own, market)) is not None
    ]
    return sorted(found, key=lambda weak: weak.share)[:MOST]


def _held(figure: Figure, value: Value, own: Medians, category: Medians) -> Weak | None:
    mine, theirs = (named(medians, figure.name, [value.currency])[0][1] for medians in (own, category))
    shares = [
        _share(value.amount, median.amount, less=figure.less)
        for median in (mine, theirs)
        if value.amount is not None and median.amount is not None
    ]
    least = min((share for share in shares if share is not None), default=None)
    if least is None or least >= 1:
        return None
    return Weak(figure, value, mine, theirs, int(least * 100))


def _share(amount: int | None, median: int | None, *, less: bool) -> Fraction | None:
    """What a number reaches of the middle of others: above 1 is better."""
    if amount is None or median is None:
        return None
    part, whole = (median, amount) if less else (amount, median)
    return Fraction(max(0, part), whole) if whole > 0 else None


def _category(scene: Scene) -> int | None:
    """What the show is about, as a node; None where its brands have not said."""
    found = rows(raw(), ROOM, "desk_category", {"brands": scene.brand_ids})
    return int(found[0].id) if found else None
