"""Back-tests that are asked for on the page: they take too long for one, so the worker makes them. One is made every
month by itself, so that nobody has to remember it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.database import db, raw
from app.errors import BadInput
from app.ranking import weights
from app.ranking.backtests import running
from app.ranking.models import Backtest, BacktestRequest
from app.ranking.scoring import Weights
from app.security import Identity
from app.users.trail import record

MONTHS, EVERY = 6, 2  # what is tested by itself: the last half year, a cut every two months
BY_ITSELF = "timetable"


def ask(
    cut_on: date, until_on: date, every: int, tried: Weights | None, *, by: Identity, at: datetime
) -> BacktestRequest:
    """Asks for a back-test. BadInput for days that can't be, or settings that are no percentages."""
    running.windows_of(cut_on, until_on, every)
    request = BacktestRequest(cut_on=cut_on, until_on=until_on, every=every, asked_by_name=by.name, asked_at=at)
    request.tried = None if tried is None else asdict(weights.checked(tried))
    db.session.add(request)
    db.session.flush()
    record(
        "ask", "backtest_request", request.id, by=by, at=at, cut_on=cut_on.isoformat(), until_on=until_on.isoformat()
    )
    return request


def waiting() -> Sequence[BacktestRequest]:
    """Those that were not answered yet, the first asked first."""
    query = select(BacktestRequest).where(BacktestRequest.answered_at.is_(None)).order_by(BacktestRequest.id)
    return db.session.scalars(query).all()


def next_one() -> BacktestRequest | None:
    """The first that waits and that nobody is at, locked until the transaction ends."""
    query = select(BacktestRequest).where(BacktestRequest.answered_at.is_(None)).order_by(BacktestRequest.id).limit(1)
    return db.session.scalar(query.with_for_update(skip_locked=True))


def refused() -> BacktestRequest | None:
    """The last request, where nothing came of it."""
    last = db.session.scalar(select(BacktestRequest).order_by(BacktestRequest.id.desc()).limit(1))
    return last if last is not None and last.refusal else None


def answer(request: BacktestRequest, *, at: datetime) -> Backtest | None:
    """Makes the back-test of a request that is locked, or notes why there is none."""
    tried = None if request.tried is None else Weights(**request.tried)
    first, last, every = request.cut_on, request.until_on, request.every
    about: dict[str, Any] = {"by_name": request.asked_by_name, "at": at}
    try:
        made = running.run(raw(), cut_on=first, until_on=last, every=every, tried=tried, **about)
    except BadInput as error:
        request.answered_at, request.refusal = at, error.sentence
        return None
    request.answered_at, request.backtest_id = at, made.id
    return made


def usual(*, at: datetime) -> Backtest | None:
    """The back-test of the last whole months; None where there is nothing to ask."""
    until = clock.today("UTC", at=at).replace(day=1)
    whole = until.year * 12 + until.month - 1 - MONTHS
    try:
        return running.run(
            raw(), cut_on=date(whole // 12, whole % 12 + 1, 1), until_on=until, every=EVERY, by_name=BY_ITSELF, at=at
        )
    except BadInput:
        return None
