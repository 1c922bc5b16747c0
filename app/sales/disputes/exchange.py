"""What both sides do in a dispute: open it, answer, add, take it back, appeal. The platform's part is in rulings.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.exc import IntegrityError

from app.contracts.models import Contract
from app.database import db, lock, raw
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.sales.disputes import letters, rulings
from app.sales.disputes.evidence import Evidence
from app.sales.disputes.models import (
    REASONS,
    RUNNING,
    Dispute,
    DisputeFile,
    DisputeMessage,
    DisputeReason,
    DisputeStatus,
    MessageKind,
)
from app.sales.disputes.subjects import has_part
from app.sales.models import Decision, Sale
from app.security import Identity
from app.transitions import move
from app.users.attempts import Limit
from app.users.models import Brand, Creator
from app.users.sides import Side, other_side
from app.users.trail import record
from app.web.texts import optional_text, required_text
from config import Config, settings

LONGEST = 4000
PLATFORM = "platform"


@dataclass(frozen=True)
class Said:
    """What somebody writes, with evidence; `shared`: the other side may see the files as well."""

    body: str
    files: Sequence[Evidence] = ()
    shared: bool = True


def disputes_of(side: Brand | Creator) -> Select[Dispute]:
    """The disputes of a brand or of a creator, the newest first."""
    of_side = Dispute.brand_id == side.id if isinstance(side, Brand) else Dispute.creator_id == side.id
    return select(Dispute).where(of_side).order_by(Dispute.id.desc())


def get_dispute(public_id: UUID, side: Brand | Creator | None = None) -> Dispute:
    """The dispute with this public id, of a side where one is named; NotFound otherwise."""
    disputes = select(Dispute) if side is None else disputes_of(side)
    dispute: Dispute | None = db.session.scalar(disputes.where(Dispute.public_id == public_id))
    if dispute is None:
        raise NotFound(gettext("There is no such dispute, or it is not yours."))
    return dispute


def messages_of(dispute: Dispute) -> Sequence[DisputeMessage]:
    """All that was said, in its order."""
    query = select(DisputeMessage).where(DisputeMessage.dispute_id == dispute.id).order_by(DisputeMessage.id)
    return db.session.scalars(query).all()


def file_of(dispute: Dispute, public_id: UUID, *, side: str | None) -> DisputeFile:
    """A file of the dispute that the side may see (None: the platform, which sees all); NotFound otherwise."""
    query = (
        select(DisputeFile, DisputeMessage.side)
        .join(DisputeMessage, DisputeMessage.id == DisputeFile.message_id)
        .where(DisputeMessage.dispute_id == dispute.id, DisputeFile.public_id == public_id)
    )
    found = db.session.execute(query).one_or_none()
    if found is None or not may_see(found[0], found[1], side):
        raise NotFound(gettext("There is no such file, or it is not yours."))
    return found[0]


def may_see(file: DisputeFile, brought_by: str, side: str | None) -> bool:
    """Whether a side (None: the platform) may see a file that `brought_by` has attached."""
    return side is None or file.shared or brought_by == side


def asking(person_id: int, config: Config) -> Limit:
    """How often one person may ask about numbers of orders."""
    return Limit(f"order-question:{person_id}", config.dispute_questions, timedelta(hours=1))


def to_answer(side: Brand | Creator) -> Select[Dispute]:
    """The disputes that wait for this side's answer, the most pressing first."""
    asked_by = Side.CREATOR if isinstance(side, Brand) else Side.BRAND
    waiting = (Dispute.status == DisputeStatus.OPEN, Dispute.opened_by == asked_by)
    return disputes_of(side).where(*waiting).order_by(None).order_by(Dispute.answer_by, Dispute.id)


def about(brand_id: int, sale_id: int, creator_ids: Sequence[int] | None = None) -> Sequence[Dispute]:
    """The disputes about a sale line, of these creators or (None) of everybody, the newest first."""
    which: list[ColumnElement[bool]] = [Dispute.brand_id == brand_id, Dispute.sale_id == sale_id]
    if creator_ids is not None:
        which.append(Dispute.creator_id.in_(creator_ids))
    return db.session.scalars(select(Dispute).where(*which).order_by(Dispute.id.desc())).all()


