"""A budget becomes a plan that says why, and a plan becomes drafts of offers, once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Update, func, select, update

from app.campaigns import (
    applications,
    campaigns,
    invitations,
    participants,
    participation,
)
from app.campaigns.models import Campaign, CampaignEntry
from app.contracts.models import Offer
from app.contracts.offers import negotiation
from app.contracts.terms import sheet_rules
from app.contracts.terms.sheet import Bonus, Scope
from app.creators.models import Profile
from app.database import db, raw
from app.errors import BadInput, Conflict
from app.plans import drafting, plan_options, plan_words, plans, yields
from app.plans.models import Plan
from app.plans.plan_model import Bound
from app.ranking.outlook import Outlook
from app.users.models import Brand, Creator, Membership
from tests import market
from tests.campaigns import campaigning
from tests.campaigns.campaigning import AT, crowd
from tests.cast import Cast
from tests.contracts.closing import closing, sheet, signed
from tests.contracts.dealing import signed as sign
from tests.payouts.people import identity
from tests.plans import plannable
from tests.ranking import stands


def planned(campaign: Campaign, **changes: Any) -> Plan:
    return plans.create(campaign, plannable.wishes(**changes), by=identity("olga"), at=AT)


def drafted(plan: Plan) -> Sequence[Offer]:
    return drafting.draft_offers(plan, by=identity("olga"), at=AT)


def kettle() -> Brand:
    return db.session.scalars(select(Brand).where(Brand.handle == "kettle")).one()


def chosen(plan: Plan) -> dict[int, int]:
    """The hours of each creator."""
    return {each["creator"]: each["hours"] for each in plan.choices}


def lacked(plan: Plan) -> dict[int, str]:
    return {each["creator"]: each["lacked"] for each in plan.others}


def test_what_a_choice_costs_and_brings_is_told_to_the_cent(lumen: Brand) -> None:
    one = crowd(1)[0]
    plannable.rated([one], 2.0)
    terms = campaigning.terms(lumen, in_stream_bps=2_000, bonuses=(Bonus("retainer", 10_000),))
    plan = planned(campaigning.published(lumen, terms, hours=10), appetite="bold")
    (row,) = plan.choices
    # 20 hours count as 5, 5 x 0.9 and 10 x 0.7, at 2 x 1,000.00 each; the price is 50.00 an hour, three months pay
    # 100.00 each, and 20 % commission.
    assert (row["hours"], row["sold"], row["fee"]) == (20, 3_300_000, 100_000)
    assert (row["fixed"], row["commission"], row["cost"]) == (30_000, 660_000, 790_000)
    assert row["expected"] == 1_320_000 - 790_000
    assert (plan.cost, plan.expected, plan.method, plan.considered) == (790_000, 530_000, "exact", 1)
    assert (plan.low, plan.high) == (row["low"], row["high"])
    assert row["low"] < row["expected"] < row["high"]
    assert plan.loss is not None
    assert 0 <= plan.loss < 0.5
    assert (row["place"], row["of"]) == (1, 1)


def test_sales_are_taken_to_two_figures_so_that_nobody_reads_a_rivals(lumen: Brand) -> None:
    one = crowd(1)[0]
    plannable.rated([one], 1.23456)
    (row,) = planned(campaigning.published(lumen, hours=10), appetite="bold").choices
    assert row["sold"] == 120_000 * 33 // 2


def test_a_plan_tells_nothing_of_what_one_rival_alone_sold(lumen: Brand) -> None:
    one, other = crowd(2)
    plannable.market()
    brands = {"brands": [lumen.id, 901]}
    stands.store([plannable.stand(one, sales_index=1.4, **brands), plannable.stand(other, sales_index=1.4)])
    campaign = campaigning.published(lumen, hours=10)
    sold = {row["creator"]: row["sold"] for row in planned(campaign, appetite="bold").choices}
    assert sold == {one.id: 150_000 * 33 // 2, other.id: 140_000 * 33 // 2}
    raw().execute("update market_mean set brands = %s", [[lumen.id, 901]])
    nothing = planned(campaign)
    assert (nothing.choices, set(lacked(nothing).values())) == ([], {"unknown"})


def test_a_plan_keeps_to_the_budget_the_markets_and_the_most_creators(lumen: Brand) -> None:
    people = crowd(9)
    plannable.market()
    about = zip(people, ("BE", "NL", "NL") * 3, strict=True)
    stands.store([plannable.stand(*each, sales_index=1 + nr / 10) for nr, each in enumerate(about)])
    campaign = campaigning.published(lumen, markets=("NL", "BE"))
    markets = {"NL": Bound(creators=2), "BE": Bound(money=90_000)}
    plan = planned(campaign, markets=markets, budget=600_000, most_creators=4)
    where = [each["market"] for each in plan.choices]
    assert where.count("NL") == 2
    assert sum(each["cost"] for each in plan.choices if each["market"] == "BE") <= 90_000
    assert plan.cost <= 600_000
    assert len(where) <= 4
    assert "market_creators" in lacked(plan).values()
    only = planned(campaign, markets={"BE": Bound()}, most_creators=1)
    assert [each["market"] for each in only.choices] == ["BE"]
    assert "creators" in lacked(only).values()


def test_those_who_take_part_already_count_for_the_campaigns_own_limit(lumen: Brand, cast: Cast) -> None:
    people = crowd(3)
    plannable.rated(people, 1.0, 1.1, 1.2)
    campaign = campaigning.published(lumen, most_creators=2)
    campaigning.funded(lumen)
    participation.join(campaign, people[2], by=identity("olga"), at=AT)
    plan = planned(campaign)
    assert list(chosen(plan)) == [people[1].id]
    assert lacked(plan) == {people[0].id: "creators", people[2].id: "joined"}


def test_who_is_not_chosen_is_told_with_what_they_lacked(lumen: Brand, cast: Cast) -> None:
    names = "best poor risky unknown pounds shut closed offered absent".split()
    people = dict(zip(names, crowd(len(names)), strict=True))
    plannable.market()
    rows = {name: plannable.stand(each) for name, each in people.items()}
    rows["best"] = plannable.stand(people["best"], sales_index=3.0)
    rows["poor"] = plannable.stand(people["poor"], sales_index=0.1)
    rows["risky"] = plannable.stand(people["risky"], shape=0.1)
    rows["unknown"] = plannable.stand(people["unknown"], "DE")
    rows["pounds"] = plannable.stand(people["pounds"], price_currency="GBP")
    stands.store(list(rows.values()))
    about: dict[str, Any] = {"about": "", "keywords": [], "public": False, "changed_at": AT}
    db.session.add(Profile(creator_id=people["shut"].id, open_to_offers=False, **about))
    signed(cast.brands["kettle"], people["closed"], sheet(Scope(("food",)), closing("home")))
    draft = negotiation.OfferDraft(campaigning.terms(lumen), "Ours")
    negotiation.begin(lumen, people["offered"], draft, by=identity("olga"), at=AT)
    absent = people["absent"]
    db.session.execute(left(absent))
    campaign = campaigning.published(lumen, markets=("NL", "DE"))
    plan = planned(campaign, markets={"NL": Bound(), "DE": Bound()}, appetite="careful")
    assert list(chosen(plan)) == [people["best"].id]
    assert lacked(plan) == {
        people["poor"].id: "loss",
        people["risky"].id: "risky",
        people["unknown"].id: "unknown",
        people["pounds"].id: "other_money",
        people["shut"].id: "not_open",
        people["offered"].id: "offered",
        people["absent"].id: "not_here",
    }
    assert people["closed"].id not in lacked(plan), "an exclusivity keeps them out of the search itself"


def left(creator: Creator) -> Update:
    """Ends the membership of the one who reads the creator's mail."""
    return update(Membership).where(Membership.creator_id == creator.id).values(ended_at=AT - timedelta(days=1))


