"""The switches of the order: data, public, and the same for everybody (rules.md B19). The newest row counts."""

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
COLUMNS = {name: name if name == "margin" else f"by_{name}" for name in NAMES}


def now() -> Weights:
    """The switches in force."""
    return weights_of(newest())


def weights_of(ranking: Ranking) -> Weights:
    """The switches of a row that has them."""
    return Weights(**{name: getattr(ranking, column) for name, column in COLUMNS.items()})


def newest() -> Ranking:
    """The row in force, with who set it and when."""
    return db.session.scalars(
        select(Ranking).where(Ranking.margin.is_not(None)).order_by(Ranking.id.desc()).limit(1)
    ).one()


def history() -> list[Ranking]:
    """Every set of switches there was, the newest first."""
    return _rows(Ranking.margin.is_not(None))


def points() -> list[Ranking]:
    """The points of a score that were in force before there were switches, the newest first."""
    return _rows(Ranking.margin.is_(None))


def hold() -> None:
    """From here to the end of the transaction nobody else sets switches, and no refresh reads those it works by."""
    take_turn(raw(), Lock.RATING)


def set(weights: Weights, *, by: Identity, at: datetime) -> Ranking:
    """New switches from now on; every standing's quality is worked out anew. BadInput unless they are whole percents, a
    margin above none, and others than before."""
    percents = asdict(checked(weights))
    hold()
    before = now()
    if weights == before:
        raise BadInput(gettext("These settings are already in use. Change at least one."))
    values = {column: percents[name] for name, column in COLUMNS.items()}
    ranking = Ranking(**values, valid_from=at, set_by_name=by.name)
    db.session.add(ranking)
    db.session.flush()
    creator_scores.weigh(raw())
    record("weigh", "ranking", ranking.id, by=by, at=at, before=asdict(before), after=percents)
    return ranking


def parsed(text: str) -> Weights:
    """Switches from five numbers with commas between them, in the order of `NAMES`. BadInput for anything else."""
    numbers = text.split(",")
    if len(numbers) != len(NAMES) or not all(each.strip().isdecimal() for each in numbers):
        raise BadInput(gettext("Enter five whole numbers, like 40,50,20,50,0."))
    return checked(Weights(*map(int, numbers)))


def checked(weights: Weights) -> Weights:
    """The switches; BadInput unless they are whole percents and a margin above none."""
    percents = asdict(weights)
    if min(percents.values()) < 0 or max(percents.values()) > HUNDRED or not weights.margin:
        raise BadInput(gettext("Enter whole percentages from 0 to 100, and a margin above 0."))
    return weights


def _rows(where: object) -> list[Ranking]:
    return list(db.session.scalars(select(Ranking).where(where).order_by(Ranking.id.desc())))  # type: ignore[arg-type]
