"""Letters about single commissions: to the creator whose money it is, to the brand where it has to act."""

from __future__ import annotations

from datetime import date, datetime

from app import outbox
from app.database import db
from app.notifications import readers
from app.notifications.readers import platform_readers
from app.outbox import Event
from app.sales.commissions.lines import Commission
from app.sales.commissions.models import CommissionHold, EventKind, HoldOwner
from app.security import BRAND, Identity, Role
from app.users.models import Brand, Creator


def held(hold: CommissionHold, was: Commission, *, at: datetime) -> None:
    """To the creator: what is held, why, until when at most, and what to do."""
    facts = _facts(was) | {"reason": hold.reason, "note": hold.note, "until": hold.deadline}
    outbox.write(Event("commission.held", "commission_hold", hold.id), _creator(was), facts, at=at)


def ended(hold: CommissionHold, was: Commission, *, at: datetime) -> None:
    """To the creator: the hold has ended, and the money goes on."""
    facts = _facts(was) | {"answer": hold.answer or ""}
    outbox.write(Event("commission.released", "commission_hold", hold.id), _creator(was), facts, at=at)


def appealed(hold: CommissionHold, was: Commission, *, at: datetime) -> None:
    """To those who decide: what the creator says, and until when an answer counts."""
    facts = _facts(was) | {"appeal": hold.appeal or "", "until": hold.deadline}
    whom = (
        platform_readers({Role.ADMIN})
        if hold.owner == HoldOwner.PLATFORM
        else readers.brand_readers(was.brand_id, BRAND)
    )
    outbox.write(Event("commission.appealed", "commission_hold", hold.id), whom, facts, at=at)


def moved(kind: EventKind, event: int, was: Commission, to: date, why: str, *, by: Identity, at: datetime) -> None:
    """To the creator: the commission can be paid from another day on."""
    facts = _facts(was) | {"day_new": to, "day_old": was.available_on, "why": why, "who": by.name}
    outbox.write(Event(f"commission.{kind}", "commission_event", event), _creator(was), facts, at=at)


def _creator(was: Commission) -> list[outbox.Reader]:
    return readers.creator_readers(was.creator_id)


def _facts(was: Commission) -> dict[str, object]:
    brand, creator = db.session.get_one(Brand, was.brand_id), db.session.get_one(Creator, was.creator_id)
    return {
        "brand": brand.name,
        "creator": creator.name,
        "order": was.order_ref,
        "line": was.line_ref,
        "amount": was.net,
        "currency": was.currency,
        "path": f"/sales/{brand.public_id}/{was.sale_id}",
    }