def test_an_own_exclusivity_keeps_those_out_who_have_other_work_in_it(lumen: Brand, cast: Cast) -> None:
    busy, free = crowd(2)
    plannable.rated([busy, free], 2.0, 1.0)
    signed(cast.brands["kettle"], busy, sheet(Scope(("home.lighting",))))
    terms = campaigning.terms(lumen, exclusivity=closing("home.lighting"))
    plan = planned(campaigning.published(lumen, terms))
    assert list(chosen(plan)) == [free.id]
    assert lacked(plan) == {busy.id: "closed"}


def test_what_is_short_of_money_is_told_by_how_much(lumen: Brand) -> None:
    people = crowd(2)
    plannable.rated(people, 2.0, 1.0)
    plan = planned(campaigning.published(lumen), budget=250_000)
    assert list(chosen(plan)) == [people[0].id]
    (other,) = plan.others
    # Half of the hours of the second cost 4 x 50.00 and 10 % of 4,000.00.
    assert (other["lacked"], other["short"]) == ("money", 60_000 - (250_000 - plan.cost))


def test_who_is_bold_takes_more_risk(lumen: Brand) -> None:
    wild, steady = crowd(2)
    plannable.market()
    stands.store([plannable.stand(wild, sales_index=1.5, shape=0.5), plannable.stand(steady, shape=100.0)])
    campaign = campaigning.published(lumen)
    assert list(chosen(planned(campaign, most_creators=1, appetite="bold"))) == [wild.id]
    assert list(chosen(planned(campaign, most_creators=1, appetite="careful"))) == [steady.id]


