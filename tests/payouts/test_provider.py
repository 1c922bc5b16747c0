"""Stripe's books against ours: every movement kept once, matched by reference, then by amount and day; fees booked; and
what differs stays on a page until somebody says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound, Unavailable
from app.ledger.models import Entry
from app.payouts.jobs import reconcile_stripe
from app.payouts.provider import fees, fetching, positions
from app.payouts.provider.models import ProviderMovement
from app.payouts.reports import confirming, reconciliation
from app.payouts.reports.models import BankReportLine
from app.payouts.sending import cancel
from app.stripe_gateway import Stripe
from app.users.models import Brand
from config import settings
from tests.cast import Cast
from tests.integrations.test_checkouts import click
from tests.payouts.books import balances
from tests.payouts.books import bank as bank_details
from tests.payouts.people import identity
from tests.payouts.provider_books import charge_of, faults, night, open_ones, paid, pay, refund, sums, tell
from tests.payouts.reports.messages import OURS, Booked, statement
from tests.payouts.reports.test_reports import bring, take_over
from tests.payouts.stripe_people import KEY, batch_by_stripe, go, payout_of, rail, transfers_of, use_stripe
from tests.payouts.test_pages import said
from tests.stripe_server import Provider, running

Browse = Callable[[str], FlaskClient]
FUNDED = 100_000


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider's process."""
    with running(tmp_path_factory.mktemp("provider") / "books.db") as provider:
        yield provider


@pytest.fixture
def provider(bank: Provider, cast: Cast) -> Iterator[Provider]:
    """A provider that takes 1.5 % and 25 cents of each payment, with 1,000.00 of ours from our bank."""
    before = settings()
    bank.tell(clear=True, secret=KEY, faults={}, clock=0, limit=0, fee="150:25", fund={"eur": FUNDED})
    use_stripe(bank)
    yield bank
    bank.tell(fee="")
    current_app.extensions["streamcut"] = before


def movements() -> int:
    return db.session.scalar(select(func.count()).select_from(ProviderMovement)) or 0


def at_the_provider() -> int:
    """The balance at the provider, as its movements add up."""
    return int(db.session.scalar(select(func.sum(ProviderMovement.net))) or 0)


# -- what is fetched --


def test_every_movement_is_kept_once_and_adds_up_to_the_providers_balance(provider: Provider, lumen: Brand) -> None:
    paid(provider, lumen)
    assert "2 movements at Stripe are new, 1 fees were booked; 1 sums differ" in night()
    assert (movements(), at_the_provider()) == (2, provider.balance())
    assert provider.balance() == FUNDED + 25_000 - 400
    assert "0 movements at Stripe are new, 0 fees were booked" in night()
    paid(provider, lumen, 1000)
    night()
    assert (movements(), at_the_provider()) == (3, provider.balance())


def test_more_than_a_page_is_fetched_through_the_cursor_a_day_at_a_time(provider: Provider, cast: Cast) -> None:
    made = {"do": [["fund", "eur", amount] for amount in range(1, 251)]}
    provider.tell(**made)
    provider.tell(clock=3 * 24 * 3600, **made)
    later = datetime.now(UTC) + timedelta(days=3, seconds=2)
    reconcile_stripe(later, days=5)
    known = fetching.known()
    assert known is not None
    assert known.until < later, "the first time goes back a month, and was to stop after five days"
    while known.until < later.replace(microsecond=0):
        reconcile_stripe(later, days=10)
        known = fetching.known() or known
    assert movements() == 501
    provider.tell(clock=0)


def test_a_night_that_is_cut_off_goes_on_where_it_was(provider: Provider, lumen: Brand) -> None:
    paid(provider, lumen)
    provider.tell(faults={"error_before": 1.0})
    with pytest.raises(Unavailable):
        reconcile_stripe(datetime.now(UTC))
    db.session.rollback()
    provider.tell(faults={})
    assert "2 movements at Stripe are new" in night()


