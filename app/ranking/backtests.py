"""How well yesterday's scores ranked what came: creators are scored from what was known before a day, and graded by
what an hour live really brought each brand from that day on.

Each brand is a question: of the creators who streamed for it then, who brings the most an hour? It is answered by the
score, by the score without shrinkage, by sales alone, by followers, and by chance. What the scores need is worked out
anew as of the day, and undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import groupby
from time import perf_counter
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from app.catalog.assortment import categories_of
from app.creators.sales_facts import Connection
from app.database import db, rows
from app.errors import BadInput
from app.ranking import (
    briefs,
    creator_scores,
    forecast,
    weights,
)
from app.ranking.best_matches import stand_of
from app.ranking.grading import (
    Forecasted,
    by_chance,
    ndcg,
    ranked,
    tenths,
)
from app.ranking.models import Backtest, Evidence
from app.ranking.scoring import (
    Brief,
    Stand,
    Weights,
    fits,
    score,
)
from app.users.models import Brand

METHODS = ("score", "unshrunk", "sales", "followers", "chance")
LEAST = 60  # minutes a creator must have streamed for a brand, so that an hour's sales mean something
FEWEST = 3  # creators a question needs
MANY, ENOUGH = 10, 3  # with so many creators a question tells something, with so many such questions a test does
LONGEST = 12  # months that can be graded


@dataclass(frozen=True)
class Query:
    """One brand's question: what each creator brought an hour, how each method scored them, and what was forecast."""

    brand: str
    gains: list[float]
    scores: Mapping[str, list[float]]
    forecasts: list[Forecasted]


def run(
    connection: Connection,
    *,
    cut_on: date,
    until_on: date,
    weigh: Weights | None = None,
    by_name: str,
    at: datetime,
) -> Backtest:
    """Scores as of `cut_on` under the weights (default: those in force), graded by what came until `until_on`; both are
    firsts of months, in UTC.

    Stores the figures, and leaves the standings as they are. BadInput for other days, for more than twelve months, or
    where there is nothing to ask.
    """
    if cut_on.day != 1 or until_on.day != 1 or not 0 < _months(cut_on, until_on) <= LONGEST:
        raise BadInput(gettext("Give the first day of two months, the second at most twelve months after the first."))
    weigh = weigh or weights.now()
    started = perf_counter()
    with connection.transaction(force_rollback=True):
        creator_scores.refresh(connection, at=at, until=_instant(until_on))
        results = rows(
            connection, "app.ranking", "backtest_results", {"cut_on": cut_on, "until_on": until_on, "least": LEAST}
        )
        creator_scores.refresh(connection, at=at, until=_instant(cut_on))
        db.session.expire_all()
        queries = list(_questions(connection, results, weigh, cut_on, until_on))
    db.session.expire_all()  # what was read there is not so
    if not queries:
        raise BadInput(
            gettext("In these months no brand had three creators who streamed for an hour. Choose other months.")
        )
    backtest = Backtest(
        cut_on=cut_on,
        until_on=until_on,
        queries=len(queries),
        figures=figures(queries) | {"weights": asdict(weigh)},
        seconds=perf_counter() - started,
        by_name=by_name,
        made_at=at,
    )
    db.session.add(backtest)
    db.session.flush()
    return backtest


def newest() -> Backtest | None:
    """The back-test that was made last."""
    return db.session.scalar(select(Backtest).order_by(Backtest.id.desc()).limit(1))


def telling(backtest: Backtest) -> bool:
    """Whether the test had enough creators to tell a good ranking from chance, which is near 1 where there are few."""
    queries: list[dict[str, Any]] = backtest.figures["by_brand"]
    return bool(sum(each["creators"] >= MANY for each in queries) >= ENOUGH)


def figures(queries: Sequence[Query]) -> dict[str, Any]:
    """Grades by method, each the mean over the brands, and the forecasts by tenths."""
    grades: dict[str, list[float]] = defaultdict(list)
    for nr, each in enumerate(queries):
        for method in METHODS:
            grade = _graded(each, method, seed=nr)
            if grade is not None:
                grades[method].append(grade)
    forecasts = [one for each in queries for one in each.forecasts]
    return {
        "ndcg": {method: round(sum(values) / len(values), 4) for method, values in grades.items()},
        "by_brand": [
            {"brand": each.brand, "creators": len(each.gains)}
            | {method: _round(_graded(each, method, seed=nr)) for method in METHODS}
            for nr, each in enumerate(queries)
        ],
        "tenths": [asdict(tenth) for tenth in tenths(forecasts)],
        "forecasts": len(forecasts),
    }


