"""A creator's own purchases, and those of their household, are held until somebody has looked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.database import db
from app.orders.models import Purchase
from app.sales.commissions.models import HoldReason
from app.sales.commissions.suspecting import hold_by
from app.users.models import Brand, Creator
from tests import market
from tests.invoicing.taxed import profile
from tests.ledger import story
from tests.orders.selling import AT, show_of


def held(brand: Brand, creator: Creator, reason: HoldReason, **buyer: Any) -> int:
    """How many lines the rule holds of one order by this buyer."""
    show, item = show_of(brand, creator)
    market.touch(brand, creator, "anna", AT - timedelta(hours=1))
    sale = market.sale(brand, at=AT, visitor="anna")
    whose = {"email": "anna@example.org", "street": "Kade 1", "postcode": "1000 AB", "country": "NL"} | buyer
    row = Purchase(
        reference="SO-1", show_id=show.id, item_id=item.id, brand_id=brand.id, product_id=item.product_id,
        creator_id=creator.id, stream_ref="S", sku="LAMP", name="Lamp", visitor=b"v" * 16, quantity=1, unit_price=2420,
        currency="EUR", vat_bps=2100, selling="reserve", delivery_days=2, held_at=AT,
        holds_until=AT + timedelta(minutes=30),
        status="paid", language="en", buyer="Anna", town="Town", session="cs_1", url="https://x.example",
        payment="pi_1", paid_at=AT, sale_id=sale.id, **whose,
    )  # fmt: skip
    db.session.add(row)
    story.settle()
    return sum(each.lines for each in hold_by(reason, at=AT + timedelta(days=1)))


@pytest.mark.parametrize(
    ("email", "found"), [("Mira@cast.example", 1), ("ada@cast.example", 1), ("miranda@cast.example", 0)]
)
def test_an_order_of_the_creator_or_their_agent_is_held(lumen: Brand, mira: Creator, email: str, found: int) -> None:
    assert held(lumen, mira, HoldReason.SELF_PURCHASE, email=email) == found


@pytest.mark.parametrize("number", ["same", "next door"])
def test_an_order_to_the_creators_address_is_held(lumen: Brand, mira: Creator, number: str) -> None:
    home = profile(mira)
    street = home.street.upper() if number == "same" else f"{home.street}9"
    buyer = {"street": street, "postcode": home.postcode.replace(" ", "").lower(), "country": home.country}
    assert held(lumen, mira, HoldReason.HOUSEHOLD, **buyer) == (number == "same")