def test_before_stripe_was_asked_the_page_does_not_say_that_all_is_well(provider: Provider, browse: Browse) -> None:
    page = browse("mo").get("/finance/reconciliation/stripe").text
    assert "There is nothing to compare before Stripe has been asked." in page
    assert "Nothing is open" not in page
    night()
    page = browse("mo").get("/finance/reconciliation/stripe").text
    assert "There is nothing to compare" not in page


def test_what_differs_at_stripe_is_among_finances_to_dos(provider: Provider, lumen: Brand, browse: Browse) -> None:
    assert "Differences at Stripe" not in browse("mo").get("/finance").text
    night()
    assert "Differences at Stripe: 1" in browse("mo").get("/finance").text


def test_without_stripe_nothing_is_asked(cast: Cast) -> None:
    assert reconcile_stripe(datetime.now(UTC)) == "Stripe is not set up."


def test_a_movement_is_never_changed_nor_deleted(provider: Provider, lumen: Brand) -> None:
    paid(provider, lumen)
    night()
    for verb in ("update provider_movement set amount = 1, net = 1 - fee", "delete from provider_movement"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw().execute(verb)
        db.session.rollback()


# -- what is matched --


def test_payments_refunds_disputes_transfers_and_reversals_match_by_reference(provider: Provider, cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    first, second = paid(provider, lumen), paid(provider, lumen, 30_000)
    refund(provider, first, 5_000)
    refund(provider, first, 2_000)
    from app.ledger import told
    from app.ledger.told import Back

    charge = charge_of(provider, second)
    provider.tell(do=[["dispute", charge["id"]]])
    dispute = provider.tell(show=["dispute"])["dispute"][0]
    at = datetime.now(UTC)
    about = Back(charge["payment_intent"], dispute["id"], dispute["amount"], "EUR", at)
    assert told.disputed(about, won=False, at=at)
    batch_by_stripe(cast, provider)
    assert go(rail(provider)) == 2
    cancel.ask(payout_of("joon").public_id, "Paid by mistake", by=identity("mo"), at=datetime.now(UTC))
    db.session.commit()
    assert cancel.work(Stripe(KEY, provider.base, 2.0), lambda: datetime.now(UTC)) == 1
    night()
    assert sums() == [("platform_top_up", FUNDED, None)]
    assert at_the_provider() == provider.balance()
    click(provider.base + "/", deed="win_dispute", about=dispute["id"])
    night()
    assert ("dispute", 0, -30_000) in sums()
    assert told.disputed(about, won=True, at=datetime.now(UTC))
    db.session.commit()
    night()
    assert sums() == [("platform_top_up", FUNDED, None)]


def test_what_only_stripe_knows_is_open_until_we_are_told(provider: Provider, lumen: Brand) -> None:
    row = pay(provider, lumen)
    night()
    assert ("payment", 25_000, None) in sums()
    (found,) = [each for each in open_ones() if each.kind == "payment"]
    assert "see whether its event waits under “Integrations”" in found.advice
    top_up = tell(provider, row)
    assert ("payment", 25_000, None) not in sums()
    refund(provider, top_up, 1_000, told_of=False)
    night()
    assert ("refund", -1_000, None) in sums()


def test_a_part_that_we_were_not_told_of_shows_as_other_sums(provider: Provider, lumen: Brand) -> None:
    top_up = paid(provider, lumen)
    refund(provider, top_up, 1_000)
    refund(provider, top_up, 500, told_of=False)
    night()
    (found,) = [each for each in open_ones() if each.kind == "refund"]
    assert (found.theirs, found.ours, found.difference) == (-1_500, -1_000, -500)
    assert (found.object, found.public_id) == ("top_up", top_up.public_id)
    assert "compare each part" in found.advice


def test_what_only_we_know_is_open(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    go(rail(provider))
    raw().execute("update transfer set reversed = 1000 where payout_id = %s", [payout_of("mira").id])
    db.session.commit()
    night()
    (found,) = [each for each in open_ones() if each.kind == "transfer_reversal"]
    assert (found.there, found.here, found.ours) == (False, True, 1_000)
    assert "look there whether it happened" in found.advice


def test_a_transfer_that_nobody_of_us_made_is_told(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    account = payout_of("mira").account
    provider.tell(do=[["transfer", {"amount": 777, "currency": "eur", "destination": account}]])
    night()
    (found,) = [each for each in open_ones() if each.kind == "transfer"]
    assert (found.theirs, found.here) == (-777, False)
    assert "ask who made it at Stripe, at once" in found.advice


def test_a_refused_payment_that_was_recorded_by_hand_is_found_by_amount_and_day(
    provider: Provider, lumen: Brand
) -> None:
    row = pay(provider, lumen)
    session = provider.tell(show=["checkout.session"])["checkout.session"][0]
    from app.ledger import funding, told
    from app.ledger.told import Told

    now = datetime.now(UTC)
    other = Told(row.session or "", row.reference, session["payment_intent"], 26_000, "EUR")  # not what was asked for
    assert told.paid(row.public_id, other, happened_at=now, at=now)
    db.session.commit()
    night()
    (found,) = [each for each in open_ones() if each.kind == "payment"]
    assert (found.object, found.public_id) == ("checkout", row.public_id)
    assert "came and was not booked" in found.advice
    by_hand = funding.record(
        lumen, 25_000, "EUR", received_on=now.date(), reference="by hand", by=identity("mo"), at=now
    )
    funding.decide(by_hand.public_id, approve=True, by=identity("che"), at=now)
    db.session.commit()
    assert [each for each in open_ones() if each.kind == "payment"] == []
    (fits,) = positions.positions("by_day")
    assert (fits.object, fits.public_id, fits.by_day) == ("top_up", by_hand.public_id, True)
    second = funding.record(lumen, 25_000, "EUR", received_on=now.date(), reference="two", by=identity("mo"), at=now)
    funding.decide(second.public_id, approve=True, by=identity("che"), at=now)
    db.session.commit()
    assert len([each for each in open_ones() if each.kind == "payment"]) == 1, "two fit: neither is meant for sure"


# -- notes --


def settle(found: positions.Position, note: str, **sums: int) -> None:
    seen = (sums.get("theirs", found.theirs), sums.get("ours", found.ours))
    about = (found.kind, found.about, found.currency)
    positions.settle(*about, sums=seen, note=note, by=identity("mo"), at=datetime.now(UTC))
    db.session.commit()


def test_a_note_settles_a_difference_until_a_sum_moves(provider: Provider, lumen: Brand) -> None:
    top_up = paid(provider, lumen)
    refund(provider, top_up, 500, told_of=False)
    night()
    (found,) = [each for each in open_ones() if each.kind == "refund"]
    with pytest.raises(BadInput):
        settle(found, "  ")
    with pytest.raises(Conflict, match="have moved"):
        settle(found, "Asked Stripe", theirs=-400)
    settle(found, "Asked Stripe")
    assert [each.kind for each in open_ones()] == ["platform_top_up"]
    (noted,) = positions.positions("noted")
    assert (noted.note, noted.noter) == ("Asked Stripe", "Mo")
    with pytest.raises(Conflict, match="already"):
        settle(found, "Once more")
    db.session.rollback()
    refund(provider, top_up, 100, told_of=False)
    night()
    assert ("refund", -600, None) in sums()
    assert positions.positions("noted") == []


def test_what_does_not_differ_can_not_be_noted(provider: Provider, lumen: Brand) -> None:
    paid(provider, lumen)
    night()
    with pytest.raises(NotFound):
        positions.find("payment", "pi_nothing", "EUR")
    with pytest.raises(NotFound):
        positions.find("payment", "pi_\x00", "EUR")


# -- fees --


def test_fees_lower_what_the_platform_earned_in_the_books_of_the_brand(provider: Provider, cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    top_up = paid(provider, lumen)
    provider.tell(charge_fee={"eur": 900})
    night()
    assert balances()["platform_revenue", lumen.id, 0] == -400
    assert balances()["platform_revenue", 0, 0] == -900
    assert balances()["bank", lumen.id, 0] == -25_000 + 400
    (month,) = fees.months("UTC")
    assert (month.volume, month.payments, month.cost, month.booked, month.waiting) == (25_000, 1, 1300, 1300, 0)
    provider.tell(do=[["dispute", charge_of(provider, top_up)["id"]]])
    night()
    (month,) = fees.months("UTC")
    assert (month.cost, month.waiting) == (3300, 2000), "the dispute is not known here yet: its fee waits for the brand"
    raw().execute("commit")
    assert "1 fees were booked" in night(ahead=timedelta(days=4))
    assert balances()["platform_revenue", 0, 0] == -2900


def test_a_fee_is_booked_once_whoever_comes(provider: Provider, lumen: Brand) -> None:
    paid(provider, lumen)
    fetching.fetch(Stripe(KEY, provider.base, 2.0), at=datetime.now(UTC) + timedelta(seconds=2))
    now = datetime.now(UTC)
    assert [fees.book(at=now), fees.book(at=now)] == [1, 0]
    db.session.commit()
    assert db.session.scalar(select(func.count()).where(Entry.kind == "provider_fee")) == 1
    assert faults() == []


def test_only_fees_of_the_provider_stand_in_the_platforms_own_books(app: object, cast: Cast) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="ck_entry_brand"):
        raw().execute(
            "insert into entry (brand_id, debit, credit, amount, currency, kind, cause, seq, occurred_at, recorded_at)"
            " values (0, 'bank', 'brand_funds', 5, 'EUR', 'top_up', 1, 1, now(), now())"
        )
    db.session.rollback()
    with pytest.raises(psycopg.errors.CheckViolation, match="ck_entry_accounts"):
        raw().execute(
            "insert into entry (brand_id, debit, credit, amount, currency, kind, cause, seq, occurred_at, recorded_at)"
            " values (0, 'bank', 'brand_funds', 5, 'EUR', 'provider_fee', 1, 1, now(), now())"
        )


# -- the platform's own bank --


@pytest.fixture
def our_account(cast: Cast) -> None:
    """The platform has a bank account."""
    bank_details(None, OURS)
    db.session.commit()


def booked(amount: str, *, credit: bool, text: str = "") -> bytes:
    day = datetime.now(UTC).date().isoformat()
    return statement([Booked(amount, credit=credit, name="Stripe", text=text or "STRIPE", day=day)])


@pytest.mark.usefixtures("our_account")
def test_a_payout_of_stripe_is_found_on_the_banks_statement_and_is_no_brands_money(
    provider: Provider, cast: Cast
) -> None:
    provider.tell(pay_out=[["platform", "eur"]])
    night()
    assert sums() == [("platform_payout", -FUNDED, None), ("platform_top_up", FUNDED, None)]
    now = datetime.now(UTC) + timedelta(minutes=1)
    take_over(bring(booked("1000.00", credit=True)), at=now)
    assert sums() == [("platform_top_up", FUNDED, None)]
    (line,) = db.session.scalars(select(BankReportLine)).all()
    assert db.session.scalars(reconciliation.unmatched()).all() == []
    with pytest.raises(Exception, match="between Stripe and us"):
        confirming.assign(line.public_id, cast.brands["lumen"], reason="It is theirs", by=identity("mo"), at=now)
    db.session.rollback()
    take_over(bring(booked("1000.00", credit=False, text="to Stripe")), at=now)
    assert sums() == []
    assert faults() == []


@pytest.mark.usefixtures("our_account")
def test_a_payout_that_the_bank_returned_needs_no_statement(provider: Provider, cast: Cast) -> None:
    payout = provider.tell(pay_out=[["platform", "eur"]])["paid_out"][0]["id"]
    provider.tell(do=[["fail_payout", payout]])
    night()
    assert sums() == [("platform_top_up", FUNDED, None)]
    take_over(bring(booked("1000.00", credit=True)), at=datetime.now(UTC) + timedelta(minutes=1))
    assert len(db.session.scalars(reconciliation.unmatched()).all()) == 1


@pytest.mark.usefixtures("our_account")
def test_two_payouts_of_one_amount_are_told_apart_by_stripes_number_only(provider: Provider, cast: Cast) -> None:
    first = provider.tell(pay_out=[["platform", "eur"]])["paid_out"][0]["id"]
    provider.tell(fund={"eur": FUNDED}, pay_out=[["platform", "eur"]])
    night()
    now = datetime.now(UTC) + timedelta(minutes=1)
    take_over(bring(booked("1000.00", credit=True)), at=now)
    assert sums().count(("platform_payout", -FUNDED, None)) == 2
    take_over(bring(booked("1000.00", credit=True, text=f"STRIPE {first}")), at=now)
    assert sums().count(("platform_payout", -FUNDED, None)) == 0, "once one is named, the other is the only one left"


# -- batches --


def test_a_batch_by_stripe_closes_at_zero_against_stripes_books(provider: Provider, cast: Cast) -> None:
    batch = batch_by_stripe(cast, provider)
    (found,) = reconciliation.accounts(batch=batch)
    assert (found.rail, found.waiting) == ("stripe", 2)
    with pytest.raises(Exception, match="not known for every payout"):
        reconciliation.close(batch.public_id, "stripe", note="", by=identity("mo"), at=datetime.now(UTC))
    db.session.rollback()
    go(rail(provider))
    (found,) = reconciliation.accounts(batch=batch)
    assert (found.difference, found.mismatches, found.is_even) == (8_000, 2, False)
    assert "fetch Stripe’s movements" in reconciliation.mismatches(found)[0].advice
    night()
    (found,) = reconciliation.accounts(batch=batch)
    assert (found.booked, found.difference, found.is_even) == (8_000, 0, True)
    closing = reconciliation.close(batch.public_id, "stripe", note="", by=identity("mo"), at=datetime.now(UTC))
    db.session.commit()
    assert (closing.rail, closing.difference, closing.note) == ("stripe", 0, None)


def test_what_was_brought_back_in_part_closes_with_a_note_only(provider: Provider, cast: Cast) -> None:
    batch = batch_by_stripe(cast, provider)
    go(rail(provider))
    provider.tell(do=[["reverse", transfers_of("mira")[0].provider_id, {"amount": 1_000}]])
    night()
    (found,) = reconciliation.accounts(batch=batch)
    assert (found.booked, found.back, found.difference, found.mismatches) == (7_000, 1_000, 1_000, 1)
    assert "A part was brought back" in reconciliation.mismatches(found)[0].advice
    with pytest.raises(BadInput, match="Both sides differ"):
        reconciliation.close(batch.public_id, "stripe", note="", by=identity("mo"), at=datetime.now(UTC))
    db.session.rollback()
    closing = reconciliation.close(
        batch.public_id, "stripe", note="Mira keeps 40.00", by=identity("mo"), at=datetime.now(UTC)
    )
    assert (closing.difference, closing.note) == (1_000, "Mira keeps 40.00")


# -- pages --


def test_finance_sees_what_differs_notes_it_and_fetches_by_web_alone(
    provider: Provider, cast: Cast, browse: Browse
) -> None:
    pay(provider, cast.brands["lumen"])
    mo = browse("mo")
    page = "/finance/reconciliation/stripe"
    assert "Stripe was not asked yet" in said(mo, page)
    for _ in range(12):  # a month, three days at a time, and what happened this second
        mo.post(page)
    provider.tell(charge_fee={"eur": 900})
    night()
    shown = said(mo, page)
    assert "No payment of ours" in shown
    assert "€250.00" in shown
    assert "€13.00" in shown, "what Stripe keeps this month"
    link = next(each for each in re.findall(r'href="([^"]*difference[^"]*)"', shown) if "kind=payment" in each)
    one = said(mo, link.replace("&amp;", "&"))
    assert "Movements at Stripe" in one
    form = dict(re.findall(r'name="(kind|about|currency|theirs|ours)"[^>]* value="([^"]*)"', one))
    assert form["theirs"] == "25000"
    assert mo.post(f"{page}/difference", data=form | {"reason": ""}).status_code == 422
    answer = mo.post(f"{page}/difference", data=form | {"reason": "Olga will tell"})
    assert answer.status_code == 302, answer.text
    assert "No payment of ours" not in said(mo, page)
    assert "Olga will tell" in said(mo, f"{page}?state=noted")
