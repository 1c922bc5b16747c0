"""The types of events we send, with a word on when; docs/webhooks.md shows a body of each."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SALE_ATTRIBUTED = "sale.attributed"
COMMISSION_CHANGED = "commission.changed"
TRIAL = "webhook.test"  # sent on request, to one endpoint, whatever types it wants

TYPES: dict[str, object] = {
    SALE_ATTRIBUTED: _("A sale line was decided to be a creator’s, with its commission"),
    COMMISSION_CHANGED: _("A commission booked before has changed, by a refund or a correction"),
    "contract.sent": _("A contract was agreed and waits for signatures"),
    "contract.signed": _("Both sides have signed a contract"),
    "contract.amended": _("A contract has new terms"),
    "contract.ended": _("A side has ended a contract before its last day"),
    "payout.sent": _("A payout with money of yours is on its way"),
    "payout.paid": _("A payout with money of yours has arrived"),
    "payout.failed": _("A payout with money of yours failed"),
    "payout.returned": _("A payout with money of yours came back"),
    "stream.planned": _("A show with products of yours is planned, or has another time"),
    "stream.started": _("A stream with products of yours has begun"),
    "stream.ended": _("A stream with products of yours has ended"),
}
