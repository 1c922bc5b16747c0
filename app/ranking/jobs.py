"""What the timetable does: works out how creators stand every night, and tests the ranking every month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app import clock
from app.creators import search
from app.database import db, raw
from app.ranking import creator_scores
from app.ranking.backtests import requests


def rate_creators(at: datetime) -> str:
    """Works out anew what creators sold, how tired their audiences are, how they stand and what they can be found by;
    commits and says how many rows that made."""
    refreshed = creator_scores.refresh(raw(), at=at)
    db.session.commit()
    searchable = search.rebuild(raw(), at=at)
    db.session.commit()
    return (
        f"{refreshed.outcomes} results, {refreshed.airtimes} months of streams, {refreshed.fatigues} fatigues,"
        f" {refreshed.means} market means, {refreshed.standings} standings, {searchable} creators to be found."
    )


def grade_ranking(at: datetime) -> str:
    """Makes the back-test of the last months; commits, and says whether there was anything to ask."""
    made = requests.usual(at=at)
    db.session.commit()
    return "Nothing to test yet." if made is None else f"{made.queries} questions, {made.seconds:.1f} s."


def answer_requests(stopping: Callable[[], bool] = lambda: False) -> int:
    """Makes the back-tests that were asked for, the first asked first, until none waits or it should stop; commits
    each, and returns how many it saw to."""
    seen = 0
    while not stopping() and (request := requests.next_one()) is not None:
        requests.answer(request, at=clock.now())
        db.session.commit()
        seen += 1
    return seen
