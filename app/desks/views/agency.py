"""An agency's desk: what all its creators have to do next, and where their money is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import clock
from app.database import db, raw
from app.desks import todo
from app.desks.blueprint import blueprint
from app.ledger.balances import Standing, standings
from app.security import Role, identity, require
from app.users.models import Creator

AGENT = frozenset({Role.AGENT})
FIGURES = ("pending", "payable", "in_transit", "paid")


@blueprint.get("/agency")
@require(AGENT)
def agency() -> ResponseReturnValue:
    """Every creator the person is an agent of, with tasks and money, and the sums by currency."""
    today = clock.today(at=clock.now())
    query = select(Creator).where(Creator.id.in_(identity().creator_ids(AGENT))).order_by(Creator.name, Creator.id)
    creators = list(db.session.scalars(query))
    money = {creator.id: standings(raw(), creator.id, on=today) for creator in creators}
    return render_template(
        "desks/agency.html",
        creators=creators,
        money=money,
        sums=_sums(money.values()),
        tasks=[(creator, tasks) for creator in creators if (tasks := todo.for_creator(creator))],
    )


def _sums(all_money: Iterable[Sequence[Standing]]) -> list[dict[str, Any]]:
    """By currency, in minor units: pending, payable, in transit and paid of all creators together."""
    by_currency: dict[str, Counter[str]] = {}
    for money in all_money:
        for each in money:
            by_currency.setdefault(each.currency, Counter()).update({name: getattr(each, name) for name in FIGURES})
    return [{"currency": currency, **dict(sums)} for currency, sums in sorted(by_currency.items())]
