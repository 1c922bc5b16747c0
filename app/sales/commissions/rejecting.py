"""Rejecting a commission: a numbered decision by a person that it is nobody's, with one of eight reasons (rules.md B1).

It goes the way of every correction: the differences are posted, those concerned are told, and a large one waits for a
second person (app/sales/correction_record.py).
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from app.database import db
from app.errors import Conflict, WrongStatus
from app.sales.commissions.events import write
from app.sales.commissions.lines import OPEN, expect, locked
from app.sales.commissions.models import EventKind, HoldOutcome, Standing
from app.sales.correction_record import State, ask, carries_out
from app.sales.corrections import Connection, Correction, post_decided, stated_reason
from app.sales.models import CorrectionKind, CorrectionRecord, CorrectionStatus, Reason, Rule
from app.security import Identity


def reject(
    brand_id: int, sale_id: int, code: Reason, why: str, *, by: Identity, at: datetime
) -> tuple[State, CorrectionRecord]:
    """Takes the whole commission back before it stands in a payout; a hold of it ends. Returns whether it is done, or
    waits for a second person. Raises NotFound, BadInput without words, WrongStatus where it is too late."""
    record = CorrectionRecord(
        kind=CorrectionKind.REJECTION, brand_id=brand_id, sale_id=sale_id, code=code, reason=stated_reason(why)
    )
    state, _correction = ask(record, confirmed=True, seen=None, by=by, at=at)
    return state, record


def waiting(brand_id: int, sale_id: int) -> CorrectionRecord | None:
    """The rejection of the line that waits for a second person."""
    query = select(CorrectionRecord).where(
        CorrectionRecord.kind == CorrectionKind.REJECTION,
        CorrectionRecord.brand_id == brand_id,
        CorrectionRecord.sale_id == sale_id,
        CorrectionRecord.status == CorrectionStatus.SUBMITTED,
    )
    return db.session.scalar(query)


@carries_out(CorrectionKind.REJECTION)
def _reject(connection: Connection, record: CorrectionRecord, by: str, at: datetime) -> Correction:
    if record.brand_id is None or record.sale_id is None or record.code is None:
        raise ValueError("a rejection of nothing")
    was = locked(record.brand_id, record.sale_id, at=at)
    expect(was, *OPEN, Standing.ON_HOLD)
    if was.taken:
        raise WrongStatus(gettext("A part of this commission is paid: it can’t be rejected any more."))
    if is_ruled(connection, record.brand_id, record.sale_id):
        raise Conflict(gettext("A dispute was decided like this: appeal against the decision instead."))
    connection.execute(
        """insert into decision (brand_id, sale_id, nr, reason, decided_at, decided_by, note)
        select brand_id, sale_id, max(nr) + 1, %(code)s, %(at)s, %(by)s, %(why)s
        from decision where brand_id = %(brand)s and sale_id = %(sale)s group by brand_id, sale_id""",
        {
            "brand": record.brand_id,
            "sale": record.sale_id,
            "code": record.code,
            "at": at,
            "by": by,
            "why": record.reason,
        },
    )
    correction = post_decided(connection, record.brand_id, record.sale_id, at=at)
    connection.execute(  # not by the session: all of this is undone where it is a preview, or waits for somebody
        "update commission_hold set outcome = %(outcome)s, answer = %(why)s, released_by = %(by)s, released_at = %(at)s"
        " where brand_id = %(brand)s and sale_id = %(sale)s and released_at is null",
        {
            "outcome": HoldOutcome.REJECTED,
            "why": record.reason,
            "by": record.asked_by,
            "brand": record.brand_id,
            "sale": record.sale_id,
            "at": at,
        },
    )
    write(EventKind.REJECTED, was, why=record.reason, reason=record.code, by_id=record.asked_by, by_name=by, at=at)
    return correction


def is_ruled(connection: Connection, brand_id: int, sale_id: int) -> bool:
    """Whether the line stands by a dispute's ruling, which no side takes back by itself."""
    last = "select rule from decision where brand_id = %s and sale_id = %s order by nr desc limit 1"
    row = connection.execute(last, [brand_id, sale_id]).fetchone()
    return row is not None and row[0] == Rule.RULED
