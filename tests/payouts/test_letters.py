"""Letters about money: who gets which, once, in which words; and what waits for a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.database import db
from app.ledger import funding
from app.notifications.rendering import render
from app.outbox import CHUNK, Event, Letter, Reader, write_all
from app.payouts import holds, transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD
from app.payouts.models import PayoutBatch
from app.security import Role
from tests.cast import Cast
from tests.payouts.books import AT, IBANS, bank, earn, fund
from tests.payouts.people import become, hand_over, identity
from tests.payouts.test_handover import PAY_DAY, approve, assembled, mark
from tests.payouts.test_pages import said

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def market(cast: Cast) -> Cast:
    """Mira has 50.00 to come and an account; joon 30.00 and none."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    bank(cast.creators["mira"], by=cast.people["sam"].id)
    for name, amount in (("mira", 5000), ("joon", 3000)):
        earn(cast.brands["lumen"], cast.creators[name], amount)
    db.session.commit()
    return cast


@pytest.fixture
def frozen() -> Iterator[None]:
    """A Sunday in November."""
    with time_machine.travel(AT, tick=True):
        yield


def letters(event: str) -> dict[str, tuple[str, str]]:
    """Whoever has a letter of the event: its subject and text."""
    query = select(Letter).where(Letter.event == event).order_by(Letter.id)
    return {letter.address.split("@")[0]: render(letter) for letter in db.session.scalars(query)}


def test_a_batch_asks_those_who_may_approve_it_and_not_its_maker(market: Cast) -> None:
    become("mo", Role.FINANCE_CHECKER)
    batch = assembled()
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    assert set(letters("batch.waiting")) == {"che"}
    subject, body = letters("batch.waiting")["che"]
    assert subject == f"Batch {batch.number} waits for your approval"
    assert "€50.00 in total" in body.replace("\N{NO-BREAK SPACE}", " ")
    assert f"/finance/batches/{batch.public_id}" in body


def test_a_batch_submitted_anew_asks_anew(market: Cast) -> None:
    batch = assembled()
    for minutes in (0, 10):
        approval.submit(batch.public_id, by=identity("mo"), at=AT + timedelta(minutes=minutes), bank_hold=BANK_HOLD)
        approval.recall(batch.public_id, reason="no", by=identity("mo"), at=AT + timedelta(minutes=minutes + 5))
    assert len(db.session.scalars(select(Letter).where(Letter.event == "batch.waiting")).all()) == 2


def test_a_top_up_asks_those_who_may_approve_it(market: Cast) -> None:
    funding.record(
        market.brands["lumen"], 12345, "EUR", received_on=AT.date(), reference="RF1", by=identity("mo"), at=AT
    )
    (letter,) = letters("top_up.waiting").values()
    assert set(letters("top_up.waiting")) == {"che"}
    assert "€123.45, reference “RF1”" in letter[1].replace("\N{NO-BREAK SPACE}", " ")


def test_who_is_passed_over_hears_why_and_what_to_do(market: Cast) -> None:
    approve(assembled())
    assert set(letters("payout.skipped")) == {"joon"}
    subject, body = letters("payout.skipped")["joon"]
    assert subject.replace("\N{NO-BREAK SPACE}", " ") == "€30.00 was not paid this time"
    assert "enter it, so that you can be paid" in body


def test_who_waits_for_a_brands_money_hears_which_brand(market: Cast) -> None:
    earn(market.brands["kettle"], market.creators["mira"], 7000, currency="EUR")
    holds.place(market.creators["joon"], "to be checked", by=identity("mo"), at=AT)
    earn(market.brands["kettle"], market.creators["joon"], 6000, currency="EUR")
    approve(assembled())
    skipped = letters("payout.skipped")
    name = market.brands["kettle"].name
    assert f"that Mira Live earned with {name} is not in this payout" in skipped["mira"][1]
    assert "This brand had not sent enough money" in skipped["mira"][1]
    assert "Not all brands you sold for had sent enough money" in skipped["joon"][1]


def test_too_little_money_is_no_letter_each_month(market: Cast) -> None:
    earn(market.brands["lumen"], market.creators["joon"], -2900)
    bank(market.creators["joon"], IBANS[1], by=market.people["sam"].id)
    approve(assembled())
    assert letters("payout.skipped") == {}


