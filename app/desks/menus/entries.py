"""What stands on each desk: the pages of a brand, a creator, an agency, finance and the administration, in groups."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

# Groups of (label, endpoint), under a heading: pages of a brand or creator take its public id, others take nothing.
Desk = list[tuple[Any, list[tuple[Any, str]]]]
BRAND_DESK: Desk = [
    ("", [(_("Home"), "desks.brand_home")]),
    (
        _("Find"),
        [
            (_("Creators"), "desks.brand_creators"),
            (_("Lists"), "desks.brand_lists"),
            (_("Lists you bring"), "creators.brand_own_lists"),
            (_("Campaigns"), "campaigns.brand_campaigns"),
            (_("Samples"), "samples.brand_samples"),
        ],
    ),
    (
        _("Deals"),
        [
            (_("Offers"), "contracts.brand_offers"),
            (_("Contracts"), "contracts.brand_contracts"),
            (_("Programmes"), "contracts.brand_programmes"),
            (_("Calendar"), "desks.brand_calendar"),
        ],
    ),
    (
        _("Sales"),
        [
            (_("Orders"), "desks.brand_sales"),
            (_("Held commissions"), "sales.brand_holds"),
            (_("Orders to send"), "orders.brand_orders"),
            (_("Stock"), "orders.brand_stock"),
            (_("Shows"), "streams.brand_shows"),
            (_("Streams"), "streams.brand_streams"),
            (_("Links"), "desks.brand_links"),
            (_("Products"), "catalog.brand_products"),
            (_("Uploads"), "uploads.brand_uploads"),
            (_("Imports"), "uploads.brand_imports"),
            (_("Shops"), "integrations.brand_shops"),
            (_("Disputes"), "sales.brand_disputes"),
        ],
    ),
    (
        _("Money"),
        [
            (_("Funds"), "ledger.funds"),
            (_("Statements"), "desks.brand_month_accounts"),
            (_("Invoices"), "invoicing.brand_invoices"),
            (_("Late payment"), "payouts.brand_late_payment"),
        ],
    ),
    (
        _("Settings"),
        [
            (_("Profile"), "creators.brand_profile"),
            (_("Domains"), "tracking.brand_domains"),
            (_("Shared commissions"), "sales.brand_sharing"),
            (_("Legal details"), "contracts.brand_legal_details"),
            (_("Tax details"), "invoicing.brand_tax_profile"),
            (_("People"), "users.brand_people"),
            (_("API keys"), "api.brand_api_keys"),
            (_("Webhooks"), "notifications.brand_webhooks"),
        ],
    ),
]
CREATOR_DESK: Desk = [
    ("", [(_("Home"), "desks.earnings")]),
    (
        _("Find"),
        [(_("Campaigns"), "ranking.creator_campaigns"), (_("Samples"), "samples.creator_samples")],
    ),
    (
        _("Deals"),
        [
            (_("Offers"), "contracts.creator_offers"),
            (_("Contracts"), "contracts.creator_contracts"),
            (_("Calendar"), "desks.creator_calendar"),
        ],
    ),
    (
        _("Sales"),
        [
            (_("Shows"), "streams.creator_shows"),
            (_("Streams"), "desks.creator_streams"),
            (_("My links"), "desks.creator_links"),
            (_("Missing an order?"), "desks.creator_missing_order"),
            (_("Disputes"), "sales.creator_disputes"),
        ],
    ),
    (
        _("Money"),
        [
            (_("Statements"), "desks.statements"),
            (_("Invoices"), "invoicing.creator_invoices"),
            (_("Payouts"), "payouts.creator_payouts"),
            (_("Bank details"), "payouts.bank_details"),
            (_("Get paid by Stripe"), "payouts.stripe_account"),
        ],
    ),
    (
        _("Settings"),
        [
            (_("Profile"), "creators.creator_profile"),
            (_("Legal details"), "contracts.creator_legal_details"),
            (_("Tax details"), "invoicing.creator_tax_profile"),
            (_("People"), "users.creator_people"),
        ],
    ),
]
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
            (_("One person, several platforms"), "creators.creators_alike"),
            (_("Corrections"), "sales.corrections"),
            (_("Disputes"), "sales.admin_disputes"),
            (_("Held commissions"), "sales.held_commissions"),
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
AGENCY_DESK: Desk = [("", [(_("All your creators"), "desks.agency")])]
ACCOUNT: Desk = [("", [(_("Your account"), "users.account")])]
