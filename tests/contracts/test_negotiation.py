"""Offers, round by round: who may do what in which state, what is refused and with which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.contracts.exclusivity import closures
from app.contracts.models import Agreement, Offer, OfferRound
from app.contracts.offers import negotiation, rounds
from app.contracts.offers.negotiation import Version
from app.contracts.terms import clauses
from app.contracts.terms.sheet import (
    Bonus,
    CarveOut,
    Exclusivity,
    Sheet,
)
from app.database import db
from app.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStatus
from app.users.models import AuditEvent
from tests import market
from tests.cast import Cast
from tests.contracts.tables import (
    AT,
    LATER,
    OTHER,
    PROMISING,
    SHEET,
    a_draft,
    accept,
    an_offer,
    counter,
    person_of,
    statuses,
)
from tests.payouts.people import identity

Verb = Callable[[Offer], object]


def trail() -> list[tuple[str, str]]:
    events = select(AuditEvent).where(AuditEvent.object_kind == "offer").order_by(AuditEvent.id)
    return [(event.action, event.by_name) for event in db.session.scalars(events)]


# -- the straight way --


def test_an_offer_goes_from_draft_to_agreement(cast: Cast) -> None:
    offer = a_draft(cast, PROMISING, message="  Hello Mira  ")
    first = negotiation.latest(offer)
    assert (first.nr, first.side, first.status, first.message) == (1, "brand", "draft", "Hello Mira")
    assert (first.sent_at, first.expires_at) == (None, None)

    negotiation.send(offer, side="brand", by=identity("olga"), at=AT)
    assert (first.status, first.sent_at, first.expires_at) == ("sent", AT, AT + timedelta(days=14))

    negotiation.view(offer, side="creator", at=LATER)
    assert (first.status, first.viewed_at) == ("viewed", LATER)

    agreement = accept(offer)
    assert (first.status, first.closed_at, first.closed_by) == ("accepted", LATER, cast.people["mira"].id)
    assert isinstance(agreement, Agreement)
    assert (agreement.kind, agreement.offer_round_id, agreement.contract_id) == ("contract", first.id, None)
    assert agreement.sheet == PROMISING
    assert agreement.status == "to_sign"
    assert trail() == [("begin", "Olga"), ("send", "Olga"), ("accept", "Mira")]


def test_rounds_go_to_and_fro_and_each_is_a_whole_version(cast: Cast) -> None:
    offer = an_offer(cast)
    second = counter(offer, "creator", OTHER, message="Twelve, please.")
    assert (second.nr, second.side, second.status, second.message) == (2, "creator", "sent", "Twelve, please.")
    third = counter(offer, "brand", replace(SHEET, commission_bps=1100), days=5)
    assert third.expires_at == LATER + timedelta(days=5)
    assert statuses(offer) == ["countered", "countered", "sent"]
    assert [round_.sheet.commission_bps for round_ in negotiation.rounds(offer)] == [1000, 1200, 1100]
    assert accept(offer).sheet.commission_bps == 1100
    assert trail()[-3:] == [("counter", "Mira"), ("counter", "Olga"), ("accept", "Mira")]


def test_a_brand_accepts_what_the_creator_proposed(cast: Cast) -> None:
    offer = an_offer(cast)
    counter(offer, "creator", OTHER)
    assert accept(offer, "brand").sheet == OTHER


def test_a_newer_version_of_ones_own_takes_the_place_of_the_last(cast: Cast) -> None:
    offer = an_offer(cast)
    newer = negotiation.revise(offer, Version(OTHER, "Better"), side="brand", **person_of("brand"))
    assert (newer.nr, newer.status) == (2, "sent")
    assert statuses(offer) == ["superseded", "sent"]
    again = negotiation.revise(offer, Version(OTHER, "Same, for longer", 90), side="brand", **person_of("brand"))
    assert again.expires_at == LATER + timedelta(days=90)


def test_declining_and_withdrawing_end_it_with_a_reason(cast: Cast) -> None:
    offer = an_offer(cast)
    negotiation.decline(offer, side="creator", seen=1, reason=" Too little ", **person_of("creator"))
    assert (negotiation.latest(offer).reason, statuses(offer)) == ("Too little", ["declined"])
    other = an_offer(cast)
    negotiation.withdraw(other, side="brand", reason="", **person_of("brand"))
    assert (negotiation.latest(other).reason, statuses(other)) == (None, ["withdrawn"])


# -- drafts --


def test_a_draft_is_seen_by_its_own_side_alone(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    offer = a_draft(cast)
    assert rounds.get_offer(lumen, offer.public_id) is offer
    assert negotiation.view(offer, side="brand", at=LATER).status == "draft"
    for looks in (
        lambda: rounds.get_offer(mira, offer.public_id),
        lambda: rounds.get_offer(cast.brands["kettle"], offer.public_id),
        lambda: negotiation.view(offer, side="creator", at=LATER),
        lambda: negotiation.send(offer, side="creator", **person_of("creator")),
        lambda: accept(offer),
        lambda: negotiation.withdraw(offer, side="creator", reason="", **person_of("creator")),
        lambda: negotiation.revise(offer, Version(OTHER), side="creator", **person_of("creator")),
    ):
        with pytest.raises(NotFound, match="no such offer"):
            looks()
    assert negotiation.rounds(offer, "creator") == []
    assert db.session.scalars(rounds.offers_of(mira)).all() == []
    negotiation.send(offer, side="brand", by=identity("olga"), at=AT)
    assert rounds.get_offer(mira, offer.public_id) is offer
    assert len(negotiation.rounds(offer, "creator")) == 1
    assert db.session.scalars(rounds.offers_of(mira)).all() == [offer]
    assert db.session.scalars(rounds.offers_of(cast.creators["joon"])).all() == []


def test_a_draft_may_be_changed_and_taken_back_and_a_sent_one_not(cast: Cast) -> None:
    offer = a_draft(cast)
    negotiation.edit(offer, OTHER, message="New", title="Lamps", locked=["currency"], **person_of("brand"))
    assert (negotiation.latest(offer).sheet, offer.title, offer.locked_fields) == (OTHER, "Lamps", ["currency"])
    negotiation.send(offer, side="brand", **person_of("brand"))
    with pytest.raises(WrongStatus, match="“Sent”"):
        negotiation.edit(offer, SHEET, message="", **person_of("brand"))
    with pytest.raises(WrongStatus):
        negotiation.send(offer, side="brand", **person_of("brand"))
    withdrawn = a_draft(cast)
    negotiation.withdraw(withdrawn, side="brand", reason="", **person_of("brand"))
    assert statuses(withdrawn) == ["withdrawn"]
    assert negotiation.rounds(withdrawn, "creator") == []


def test_a_draft_may_be_wrong_but_not_be_sent(cast: Cast) -> None:
    offer = a_draft(cast, replace(SHEET, window_days=0, currency="X"))
    with pytest.raises(BadInput, match="don't know this currency") as refused:
        negotiation.send(offer, side="brand", **person_of("brand"))
    assert [field for field, _ in refused.value.about["problems"]] == ["currency", "window_days"]
    assert statuses(offer) == ["draft"]


@pytest.mark.parametrize("title", ["", "  ", "x" * 141, "a\x00b", "\u202eevil"])
def test_an_offer_has_a_name(cast: Cast, title: str) -> None:
    with pytest.raises(BadInput, match="Give the offer a name"):
        a_draft(cast, title=title)


def test_messages_have_a_length(cast: Cast) -> None:
    with pytest.raises(BadInput, match="at most 5000"):
        a_draft(cast, message="x" * 5001)


@pytest.mark.parametrize("days", [0, 91, -1])
def test_an_offer_stands_for_1_to_90_days(cast: Cast, days: int) -> None:
    offer = a_draft(cast)
    with pytest.raises(BadInput, match="1 to 90 days"):
        negotiation.send(offer, side="brand", by=identity("olga"), at=AT, days=days)
    with pytest.raises(BadInput, match="1 to 90 days"):
        counter(an_offer(cast), "creator", OTHER, days=days)


# -- who may do what --

ANSWERS: dict[str, Callable[[Offer, str], object]] = {
    "accept": accept,
    "decline": lambda offer, side: negotiation.decline(
        offer, side=side, seen=negotiation.latest(offer).nr, reason="no", **person_of(side)
    ),
    "counter": lambda offer, side: counter(offer, side, OTHER),
}
OWN: dict[str, Callable[[Offer, str], object]] = {
    "withdraw": lambda offer, side: negotiation.withdraw(offer, side=side, reason="", **person_of(side)),
    "revise": lambda offer, side: negotiation.revise(offer, Version(OTHER), side=side, **person_of(side)),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_nobody_answers_their_own_version(cast: Cast, answer: str) -> None:
    offer = an_offer(cast)
    with pytest.raises(NotAllowed, match="your own"):
        ANSWERS[answer](offer, "brand")
    assert statuses(offer) == ["sent"]


@pytest.mark.parametrize("deed", OWN)
def test_nobody_takes_back_or_replaces_the_other_sides_version(cast: Cast, deed: str) -> None:
    offer = an_offer(cast)
    with pytest.raises(NotAllowed, match="the other side's"):
        OWN[deed](offer, "creator")
    assert statuses(offer) == ["sent"]


CLOSED: dict[str, Callable[[Offer], object]] = {
    "accepted": accept,
    "declined": lambda offer: ANSWERS["decline"](offer, "creator"),
    "withdrawn": lambda offer: OWN["withdraw"](offer, "brand"),
    "expired": lambda offer: negotiation.expire(AT + timedelta(days=14)),
}


@pytest.mark.parametrize("closed", CLOSED)
def test_what_is_closed_stays_closed(cast: Cast, closed: str) -> None:
    offer = an_offer(cast)
    CLOSED[closed](offer)
    for deed in ANSWERS.values():
        with pytest.raises(WrongStatus, match="This version is now “"):
            deed(offer, "creator")
    for deed in OWN.values():
        with pytest.raises(WrongStatus, match="This version is now “"):
            deed(offer, "brand")
    assert statuses(offer) == [closed]
    assert negotiation.view(offer, side="creator", at=LATER).status == closed


AT_FIRST_SIGHT: dict[str, Verb] = {
    "accept": lambda offer: accept(offer, seen=1),
    "decline": lambda offer: negotiation.decline(offer, side="creator", seen=1, reason="no", **person_of("creator")),
    "counter": lambda offer: counter(offer, "creator", SHEET, seen=1),
}


@pytest.mark.parametrize("answer", AT_FIRST_SIGHT)
def test_an_older_version_is_not_answered_once_a_newer_is_there(cast: Cast, answer: str) -> None:
    offer = an_offer(cast)
    negotiation.revise(offer, Version(OTHER), side="brand", **person_of("brand"))
    with pytest.raises(Conflict, match="There is a newer version: look at it") as refused:
        AT_FIRST_SIGHT[answer](offer)
    assert refused.value.about["newest"] == 2
    assert statuses(offer) == ["superseded", "sent"]


def test_two_people_of_a_side_do_not_replace_each_others_version_unseen(cast: Cast) -> None:
    offer = an_offer(cast)
    about: dict[str, Any] = {"side": "brand", "seen": 1, "at": LATER}
    negotiation.revise(offer, Version(OTHER), by=identity("olga"), **about)
    with pytest.raises(Conflict, match="There is a newer version"):
        negotiation.revise(offer, Version(replace(SHEET, hold_days=1)), by=identity("max"), **about)


def test_declining_needs_a_reason(cast: Cast) -> None:
    offer = an_offer(cast)
    with pytest.raises(BadInput, match="Say why"):
        negotiation.decline(offer, side="creator", seen=1, reason="  ", **person_of("creator"))


def test_a_counter_changes_something(cast: Cast) -> None:
    offer = an_offer(cast)
    with pytest.raises(BadInput, match="Nothing is changed"):
        counter(offer, "creator", SHEET)


def test_looking_at_ones_own_version_marks_nothing(cast: Cast) -> None:
    offer = an_offer(cast)
    assert negotiation.view(offer, side="brand", at=LATER).status == "sent"
    negotiation.view(offer, side="creator", at=LATER)
    assert negotiation.view(offer, side="creator", at=LATER + timedelta(hours=1)).viewed_at == LATER
    accept(offer)
    assert negotiation.latest(offer).viewed_at == LATER


def test_a_version_may_be_viewed_only_while_it_stands(cast: Cast) -> None:
    offer = an_offer(cast)
    assert negotiation.view(offer, side="creator", at=AT + timedelta(days=14)).status == "sent"


# -- limits --


def test_ten_versions_are_the_most(cast: Cast) -> None:
    offer = an_offer(cast)
    for nr in range(2, 11):
        counter(offer, "creator" if nr % 2 == 0 else "brand", replace(SHEET, commission_bps=1000 + nr))
    with pytest.raises(Conflict, match="10 versions are the most"):
        counter(offer, "brand", OTHER)
    with pytest.raises(Conflict, match="10 versions are the most"):
        negotiation.revise(offer, Version(OTHER), side="creator", **person_of("creator"))
    assert accept(offer, "brand").sheet.commission_bps == 1010


def test_only_one_round_is_ever_open(cast: Cast) -> None:
    offer = an_offer(cast)
    counter(offer, "creator", OTHER)
    negotiation.revise(offer, Version(SHEET), side="creator", **person_of("creator"))
    open_rounds = [status for status in statuses(offer) if status in ("draft", "sent", "viewed")]
    assert open_rounds == ["sent"]


# -- locked fields --


def test_a_creator_leaves_alone_what_the_brand_has_locked(cast: Cast) -> None:
    offer = an_offer(cast, locked=["commission_bps", "exclusivity"])
    assert offer.locked_fields == ["commission_bps", "exclusivity"]
    with pytest.raises(NotAllowed, match=r"Not negotiable: Commission\. Change it back") as refused:
        counter(offer, "creator", OTHER)
    assert refused.value.about["locked"] == ["commission_bps"]
    assert statuses(offer) == ["sent"]
    free = replace(SHEET, window_days=30)
    counter(offer, "creator", free)
    closed = replace(free, exclusivity=Exclusivity("category", fee=1))
    with pytest.raises(NotAllowed, match="Exclusivity"):
        negotiation.revise(offer, Version(closed), side="creator", **person_of("creator"))
    counter(offer, "brand", OTHER)  # the brand may change what it locked
    counter(offer, "creator", replace(OTHER, hold_days=10))


def test_only_fields_of_a_sheet_are_locked_and_only_by_the_brand(cast: Cast) -> None:
    with pytest.raises(BadInput, match="fields you locked"):
        a_draft(cast, locked=["price"])
    made = market.contract(cast.brands["lumen"], cast.creators["mira"])
    with pytest.raises(NotAllowed, match="Only the brand"):
        a_draft(cast, contract=made, side="creator", locked=["currency"])


# -- expiry --


def test_nobody_accepts_an_expired_version_even_before_the_job_has_run(cast: Cast) -> None:
    offer = an_offer(cast)
    over = AT + timedelta(days=14)
    for deed in (
        lambda: accept(offer, at=over),
        lambda: counter(offer, "creator", OTHER, at=over),
        lambda: negotiation.revise(offer, Version(OTHER), side="brand", by=identity("olga"), at=over),
    ):
        with pytest.raises(Conflict, match="has expired"):
            deed()
    assert accept(offer, at=over - timedelta(microseconds=1))


# -- what is checked when it is sent, answered and accepted --


def test_brands_that_an_exclusivity_names_have_to_be_here(cast: Cast) -> None:
    until = date(2026, 7, 1)
    for field, closed in (
        ("exclusivity.rivals", Exclusivity("named_rivals", rivals=("kettle", "nobody"))),
        ("exclusivity.rivals", Exclusivity("named_rivals", rivals=("lumen",))),
        ("exclusivity.carve_outs", Exclusivity("category", carve_outs=(CarveOut("nobody", until),))),
    ):
        offer = a_draft(cast, replace(SHEET, exclusivity=closed))
        with pytest.raises(BadInput, match="is not another brand on the platform") as refused:
            negotiation.send(offer, side="brand", **person_of("brand"))
        assert [name for name, _ in refused.value.about["problems"]] == [field]


def test_a_pair_has_one_contract_at_a_time(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, date(2026, 1, 1), date(2026, 6, 1))
    with pytest.raises(Conflict, match="from 2026-01-01 to 2026-06-01"):
        an_offer(cast)
    an_offer(cast, replace(SHEET, starts_on=date(2026, 6, 2)))


def test_a_code_that_another_contract_holds_is_refused(cast: Cast) -> None:
    lumen, joon = cast.brands["lumen"], cast.creators["joon"]
    market.contract(lumen, joon, coupons=("Lamp10",))
    with pytest.raises(Conflict, match="“Lamp10” is another contract's"):
        an_offer(cast, replace(SHEET, coupons=(" LAMP10",)))
    after = replace(SHEET, starts_on=date(2027, 1, 1), ends_on=date(2027, 2, 1), coupons=("LAMP10",))
    an_offer(cast, after)


def a_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [closures.ClaimConflict("blocked", "Home", AT, AT, 7)]
    monkeypatch.setattr(closures, "conflicts", lambda *args, **kwargs: found)


@pytest.mark.parametrize("deed", ["send", "accept", "counter", "revise"])
def test_an_exclusivity_in_the_way_stops_every_step(cast: Cast, monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    offer = a_draft(cast) if deed == "send" else an_offer(cast)
    before = statuses(offer)
    a_clash(monkeypatch)
    with pytest.raises(Conflict, match="An exclusivity closes this"):
        {
            "send": lambda: negotiation.send(offer, side="brand", **person_of("brand")),
            "accept": lambda: accept(offer),
            "counter": lambda: counter(offer, "creator", OTHER),
            "revise": lambda: OWN["revise"](offer, "brand"),
        }[deed]()
    assert statuses(offer) == before


def test_what_the_law_asks_for_stops_an_acceptance(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        sentence = "Name the law of the contract."

    offer = an_offer(cast, PROMISING)
    monkeypatch.setattr(clauses, "blocking", lambda *args, **kwargs: [Missing()])
    with pytest.raises(Conflict, match="Name the law"):
        accept(offer)
    assert statuses(offer) == ["sent"]
    assert reserved() == []


# -- money --


def reserved() -> list[tuple[str, date, int]]:
    found = db.session.execute(text("select kind, month, amount from reservation where released_at is null"))
    return [(kind, month, amount) for kind, month, amount in found]


@pytest.mark.parametrize(
    ("starts_on", "month"),
    [
        (date(2026, 6, 11), date(2026, 6, 1)),
        (date(2026, 3, 11), date(2026, 3, 1)),
        (date(2026, 3, 10), date(2026, 4, 1)),  # it runs already
        (date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_accepting_reserves_a_month_of_what_is_promised(cast: Cast, starts_on: date, month: date) -> None:
    accept(an_offer(cast, replace(PROMISING, starts_on=starts_on)))
    assert reserved() == [("offer", month, 500_000)]


def test_nothing_is_reserved_where_nothing_is_promised_or_no_month_is_left(cast: Cast) -> None:
    accept(an_offer(cast))
    ending = replace(PROMISING, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31))
    accept(an_offer(cast, ending))
    assert reserved() == []


# -- changes of a contract --


def a_change(cast: Cast, **changes: Any) -> tuple[Any, Sheet]:
    made = market.contract(cast.brands["lumen"], cast.creators["mira"])
    sheet = replace(SHEET, starts_on=made.starts_on, ends_on=made.ends_on, effective_on=date(2026, 5, 1))
    return made, replace(sheet, **changes)


def test_a_creator_proposes_a_change_and_the_brand_accepts(cast: Cast) -> None:
    made, sheet = a_change(cast, commission_bps=1300)
    offer = an_offer(cast, sheet, contract=made, side="creator")
    agreement = accept(offer, "brand")
    assert (agreement.kind, agreement.contract_id) == ("amendment", made.id)


def test_a_creator_makes_no_first_offer(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Only a brand can make the first offer"):
        a_draft(cast, side="creator")


def test_a_change_is_of_the_pairs_own_contract(cast: Cast) -> None:
    with pytest.raises(NotFound):
        a_draft(cast, contract=market.contract(cast.brands["lumen"], cast.creators["joon"]))


@pytest.mark.parametrize("changes", [{"starts_on": date(2026, 1, 2)}, {"timezone": "Europe/Paris"}], ids=str)
def test_a_change_that_the_contract_can_not_take_is_not_sent(cast: Cast, changes: dict[str, Any]) -> None:
    made, sheet = a_change(cast, **changes)
    with pytest.raises(BadInput, match="These can't be changed within a contract"):
        an_offer(cast, sheet, contract=made)


def test_a_change_may_bring_a_code_that_is_free_from_its_own_first_day(cast: Cast) -> None:
    market.contract(cast.brands["lumen"], cast.creators["joon"], ends_on=date(2026, 4, 30), coupons=("LAMP",))
    made, sheet = a_change(cast, coupons=("lamp",))
    an_offer(cast, sheet, contract=made)
    early = a_draft(cast, replace(sheet, effective_on=date(2026, 4, 30)), contract=made)
    with pytest.raises(Conflict, match="“LAMP” is another contract's"):
        negotiation.send(early, side="brand", **person_of("brand"))


def test_an_ended_contract_is_not_changed(cast: Cast) -> None:
    made, sheet = a_change(cast)
    offer = an_offer(cast, sheet, contract=made)
    db.session.execute(
        text(
            "insert into ending (contract_id, kind, side, reason, last_day, given_by, given_at)"
            " values (:contract, 'notice', 'brand', 'why', '2026-08-01', :by, :at)"
        ),
        {"contract": made.id, "by": cast.people["olga"].id, "at": AT},
    )
    with pytest.raises(Conflict, match="is being ended"):
        accept(offer)


def test_a_change_reserves_from_its_own_first_day(cast: Cast) -> None:
    made, sheet = a_change(cast, bonuses=(Bonus("retainer", 100),))
    accept(an_offer(cast, sheet, contract=made))
    assert reserved() == [("offer", date(2026, 5, 1), 100)]


# -- what the database keeps, whatever the code does --


def test_the_database_holds_one_open_and_one_accepted_round(app: Flask, cast: Cast) -> None:
    offer = an_offer(cast)
    db.session.commit()
    row = {"offer_id": offer.id, "side": "brand", "terms": {}, "made_by": cast.people["olga"].id, "made_at": AT}
    for columns in ({"nr": 2}, {"nr": 1, "status": "withdrawn", "closed_at": AT}):
        db.session.add(OfferRound(**row, **columns))
        with pytest.raises(Exception, match="uq_offer_round"):
            db.session.flush()
        db.session.rollback()
