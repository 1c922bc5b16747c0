"""The nightly job: evaluates every month that is due, provisionally and finally, and reserves what is promised."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from app.bonuses import settlement
from app.bonuses.settlement import Stage
from app.database import db, raw


def evaluate_due(at: datetime) -> str:
    """Evaluates all months that are due at `at`, the oldest first, each in a transaction of its own, and says what came
    of it. Running it twice, or by two at once, posts nothing twice."""
    awards, entries = {Stage.PROVISIONAL: 0, Stage.FINAL: 0}, 0
    for stage in awards:
        months = settlement.months_due(raw(), stage, at=at)
        db.session.rollback()
        for month in months:
            done = settlement.evaluate(raw(), month, stage=stage, at=at)
            db.session.commit()
            awards[stage] += done.awards
            entries += done.entries
    settlement.reserve(raw(), at.date().replace(day=1), at=at)
    db.session.commit()
    return str(
        gettext(
            "%(provisional)s bonuses provisionally, %(final)s finally, %(entries)s entries.",
            provisional=awards[Stage.PROVISIONAL],
            final=awards[Stage.FINAL],
            entries=entries,
        )
    )