def test_wishes_that_can_not_be_are_refused_in_a_sentence(lumen: Brand) -> None:
    campaign = campaigning.published(lumen)
    for wrong, said in (
        ({"budget": 0}, "budget above zero"),
        ({"margin_bps": 0}, "margin above 0"),
        ({"margin_bps": 10_001}, "margin above 0"),
        ({"most_creators": 0}, "at least one creator"),
        ({"markets": {}}, "one of the campaign’s markets"),
        ({"markets": {"DE": Bound()}}, "one of the campaign’s markets"),
        ({"markets": {"NL": Bound(money=-1)}}, "zero or more"),
        ({"appetite": "wild"}, "from the list"),
    ):
        with pytest.raises(BadInput, match=said):
            planned(campaign, **wrong)
    campaigns.close(campaign, by=identity("olga"), at=AT)
    with pytest.raises(Conflict, match="nothing left to plan"):
        planned(campaign)


def test_a_click_makes_the_drafts_with_the_price_of_the_hours_and_a_second_one_makes_no_more(lumen: Brand) -> None:
    people = crowd(2)
    plannable.market()
    stands.store([plannable.stand(people[0], price=3_333), plannable.stand(people[1], price=None)])
    plan = planned(campaigning.published(lumen, hours=8))
    assert set(chosen(plan)) == {each.id for each in people}
    made = drafted(plan)
    assert {each.creator_id for each in made} == set(chosen(plan))
    assert drafted(plan) == made
    assert db.session.execute(select(func.count()).select_from(Offer)).scalar_one() == 2
    by_creator = {each.creator_id: negotiation.latest(each) for each in made}
    priced, free = by_creator[people[0].id], by_creator[people[1].id]
    assert {priced.status, free.status} == {"draft"}
    assert free.sheet == plan.campaign.sheet
    (fee,) = priced.sheet.bonuses
    assert (fee.measure, fee.period, fee.tiering) == ("valid_minutes", "contract", "fixed")
    assert sum(step.amount or 0 for step in fee.steps) == 16 * 3_333
    assert fee.steps[-1].from_value == 16 * 60
    assert sheet_rules.problems(priced.sheet, at=AT) == []
    assert "16 hours live" in priced.message
    assert {each["offer"] for each in plan.choices} == {each.id for each in made}
    assert drafting.offers_of(plan) == made


