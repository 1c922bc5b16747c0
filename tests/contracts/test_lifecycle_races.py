"""A contract is changed and ended at the same moment: whichever comes first, what is stored is one story.

The end always happens. A change that came before it is cut where the contract ends; one that came after it is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.contracts.changes import amend_by_notice, ending, lifecycle
from app.contracts.changes.lifecycle import Termination
from app.contracts.models import Agreement, BonusLine, Contract, Coupon, Offer, Terms
from app.contracts.offers import negotiation
from app.contracts.offers.negotiation import OfferDraft
from app.contracts.signing import enacting, signature
from app.contracts.signing.signature import SignatureEntry
from app.contracts.terms.sheet import Bonus, Sheet
from app.database import db
from app.errors import Conflict, StreamcutError
from app.users import codes
from app.users.models import Creator
from tests import market
from tests.cast import Cast, fill_in_legal_details
from tests.contracts.signing import FROM
from tests.payouts.at_once import at_once
from tests.payouts.people import become, identity
from tests.processes.crew import count

ROUNDS = 30
AT = datetime.fromisoformat("2026-03-10T12:00:00+00:00")
EFFECTIVE = date(2026, 4, 1)
LAST = date(2026, 12, 31)
CODE = "123456"


@pytest.fixture(autouse=True)
def _known_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody knows the code that would be in the mail."""
    monkeypatch.setattr(codes, "code_of", lambda _purpose, _nonce: CODE)


