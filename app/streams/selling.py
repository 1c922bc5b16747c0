"""How a brand sells its products in a show: who gets the last pieces, and how many one buyer may have."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from app.database import db, lock
from app.errors import BadInput, NotFound, WrongStatus
from app.security import Identity
from app.streams.models import Selling, Show, ShowBrand
from app.streams.moderators import OVER
from app.users.models import Brand
from app.users.trail import record

MOST = 1000


def choose(show: Show, brand: Brand, selling: str, most: int, *, by: Identity, at: datetime) -> ShowBrand:
    """Takes over what the brand chooses, until the show is over. BadInput for what is none of Selling, or none of 1 to
    1000 pieces."""
    lock(show)
    there = db.session.get(ShowBrand, (show.id, brand.id))
    if there is None:
        raise NotFound(gettext("There is no such show, or it is not yours."))
    if show.status in OVER:
        raise WrongStatus(gettext("This show is over."))
    if selling not in set(Selling):
        raise BadInput(gettext("Choose who gets the last pieces."))
    if not 1 <= most <= MOST:
        raise BadInput(gettext("Enter 1 to %(most)s pieces.", most=MOST))
    there.selling, there.max_per_buyer = selling, most
    db.session.flush()
    record("choose selling", "show", show.id, by=by, at=at, brand=brand.name, selling=selling, most=most)
    return there
