"""What is worth a second look, in four levels, and the word that HIGH asks of the approver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import db, raw
from app.errors import BadInput
from app.payouts import transfers
from app.payouts.batches import approval, risks
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import BatchApproval, PayoutBatch
from app.security import Role
from app.users.models import Creator
from config import settings
from tests.cast import BEGINNING, Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, charge, earn, fund
from tests.payouts.people import answer_of, approve_batch, become, checker, factor_used, hand_over, identity

Browse = Callable[[str], FlaskClient]
LATER = AT + timedelta(hours=2)


@pytest.fixture
def money(cast: Cast) -> Cast:
    """Two creators with accounts of their own, and a brand with money."""
    fund(cast.brands["lumen"], 100_000_000)
    bank(None, IBANS[3])
    for name, iban in (("mira", IBANS[0]), ("joon", IBANS[1])):
        bank(cast.creators[name], iban, by=cast.people["sam"].id)
    return cast


def earned(cast: Cast, **amounts: int) -> PayoutBatch:
    """A draft that pays them."""
    for name, amount in amounts.items():
        earn(cast.brands["lumen"], cast.creators[name], amount)
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1, by=identity("mo").person_id, at=AT)
    db.session.commit()
    return db.session.get_one(PayoutBatch, made)


def submit(batch: PayoutBatch) -> str:
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    db.session.commit()
    return (batch.fingerprint or b"").hex()


def paid(batch: PayoutBatch) -> None:
    submit(batch)
    approve_batch(batch, at=AT)
    hand_over(batch, at=AT)
    transfers.mark_rest_paid(batch, by=identity("mo"), at=AT + timedelta(days=1))
    db.session.commit()


def notes(batch: PayoutBatch) -> set[tuple[str, int, str, str]]:
    return {(note.creator, note.level, note.note, note.about) for note in risks.read(raw(), batch.id)}


def test_a_first_payout_is_low_and_a_second_is_nothing(money: Cast) -> None:
    first = earned(money, mira=5000)
    assert notes(first) == {("Mira Live", 2, "first", "")}
    paid(first)
    assert notes(earned(money, mira=5000)) == set()


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(7500, set()), (7501, {(2, "much_more")}), (2500, set()), (2499, {(1, "much_less")})],
)
def test_half_up_or_down_against_the_last_run(money: Cast, amount: int, expected: set[tuple[int, str]]) -> None:
    paid(earned(money, mira=5000))
    assert {(level, note) for _name, level, note, _about in notes(earned(money, mira=amount))} == expected


@pytest.mark.parametrize(("iban", "holder"), [(IBANS[2], "Mira Live"), (IBANS[0], "Mira live")])
def test_changed_bank_details_are_medium(money: Cast, iban: str, holder: str) -> None:
    paid(earned(money, mira=5000))
    bank(money.creators["mira"], iban, holder, at=AT - timedelta(days=9), by=money.people["sam"].id)
    assert ("Mira Live", 3, "bank_changed", "") in notes(earned(money, mira=5000))


def test_a_holder_of_another_name_is_low_and_the_legal_name_is_none(money: Cast) -> None:
    bank(money.creators["mira"], IBANS[0], "MIRA-LIVE", by=money.people["sam"].id)
    batch = earned(money, mira=5000)
    assert {note for _name, _level, note, _about in notes(batch)} == {"first"}
    bank(money.creators["mira"], IBANS[0], "Somebody Else", by=money.people["sam"].id)
    assert ("Mira Live", 2, "name_differs", "Somebody Else") in notes(batch)
    bank(money.creators["mira"], IBANS[0], "Mira Live B.V.", by=money.people["sam"].id)  # of tests/cast.py
    assert {note for _name, _level, note, _about in notes(batch)} == {"first"}


def test_the_largest_twentieth_is_info_where_there_are_enough(money: Cast) -> None:
    for number in range(20):
        creator = Creator(handle=f"c{number}", name=f"C{number}", country="NL", languages=["nl"])
        creator.timezone, creator.recorded_at = "Europe/Amsterdam", BEGINNING
        db.session.add(creator)
        db.session.flush()
        bank(creator, f"NL{number:02}TEST{number:010}", by=money.people["sam"].id)
        earn(money.brands["lumen"], creator, 1000 + number)
    assert [name for name, _level, note, _about in notes(earned(money)) if note == "large"] == ["C19"]


def test_one_person_behind_two_creators_is_medium(money: Cast) -> None:
    zoe = Creator(handle="zoe", name="Zoe", country="NL", languages=["nl"], timezone="Europe/Amsterdam")
    zoe.recorded_at = BEGINNING
    db.session.add(zoe)
    db.session.flush()
    checker("mira+zoe")
    become("mira+zoe", Role.CREATOR, creator_id=zoe.id)
    batch = earned(money, mira=5000)
    assert ("Mira Live", 3, "same_person", "Zoe") in notes(batch)


def test_an_agent_of_two_creators_is_nothing(money: Cast) -> None:
    become("ada", Role.AGENT, creator_id=money.creators["joon"].id)
    assert {note for _name, _level, note, _about in notes(earned(money, mira=5000))} == {"first"}


# -- HIGH --


@pytest.fixture
def shared(money: Cast) -> PayoutBatch:
    """Mira is paid to the account of Joon, who entered it."""
    bank(money.creators["mira"], IBANS[1], by=money.people["sam"].id)
    return earned(money, mira=5000)


def test_a_shared_account_is_high_and_asks_for_a_comment(shared: PayoutBatch) -> None:
    assert ("Mira Live", 4, "shared_account", "Joon Park") in notes(shared)
    seen = submit(shared)
    for comment in ("", "  "):
        with pytest.raises(BadInput, match="Mira Live: Same bank account as Joon Park"):
            approval.approve(
                shared.public_id,
                seen=seen,
                by=identity("che"),
                at=LATER,
                config=settings(),
                answer=answer_of("che", LATER),
                comment=comment,
            )
        db.session.rollback()
    said = " They are  married. "
    approval.approve(
        shared.public_id,
        seen=seen,
        by=identity("che"),
        at=LATER,
        config=settings(),
        answer=answer_of("che", LATER),
        comment=said,
    )
    db.session.commit()
    assert (shared.status, db.session.scalars(select(BatchApproval.comment)).one()) == ("approved", "They are married.")


@pytest.mark.parametrize("comment", [None, "", " "])
def test_the_database_refuses_high_without_a_word(shared: PayoutBatch, comment: str | None) -> None:
    submit(shared)
    with pytest.raises(psycopg.errors.CheckViolation, match="comment"):
        raw().execute(
            "insert into batch_approval (batch_id, person_id, fingerprint, comment, factor_use_id, at)"
            " values (%s, %s, %s, %s, %s, now())",
            [shared.id, identity("che").person_id, shared.fingerprint, comment, factor_used("che", shared, LATER)],
        )


def test_the_page_names_high_risks_and_takes_the_comment(shared: PayoutBatch, browse: Browse) -> None:
    seen = submit(shared)
    che, path = browse("che"), f"/finance/batches/{shared.public_id}"
    page = che.get(path).text
    for words in ("HIGH risks", ">Mira Live</a>: Same bank account as Joon Park", "Approve this batch", "0 of 1"):
        assert words in page
    assert "HIGH: Same bank account as Joon Park" in che.get(f"{path}?view=risks").text
    answer = answer_of("che", clock.now())
    db.session.commit()
    refused = che.post(f"{path}/approve", data={"seen": seen, "answer": answer})
    assert refused.status_code == 422
    assert "Say in the comment" in refused.text
    said = {"seen": seen, "comment": "Married.", "answer": answer}
    assert che.post(f"{path}/approve", data=said).status_code == 302
    page = che.get(path).text
    assert "1 of 1" in page
    assert "Married." in page


def test_the_page_compares_with_the_last_payouts_and_with_the_funds(money: Cast, browse: Browse) -> None:
    paid(earned(money, mira=5000))
    batch = earned(money, mira=9000, joon=3000)
    page = browse("mo").get(f"/finance/batches/{batch.public_id}?view=different").text
    for words in ("Compared with the last payouts", "€90.00", "€50.00", "Over half more", "First payout"):
        assert words in page
    for words in ("Against the funds in EUR", "€999,950.00", "€120.00", "€999,830.00"):
        assert words in page


def test_too_little_money_is_said_and_a_submitted_batch_waits_for_it(money: Cast, browse: Browse) -> None:
    batch = earned(money, mira=5000)
    charge(money.brands["lumen"], 100_000_000)
    db.session.commit()
    assert "does not cover this batch any more" in browse("mo").get(f"/finance/batches/{batch.public_id}").text