def test_who_can_not_be_offered_it_any_more_is_left_out_of_the_drafts(lumen: Brand) -> None:
    people = crowd(2)
    plannable.rated(people, 1.0, 1.0)
    plan = planned(campaigning.published(lumen))
    market.contract(lumen, people[0])
    assert [each.creator_id for each in drafted(plan)] == [people[1].id]
    assert {each["creator"]: each.get("skipped") for each in plan.choices} == {
        people[0].id: "contract",
        people[1].id: None,
    }


def test_offers_are_drafted_only_for_a_campaign_that_takes_somebody(lumen: Brand) -> None:
    plannable.rated(crowd(1), 1.0)
    campaign = campaigning.campaign(lumen)
    plan = planned(campaign)
    with pytest.raises(Conflict, match="Publish the campaign first"):
        drafted(plan)
    campaigns.publish(campaign, by=identity("olga"), at=AT)
    campaigns.close(campaign, by=identity("olga"), at=AT)
    with pytest.raises(Conflict, match="no longer accepts"):
        drafted(plan)


def test_a_fee_comes_to_exactly_what_was_asked_whatever_the_hours(lumen: Brand) -> None:
    plain = campaigning.terms(lumen)
    for hours, fee in ((1, 1), (3, 2), (7, 10_001), (23, 99_999), (744, 5)):
        terms = drafting.with_fee(plain, hours, fee)
        (line,) = terms.bonuses
        assert sum(step.amount or 0 for step in line.steps) == fee
        assert line.steps[-1].from_value == hours * 60
        assert sheet_rules.problems(terms, at=AT) == []
    assert drafting.with_fee(plain, 8, 0) == plain


def test_wishes_are_read_back_as_they_were_written() -> None:
    wishes = plannable.wishes(markets={"NL": Bound(2, None), "BE": Bound(None, 5)}, most_creators=3)
    assert plans.Wishes.of(wishes.as_json()) == wishes


def test_hours_are_those_of_the_campaign_half_and_twice_as_many() -> None:
    assert yields.levels(8) == [4, 8, 16]
    assert yields.levels(1) == [1, 2]
    assert yields.levels(744) == [372, 744]
    assert (yields.trials(8), yields.trials(1), yields.trials(8, 0)) == ([1, 2], [1], [])


def test_each_piece_of_hours_brings_less_than_the_one_before() -> None:
    counted = [yields.counted(hours, 10) for hours in range(31)]
    steps = [round(after - before, 6) for before, after in pairwise(counted)]
    assert steps == sorted(steps, reverse=True)
    assert (counted[5], counted[10], counted[20]) == (5, pytest.approx(9.5), pytest.approx(16.5))


def test_no_more_hours_are_planned_than_count_on_the_days_there_are(lumen: Brand) -> None:
    assert yields.levels(8, 10) == [4, 8, 10]
    assert yields.levels(8, 3) == [3]
    assert yields.levels(8, 0) == []
    sheet = campaigning.terms(lumen, starts_on=date(2026, 4, 29), ends_on=date(2026, 5, 3), day_minutes=100)
    assert plan_options.most_hours(sheet) == 8
    assert plan_options.most_hours(replace(sheet, month_minutes=240)) == (200 + 240) // 60
    plannable.rated(crowd(1), 2.0)
    days = {"starts_on": date(2026, 4, 29), "ends_on": date(2026, 5, 3)}
    short = campaigning.terms(lumen, day_minutes=120, stream_minutes=60)
    assert [each["hours"] for each in planned(campaigning.published(lumen, short, hours=8, **days)).choices] == [10]
    tiny, days = replace(short, day_minutes=30, stream_minutes=30), days | {"ends_on": date(2026, 4, 29)}
    nobody = planned(campaigning.published(lumen, tiny, hours=8, **days))
    assert (nobody.choices, set(lacked(nobody).values())) == ([], {"no_time"})


