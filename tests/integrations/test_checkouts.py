"""A brand tops up at Stripe: to its page and back, booked once, by what Stripe tells and nothing else, and taken back
where the money goes back."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.integrations.models import WebhookEvent
from app.integrations.sweeping import sweep
from app.ledger import checkouts, funding
from app.ledger.models import Checkout, Entry, TopUp, TopUpReturn
from app.outbox import Letter
from app.payouts.checks import check_books
from app.users.models import Brand
from config import settings
from tests.cast import Cast
from tests.integrations.test_stripe import SECRET, bring, event, handle
from tests.payouts.people import identity
from tests.payouts.stripe_people import KEY, use_stripe
from tests.stripe_server import Provider, running

Browse = Callable[[str], FlaskClient]
Bodies = list[dict[str, Any]]


class StayHere(urllib.request.HTTPRedirectHandler):
    """Shows where a page leads, and does not go there."""

    def redirect_request(self, *_: Any) -> None:
        return None


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider's process."""
    with running(tmp_path_factory.mktemp("provider") / "books.db") as provider:
        yield provider


@pytest.fixture
def provider(bank: Provider, cast: Cast) -> Iterator[Provider]:
    """A provider that has nothing yet."""
    before = settings()
    bank.tell(clear=True, secret=KEY, faults={}, clock=0)
    use_stripe(bank, stripe_webhook_secret=SECRET)
    yield bank
    current_app.extensions["streamcut"] = before


def ask(browser: FlaskClient, brand: Brand, amount: str = "250.00") -> str:
    """Fills in the form; the address of the payment's page."""
    answer = browser.post(f"/brands/{brand.public_id}/funds/payments", data={"amount": amount, "currency": "EUR"})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def go(browser: FlaskClient, page: str) -> str:
    """On to the provider's page; its address."""
    answer = browser.get(f"{page}/go")
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def click(address: str, **form: str) -> tuple[int, str]:
    """A button of the simulated bank: the status, and where it leads to or what it shows."""
    request = urllib.request.Request(address, urllib.parse.urlencode(form).encode(), method="POST")
    try:
        with urllib.request.build_opener(StayHere).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, str(error.headers["Location"])


def hear() -> None:
    """What the provider has to tell is asked for and handled; nothing is left over."""
    sweep(datetime.now(UTC))
    assert {status for status, _ in handle()} <= {"handled", "ignored"}


def cash(brand: Brand) -> int:
    found = funding.funds(raw(), on=datetime.now(UTC).date(), brands=[brand.id])
    return found[0].cash if found else 0


def the_checkout() -> Checkout:
    return db.session.scalars(select(Checkout).execution_options(populate_existing=True)).one()


def letters() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(Letter).where(Letter.event.like("top_up.%") | Letter.event.like("checkout.%")))
    return sorted((row.event, row.address.partition("@")[0]) for row in rows)


def books_are_right() -> bool:
    db.session.commit()
    found = [check.name for check in check_books(raw()) if not check.ok]
    db.session.rollback()
    return found == []


def paid(provider: Provider, browse: Browse, brand: Brand) -> dict[str, Any]:
    """250.00 were paid and booked; the provider's charge."""
    olga = browse("olga")
    click(go(olga, ask(olga, brand)), answer="pay")
    hear()
    return dict(provider.tell(show=["charge"])["charge"][0])


def desk(provider: Provider, deed: str, about: str, how: str = "") -> None:
    assert click(provider.base + "/", deed=deed, about=about, how=how) == (303, "/")


