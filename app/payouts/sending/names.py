"""What Stripe's banks say of names, kept where all answers about payees are; the caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.errors import BadInput
from app.payouts.bank import verification
from app.payouts.payee_models import CheckSource, PayeeResult
from app.payouts.sending.bank_effects import RESULTS
from app.payouts.sending.intents import Checked


def keep(checked: Sequence[Checked], *, at: datetime) -> None:
    """Keeps each answer about a holder's name and an IBAN."""
    for each in checked:
        if each.said is not None:
            result, name = RESULTS.get(each.said.result, PayeeResult.IMPOSSIBLE), each.said.name
            _keep(each, result, name, at)


def _keep(checked: Checked, result: PayeeResult, name: str, at: datetime) -> None:
    iban, holder, source = checked.candidate.iban, checked.candidate.holder, CheckSource.STRIPE
    try:
        verification.record(iban, holder, result, name, source, at=at)
    except BadInput:  # a name that can't be one: it is not offered to anybody
        verification.record(iban, holder, result, None, source, at=at)
