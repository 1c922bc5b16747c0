"""A creator opens an account at Stripe, is paid to it, unlinks it and opens another."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.database import db
from app.errors import Conflict
from app.payouts import obstacles
from app.payouts.jobs import send_by_stripe
from app.payouts.models import Obstacle
from app.payouts.sending import accounts, emptying
from app.payouts.sending.models import StripeAccount
from app.stripe_answers import Account
from app.stripe_gateway import Stripe
from app.users.models import Creator
from config import settings
from tests.cast import PASSWORD, Cast
from tests.payouts.people import identity
from tests.payouts.stripe_people import KEY, batch_by_stripe, go, payout_of, rail, use_stripe
from tests.stripe_server import Provider, running

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider's process."""
    with running(tmp_path_factory.mktemp("provider") / "books.db") as provider:
        yield provider


@pytest.fixture
def provider(bank: Provider, cast: Cast) -> Iterator[Provider]:
    """A provider that knows nobody."""
    before = settings()
    bank.tell(clear=True, secret=KEY, faults={}, clock=0)
    use_stripe(bank)
    yield bank
    current_app.extensions["streamcut"] = before


class Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects."""

    def redirect_request(self, *_: object) -> None:
        return None


def fill_in(address: str, answer: str) -> str:
    """Somebody answers on the provider's page; returns where it sends them."""
    opener = urllib.request.build_opener(Stay)
    with opener.open(address, timeout=10) as page:
        assert "no real money" in page.read().decode()
    with pytest.raises(urllib.error.HTTPError) as redirected:
        opener.open(address, urllib.parse.urlencode({"answer": answer}).encode(), timeout=10)
    with redirected.value as answered:
        return str(answered.headers["Location"])


def row(creator: Creator) -> StripeAccount:
    query = select(StripeAccount).where(StripeAccount.creator_id == creator.id).order_by(StripeAccount.id.desc())
    return db.session.scalars(query.limit(1).execution_options(populate_existing=True)).one()


def test_a_creator_goes_to_stripe_and_comes_back_ready(
    provider: Provider, mira: Creator, browse: Callable[[str], FlaskClient]
) -> None:
    home, browser = f"/creators/{mira.public_id}/stripe", browse("mira")
    assert "Open an account at Stripe" in browser.get(home).text
    assert browser.post(home, data={"password": "wrong"}).status_code == 422
    assert browser.post(home, data={"password": PASSWORD}).status_code == 302
    assert browser.post(home, data={"password": PASSWORD}).status_code == 302, "a second click asks for nothing"
    made = provider.tell(show=["v2.core.account"])["v2.core.account"]
    assert [one["id"] for one in made] == [row(mira).account]
    assert "Details missing" in browser.get(home).text
    assert accounts.pays(mira) is None

    went = browser.get(f"{home}/go").location
    back = fill_in(went, "yes")
    assert back == f"http://localhost:8000{home}/back"
    assert browser.get(f"{home}/back").status_code == 302
    assert "Your payouts go to this account" in browser.get(home).text
    assert accounts.pays(mira) is not None
    assert row(mira).status == "active"
    told = db.session.execute(text("select address, facts->>'iban' from letter where event = 'bank.changed'")).all()
    assert told == [("mira@cast.example", "your account at Stripe")]


def test_too_little_said_is_not_ready(provider: Provider, mira: Creator, browse: Callable[[str], FlaskClient]) -> None:
    home, browser = f"/creators/{mira.public_id}/stripe", browse("mira")
    browser.post(home, data={"password": PASSWORD})
    fill_in(browser.get(f"{home}/go").location, "no")
    browser.get(f"{home}/back")
    assert "needs more details" in browser.get(home).text
    assert accounts.pays(mira) is None


