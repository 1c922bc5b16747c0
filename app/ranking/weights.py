"""The weights of the score: data, public, and the same for everybody (rules.md B19). The newest row counts."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from app.database import Lock, db, raw, take_turn
from app.errors import BadInput
from app.ranking import creator_scores
from app.ranking.models import Ranking
from app.ranking.scoring import Weights
from app.security import Identity
from app.users.trail import record

HUNDRED = 100
NAMES = tuple(each.name for each in fields(Weights))


def now() -> Weights:
    """The weights in force."""
    return weights_of(newest())


def weights_of(ranking: Ranking) -> Weights:
    """The weights of a row."""
    return Weights(**{name: getattr(ranking, name) for name in NAMES})


def newest() -> Ranking:
    """The row in force, with who set it and when."""
    return db.session.scalars(select(Ranking).order_by(Ranking.id.desc()).limit(1)).one()


def history() -> list[Ranking]:
    """Every set of weights there was, the newest first."""
    return list(db.session.scalars(select(Ranking).order_by(Ranking.id.desc())))


def hold() -> None:
    """From here to the end of the transaction nobody else sets weights, and no refresh reads those it adds up by."""
    take_turn(raw(), Lock.RATING)


def set(weights: Weights, *, by: Identity, at: datetime) -> Ranking:
    """New weights from now on; every standing is added up anew. BadInput unless they are whole points that come to
    100, none below zero, and others than before."""
    points = asdict(_whole(weights))
    hold()
    before = now()
    if weights == before:
        raise BadInput(gettext("These weights are already in use. Change at least two."))
    ranking = Ranking(**points, valid_from=at, set_by_name=by.name)
    db.session.add(ranking)
    db.session.flush()
    creator_scores.weigh(raw())
    record("weigh", "ranking", ranking.id, by=by, at=at, before=asdict(before), after=points)
    return ranking


def parsed(text: str) -> Weights:
    """Weights from six numbers with commas between them, in the order of `NAMES`. BadInput for anything else."""
    numbers = text.split(",")
    if len(numbers) != len(NAMES) or not all(each.strip().isdecimal() for each in numbers):
        raise BadInput(gettext("Enter six whole numbers, like 25,25,15,15,10,10."))
    return _whole(Weights(*map(int, numbers)))


def _whole(weights: Weights) -> Weights:
    points = asdict(weights)
    if min(points.values()) < 0 or sum(points.values()) != HUNDRED:
        raise BadInput(
            gettext("Points must add up to 100, none below zero. These add up to %(sum)s.", sum=sum(points.values()))
        )
    return weights
