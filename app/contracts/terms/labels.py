"""What the fields of a sheet are called on forms, in refusals and where two versions stand side by side."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

# Every field of Sheet, in its order.
FIELDS: dict[str, object] = {
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
    "timezone": _("Time zone"),
    "currency": _("Currency"),
    "commission_bps": _("Commission"),
    "window_days": _("Attribution window"),
    "hold_days": _("Hold on commissions"),
    "in_stream_bps": _("Commission during the stream"),
    "replay_bps": _("Commission in a replay"),
    "after_stream_bps": _("Commission after the stream"),
    "off_stream_bps": _("Commission outside a stream"),
    "offset_bps": _("Most of a payout that repays a debt"),
    "keeps_cancelled": _("Commission is kept when the brand cancels"),
    "coupons": _("Coupon codes"),
    "work": _("Work"),
    "exclusivity": _("Exclusivity"),
    "bonuses": _("Monthly money"),
    "cap_month": _("Bonus cap per month"),
    "cap_contract": _("Bonus cap for the contract"),
    "evaluation_day": _("Evaluation day"),
    "stream_minutes": _("Shortest valid stream"),
    "day_minutes": _("Cap on valid minutes per day"),
    "month_minutes": _("Cap on valid minutes per month"),
    "notice_brand_days": _("Notice period of the brand"),
    "notice_creator_days": _("Notice period of the creator"),
    "goal": _("Goal"),
    "gifts": _("Value of gifts"),
    "law": _("Governing law"),
    "language": _("Language of the contract"),
    "clauses": _("Further clauses"),
    "effective_on": _("First day of the change"),
}

SCOPE: dict[str, object] = {
    "categories": _("Categories"),
    "platforms": _("Platforms"),
    "territories": _("Territories"),
    "formats": _("Formats"),
}

# An exclusivity's own fields; its scope's are those of SCOPE.
EXCLUSIVITY: dict[str, object] = {
    "level": _("Level"),
    "rivals": _("Rivals"),
    "rival_names": _("Rivals not on the platform"),
    "pre_days": _("Days before the first day"),
    "cool_off_days": _("Days after the last day"),
    "carve_outs": _("Exempt brands"),
    "fee": _("Fee each month"),
    "breach": _("Consequence of a breach"),
    "organic_mentions": _("Unpaid mentions are allowed"),
    "old_content": _("Older content for others"),
}

BONUS: dict[str, object] = {
    "kind": _("Kind"),
    "amount": _("Amount each month"),
    "measure": _("Measured by"),
    "period": _("Counted over"),
    "tiering": _("Paid for"),
    "steps": _("Steps"),
    "sticky": _("A reached step is kept"),
    "counts_retainer": _("Retainers count towards it"),
    "conditions": _("Conditions"),
    "mode": _("When a condition is missed"),
}
