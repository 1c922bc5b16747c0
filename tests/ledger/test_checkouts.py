"""What a brand may ask to pay at Stripe, and what the database lets nobody do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, NotFound
from app.ledger import checkouts, told
from app.ledger.models import Checkout, Entry
from app.stripe_gateway import Stripe
from app.users.models import Brand
from config import settings
from tests.cast import Cast
from tests.payouts.at_once import at_once
from tests.payouts.people import identity
from tests.payouts.stripe_people import KEY, use_stripe
from tests.stripe_server import Provider

Browse = Callable[[str], FlaskClient]
AT = datetime(2026, 11, 15, 9, tzinfo=UTC)


@pytest.fixture
def nobody_there(cast: Cast) -> Iterator[None]:
    """Stripe is set up, and does not answer: nothing here needs it to."""
    before = settings()
    use_stripe(Provider(9))
    yield
    current_app.extensions["streamcut"] = before


def asked(brand: Brand, **more: datetime) -> Checkout:
    return checkouts.ask(brand, 5000, "EUR", by=identity("olga"), at=more.get("at", AT))


@pytest.mark.parametrize("amount", [0, -5, checkouts.LEAST - 1, checkouts.MOST + 1])
def test_one_payment_has_a_least_and_a_most(lumen: Brand, amount: int) -> None:
    with pytest.raises(BadInput, match=r"from €10\.00 to €50,000\.00"):
        checkouts.ask(lumen, amount, "EUR", by=identity("olga"), at=AT)


def test_a_currency_that_stripe_counts_otherwise_is_refused(lumen: Brand) -> None:
    with pytest.raises(BadInput, match="ISK can’t be paid at Stripe"):
        checkouts.ask(lumen, 5000, "ISK", by=identity("olga"), at=AT)


def test_each_payment_has_a_key_and_a_reference_of_its_own(lumen: Brand) -> None:
    rows = [asked(lumen) for _ in range(3)]
    assert len({row.key for row in rows}) == len({row.reference for row in rows}) == 3
    assert all(checkouts.may_go_on(row, AT + timedelta(hours=22)) for row in rows)
    assert not checkouts.may_go_on(rows[0], AT + timedelta(hours=23))


def test_a_payment_is_found_by_its_own_brand_only(cast: Cast, lumen: Brand) -> None:
    row = asked(lumen)
    assert checkouts.find(lumen, row.public_id) is row
    with pytest.raises(NotFound):
        checkouts.find(cast.brands["kettle"], row.public_id)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"amount": "", "currency": "EUR"}, "Fill in the amount."),
        ({"amount": "lots", "currency": "EUR"}, "is not an amount"),
        ({"amount": "9.99", "currency": "EUR"}, "One payment is from"),
        ({"amount": "25.00", "currency": "ISK"}, "Not a valid choice"),
        ({"amount": "25.00"}, "Not a valid choice"),
    ],
)
@pytest.mark.usefixtures("nobody_there")
def test_a_form_that_can_not_be_comes_back_with_a_sentence(
    browse: Browse, lumen: Brand, form: dict[str, str], sentence: str
) -> None:
    answer = browse("olga").post(f"/brands/{lumen.public_id}/funds/payments", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.scalar(select(Checkout.id)) is None


@pytest.mark.usefixtures("nobody_there")
def test_only_who_answers_for_the_money_is_offered_to_pay(browse: Browse, lumen: Brand) -> None:
    offer = "Top up by card, iDEAL or direct debit"
    page = f"/brands/{lumen.public_id}/funds"
    assert [offer in browse(name).get(page).text for name in ("olga", "bea", "audrey")] == [True, True, False]


def test_without_stripe_nothing_is_offered(browse: Browse, lumen: Brand) -> None:
    olga = browse("olga")
    assert "iDEAL" not in olga.get(f"/brands/{lumen.public_id}/funds").text
    answer = olga.post(f"/brands/{lumen.public_id}/funds/payments", data={"amount": "25.00", "currency": "EUR"})
    assert answer.status_code == 503
    assert db.session.scalar(select(Checkout.id)) is None


@pytest.mark.usefixtures("nobody_there")
def test_when_stripe_does_not_answer_it_can_be_gone_on_with(browse: Browse, lumen: Brand) -> None:
    olga = browse("olga")
    page = olga.post(f"/brands/{lumen.public_id}/funds/payments", data={"amount": "25.00", "currency": "EUR"}).location
    assert olga.get(f"{page}/go").status_code == 503
    assert "Pay at Stripe" in olga.get(page).text


def test_what_is_told_ten_times_at_once_is_booked_once(lumen: Brand) -> None:
    row = asked(lumen)
    number, reference = row.public_id, row.reference
    db.session.commit()
    what = told.Told("cs_1", reference, "pi_1", 5000, "EUR")
    assert at_once(10, lambda: told.paid(number, what, happened_at=AT, at=AT)) == [True] * 10
    back = told.Back("pi_1", "ch_1", 2000, "EUR", AT)
    assert at_once(10, lambda: told.refunded(back, at=AT)) == [True] * 10
    lost = told.Back("pi_1", "dp_1", 3000, "EUR", AT)
    assert at_once(10, lambda: told.disputed(lost, won=False, at=AT)) == [True] * 10
    entries = db.session.execute(select(Entry.kind, Entry.amount).order_by(Entry.id)).all()
    assert [tuple(entry) for entry in entries] == [("top_up", 5000), ("taken_back", 2000), ("taken_back", 3000)]


def test_an_old_payment_never_asks_stripe_again(lumen: Brand) -> None:
    row = asked(lumen)
    with pytest.raises(Exception, match="begin a new one"):
        checkouts.open_at_stripe(
            row, Stripe(KEY, "http://127.0.0.1:9", 1.0), title="x", page="x", at=AT + timedelta(days=1)
        )


@pytest.mark.parametrize("change", ["amount = amount + 1", "currency = 'USD'", "brand_id = 2", "key = 'x'"])
def test_what_was_asked_for_never_changes(lumen: Brand, change: str) -> None:
    asked(lumen)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw().execute(f"update checkout set {change}")


@pytest.mark.parametrize(
    ("columns", "values", "rule"),
    [
        ("amount, checkout_id", "5001, (select id from checkout)", "fk_top_up_checkout"),
        ("amount, checkout_id", "5000, null", "ck_top_up_decided"),
    ],
)
def test_nothing_is_approved_by_nobody_but_exactly_a_payment(
    lumen: Brand, columns: str, values: str, rule: str
) -> None:
    asked(lumen)
    with pytest.raises(psycopg.errors.IntegrityError, match=rule):
        raw().execute(
            "insert into top_up (brand_id, currency, received_on, reference, status, made_by, made_at, decided_at,"
            f" {columns}) select id, 'EUR', now(), 'x', 'approved', 1, now(), now(), {values} from brand"
            f" where id = {lumen.id}"
        )
