"""A brand writes to creators as far as its quota reaches; they answer, or it lapses; five are enough."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app

from app.campaigns import (
    applications,
    campaigns,
    invitations,
    participants,
    quota,
)
from app.campaigns.models import Approach, CampaignEntry
from app.contracts.offers import negotiation
from app.creators import profiles
from app.creators.profiles import ProfileDraft
from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.ranking import creator_scores
from app.sales.jobs import settle_due
from app.users.models import Brand, Creator
from tests import market
from tests.campaigns.campaigning import (
    AT,
    applied,
    crowd,
    funded,
    invited,
    published,
    terms,
)
from tests.cast import Cast
from tests.payouts.people import identity
from tests.users.mails import mails

DAY = timedelta(days=1)


def written(brand: Brand, *creators: Creator, at: Any = AT, message: str = "Hello", campaign: Any = None) -> Any:
    return invitations.invite(brand, creators, campaign, message, by=identity("olga"), at=at)


def letters(to: str) -> list[str]:
    return [mail["Subject"] for mail in mails(current_app) if mail["To"] == f"{to}@cast.example"]


# -- quota --


def test_a_message_more_for_each_thousand_that_creators_sold() -> None:
    assert [quota.most(net, "EUR") for net in (-1, 0, 99_999, 100_000, 95_000_000, 10**13)] == [
        50, 50, 50, 51, 1000, 1000,
    ]  # fmt: skip
    assert quota.most(1_000_000, "KWD") == 51
    assert quota.most(1_000, "JPY") == 51


def test_only_what_creators_sold_and_was_not_given_back_since_three_months_ago_counts(
    lumen: Brand, mira: Creator
) -> None:
    market.product(lumen)
    market.contract(lumen, mira, date(2025, 1, 1), date(2026, 12, 31), coupons=("MIRA",))
    at = market.NOON
    kept = market.sale(lumen, 500_000, at - DAY, coupon="MIRA")
    market.refund(kept, 150_000, at - DAY + timedelta(hours=1))
    market.sale(lumen, 900_000, at - DAY)  # nobody brought it
    market.sale(lumen, 50_000, datetime(2025, 12, 1, 12, tzinfo=UTC), coupon="MIRA")
    market.sale(lumen, 700_000, datetime(2025, 11, 30, 12, tzinfo=UTC), coupon="MIRA")
    back = market.sale(lumen, 300_000, at - DAY, coupon="MIRA")
    market.refund(back, 400_000, at - DAY + timedelta(hours=1))
    db.session.commit()
    settle_due(wait=True)
    assert quota.quota_of(lumen, at=at).net == 0, "the night has not worked it out yet"
    creator_scores.refresh(raw(), at=at)
    found = quota.quota_of(lumen, at=at)
    assert (found.net, found.most, found.sent, found.left) == (400_000, 54, 0, 54)


def test_what_is_beyond_the_weeks_quota_waits(lumen: Brand) -> None:
    creators = crowd(52)
    made = written(lumen, *creators, message="Hello")
    assert [each.creator for each in made.sent] == list(creators[:50])
    assert made.skipped == [(creators[50], "quota"), (creators[51], "quota")]
    assert quota.quota_of(lumen, at=AT + 6 * DAY).left == 0
    assert written(lumen, creators[51], at=AT + 6 * DAY).sent == []
    assert len(written(lumen, *creators[50:], at=AT + 7 * DAY).sent) == 2


# -- who may be written to --


def test_five_messages_without_an_answer_are_enough(lumen: Brand, mira: Creator) -> None:
    for number in range(5):
        assert len(written(lumen, mira, at=AT + number * DAY).sent) == 1
    late = AT + 5 * DAY
    assert written(lumen, mira, at=late).skipped == [(mira, "five")]
    newest = invitations.open_for(mira, at=late)[0]
    invitations.answer(newest, False, by=identity("mira"), at=late)
    for number in range(1, 6):
        assert len(written(lumen, mira, at=late + number * DAY).sent) == 1
    assert invitations.lapse(at=late + 40 * DAY) == 9
    assert written(lumen, mira, at=late + 40 * DAY).skipped == [(mira, "five")]


def silenced(lumen: Brand, mira: Creator) -> None:
    """Five messages that nobody answered."""
    for number in range(5):
        written(lumen, mira, at=AT + number * DAY)
    assert written(lumen, mira, at=AT + 9 * DAY).skipped == [(mira, "five")]


def test_what_lapsed_counts_for_ninety_days(lumen: Brand, mira: Creator) -> None:
    silenced(lumen, mira)
    invitations.lapse(at=AT + 40 * DAY)
    assert written(lumen, mira, at=AT + 89 * DAY).skipped == [(mira, "five")]
    assert len(written(lumen, mira, at=AT + 90 * DAY).sent) == 1


def test_an_application_is_an_answer(lumen: Brand, mira: Creator) -> None:
    funded(lumen)
    silenced(lumen, mira)
    applications.retract(applied(published(lumen), mira, at=AT + 9 * DAY), by=identity("mira"), at=AT + 9 * DAY)
    assert len(written(lumen, mira, at=AT + 10 * DAY).sent) == 1


def test_an_offer_that_is_accepted_is_an_answer_and_so_is_a_contract(cast: Cast, lumen: Brand, mira: Creator) -> None:
    silenced(lumen, mira)
    late, about = AT + 9 * DAY, {"by": identity("olga"), "at": AT + 9 * DAY}
    offer = negotiation.begin(lumen, mira, negotiation.OfferDraft(terms(lumen), "Lamps"), **about)
    negotiation.send(offer, side="brand", **about)
    assert written(lumen, mira, at=late).skipped == [(mira, "five")]
    negotiation.accept(offer, side="creator", seen=1, by=identity("mira"), at=late)
    assert len(written(lumen, mira, at=late + DAY).sent) == 1
    joon = cast.creators["joon"]
    silenced(lumen, joon)
    contract = market.contract(lumen, joon)
    assert written(lumen, joon, at=late).skipped == [(joon, "five")], "an older contract answers nothing newer"
    contract.recorded_at = late
    assert len(written(lumen, joon, at=late + DAY).sent) == 1


def test_the_page_of_a_campaign_finds_its_invitations_by_an_index(app: Flask) -> None:
    found = raw().execute("select indexdef from pg_indexes where indexname = 'ix_approach_campaign'").fetchone()
    assert found
    assert found[0].endswith("(campaign_id, id DESC)")


def test_bulk_skips_each_with_the_reason_and_writes_to_the_rest(lumen: Brand, mira: Creator, joon: Creator) -> None:
    funded(lumen)
    made = published(lumen)
    closed, refusing, asked, free = crowd(4)
    listed = Creator(handle="listed", name="Listed", country="NL", languages=[], timezone="UTC", recorded_at=AT)
    db.session.add(listed)
    profiles.save_profile(closed, ProfileDraft(open_to_offers=False), by=identity("mira"), at=AT)
    invitations.answer(invited(made, refusing), False, "No lamps", by=identity("mira"), at=AT)
    invited(made, asked)
    applied(made, joon)
    invitations.answer(invited(made, mira), True, by=identity("mira"), at=AT)
    found = written(lumen, mira, joon, closed, refusing, asked, free, free, listed, campaign=made)
    assert [each.creator for each in found.sent] == [free]
    words = ["joined", "applied", "not_open", "refused", "invited", "not_here"]
    assert found.skipped == list(zip([mira, joon, closed, refusing, asked, listed], words, strict=True))
    assert set(words) <= set(invitations.REASONS)
    everybody = [each.id for each in (mira, joon, free, refusing)]
    states = {mira.id: "joined", joon.id: "applied", free.id: "invited"}
    assert participants.involved(made.id, everybody, at=AT) == states


def test_what_can_not_be_sent_is_refused_as_a_whole(cast: Cast, lumen: Brand, mira: Creator) -> None:
    made = published(lumen)
    with pytest.raises(BadInput, match="Choose 1 to"):
        written(lumen)
    with pytest.raises(BadInput, match="Write a message"):
        written(lumen, mira, message=" ")
    with pytest.raises(NotFound):
        written(cast.brands["kettle"], mira, campaign=made)
    campaigns.close(made, by=identity("olga"), at=AT)
    with pytest.raises(Conflict, match="no longer accepts"):
        written(lumen, mira, campaign=made)


# -- answering --


def test_a_no_is_told_with_its_word_and_can_not_be_taken_back(lumen: Brand, mira: Creator) -> None:
    made = published(lumen, entry=CampaignEntry.INVITED)
    approach = invited(made, mira)
    assert letters("mira")[-1] == letters("ada")[-1] == "Lumen Lighting invites you: Spring lamps"
    assert list(invitations.open_for(mira, at=AT)) == [approach]
    invitations.answer(approach, False, "Too many lamps", by=identity("ada"), at=AT)
    assert (approach.status, approach.reason) == ("refused", "Too many lamps")
    assert "Too many lamps" in [mail for mail in mails(current_app) if mail["To"].startswith("olga")][-1].get_content()
    assert letters("max")[-1] == "Mira Live declined your invitation: Spring lamps"
    with pytest.raises(WrongStatus):
        invitations.answer(approach, True, by=identity("mira"), at=AT)
    assert list(invitations.open_for(mira, at=AT)) == []


def test_a_yes_without_a_campaign_only_tells_the_brand(lumen: Brand, mira: Creator) -> None:
    (approach,) = written(lumen, mira).sent
    invitations.answer(approach, True, "Gladly", by=identity("mira"), at=AT)
    assert letters("olga")[-1] == "Mira Live is interested"
    assert participants.of_pair(lumen.id, mira.id) == []


def test_after_thirty_days_it_has_lapsed_also_before_the_night_says_so(lumen: Brand, mira: Creator) -> None:
    approach = invited(published(lumen), mira)
    late = AT + 30 * DAY
    assert list(invitations.open_for(mira, at=late)) == []
    with pytest.raises(Conflict, match="expired after 30 days"):
        invitations.answer(approach, True, by=identity("mira"), at=late)
    assert (invitations.lapse(at=late - DAY), invitations.lapse(at=late), invitations.lapse(at=late)) == (0, 1, 0)
    assert db.session.get_one(Approach, approach.id).status == "lapsed"
