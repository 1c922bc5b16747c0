"""What Stripe answers, in the words of this product."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast


class Account(NamedTuple):
    """A creator's account at Stripe; `status` is that of the capability to take transfers, or `closed`."""

    id: str
    status: str  # active, pending, restricted, rejected, unsupported, closed
    codes: list[str]  # why it is not active


class Transfer(NamedTuple):
    """Money that went to an account; amounts in minor units."""

    id: str
    account: str
    amount: int
    currency: str
    reversed: int
    group: str
    metadata: Mapping[str, str]
    created: datetime


class Checkout(NamedTuple):
    """A page of Stripe's on which somebody pays."""

    id: str
    url: str


class Session(NamedTuple):
    """The same page as it stands now. `payment` is there once somebody has done their part."""

    id: str
    status: str  # open, complete, expired
    paid: bool
    payment: str
    amount: int
    currency: str
    reference: str


class GivenBack(NamedTuple):
    """Money of a payment that goes back to the payer, or has gone."""

    id: str
    amount: int
    status: str  # pending, requires_action, succeeded, failed, canceled
    metadata: Mapping[str, str]


class Movement(NamedTuple):
    """A balance transaction: what moved our own balance at Stripe, in minor units; `net` is amount less fee. `about` is
    what it concerns (a payment, a dispute, a transfer ...), `source` the object that caused it; empty for none."""

    id: str
    category: str  # Stripe's reporting_category
    type: str
    amount: int
    fee: int
    net: int
    currency: str
    source: str
    about: str
    description: str
    created: datetime
    available_on: datetime
    arrives_on: datetime | None  # of a payout to our bank


def plain(answer: Any) -> dict[str, Any]:
    """An answer as JSON had it."""
    return cast(dict[str, Any], answer.to_dict(recursive=True) if hasattr(answer, "to_dict") else answer)


def account(answer: Any) -> Account:
    """A creator's account."""
    body = plain(answer)
    recipient = (body.get("configuration") or {}).get("recipient") or {}
    transfers = ((recipient.get("capabilities") or {}).get("stripe_balance") or {}).get("stripe_transfers") or {}
    status = "closed" if body.get("closed") else str(transfers.get("status", "unsupported"))
    codes = [str(detail["code"]) for detail in transfers.get("status_details") or []]
    return Account(str(body["id"]), status, codes)


def session(answer: Any) -> Session:
    """A page to pay on."""
    body = plain(answer)
    return Session(
        str(body["id"]),
        str(body["status"]),
        body["payment_status"] == "paid",
        str(body.get("payment_intent") or ""),
        int(body["amount_total"]),
        str(body["currency"]).upper(),
        str(body.get("client_reference_id") or ""),
    )


def given_back(answer: Any) -> GivenBack:
    """A refund."""
    body = plain(answer)
    return GivenBack(str(body["id"]), int(body["amount"]), str(body["status"]), body.get("metadata") or {})


def transfer(answer: Any) -> Transfer:
    """A transfer."""
    body = plain(answer)
    return Transfer(
        str(body["id"]),
        str(body["destination"]),
        int(body["amount"]),
        str(body["currency"]).upper(),
        int(body["amount_reversed"]),
        str(body.get("transfer_group") or ""),
        body.get("metadata") or {},
        datetime.fromtimestamp(int(body["created"]), UTC),
    )


def movement(answer: Any) -> Movement:
    """A balance transaction, with its source as a whole or as an id."""
    body = plain(answer)
    source = body.get("source") or {}
    source = {"id": source} if isinstance(source, str) else source
    arrives = source.get("arrival_date")
    return Movement(
        str(body["id"]),
        str(body["reporting_category"]),
        str(body["type"]),
        int(body["amount"]),
        int(body["fee"]),
        int(body["net"]),
        str(body["currency"]).upper(),
        str(source.get("id") or ""),
        _about(str(body["reporting_category"]), source),
        str(body.get("description") or ""),
        datetime.fromtimestamp(int(body["created"]), UTC),
        datetime.fromtimestamp(int(body["available_on"]), UTC),
        datetime.fromtimestamp(int(arrives), UTC) if arrives else None,
    )


def _about(category: str, source: Mapping[str, Any]) -> str:
    """A payment for what is charged and refunded, the transfer for its reversal, else the source itself."""
    parents: dict[str, tuple[str, ...]] = {"transfer_reversal": ("transfer",), "dispute": (), "dispute_reversal": ()}
    for name in parents.get(category, ("payment_intent", "charge")):
        if parent := source.get(name):
            return str(parent["id"] if isinstance(parent, Mapping) else parent)
    return str(source.get("id") or "")
