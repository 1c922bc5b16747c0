"""The pages of money going out: finance's desk, and what creators see of it."""

from datetime import timedelta

from flask import Blueprint

from app.security import Role
from config import settings

blueprint = Blueprint("payouts", __name__)
MAKER, CHECKER = frozenset({Role.FINANCE_MAKER}), frozenset({Role.FINANCE_CHECKER})
PAGE = 50


def bank_hold() -> timedelta:
    """How long a changed IBAN keeps its creator from being paid."""
    return timedelta(hours=settings().bank_change_hold_hours)


# The modules add their pages to the blueprint.
from app.payouts.views import account, batches, creator, deeds, holds, home, preview, single  # noqa: E402, F401
