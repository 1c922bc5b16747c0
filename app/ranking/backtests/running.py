"""How well yesterday's scores ranked what came: creators are scored from what was known before a day, and graded by
what an hour under a contract really brought each brand from that day on; again and again, if there are several cuts.

What the scores need is worked out anew as of each day, and undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from time import perf_counter
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from app.creators.sales_facts import Connection
from app.database import db
from app.errors import BadInput
from app.ranking import creator_scores, weights
from app.ranking.backtests import figures, questions
from app.ranking.backtests.questions import Asked, Settings
from app.ranking.models import Backtest
from app.ranking.scoring import Weights

MANY, ENOUGH = 10, 3  # with so many creators a question tells something, with so many such questions a test does
LONGEST = 12  # months that can be graded


def run(
    connection: Connection,
    *,
    cut_on: date,
    until_on: date,
    every: int | None = None,
    weigh: Weights | None = None,
    tried: Weights | None = None,
    by_name: str,
    at: datetime,
) -> Backtest:
    """Scores as of `cut_on`, and as of every `every` months from then on (default: once), graded by what came until the
    next cut, the last time until `until_on`; both are firsts of months, in UTC. The settings are `weigh` (default:
    those in force), and those of `tried` beside them.

    Stores the figures, and leaves the standings as they are. BadInput for other days, for more than twelve months, for
    cuts that don't divide them, or where there is nothing to ask.
    """
    windows = windows_of(cut_on, until_on, every)
    settings = Settings(weigh or weights.now(), tried)
    started = perf_counter()
    with connection.transaction(force_rollback=True):
        creator_scores.refresh(connection, at=at, until=_instant(until_on))
        came = [questions.results(connection, *window) for window in windows]
        asked: list[Asked] = []
        for window, results in zip(windows, came, strict=True):
            creator_scores.refresh(connection, at=at, until=_instant(window[0]))
            db.session.expire_all()
            asked += questions.questions(connection, results, settings, *window)
    db.session.expire_all()  # what was read there is not so
    if not asked:
        raise BadInput(
            gettext("In these months no brand had three creators who streamed for an hour. Choose other months.")
        )
    about = {"weights": asdict(settings.force), "tried": None if tried is None else asdict(tried)}
    backtest = Backtest(
        cut_on=cut_on,
        until_on=until_on,
        queries=len(asked),
        figures=figures.figures(asked) | about,
        seconds=perf_counter() - started,
        by_name=by_name,
        made_at=at,
    )
    db.session.add(backtest)
    db.session.flush()
    return backtest


def windows_of(cut_on: date, until_on: date, every: int | None = None) -> list[tuple[date, date]]:
    """The months that each cut is graded by, from the first to the last. BadInput as `run` says."""
    months = (until_on.year - cut_on.year) * 12 + until_on.month - cut_on.month
    if cut_on.day != 1 or until_on.day != 1 or not 0 < months <= LONGEST:
        raise BadInput(gettext("Give the first day of two months, the second at most twelve months after the first."))
    step = months if every is None else every
    if step < 1 or months % step:
        raise BadInput(gettext("The months must divide into equal cuts: %(months)s months can’t.", months=months))
    return [(_later(cut_on, nr), _later(cut_on, nr + step)) for nr in range(0, months, step)]


def newest() -> Backtest | None:
    """The back-test that was made last."""
    return db.session.scalar(select(Backtest).order_by(Backtest.id.desc()).limit(1))


def latest(count: int) -> Sequence[Backtest]:
    """The last back-tests, the newest first."""
    return db.session.scalars(select(Backtest).order_by(Backtest.id.desc()).limit(count)).all()


def telling(backtest: Backtest) -> bool:
    """Whether the test had enough creators to tell a good ranking from chance, which is near 1 where there are few."""
    queries: list[dict[str, Any]] = backtest.figures["by_brand"]
    return bool(sum(each["creators"] >= MANY for each in queries) >= ENOUGH)


def _later(day: date, months: int) -> date:
    """The first of a month, so many months on."""
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
