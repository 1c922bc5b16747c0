"""Letters about shows to the people of one side, and to moderators, with the way to their own page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app import outbox
from app.contracts.letters import READERS, one_line, path
from app.database import db
from app.notifications import readers
from app.outbox import Event, Letter, Reader
from app.streams.models import Show, ShowBrand, ShowModerator
from app.users.models import Brand, Person
from app.users.sides import Side


def write_creator(
    show: Show, what: str, *, at: datetime, who: str = "", reason: str = "", good_until: datetime | None = None
) -> None:
    """Writes to the creator and their agents what happened to the show; `who` did it, `reason` is what they wrote."""
    facts = _facts(show, who, reason) | {"path": path(Side.CREATOR, show.creator, f"shows/{show.public_id}")}
    outbox.write(_event(show, what, at), readers.creator_readers(show.creator_id), facts, at=at, good_until=good_until)


def write_brands(
    show: Show,
    what: str,
    *,
    at: datetime,
    reason: str = "",
    but: Collection[int] = (),
    good_until: datetime | None = None,
) -> None:
    """Writes the same to the brands of the show, without those whose numbers are in `but`."""
    for brand in db.session.scalars(
        select(Brand).join(ShowBrand, ShowBrand.brand_id == Brand.id).where(ShowBrand.show_id == show.id)
    ):
        if brand.id not in but:
            facts = _facts(show, show.creator.name, reason)
            facts |= {"path": path(Side.BRAND, brand, f"shows/{show.public_id}")}
            to = readers.brand_readers(brand.id, READERS)
            outbox.write(_event(show, what, at), to, facts, at=at, good_until=good_until)


def write_moderators(
    show: Show, what: str, people: Collection[Person], *, at: datetime, good_until: datetime | None = None
) -> None:
    """Writes to people who help with the show, with the way to its console."""
    to = [Reader(each.email, each.language, each.id) for each in people if each.disabled_at is None]
    facts = _facts(show, show.creator.name, "") | {"path": f"/shows/{show.public_id}/console"}
    outbox.write(_event(show, what, at), to, facts, at=at, good_until=good_until)


def was_written(show: Show, what: str, at: datetime) -> bool:
    """Whether somebody has this letter about the show already."""
    event = _event(show, what, at)
    same = select(Letter.id).where(
        Letter.event == event.name,
        Letter.object_kind == event.kind,
        Letter.object_id == str(event.id),
        Letter.fact == event.fact,
    )
    return db.session.scalar(same.limit(1)) is not None


def moderators_of(show: Show) -> list[Person]:
    """The people who help with a show, in the order in which they were added."""
    query = select(Person).join(ShowModerator, ShowModerator.person_id == Person.id)
    query = query.where(ShowModerator.show_id == show.id).order_by(ShowModerator.added_at, Person.id)
    return list(db.session.scalars(query))


def _event(show: Show, what: str, at: datetime) -> Event:
    """A reminder is of the time that is planned, so that a show that was moved is reminded of again."""
    fact = show.planned_start if what in ("day", "hour") else at
    return Event(f"show.{what}", "show", show.id, fact.isoformat())


def _facts(show: Show, who: str, reason: str) -> dict[str, object]:
    return {
        "title": one_line(show.title),
        "who": one_line(who or show.creator.name),
        "begins": show.planned_start,
        "minutes": show.planned_minutes,
        "reason": reason,
    }
