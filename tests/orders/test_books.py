"""`check-books` notices what is wrong with orders in the books."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from app.orders import withdrawing
from app.sales.jobs import settle_due
from app.users.models import Brand, Creator
from tests.orders.buying import hear, now, wrong_books
from tests.orders.test_after import bought
from tests.stripe_server import Provider

STAND, SALES = "Every paid order stands", "Every order that stands is one sale line"
DAMAGES = {
    "delete from entry where kind = 'order_paid'": STAND,
    "update entry set amount = amount + 1 where kind = 'order_paid'": STAND,
    "update entry set amount = amount - 1 where kind = 'order_refunded'": STAND,
    "update order_refund set status = 'refused', why = 'x'": STAND,
    "insert into entry (brand_id, debit, credit, amount, currency, kind, cause, seq, occurred_at, recorded_at)"
    " select brand_id, debit, credit, amount, currency, kind, cause, 2, now(), now() from entry"
    " where kind = 'order_paid'": STAND,
    "update sale set base_minor = base_minor - 1": SALES,
    "delete from refund": SALES,
    "update purchase set sale_id = 0": SALES,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_found(
    provider: Provider, lumen: Brand, mira: Creator, owner_connection: psycopg.Connection[Any], damage: str
) -> None:
    row = bought(provider, lumen, mira, pieces=2)
    withdrawing.withdraw(row, 1, at=now())
    hear()
    settle_due()
    assert wrong_books() == []
    owner_connection.execute(damage)
    owner_connection.commit()
    assert any(DAMAGES[damage] in found for found in wrong_books())
