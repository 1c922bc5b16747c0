"""Accounts that refused a payment, and finance's word that one is right all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext

from app.database import db, raw, rows
from app.errors import Conflict, NotAllowed
from app.payouts.bank import onboarding
from app.payouts.batches.approval import checked_reason
from app.payouts.models import BankConfirmation
from app.security import Identity
from app.users.models import Creator
from app.users.trail import record


class RefusedAccount(NamedTuple):
    """A creator to whose account nothing is paid, and the payment that failed there."""

    creator_id: int
    public_id: UUID
    name: str
    handle: str
    payout: UUID
    reason: str
    refused: str
    code: str | None
    at: datetime


def refused_accounts(creator_id: int | None = None) -> Sequence[RefusedAccount]:
    """All of them by name, or the one of a creator."""
    return rows(raw(), "app.payouts", "refused_accounts", {"creator": creator_id}, RefusedAccount)


def refused_account(creator: Creator) -> RefusedAccount | None:
    """The payment that the creator's present account refused, if nothing has cleared it since."""
    return next(iter(refused_accounts(creator.id)), None)


def confirm(creator: Creator, reason: str, *, by: Identity, at: datetime) -> BankConfirmation:
    """Lets the next batch pay to the account as it is. Raises Conflict when nothing stands against it, and NotAllowed
    for who entered it or is paid there."""
    reason = checked_reason(reason)
    if refused_account(creator) is None:
        raise Conflict(gettext("No payment to the account of %(creator)s has failed last.", creator=creator.name))
    detail = onboarding.versions(creator)[0]
    if by.person_id == detail.recorded_by or creator.id in by.creator_ids():
        raise NotAllowed(
            gettext("You entered these bank details or are paid there, so someone else must confirm them.")
        )
    row = BankConfirmation(bank_detail_id=detail.id, reason=reason, confirmed_by=by.person_id, confirmed_at=at)
    db.session.add(row)
    db.session.flush()
    record("confirm_bank", "creator", creator.id, by=by, at=at, reason=reason)
    return row
