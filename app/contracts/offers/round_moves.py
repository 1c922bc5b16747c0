"""One move at the table: the newest round locked, whose turn it is, and how a round is opened and closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select

from app.contracts.models import Offer, OfferRound, RoundStatus
from app.contracts.offers.rounds import OPEN, offer_not_found
from app.contracts.terms.sheet import Sheet
from app.database import db, lock
from app.errors import BadInput, Conflict, NotAllowed, WrongStatus
from app.security import Identity
from app.transitions import move
from app.users.sides import Side
from app.words import word

DAYS, MOST_DAYS = 14, 90  # until an unanswered version expires
LONGEST_TEXT = 5_000  # of a message or a reason


def newest(offer: Offer) -> OfferRound:
    """The newest round as it is now; the offer, then the round are locked until the transaction ends.

    The round too, because the night's job closes rounds without asking for their offers.
    """
    lock(offer)
    last = select(OfferRound).where(OfferRound.offer_id == offer.id).order_by(OfferRound.nr.desc()).limit(1)
    return db.session.scalars(last.with_for_update(), execution_options={"populate_existing": True}).one()


def answerable(offer: Offer, side: str, seen: int, at: datetime) -> OfferRound:
    """The newest round, locked, when it is the one `side` has looked at and may answer.

    NotFound for the other side's draft, Conflict for another round than `seen` or one that has expired, WrongStatus
    when it is closed, NotAllowed for one's own.
    """
    round_ = newest(offer)
    if side not in set(Side) or (round_.sent_at is None and round_.side != side):
        raise offer_not_found()
    must_be_newest(round_, seen)
    must_have_status(round_, *OPEN)
    if round_.side == side:
        raise NotAllowed(gettext("This version is your own: wait for the answer, replace it or withdraw it."))
    must_not_be_expired(round_, at)
    return round_


def must_be_newest(round_: OfferRound, seen: int) -> None:
    """Returns when somebody has looked at this round, the newest; Conflict otherwise."""
    if round_.nr != seen:
        raise Conflict(gettext("There is a newer version: look at it before you answer."), newest=round_.nr)


def must_have_status(round_: OfferRound, *statuses: str) -> None:
    """Returns when the round has one of the statuses; WrongStatus otherwise."""
    if round_.status not in statuses:
        now = word(round_.status)
        raise WrongStatus(gettext("This version is now “%(now)s”: open the offer again.", now=now))


def must_not_be_expired(round_: OfferRound, at: datetime) -> None:
    """Conflict when the time is over: a round ends at its instant, whether or not the night's job has noted it."""
    if has_expired(round_, at):
        raise Conflict(gettext("This version has expired: ask for a new offer, or make one."))


def has_expired(round_: OfferRound, at: datetime) -> bool:
    """Whether the time to answer is over at this instant."""
    return round_.expires_at is not None and round_.expires_at <= at


def add(offer: Offer, nr: int, side: str, sheet: Sheet, message: str, *, by: Identity, at: datetime) -> OfferRound:
    """A new round, a draft as yet. The one before it has to be closed."""
    new = OfferRound(offer_id=offer.id, nr=nr, side=side, terms=sheet.as_json(), message=trimmed(message))
    new.status, new.made_by, new.made_at = RoundStatus.DRAFT, by.person_id, at
    db.session.add(new)
    db.session.flush()
    return new


def send_out(draft: OfferRound, days: int, *, at: datetime) -> None:
    """The draft is sent and waits `days` for an answer; BadInput for fewer than 1 or more than 90."""
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(gettext("Give the other side 1 to %(most)s days to answer.", most=MOST_DAYS))
    move(draft, RoundStatus.SENT)
    draft.sent_at, draft.expires_at = at, at + timedelta(days=days)
    db.session.flush()


def close(round_: OfferRound, status: str, reason: str = "", *, by: Identity, at: datetime) -> None:
    """The round comes to its end, by somebody's will."""
    move(round_, status)
    round_.closed_by, round_.closed_at, round_.reason = by.person_id, at, trimmed(reason) or None
    db.session.flush()


def trimmed(text: str) -> str:
    """A message or a reason without the space around it; BadInput when it is too long."""
    if len(text) > LONGEST_TEXT:
        raise BadInput(gettext("Write at most %(count)s characters.", count=LONGEST_TEXT))
    return text.strip()
