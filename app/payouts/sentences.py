"""What the pages of payouts say: why somebody was passed over, what is different, what happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.formatting import money
from app.payouts.models import BatchStatus, Obstacle, PayoutBatch, PayoutSkip
from app.payouts.obstacles import REMEDIES, UNFUNDED_TOO
from app.users.models import AuditEvent

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
    "remake": _("made the files anew"),
    "throw_back": _("sent it back to draft, because something had changed"),
    "recall": _("took it back"),
    "reject": _("rejected it"),
    "expire": _("took it back, because nothing of it had left for a week"),
    "cancel": _("cancelled it"),
    "rest_paid": _("marked the rest as paid"),
    "download": _("downloaded a file"),
    "send": _("had the payouts sent by Stripe"),
    "promise": _("promised another day"),
    "acknowledge_names": _("acknowledged the names"),
    "dropped": _("took a payout out"),
    "paid": _("marked a payout as paid"),
    "failed": _("marked a payout as failed"),
    "returned": _("marked a payout as returned"),
    "bank_paid": _("took over what the bank says was paid"),
    "close": _("closed the reconciliation of one way"),
    "bring_back": _("asked Stripe to bring money back"),
    "reversed": _("learned from Stripe that money came back"),
}


def advice(skip: PayoutSkip) -> list[object]:
    """What a creator reads about being passed over, a sentence for each reason; which brand it is stands beside it
    where the reason is the brand's alone."""
    sentences = {code: remedy.creator for code, remedy in REMEDIES.items()}
    if not skip.brand_id:
        sentences[Obstacle.UNFUNDED] = UNFUNDED_TOO
    return [sentences[Obstacle(reason)] for reason in skip.reasons]


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


class Way(NamedTuple):
    """How what an approved batch still pays goes, and whether anything of it has left."""

    by_bank: bool
    by_stripe: bool
    left: bool


def _next_of_approved(batch: PayoutBatch, way: Way) -> Iterator[str]:
    if way.by_bank and batch.downloaded_at is None:
        yield gettext("Download the files for the bank.")
    elif way.by_bank:
        yield gettext("Give the files to the bank, and mark what became of each payout.")
    if way.by_stripe and batch.sending_at is None:
        yield gettext("Have the payouts by Stripe sent.")
    elif way.by_stripe:
        yield gettext("The payouts by Stripe are being sent: nothing has to be done for them.")
    if not way.left:
        yield gettext("Until then the batch can still be recalled.")


def next_step(batch: PayoutBatch, way: Way, *, making: bool, checking: bool, why_not: str) -> str:
    """What has to happen next with a batch, said to somebody who may make or check."""
    if batch.status == BatchStatus.DRAFT:
        if making:
            return str(gettext("Look through the payouts, take out what should not go, then ask for approval."))
        return str(gettext("A finance maker looks it through and asks for approval."))
    if batch.status == BatchStatus.SUBMITTED:
        if checking:
            return why_not or str(gettext("Compare the totals and what is different, then approve or reject it."))
        return str(gettext("It waits for a finance checker who neither made nor submitted it."))
    if batch.status == BatchStatus.APPROVED:
        return " ".join(map(str, _next_of_approved(batch, way)))
    if batch.status == BatchStatus.COMPLETED:
        return str(gettext("Done. A payment that the bank sends back can still be marked as returned."))
    return str(gettext("Cancelled: its money is payable again."))
