"""Two people at the same table at the same moment, over and over: one of them is first, and the other is told.

Each deed runs in a thread with a session of its own; a barrier lets them go together. The same race without the lock
has to go wrong, or it would show nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.contracts.models import Agreement, Offer, OfferRound
from app.contracts.offers import negotiation, round_moves
from app.contracts.offers.negotiation import Version
from app.database import db
from app.errors import Conflict, StreamcutError, WrongStatus
from tests.cast import Cast
from tests.contracts.tables import AT, LATER, OTHER, PROMISING, a_draft
from tests.payouts.at_once import at_once
from tests.payouts.people import identity
from tests.processes.crew import count

ROUNDS = 30
END = AT + timedelta(days=14)
JUST_BEFORE = END - timedelta(seconds=1)


class Table:
    """An offer in each round, and what the two sides do with it; each deed finds the offer in its own session."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.olga, self.mira = cast, identity("olga"), identity("mira")
        self.offer = 0

    def lay(self) -> None:
        """A new offer before mira; those that were accepted before are not signed, so they don't stand in its way."""
        offer = a_draft(self.cast, PROMISING)
        negotiation.send(offer, side="brand", by=self.olga, at=AT)
        self.offer = offer.id
        db.session.commit()

    def race(self, *deeds: Callable[[Offer], Any]) -> list[Any]:
        """What each deed came to, done at once on this table's offer: what it returned, or the error."""
        return at_once([self._on_the_offer(deed) for deed in deeds])

    def _on_the_offer(self, deed: Callable[[Offer], Any]) -> Callable[[], Any]:
        def run() -> Any:
            done = deed(db.session.get_one(Offer, self.offer))
            return type(done).__name__ if done is not None else None

        return run

    def accept(self, offer: Offer, at: datetime = LATER) -> Agreement:
        """Mira says yes to what she has seen."""
        return negotiation.accept(offer, side="creator", seen=1, by=self.mira, at=at)

    def withdraw(self, offer: Offer) -> OfferRound:
        """Olga takes it back."""
        return negotiation.withdraw(offer, side="brand", reason="", by=self.olga, at=LATER)

    def revise(self, offer: Offer) -> OfferRound:
        """Olga puts another version in its place."""
        return negotiation.revise(offer, Version(OTHER), side="brand", by=self.olga, at=LATER)

    def counter(self, offer: Offer) -> OfferRound:
        """Mira answers with other terms."""
        return negotiation.counter(offer, Version(OTHER), side="creator", seen=1, by=self.mira, at=LATER)

    def expire(self, _offer: Offer) -> int | None:
        """The night's job."""
        return negotiation.expire(END) or None

    def ended_as(self) -> tuple[list[str], int]:
        """The states of the offer's rounds, and how many agreements it made."""
        db.session.rollback()
        rounds = select(OfferRound).where(OfferRound.offer_id == self.offer).order_by(OfferRound.nr)
        found = list(db.session.scalars(rounds))
        made = count(f"agreement where offer_round_id in (select id from offer_round where offer_id = {self.offer})")
        return [round_.status for round_ in found], made


@pytest.fixture
def table(cast: Cast) -> Table:
    return Table(cast)


def refused(outcomes: list[Any]) -> list[StreamcutError]:
    """Those who came too late; nobody may fail in another way."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def test_of_accepting_and_taking_back_exactly_one_happens(table: Table) -> None:
    wins = Counter[str]()
    for _ in range(ROUNDS):
        table.lay()
        (late,) = refused(table.race(table.accept, table.withdraw))
        assert isinstance(late, WrongStatus), late
        ((status,), agreements) = table.ended_as()
        assert agreements == (status == "accepted")
        wins[status] += 1
    assert set(wins) <= {"accepted", "withdrawn"}
    assert count("reservation where released_at is null") == wins["accepted"]


def test_two_people_who_accept_make_one_agreement(table: Table) -> None:
    for _ in range(ROUNDS):
        table.lay()
        (late,) = refused(table.race(table.accept, table.accept))
        assert isinstance(late, WrongStatus)
        assert "“Accepted”" in str(late)
        assert table.ended_as() == (["accepted"], 1)
    assert count("agreement") == ROUNDS


def test_nobody_accepts_what_is_being_replaced(table: Table) -> None:
    wins = Counter[str]()
    for _ in range(ROUNDS):
        table.lay()
        (late,) = refused(table.race(table.accept, table.revise))
        states, agreements = table.ended_as()
        wins[states[0]] += 1
        assert (states, agreements) in ((["accepted"], 1), (["superseded", "sent"], 0))
        assert isinstance(late, WrongStatus) if agreements else "There is a newer version" in str(late)
    assert sum(wins.values()) == ROUNDS


def test_of_answering_with_other_terms_and_accepting_exactly_one_happens(table: Table) -> None:
    for _ in range(ROUNDS):
        table.lay()
        (late,) = refused(table.race(table.accept, table.counter))
        states, agreements = table.ended_as()
        assert (states, agreements) in ((["accepted"], 1), (["countered", "sent"], 0))
        assert isinstance(late, Conflict)


def test_of_the_end_of_time_and_accepting_exactly_one_happens(table: Table) -> None:
    """Whoever accepts came a second before the end by their own clock, and the night's job is at it already."""
    for _ in range(ROUNDS):
        table.lay()
        outcomes = table.race(lambda offer: table.accept(offer, JUST_BEFORE), table.expire)
        ((status,), agreements) = table.ended_as()
        assert agreements == (status == "accepted")
        if status == "expired":
            assert isinstance(outcomes[0], WrongStatus)
            assert outcomes[1] is not None
        else:
            assert outcomes == ["Agreement", None]


def test_everybody_at_once_leaves_one_winner(table: Table) -> None:
    deeds = [table.accept, table.withdraw, table.counter, table.accept, table.revise]
    for _ in range(ROUNDS):
        table.lay()
        outcomes = table.race(*deeds)
        assert all(isinstance(error, StreamcutError) for error in refused(outcomes)), outcomes
        states, agreements = table.ended_as()
        assert agreements == states.count("accepted") <= 1
        assert sum(state in ("sent", "viewed") for state in states) <= 1


def _unlocked(offer: Offer) -> OfferRound:
    """The newest round as `turns.newest` finds it, but without a lock."""
    last = select(OfferRound).where(OfferRound.offer_id == offer.id).order_by(OfferRound.nr.desc()).limit(1)
    return db.session.scalars(last, execution_options={"populate_existing": True}).one()


def test_without_the_lock_both_win_in_the_same_race(app: Flask, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(round_moves, "newest", _unlocked)
    both = 0
    for _ in range(ROUNDS):
        table.lay()
        both += not refused(table.race(table.accept, table.withdraw))
    assert both > 0


def test_a_reader_marks_nothing_that_was_answered_meanwhile(table: Table) -> None:
    for _ in range(ROUNDS):
        table.lay()
        outcomes = table.race(lambda offer: negotiation.view(offer, side="creator", at=LATER), table.withdraw)
        assert refused(outcomes) == []
        assert table.ended_as() == (["withdrawn"], 0)
