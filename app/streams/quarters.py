"""Quarters of an hour of a show about which somebody does not agree with the record (rules.md B8).

Where the record lacks something the creator may claim a quarter, and the brand decides. Where it has everything the
brand may dispute one, and the platform decides. Until then it does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Select, select

from app.contracts.letters import READERS, one_line, path
from app.database import db, lock, raw, rows
from app.errors import Conflict, NotAllowed, NotFound, WrongStatus
from app.notifications import readers
from app.outbox import Event, write
from app.security import Identity, Role
from app.streams.models import QuarterReview, QuarterStatus, Show, ShowBrand, Stream
from app.streams.pin_log import programme_time
from app.transitions import move
from app.users.models import Brand, Creator
from app.users.sides import Side
from app.users.trail import record
from app.web.texts import required_text

ASK_WITHIN = timedelta(days=14)  # after the end of the show
LONGEST = 2000
OPEN = (QuarterStatus.CLAIMED, QuarterStatus.DISPUTED)


@dataclass(frozen=True)
class Quarter:
    """A quarter of an hour of a stream: what the record has of it, whether it counts, and what people say of it."""

    stream_id: int
    show_id: int
    quarter: int
    begins_at: datetime
    ends_at: datetime
    active: bool
    said: bool
    pinned: bool
    review: str | None
    valid: bool
    review_id: UUID | None
    words: str | None
    reason: str | None
    since: int  # seconds of programme time
    until: int

    @property
    def times(self) -> str:
        """From when until when in programme time: `15:00 – 30:00`."""
        return " – ".join(programme_time(timedelta(seconds=each)) for each in (self.since, self.until))


def quarters_of(streams: Sequence[int]) -> list[Quarter]:
    """The quarters of streams that were shows here and have ended, in their order."""
    found: list[Quarter] = rows(raw(), "app.streams", "quarters", {"streams": list(streams)}, Quarter)
    return found


def claim(stream: Stream, quarter: int, words: str, *, by: Identity, at: datetime) -> QuarterReview:
    """The creator says that a quarter counts although the record lacks something, and why; the brand decides.

    NotFound where there is none; Conflict where it counts, was spoken of already, or after 14 days.
    """
    if _quarter(stream, quarter, at).valid:
        raise Conflict(gettext("This quarter of an hour counts already."))
    made = _said(stream, quarter, QuarterStatus.CLAIMED, words, by=by, at=at)
    _tell(made, Side.BRAND, "claimed", made.said, at=at)
    return made


def dispute(stream: Stream, quarter: int, words: str, *, by: Identity, at: datetime) -> QuarterReview:
    """The brand says that a quarter does not count although the record has everything, and why; the platform decides.

    NotFound where there is none; Conflict where it does not count, was spoken of already, or after 14 days.
    """
    if not _quarter(stream, quarter, at).valid:
        raise Conflict(gettext("This quarter of an hour does not count as it is."))
    made = _said(stream, quarter, QuarterStatus.DISPUTED, words, by=by, at=at)
    _tell(made, Side.CREATOR, "disputed", made.said, at=at)
    return made


def decide(review: QuarterReview, counts: bool, reason: str, *, by: Identity, at: datetime) -> QuarterReview:
    """Decides whether the quarter counts, with a reason that both sides read: the brand or the platform on what a
    creator claims, the platform alone on what a brand disputes.

    NotAllowed for everybody else and for who said it; WrongStatus when it is decided.
    """
    lock(review)
    platform = by.has({Role.ADMIN})
    brand = review.status != QuarterStatus.DISPUTED and review.stream.brand_id in by.brand_ids()
    if not (platform or brand) or review.said_by == by.person_id:
        raise NotAllowed(gettext("Somebody else decides on this."))
    why = required_text(reason, gettext("Give a reason. Both sides will read it."), LONGEST)
    move(review, QuarterStatus.COUNTED if counts else QuarterStatus.REFUSED)
    review.reason, review.decided_by, review.decided_at = why, by.person_id, at
    db.session.flush()
    record("count" if counts else "refuse", "quarter_review", review.id, by=by, at=at, reason=why)
    for side in Side:
        _tell(review, side, "decided", why, at=at)
    return review


def open_reviews() -> Select[QuarterReview]:
    """What waits for a decision: disputes first, the oldest first."""
    query = select(QuarterReview).where(QuarterReview.status.in_(OPEN))
    return query.order_by(QuarterReview.status.desc(), QuarterReview.id)


def with_claims(brand: Brand) -> Select[Show]:
    """The shows of which creators claim minutes of a brand's streams, that wait for its decision."""
    claimed = select(ShowBrand.show_id).join(QuarterReview, QuarterReview.stream_id == ShowBrand.stream_id)
    mine = claimed.where(ShowBrand.brand_id == brand.id, QuarterReview.status == QuarterStatus.CLAIMED)
    return select(Show).where(Show.id.in_(mine)).order_by(Show.ended_at, Show.id)


