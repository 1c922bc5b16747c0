"""From an event of the audit trail to the page about the thing it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, url_for

from app.campaigns.models import Campaign
from app.contracts.models import Agreement, Contract, Offer, Programme
from app.creators.models import CreatorList
from app.database import db
from app.desks.links import brand_url, campaign_url, contract_url, payout_url
from app.ledger.models import Checkout, TopUp
from app.payouts.models import Payout, PayoutBatch
from app.payouts.reports.models import BankReport, BankReportLine
from app.streams.models import Show
from app.uploads.models import Import, Upload
from app.users.models import AuditEvent, Brand, Creator, Person
from app.users.party_pages import page_url
from app.users.sides import Side


def _alone(endpoint: str, variable: str) -> Callable[[Any], str]:
    return lambda row: url_for(endpoint, **{variable: row.public_id})


def _of_brand(page: str) -> Callable[[Any], str]:
    return lambda row: page_url(Side.BRAND, page, row.brand, **{page: row.public_id})


PAGES: dict[str, tuple[type[Any], Callable[[Any], str]]] = {
    "person": (Person, _alone("users.person", "person")),
    "brand": (Brand, lambda brand: brand_url(brand.public_id, brand.id)),
    "creator": (Creator, _alone("creators.creator_profile", "creator")),
    "contract": (Contract, contract_url),
    "offer": (Offer, _of_brand("offer")),
    "agreement": (Agreement, _of_brand("agreement")),
    "programme": (Programme, _of_brand("programme")),
    "campaign": (Campaign, campaign_url),
    "creator_list": (CreatorList, _alone("creators.creator_list", "creator_list")),
    "top_up": (TopUp, _alone("ledger.top_up", "top_up")),
    "checkout": (Checkout, lambda row: url_for("ledger.checkout", brand=row.brand.public_id, checkout=row.public_id)),
    "payout_batch": (PayoutBatch, _alone("payouts.batch", "batch")),
    "payout": (Payout, payout_url),
    "bank_report": (BankReport, _alone("payouts.bank_report", "bank_report")),
    "bank_report_line": (BankReportLine, _alone("payouts.report_line", "report_line")),
    "show": (Show, lambda row: page_url(Side.CREATOR, "show", row.creator, show=row.public_id)),
    "upload": (Upload, _alone("uploads.upload", "upload")),
    "import": (Import, _alone("uploads.import_page", "imported")),
}


def address_of(event: AuditEvent) -> str | None:
    """The address of the page about what an event is about; None when there is no such page or thing (any more)."""
    if not has_page(event):
        return None
    model, address = PAGES[event.object_kind]
    row = db.session.get(model, event.object_id)
    return address(row) if row is not None else None


def has_page(event: AuditEvent) -> bool:
    """Whether things of the kind an event is about have a page at all."""
    return event.object_kind in PAGES and event.object_id is not None


def init_app(app: Flask) -> None:
    """Makes `has_page(event)` known to templates, so that no link leads nowhere."""
    app.jinja_env.globals.update(has_page=has_page)
