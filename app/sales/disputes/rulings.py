"""What the platform rules, and what follows in the books: always a correction, for which a large one needs a second
person. Where the other side agreed, or a brand was silent, and nobody else loses by it, it is granted at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from flask_babel import gettext
from sqlalchemy import func, select

from app.contracts.models import Terms
from app.database import db, lock
from app.errors import BadInput, NotAllowed, StreamcutError, WrongStatus
from app.money import exponent
from app.sales import correction_record
from app.sales.correction_record import State, carries_out, followed_by
from app.sales.corrections import Award, Connection, Correction, redecide_lines, rule_lines
from app.sales.disputes import letters
from app.sales.disputes.models import (
    Dispute,
    DisputeMessage,
    DisputeOutcome,
    DisputeReason,
    DisputeRemedy,
    DisputeRuling,
    DisputeStatus,
    MessageKind,
)
from app.sales.disputes.remedies import possible_remedies
from app.sales.disputes.subjects import STAND_IN, lines_of, stand_in_of, terms_at
from app.sales.models import REJECTIONS, CorrectionKind, CorrectionRecord, CorrectionStatus, Label
from app.sales.settlement import LANES, lock_lane
from app.security import Identity
from app.transitions import move
from app.users.sides import Side
from app.users.trail import record as note
from app.web.texts import required_text
from config import settings

LONGEST = 4000
SYSTEM = "Deadline"  # who asks for a correction where time decides


@dataclass(frozen=True)
class Wish:
    """What the platform wants to rule. `base_minor` is what an order that never came was worth."""

    outcome: str
    remedy: str
    reason: str
    label: str | None = None
    base_minor: int | None = None


def of_ruling(ruling_id: int) -> Dispute:
    """The dispute that a ruling belongs to."""
    return db.session.get_one(DisputeRuling, ruling_id).dispute


def rulings_of(dispute: Dispute) -> list[DisputeRuling]:
    """All that was ruled, the first first; what a second person rejected is among it."""
    query = select(DisputeRuling).where(DisputeRuling.dispute_id == dispute.id).order_by(DisputeRuling.nr)
    return list(db.session.scalars(query))


def waiting_correction(dispute: Dispute) -> CorrectionRecord | None:
    """The correction that waits for a second person."""
    of_dispute = select(DisputeRuling.id).where(DisputeRuling.dispute_id == dispute.id)
    waiting = CorrectionRecord.status == CorrectionStatus.SUBMITTED
    return db.session.scalar(select(CorrectionRecord).where(CorrectionRecord.ruling_id.in_(of_dispute), waiting))


def sold_at(dispute: Dispute) -> datetime:
    """When the sale was: of a missing order at the noon (UTC) of the day the creator says."""
    lines = lines_of(dispute)
    if lines:
        return lines[0].occurred_at  # type: ignore[no-any-return]
    return datetime.combine(dispute.sold_on or dispute.opened_at.date(), time(12), UTC)


def possible_terms(dispute: Dispute) -> Terms | None:
    """The terms by which the creator could earn on it; None: there is no contract."""
    return terms_at(dispute.brand_id, dispute.creator_id, sold_at(dispute))


def rule(
    dispute: Dispute, wish: Wish, *, confirmed: bool, seen: str | None, by: Identity, at: datetime
) -> tuple[State, Correction | None]:
    """The platform rules. First it is shown what that changes in the books and nothing is done (the caller rolls back);
    `confirmed` with the sums that were `seen` it is booked, or kept for a second person where it is large.

    WrongStatus when it is not with the platform, NotAllowed on an appeal for who ruled before, BadInput for what makes
    no sense.
    """
    lock(dispute)
    if dispute.status != DisputeStatus.TO_DECIDE:
        raise WrongStatus(gettext("There is nothing to decide in this dispute now: look at it again."))
    if dispute.appealed_at is not None and by.person_id in {each.ruled_by for each in rulings_of(dispute)}:
        raise NotAllowed(gettext("You decided this before: somebody else decides on the appeal."))
    ruling = _ruling(dispute, wish, by=by, at=at)
    if ruling.remedy == DisputeRemedy.NO_CHANGE:
        _conclude(dispute, ruling, by=by, at=at)
        return State.DONE, None
    return _ask(dispute, ruling, confirmed=confirmed, seen=seen, by=by, at=at)


def replace_stand_in(dispute: Dispute, *, by: Identity, at: datetime) -> State:
    """The order has come after all: its lines are the creator's, and what was recorded in its place is withdrawn.
    WrongStatus where there is nothing to replace."""
    lock(dispute)
    if not came_after_all(dispute):
        raise WrongStatus(gettext("The order has not come, or was put in its place already."))
    before = next(each for each in reversed(rulings_of(dispute)) if each.remedy == DisputeRemedy.AWARD)
    wish = Wish(DisputeOutcome.FOR_CREATOR, DisputeRemedy.AWARD, gettext("The order has come."), before.label)
    ruling = _ruling(dispute, wish, by=by, at=at)
    state, _correction = _ask(dispute, ruling, confirmed=True, seen=None, by=by, at=at)
    return state


def came_after_all(dispute: Dispute) -> bool:
    """Whether the order of a decided dispute has come although a sale was recorded in its place."""
    stands = dispute.status == DisputeStatus.DECIDED and dispute.sale_id is None
    return stands and stand_in_of(dispute) is not None and bool(lines_of(dispute))


def grant(dispute: Dispute, *, by: Identity | None, at: datetime) -> bool:
    """Decides for who opened it, where that is plain: a creator's claim on a line that nobody earns on, or a brand's
    that its creator gives up. False, and nothing is done, where the platform has to look."""
    wish = _plain_claim(dispute)
    if wish is None:
        return False
    try:
        with db.session.begin_nested():
            ruling = _ruling(dispute, wish, by=by, at=at)
            state, _correction = _ask(dispute, ruling, confirmed=True, seen=None, by=by, at=at)
            if state == State.SUBMITTED:
                letters.tell_platform(dispute, "waiting", at=at, until=dispute.decide_by)
    except (StreamcutError, psycopg.Error):
        db.session.refresh(dispute)
        return False
    return True


def _plain_claim(dispute: Dispute) -> Wish | None:
    (line,) = lines_of(dispute) if dispute.sale_id is not None else [None]
    why = gettext("The brand agreed, or did not answer.") if dispute.opened_by == Side.CREATOR else ""
    if line is None or line.withdrawn:
        return None
    if dispute.opened_by == Side.CREATOR:
        if dispute.reason != DisputeReason.NOT_CREDITED or line.creator_id is not None or line.reason in REJECTIONS:
            return None  # what was rejected has more sides than one: whose it was, at which rate, and why
        return Wish(DisputeOutcome.FOR_CREATOR, DisputeRemedy.AWARD, why, Label.OFF_STREAM)
    if line.creator_id != dispute.creator_id:
        return None
    return Wish(DisputeOutcome.FOR_BRAND, DisputeRemedy.TAKE_AWAY, gettext("The creator agreed."))


def _ruling(dispute: Dispute, wish: Wish, *, by: Identity | None, at: datetime) -> DisputeRuling:
    reason = required_text(wish.reason, gettext("Give the reasons: both sides read them."), LONGEST)
    if wish.outcome not in tuple(DisputeOutcome) or wish.remedy not in possible_remedies(dispute, wish.outcome):
        raise BadInput(gettext("That does not follow from this decision: choose again."))
    count = select(func.count()).where(DisputeRuling.dispute_id == dispute.id)
    ruling = DisputeRuling(dispute=dispute, nr=db.session.execute(count).scalar_one() + 1, reason=reason)
    ruling.outcome, ruling.remedy = wish.outcome, wish.remedy
    ruling.ruled_by, ruling.ruled_at = by.person_id if by else None, at
    if wish.remedy == DisputeRemedy.AWARD:
        _award(dispute, ruling, wish)
    db.session.add(ruling)
    db.session.flush()
    return ruling


def _award(dispute: Dispute, ruling: DisputeRuling, wish: Wish) -> None:
    terms = possible_terms(dispute)
    if terms is None:
        raise BadInput(gettext("These two had no contract by then, so there is no rate to pay."))
    if wish.label not in tuple(Label):
        raise BadInput(gettext("Choose at which rate the creator earns."))
    ruling.terms_id, ruling.label = terms.id, wish.label
    if dispute.sale_id is None and not lines_of(dispute):
        if not wish.base_minor:
            raise BadInput(gettext("The order is not known here: fill in what it came to, without VAT and shipping."))
        ruling.base_minor, ruling.currency = wish.base_minor, dispute.brand.currency
        ruling.sold_at = sold_at(dispute)


def _ask(
    dispute: Dispute, ruling: DisputeRuling, *, confirmed: bool, seen: str | None, by: Identity | None, at: datetime
) -> tuple[State, Correction]:
    reason = gettext("Dispute %(nr)s", nr=dispute.id)
    record = CorrectionRecord(kind=CorrectionKind.RULING, brand_id=dispute.brand_id, ruling_id=ruling.id, reason=reason)
    state, correction = correction_record.ask(record, confirmed=confirmed, seen=seen, by=by, at=at, name=SYSTEM)
    if state == State.SUBMITTED and dispute.status == DisputeStatus.TO_DECIDE:
        move(dispute, DisputeStatus.TO_CONFIRM)
        db.session.flush()
    return state, correction


@carries_out(CorrectionKind.RULING)
def _work(connection: Connection, record: CorrectionRecord, by: str, at: datetime) -> Correction:
    ruling = db.session.get_one(DisputeRuling, record.ruling_id)
    dispute = ruling.dispute
    if dispute.agreed and dispute.answers == Side.CREATOR and dispute.appealed_at is None:
        by = "Creator"  # others who had the line once read who decided, and no name of another creator
    who: dict[str, Any] = {"by": by, "at": at}
    lock_lane(connection, dispute.brand_id % LANES, wait=True)
    sales = [line.id for line in lines_of(dispute)]
    if ruling.remedy == DisputeRemedy.RECALCULATE:
        if ruling.outcome != DisputeOutcome.FOR_CREATOR and (stand_in := stand_in_of(dispute)):
            _withdraw(connection, stand_in.import_id, record.reason, **who)
            sales.append(stand_in.id)
        return redecide_lines(connection, dispute.brand_id, sales, reason=record.reason, **who)
    award = None
    if ruling.terms_id is not None and ruling.label is not None:
        award = Award(ruling.terms_id, ruling.label)
        if stand_in := stand_in_of(dispute):
            sales.append(stand_in.id)
            if len(sales) > 1:  # the order itself has come
                _withdraw(connection, stand_in.import_id, record.reason, **who)
        if not sales:
            sales = [_stand_in(connection, dispute, ruling, **who)]
    return rule_lines(connection, dispute.brand_id, sales, award, note=record.reason, **who)


def _withdraw(connection: Connection, import_id: int, reason: str, *, by: str, at: datetime) -> None:
    connection.execute(
        "update import set withdrawn_at = %s, withdrawn_by = %s, withdrawn_reason = %s where id = %s",
        [at, by, reason, import_id],
    )


def _stand_in(connection: Connection, dispute: Dispute, ruling: DisputeRuling, *, by: str, at: datetime) -> int:
    """Records a sale in place of an order that never came, by an import of its own; returns its number."""
    if ruling.base_minor is None or ruling.currency is None:
        raise BadInput(gettext("The order is not known here: fill in what it came to, without VAT and shipping."))
    title = f"dispute-{dispute.id}"
    imported = connection.execute(
        "insert into import (kind, file_name, sha256, by_id, by_name, started_at, finished_at, read_rows, new_rows)"
        " values ('sales', %s, %s, %s, %s, %s, %s, 1, 1) returning id",
        [title, hashlib.sha256(f"{title} {ruling.nr}".encode()).digest(), ruling.ruled_by, by, at, at],
    ).fetchone()
    values: dict[str, Any] = {
        "brand": dispute.brand_id,
        "source": STAND_IN,
        "order": dispute.order_ref,
        "line": str(dispute.id),
        "sold_at": ruling.sold_at,
        "price": Decimal(ruling.base_minor).scaleb(-exponent(ruling.currency)),
        "base": ruling.base_minor,
        "currency": ruling.currency,
        "at": at,
        "import": imported and imported[0],
    }
    sale = connection.execute(
        """insert into sale (brand_id, source, order_ref, line_ref, version, occurred_at, sku, quantity, unit_price,
            base_minor, currency, recorded_at, import_id)
        select %(brand)s, %(source)s, %(order)s, %(line)s, coalesce(max(version), 0) + 1, %(sold_at)s, 'dispute', 1,
            %(price)s, %(base)s, %(currency)s, %(at)s, %(import)s
        from sale
        where brand_id = %(brand)s and source = %(source)s and order_ref = %(order)s and line_ref = %(line)s
        returning id""",
        values,
    ).fetchone()
    return int(sale[0]) if sale else 0


@followed_by(CorrectionKind.RULING)
def _go_on(record: CorrectionRecord, by: Identity | None, at: datetime) -> None:
    """A ruling that is booked decides the dispute; one that a second person rejects goes back to the platform."""
    ruling = db.session.get_one(DisputeRuling, record.ruling_id)
    dispute = lock(ruling.dispute)
    if dispute.status == DisputeStatus.DECIDED:  # the order was put in the place of what was recorded for it
        return
    if record.status == CorrectionStatus.REJECTED:
        move(dispute, DisputeStatus.TO_DECIDE)
        db.session.flush()
        return
    _conclude(dispute, ruling, by=by, at=at)


def _conclude(dispute: Dispute, ruling: DisputeRuling, *, by: Identity | None, at: datetime) -> None:
    move(dispute, DisputeStatus.DECIDED)
    dispute.outcome, dispute.decided_at, dispute.reminded_at = ruling.outcome, at, None
    dispute.appeal_by = None
    if dispute.appealed_at is None:
        dispute.appeal_by = at + timedelta(days=settings().dispute_appeal_days)
    person = by.person_id if by else None
    conclusion = {"side": "platform", "kind": MessageKind.CONCLUSION, "said_by": person, "said_at": at}
    db.session.add(DisputeMessage(dispute_id=dispute.id, body=ruling.reason, **conclusion))
    db.session.flush()
    note("decide", "dispute", dispute.id, by=by, at=at, outcome=str(ruling.outcome), remedy=str(ruling.remedy))
    for side in Side:
        letters.tell(dispute, side, "decided", at=at, until=dispute.appeal_by, said=ruling.reason)
