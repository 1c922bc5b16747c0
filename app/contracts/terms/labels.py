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
    "window_days": _("How long a visit counts"),
    "hold_days": _("How long a commission is held"),
    "in_stream_bps": _("Commission during the stream"),
    "replay_bps": _("Commission in a replay"),
    "after_stream_bps": _("Commission after the stream"),
    "off_stream_bps": _("Commission outside a stream"),
    "coupons": _("Coupon codes"),
    "work": _("Work"),
    "exclusivity": _("Exclusivity"),
    "bonuses": _("Monthly money"),
    "cap_month": _("Most bonus in a month"),
    "cap_contract": _("Most bonus in the whole contract"),
    "evaluation_day": _("Day on which the month before is evaluated"),
    "stream_minutes": _("Shortest valid stream"),
    "day_minutes": _("Most valid minutes in a day"),
    "month_minutes": _("Most valid minutes in a month"),
    "notice_brand_days": _("Notice the brand gives"),
    "notice_creator_days": _("Notice the creator gives"),
    "goal": _("Goal"),
    "gifts": _("Value of gifts"),
    "law": _("Law of"),
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
    "level": _("Closes"),
    "rivals": _("Rivals"),
    "rival_names": _("Rivals that are not here"),
    "pre_days": _("Days before the first day"),
    "cool_off_days": _("Days after the last day"),
    "carve_outs": _("Brands that may pass"),
    "fee": _("Fee each month"),
    "breach": _("What follows a breach"),
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