def test_a_closed_account_is_unlinked_and_replaced(
    provider: Provider, mira: Creator, browse: Callable[[str], FlaskClient]
) -> None:
    home, browser = f"/creators/{mira.public_id}/stripe", browse("mira")
    browser.post(home, data={"password": PASSWORD})
    first = row(mira).account
    provider.tell(do=[["close_account", first]])
    browser.get(f"{home}/back")
    assert "is closed" in browser.get(home).text
    assert browser.post(f"{home}/unlink", data={"password": PASSWORD}).status_code == 302
    browser.post(home, data={"password": PASSWORD})
    assert row(mira).account not in (None, first)


def test_a_lost_answer_opens_no_second_account(provider: Provider, mira: Creator) -> None:
    asked = accounts.ask(mira, by=identity("mira"), at=NOW)
    stripe = Stripe(KEY, provider.base, 2.0)
    provider.tell(faults={"reset_after": 1.0})
    with pytest.raises(Exception, match="has not answered"):
        accounts.open_at_stripe(asked, stripe, "m@cast.example", at=NOW)
    provider.tell(faults={})
    accounts.open_at_stripe(asked, stripe, "m@cast.example", at=NOW)
    assert [one["id"] for one in provider.tell(show=["v2.core.account"])["v2.core.account"]] == [asked.account]


def test_an_older_answer_changes_nothing_and_without_an_account_there_is_nothing_to_unlink(
    provider: Provider, mira: Creator, joon: Creator
) -> None:
    asked = accounts.ask(mira, by=identity("mira"), at=NOW)
    accounts.take_in(asked, Account("acct_1", "active", []), at=NOW, hold=timedelta())
    accounts.take_in(asked, Account("acct_1", "restricted", []), at=NOW - timedelta(seconds=1), hold=timedelta())
    assert asked.status == "active"
    with pytest.raises(Conflict, match="nothing to unlink"):
        accounts.unlink(joon, by=identity("joon"), at=NOW)


@pytest.mark.parametrize("status", ["restricted", "rejected", "unsupported", "closed"])
def test_an_account_that_takes_no_money_any_more_keeps_it_back_and_says_why(
    provider: Provider, mira: Creator, browse: Callable[[str], FlaskClient], status: str
) -> None:
    asked = accounts.ask(mira, by=identity("mira"), at=NOW)
    accounts.take_in(asked, Account("acct_1", "active", []), at=NOW, hold=timedelta())
    assert [each.code for each in obstacles.standing(mira, settings(), at=LATER)] == []
    accounts.take_in(asked, Account("acct_1", status, []), at=LATER, hold=timedelta())
    assert [each.code for each in obstacles.standing(mira, settings(), at=LATER)] == [Obstacle.STRIPE_NOT_READY]
    db.session.commit()
    page = browse("mira").get(f"/creators/{mira.public_id}/payouts").text
    assert "Stripe account not ready" in page
    assert "complete what Stripe asks for" in page
    accounts.take_in(asked, Account("acct_1", "active", []), at=LATER, hold=timedelta())
    assert [each.code for each in obstacles.standing(mira, settings(), at=LATER)] == []


def test_without_keys_the_page_says_that_payouts_go_to_the_bank(
    cast: Cast, mira: Creator, browse: Callable[[str], FlaskClient]
) -> None:
    assert "not set up" in browse("mira").get(f"/creators/{mira.public_id}/stripe").text


# -- unlinking an account that can't be paid out --


def sent_and_closed(provider: Provider, cast: Cast) -> str:
    """Mira was sent 50.00, which lies on her account, and closed it; the account."""
    provider.tell(fund={"eur": 100_000})
    batch_by_stripe(cast, provider)
    assert go(rail(provider)) == 2
    account = payout_of("mira").account or ""
    provider.tell(do=[["close_account", account]])
    mira = cast.creators["mira"]
    accounts.look(row(mira), Stripe(KEY, provider.base, 2.0), at=datetime.now(UTC), hold=timedelta())
    db.session.commit()
    return account