class Pair:
    """Lumen and a new creator in each round, under a contract of their own, with a change of it to be signed."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.contract = self.offer = self.agreement = 0
        self.sheet: Sheet

    def meet(self) -> None:
        """A contract for the year, and the offer of a change of it: more commission, a retainer, a month longer."""
        lumen, mira = self.cast.brands["lumen"], self.cast.creators["mira"]
        known = {name: getattr(mira, name) for name in ("country", "languages", "timezone", "recorded_at")}
        creator = Creator(handle=f"c{count('creator')}", name="One of many", **known)
        db.session.add(creator)
        db.session.flush()
        become("joon", "creator", creator_id=creator.id)  # type: ignore[arg-type]
        fill_in_legal_details(self.cast.people["joon"], creator)
        made = market.contract(lumen, creator, ends_on=LAST, coupons=(creator.handle,))
        self.sheet = replace(
            lifecycle.current_sheet(made),
            commission_bps=1500,
            effective_on=EFFECTIVE,
            bonuses=(Bonus("retainer", 10_000),),
            coupons=(creator.handle, f"{creator.handle} too"),
        )
        self.contract = made.id

    def propose(self) -> None:
        """The offer of the change lies before the creator."""
        self.meet()
        contract, by = self._contract(), identity("olga")
        longer = replace(self.sheet, ends_on=LAST + timedelta(days=31))
        offer = negotiation.begin(
            contract.brand, contract.creator, OfferDraft(longer, "T"), contract=contract, by=by, at=AT
        )
        negotiation.send(offer, side="brand", by=by, at=AT)
        self.offer = offer.id
        db.session.commit()

    def half_sign(self) -> None:
        """The change is accepted, and signed by one side."""
        self.propose()
        self.agreement = self.accept().id
        self.sign("brand", "olga")
        self._code("joon")
        db.session.commit()

    def accept(self) -> Agreement:
        """The creator says yes to the change."""
        offer = db.session.get_one(Offer, self.offer)
        return negotiation.accept(offer, side="creator", seen=1, by=identity("joon"), at=AT)

    def sign(self, side: str, who: str) -> Agreement:
        """Somebody signs for a side."""
        agreement = self._code(who) if side == "brand" else db.session.get_one(Agreement, self.agreement)
        return signature.sign(agreement, SignatureEntry(who, CODE, **FROM), side=side, by=identity(who), at=AT)

    def improve(self) -> Agreement:
        """The brand gives better terms by notice alone."""
        return lifecycle.amend_by_notice(self._contract(), self.sheet, by=identity("olga"), at=AT)

    def end(self) -> object:
        """The brand gives notice, for a day after the change would begin."""
        notice = Termination("notice", "why", last_day=date(2026, 4, 15))
        return lifecycle.end(self._contract(), notice, side="brand", by=identity("olga"), at=AT)

    def end_at_once(self) -> object:
        """The brand ends it for cause, today."""
        fraud = Termination("cause", "why", cause="fraud")
        return lifecycle.end(self._contract(), fraud, side="brand", by=identity("olga"), at=AT)

    def race(self, *deeds: Callable[[], object]) -> list[Any]:
        """What each of the deeds came to, done at once."""
        return at_once([lambda deed=deed: type(deed()).__name__ for deed in deeds])

    def story(self, last_day: date) -> int:
        """How many versions of terms there are; everything stored has to end with the contract on this day."""
        db.session.rollback()
        contract = self._contract()
        db.session.refresh(contract)
        assert contract.ends_on == last_day
        ends = contract.period.upper
        terms = list(db.session.scalars(select(Terms).where(Terms.contract_id == contract.id).order_by(Terms.nr)))
        assert terms[-1].valid.upper == ends
        assert [each.valid.upper for each in terms[:-1]] == [each.valid.lower for each in terms[1:]]
        codes = db.session.scalars(select(Coupon).where(Coupon.contract_id == contract.id)).all()
        assert {coupon.period.upper for coupon in codes} == {ends}
        lines = db.session.scalars(select(BonusLine).where(BonusLine.contract_id == contract.id)).all()
        assert {line.last_on for line in lines} <= {last_day}
        assert (len(terms) == 2) == (len(lines) == 1) == (len(codes) == 2)
        return len(terms)

    def _contract(self) -> Contract:
        return db.session.get_one(Contract, self.contract)

    def _code(self, who: str) -> Agreement:
        agreement = db.session.get_one(Agreement, self.agreement)
        signature.send_code(agreement, by=identity(who), at=AT)
        db.session.commit()
        return agreement


@pytest.fixture
def pair(cast: Cast) -> Pair:
    return Pair(cast)


def assert_one_story(outcome: Any, versions: int) -> None:
    """A change that was made is there, up to the end; one that was refused left nothing."""
    refused = isinstance(outcome, Exception)
    assert isinstance(outcome, StreamcutError) or outcome == "Agreement", outcome
    assert versions == (1 if refused else 2)


def test_the_second_signature_and_the_end(pair: Pair) -> None:
    seen = Counter[int]()
    for _ in range(ROUNDS):
        pair.half_sign()
        signed, ended = pair.race(lambda: pair.sign("creator", "joon"), pair.end)
        assert ended == "Ending"
        versions = pair.story(date(2026, 4, 15))
        assert_one_story(signed, versions)
        assert signed == "Agreement" or "is being ended" in str(signed)
        seen[versions] += 1
    assert count("agreement where status = 'signed'") == seen[2]
    assert count("ending") == ROUNDS


def test_better_terms_by_notice_and_the_end(pair: Pair) -> None:
    for _ in range(ROUNDS):
        pair.meet()
        db.session.commit()
        improved, ended = pair.race(pair.improve, pair.end)
        assert ended == "Ending"
        assert_one_story(improved, pair.story(date(2026, 4, 15)))


def test_better_terms_that_would_begin_after_the_end_are_gone_with_it(pair: Pair) -> None:
    for _ in range(ROUNDS):
        pair.meet()
        db.session.commit()
        _, ended = pair.race(pair.improve, pair.end_at_once)
        assert ended == "Ending"
        assert pair.story(AT.date()) == 1


def test_a_change_that_was_accepted_as_the_contract_ended_is_never_signed(pair: Pair) -> None:
    """Whether the yes or the end came first: what was agreed can't become a version any more."""
    accepted = 0
    for _ in range(ROUNDS):
        pair.propose()
        outcome, ended = pair.race(pair.accept, pair.end)
        assert ended == "Ending"
        if outcome == "Agreement":
            accepted += 1
            agreement = db.session.scalars(select(Agreement).order_by(Agreement.id.desc()).limit(1)).one()
            with pytest.raises(Conflict, match="is being ended"):
                enacting.enact(agreement, at=AT)
        else:
            assert "is being ended" in str(outcome)
        assert pair.story(date(2026, 4, 15)) == 1
    assert count("agreement") == accepted


def test_two_who_end_it_at_once_end_it_once(pair: Pair) -> None:
    for _ in range(ROUNDS):
        pair.meet()
        db.session.commit()
        outcomes = pair.race(pair.end, pair.end_at_once)
        (late,) = [outcome for outcome in outcomes if outcome != "Ending"]
        assert isinstance(late, StreamcutError)
        assert "ended" in str(late)
    assert count("ending") == ROUNDS


def test_without_the_lock_the_same_race_tells_two_stories(
    app: Flask, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ending, enacting, amend_by_notice):
        monkeypatch.setattr(module, "lock", lambda row: row)
    wrong = 0
    for _ in range(ROUNDS):
        pair.half_sign()
        pair.race(lambda: pair.sign("creator", "joon"), pair.end)
        try:
            assert pair.story(date(2026, 4, 15))
        except AssertionError:
            wrong += 1
    assert wrong > 0
