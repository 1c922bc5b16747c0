"""What comes after the payment: the parcel, withdrawal without an account, money back, what Stripe does by itself."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.database import db
from app.errors import WrongStatus
from app.notifications.rendering import render
from app.orders import fulfilment, links, sending, stock, waiting, withdrawing
from app.orders.holding import HOLD
from app.orders.jobs import clean, tend_orders
from app.orders.models import Purchase
from app.orders.reservations import reserve
from app.outbox import Letter
from app.sales.jobs import settle_due
from app.sales.models import Refund
from app.streams import shows
from app.stripe_gateway import gateway
from app.users.models import Brand, Creator
from config import settings
from tests.integrations.test_checkouts import desk
from tests.integrations.test_stripe import bring, handle
from tests.orders.buying import (
    asked,
    bank_account,
    cash,
    hear,
    now,
    pay,
    refunds,
    the_order,
    wrong_books,
)
from tests.orders.selling import letters, line, show_of, the_lamp
from tests.orders.selling import viewer as visitor
from tests.payouts.people import identity
from tests.stripe_server import Provider

Browse = Callable[[str], FlaskClient]
HOUR = timedelta(hours=1)


@pytest.fixture
def viewer(app: Flask) -> FlaskClient:
    """A browser without an account (CSRF is off in it)."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def bought(provider: Provider, brand: Brand, creator: Creator, *, pieces: int = 3, stock: int | None = 5) -> Purchase:
    """Anna has bought lamps."""
    show, item = show_of(brand, creator, pieces=stock, at=now() - HOUR)
    pay(provider, asked(show, item, "anna", now(), pieces).session)
    hear()
    return the_order()


def page_of(row: Purchase) -> str:
    return f"/orders/{links.token(links.ORDER, row.public_id)}"


def earned() -> tuple[int, int]:
    """What creator and platform have earned by the order."""
    settle_due()
    split = fulfilment.split_of(the_order())
    assert split is not None
    return split.commission, split.fee