def unlink(cast: Cast, browse: Callable[[str], FlaskClient]) -> str:
    """Mira asks for it on her page; what the page says then."""
    home, browser = f"/creators/{cast.creators['mira'].public_id}/stripe", browse("mira")
    assert "is brought back first" in browser.get(home).text
    assert browser.post(f"{home}/unlink", data={"password": PASSWORD}).status_code == 302
    return str(browser.get(home).text)


def letters(event: str) -> list[str]:
    query = text("select facts->>'sums' from letter where event = :event order by id")
    return list(db.session.scalars(query, {"event": event}))


def test_what_lies_on_a_closed_account_is_brought_back_before_it_is_unlinked(
    provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    account, mira = sent_and_closed(provider, cast), cast.creators["mira"]
    assert "It is being unlinked" in unlink(cast, browse)
    assert accounts.current(mira) is not None
    before = provider.balance()
    send_by_stripe(lambda: False)
    assert (provider.balance(account), provider.balance()) == (0, before + 5_000)
    assert (payout_of("mira").status, payout_of("mira").code) == ("returned", "REVERSED")
    assert accounts.current(mira) is None
    assert letters("stripe.left") == []
    assert send_by_stripe(lambda: False) == 0
    assert payout_of("joon").status == "paid", "another's money stays"


def test_asking_twice_is_asking_once(provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]) -> None:
    sent_and_closed(provider, cast)
    unlink(cast, browse)
    browse("mira").post(f"/creators/{cast.creators['mira'].public_id}/stripe/unlink", data={"password": PASSWORD})
    send_by_stripe(lambda: False)
    assert db.session.scalar(text("select count(*) from transfer_reversal")) == 1


def test_a_killed_worker_brings_it_back_once(
    provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    account = sent_and_closed(provider, cast)
    unlink(cast, browse)
    stripe = Stripe(KEY, provider.base, 2.0)
    assert emptying.work(stripe, lambda: datetime.now(UTC)) == 1  # and dies
    assert emptying.work(stripe, lambda: datetime.now(UTC)) == 0, "the reversal is open"
    send_by_stripe(lambda: False)
    assert provider.balance(account) == 0
    assert accounts.current(cast.creators["mira"]) is None


def test_what_has_reached_the_bank_is_not_asked_for(
    provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    account = sent_and_closed(provider, cast)
    provider.tell(pay_out=[[account, "eur"]])
    unlink(cast, browse)
    send_by_stripe(lambda: False)
    assert payout_of("mira").status == "paid"
    assert accounts.current(cast.creators["mira"]) is None
    assert letters("stripe.left") == []


def test_a_part_that_no_transfer_fits_is_for_finance_to_look_after(
    provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    account = sent_and_closed(provider, cast)
    provider.tell(book=[[account, "eur", -1_000]])
    unlink(cast, browse)
    send_by_stripe(lambda: False)
    assert payout_of("mira").status == "paid"
    assert accounts.current(cast.creators["mira"]) is None
    assert set(letters("stripe.left")) == {"€40.00"}


def test_an_account_that_can_be_paid_out_is_unlinked_at_once_and_keeps_its_money(
    provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    provider.tell(fund={"eur": 100_000})
    batch_by_stripe(cast, provider)
    go(rail(provider))
    mira = cast.creators["mira"]
    browser, home = browse("mira"), f"/creators/{mira.public_id}/stripe"
    assert "stays yours" in browser.get(home).text
    browser.post(f"{home}/unlink", data={"password": PASSWORD})
    assert accounts.current(mira) is None
    assert payout_of("mira").status == "paid"


def test_as_long_as_stripe_does_not_answer_it_stays_linked(
    provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    sent_and_closed(provider, cast)
    unlink(cast, browse)
    provider.tell(faults={"error_before": 1.0})
    assert emptying.work(Stripe(KEY, provider.base, 2.0), lambda: datetime.now(UTC)) == 0
    provider.tell(faults={})
    assert accounts.current(cast.creators["mira"]) is not None
