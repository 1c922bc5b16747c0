"""Who joins does so under the contract of the pair, or by an offer with the terms of the campaign that goes first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.campaigns import (
    applications,
    campaigns,
    invitations,
    participants,
    participation,
)
from app.campaigns.models import Campaign, CampaignEntry, Participation
from app.contracts.models import Agreement, Offer
from app.contracts.offers import negotiation
from app.contracts.signing import signature
from app.contracts.terms.sheet import Bonus, Scope
from app.errors import Conflict
from app.users.models import Brand, Creator
from tests import market
from tests.campaigns.campaigning import (
    AT,
    FIRST,
    LAST,
    applied,
    funded,
    invited,
    published,
    terms,
)
from tests.cast import Cast
from tests.contracts import closing
from tests.contracts.dealing import signed
from tests.payouts.people import identity


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    funded(cast.brands["lumen"])
    return cast.brands["lumen"]


def joined(made: Campaign, creator: Creator, at: datetime = AT) -> Participation:
    return participation.join(made, creator, by=identity("olga"), at=at)


def agreed(offer: Offer) -> Agreement:
    """The creator has accepted the newest version."""
    about = {"by": identity("mira"), "at": AT}
    return negotiation.accept(offer, side="creator", seen=negotiation.latest(offer).nr, **about)  # type: ignore[arg-type]


# -- by an offer, or under the contract --


def test_an_invitation_that_is_agreed_to_becomes_an_offer_of_who_invited(lumen: Brand, mira: Creator) -> None:
    sheet = terms(lumen, commission_bps=1500, bonuses=(Bonus("retainer", 50_000),))
    approach = invited(published(lumen, sheet, entry=CampaignEntry.INVITED), mira)
    invitations.answer(approach, True, by=identity("mira"), at=AT)
    assert approach.campaign
    found = participants.participant_of(approach.campaign.id, mira.id)
    assert found
    assert found.round
    assert found.participation.offer
    assert (found.status, found.participation.terms_from) == ("sent", "targeted")
    assert (found.round.side, found.round.sheet, found.round.maker.name) == ("brand", sheet, "Olga")
    assert found.participation.offer.title == "Spring lamps"


def test_the_offer_becomes_the_contract(cast: Cast, lumen: Brand, mira: Creator) -> None:
    made = published(lumen)
    joined(made, mira)
    (found,) = participants.of_campaign(made.id)
    assert found.participation.offer
    agreement = agreed(found.participation.offer)
    (found,) = participants.of_campaign(made.id)
    assert found.status == "to_sign"
    contract = signed(agreement, AT)
    (found,) = participants.of_campaign(made.id)
    assert (found.status, found.contract) == ("contract", contract)


def test_under_a_contract_that_covers_its_days_a_campaign_is_an_annex_and_the_contracts_rates_win(
    lumen: Brand, mira: Creator
) -> None:
    contract = market.contract(lumen, mira)
    made = published(lumen, terms(lumen, commission_bps=500))
    application = applied(made, mira)
    found = applications.admit(application, by=identity("olga"), at=AT)
    assert (found.contract, found.offer, found.terms_from) == (contract, None, "contract")
    assert application.status == "admitted"
    assert participants.of_campaign(made.id)[0].status == "contract"


def test_a_contract_that_covers_some_of_the_days_is_in_the_way(lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira, date(2026, 1, 1), date(2026, 5, 31))
    application = applied(published(lumen), mira)
    with pytest.raises(Conflict, match="from 2026-01-01 to 2026-05-31 covers only some"):
        applications.admit(application, by=identity("olga"), at=AT)
    later = market.contract(lumen, mira, date(2026, 6, 1), date(2026, 12, 31))
    june = datetime(2026, 6, 2, tzinfo=UTC)
    assert joined(application.campaign, mira, june).contract == later  # the days before have passed


def test_an_offer_of_a_campaign_that_has_begun_is_for_the_days_that_are_left(lumen: Brand, mira: Creator) -> None:
    offer = joined(published(lumen), mira, datetime(2026, 5, 2, 12, tzinfo=UTC)).offer
    assert offer
    sheet = negotiation.latest(offer).sheet
    assert (sheet.starts_on, sheet.ends_on) == (date(2026, 5, 2), LAST)


# -- what is in the way --


def test_an_exclusivity_of_another_brand_is_in_the_way_and_said_without_its_name(
    cast: Cast, lumen: Brand, mira: Creator
) -> None:
    days = {"first": FIRST, "last": FIRST}
    closing.signed(cast.brands["kettle"], mira, closing.sheet(closed=closing.closing("home"), **days))
    made = published(lumen)
    (said,) = participation.conflicts(made, mira, AT)
    assert "An exclusivity closes this" in said
    assert "Kettle" not in said
    approach = invited(made, mira)
    with pytest.raises(Conflict, match="An exclusivity closes this"):
        invitations.answer(approach, True, by=identity("mira"), at=AT)
    assert participants.of_campaign(made.id) == []


def test_what_a_campaign_would_close_counts_for_an_offer_and_not_under_a_contract(
    cast: Cast, lumen: Brand, mira: Creator
) -> None:
    closing.signed(cast.brands["kettle"], mira, closing.sheet(first=FIRST, last=FIRST))
    made = published(lumen, terms(lumen, exclusivity=closing.closing("home.lighting")))
    with pytest.raises(Conflict, match="would close"):
        joined(made, mira)
    market.contract(lumen, mira)
    assert joined(made, mira).terms_from == "contract"


def test_a_full_campaign_and_one_that_is_over_take_nobody(cast: Cast, lumen: Brand, mira: Creator) -> None:
    made = published(lumen, most_creators=1)
    joined(made, mira)
    with pytest.raises(Conflict, match="already"):
        joined(made, mira)
    with pytest.raises(Conflict, match="full"):
        joined(made, cast.creators["joon"])
    other = published(lumen, starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31))
    with pytest.raises(Conflict, match="no longer accepts"):
        joined(other, mira, datetime(2026, 8, 1, tzinfo=UTC))
    campaigns.cancel(other, "No", by=identity("olga"), at=AT)
    with pytest.raises(Conflict, match="no longer accepts"):
        joined(other, mira)


def test_what_was_asked_before_a_campaign_closed_can_still_be_answered(lumen: Brand, mira: Creator) -> None:
    made = published(lumen)
    application = applied(made, mira)
    campaigns.close(made, by=identity("olga"), at=AT)
    assert applications.admit(application, by=identity("olga"), at=AT).terms_from == "open"


# -- several campaigns of a brand --


def test_the_terms_of_an_invitation_replace_those_open_to_all(lumen: Brand, mira: Creator) -> None:
    open_ = published(lumen, title="Everybody")
    days = {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 7, 31)}
    targeted = published(lumen, terms(lumen, commission_bps=2000), title="You", entry=CampaignEntry.INVITED, **days)
    first = joined(open_, mira)
    old = first.offer
    second = joined(targeted, mira)
    assert old
    assert second.offer
    assert second.offer != old
    assert negotiation.latest(old).status == "withdrawn"
    assert (first.offer_id, first.terms_from, first.terms_campaign_id) == (second.offer_id, "targeted", targeted.id)
    sheet = negotiation.latest(second.offer).sheet
    assert (sheet.commission_bps, sheet.starts_on, sheet.ends_on) == (2000, FIRST, date(2026, 7, 31))


def test_an_answer_of_the_creator_gives_way_to_an_invitation_too(lumen: Brand, mira: Creator) -> None:
    first = joined(published(lumen), mira)
    assert first.offer
    old, sheet = first.offer, terms(lumen, commission_bps=1200)
    negotiation.counter(old, negotiation.Version(sheet), side="creator", seen=1, by=identity("mira"), at=AT)
    second = joined(published(lumen, entry=CampaignEntry.INVITED), mira)
    assert negotiation.latest(old).status == "declined"
    assert first.offer_id == second.offer_id != old.id


def test_a_later_open_campaign_shares_the_offer_there_is_and_makes_it_longer(lumen: Brand, mira: Creator) -> None:
    for kind, word in ((CampaignEntry.INVITED, "targeted"), ("open", "open")):
        first = joined(published(lumen, entry=kind, categories=("home",)), mira)
        assert first.offer
        second = joined(published(lumen, title="Later", ends_on=date(2026, 8, 31)), mira)
        assert (second.offer_id, second.terms_from) == (first.offer_id, word)
        assert second.terms_campaign_id == first.campaign_id
        newest = negotiation.latest(first.offer)
        assert (newest.nr, newest.status, newest.sheet.ends_on) == (2, "sent", date(2026, 8, 31))
        negotiation.withdraw(first.offer, side="brand", reason="Anew", by=identity("olga"), at=AT)


def test_an_offer_both_have_agreed_on_stays_whatever_comes(lumen: Brand, mira: Creator) -> None:
    first = joined(published(lumen), mira)
    assert first.offer
    agreed(first.offer)
    shorter = {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 31)}
    second = joined(published(lumen, entry=CampaignEntry.INVITED, **shorter), mira)
    assert (second.offer_id, second.terms_from) == (first.offer_id, "open")
    longer = published(lumen, entry=CampaignEntry.INVITED, ends_on=date(2026, 9, 30))
    with pytest.raises(Conflict, match="Another offer between you"):
        joined(longer, mira)


def test_campaigns_of_other_categories_on_the_same_days_wait_for_the_offer(lumen: Brand, mira: Creator) -> None:
    joined(published(lumen), mira)
    other = published(lumen, categories=("beauty",))
    with pytest.raises(Conflict, match="Another offer between you"):
        joined(other, mira)
    later = published(lumen, categories=("beauty",), starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31))
    assert joined(later, mira).terms_campaign_id == later.id


def test_an_offer_that_has_expired_is_in_nobodys_way(lumen: Brand, mira: Creator) -> None:
    first = joined(published(lumen), mira)
    other = published(lumen, categories=("beauty",))
    assert joined(other, mira, AT + timedelta(days=15)).offer_id != first.offer_id


def test_three_campaigns_go_over_to_the_offer_of_one_by_invitation(lumen: Brand, mira: Creator) -> None:
    first = joined(published(lumen, ends_on=date(2026, 5, 31)), mira)
    second = joined(published(lumen, title="Later", starts_on=date(2026, 5, 1), ends_on=date(2026, 8, 31)), mira)
    old = first.offer
    assert old
    assert second.offer_id == old.id
    targeted = published(
        lumen, terms(lumen, commission_bps=2000), entry=CampaignEntry.INVITED, ends_on=date(2026, 4, 15)
    )
    third = joined(targeted, mira)
    assert third.offer
    assert negotiation.latest(old).status == "withdrawn"
    assert {first.offer_id, second.offer_id} == {third.offer_id}, "also of the one whose days it does not meet"
    assert second.terms_campaign_id == targeted.id
    sheet = negotiation.latest(third.offer).sheet
    assert (sheet.commission_bps, sheet.starts_on, sheet.ends_on) == (2000, FIRST, date(2026, 8, 31))


def work(*categories: str, **places: tuple[str, ...]) -> Scope:
    return Scope(**{"territories": ("NL",), "formats": ("live",)} | places, categories=categories)  # type: ignore[arg-type]


def test_an_offer_that_is_shared_holds_the_work_of_all(lumen: Brand, mira: Creator) -> None:
    first = joined(published(lumen, categories=("home",)), mira)
    assert first.offer
    within = terms(lumen, work=work("home.lighting", platforms=("tiktok",)))
    joined(published(lumen, within), mira)
    assert negotiation.latest(first.offer).nr == 1, "it holds that already"
    joined(published(lumen, terms(lumen, work=work("home", territories=("NL", "BE")))), mira)
    newest = negotiation.latest(first.offer)
    assert (newest.nr, newest.sheet.work) == (2, work("home", territories=("NL", "BE"), platforms=("all",)))
    third = joined(published(lumen, entry=CampaignEntry.INVITED), mira)
    assert third.offer
    assert negotiation.latest(third.offer).sheet.work == newest.sheet.work


def test_work_beyond_what_both_have_agreed_on_is_refused(lumen: Brand, mira: Creator) -> None:
    first = joined(published(lumen), mira)
    assert first.offer
    agreed(first.offer)
    with pytest.raises(Conflict, match="Another offer between you"):
        joined(published(lumen, terms(lumen, work=work("home.lighting", territories=("BE",)))), mira)


# -- the end of it --


def ended(how: str, offer: Offer) -> datetime:
    """The offer comes to nothing; returns when."""
    brand = {"side": "brand", "reason": "No", "by": identity("olga"), "at": AT}
    if how == "declined":
        negotiation.decline(offer, **brand | {"side": "creator", "by": identity("mira"), "seen": 1})  # type: ignore[arg-type]
    elif how == "withdrawn":
        negotiation.withdraw(offer, **brand)  # type: ignore[arg-type]
    elif how == "void":
        signature.void(agreed(offer), reason="No", by=identity("olga"), at=AT)
    elif how == "expired":
        negotiation.expire(AT + timedelta(days=14))
    return AT + timedelta(days=14) if how in ("expired", "over") else AT


@pytest.mark.parametrize("how", ["declined", "withdrawn", "void", "expired", "over"])
def test_who_took_part_by_an_offer_that_came_to_nothing_may_come_again(
    how: str, cast: Cast, lumen: Brand, mira: Creator
) -> None:
    made = published(lumen, most_creators=1)
    application = applied(made, mira)
    first = applications.admit(application, by=identity("olga"), at=AT)
    assert first.offer
    old = first.offer
    with pytest.raises(Conflict, match="take part"):
        applied(made, mira)
    assert (campaigns.joined(made.id, at=AT), participants.involved(made.id, [mira.id], at=AT)) == (
        1,
        {mira.id: "joined"},
    )
    at = ended(how, old)
    assert (campaigns.joined(made.id, at=at), participants.involved(made.id, [mira.id], at=at)) == (0, {})
    approach = invited(made, mira, at=at)
    invitations.answer(approach, False, by=identity("mira"), at=at)
    again = applications.admit(applied(made, mira, at=at), by=identity("olga"), at=at)
    assert (again.id, again.joined_at) == (first.id, at), "the same row, anew"
    assert again.offer
    assert again.offer.id != old.id
    assert campaigns.joined(made.id, at=at) == 1
    with pytest.raises(Conflict, match="full"):
        joined(made, cast.creators["joon"], at)


def test_what_is_signed_takes_part_for_good(lumen: Brand, mira: Creator) -> None:
    made = published(lumen)
    first = joined(made, mira)
    assert first.offer
    signed(agreed(first.offer), AT)
    late = AT + timedelta(days=60)
    assert campaigns.joined(made.id, at=late) == 1
    assert participants.involved(made.id, [mira.id], at=late) == {mira.id: "joined"}
