"""The routes of links and of the domains they lead to."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db
from app.security import ANYBODY, BRAND, CREATOR, PLATFORM, Role
from app.tracking.models import BrandDomain, Link
from tests import market
from tests.access import Kind, Row, Side
from tests.tracking import linking

DAYS = (date(2020, 1, 1), date(2080, 12, 31))
DEALERS = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})


def _shop(side: Side) -> str:
    return f"{side.word}.example"


def _domain(side: Side) -> BrandDomain:
    found = db.session.scalar(select(BrandDomain).where(BrandDomain.brand_id == side.brand.id))
    return found or linking.domain(side.brand, _shop(side))


def _contract(side: Side) -> Contract:
    query = select(Contract).where(Contract.brand_id == side.brand.id, Contract.creator_id == side.creator.id)
    ref = f"Link {side.word}"
    return db.session.scalar(query) or market.contract(side.brand, side.creator, *DAYS, ref=ref, coupons=(side.word,))


def _link(side: Side) -> Link:
    _domain(side)
    about = {"destination": f"https://{_shop(side)}/{side.word}", "label": side.word}
    return linking.link(_contract(side), **about)


def _linkable(side: Side) -> object:
    """A contract of a brand that has said where it sells."""
    _domain(side)
    return _contract(side).public_id


def _form(side: Side) -> dict[str, str]:
    return {"destination": f"https://{_shop(side)}/lamps", "label": side.word}


KINDS = {
    "domain": Kind(lambda side: _domain(side).id, missing=999_999_999),
    "link": Kind(lambda side: _link(side).public_id),
    "linkable_contract": Kind(_linkable),
    "link_code": Kind(lambda side: _link(side).code, missing="nobodys"),
}

ROWS = [
    Row("tracking.brand_domains", "GET", BRAND | PLATFORM),
    Row("tracking.brand_domain_add", "POST", DEALERS, form={"domain": "shop.example"}),
    Row("tracking.brand_domain_leave", "GET", DEALERS),
    Row("tracking.brand_domain_remove", "POST", DEALERS),
    Row("tracking.creator_link_contract", "GET", CREATOR),
    Row("tracking.creator_link_new", "GET", CREATOR),
    Row("tracking.creator_link_create", "POST", CREATOR, args={"contract": "linkable_contract"}, form=_form),
    Row("tracking.creator_link_end", "GET", CREATOR),
    Row("tracking.creator_link_turn", "POST", CREATOR, form={"status": "paused"}),
    Row("tracking.creator_link_picture", "GET", CREATOR | PLATFORM),
    Row("tracking.brand_link_picture", "GET", BRAND | PLATFORM),
    Row("desks.creator_links", "GET", CREATOR | PLATFORM),
    Row("desks.brand_links", "GET", BRAND | PLATFORM),
    Row("desks.creator_link", "GET", CREATOR | PLATFORM),
    Row("desks.brand_link", "GET", BRAND | PLATFORM),
    Row("desks.creator_codes", "GET", CREATOR | PLATFORM),
    Row("desks.brand_codes", "GET", BRAND | PLATFORM),
    Row("tracking.go", "GET", ANYBODY, args={"code": "link_code"}, counts=("touch", "link_tally", "click_pace")),
]