def open_about_line(
    side: str, creator: Creator | None, sale: Sale, reason: str, said: Said, *, by: Identity, at: datetime
) -> Dispute:
    """A creator disputes a line they have a part in, or (`creator` None) the brand one that a creator earns on.

    NotFound for a creator without a part in it, BadInput for a reason that is not the side's, Conflict where nobody
    earns on it, where the pair had this dispute before, or when it is too late.
    """
    if creator is None:
        creator = _earner(sale)
    elif not has_part(raw(), sale.brand_id, sale.id, [creator.id]):
        raise NotFound(gettext("There is no such sale, or it is not yours."))
    if reason not in REASONS[Side(side)]:
        raise BadInput(gettext("Choose what is wrong."))
    dispute = Dispute(brand_id=sale.brand_id, creator_id=creator.id, opened_by=side, order_ref=sale.order_ref)
    dispute.sale_id, dispute.line_ref, dispute.reason = sale.id, sale.line_ref, reason
    return _open(dispute, sale.occurred_at, said, by=by, at=at)


def open_about_missing(
    creator: Creator, brand: Brand, order_ref: str, sold_on: date, said: Said, *, by: Identity, at: datetime
) -> Dispute:
    """A creator misses an order at a brand they have or had a contract with (NotFound otherwise). Whether it is known
    here is told to nobody who had no part in it."""
    pair = exists().where(Contract.brand_id == brand.id, Contract.creator_id == creator.id)
    if not db.session.scalar(select(pair)):
        raise NotFound(gettext("There is no such brand, or it is not yours."))
    number = " ".join(order_ref.split())
    if not number or len(number) > 200:
        raise BadInput(gettext("Fill in the order number, as the shop gives it."))
    if sold_on > at.date() + timedelta(days=1):
        raise BadInput(gettext("That day is still to come."))
    dispute = Dispute(brand_id=brand.id, creator_id=creator.id, opened_by=Side.CREATOR, order_ref=number)
    dispute.reason, dispute.sold_on = DisputeReason.MISSING_SALE, sold_on
    return _open(dispute, datetime.combine(sold_on, time(), UTC), said, by=by, at=at)


def answer(dispute: Dispute, said: Said, *, agree: bool, side: str, by: Identity, at: datetime) -> Dispute:
    """The other side answers, or agrees: then it is decided at once where no third party loses by it.

    NotFound for the side that asked, WrongStatus when it is not open, Conflict when the time to answer is over.
    """
    lock(dispute)
    _expect_side(dispute.answers, side)
    if dispute.status == DisputeStatus.OPEN and at >= dispute.answer_by:
        raise Conflict(
            gettext("The time to answer is over: the platform decides. You can still add what it should know.")
        )
    body = optional_text(said.body, LONGEST) or (gettext("We agree.") if agree else "")
    pass_on(dispute, agreed=agree, at=at)
    say(dispute, side, MessageKind.REPLY, Said(body, said.files, said.shared), by=by, at=at)
    record("answer", "dispute", dispute.id, by=by, at=at, agreed=agree)
    letters.tell(dispute, other_side(side), "answered", at=at, said=body)
    if not (agree and rulings.grant(dispute, by=by, at=at)):
        letters.tell_platform(dispute, "waiting", at=at, until=dispute.decide_by)
    return dispute


def add(dispute: Dispute, said: Said, *, side: str, by: Identity, at: datetime) -> DisputeMessage:
    """Something more that the platform should know, while it is not decided. WrongStatus afterwards."""
    lock(dispute)
    if dispute.status not in RUNNING:
        raise WrongStatus(gettext("This dispute is over: nothing can be added."))
    message = say(dispute, side, MessageKind.ADDITION, said, by=by, at=at)
    letters.tell(dispute, other_side(side), "added", at=at, said=message.body)
    return message


def retract(dispute: Dispute, *, side: str, by: Identity, at: datetime) -> Dispute:
    """Whoever opened it takes it back before it was decided for the first time."""
    lock(dispute)
    _expect_side(dispute.opened_by, side)
    if dispute.decided_at is not None:
        raise WrongStatus(gettext("This dispute was decided: it can't be taken back any more."))
    move(dispute, DisputeStatus.RETRACTED)
    say(dispute, side, MessageKind.RETRACTION, Said(gettext("Taken back.")), by=by, at=at)
    record("retract", "dispute", dispute.id, by=by, at=at)
    letters.tell(dispute, other_side(side), "retracted", at=at)
    return dispute