def test_a_brand_pays_and_has_the_money_once_stripe_says_so(provider: Provider, browse: Browse, lumen: Brand) -> None:
    olga = browse("olga")
    assert "Top up by card, iDEAL or direct debit" in olga.get(f"/brands/{lumen.public_id}/funds").text
    page = ask(olga, lumen)
    assert f'href="{page}/go"' in olga.get(page).text
    pay = go(olga, page)
    assert pay.startswith(provider.base)
    assert go(olga, page) == pay
    status, back = click(pay, answer="pay")
    assert (status, back) == (303, f"{settings().base_url}{page}?paid=1")
    waiting = olga.get(f"{page}?paid=1").text
    assert "The money is on its way" in waiting
    assert "hx-get" in waiting
    assert (cash(lumen), provider.balance()) == (0, 25_000)
    hear()
    assert "It has arrived" in olga.get(f"{page}?paid=1").text
    assert cash(lumen) == 25_000
    top_up = db.session.scalars(select(TopUp)).one()
    assert (top_up.status, top_up.decided_by, top_up.reference) == ("approved", None, the_checkout().reference)
    assert "Paid at Stripe" in browse("mo").get(f"/finance/top-ups/{top_up.public_id}").text
    assert "Paid at Stripe" in browse("mo").get("/finance/top-ups").text
    assert books_are_right()


def test_what_stripe_is_asked_for_is_bound_on_the_server(provider: Provider, browse: Browse, lumen: Brand) -> None:
    olga = browse("olga")
    go(olga, ask(olga, lumen))
    row, (session,) = the_checkout(), provider.tell(show=["checkout.session"])["checkout.session"]
    assert (session["amount_total"], session["currency"]) == (25_000, "eur")
    assert session["client_reference_id"] == row.reference
    assert session["metadata"] == {"checkout": str(row.public_id)}
    assert (row.status, row.session) == ("open", session["id"])


def test_a_lost_answer_leads_to_the_same_page(provider: Provider, browse: Browse, lumen: Brand) -> None:
    olga = browse("olga")
    page = ask(olga, lumen)
    provider.tell(faults={"reset_after": 1.0})
    answer = olga.get(f"{page}/go")
    assert (answer.status_code, the_checkout().status) == (503, "asked")
    provider.tell(faults={})
    go(olga, page)
    assert len(provider.tell(show=["checkout.session"])["checkout.session"]) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_any_order_and_doubled_it_is_booked_once(
    provider: Provider, browse: Browse, lumen: Brand, client: FlaskClient, order: tuple[int, ...]
) -> None:
    olga = browse("olga")
    go(olga, ask(olga, lumen))
    unpaid = session_of(the_checkout())
    told = [
        ("checkout.session.completed", unpaid),
        ("checkout.session.async_payment_succeeded", unpaid | {"payment_status": "paid"}),
        ("checkout.session.expired", unpaid),
    ]
    for number in (*order, *order):
        bring(client, event(told[number][0], told[number][1], id=f"evt_{number}"))
        bring(client, event(told[number][0], told[number][1], id=f"evt_{number}_again"))
        handle()
    assert (cash(lumen), the_checkout().status) == (25_000, "paid")
    assert len(db.session.scalars(select(Entry)).all()) == 1
    assert books_are_right()


def session_of(row: Checkout, **more: Any) -> dict[str, Any]:
    """What Stripe says of a payment's page."""
    about = {"id": row.session, "client_reference_id": row.reference, "payment_intent": "pi_1"}
    about |= {"amount_total": row.amount, "currency": row.currency.lower(), "payment_status": "unpaid"}
    return about | {"metadata": {"checkout": str(row.public_id)}} | more


def test_a_debit_is_on_its_way_and_then_there_or_failed(provider: Provider, browse: Browse, lumen: Brand) -> None:
    olga = browse("olga")
    pages = [ask(olga, lumen, amount) for amount in ("250.00", "30.00")]
    for page in pages:
        click(go(olga, page), answer="debit")
    hear()
    assert all("A direct debit takes some days" in olga.get(page).text for page in pages)
    assert (cash(lumen), letters()) == (0, [])
    funds = f"/brands/{lumen.public_id}/funds"
    assert all(f'href="{page}"' in olga.get(funds).text for page in pages)
    by_amount = {one["amount_total"]: one["id"] for one in provider.tell(show=["checkout.session"])["checkout.session"]}
    desk(provider, "land_debit", by_amount[25_000])
    desk(provider, "fail_debit", by_amount[3_000])
    hear()
    assert (cash(lumen), provider.balance()) == (25_000, 25_000)
    assert "The payment failed at the bank" in olga.get(pages[1]).text
    assert letters() == [("checkout.failed", "bea"), ("checkout.failed", "olga")]
    assert olga.get(f"{pages[1]}/go").location == pages[1]
    assert [f'href="{page}"' in olga.get(funds).text for page in pages] == [False, True]