def get_review(public_id: UUID, owner: Brand | None = None) -> QuarterReview:
    """What was said of a quarter, of a brand's streams or of anybody's; NotFound otherwise."""
    query = select(QuarterReview).join(QuarterReview.stream).where(QuarterReview.public_id == public_id)
    if owner is not None:
        query = query.where(Stream.brand_id == owner.id)
    review = db.session.scalar(query)
    if review is None:
        raise NotFound(gettext("There is no such quarter of an hour, or it is not yours."))
    return review


def streams_of(show: Show, owner: Brand | Creator) -> list[Stream]:
    """The streams of a show that this side may see: a brand's own, or all of the creator's."""
    query = select(Stream).join(ShowBrand, ShowBrand.stream_id == Stream.id).where(ShowBrand.show_id == show.id)
    if isinstance(owner, Brand):
        query = query.where(Stream.brand_id == owner.id)
    return list(db.session.scalars(query.order_by(Stream.id)))


def may_ask(show: Show, at: datetime) -> bool:
    """Whether quarters of the show may still be claimed and disputed."""
    return show.ended_at is not None and at <= show.ended_at + ASK_WITHIN


def _quarter(stream: Stream, quarter: int, at: datetime) -> Quarter:
    found = next((each for each in quarters_of([stream.id]) if each.quarter == quarter), None)
    if found is None:
        raise NotFound(gettext("There is no such quarter of an hour, or it is not yours."))
    if found.review:
        raise Conflict(gettext("Somebody has spoken of this quarter of an hour already."))
    if stream.ends_at and at > stream.ends_at + ASK_WITHIN:
        raise Conflict(gettext("The fourteen days after the show have passed."))
    return found


def _said(
    stream: Stream, quarter: int, status: QuarterStatus, words: str, *, by: Identity, at: datetime
) -> QuarterReview:
    lock(stream)
    if db.session.scalar(
        select(QuarterReview.id).where(QuarterReview.stream_id == stream.id, QuarterReview.quarter == quarter)
    ):
        raise WrongStatus(gettext("Somebody has spoken of this quarter of an hour already."))
    said = required_text(words, gettext("Say what happened. The other side will read it."), LONGEST)
    made = QuarterReview(stream_id=stream.id, quarter=quarter, status=status, said=said)
    made.said_by, made.said_at = by.person_id, at
    db.session.add(made)
    db.session.flush()
    record("claim" if status == QuarterStatus.CLAIMED else "dispute", "quarter_review", made.id, by=by, at=at)
    return made


def _tell(review: QuarterReview, side: Side, what: str, words: str, *, at: datetime) -> None:
    stream = review.stream
    show = db.session.scalars(
        select(Show).join(ShowBrand, ShowBrand.show_id == Show.id).where(ShowBrand.stream_id == stream.id)
    ).one()
    owner = stream.brand if side == Side.BRAND else stream.creator
    to = (
        readers.brand_readers(stream.brand_id, READERS)
        if side == Side.BRAND
        else readers.creator_readers(stream.creator_id)
    )
    facts = {
        "title": one_line(show.title),
        "who": one_line(stream.creator.name if side == Side.BRAND else stream.brand.name),
        "minute": review.quarter * 15,
        "reason": words,
        "path": path(side, owner, f"shows/{show.public_id}/hours"),
    }
    write(Event(f"quarter.{what}", "quarter_review", review.id, at.isoformat()), to, facts, at=at)
