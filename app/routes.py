"""Every page of the product, room by room: importing a module of views registers its pages on the room's blueprint."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from app.desks import links, object_pages
from app.desks.menus import navigation

ROOMS = {
    "users": "account admin audit factors forgotten health joining members signing",
    "notifications": "letters webhooks",
    "catalog": "",
    "ledger": "checkouts payout_days receipts top_ups",
    "contracts": "changes contracts offer_drafts offer_templates offers parties programmes signing",
    "streams": "console hours run_sheet shows streams",
    "tracking": "domains going making",
    "sales": "admin_disputes commissions corrections disputes splits",
    "bonuses": "",
    "invoicing": "agreements finance invoices profiles",
    "payouts": (
        "account archive bands batch_actions batches creator holds home late names payout preview provider"
        " reconciliation reports sending straight stripe_account"
    ),
    "reporting": "dac7",
    "creators": "likenesses lists own_lists profiles",
    "campaigns": "campaign_moves campaigns creator_campaign",
    "samples": "",
    "ranking": "backtests ranking shortlist",
    "plans": "",
    "uploads": "imports newcomers uploads",
    "orders": "buying desk reserving stock withdrawal",
    "live": "chatting desk moderating watch",
    "integrations": "events receiving shops",
    "api": "reading writing embedding tools documentation keys",
    "desks": "agency brand calendar creator finding home links missing_order month_accounts object_page offer"
    " public_pages search shortlists why",
    "processes": "",
    "demo": "",
}


def register(app: Flask) -> None:
    """Registers the pages of all rooms, and the menu and links that lead to them."""
    navigation.init_app(app)
    object_pages.init_app(app)
    links.init_app(app)
    for room, modules in ROOMS.items():
        for module in modules.split() or [""]:
            import_module(f"app.{room}.views{'.' if module else ''}{module}")
        app.register_blueprint(import_module(f"app.{room}.blueprint").blueprint)
