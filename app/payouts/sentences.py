"""What the pages of payouts say: why somebody is passed over and what to do, what is different, what happened."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.formatting import money
from app.payouts.models import BatchStatus, PayoutBatch, PayoutSkip, SkipReason
from app.users.models import AuditEvent

# What finance can do about each reason (rules.md B21).
FIXES = {
    SkipReason.BELOW_MINIMUM: _("Nothing to do: the money waits until it reaches the minimum."),
    SkipReason.NEGATIVE: _("Nothing to do: later sales of the same brands make it good."),
    SkipReason.NO_BANK_DETAILS: _(
        "Ask the creator to sign in and enter a bank account; an admin can send the invitation."
    ),
    SkipReason.BANK_DETAILS_CHANGED: _("Wait until the bank details have stood for their time, then assemble again."),
    SkipReason.LAST_PAYMENT_FAILED: _(
        "Wait for new bank details, or make sure that these are right and confirm them on the creator’s page."
    ),
    SkipReason.HELD: _("Release the hold when its reason is gone."),
    SkipReason.BRAND_UNFUNDED: _(
        "Ask the brand for a top-up: it is left out until its money covers everybody it owes."
    ),
}

# The same, as the creator reads it.
ADVICE = {
    SkipReason.BELOW_MINIMUM: _(
        "You have earned less than the minimum: the money waits and is paid with your next earnings."
    ),
    SkipReason.NEGATIVE: _("Refunds took back more than you earned with these brands: later sales make it good."),
    SkipReason.NO_BANK_DETAILS: _("We do not know your bank account: enter it, so that you can be paid."),
    SkipReason.BANK_DETAILS_CHANGED: _(
        "Your bank details had just been changed: for your safety nothing is paid for some time."
    ),
    SkipReason.LAST_PAYMENT_FAILED: _(
        "Your bank refused the last payment: correct your bank details, or tell the finance desk that they are right."
    ),
    SkipReason.HELD: _("The platform holds your payouts: ask its finance desk what it needs from you."),
    SkipReason.BRAND_UNFUNDED: _("This brand had not sent enough money: it is paid as soon as the brand has."),
}

UNFUNDED_TOO = _("Not all brands you sold for had sent enough money: their part is paid as soon as they have.")

DIFFERENCES = {
    "new_payee": (_("First payout"), "info"),
    "other_account": (_("Other account"), "warn"),
    "much_more": (_("Over half more"), "warn"),
    "much_less": (_("Under half"), "quiet"),
}

ACTIONS = {
    "submit": _("asked for approval"),
    "assemble": _("assembled it"),
    "agree": _("approved it; another person has to as well"),
    "approve": _("approved it and made the files"),
    "remake": _("made the files anew, because the day of execution had come"),
    "throw_back": _("could not approve it, because something had changed"),
    "recall": _("took it back"),
    "reject": _("rejected it"),
    "expire": _("took it back, because nobody had downloaded it for a week"),
    "cancel": _("cancelled it"),
    "rest_paid": _("marked the rest as paid"),
    "download": _("downloaded a file"),
    "dropped": _("took a payout out"),
    "paid": _("marked a payout as paid"),
    "failed": _("marked a payout as failed"),
    "returned": _("marked a payout as returned"),
}


def advice(skip: PayoutSkip) -> list[object]:
    """What a creator reads about being passed over, a sentence for each reason; which brand it is stands beside it
    where the reason is the brand's alone."""
    sentences = ADVICE if skip.brand_id else ADVICE | {SkipReason.BRAND_UNFUNDED: UNFUNDED_TOO}
    return [sentences[SkipReason(reason)] for reason in skip.reasons]


def action(event: AuditEvent) -> str:
    """What somebody did, after their name."""
    return str(ACTIONS.get(event.action, event.action))


def detail(event: AuditEvent) -> str:
    """What it was about: the sum, why, which file."""
    known: dict[str, Any] = event.detail
    sum_ = [money(known["amount"], known["currency"])] if "amount" in known and "currency" in known else []
    return " · ".join(
        [*sum_, *(str(known[name]) for name in ("given", "reason", "file", "value_date") if known.get(name))]
    )


def next_step(batch: PayoutBatch, *, making: bool, checking: bool, why_not: str) -> str:
    """What has to happen next with a batch, said to somebody who may make or check."""
    if batch.status == BatchStatus.DRAFT:
        if making:
            return str(gettext("Look through the payouts, take out what should not go, then ask for approval."))
        return str(gettext("A finance maker looks it through and asks for approval."))
    if batch.status == BatchStatus.SUBMITTED:
        if checking:
            return str(gettext("Compare the totals and what is different, then approve or reject it."))
        return str(gettext("It waits for a finance checker who neither made nor submitted it."))
    if batch.status == BatchStatus.APPROVED:
        if batch.downloaded_at is None:
            return str(gettext("Download the files for the bank. Until then the batch can still be recalled."))
        return str(gettext("Give the files to the bank, and mark what became of each payout."))
    if batch.status == BatchStatus.COMPLETED:
        return str(gettext("Done. A payment that the bank sends back can still be marked as returned."))
    return str(gettext("Cancelled: its money is payable again."))
