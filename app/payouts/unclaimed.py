"""Money that waits for its creator to mend something: they are reminded at growing gaps, after 30 days it counts as
unclaimed, and nothing of it is ever lost (rules.md B21, B23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.database import Lock, db, raw, statement, take_turn
from app.payouts import letters
from app.payouts.obstacles import THEIRS
from app.payouts.payee_models import PayoutWait
from app.users.models import Creator

UNCLAIMED_AFTER = timedelta(days=30)
FIRST_GAP, LONGEST_GAP = timedelta(days=7), timedelta(days=180)  # each gap between two reminders is twice the last


def tend(at: datetime) -> str:
    """The nightly job: notes whose money waits for themselves, marks what has waited for 30 days, and reminds whom it
    is time to. Running it twice does nothing more. Returns what came of it as a sentence."""
    take_turn(raw(), Lock.UNCLAIMED)
    values = {"theirs": sorted(THEIRS), "on": at.date(), "at": at}
    raw().execute("drop table if exists pg_temp.waiting_now")
    for name in ("waiting_now", "waits_end", "waits_begin"):
        raw().execute(statement("app.payouts", name), values)
    unclaimed = update(PayoutWait).where(
        PayoutWait.ended_at.is_(None), PayoutWait.unclaimed_at.is_(None), PayoutWait.since <= at - UNCLAIMED_AFTER
    )
    marked = db.session.execute(unclaimed.values(unclaimed_at=at).returning(PayoutWait.id)).all()
    reminded = _remind(at)
    db.session.commit()
    return str(
        gettext("%(marked)s sums are unclaimed by now, %(reminded)s reminders.", marked=len(marked), reminded=reminded)
    )


def waits(creator: Creator | None = None, *, unclaimed: bool = False) -> Sequence[PayoutWait]:
    """What waits for its creator, of one creator or of all, the longest first; `unclaimed`: only what is by now."""
    query = select(PayoutWait).options(joinedload(PayoutWait.creator)).where(PayoutWait.ended_at.is_(None))
    if creator:
        query = query.where(PayoutWait.creator_id == creator.id)
    if unclaimed:
        query = query.where(PayoutWait.unclaimed_at.is_not(None))
    return db.session.scalars(query.order_by(PayoutWait.since, PayoutWait.id)).all()


def gap_after(reminders: int) -> timedelta:
    """How long to wait after so many reminders: a week, two, four ... at most half a year."""
    return min(FIRST_GAP * (1 << min(reminders, 10)), LONGEST_GAP)


def _remind(at: datetime) -> int:
    due = select(PayoutWait).options(joinedload(PayoutWait.creator)).order_by(PayoutWait.id)
    due = due.where(PayoutWait.ended_at.is_(None), PayoutWait.next_reminder_at <= at)
    found = db.session.scalars(due.execution_options(populate_existing=True)).all()
    for wait in found:
        wait.reminders += 1
        wait.next_reminder_at = at + gap_after(wait.reminders)
    db.session.flush()
    letters.write_unclaimed(found, at=at)
    return len(found)
