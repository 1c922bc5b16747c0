"""The addresses of what pages name: creators, brands, orders, contracts, campaigns and payouts.

Each answers with the page that the reader has of the thing, on their own desk; empty where they have none, so that no
link leads to a refusal. Nothing is read from the database: a list builds its links from the rows it shows.
"""

from __future__ import annotations

from uuid import UUID

from flask import Flask, url_for

from app.campaigns.models import Campaign
from app.catalog import naming
from app.contracts.models import Contract
from app.payouts.models import Payout
from app.security import BRAND, PLATFORM, signed_in
from app.users.models import Creator
from app.users.party_pages import page_url
from app.users.sides import Side


def creator_url(public_id: UUID | str | None, creator_id: int | None) -> str:
    """A creator's page: brands and the platform may look at all creators, others at their own (public_pages.py)."""
    person = signed_in()
    if person is None or public_id is None or not (person.has(PLATFORM | BRAND) or creator_id in person.creator_ids()):
        return ""
    return url_for("desks.creator_page", shown=public_id)


def brand_url(public_id: UUID | str | None, brand_id: int | None) -> str:
    """A brand's page, which everybody may read; its own people and the platform's go to its desk."""
    person = signed_in()
    if person is None or public_id is None:
        return ""
    if person.has(PLATFORM) or brand_id in person.brand_ids():
        return url_for("desks.brand_home", brand=public_id)
    return url_for("desks.brand_page", shown=public_id)


def order_url(brand: UUID | str | None, sale_id: int | None) -> str:
    """The why page of a sale line of the brand with this public id, for who is shown the line."""
    return url_for("desks.why", brand=brand, sale=sale_id) if brand and sale_id else ""


def contract_url(contract: Contract) -> str:
    """A contract on the reader's own side: the brand's for its people and the platform's, else the creator's."""
    person = signed_in()
    if person is None:
        return ""
    if person.has(PLATFORM) or contract.brand_id in person.brand_ids():
        return page_url(Side.BRAND, "contract", contract.brand, contract=contract.public_id)
    if contract.creator_id in person.creator_ids():
        return page_url(Side.CREATOR, "contract", contract.creator, contract=contract.public_id)
    return ""


def campaign_url(campaign: Campaign, creator: Creator | None = None) -> str:
    """A campaign on its brand's desk, or on the desk of `creator`, who has met it there."""
    person = signed_in()
    if person is None:
        return ""
    if person.has(PLATFORM) or campaign.brand_id in person.brand_ids():
        return page_url(Side.BRAND, "campaign", campaign.brand, campaign=campaign.public_id)
    if creator is not None and creator.id in person.creator_ids():
        return page_url(Side.CREATOR, "campaign", creator, campaign=campaign.public_id)
    return ""


def payout_url(payout: Payout) -> str:
    """A payout as finance reads it; its creator reads their own page of it."""
    person = signed_in()
    if person is None:
        return ""
    if person.has(PLATFORM):
        return url_for("payouts.payout", payout=payout.public_id)
    if payout.creator_id in person.creator_ids():
        return page_url(Side.CREATOR, "payout", payout.creator, payout=payout.public_id)
    return ""


def init_app(app: Flask) -> None:
    """Makes the addresses known to templates, whose macros (templates/_macros.html) turn names into links; and
    how a platform is called."""
    addresses = (creator_url, brand_url, order_url, contract_url, campaign_url, payout_url)
    app.jinja_env.globals.update({address.__name__: address for address in addresses})
    app.jinja_env.globals["social_platform"] = naming.platform