def test_who_does_not_pay_can_go_on_until_the_page_is_gone(provider: Provider, browse: Browse, lumen: Brand) -> None:
    olga = browse("olga")
    page = ask(olga, lumen)
    pay = go(olga, page)
    assert "The card was refused" in click(pay, answer="refuse")[1]
    assert click(pay, answer="no") == (303, f"{settings().base_url}{page}")
    assert "Pay at Stripe" in olga.get(page).text
    desk(provider, "expire", pay.rpartition("/")[2])
    hear()
    assert "Nothing was paid in time" in olga.get(page).text
    assert (the_checkout().status, cash(lumen)) == ("expired", 0)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"amount_total": 25_001}, "€250.01 was paid, and €250.00 was asked for."),
        ({"currency": "usd"}, "$250.00 was paid, and €250.00 was asked for."),
        ({"client_reference_id": "SC-OTHER"}, "another page"),
        ({"id": "cs_other"}, "another page"),
    ],
)
def test_what_is_not_what_was_asked_for_is_not_booked_and_finance_hears(
    provider: Provider, browse: Browse, lumen: Brand, client: FlaskClient, other: dict[str, Any], why: str
) -> None:
    olga = browse("olga")
    page = ask(olga, lumen)
    go(olga, page)
    bring(client, event("checkout.session.completed", session_of(the_checkout(), payment_status="paid") | other))
    assert handle() == [("handled", 1)]
    row = the_checkout()
    assert (row.status, cash(lumen)) == ("refused", 0)
    assert why in (row.note or "")
    assert why in browse("mo").get("/finance/top-ups/payments?status=refused").text
    assert "It was not booked" in olga.get(page).text
    assert {name for name, _ in letters()} == {"checkout.refused"}
    assert {"mo", "che"} <= {who for _, who in letters()}
    back = {"id": "ch_1", "payment_intent": "pi_1", "amount_refunded": 25_000, "currency": "eur"}
    bring(client, event("charge.refunded", back | {"metadata": {"checkout": str(row.public_id)}}, id="evt_2"))
    assert handle()[1] == ("handled", 1)
    assert db.session.scalar(select(TopUpReturn.id)) is None


def test_a_refund_lowers_the_funds_by_what_is_new_of_it(provider: Provider, browse: Browse, lumen: Brand) -> None:
    charge = paid(provider, browse, lumen)
    desk(provider, "refund", charge["id"], "10000")
    hear()
    assert (cash(lumen), provider.balance()) == (15_000, 15_000)
    desk(provider, "refund", charge["id"], "5000")
    hear()
    hear()
    assert (cash(lumen), provider.balance()) == (10_000, 10_000)
    assert [row.amount for row in db.session.scalars(select(TopUpReturn).order_by(TopUpReturn.id))] == [10_000, 5_000]
    assert ("top_up.refunded", "olga") in letters()
    assert ("top_up.refunded", "che") in letters()
    assert "Taken back" in browse("olga").get(f"/brands/{lumen.public_id}/funds").text
    top_up = db.session.scalars(select(TopUp)).one()
    assert "-€50.00" in browse("che").get(f"/finance/top-ups/{top_up.public_id}").text
    assert books_are_right()


def test_refunds_out_of_order_are_booked_once(
    provider: Provider, browse: Browse, lumen: Brand, client: FlaskClient
) -> None:
    charge = paid(provider, browse, lumen)
    for number, so_far in enumerate((15_000, 10_000, 15_000)):
        bring(client, event("charge.refunded", charge | {"amount_refunded": so_far}, id=f"evt_{number}"))
    assert handle()[-3:] == [("handled", 1)] * 3
    assert cash(lumen) == 10_000


