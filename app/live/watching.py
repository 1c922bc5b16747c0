"""Which shows can be watched by whom, and who is counted as a viewer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import Headers

from app.database import db
from app.errors import NotFound
from app.security import BRAND, Identity
from app.streams.models import Show, ShowItem, ShowStatus
from app.streams.shows import brands_of, show_by_public_id, who_may_moderate
from app.tracking.machines import is_fetched_ahead, is_machine

PRIVATE = frozenset({ShowStatus.PROPOSED, ShowStatus.DECLINED})  # not agreed yet, or never


def watchable(public_id: UUID, who: Identity | None) -> Show:
    """A show whose page this person, or anybody, may open; NotFound otherwise. What is not agreed yet is for its own
    people alone."""
    show = show_by_public_id(public_id)
    if show.status not in PRIVATE or (who and of_show(show, who)):
        return show
    raise NotFound(gettext("There is no such show, or it is not yours."))


def of_show(show: Show, who: Identity) -> bool:
    """Whether somebody belongs to the show: its host, a moderator, or somebody of one of its brands."""
    return who_may_moderate(show, who) or bool({each.brand_id for each in brands_of(show)} & who.brand_ids(BRAND))


def state(show: Show, *, insider: bool) -> str:
    """Where the show stands for who looks at it: a rehearsal is one for its own people alone."""
    rehearsed = show.status == ShowStatus.REHEARSAL and not insider
    return str(ShowStatus.PLANNED if rehearsed else show.status)


def sheet_of(show: Show) -> Sequence[ShowItem]:
    """The run sheet in its order, with products and brands, in one query."""
    loaded = joinedload(ShowItem.product), joinedload(ShowItem.brand)
    query = select(ShowItem).options(*loaded).where(ShowItem.show_id == show.id).order_by(ShowItem.position)
    return db.session.scalars(query).all()


def counts(headers: Headers) -> bool:
    """Whether whoever sends these headers is taken for a person who looks at the page: no machine by its own word, and
    no browser that fetches the page in case it is wanted."""
    return not is_machine(headers) and not is_fetched_ahead(headers)
