"""Why a payout by Stripe has failed, in a word and a sentence, and which refusals are not the payee's fault. Pure."""

from __future__ import annotations

# Ours; Stripe's own codes are lower case.
PROVIDER_NEGATIVE = "PROVIDER_NEGATIVE"
ACCOUNT_NOT_READY = "ACCOUNT_NOT_READY"
ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
ACCOUNT_CHANGED = "ACCOUNT_CHANGED"
REVERSED = "REVERSED"
NOT_SENT = "NOT_SENT"  # of an attempt: Stripe was asked, and knows nothing of it; the payout goes on with a new one

# We have too little money there: the attempt is over, the payout waits for more.
OUR_OWN = frozenset({"balance_insufficient", "insufficient_funds"})

REASONS = {
    PROVIDER_NEGATIVE: "The balance of the creator’s Stripe account is below zero: Stripe would keep the money.",
    ACCOUNT_NOT_READY: "The creator’s Stripe account can’t take money: Stripe asks for more details.",
    ACCOUNT_CLOSED: "The creator’s Stripe account is closed.",
    ACCOUNT_CHANGED: "The creator’s Stripe account was changed after this payout was approved.",
    REVERSED: "The money was brought back from the creator’s Stripe account.",
}


def reason(code: str, sentence: str = "") -> str:
    """The code and what it means, as it stands on the payout."""
    return f"{code}: {REASONS.get(code) or sentence or 'Stripe has refused it.'}"