def test_withdrawal_is_chosen_confirmed_and_receipted_without_an_account(
    provider: Provider, viewer: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    row = bought(provider, lumen, mira)
    assert earned() == (600, 300)
    page = page_of(row)
    assert "Withdraw from contract here" in viewer.get(page).text
    assert "up to 3 pieces" in viewer.get(f"{page}/withdraw").text
    assert viewer.post(f"{page}/withdraw", data={"pieces": "4"}).status_code == 422
    asks = viewer.post(f"{page}/withdraw", data={"pieces": "1"})
    assert "Confirm withdrawal" in asks.text
    assert "€24.20" in asks.text
    assert refunds() == []
    done = viewer.post(f"{page}/withdraw", data={"pieces": "1", "confirmed": "1"})
    assert (done.status_code, done.location) == (303, f"{page}#receipt")
    (refund,) = refunds()
    assert (refund.reason, refund.pieces, refund.amount, refund.status) == ("withdrawal", 1, 2420, "asked")
    assert re.search(
        r"Buyer withdrew.*?\d\d:\d\d \(UTC\)|Buyer withdrew.*?</time> \(UTC\)", viewer.get(page).text, re.S
    )
    subject, body = render(db.session.scalars(select(Letter).where(Letter.event == "order.withdrawn")).one())
    assert subject == f"Receipt: you have withdrawn from order {row.reference}"
    assert re.search(r"On .* \d\d:\d\d \(UTC\) you declared", body)
    assert ("order.taken_back", "olga@cast.example") in letters()
    hear()
    assert (refunds()[0].status, bank_account(lumen), provider.balance()) == ("done", 4840, 4840)
    assert earned() == (400, 200)
    assert ("order.refunded", "anna@buyer.example") in letters()
    viewer.post(f"{page}/withdraw", data={"pieces": "2", "confirmed": "1"})
    hear()
    assert (the_order().status, bank_account(lumen), provider.balance()) == ("refunded", 0, 0)
    assert (earned(), wrong_books()) == ((0, 0), [])
    assert "gone back already" in viewer.get(f"{page}/withdraw").text


def test_parts_of_an_odd_price_come_to_the_whole_line(provider: Provider, lumen: Brand, mira: Creator) -> None:
    row = bought(provider, lumen, mira)
    for _ in range(3):
        withdrawing.withdraw(row, 1, at=now())
        db.session.commit()
    hear()
    assert db.session.scalar(select(func.sum(Refund.amount))) == 6000
    assert wrong_books() == []


def test_the_right_ends_fourteen_days_after_the_days_for_delivery(
    provider: Provider, viewer: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    row = bought(provider, lumen, mira)
    shipped = now() - timedelta(days=19) + HOUR  # five days for delivery
    fulfilment.ship(row, "PostNL 3S123", by=identity("olga"), at=shipped)
    db.session.commit()
    assert withdrawing.may(row, now())
    assert not withdrawing.may(row, now() + HOUR)
    with pytest.raises(WrongStatus, match="The time to withdraw ended on"):
        withdrawing.withdraw(row, 1, at=now() + HOUR)
    assert withdrawing.until(row) == shipped + timedelta(days=19)
    assert "You can withdraw until" in viewer.get(page_of(row)).text


def test_before_it_is_sent_a_withdrawn_piece_goes_to_who_waits(provider: Provider, lumen: Brand, mira: Creator) -> None:
    row = bought(provider, lumen, mira, pieces=1, stock=1)
    waiting.join(row.show, row.item_id, 1, visitor("ben"), "ben@buyer.example", at=now())
    withdrawing.withdraw(row, 1, at=now())
    assert line() == [("offered", 1)]


def test_the_desk_lists_filters_ships_and_exports(
    provider: Provider, browse: Browse, lumen: Brand, mira: Creator
) -> None:
    row = bought(provider, lumen, mira, pieces=2)
    desk, max_ = f"/brands/{lumen.public_id}/orders", browse("max")
    assert row.reference in max_.get(desk).text
    assert row.reference in max_.get(f"{desk}?status=paid&q=anna").text
    assert row.reference not in max_.get(f"{desk}?status=shipped").text
    (told,) = csv.DictReader(io.StringIO(max_.get(f"{desk}.csv?status=paid").text))
    assert (told["order"], told["total"], told["street"], told["vat_percent"]) == (
        row.reference,
        "48.40",
        "Kade 1",
        "21",
    )
    page = f"{desk}/{row.public_id}"
    assert stock.pieces(lumen.id, the_lamp().id, now()).left == 3
    assert max_.post(f"{page}/ship", data={"tracking": "PostNL 3S123"}).status_code == 303
    assert max_.post(f"{page}/ship", data={"tracking": "again"}).status_code == 409
    row = the_order()
    there = stock.pieces(lumen.id, the_lamp().id, now())
    assert (row.status, row.tracking, there.on_hand, there.left) == ("shipped", "PostNL 3S123", 3, 3)
    assert ("order.sent", "anna@buyer.example") in letters()
    settle_due()
    text = max_.get(page).text
    for told_here in ("Commission of Mira Live", "€4.00", "€2.00", "€34.00", "During the stream", "Kade 1"):
        assert told_here in text
    assert browse("kim").get(page).status_code == 404
    assert browse("audrey").get(page).status_code == 403  # who bought is the brand's alone


def test_an_owner_gives_money_back(provider: Provider, browse: Browse, lumen: Brand, mira: Creator) -> None:
    row = bought(provider, lumen, mira, pieces=2)
    page = f"/brands/{lumen.public_id}/orders/{row.public_id}"
    assert browse("max").post(f"{page}/refund", data={"pieces": "1"}).status_code == 403
    olga = browse("olga")
    assert olga.post(f"{page}/refund", data={"pieces": "3"}).status_code == 422
    assert olga.post(f"{page}/refund", data={"pieces": "1", "words": "Scratched"}).status_code == 303
    hear()
    assert (cash(lumen), provider.balance(), the_order().refunded_pieces) == (2420, 2420, 1)
    assert "Scratched" in olga.get(page).text
    assert wrong_books() == []


@pytest.mark.parametrize(("pieces", "sent", "reasons"), [(2, False, ["not_shipped"]), (1, False, []), (2, True, [])])
def test_a_whole_order_given_back_before_it_was_sent_is_cancelled_by_the_brand(
    provider: Provider, lumen: Brand, mira: Creator, pieces: int, sent: bool, reasons: list[str]
) -> None:
    row = bought(provider, lumen, mira, pieces=2)
    if sent:
        fulfilment.ship(row, "PostNL 3S123", by=identity("olga"), at=now())
    fulfilment.refund(row, pieces, "", by=identity("olga"), at=now())
    db.session.commit()
    found = db.session.scalars(text("select reason from order_cancellation where source = 'streamcut'")).all()
    assert list(found) == reasons


def test_money_given_back_at_stripe_is_booked_once(provider: Provider, lumen: Brand, mira: Creator) -> None:
    bought(provider, lumen, mira, pieces=2)
    charge = provider.tell(show=["charge"])["charge"][0]["id"]
    provider.tell(do=[["refund", charge, 1000], ["refund", charge, 3840]])
    hear()
    hear()
    assert [(row.reason, row.amount) for row in refunds()] == [("outside", 4840)]
    assert (the_order().status, cash(lumen), provider.balance()) == ("refunded", 0, 0)
    assert (earned(), wrong_books()) == ((0, 0), [])


def test_a_refund_that_the_bank_returns_is_booked_back_and_sent_again_by_a_person(
    provider: Provider, browse: Browse, lumen: Brand, mira: Creator
) -> None:
    row = bought(provider, lumen, mira, pieces=1)
    withdrawing.withdraw(row, 1, at=now())
    db.session.commit()
    hear()
    provider.tell(do=[["fail_refund", provider.tell(show=["refund"])["refund"][0]["id"]]])
    hear()
    (refund,) = refunds()
    assert (refund.status, cash(lumen), provider.balance()) == ("refused", 2420, 2420)
    assert {"olga@cast.example", "mo@cast.example"} <= {who for what, who in letters("order.stuck")}
    assert wrong_books() == []
    page = f"/brands/{lumen.public_id}/orders/{row.public_id}"
    olga = browse("olga")
    assert "Send again" in olga.get(page).text
    assert olga.post(f"{page}/refunds/{refund.public_id}/again").status_code == 303
    hear()
    assert (refunds()[0].status, cash(lumen), provider.balance()) == ("done", 0, 0)
    assert wrong_books() == []


def failed_withdrawal(provider: Provider, brand: Brand, creator: Creator, *, pieces: int = 1) -> Purchase:
    """Anna has withdrawn from one lamp, and her bank did not take the money."""
    row = bought(provider, brand, creator, pieces=pieces)
    withdrawing.withdraw(row, 1, at=now())
    db.session.commit()
    hear()
    provider.tell(do=[["fail_refund", provider.tell(show=["refund"])["refund"][0]["id"]]])
    hear()
    assert [(each.status, each.amount) for each in refunds()] == [("refused", 2420)]
    return the_order()


def test_the_page_of_a_withdrawal_says_what_goes_back_and_no_more(
    provider: Provider, viewer: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    row = bought(provider, lumen, mira, pieces=2)
    provider.tell(do=[["refund", charge_of(provider), 1000]])
    hear()
    asks = viewer.post(f"{page_of(row)}/withdraw", data={"pieces": "2"}).text
    assert ("€38.40" in asks, "€48.40" in asks) == (True, False)
    viewer.post(f"{page_of(row)}/withdraw", data={"pieces": "2", "confirmed": "1"})
    assert refunds()[-1].amount == 3840


def charge_of(provider: Provider) -> str:
    return str(provider.tell(show=["charge"])["charge"][0]["id"])


def test_a_refused_refund_that_a_person_gives_at_stripe_takes_the_sale_back_once(
    provider: Provider, lumen: Brand, mira: Creator
) -> None:
    failed_withdrawal(provider, lumen, mira, pieces=3)
    provider.tell(clock=60, do=[["refund", charge_of(provider), 2420]])
    hear()
    assert [(each.reason, each.status, each.why) for each in refunds()] == [("withdrawal", "done", None)]
    assert (earned(), bank_account(lumen), provider.balance()) == ((400, 200), 4840, 4840)
    provider.tell(clock=120, do=[["refund", charge_of(provider), 1000]])
    hear()
    assert [(each.reason, each.amount) for each in refunds()] == [("withdrawal", 2420), ("outside", 1000)]
    assert (bank_account(lumen), provider.balance(), wrong_books()) == (3840, 3840, [])


def test_what_a_person_gives_at_stripe_settles_refused_refunds_as_far_as_it_goes(
    provider: Provider, lumen: Brand, mira: Creator
) -> None:
    row = failed_withdrawal(provider, lumen, mira, pieces=3)
    withdrawing.withdraw(row, 1, at=now())
    db.session.commit()
    hear()
    provider.tell(do=[["fail_refund", provider.tell(show=["refund"])["refund"][0]["id"]]])
    hear()
    provider.tell(clock=60, do=[["refund", charge_of(provider), 5000]])
    hear()
    assert [(each.reason, each.status, each.amount) for each in refunds()] == [
        ("withdrawal", "done", 2420),
        ("withdrawal", "done", 2420),
        ("outside", "done", 160),
    ]
    assert (cash(lumen), provider.balance(), wrong_books()) == (2260, 2260, [])


def test_a_late_word_of_a_refund_that_has_failed_since_books_nothing(
    provider: Provider, client: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    failed_withdrawal(provider, lumen, mira)
    (told,) = [each for each in gateway(settings()).events(now() - HOUR) if each["type"] == "charge.refunded"]
    bring(client, {**told, "id": "evt_doubled"})
    assert set(handle()) == {("handled", 1)}
    assert [(each.reason, each.status) for each in refunds()] == [("withdrawal", "refused")]
    assert (cash(lumen), provider.balance(), wrong_books()) == (2420, 2420, [])


def test_a_late_word_of_a_failure_says_nothing_of_the_refund_that_was_sent_again(
    provider: Provider, client: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    failed_withdrawal(provider, lumen, mira)
    (told,) = [each for each in gateway(settings()).events(now() - HOUR) if each["type"] == "refund.failed"]
    sending.again(refunds()[0], by=identity("olga"), at=now())
    db.session.commit()
    bring(client, {**told, "id": "evt_early"})
    assert handle()[-1] == ("waiting", 1), "while it is being sent nobody knows which refund of Stripe's it is"
    hear()
    bring(client, {**told, "id": "evt_doubled"})
    assert {status for status, _ in handle()} == {"handled"}
    assert [(each.status, each.amount) for each in refunds()] == [("done", 2420)]
    assert (cash(lumen), provider.balance(), wrong_books()) == (0, 0, [])


def test_a_dispute_takes_the_money_until_it_is_won(provider: Provider, lumen: Brand, mira: Creator) -> None:
    bought(provider, lumen, mira, pieces=1)
    charge = provider.tell(show=["charge"])["charge"][0]["id"]
    provider.tell(do=[["dispute", charge]])
    hear()
    assert (cash(lumen), provider.balance(), wrong_books()) == (0, 0, [])
    desk(provider, "win_dispute", provider.tell(show=["dispute"])["dispute"][0]["id"])
    hear()
    assert (cash(lumen), provider.balance(), wrong_books()) == (2420, 2420, [])


def test_a_refund_of_what_is_disputed_is_refused_and_looked_at(provider: Provider, lumen: Brand, mira: Creator) -> None:
    row = bought(provider, lumen, mira, pieces=1)
    provider.tell(do=[["dispute", provider.tell(show=["charge"])["charge"][0]["id"]]])
    withdrawing.withdraw(row, 1, at=now())
    db.session.commit()
    hear()
    assert [each.status for each in refunds() if each.reason == "withdrawal"] == ["refused"]
    assert letters("order.stuck")
    assert wrong_books() == []


def test_who_only_reserved_is_forgotten_after_a_month_and_who_bought_is_not(
    provider: Provider, lumen: Brand, mira: Creator
) -> None:
    row = bought(provider, lumen, mira, pieces=1, stock=2)
    show, item = row.show, row.item_id
    asked_item = db.session.get_one(type(show.items[0]), item)
    asked(show, asked_item, "ben", now() - HOLD)
    tend_orders()
    reserve(show, item, 1, visitor("dan"), now())
    waiting.join(show, item, 1, visitor("cleo"), "cleo@buyer.example", at=now())
    assert "2 people" not in clean(at=now() + timedelta(days=29))
    shows.end(show, at=now(), by=identity("mira"))
    assert clean(at=now() + timedelta(days=31)).startswith("2 people")
    kept = db.session.scalars(select(Purchase.email).order_by(Purchase.id).execution_options(populate_existing=True))
    assert list(kept) == ["anna@buyer.example", None, None]
    assert line()[-1][0] == "went_without"
