"""What viewers pay and get back, against Stripe's own books: nothing is left open, and its fees are the platform's."""

from __future__ import annotations

from app.database import db
from app.orders import withdrawing
from app.users.models import Brand, Creator
from tests.integrations.test_checkouts import desk
from tests.orders.buying import cash, hear, now, wrong_books
from tests.orders.test_after import bought
from tests.payouts.books import balances
from tests.payouts.provider_books import night, sums
from tests.stripe_server import Provider


def test_orders_refunds_and_disputes_match_stripes_movements(provider: Provider, lumen: Brand, mira: Creator) -> None:
    provider.tell(fee="150:25")
    row = bought(provider, lumen, mira, pieces=2)
    night()
    assert sums() == []
    fee = (4840 * 150 + 5000) // 10000 + 25
    assert balances()["platform_revenue", lumen.id, 0] == -fee
    assert (cash(lumen), provider.balance()) == (4840, 4840 - fee), "the fee is not the brand's"
    withdrawing.withdraw(row, 1, at=now())
    db.session.commit()
    hear()
    night()
    assert (sums(), cash(lumen)) == ([], 2420)
    provider.tell(do=[["fail_refund", provider.tell(show=["refund"])["refund"][0]["id"]]])
    night()
    assert sums() == [("refund", 0, -2420)], "Stripe has the money again, and we were not told"
    hear()
    assert (sums(), cash(lumen)) == ([], 4840)
    provider.tell(do=[["dispute", provider.tell(show=["charge"])["charge"][0]["id"]]])
    hear()
    night()
    assert sums() == []
    desk(provider, "win_dispute", provider.tell(show=["dispute"])["dispute"][0]["id"])
    hear()
    night()
    assert (sums(), wrong_books()) == ([], [])
    provider.tell(fee="")
