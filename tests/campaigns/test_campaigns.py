"""A campaign is written, published and ended; creators see what is for them; what can't be is said at its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.campaigns import applications, campaigns, invitations
from app.campaigns.models import Approach, CampaignEntry
from app.contracts.terms.sheet import Bonus
from app.database import db
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.users.models import AuditEvent, Brand, Creator
from tests import market
from tests.campaigns.campaigning import (
    AT,
    applied,
    campaign,
    draft,
    funded,
    invited,
    published,
    terms,
)
from tests.payouts.people import identity


def edited(made: Any, **changes: Any) -> Any:
    sheet = changes.pop("sheet", made.sheet)
    return campaigns.edit(made, replace(campaigns.draft_of(made), **changes), sheet, by=identity("olga"), at=AT)


# -- writing --


def test_a_campaign_keeps_what_was_written_and_offers_its_terms_for_its_own_days(lumen: Brand) -> None:
    market.product(lumen, "LAMP")
    elsewhere = terms(lumen, starts_on=date(2027, 1, 1), ends_on=date(2027, 2, 1), currency="USD")
    wishes = {"keywords": (" hue  lamps", "hue lamps"), "platforms": ("all",), "products": ("LAMP", "LAMP")}
    made = campaign(lumen, elsewhere, title="  Spring   lamps ", **wishes)
    assert (made.title, made.status, made.keywords, made.platforms) == ("Spring lamps", "draft", ["hue lamps"], [])
    assert made.sheet == terms(lumen)
    assert [each.sku for each in campaigns.products_of(made)] == ["LAMP"]
    assert campaigns.draft_of(made) == replace(draft(lumen), keywords=("hue lamps",), products=("LAMP",), platforms=())
    trail = db.session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "campaign")).one()
    assert (trail.action, trail.object_id, trail.by_name) == ("create", made.id, "Olga")


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("title", {"title": " "}),
    ("title", {"title": "x" * 141}),
    ("brief", {"brief": "x" * 5001}),
    ("categories", {"categories": ()}),
    ("categories", {"categories": ("nonsense",)}),
    ("markets", {"markets": ()}),
    ("markets", {"markets": ("EU",)}),
    ("markets", {"markets": ("ZZ",)}),
    ("languages", {"languages": ("xx",)}),
    ("platforms", {"platforms": ("cinema",)}),
    ("ages", {"ages": ("1-2",)}),
    ("keywords", {"keywords": tuple(f"k{number}" for number in range(21))}),
    ("questions", {"questions": ("x" * 301,)}),
    ("entry", {"entry": "all"}),
    ("budget", {"budget": -1}),
    ("hour_ceiling", {"hour_ceiling": 0}),
    ("hours", {"hours": 0}),
    ("most_creators", {"most_creators": 0}),
    ("products", {"products": ("NONE",)}),
    ("ends_on", {"ends_on": date(2026, 3, 31)}),
    ("currency", {"currency": "XXX"}),
]


def test_what_can_not_be_is_said_at_its_field(lumen: Brand) -> None:
    for field, changes in WRONG:
        with pytest.raises(BadInput) as refused:
            campaign(lumen, **changes)
        assert [name for name, _sentence in refused.value.about["problems"]] == [field], changes
    with pytest.raises(BadInput) as refused:
        campaign(lumen, terms(lumen, commission_bps=10_001, bonuses=(Bonus("retainer", 0),)))
    names = [name for name, _sentence in refused.value.about["problems"]]
    assert [name.split(".")[:2] for name in names] == [["terms", "commission_bps"], ["terms", "bonuses"]]


def test_a_draft_may_change_and_what_is_published_keeps_its_terms(lumen: Brand) -> None:
    made = campaign(lumen)
    edited(made, markets=("BE",), sheet=terms(lumen, commission_bps=1500))
    assert (made.markets, made.sheet.commission_bps) == (["BE"], 1500)
    with pytest.raises(BadInput, match="has passed already"):
        campaigns.publish(made, by=identity("olga"), at=datetime(2026, 7, 1, tzinfo=UTC))
    campaigns.publish(made, by=identity("olga"), at=AT)
    edited(made, brief="Warm light", budget=5, hours=3)
    assert (made.brief, made.budget, made.hours) == ("Warm light", 5, 3)
    for change in ({"markets": ("NL",)}, {"entry": CampaignEntry.INVITED}, {"sheet": terms(lumen, commission_bps=900)}):
        with pytest.raises(Conflict, match="can’t change"):
            edited(made, **change)
    campaigns.close(made, by=identity("olga"), at=AT)
    with pytest.raises(WrongStatus):
        edited(made, brief="Late")


# -- the end --


def test_cancelling_rejects_who_applied_and_lets_invitations_lapse(lumen: Brand, mira: Creator, joon: Creator) -> None:
    funded(lumen)
    made = published(lumen)
    application, approach = applied(made, mira), invited(made, joon)
    with pytest.raises(BadInput, match="Give a reason"):
        campaigns.cancel(made, " ", by=identity("olga"), at=AT)
    campaigns.cancel(made, "No lamps", by=identity("olga"), at=AT)
    db.session.expire_all()
    assert (application.status, application.reason) == ("rejected", "No lamps")
    assert (approach.status, approach.answered_at) == ("lapsed", AT)
    assert campaigns.for_creator(mira, made.public_id, at=AT) is made


def test_a_campaign_closes_by_itself_after_its_last_day_where_the_brand_is(lumen: Brand) -> None:
    made, later = published(lumen), published(lumen, ends_on=date(2026, 7, 1))
    assert campaigns.takes(made, datetime(2026, 6, 30, 21, 59, tzinfo=UTC))
    assert campaigns.close_past(at=datetime(2026, 6, 30, 21, 59, tzinfo=UTC)) == 0
    assert campaigns.close_past(at=datetime(2026, 6, 30, 22, tzinfo=UTC)) == 1
    assert (made.status, later.status) == ("closed", "published")


# -- who sees it --


def test_a_creator_finds_what_is_open_and_only_the_invited_what_is_not(
    lumen: Brand, mira: Creator, joon: Creator
) -> None:
    funded(lumen)
    hidden, open_, targeted = campaign(lumen), published(lumen), published(lumen, entry=CampaignEntry.INVITED)
    invited(targeted, mira)

    def seen(creator: Creator) -> list[bool]:
        return [campaigns.visible_to(creator, each, at=AT) for each in (hidden, open_, targeted)]

    assert seen(mira) == [False, True, True]
    assert seen(joon) == [False, True, False]
    assert campaigns.market(at=AT) == [open_]
    with pytest.raises(NotFound):
        campaigns.for_creator(joon, targeted.public_id, at=AT)
    with pytest.raises(NotFound):
        campaigns.get_campaign(0, open_.public_id)


def test_without_funds_or_after_its_days_nobody_new_finds_it(lumen: Brand, mira: Creator, joon: Creator) -> None:
    made = published(lumen)
    assert not campaigns.in_market(made, at=AT)
    assert campaigns.market(at=AT) == []
    funded(lumen)
    applied(made, mira)
    late = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert (campaigns.in_market(made, at=AT), campaigns.in_market(made, at=late)) == (True, False)
    assert [campaigns.visible_to(each, made, at=late) for each in (mira, joon)] == [True, False]
    assert campaigns.market(at=late) == []


# -- applying --


def test_an_application_has_an_answer_to_each_question_and_comes_once(
    lumen: Brand, mira: Creator, joon: Creator
) -> None:
    funded(lumen)
    made = published(lumen, questions=("Why you?", "When?"))
    for answers in ([], ["I"], ["I", " "]):
        with pytest.raises(BadInput, match="Answer each"):
            applied(made, mira, answers=answers)
    first = applied(made, mira, answers=["I", "Now"])
    assert first.answers == ["I", "Now"]
    with pytest.raises(Conflict, match="already applied for this campaign"):
        applied(made, mira, answers=["I", "Now"])
    applications.retract(first, by=identity("mira"), at=AT)
    again = applied(made, mira, answers=["I", "Later"])
    assert list(applications.of_campaign(made.id)) == [again]
    assert (applications.newest(made.id, mira.id), applications.newest(made.id, joon.id)) == (again, None)
    assert list(applications.of_creator(mira.id)) == [again]


def test_who_is_rejected_reads_why_and_may_not_apply_again(lumen: Brand, mira: Creator) -> None:
    funded(lumen)
    made = published(lumen)
    application = applied(made, mira)
    with pytest.raises(BadInput):
        applications.reject(application, "", by=identity("olga"), at=AT)
    applications.reject(application, "Another style", by=identity("olga"), at=AT)
    assert (application.status, application.reason) == ("rejected", "Another style")
    for again in (applications.retract, applications.admit):
        with pytest.raises(WrongStatus):
            again(application, by=identity("olga"), at=AT)
    with pytest.raises(Conflict, match="already"):
        applied(made, mira)


def test_nobody_applies_to_what_they_do_not_see_or_are_invited_to(lumen: Brand, mira: Creator, joon: Creator) -> None:
    targeted = published(lumen, entry=CampaignEntry.INVITED)
    approach = invited(targeted, mira)
    with pytest.raises(NotFound):
        applied(targeted, joon)
    with pytest.raises(Conflict, match="Answer the invitation"):
        applied(targeted, mira)
    invitations.lapse(at=AT + timedelta(days=30))
    assert applied(targeted, mira, at=AT + timedelta(days=30)).status == "applied"
    assert db.session.scalars(select(Approach)).one().status == approach.status == "lapsed"
    campaigns.close(targeted, by=identity("olga"), at=AT)
    with pytest.raises(Conflict, match="no longer accepts creators"):
        applied(targeted, mira)