def appeal(dispute: Dispute, said: Said, *, side: str, by: Identity, at: datetime) -> Dispute:
    """Who lost asks for a second look, once in a dispute; somebody else than before decides then. NotFound for the
    side that won, Conflict when it was appealed already or when the time is over."""
    lock(dispute)
    _expect_side(str(dispute.loser), side)
    if dispute.status == DisputeStatus.DECIDED and (dispute.appeal_by is None or dispute.appealed_at is not None):
        raise Conflict(gettext("There is one appeal in a dispute, and it was made."))
    if dispute.appeal_by is not None and at >= dispute.appeal_by:
        raise Conflict(gettext("The time to appeal is over: the decision stands."))
    dispute.appealed_at, dispute.appealed_by = at, side
    dispute.decide_by, dispute.reminded_at = at + timedelta(days=settings().dispute_decide_days), None
    move(dispute, DisputeStatus.TO_DECIDE)
    message = say(dispute, side, MessageKind.SECOND_LOOK, said, by=by, at=at)
    record("appeal", "dispute", dispute.id, by=by, at=at)
    letters.tell(dispute, other_side(side), "appealed", at=at, said=message.body)
    letters.tell_platform(dispute, "waiting", at=at, until=dispute.decide_by)
    return dispute


def say(
    dispute: Dispute, side: str, kind: MessageKind, said: Said, *, by: Identity | None, at: datetime
) -> DisputeMessage:
    """Appends a message; BadInput for an empty or too long one."""
    body = required_text(said.body, gettext("Write what happened: both sides and the platform read it."), LONGEST)
    message = DisputeMessage(dispute_id=dispute.id, side=side, kind=kind, body=body, said_at=at)
    message.said_by = by.person_id if by else None
    message.files = [
        DisputeFile(name=each.name, media_type=each.media_type, shared=said.shared, size=len(each.body), body=each.body)
        for each in said.files
    ]
    db.session.add(message)
    db.session.flush()
    return message


def pass_on(dispute: Dispute, *, at: datetime, agreed: bool = False, silent: bool = False) -> None:
    """From the other side to the platform, which has its days from now."""
    move(dispute, DisputeStatus.TO_DECIDE)
    dispute.answered_at, dispute.agreed, dispute.silent = at, agreed, silent
    dispute.decide_by, dispute.reminded_at = at + timedelta(days=settings().dispute_decide_days), None
    db.session.flush()


def _open(dispute: Dispute, sold_at: datetime, said: Said, *, by: Identity, at: datetime) -> Dispute:
    days = settings().dispute_open_days
    if at > sold_at + timedelta(days=days + 1):
        raise Conflict(gettext("A sale can be disputed for %(days)s days, and they are over.", days=days))
    dispute.status, dispute.opened_at = DisputeStatus.OPEN, at
    dispute.answer_by = at + timedelta(days=settings().dispute_answer_days)
    try:
        with db.session.begin_nested():
            db.session.add(dispute)
    except IntegrityError as error:
        raise Conflict(gettext("There is a dispute about this already.")) from error
    message = say(dispute, dispute.opened_by, MessageKind.OPENING, said, by=by, at=at)
    record("open", "dispute", dispute.id, by=by, at=at, reason=str(dispute.reason))
    letters.tell(dispute, dispute.answers, "opened", at=at, until=dispute.answer_by, said=message.body)
    return dispute


def _earner(sale: Sale) -> Creator:
    newest = select(Decision).where(Decision.brand_id == sale.brand_id, Decision.sale_id == sale.id)
    decision = db.session.scalar(newest.order_by(Decision.nr.desc()).limit(1))
    if decision is None or decision.creator_id is None:
        raise Conflict(gettext("Nobody earns on this sale, so there is nothing to dispute."))
    return db.session.get_one(Creator, decision.creator_id)


def _expect_side(wanted: str, side: str) -> None:
    if wanted != side:
        raise NotFound(gettext("There is no such dispute, or it is not yours."))
