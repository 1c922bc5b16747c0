"""What an event of Stripe means for us. The same event twice, or an older one after a newer, changes nothing more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.database import db
from app.integrations.inbox import NotYet
from app.integrations.stripe_events import Event
from app.payouts.sending import accounts, told
from app.payouts.sending.models import StripeAccount
from app.stripe_gateway import gateway
from config import settings

ACCOUNT_KINDS = ("v2.core.account", "account.", "capability.")


def handle(event: Event, *, now: Callable[[], datetime]) -> None:
    """Does what the event says, without committing. Raises NotYet for what is not known here yet. Kinds that mean
    nothing to us are done at once."""
    if event.type.startswith(ACCOUNT_KINDS):
        _account(str(event.account or event.object.get("id") or ""), now())
    elif event.type in ("transfer.created", "transfer.updated", "transfer.reversed"):
        _transfer(event.object, now())
    elif event.type in ("payout.failed", "payout.paid") and event.account:
        _payout(event, now())


def _account(account: str, at: datetime) -> None:
    """Whatever was told, Stripe is asked how the account stands now: order does not matter then."""
    row = db.session.scalar(select(StripeAccount).where(StripeAccount.account == account))
    if row is not None:
        accounts.look(row, gateway(settings()), at=at, hold=settings().bank_hold)


def _transfer(about: Mapping[str, Any], at: datetime) -> None:
    """A transfer of ours was made, or taken back in part or whole."""
    try:
        reference = UUID(str((about.get("metadata") or {})["transfer"]))
    except (KeyError, ValueError):
        return  # not one of ours
    if not told.transfer(reference, str(about["id"]), int(about["amount_reversed"]), at=at):
        raise NotYet(gettext("No attempt of ours has this reference, or it is not known yet that it has arrived."))


def _payout(event: Event, at: datetime) -> None:
    """Stripe has paid a creator's money to their bank, or the bank has sent it back, even after it was paid."""
    row = db.session.scalar(select(StripeAccount).where(StripeAccount.account == event.account))
    if row is None:
        return
    about = event.object
    code = str(about.get("failure_code") or "")
    told.bank_payout(
        row,
        str(about["id"]),
        amount=int(about["amount"]),
        currency=str(about["currency"]).upper(),
        failed=event.type == "payout.failed",
        code=code,
        at=at,
    )