def test_somebody_who_fits_two_markets_may_be_planned_in_either(lumen: Brand) -> None:
    both, other = crowd(2)
    plannable.market()
    rows = [plannable.stand(both, sales_index=2.0), plannable.stand(both, "BE", sales_index=1.5)]
    stands.store([*rows, plannable.stand(other, "BE", sales_index=1.9)])
    campaign = campaigning.published(lumen, markets=("NL", "BE"))
    found = plan_options.pool(campaign, ("NL", "BE"), 4_000, at=AT)
    offered = [found.offered(place) for place in range(len(found.row))]
    assert {each.option.market for each in offered if each.option.creator == both.id} == {"NL", "BE"}
    assert found.count == 2
    plan = planned(campaign, markets={"NL": Bound(creators=0), "BE": Bound()}, appetite="bold")
    assert {(each["creator"], each["market"]) for each in plan.choices} == {(both.id, "BE"), (other.id, "BE")}
    assert {each["sold"] for each in plan.choices if each["creator"] == both.id} == {75_000 * 132 // 10}


# -- the campaign's budget and places --


def test_a_plan_keeps_to_what_is_left_of_the_campaigns_budget(lumen: Brand) -> None:
    people = crowd(3)
    plannable.rated(people, 2.0, 1.0, 1.0)
    campaign = campaigning.published(lumen, budget=500_000)
    with pytest.raises(BadInput, match=r"€5,000\.00 of the campaign’s budget is left"):
        planned(campaign, budget=500_001)
    plan = planned(campaign, budget=500_000, most_creators=1)
    twin = planned(campaign, budget=500_000)
    (offer,) = drafted(plan)
    assert plans.budget_left(campaign, at=AT) == 500_000 - plan.cost
    with pytest.raises(BadInput, match="is left"):
        planned(campaign, budget=500_000)
    twin.choices = [each | {"cost": 300_000} for each in twin.choices]
    with pytest.raises(Conflict, match=r"of the campaign’s budget is left\. Make a new plan"):
        drafted(twin)
    negotiation.withdraw(offer, side="brand", reason="No", by=identity("olga"), at=AT)
    assert plans.budget_left(campaign, at=AT) == 500_000, "what came to nothing is free again"


def test_what_those_who_joined_were_offered_is_not_planned_again(lumen: Brand) -> None:
    (one,) = crowd(1)
    campaigning.funded(lumen)
    terms = campaigning.terms(lumen, bonuses=(Bonus("retainer", 10_000),))
    campaign = campaigning.published(lumen, terms, budget=100_000)
    other = campaigning.published(lumen, terms, budget=100_000)
    offer = participation.join(campaign, one, by=identity("olga"), at=AT).offer
    participation.join(other, one, by=identity("olga"), at=AT)
    assert offer
    assert (plans.budget_left(campaign, at=AT), plans.budget_left(other, at=AT)) == (70_000, 100_000), (
        "three months, once"
    )
    who = identity("olga")
    negotiation.withdraw(offer, side="brand", reason="No", by=who, at=AT)
    assert plans.budget_left(campaign, at=AT) == 100_000


def test_two_plans_do_not_take_more_places_than_there_are(lumen: Brand) -> None:
    people = crowd(3)
    plannable.rated(people, 1.0, 1.1, 1.2)
    campaign = campaigning.published(lumen, most_creators=2)
    one, other = planned(campaign, most_creators=1), planned(campaign, most_creators=2)
    drafted(one)
    other.choices = [{**other.choices[0], "creator": each.id} for each in people[:2]]
    with pytest.raises(Conflict, match="not have that many places"):
        drafted(other)


def test_a_drafted_offer_is_a_place_in_the_campaign_of_which_the_creator_knows_nothing(
    lumen: Brand, cast: Cast
) -> None:
    mira = cast.creators["mira"]
    plannable.rated([mira], 1.0)
    campaign = campaigning.published(lumen, entry=CampaignEntry.INVITED)
    (offer,) = drafted(planned(campaign))
    (found,) = participants.of_campaign(campaign.id)
    assert (found.participation.offer, found.status, found.shown) == (offer, "draft", False)
    assert participants.involved(campaign.id, [mira.id], at=AT) == {mira.id: "drafted"}
    assert not campaigns.visible_to(mira, campaign, at=AT)
    negotiation.send(offer, side="brand", by=identity("olga"), at=AT)
    assert campaigns.visible_to(mira, campaign, at=AT)
    agreement = negotiation.accept(offer, side="creator", seen=1, by=identity("mira"), at=AT)
    contract = sign(agreement, AT)
    (found,) = participants.of_campaign(campaign.id)
    assert (found.contract, found.shown) == (contract, True)


def test_who_applies_for_what_is_drafted_already_is_admitted_by_that_offer(lumen: Brand, cast: Cast) -> None:
    mira = cast.creators["mira"]
    plannable.rated([mira], 1.0)
    campaigning.funded(lumen)
    campaign = campaigning.published(lumen, most_creators=1)
    (offer,) = drafted(planned(campaign))
    fee = negotiation.latest(offer).sheet.bonuses
    application = campaigning.applied(campaign, mira)
    found = applications.admit(application, by=identity("olga"), at=AT)
    assert found.offer == offer
    assert (negotiation.latest(offer).status, negotiation.latest(offer).sheet.bonuses) == ("sent", fee)
    assert db.session.execute(select(func.count()).select_from(Offer)).scalar_one() == 1
    with pytest.raises(Conflict, match="already"):
        participation.join(campaign, mira, by=identity("olga"), at=AT)


def test_a_draft_for_other_work_is_in_nobodys_way_and_one_for_the_same_is_shared(lumen: Brand, cast: Cast) -> None:
    mira = cast.creators["mira"]
    plannable.rated([mira], 1.0)
    (offer,) = drafted(planned(campaigning.published(lumen)))
    beauty = participation.join(campaigning.published(lumen, categories=("beauty",)), mira, by=identity("olga"), at=AT)
    assert beauty.offer
    assert beauty.offer != offer
    negotiation.withdraw(beauty.offer, side="brand", reason="No", by=identity("olga"), at=AT)
    again = participation.join(campaigning.published(lumen, title="More"), mira, by=identity("olga"), at=AT)
    assert (again.offer, negotiation.latest(offer).status) == (offer, "sent")


def test_a_contract_made_meanwhile_goes_before_a_draft(lumen: Brand, cast: Cast) -> None:
    mira = cast.creators["mira"]
    plannable.rated([mira], 1.0)
    campaign = campaigning.published(lumen)
    (offer,) = drafted(planned(campaign))
    contract = market.contract(lumen, mira)
    found = participation.join(campaign, mira, by=identity("olga"), at=AT)
    assert (found.contract, found.offer, negotiation.latest(offer).status) == (contract, None, "withdrawn")


def test_only_the_days_that_are_left_are_paid_for(lumen: Brand) -> None:
    plannable.rated(crowd(1), 1.0)
    terms = campaigning.terms(lumen, bonuses=(Bonus("retainer", 30_000),))
    campaign = campaigning.published(lumen, terms)
    late = AT.replace(month=6, day=15)
    plan = plans.create(campaign, plannable.wishes(), by=identity("olga"), at=late)
    assert plan.choices[0]["fixed"] == 16_000
    (offer,) = drafting.draft_offers(plan, by=identity("olga"), at=late)
    assert negotiation.latest(offer).sheet.starts_on == date(2026, 6, 15)


def test_a_campaign_whose_creators_are_all_invited_can_be_planned(lumen: Brand) -> None:
    people = crowd(2)
    plannable.rated(people, 1.0, 1.0)
    campaign = campaigning.published(lumen)
    for each in people:
        campaigning.invited(campaign, each)
    plan = planned(campaign)
    assert set(chosen(plan)) == {each.id for each in people}
    assert all("Is invited and has not answered yet." in plan_words.why(row, "EUR") for row in plan.choices)
    offers = drafted(plan)
    approach = invitations.newest(campaign.id, people[0].id)
    assert approach is not None
    invitations.answer(approach, True, by=identity("mira"), at=AT)  # agrees by the offer that lies ready
    found = participants.participant_of(campaign.id, people[0].id)
    assert found is not None
    assert (found.participation.offer, found.status) == (offers[0], "sent")


def test_a_plan_without_choices_says_truly_why(lumen: Brand) -> None:
    *people, third, fourth = crowd(4)
    campaign = campaigning.published(lumen)
    assert plan_words.nobody(planned(campaign)).startswith("No creator matches the campaign")
    plannable.rated(people, 1.0, 1.0)
    drafted(planned(campaign))
    later = planned(campaign, budget=100_000)
    assert (chosen(later), set(lacked(later).values())) == ({}, {"drafted"})
    assert plan_words.nobody(later).startswith("No creator can get a new offer now.")
    stands.store([plannable.stand(each, sales_index=1.0) for each in (third, fourth)])
    loss = planned(campaign, margin_bps=1, budget=100_000)
    assert {lacked(loss)[each.id] for each in (third, fourth)} == {"loss"}
    assert plan_words.nobody(loss).startswith("No creator pays off")


def test_limits_that_keep_everybody_out_are_named_and_nobody_is_called_better(lumen: Brand) -> None:
    plannable.rated(crowd(1), 1.0)
    plan = planned(campaigning.published(lumen), budget=100)
    (row,) = plan.others
    assert (plan.choices, row["lacked"]) == ([], "money")
    assert plan_words.nobody(plan).startswith("No creator can be planned with these settings.")
    assert plan_words.lack(row, "EUR", anybody=False).endswith("over budget.")
    full = campaigning.published(lumen, most_creators=1, title="One place")
    campaigning.funded(lumen)
    participation.join(full, crowd(1, "d")[0], by=identity("olga"), at=AT)
    (row,) = planned(full).others
    assert plan_words.lack(row, "EUR", anybody=False) == "No places left."


# -- running contracts, trials, and what comes of a plan --


def test_who_has_a_contract_is_planned_by_its_commission_and_invited_and_gets_no_offer(lumen: Brand) -> None:
    one, other = crowd(2)
    plannable.rated([one, other], 1.0, 1.0)
    campaign = campaigning.published(lumen)
    contract = market.contract(lumen, one, commission_bps=1_500)
    campaigning.invited(campaign, other)
    market.contract(lumen, other)
    plan = planned(campaign, appetite="bold")
    rows = {each["creator"]: each for each in plan.choices}
    row = rows[one.id]
    assert (row["contract"], row["fee"], row["fixed"]) == (contract.id, 0, 0)
    assert row["cost"] == row["commission"] == row["sold"] * 15 // 100
    assert "Works under your running contract" in " ".join(plan_words.why(row, "EUR"))
    assert (rows[other.id]["invited"], row["invited"]) == (True, False)
    assert drafted(plan) == []
    approaches = {creator: invitations.newest(campaign.id, creator) for creator in rows}
    assert {each["creator"]: each["approach"] for each in plan.choices} == {
        creator: approach.id for creator, approach in approaches.items() if approach
    }
    assert plans.budget_left(campaign, at=AT) == campaign.budget - plan.cost, "what they are planned for is spoken for"
    approach = approaches[one.id]
    assert approach
    invitations.answer(approach, True, by=identity("mira"), at=AT)
    found = participants.participant_of(campaign.id, one.id)
    assert found
    assert found.contract == contract
    assert set(lacked(planned(campaign, budget=100_000)).values()) == {"joined"}


def test_a_contract_that_ended_meanwhile_is_no_reason_to_invite(lumen: Brand) -> None:
    one = crowd(1)[0]
    plannable.rated([one], 1.0)
    campaign = campaigning.published(lumen)
    plan = planned(campaign)
    plan.choices = [each | {"contract": 1} for each in plan.choices]
    assert drafted(plan) == []
    assert [each["skipped"] for each in plan.choices] == ["no_contract"]
    assert "no longer covers" in plan_words.lack({"lacked": "no_contract"}, "EUR")


def test_who_is_new_gets_trial_hours_within_their_own_budget(lumen: Brand) -> None:
    proven, *new = crowd(5)
    plannable.market()
    fresh = [plannable.stand(each, sales_index=1.5, shape=0.3, evidence="none") for each in new]
    stands.store([plannable.stand(proven, sales_index=1.0), *fresh])
    campaign = campaigning.published(lumen, hours=8)
    plan = planned(campaign, appetite="careful", budget=600_000, trial_bps=1_000)
    hours = chosen(plan)
    assert hours[proven.id] == 16
    tried = [each for each in plan.choices if each["trial"]]
    assert tried
    assert {each["hours"] for each in tried} <= {1, 2}
    assert sum(each["cost"] for each in tried) <= 60_000
    assert "Trial hours, to find out" in " ".join(plan_words.why(tried[0], "EUR"))
    assert "trial_money" in lacked(plan).values()
    none = planned(campaign, appetite="careful", budget=600_000, trial_bps=0)
    assert list(chosen(none)) == [proven.id]


def test_the_drafts_of_a_plan_are_sent_at_once_and_what_is_in_the_way_of_one_keeps_no_other(lumen: Brand) -> None:
    people = crowd(3)
    plannable.rated(people, 1.0, 1.0, 1.0)
    campaigning.funded(lumen)
    campaign = campaigning.published(lumen)
    campaigning.invited(campaign, people[0])
    plan = planned(campaign)
    offers = drafted(plan)
    assert len(drafting.unsent(plan)) == 3
    negotiation.withdraw(offers[0], side="brand", reason="No", by=identity("olga"), at=AT)
    shut = offers[1].creator
    signed(kettle(), shut, sheet(Scope(("home.lighting",)), closing("home")))
    sent = drafting.send_offers(plan, by=identity("olga"), at=AT)
    assert [each.id for each in sent.offers] == [offers[2].id]
    assert set(sent.refused) == {shut.id}
    assert negotiation.latest(offers[2]).status == "sent"
    assert [each.id for each in drafting.unsent(plan)] == [offers[1].id]
    assert drafting.send_offers(plan, by=identity("olga"), at=AT).offers == []


def test_of_a_crowd_those_below_the_two_hundredth_are_planned_where_they_are_cheaper(lumen: Brand) -> None:
    people = crowd(12)
    plannable.market()
    dear = [plannable.stand(each, sales_index=3.0, price=90_000) for each in people[:11]]
    stands.store([*dear, plannable.stand(people[11], sales_index=1.0, price=100)])
    plan = planned(campaigning.published(lumen), budget=160_000, appetite="bold")
    assert list(chosen(plan)) == [people[11].id]
    assert plan.considered == 12


def test_deviations_of_many_are_those_of_each() -> None:
    draw = random.Random(2)
    outlooks = [
        Outlook(draw.uniform(0.2, 50), draw.uniform(0.5, 80), 2_000.0, draw.random(), draw.uniform(1, 2), draw.random())
        for _one in range(20)
    ]
    hours = np.array([1.0, 4.0, 13.2])
    found = plan_options.deviations(outlooks, hours)
    for row, outlook in zip(found, outlooks, strict=True):
        assert list(row) == pytest.approx([outlook.over(each).deviation for each in hours])