@pytest.mark.parametrize(("deed", "left"), [("win_dispute", 25_000), ("lose_dispute", 0)])
def test_a_dispute_takes_the_money_until_it_is_won(
    provider: Provider, browse: Browse, lumen: Brand, deed: str, left: int
) -> None:
    charge = paid(provider, browse, lumen)
    desk(provider, "dispute", charge["id"])
    hear()
    assert (cash(lumen), provider.balance()) == (0, 0)
    assert ("top_up.disputed", "bea") in letters()
    desk(provider, deed, provider.tell(show=["dispute"])["dispute"][0]["id"])
    hear()
    assert (cash(lumen), provider.balance()) == (left, left)
    assert (("top_up.restored", "mo") in letters()) == (left > 0)
    assert books_are_right()


@pytest.mark.parametrize("order", list(permutations(("created", "funds_withdrawn", "closed"))))
def test_what_is_told_of_a_dispute_in_any_order_comes_to_the_same(
    provider: Provider, browse: Browse, lumen: Brand, client: FlaskClient, order: tuple[str, ...]
) -> None:
    charge = paid(provider, browse, lumen)
    about = {"id": "dp_1", "payment_intent": charge["payment_intent"], "amount": 25_000, "currency": "eur"}
    for kind in order:
        status = "won" if kind == "closed" else "needs_response"
        bring(client, event(f"charge.dispute.{kind}", about | {"status": status}, id=f"evt_{kind}"))
        handle()
    kinds = db.session.scalars(select(TopUpReturn.kind).order_by(TopUpReturn.id)).all()
    assert (kinds, cash(lumen)) == (["dispute", "dispute_won"], 25_000)


def test_an_inquiry_moves_no_money(provider: Provider, browse: Browse, lumen: Brand, client: FlaskClient) -> None:
    charge = paid(provider, browse, lumen)
    about = {"id": "dp_1", "payment_intent": charge["payment_intent"], "amount": 25_000, "currency": "eur"}
    for number, status in enumerate(("warning_needs_response", "warning_closed", "prevented")):
        bring(client, event("charge.dispute.updated", about | {"status": status}, id=f"evt_{number}"))
    handle()
    assert cash(lumen) == 25_000


def test_a_dispute_before_its_payment_is_tried_again_and_a_strangers_refund_is_none_of_ours(
    provider: Provider, browse: Browse, lumen: Brand, client: FlaskClient
) -> None:
    olga = browse("olga")
    go(olga, ask(olga, lumen))
    about = {"id": "dp_1", "payment_intent": "pi_1", "amount": 25_000, "currency": "eur", "status": "needs_response"}
    bring(client, event("charge.dispute.created", about))
    bring(client, event("charge.refunded", about | {"id": "ch_9", "amount_refunded": 5}, id="evt_2"))
    assert handle() == [("waiting", 1), ("handled", 1)]
    assert "not booked yet" in (db.session.scalars(select(WebhookEvent.error)).first() or "")
    told = session_of(the_checkout(), payment_status="paid")
    bring(client, event("checkout.session.completed", told, id="evt_3"))
    handle()
    assert [status for status, _ in handle()] == ["handled"] * 3
    assert cash(lumen) == 0
    assert len(db.session.scalars(select(Entry)).all()) == 2


@pytest.mark.parametrize("kind", ["completed", "async_payment_failed", "expired"])
def test_a_payment_that_nobody_knows_is_shown_and_one_of_somebody_else_is_not(
    provider: Provider, client: FlaskClient, kind: str
) -> None:
    told = {"id": "cs_1", "amount_total": 100, "currency": "eur", "payment_status": "unpaid"}
    bring(client, event(f"checkout.session.{kind}", told | {"metadata": {"shoe": "12"}}))
    unknown = told | {"metadata": {"checkout": "00000000-0000-4000-8000-000000000000"}}
    bring(client, event(f"checkout.session.{kind}", unknown, id="evt_2"))
    assert handle() == [("handled", 1), ("waiting", 1)]


def test_what_was_only_asked_for_ends_after_two_days(provider: Provider, lumen: Brand) -> None:
    now = datetime.now(UTC)
    for hours in (23, 49):
        checkouts.ask(lumen, 5000, "EUR", by=identity("olga"), at=now - timedelta(hours=hours))
    db.session.commit()
    sweep(now)
    sweep(now)
    rows = db.session.scalars(select(Checkout).order_by(Checkout.id).execution_options(populate_existing=True))
    assert [row.status for row in rows] == ["asked", "expired"]
