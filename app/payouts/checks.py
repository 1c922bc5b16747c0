"""`check-books`: every invariant of the ledger, and those that tie it to bonuses, sales and payouts."""

from __future__ import annotations

from typing import Any

import psycopg

from app.bonuses.checks import BONUS_CHECKS
from app.ledger.checks import LEDGER_CHECKS, ROOMS, Check, run

MARKET_CHECKS = {
    "lines_add_up": "Every decided line's entries add up to its target",
    "sales_are_decided": "Every sale line is decided, due or set aside",
    "decisions_are_numbered": "Every line's decisions are numbered 1, 2, 3 and belong to a sale",
    "entries_have_causes": "Every entry has its decision, bonus, invoice, payout, top-up, write-off or fee of Stripe",
    "top_ups_stand_once": "Every approved top-up stands in the books once, what is taken back too, and no other does",
    "provider_fees_stand_once": "Every fee of Stripe that was looked at stands in the books once, and no other does",
    "currencies_stay": "No money crosses currencies or brands",
    "creators_get_all": "Paid, in transit, pending and payable of every creator equal everything earned",
    "payouts_equal_entries": "Each payout equals its linked entries and what was reserved for it",
    "offsets_add_up": "What payouts repay of debts and carry over adds up, and what is carried moves nothing",
    "entries_paid_once": "No entry stands in two live payouts",
    "history_is_safe": "The application has no right to change or delete what must stay",
}


def check_books(connection: psycopg.Connection[Any]) -> list[Check]:
    """Runs every check in one snapshot of the books; the caller's transaction should not have begun."""
    connection.execute("select measure_changed()")  # right after a large import the planner knows nothing of it
    connection.commit()
    connection.execute("set transaction isolation level repeatable read, read only")
    rooms = {"app.ledger": LEDGER_CHECKS, "app.bonuses": BONUS_CHECKS, "app.payouts": MARKET_CHECKS} | ROOMS
    return [check for room, checks in rooms.items() for check in run(connection, room, checks)]
