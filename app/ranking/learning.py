"""What a night learns from the books: reads hours and what is known of creators, lets the model learn, and lays down
what is expected of everybody. The model of a night is kept until the next, for those who change by day.

Countries and currencies are numbers to the model, categories the nodes of the first level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from app.creators.sales_facts import Connection
from app.database import statement

if TYPE_CHECKING:  # numpy is loaded by those who learn: no page should wait for it
    from app.ranking.calibration import Band
    from app.ranking.statistics.learnt import Exposures, Features, Model

ROOM = "app.ranking"
NAMES = ("live_viewers", "followers", "engagement", "audience", "category", "language")
AT_ONCE = 20_000  # creators
TYPICAL = 10  # hours, of the deviation that stands with a standing
KEYS, FIGURES = 5, 5  # columns of what was exposed


def learn(connection: Connection, *, until: datetime, at: datetime) -> tuple[Model, tuple[Band, ...]]:
    """Learns from what the temporary tables of a refresh hold, writes it down in `ranking_model` and `market_mean`, and
    returns it with the bands of calibration."""
    from app.ranking import calibration, estimation

    hours = exposures(connection)
    who = sorted(set(hours.creator.tolist()))
    known = features(connection, who)
    model = estimation.learn(hours, known)
    month = until.year * 12 + until.month
    bands = calibration.bands(hours, known, [month - calibration.AHEAD, month - 2 * calibration.AHEAD])
    connection.execute("delete from ranking_model")
    values = {"until": until, "creators": len(who), "hours": float(hours.hours.sum()), "at": at}
    connection.execute(
        "insert into ranking_model (until_on, creators, hours, model, bands, made_at)"
        " values (%(until)s, %(creators)s, %(hours)s, %(model)s, %(bands)s, %(at)s)",
        values | {"model": Jsonb(model.as_json()), "bands": Jsonb([asdict(each) for each in bands])},
    )
    _write_means(connection, model)
    return model, bands


def stored(connection: Connection) -> tuple[Model, tuple[Band, ...]]:
    """What the last night has learnt; before there was one, that everybody is alike."""
    from app.ranking import calibration
    from app.ranking.statistics.learnt import Model

    row = connection.execute("select model, bands from ranking_model order by id desc limit 1").fetchone()
    if row is None:
        return Model.blank(NAMES), tuple(calibration.Band(hours) for hours in calibration.BANDS)
    return Model.of(row[0]), tuple(calibration.Band(**each) for each in row[1])


def rate(connection: Connection, model: Model, bands: Sequence[Band]) -> None:
    """Fills `rated` for everybody in `market_fit`, some creators at a time."""
    hours = exposures(connection)
    rows = connection.execute("select distinct creator_id from market_fit order by 1").fetchall()
    creators = [who for (who,) in rows]
    for some in (creators[nr : nr + AT_ONCE] for nr in range(0, len(creators), AT_ONCE)):
        known = features(connection, some)  # read before copying begins: a connection does one thing at a time
        with connection.cursor().copy(COPY) as copy:
            for row in _rated(hours, known, some, model, bands):
                copy.write_row(row)


COPY = (
    "copy rated (creator_id, country, top, prior_index, orders_index, value_index, shape, own, widening, spread)"
    " from stdin"
)


def _rated(
    hours: Exposures, known: Features, some: Sequence[int], model: Model, bands: Sequence[Band]
) -> Iterator[tuple[Any, ...]]:
    import numpy as np

    from app.ranking import calibration, estimation
    from app.ranking.statistics import credibility

    found = estimation.apply(model, hours.only((hours.creator >= some[0]) & (hours.creator <= some[-1])), known)
    count = len(known.creator)
    widening_of = np.array([each.widening for each in bands])
    band = np.searchsorted(np.array(calibration.BANDS), found.hours[:count], side="right") - 1
    widening = widening_of[band]
    rate = found.index[:count] * found.usual()[:count]
    orders = np.maximum(rate * TYPICAL, credibility.EMPTY)
    spread = np.sqrt(1 / found.shape[:count] + model.unevenness / TYPICAL + 2 / orders) * widening
    columns = (found.prior, found.index, found.value, found.shape, found.own, widening, np.minimum(spread, 99.0))
    keys = zip(known.creator.tolist(), known.market.tolist(), known.category.tolist(), strict=True)
    for (creator, market, category), *values in zip(keys, *(each[:count].tolist() for each in columns), strict=True):
        yield creator, code(market), category, *values


def exposures(connection: Connection) -> Exposures:
    """All hours of the temporary tables, with what they brought."""
    import numpy as np

    from app.ranking.statistics.learnt import Exposures

    rows = [
        (creator, top, number(country), number(money), *rest)
        for creator, top, country, money, *rest in connection.execute(statement(ROOM, "exposed")).fetchall()
    ]
    columns = np.array(rows, np.float64).reshape(-1, KEYS + FIGURES).T
    creator, category, market, currency, period = columns[:KEYS].astype(np.int64)
    return Exposures(creator, category, market, currency, period, *columns[KEYS:])


def features(connection: Connection, creators: Collection[int]) -> Features:
    """What is known of these creators in all their markets and categories."""
    import numpy as np

    from app.ranking.statistics.learnt import Features

    found = connection.execute(statement(ROOM, "features"), {"creators": list(creators)}).fetchall()
    keys = np.array([(creator, top, number(country)) for creator, country, top, *_ in found], np.int64).reshape(-1, 3)
    known = np.array([row[3:] for row in found], np.float64).reshape(-1, len(NAMES))
    return Features(keys[:, 0], keys[:, 1], keys[:, 2], known, NAMES)


def number(word: str) -> int:
    """A country or a currency as a number."""
    return int.from_bytes(word.strip().encode(), "big")


def code(of: int) -> str:
    """The country or currency again."""
    return of.to_bytes((of.bit_length() + 7) // 8, "big").decode()


def _write_means(connection: Connection, model: Model) -> None:
    rows = [
        {
            "country": code(market),
            "category": category,
            "currency": code(money),
            "an_hour": mean.an_hour,
            "value": mean.value * (1 - mean.returned),
            "variation": mean.variation,
            "unevenness": model.unevenness,
        }
        for (category, market, money), mean in model.means.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement(ROOM, "market_mean_learnt"), rows)
