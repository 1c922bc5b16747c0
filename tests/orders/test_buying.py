"""Reserve, then pay: on pages, at Stripe, and what becomes of it in sales and books."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.catalog.models import Product
from app.database import db, raw
from app.errors import WrongStatus
from app.ledger.told import Told
from app.notifications.rendering import render
from app.orders import paying, reservations, stock
from app.orders import told as told_of
from app.orders.holding import HOLD
from app.orders.jobs import tend_orders
from app.orders.offers import offers_of
from app.orders.paying import Buyer
from app.orders.selling import seller_of
from app.outbox import Letter
from app.sales.jobs import settle_due
from app.sales.models import Decision, Sale
from app.streams import shows
from app.streams.models import ShowBrand
from app.users.models import Brand, Creator
from tests import market
from tests.integrations.test_stripe import bring, event, handle
from tests.orders.buying import (
    ANNA,
    MINUTE,
    asked,
    bank_account,
    cash,
    click,
    go,
    hear,
    now,
    pay,
    refunds,
    the_order,
    wrong_books,
)
from tests.orders.selling import letters, purchases, show_of, the_lamp
from tests.payouts.at_once import at_once
from tests.payouts.people import identity
from tests.stripe_server import Provider

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def viewer(app: Flask) -> FlaskClient:
    """A browser without an account (CSRF is off in it)."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def test_from_the_click_to_the_books(provider: Provider, viewer: FlaskClient, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, at=now() - 30 * MINUTE)
    page = click(viewer, show, item, 2)
    text = viewer.get(page).text
    for told in (
        "Lamp",
        "€48.40",
        "including €8.40 VAT (21%)",
        "Lumen Lighting B.V.",
        "1 Lumen Street",
        "14 days after",
    ):
        assert told in text
    assert "Order and pay" not in text  # not before it is known where it goes
    session = go(viewer, page)
    assert "Order and pay €48.40" in viewer.get(page).text
    (made,) = provider.tell(show=["checkout.session"])["checkout.session"]
    row = the_order()
    assert (made["amount_total"], made["currency"], made["client_reference_id"]) == (4840, "eur", row.reference)
    bound = {"purchase": str(row.public_id), "product": "LAMP", "creator": str(mira.id), "visitor": row.visitor.hex()}
    assert made["metadata"] == bound | {"show": str(show.id), "item": str(item.id)}
    assert (row.status, row.session) == ("paying", session)
    pay(provider, session)
    assert "waiting for Stripe" in viewer.get(f"{page}?paid=1").text
    hear()
    row = the_order()
    assert (row.status, cash(lumen), bank_account(lumen), provider.balance()) == ("paid", 4840, 4840, 4840)
    sale = db.session.scalars(select(Sale)).one()
    assert (sale.base_minor, sale.quantity, sale.occurred_at, sale.country) == (4000, 2, row.held_at, "NL")
    settle_due()
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.rule, decision.label, decision.creator_id) == ("checkout", "in_stream", mira.id)
    assert wrong_books() == []
    order = viewer.get(page).location
    assert "The order is paid and confirmed" in viewer.get(order).text
    assert letters("order.paid") == [("order.paid", "anna@buyer.example")]
    subject, body = render(db.session.scalars(select(Letter).where(Letter.event == "order.paid")).one())
    assert subject == f"Order {row.reference} is confirmed"
    assert order in body
    assert "€8.40 VAT" in body


def test_a_click_after_the_show_is_a_replay(provider: Provider, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, at=now() - 120 * MINUTE)
    shows.end(show, at=now() - 60 * MINUTE, by=identity("mira"))
    db.session.commit()
    pay(provider, asked(show, item, "anna", now()).session)
    hear()
    settle_due()
    assert db.session.scalars(select(Decision.label)).one() == "replay"


def test_a_lost_answer_leads_to_the_same_page(
    provider: Provider, viewer: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, at=now())
    page = click(viewer, show, item)
    viewer.post(page, data=ANNA)
    provider.tell(faults={"reset_after": 1.0})
    assert (viewer.get(f"{page}/pay").status_code, the_order().session) == (503, None)
    provider.tell(faults={})
    assert viewer.get(f"{page}/pay").status_code == 302
    assert len(provider.tell(show=["checkout.session"])["checkout.session"]) == 1


