"""The routes of plans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app import clock
from app.campaigns import campaigns
from app.database import db
from app.plans import plans
from app.plans.plan_model import Bound
from app.plans.plans import Wishes
from app.security import BRAND, PLATFORM, Role
from tests.access import Kind, Row, Side
from tests.contracts.dealing import OWNERS
from tests.payouts.people import identity

DEALERS = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})
WISHES = {"budget": "100", "margin": "40", "appetite": "bold", "trials": "20", "market_NL-wanted": "1"}


def _plan(side: Side) -> object:
    """A plan of the side's campaign, which takes nobody."""
    found = campaigns.get_campaign(side.brand.id, UUID(str(side.value("campaign"))))
    about: dict[str, Any] = {"by": identity(OWNERS[side.brand.handle]), "at": clock.now()}
    made = plans.create(found, Wishes(100, 1, {"NL": Bound()}), **about)
    db.session.flush()
    return made.public_id


KINDS = {"plan": Kind(_plan)}
ROWS = [
    Row("plans.brand_plan", "GET", BRAND | PLATFORM),
    Row("plans.brand_plan_create", "POST", DEALERS, form=WISHES),
    Row("plans.brand_plan_draft", "POST", DEALERS),
    Row("plans.brand_plan_send", "POST", DEALERS),
]
