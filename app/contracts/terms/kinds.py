"""The words of a sheet: which kinds of monthly money and of exclusivity there are. Checked by bonus_rules and
sheet_rules, for a draft may hold anything.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.words import Word


class BonusKind(Word):
    """A line of monthly money (rules.md B7 to B9); the fee of an exclusivity is a line of its own (B13)."""

    RETAINER = "retainer", _("Retainer"), "good"
    GUARANTEE = "guarantee", _("Guarantee"), "good"
    THRESHOLD = "threshold", _("Threshold bonus"), "good"
    QUOTA = "quota", _("Quota bonus"), "good"
    EXCLUSIVITY_FEE = "exclusivity_fee", _("Exclusivity fee"), "good"


class Mode(Word):
    """What is paid when a condition is missed."""

    SCALED = "scaled", _("In proportion"), "info"
    ALL_OR_NOTHING = "all_or_nothing", _("All or nothing"), "warn"


class Measure(Word):
    """What a threshold counts."""

    NET_SALES = "net_sales", _("Net sales"), "quiet"
    ORDERS = "orders", _("Orders"), "quiet"
    VALID_MINUTES = "valid_minutes", _("Valid streaming minutes"), "quiet"
    NEW_CUSTOMERS = "new_customers", _("New customers"), "quiet"


class Period(Word):
    """Over what a threshold counts."""

    MONTH = "month", _("Each month"), "quiet"
    CONTRACT = "contract", _("Contract"), "quiet"


class Tiering(Word):
    """For what a step of a threshold pays."""

    MARGINAL = "marginal", _("What lies above the threshold"), "quiet"
    WHOLE_PERIOD = "whole_period", _("The whole period"), "quiet"
    NEXT_SALE = "next_sale", _("From the next sale"), "quiet"
    FIXED = "fixed", _("A fixed amount"), "quiet"


class ConditionKind(Word):
    """What may have to hold in a month."""

    VALID_MINUTES = "valid_minutes", _("Valid streaming minutes"), "quiet"
    VALID_STREAMS = "valid_streams", _("Valid streams"), "quiet"
    POSTS = "posts", _("Posts"), "quiet"
    NO_OPEN_BREACH = "no_open_breach", _("No open breach"), "quiet"
    REFUND_RATE_BELOW = "refund_rate_below", _("Refund rate below"), "quiet"


class Level(Word):
    """What an exclusivity closes."""

    FULL = "full", _("Full exclusivity"), "warn"
    CATEGORY = "category", _("Category"), "quiet"
    NAMED_RIVALS = "named_rivals", _("Named rivals"), "info"


class Consequence(Word):
    """What follows a breach of an exclusivity that is upheld."""

    WARN = "warn", _("A warning"), "quiet"
    SUSPEND_BONUS = "suspend_bonus", _("Bonuses are suspended"), "warn"
    REPAY_FEE = "repay_fee", _("The exclusivity fee is paid back"), "warn"
    TERMINATE = "terminate", _("The contract is ended"), "bad"


class OldContent(Word):
    """What becomes of older content for others while an exclusivity holds."""

    KEEP = "keep", _("Keep it"), "quiet"
    ARCHIVE = "archive", _("Archive it"), "quiet"
