"""What an event of Stripe means for us. The same event twice, or an older one after a newer, changes nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.database import db
from app.errors import Conflict
from app.integrations.source import Event, Handler
from app.payouts.sending import accounts, told
from app.payouts.sending.models import StripeAccount


def _about(event: Event) -> Mapping[str, Any]:
    """The object of an event; a thin one names it only."""
    content = event.content
    about = content.get("related_object") or (content.get("data") or {}).get("object") or {}
    return about if isinstance(about, Mapping) else {}


def _account_of(event: Event) -> str:
    """The connected account to which it happened; empty for our own."""
    return str(event.content.get("account") or event.content.get("context") or "")


def account(event: Event, at: datetime) -> None:
    """Something about an account has changed. Whatever was told, Stripe is asked how the account stands now, so that
    the order of events does not matter; the worker does that after the commit."""
    accounts.look_soon(_account_of(event) or str(_about(event).get("id") or ""), at=at)


def transfer(event: Event, at: datetime) -> None:
    """A transfer of ours was made, or taken back in part or whole. Conflict while our own attempt is not known yet: the
    event is tried again then."""
    about = _about(event)
    try:
        reference = UUID(str((about.get("metadata") or {})["transfer"]))
    except (KeyError, ValueError):
        return  # not one of ours
    if not told.transfer(reference, str(about["id"]), int(about["amount_reversed"]), at=at):
        raise Conflict(gettext("No attempt of ours has this reference, or it is not known yet that it has arrived."))


def bank_payout(event: Event, at: datetime) -> None:
    """Stripe has paid a creator's money to their bank, or the bank has sent it back, even after it was paid."""
    row = db.session.scalar(select(StripeAccount).where(StripeAccount.account == _account_of(event)))
    if row is None:
        return
    about = _about(event)
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


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("account.updated", "account.application.deauthorized", "capability.updated"), account),
    **dict.fromkeys(
        (
            "v2.core.account.updated",
            "v2.core.account.closed",
            "v2.core.account[requirements].updated",
            "v2.core.account[configuration.recipient].updated",
            "v2.core.account[configuration.recipient].capability_status_updated",
        ),
        account,
    ),
    **dict.fromkeys(("transfer.created", "transfer.updated", "transfer.reversed"), transfer),
    **dict.fromkeys(("payout.paid", "payout.failed"), bank_payout),
}
