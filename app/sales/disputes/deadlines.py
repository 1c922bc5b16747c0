"""What time does to disputes: silence goes on to the platform (a brand's decides), and deadlines are reminded of."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import or_, select

from app.database import db, lock
from app.outbox import Event, drop
from app.sales.disputes import letters, rulings
from app.sales.disputes.exchange import PLATFORM, Said, pass_on, say
from app.sales.disputes.models import Dispute, DisputeStatus, MessageKind
from app.users.sides import Side
from config import settings


def tend_disputes(at: datetime) -> str:
    """Passes on what nobody answered and reminds of what is due, a dispute a transaction; says how many."""
    silent = reminded = came = 0
    for number in _numbers(Dispute.status == DisputeStatus.OPEN, Dispute.answer_by <= at):
        silent += _silence(number, at)
    soon = at + timedelta(days=settings().dispute_remind_days)
    due = or_(
        (Dispute.status == DisputeStatus.OPEN) & (Dispute.answer_by <= soon),
        (Dispute.status == DisputeStatus.TO_DECIDE) & (Dispute.decide_by <= soon),
    )
    for number in _numbers(due, Dispute.reminded_at.is_(None)):
        reminded += _remind(number, at)
    for number in _numbers(
        Dispute.status == DisputeStatus.DECIDED, Dispute.sale_id.is_(None), Dispute.outcome == "for_creator"
    ):
        came += _came(number, at)
    return f"{silent} disputes were not answered, {reminded} reminders, {came} missing orders have come."


def _numbers(*which: object) -> list[int]:
    return list(db.session.scalars(select(Dispute.id).where(*which).order_by(Dispute.id)))  # type: ignore[arg-type]


def _silence(number: int, at: datetime) -> bool:
    dispute = lock(db.session.get_one(Dispute, number))
    if dispute.status != DisputeStatus.OPEN or at < dispute.answer_by:
        db.session.rollback()
        return False
    pass_on(dispute, at=at, silent=True)
    said = gettext("Nobody answered in time.")
    say(dispute, PLATFORM, MessageKind.SILENCE, Said(said), by=None, at=at)
    drop(Event("dispute.opened", "dispute", dispute.id))
    for side in Side:
        letters.tell(dispute, side, "silent", at=at)
    decides = settings().dispute_silence_decides and dispute.answers == Side.BRAND
    if not (decides and rulings.grant(dispute, by=None, at=at)):
        letters.tell_platform(dispute, "waiting", at=at, until=dispute.decide_by)
    db.session.commit()
    return True


def _remind(number: int, at: datetime) -> bool:
    dispute = lock(db.session.get_one(Dispute, number))
    if dispute.reminded_at is not None or dispute.status not in (DisputeStatus.OPEN, DisputeStatus.TO_DECIDE):
        db.session.rollback()
        return False
    dispute.reminded_at = at
    if dispute.status == DisputeStatus.OPEN:
        letters.tell(dispute, dispute.answers, "reminder", at=at, until=dispute.answer_by)
    else:
        letters.tell_platform(dispute, "due", at=at, until=dispute.decide_by)
    db.session.commit()
    return True


def _came(number: int, at: datetime) -> bool:
    """Tells the admins once that an order has come although a sale was recorded in its place."""
    dispute = lock(db.session.get_one(Dispute, number))
    told = dispute.reminded_at is not None or not rulings.came_after_all(dispute)
    if not told:
        dispute.reminded_at = at
        letters.tell_platform(dispute, "came", at=at)
    db.session.commit()
    return not told