def test_when_the_hold_ends_stripe_is_told_and_the_piece_is_free(
    provider: Provider, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    row = asked(show, item, "anna", now() - HOLD)
    assert offers_of(show, now())[0].left == 0  # as long as Stripe may take money
    tend_orders()
    assert (purchases()[0].status, offers_of(show, now())[0].left) == ("expired", 1)
    assert provider.tell(show=["checkout.session"])["checkout.session"][0]["status"] == "expired"
    pay(provider, row.session)
    hear()
    assert (cash(lumen), provider.balance()) == (0, 0)


@pytest.mark.parametrize("session", [True, False])
def test_paid_at_the_last_moment_stands_whether_or_not_we_had_heard_of_the_page(
    provider: Provider, lumen: Brand, mira: Creator, session: bool
) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    row = asked(show, item, "anna", now() - HOLD)
    pay(provider, row.session)
    if not session:  # we died between Stripe's answer and our commit
        row.session = row.url = None
        db.session.commit()
    tend_orders()  # before any webhook
    assert (the_order().status, cash(lumen), provider.balance()) == ("paid", 2420, 2420)
    hear()
    assert (the_order().status, cash(lumen)) == ("paid", 2420)
    assert wrong_books() == []


def test_who_dies_before_stripe_was_asked_strands_nothing(provider: Provider, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    asked(show, item, "anna", now() - HOLD, session=False)
    tend_orders()
    assert (the_order().status, offers_of(show, now())[0].left) == ("expired", 1)


def test_long_after_it_there_is_nothing_to_find_at_stripe(provider: Provider, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - timedelta(days=2))
    asked(show, item, "anna", now() - timedelta(days=1), session=False)
    tend_orders()
    assert the_order().status == "expired"
    assert provider.tell(show=["checkout.session"])["checkout.session"] == []


def test_while_stripe_does_not_answer_the_piece_stays_held(provider: Provider, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    asked(show, item, "anna", now() - HOLD)
    provider.tell(faults={"reset_before": 1.0})
    tend_orders()
    assert (the_order().status, offers_of(show, now())[0].left) == ("paying", 0)


def test_what_is_let_go_at_stripe_is_free_when_stripe_has_said_so(
    provider: Provider, viewer: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    page = click(viewer, show, item)
    session = go(viewer, page)
    told = viewer.post(f"{page}/let-go", follow_redirects=True).text
    assert ("once Stripe has said" in told, "You have given it back" in told) == (True, False)
    assert viewer.get(f"{page}/pay").location == page
    tend_orders()
    assert (the_order().status, offers_of(show, now())[0].left) == ("let_go", 1)
    assert "You have given it back." in viewer.post(f"{page}/let-go", follow_redirects=True).text
    pay(provider, session)
    hear()
    assert provider.balance() == 0


def test_what_is_paid_already_is_not_given_back_with_a_click(
    provider: Provider, viewer: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, at=now() - 60 * MINUTE)
    page = click(viewer, show, item)
    pay(provider, go(viewer, page))
    hear()
    told = viewer.post(f"{page}/let-go", follow_redirects=True).text
    assert ("paid already" in told, "You have given it back" in told) == (True, False)
    assert the_order().status == "paid"


def test_another_tab_changes_no_address_after_the_payment(provider: Provider, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, at=now() - 60 * MINUTE)
    row = asked(show, item, "anna", now())
    assert row.street == "Kade 1"  # read before, as the tab has it
    raw().execute("update purchase set status = 'on_its_way' where id = %s", [row.id])
    seller = seller_of(lumen)
    assert seller is not None
    buyer = Buyer("anna@buyer.example", "Anna", "Elsewhere 9", "1011 AB", "Amsterdam", "NL")
    with pytest.raises(WrongStatus):
        paying.fill_in(row, buyer, seller, at=now())


def test_two_workers_that_hear_of_a_brands_orders_at_once_do_not_wait_for_each_other(
    provider: Provider, lumen: Brand, mira: Creator
) -> None:
    market.product(lumen, "VASE", price=Decimal("12.10"))
    show, lamp = show_of(lumen, mira, at=now() - 60 * MINUTE, skus=("LAMP", "VASE"))
    stock.set_on_hand(
        db.session.scalars(select(Product).where(Product.sku == "VASE")).one(), 9, by=identity("olga"), at=now()
    )
    db.session.commit()
    vase = next(item for item in shows.items_of(show) if item.id != lamp.id)
    orders = [asked(show, item, name, now()) for item, name in ((lamp, "ab"), (vase, "cd"))]
    both = [(row.public_id, Told(row.session or "", row.reference, f"pi_{row.id}", row.total, "EUR")) for row in orders]
    ready = threading.Event()

    def hear_all(of: list[tuple[UUID, Told]], *, first: bool) -> bool:
        if not first:
            ready.wait(10)
        for number, (purchase, about) in enumerate(of):
            told_of.paid(purchase, about, happened_at=now(), at=now())
            if first and not number:
                ready.set()
                wait_until_somebody_waits()
        return True

    came = at_once([lambda: hear_all(both, first=True), lambda: hear_all(both[::-1], first=False)])
    assert came == [True, True]
    assert [row.status for row in purchases()] == ["paid", "paid"]


def wait_until_somebody_waits() -> None:
    """Until another transaction waits for a lock of this one's."""
    for _ in range(1000):
        found = raw().execute("select 1 from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))")
        if found.fetchone():
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_paid_without_stock_goes_back_in_full_by_itself(
    provider: Provider, browse: Browse, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    row = asked(show, item, "anna", now())
    stock.set_on_hand(the_lamp(), 0, by=identity("olga"), at=now())  # the brand counts, and finds none
    db.session.commit()
    pay(provider, row.session)
    hear()
    row = the_order()
    assert (row.status, cash(lumen), bank_account(lumen), provider.balance()) == ("short", 0, 0, 0)
    assert [(each.reason, each.status, each.amount) for each in refunds()] == [("no_stock", "done", 2420)]
    told = {who for what, who in letters("order.unserved")}
    assert {"mira@cast.example", "olga@cast.example", "max@cast.example"} <= told
    assert ("order.short", "anna@buyer.example") in letters()
    assert db.session.scalar(select(Sale.id)) is None
    assert wrong_books() == []
    assert "send nothing" in browse("max").get(f"/brands/{lumen.public_id}/orders/{row.public_id}").text


@pytest.mark.parametrize("fault", ["reset_after", "reset_before", "error_after", "garbled", "slow_after"])
def test_a_refund_that_nobody_heard_of_is_given_once(
    provider: Provider, lumen: Brand, mira: Creator, fault: str
) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    row = asked(show, item, "anna", now())
    stock.set_on_hand(the_lamp(), 0, by=identity("olga"), at=now())
    db.session.commit()
    pay(provider, row.session)
    handle_all(provider)
    provider.tell(faults={fault: 1.0}, slow=3)
    tend_orders()
    provider.tell(faults={}, settle=True)
    assert refunds()[0].status == "asked"
    refunds()[0].look_at = now()
    if fault == "error_after":  # Stripe keeps its error for this key as long as the key: then it is asked
        refunds()[0].first_sent_at = now() - timedelta(hours=24)
    db.session.commit()
    hear()
    assert [(each.status, each.amount) for each in refunds()] == [("done", 2420)]
    assert (cash(lumen), provider.balance()) == (0, 0)
    assert wrong_books() == []


def handle_all(provider: Provider) -> None:
    from app.integrations.jobs import handle_due
    from app.integrations.sweeping import sweep

    sweep(now())
    handle_due()


def test_late_and_doubled_events_in_any_order_sell_once(
    provider: Provider, client: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    row = asked(show, item, "anna", now())
    told = {"id": row.session, "client_reference_id": row.reference, "payment_intent": "pi_1", "amount_total": 2420}
    told |= {"currency": "eur", "payment_status": "paid", "metadata": {"purchase": str(row.public_id)}}
    for number, kind in enumerate(("completed", "expired", "completed", "async_payment_failed", "completed")):
        bring(client, event(f"checkout.session.{kind}", told, id=f"evt_{number}"))
        assert handle()[-1] == ("handled", 1)
    assert (the_order().status, cash(lumen)) == ("paid", 2420)
    assert len(db.session.scalars(select(Sale)).all()) == 1


def test_what_expired_and_was_paid_all_the_same_stands_while_there_is_stock(
    provider: Provider, client: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    first = asked(show, item, "anna", now())
    told: dict[str, Any] = {"currency": "eur", "payment_status": "unpaid", "amount_total": 2420}
    for kind, payment in (("expired", ""), ("completed", "paid")):
        about = told | {"id": first.session, "client_reference_id": first.reference, "payment_intent": "pi_1"}
        about |= {"payment_status": payment or "unpaid", "metadata": {"purchase": str(first.public_id)}}
        bring(client, event(f"checkout.session.{kind}", about, id=f"evt_{kind}"))
        handle()
    assert the_order().status == "paid"


def test_something_else_than_was_asked_for_is_left_to_a_person(
    provider: Provider, client: FlaskClient, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    row = asked(show, item, "anna", now())
    told = {"id": row.session, "client_reference_id": row.reference, "payment_intent": "pi_1", "amount_total": 1}
    told |= {"currency": "eur", "payment_status": "paid", "metadata": {"purchase": str(row.public_id)}}
    bring(client, event("checkout.session.completed", told))
    assert handle() == [("waiting", 1)]
    assert (the_order().status, cash(lumen)) == ("paying", 0)


def test_a_reservation_is_nobody_elses(viewer: FlaskClient, provider: Provider, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, at=now())
    page = click(viewer, show, item)
    row = the_order()
    assert viewer.get(f"/orders/r/{row.public_id}").status_code == 200
    stranger = viewer.application.test_client()
    assert stranger.get(f"/orders/r/{row.public_id}").status_code == 404
    assert stranger.get(page).status_code == 200  # who has the link may
    assert stranger.get(page.replace("/r/", "/")).status_code == 404
    assert stranger.get(page[:-1]).status_code == 404
    assert reservations.find(row.public_id).id == row.id


def test_who_finds_nothing_left_waits_on_a_page(
    viewer: FlaskClient, provider: Provider, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, pieces=0, at=now())
    answer = viewer.post(f"/live/{show.public_id}/items/{item.id}/reserve", data={})
    assert (answer.status_code, "Wait for the next one" in answer.text) == (409, True)
    form = {"email": "nobody", "quantity": "1"}
    assert viewer.post(f"/live/{show.public_id}/items/{item.id}/wait", data=form).status_code == 422
    page = viewer.post(
        f"/live/{show.public_id}/items/{item.id}/wait", data=form | {"email": "a@buyer.example"}
    ).location
    assert "number 1 in line" in viewer.get(page).text
    stock.set_on_hand(the_lamp(), 1, by=identity("olga"), at=now())
    from app.orders import waiting

    waiting.serve(lumen.id, the_lamp().id, at=now())
    db.session.commit()
    assert "There is a piece for you" in viewer.get(page).text
    subject, body = render(db.session.scalars(select(Letter).where(Letter.event == "order.offered")).one())
    assert subject == "There is one for you: Lamp"
    assert "/orders/r/" in body


def test_when_the_first_has_paid_for_the_last_piece_nobody_else_can_pay(
    provider: Provider, lumen: Brand, mira: Creator
) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now() - 60 * MINUTE)
    db.session.execute(update(ShowBrand).values(selling="first_paid"))
    db.session.commit()
    first, second, third = [asked(show, item, name, now()) for name in ("anna", "ben", "cleo")]
    pay(provider, second.session)
    pay(provider, third.session)  # before anybody has heard of the second's payment
    hear()
    pay(provider, first.session)
    hear()
    assert sorted(row.status for row in purchases()) == ["expired", "paid", "short"]
    assert (cash(lumen), provider.balance()) == (2420, 2420)
    assert wrong_books() == []
