"""Why a payout by Stripe has failed, in a word and a sentence, and which refusals are not the payee's fault. Pure."""

from __future__ import annotations

# Ours; Stripe's own codes are lower case.
PROVIDER_NEGATIVE = "PROVIDER_NEGATIVE"
ACCOUNT_NOT_READY = "ACCOUNT_NOT_READY"
ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
ACCOUNT_CHANGED = "ACCOUNT_CHANGED"
NAME_MISMATCH = "NAME_MISMATCH"
NAME_NOT_SEEN = "NAME_NOT_SEEN"
REVERSED = "REVERSED"
NOT_SENT = "NOT_SENT"  # of an attempt: Stripe was asked, and knows nothing of it; the payout goes on with a new one

# We have too little money there: the attempt is over, the payout waits for more.
OUR_OWN = frozenset({"balance_insufficient", "insufficient_funds"})

# It was too late for what had been asked before: the payout goes on with a new attempt.
ONCE_MORE = frozenset({"recipient_verification_expired", "verification_expired"})

# Straight to a bank: for what of the bank details it failed or came back, in Stripe's words.
ACCOUNT_NUMBER = frozenset(
    {
        "payout_method_canceled_by_customer",
        "payout_method_closed",
        "payout_method_currency_unsupported",
        "payout_method_declined",
        "payout_method_does_not_exist",
        "payout_method_expired",
        "payout_method_invalid_account_number",
        "payout_method_restricted",
        "payout_method_unsupported",
    }
)
HOLDER = frozenset(
    {
        "payout_method_holder_address_incorrect",
        "payout_method_holder_details_incorrect",
        "payout_method_holder_name_incorrect",
    }
)

REASONS = {
    PROVIDER_NEGATIVE: "The balance of the creator’s Stripe account is below zero: Stripe would keep the money.",
    ACCOUNT_NOT_READY: "The creator’s Stripe account can’t take money: Stripe asks for more details.",
    ACCOUNT_CLOSED: "The creator’s Stripe account is closed.",
    ACCOUNT_CHANGED: "The creator’s Stripe account was changed after this payout was approved.",
    NAME_MISMATCH: "The bank knows another name for this account.",
    NAME_NOT_SEEN: "The bank’s answer about the name of this account is another than the one that was approved.",
    **dict.fromkeys(ACCOUNT_NUMBER, "The bank does not take payments on this account."),
    **dict.fromkeys(HOLDER, "The bank knows its holder by another name or address."),
    "canceled": "The payment was stopped before it left.",
    "recalled": "The payment was called back.",
    REVERSED: "The money was brought back from the creator’s Stripe account.",
}


def reason(code: str, sentence: str = "") -> str:
    """The code and what it means, as it stands on the payout."""
    return f"{code}: {REASONS.get(code) or sentence or 'Stripe has refused it.'}"
