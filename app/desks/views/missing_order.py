"""A creator asks by its number why they did not get an order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.database import db, raw
from app.desks import creator_earnings as desk
from app.desks import sentences
from app.desks.blueprint import blueprint
from app.desks.missing_orders import last_brought, look_up
from app.sales.disputes import exchange
from app.security import CREATOR, identity, require
from app.users import attempts
from app.users.scope import creator_for
from app.web import choices, query_args
from config import settings


@blueprint.get("/creators/<uuid:creator>/missing-order")
@require(CREATOR)
def creator_missing_order(creator: UUID) -> ResponseReturnValue:
    """Which rule decided, what of theirs stood beside it, and why it did not win. Questions are counted: no one tries
    numbers out."""
    who, at = creator_for(identity(), creator), clock.now()
    brands = desk.brands_of(raw(), who.id)
    chosen, order = query_args.identifier(request.args, "brand"), query_args.text(request.args, "order")
    brand: Any = next((each for each in brands if each.public_id == chosen or len(brands) == 1), None)
    answer = brought = None
    if order and brand:
        attempts.spend([exchange.asking(identity().person_id, settings())], at=at)
        db.session.commit()
        answer = look_up(raw(), brand.id, order, who.id, today=clock.today(at=at))
        brought = last_brought(raw(), brand.id)
    return render_template(
        "desks/missing_order.html",
        creator=who,
        brands=choices.named(brands),
        brand=brand,
        order=order,
        answer=answer,
        brought=brought,
        say=sentences,
    )