def _graded(query: Query, method: str, *, seed: int) -> float | None:
    if method == "chance":
        return by_chance(query.gains, seed=seed)
    return ndcg(ranked(query.gains, query.scores[method]))


def _questions(
    connection: Connection, results: Iterable[Any], weigh: Weights, cut_on: date, until: date
) -> Iterable[Query]:
    for brand_id, group in groupby(results, key=lambda row: row.brand_id):
        brand = db.session.get_one(Brand, brand_id)
        brief = _brief(brand, cut_on, until)
        came = _came(group)
        stands = _stands(connection, brief, came)
        if len(stands) < FEWEST:
            continue
        best = {creator: _best(rows, brief, weigh) for creator, rows in stands.items()}
        tops = {briefs.top_of(node) for node, _near in brief.nearness}
        means = forecast.means(brief.markets)
        yield Query(
            brand.handle,
            [came[creator].an_hour(tops) for creator in best],
            {
                "score": [score(stand_of(each), brief, weigh) for each in best.values()],
                "unshrunk": [score(_unshrunk(each), brief, weigh) for each in best.values()],
                "sales": [each.sales_index for each in best.values()],
                "followers": [float(each.followers or 0) for each in best.values()],
            },
            [
                Forecasted(sold.low, sold.middle, sold.high, came[creator].an_hour({briefs.top_of(each.category)}))
                for creator, each in best.items()
                if (sold := forecast.forecast_of(each, brief.currency, 1, reader=forecast.PLATFORM, means=means))
            ],
        )


@dataclass(frozen=True)
class _Came:
    """What a creator brought a brand: minutes, and net sales by category of the first level, in minor units."""

    minutes: int
    net: dict[int, int]

    def an_hour(self, tops: Collection[int]) -> float:
        """Net sales an hour in these categories."""
        return sum(net for top, net in self.net.items() if top in tops) * 60 / self.minutes


def _came(rows: Iterable[Any]) -> dict[int, _Came]:
    results: dict[int, _Came] = {}
    for row in rows:
        came = results.setdefault(row.creator_id, _Came(row.minutes, {}))
        if row.category:
            top = briefs.top_of(row.category)
            came.net[top] = came.net.get(top, 0) + row.net
    return results


def _brief(brand: Brand, begin: date, end: date) -> Brief:
    """What the brand looks for by itself: its own market and categories, any language, platform and price."""
    codes = [word.code for word in categories_of(brand.id)] or ["all"]
    near = briefs.nearness_of(codes)
    return Brief(brand.id, near, (brand.country,), (), (), (), (), begin, end, brand.currency, None)


def _stands(connection: Connection, brief: Brief, creators: Collection[int]) -> dict[int, list[Any]]:
    """The standings in the brief's market that fit it, by creator."""
    values = {"country": brief.markets[0], "creators": list(creators)}
    stands: dict[int, list[Any]] = defaultdict(list)
    for row in rows(connection, "app.ranking", "backtest_stands", values):
        if fits(stand_of(row), brief):
            stands[row.creator_id].append(row)
    return dict(stands)


def _best(rows: Sequence[Any], brief: Brief, weigh: Weights) -> Any:
    return max(rows, key=lambda row: (score(stand_of(row), brief, weigh), -row.category))


def _unshrunk(row: Any) -> Stand:
    """The standing as it would be if few orders said as much as many."""
    stand = stand_of(row)
    if row.evidence != Evidence.OWN:
        return stand
    own = max(0.0, (row.orders_index - (1 - row.own) * row.prior_index) / max(row.own, 0.01))
    return replace(stand, sales=own * row.value_index)


def _months(first: date, last: date) -> int:
    """How many months lie between two firsts."""
    return (last.year - first.year) * 12 + last.month - first.month


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _round(grade: float | None) -> float | None:
    return None if grade is None else round(grade, 4)
