"""The holder of an exclusivity lets one brand pass, in writing (rules.md B14): the creator asks, the holder decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import select

from app.catalog.taxonomy import CATEGORY, multirange_text, tree
from app.clock import today
from app.contracts.exclusivity import claims
from app.contracts.exclusivity.numbered_claims import span
from app.contracts.models import Contract, Waiver, WaiverStatus
from app.contracts.periods import range_text
from app.contracts.terms.sheet_rules import YEARS
from app.database import db, lock, raw, statement
from app.errors import BadInput, Conflict
from app.security import Identity
from app.transitions import move
from app.users.models import Brand
from app.users.trail import record
from app.web.texts import required_text

LONGEST = 2000  # of a reason


@dataclass(frozen=True)
class WaiverRequest:
    """What is asked for: days of the contract's zone, one category (its code) or all, and why."""

    first_on: date
    last_on: date
    reason: str
    category: str | None = None


def request_waiver(contract: Contract, brand: Brand, request: WaiverRequest, *, by: Identity, at: datetime) -> Waiver:
    """Asks the holder of the contract to let `brand` pass on some days, in one category or in all.

    The holder reads the brand's name and the reason. BadInput for days that make no sense or are over, and where the
    contract closes nothing to that brand then; Conflict when the same is asked for already.
    """
    first_on, last_on = request.first_on, request.last_on
    if first_on.year not in YEARS or last_on.year not in YEARS:
        raise BadInput(gettext("Those days are too far away: choose days from 2000 to 2100."))
    if last_on < first_on:
        raise BadInput(gettext("The last day lies before the first: turn them round."))
    if last_on < today(contract.timezone, at=at):
        raise BadInput(gettext("Those days are over: ask for days to come."))
    reason = required_text(
        request.reason, gettext("Say in a few words why you ask: the holder decides by it."), LONGEST
    )
    node = tree(CATEGORY).word(request.category) if request.category else None
    if not _closes(contract, brand, first_on, last_on, (node.lo, node.hi) if node else None):
        raise BadInput(gettext("This contract closes nothing to that brand on these days: there is nothing to ask."))
    waiver = Waiver(
        contract_id=contract.id,
        brand_id=brand.id,
        category_id=node.id if node else None,
        first_on=first_on,
        last_on=last_on,
        reason=reason,
        asked_by=by.person_id,
        asked_at=at,
    )
    _refuse_twins(waiver)
    db.session.add(waiver)
    db.session.flush()
    days = f"{first_on} - {last_on}"
    record("ask", "waiver", waiver.id, by=by, at=at, contract=contract.ref, brand=brand.handle, days=days)
    return waiver


def decide(waiver: Waiver, *, grant: bool, by: Identity, at: datetime) -> Waiver:
    """The holder grants the waiver, which opens what its exclusivity closed, or refuses it. WrongStatus when it is
    decided or withdrawn already."""
    _lock(waiver)
    move(waiver, WaiverStatus.GRANTED if grant else WaiverStatus.REFUSED)
    waiver.decided_by, waiver.decided_at = by.person_id, at
    db.session.flush()
    if grant:
        claims.rewrite(waiver.contract)
    record("grant" if grant else "refuse", "waiver", waiver.id, by=by, at=at)
    return waiver


def withdraw(waiver: Waiver, *, by: Identity, at: datetime) -> Waiver:
    """The creator takes the question back. WrongStatus when it is decided already."""
    _lock(waiver)
    move(waiver, WaiverStatus.WITHDRAWN)
    waiver.decided_by, waiver.decided_at = by.person_id, at
    db.session.flush()
    record("withdraw", "waiver", waiver.id, by=by, at=at)
    return waiver


def _lock(waiver: Waiver) -> None:
    """First the contract, whose days and terms must not change while its claims are written anew."""
    lock(waiver.contract)
    lock(waiver)


def _closes(contract: Contract, brand: Brand, first_on: date, last_on: date, within: tuple[int, int] | None) -> bool:
    values = {
        "contract": contract.id,
        "brand": brand.id,
        "period": range_text(span(first_on, last_on, contract.timezone)),
        "categories": multirange_text([within]) if within else None,
    }
    return raw().execute(statement("app.contracts", "claim_closes"), values).fetchone() is not None


def _refuse_twins(waiver: Waiver) -> None:
    twin = select(Waiver.id).where(
        Waiver.contract_id == waiver.contract_id,
        Waiver.brand_id == waiver.brand_id,
        Waiver.category_id.is_not_distinct_from(waiver.category_id),
        Waiver.status == WaiverStatus.ASKED,
        Waiver.first_on <= waiver.last_on,
        Waiver.last_on >= waiver.first_on,
    )
    if db.session.scalar(twin.limit(1)):
        raise Conflict(gettext("You have asked for this already: wait for the answer, or withdraw it first."))
