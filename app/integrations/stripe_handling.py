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
from app.ledger import told as told_of_payments
from app.ledger.told import Back, Told
from app.orders import told as told_of_orders
from app.payouts.sending import accounts, recipients, told
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
    number = _account_of(event) or str(_about(event).get("id") or "")
    accounts.look_soon(number, at=at)
    recipients.look_soon(number, at=at)


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


def to_bank(event: Event, at: datetime) -> None:
    """A payment straight to a bank has left, failed or come back. Whatever was told, Stripe is asked by the worker."""
    told.to_bank(str(_about(event).get("id") or ""), at=at)


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


def checkout(event: Event, at: datetime) -> None:
    """Somebody has paid on a page of Stripe's, has ordered their bank to, or never will."""
    about = _about(event)
    number, purchase = _named(about, "checkout"), _named(about, "purchase")
    if number is None and purchase is None:
        return  # not one of ours
    told = Told(
        session=str(about["id"]),
        reference=str(about.get("client_reference_id") or ""),
        payment=str(about.get("payment_intent") or about["id"]),
        amount=int(about["amount_total"]),
        currency=str(about["currency"]).upper(),
    )
    failed = event.type == "checkout.session.async_payment_failed"
    ended = failed or event.type == "checkout.session.expired"
    came = event.type == "checkout.session.async_payment_succeeded" or about["payment_status"] == "paid"
    if number is not None:
        if ended:
            known = told_of_payments.ended(number, failed=failed, at=at)
        elif came:
            known = told_of_payments.paid(number, told, happened_at=event.happened_at, at=at)
        else:
            known = told_of_payments.begun(number, told)
        _expect(known)
    if purchase is not None:
        if ended:
            known = told_of_orders.ended(purchase, at=at)
        elif came:
            known = told_of_orders.paid(purchase, told, happened_at=event.happened_at, at=at)
        else:
            known = told_of_orders.begun(purchase, told, at=at)
        _expect(known)


def refund(event: Event, at: datetime) -> None:
    """Money of a payment went back to the payer. What was paid for neither a top-up nor an order is not ours."""
    about = _about(event)
    back = _back(about, event, str(about["id"]), int(about["amount_refunded"]))
    if purchase := _named(about, "purchase"):
        _expect(told_of_orders.refunded(purchase, back, at=at))
    else:
        _expect(told_of_payments.refunded(back, at=at) or _named(about, "checkout") is None)


def refund_failed(event: Event, at: datetime) -> None:
    """The payer's bank has not taken money that was to go back."""
    about = _about(event)
    if refund := _named(about, "refund"):
        why, when = str(about.get("failure_reason") or ""), event.happened_at
        _expect(told_of_orders.refund_failed(refund, str(about["id"]), why, happened_at=when, at=at))


def dispute(event: Event, at: datetime) -> None:
    """The payer's bank disputes a payment, and takes its money until that is settled. While it only inquires (a status
    that begins with `warning`) or what was disputed is refunded instead, no money moves. A dispute names its payment
    only: one that we don't know is tried again, and then a person has to look."""
    about = _about(event)
    status = "won" if event.type == "charge.dispute.funds_reinstated" else str(about["status"])
    if event.type == "charge.dispute.funds_withdrawn" or status in ("needs_response", "under_review", "won", "lost"):
        back = _back(about, event, str(about["id"]), int(about["amount"]))
        won = status == "won"
        _expect(told_of_orders.disputed(back, won=won, at=at) or told_of_payments.disputed(back, won=won, at=at))


def _named(about: Mapping[str, Any], name: str) -> UUID | None:
    """Which row of ours an object of Stripe's is for, by what we have bound to it; None when it is for none."""
    try:
        return UUID(str((about.get("metadata") or {})[name]))
    except (KeyError, ValueError):
        return None


def _back(about: Mapping[str, Any], event: Event, reference: str, amount: int) -> Back:
    payment, currency = str(about.get("payment_intent") or ""), str(about["currency"]).upper()
    return Back(payment, reference, amount, currency, event.happened_at)


def _expect(known: bool) -> None:
    """Conflict where no such payment is booked, or not yet: the event is tried again then."""
    if not known:
        raise Conflict(gettext("No payment of ours fits this, or it is not booked yet."))


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
    **dict.fromkeys(
        tuple(
            f"v2.money_management.outbound_payment.{what}"
            for what in ("posted", "failed", "canceled", "returned", "under_review", "updated")
        ),
        to_bank,
    ),
    **dict.fromkeys(
        (
            "checkout.session.completed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed",
            "checkout.session.expired",
        ),
        checkout,
    ),
    "charge.refunded": refund,
    "refund.failed": refund_failed,
    **dict.fromkeys(
        (
            "charge.dispute.created",
            "charge.dispute.updated",
            "charge.dispute.closed",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.funds_reinstated",
        ),
        dispute,
    ),
}
