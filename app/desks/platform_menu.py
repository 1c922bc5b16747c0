"""What stands on the desks of the platform: finance and administration."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

# Groups of (label, endpoint), under a heading: pages of a brand or creator take its public id, others take nothing.
Desk = list[tuple[Any, list[tuple[Any, str]]]]
FINANCE_DESK: Desk = [
    ("", [(_("Home"), "payouts.home")]),
    (
        _("Payouts"),
        [
            (_("Batches"), "payouts.batches"),
            (_("Holds"), "payouts.holds"),
            (_("Payout days"), "ledger.payout_days"),
        ],
    ),
    (_("Taxes"), [(_("Invoices"), "invoicing.finance_invoices"), (_("DAC7 report"), "reporting.report")]),
    (
        _("Brands"),
        [
            (_("Top-ups"), "ledger.top_ups"),
            (_("Credit lines"), "ledger.credit_lines"),
            (_("Late payment"), "payouts.late_payment"),
        ],
    ),
    (_("Bank"), [(_("Bank files"), "payouts.bank_reports"), (_("Reconciliation"), "payouts.reconciliation")]),
    (
        _("Settings"),
        [
            (_("Bank account"), "payouts.platform_account"),
            (_("Approval rules"), "payouts.approval_rules"),
            (_("Tax details"), "invoicing.platform_tax_profile"),
        ],
    ),
]
ADMIN_DESK: Desk = [
    (
        _("People"),
        [
            (_("People"), "users.people_list"),
            (_("Invitations"), "users.invitations_list"),
            (_("Claims"), "users.claims_list"),
        ],
    ),
    (
        _("Data"),
        [
            (_("Uploads"), "uploads.admin_uploads"),
            (_("Imports"), "uploads.admin_imports"),
            (_("Lists of creators"), "creators.creator_lists"),
            (_("Corrections"), "sales.corrections"),
            (_("Disputes"), "sales.admin_disputes"),
            (_("Live shows"), "live.live_shows"),
            (_("Disputed minutes"), "streams.disputed_minutes"),
        ],
    ),
    (_("Ranking"), [(_("Weights"), "ranking.admin_ranking"), (_("Back-test"), "ranking.backtest")]),
    (
        _("Operation"),
        [
            (_("Audit trail"), "users.audit"),
            (_("Letters"), "notifications.letters"),
            (_("Integrations"), "integrations.events"),
            (_("Worker and jobs"), "processes.jobs"),
        ],
    ),
]