def test_paid_returned_and_failed_are_told_with_the_cure(market: Cast) -> None:
    batch = approve(assembled())
    hand_over(batch, at=AT)
    transfers.mark_rest_paid(batch, by=identity("mo"), at=PAY_DAY)
    assert set(letters("payout.paid")) == {"mira", "ada"}  # her agent too
    subject, body = letters("payout.paid")["mira"]
    assert subject.replace("\N{NO-BREAK SPACE}", " ") == "You were paid €50.00"
    assert "on 16 November 2026, to the account NL•• •••• 4300" in body
    mark(batch, "mira", "returned", "AC04 account closed")
    body = letters("payout.returned")["mira"][1]
    assert "AC04 account closed" in body
    assert "This account is closed: enter another one" in body


def test_more_letters_than_one_statement_takes_are_written_once_each(market: Cast) -> None:
    readers = [Reader(f"{number}@cast.example", "en") for number in range(2 * CHUNK + 1)]
    letters_ = [(Event("payout.held", "payout_hold", 1), [reader], {"creator": "Mira"}) for reader in readers]
    for _ in range(2):
        write_all(letters_, at=AT)
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 2 * CHUNK + 1


@pytest.mark.parametrize(
    ("reason", "cure"),
    [
        ("AC01", "Compare the IBAN"),
        ("BE01", "Enter the name exactly"),
        ("MD07", "Enter another account"),
        ("BE06x", "Compare name and IBAN"),
        ("TM01", "nothing for you to do"),
    ],
)
def test_a_failed_payout_says_what_helps(market: Cast, reason: str, cure: str) -> None:
    batch = approve(assembled())
    hand_over(batch, at=AT)
    mark(batch, "mira", "failed", reason)
    assert cure in letters("payout.failed")["mira"][1]


def test_a_hold_is_told_without_finances_reason(market: Cast) -> None:
    holds.place(market.creators["mira"], "Suspected fraud", by=identity("che"), at=AT)
    subject, body = letters("payout.held")["mira"]
    assert subject == "Your payouts are on hold"
    assert "fraud" not in body


def test_letters_about_money_speak_the_readers_language(market: Cast) -> None:
    db.session.execute(text("update person set language = 'nl' where email = 'mira@cast.example'"))
    db.session.expire_all()
    batch = approve(assembled())
    hand_over(batch, at=AT)
    mark(batch, "mira", "failed", "AC04")
    subject, body = letters("payout.failed")["mira"]
    assert "mislukt" in subject
    assert "Deze rekening is opgeheven: vul een andere in" in body


def test_nothing_is_told_of_what_was_not_stored(market: Cast) -> None:
    batch = approve(assembled())
    hand_over(batch, at=AT)
    transfers.mark_rest_paid(batch, by=identity("mo"), at=PAY_DAY)
    db.session.rollback()
    assert letters("payout.paid") == {}


# -- what to do next --


def test_the_checker_finds_the_waiting_batch_on_the_first_page_and_its_maker_does_not(
    browse: Browse, market: Cast, frozen: None
) -> None:
    become("mo", Role.FINANCE_CHECKER)
    batch = assembled()
    assert f"Look through batch {batch.number} and ask for approval" in said(browse("mo"), "/finance")
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    db.session.commit()
    assert f"Approve or reject batch {batch.number}" in said(browse("che"), "/finance")
    assert "Approve or reject batch" not in said(browse("mo"), "/finance")


def test_an_approved_batch_waits_for_its_download_then_for_the_bank(browse: Browse, market: Cast, frozen: None) -> None:
    batch: PayoutBatch = approve(assembled())
    assert f"Download batch {batch.number} for the bank" in said(browse("mo"), "/finance")
    hand_over(batch, at=AT)
    db.session.commit()
    assert f"Mark what became of batch {batch.number}" in said(browse("mo"), "/finance")


# -- mail of the demo --


def test_a_demo_shows_its_letters_with_the_address_it_is_reached_by(
    browse: Browse, market: Cast, owner_connection: psycopg.Connection[Any]
) -> None:
    holds.place(market.creators["mira"], "asked", by=identity("che"), at=AT)
    db.session.commit()
    number = db.session.scalars(select(Letter.id).where(Letter.address == "mira@cast.example")).one()
    path = f"/admin/letters/{number}"
    adam = browse("adam")
    assert adam.get(path).status_code == 404
    assert f'href="{path}"' not in said(adam, "/admin/letters")
    owner_connection.execute("update market set demo = true")
    owner_connection.commit()
    assert f'href="{path}"' in said(adam, "/admin/letters")
    page = adam.get(path, base_url="http://localhost:8123")
    assert "Your payouts are on hold" in page.text
    assert f"http://localhost:8123/creators/{market.creators['mira'].public_id}/payouts" in page.text
    assert browse("audrey").get(path).status_code == 403
