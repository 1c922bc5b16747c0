"""The statement of the platform's balance at the simulated bank: a balance transaction for whatever moves it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from app.demo.simulated_bank.store import PLATFORM, Store

Body = dict[str, Any]
DISPUTE_FEE = 2000
TYPES = {  # by the category under which Stripe reports it
    "charge": "charge",
    "refund": "refund",
    "refund_failure": "refund_failure",
    "dispute": "adjustment",
    "dispute_reversal": "adjustment",
    "transfer": "transfer",
    "transfer_reversal": "transfer_refund",
    "payout": "payout",
    "payout_reversal": "payout_failure",
    "topup": "topup",
    "fee": "stripe_fee",
}


def enter(store: Store, category: str, amount: int, source: Body | None, currency: str = "", fee: int = 0) -> Body:
    """The platform's balance moves by `amount` less `fee`, because of an object."""
    currency = currency or str((source or {})["currency"])
    made = store.add(
        "balance_transaction", "txn", PLATFORM, amount=amount, fee=fee, net=amount - fee, currency=currency.lower(),
        type=TYPES[category], reporting_category=category, source=source and source["id"], status="available",
        available_on=int(store.now()), description=None, exchange_rate=None, balance_type="payments",
    )  # fmt: skip
    store.book(PLATFORM, currency, amount - fee, made["id"])
    return made


def pay_out(store: Store, account: str, payout: Body, amount: int) -> None:
    """Money goes from somebody's balance to their bank (below zero), or comes back."""
    if account == PLATFORM:
        enter(store, "payout" if amount < 0 else "payout_reversal", amount, payout)
    else:
        store.book(account, payout["currency"], amount, payout["id"])


def charge_fee(store: Store, currency: str, amount: int) -> None:
    """The bank takes a fee that is for no payment."""
    enter(store, "fee", -amount, None, currency)


def dispute_fee(store: Store) -> int:
    """What a dispute costs, where anything costs."""
    return DISPUTE_FEE if store.setting("fee") else 0


def fee_of(store: Store, amount: int) -> int:
    """What a payment of this amount costs: a share in basis points and a sum, as they are set."""
    share, _, fixed = (store.setting("fee") or "0").partition(":")
    return (amount * int(share) + 5000) // 10000 + int(fixed or 0)


def listed(store: Store, wanted: Mapping[str, Any], before: float | None) -> list[Body]:
    """The transactions of an interval, the newest first; with what they are about where that is asked for."""
    created = wanted.get("created") or {}
    rows = store.rows(
        "select id from object where kind = 'balance_transaction' and cast(created as integer) >= ?"
        " and cast(created as integer) < ? and created <= ? order by created desc, rowid desc",
        *(created.get("gte", 0), created.get("lt", 2**40), store.now() + 1 if before is None else before),
    )
    return [{"id": identity} for (identity,) in rows]


def shown(store: Store, found: Body, wanted: Mapping[str, Any]) -> Body:
    """One transaction as it is answered: its source as a whole where `expand` says so."""
    body = store.get(found["id"], "balance_transaction") or found
    if "data.source" in (wanted.get("expand") or []) and body["source"]:
        body = copy.copy(body) | {"source": store.any(body["source"])}
    return body
