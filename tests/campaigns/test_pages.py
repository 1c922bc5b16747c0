"""The pages of campaigns: from the brief to an invitation or an application, and from there to an offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select, update

from app import clock
from app.campaigns import (
    applications,
    campaigns,
    invitations,
    participants,
)
from app.campaigns.models import Application, Approach, Campaign, CampaignEntry
from app.catalog import assortment
from app.contracts.models import Offer
from app.contracts.offers import negotiation, templates
from app.contracts.terms.sheet import (
    Bonus,
    Condition,
    Exclusivity,
    Scope,
)
from app.database import db
from app.security import Role
from app.users import invitations as user_invitations
from app.users.models import Person
from tests import market
from tests.campaigns import campaigning
from tests.cast import Cast
from tests.contracts import closing
from tests.contracts.dealing import (
    changed,
    form_of,
    page,
    said,
)
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
NOW = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)  # the last minute of November in Amsterdam
BEGIN = date(2026, 12, 1)
DAYS = {"starts_on": BEGIN, "ends_on": BEGIN + timedelta(days=60)}


@pytest.fixture(autouse=True)
def same_day() -> Iterator[None]:
    """Every test runs at the same instant, whatever the calendar says."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def address(cast: Cast) -> str:
    campaigning.funded(cast.brands["lumen"])
    db.session.commit()
    return f"/brands/{cast.brands['lumen'].public_id}/campaigns"


def published(cast: Cast, **changes: object) -> Campaign:
    made = campaigning.published(cast.brands["lumen"], at=clock.now(), **{**DAYS, **changes})  # type: ignore[arg-type]
    db.session.commit()
    return made


def theirs(cast: Cast, made: Campaign, creator: str = "mira") -> str:
    return f"/creators/{cast.creators[creator].public_id}/campaigns/{made.public_id}"


def test_an_owner_writes_a_campaign_and_publishes_it(cast: Cast, browse: Browse, address: str) -> None:
    market.product(cast.brands["lumen"], "LAMP")
    db.session.commit()
    owner = browse("olga")
    assert "No campaigns yet." in page(owner, address)
    assert f'href="{address}/new"' not in browse("bea").get(address).text
    empty = form_of(owner.get(f"{address}/new"), "/new")
    wrong = owner.post(f"{address}/new", data=changed(empty, title="Spring", products="NONE", commission_bps="1O"))
    assert wrong.status_code == 422
    wrong = said(wrong)
    for sentence in ("Choose at least one category.", "Choose the first day.", "Write a percentage from 0 to 100"):
        assert sentence in wrong
    days = {name: day.isoformat() for name, day in DAYS.items()}
    whole = {"title": "Spring", "brief": "Warm light", "categories": "home.lighting", "markets": ["NL", "BE"], **days}
    whole |= {"budget": "10000", "hour_ceiling": "80.50", "platforms": "tiktok", "ages": ["18-24", "25-34"]}
    whole |= {"keywords": "dimmer\nled", "questions": "Why you?", "commission_bps": "12.5", "retainer": "500"}
    whole |= {"exclusivity": "category", "products": "NONE", "languages": "nl"}
    blanks = dict.fromkeys(("budget", "hours", "commission_bps", "window_days", "hold_days"), " ")
    blank = owner.post(f"{address}/new", data=changed(empty, **whole | blanks))
    assert blank.status_code == 422
    for what in ("Enter a budget.", "Enter a number of hours.", "Fill in a percentage.", "Fill in a number of days."):
        assert what in said(blank)
    unknown = owner.post(f"{address}/new", data=changed(empty, **whole))
    assert "You have no product with SKU “NONE”" in said(unknown)
    made = owner.post(f"{address}/new", data=changed(empty, **whole | {"products": "LAMP"}))
    assert made.status_code == 303
    shown = page(owner, made.location)
    for words in (
        "This is a draft.",
        "€10,000.00",
        "at most €80.50",
        "Warm light",
        "Netherlands, Belgium",
    ):
        assert words in shown
    assert "Netherlands" in page(browse("audrey"), address)
    browse("max").post(f"{made.location}/publish")
    found = db.session.scalars(select(Campaign)).one()
    assert (found.status, found.hour_ceiling, found.keywords) == ("published", 8050, ["dimmer", "led"])
    sheet = found.sheet
    assert (sheet.commission_bps, sheet.bonuses) == (1250, (Bonus("retainer", 50_000),))
    where = {"categories": ("home.lighting",), "territories": ("NL", "BE")}
    assert sheet.exclusivity == Exclusivity("category", Scope(**where))
    assert sheet.work == Scope(**where, platforms=("tiktok",), formats=("live",))


def test_a_new_campaign_begins_with_the_brands_own_country_and_categories(
    cast: Cast, browse: Browse, address: str
) -> None:
    lumen = cast.brands["lumen"]
    owner = browse("olga")
    plain = form_of(owner.get(f"{address}/new"), "/new")
    assert plain.getlist("markets") == [lumen.country]
    assert not plain.getlist("categories")
    assortment.declare(lumen, ["home.lighting", "beauty"], by=identity("olga"), at=clock.now())
    db.session.commit()
    form = form_of(owner.get(f"{address}/new"), "/new")
    assert sorted(form.getlist("categories")) == ["beauty", "home.lighting"]
    draft = campaigning.campaign(lumen, at=clock.now(), **{**DAYS, "markets": ("BE",)})  # type: ignore[arg-type]
    db.session.commit()
    edited = form_of(owner.get(f"{address}/{draft.public_id}/edit"), "/edit")
    assert edited.getlist("markets") == ["BE"], "what is written already stays"


def test_a_published_campaign_changes_but_for_its_terms(cast: Cast, browse: Browse, address: str) -> None:
    made = published(cast)
    owner, edit = browse("olga"), f"{address}/{made.public_id}/edit"
    form = form_of(owner.get(edit), "/edit")
    assert not {"commission_bps", "markets", "starts_on", "entry", "questions"} & set(form)
    assert owner.post(edit, data=changed(form, title="Better", hours="3", markets="DE")).status_code == 303
    db.session.refresh(made)
    assert (made.title, made.hours, made.markets, made.sheet.commission_bps) == ("Better", 3, ["NL"], 1000)
    assert owner.post(f"{address}/{made.public_id}/close").status_code == 303
    assert owner.get(edit).status_code == 409
    again = owner.post(f"{address}/{made.public_id}/close")
    assert again.status_code == 409
    assert "Somebody was faster" in said(again)


def test_a_template_lends_its_terms_with_what_no_field_shows(cast: Cast, browse: Browse, address: str) -> None:
    lumen = cast.brands["lumen"]
    lines = (
        Bonus("guarantee", 300_000, (Condition("valid_minutes", 600),)),
        Bonus("quota", 100, (Condition("posts", 1),)),
    )
    full = Exclusivity("full", Scope(), fee=5_000)
    sheet = campaigning.terms(lumen, bonuses=lines, exclusivity=full, coupons=("X",), hold_days=7)
    kept = templates.save(lumen, "Stars", sheet, by=identity("olga"), at=clock.now())
    db.session.commit()
    owner = browse("olga")
    assert "Stars" in page(owner, f"{address}/new")
    begin = f"{address}/new?template={kept.public_id}"
    form = form_of(owner.get(begin), "/new")
    assert (form["guarantee"], form["exclusivity"], form["hold_days"]) == ("3000.00", "keep", "7")
    days = {name: day.isoformat() for name, day in DAYS.items()}
    whole = {"title": "Stars", "categories": "home", "markets": "NL", "budget": "1", "guarantee": "2000", **days}
    assert owner.post(begin, data=changed(form, **whole)).status_code == 303
    found = db.session.scalars(select(Campaign)).one().sheet
    assert found.bonuses == (Bonus("guarantee", 200_000, lines[0].conditions), lines[1])
    assert (found.exclusivity, found.coupons, found.starts_on) == (full, (), DAYS["starts_on"])


def test_creators_are_invited_in_bulk_and_the_page_says_who_was_not(cast: Cast, browse: Browse, address: str) -> None:
    made = published(cast, entry=CampaignEntry.INVITED)
    invite, owner = f"{address}/{made.public_id}/invite", browse("olga")
    assert "0 of 50 messages" in page(owner, f"{address}/{made.public_id}")
    unknown = owner.post(invite, data={"handles": "@mira\nnobody"})
    assert unknown.status_code == 422
    assert "No creator has the handle nobody" in said(unknown)
    assert owner.post(invite, data={"creator": str(cast.brands["lumen"].public_id)}).status_code == 422
    both = {"creator": [str(each.public_id) for each in cast.creators.values()], "handles": "@mira", "message": "Hi"}
    shown = said(owner.post(invite, data=both, follow_redirects=True))
    assert "2 creators invited." in shown
    assert "2 of 50 messages" in shown
    again = said(owner.post(invite, data=both, follow_redirects=True))
    assert "0 creators invited." in again
    assert "Joon Park, Mira Live (is already invited)" in again.replace("Mira Live, Joon Park", "Joon Park, Mira Live")


def test_an_invitation_that_is_agreed_to_leads_to_the_offer(cast: Cast, browse: Browse, address: str) -> None:
    made = published(cast, entry=CampaignEntry.INVITED, brief="Warm light")
    assert browse("joon").get(theirs(cast, made, "joon")).status_code == 404
    approach = campaigning.invited(made, cast.creators["mira"], at=clock.now())
    db.session.commit()
    mira, creators = browse("mira"), f"/creators/{cast.creators['mira'].public_id}"
    shown = page(mira, theirs(cast, made))
    for words in ("You are invited", "Your lamps!", "Warm light", "Funded", "you get an offer with these terms"):
        assert words in shown
    assert "Take part" not in page(browse("adam"), theirs(cast, made))
    reply = f"{creators}/invitations/{approach.public_id}/answer"
    assert mira.post(reply, data={"answer": "perhaps"}).status_code == 422
    shown = said(mira.post(reply, data={"answer": "agree", "reason": "Gladly"}, follow_redirects=True))
    assert "You are taking part." in shown
    offer = db.session.scalars(select(Offer)).one()
    assert f"/offers/{offer.public_id}" in mira.get(theirs(cast, made)).text
    own = browse("max").get(f"{address}/{made.public_id}")
    assert f"/offers/{offer.public_id}" in own.text
    assert "Gladly" in said(own)
    assert mira.post(reply, data={"answer": "refuse"}).status_code == 409


def test_a_creator_applies_and_is_admitted_under_the_contract_there_is(
    cast: Cast, browse: Browse, address: str
) -> None:
    made = published(cast, questions=("Why you?",))
    contract = market.contract(cast.brands["lumen"], cast.creators["mira"], BEGIN, BEGIN + timedelta(days=90))
    db.session.commit()
    mira, there = browse("mira"), theirs(cast, made)
    assert "Its rates apply" in page(mira, there)
    refused = mira.post(f"{there}/apply", data={"message": "Me!", "answer": " "})
    assert refused.status_code == 422
    assert "Answer each of the brand's questions." in said(refused)
    assert "Me!" in refused.text
    data = {"message": "Me!", "answer": "I know lamps"}
    waiting = said(mira.post(f"{there}/apply", data=data, follow_redirects=True))
    assert "Applied" in waiting
    assert "Waiting to be read" not in waiting
    assert mira.post(f"{there}/apply", data=data).status_code == 409
    (application,) = db.session.scalars(select(Application)).all()
    own, owner = f"{address}/{made.public_id}", browse("olga")
    assert "Why you? I know lamps" in page(owner, own)
    assert "1" in page(owner, address)
    nothing = owner.post(f"{own}/applications/{application.public_id}/reject", data={"reason": " "})
    assert nothing.status_code == 422
    shown = said(owner.post(f"{own}/applications/{application.public_id}/admit", follow_redirects=True))
    assert f"Contract {contract.ref}" in shown
    assert "Contract terms" in shown
    assert "You are taking part." in page(mira, there)
    assert owner.post(f"{own}/applications/{application.public_id}/admit").status_code == 409


def test_what_stands_in_the_way_is_shown_before_and_said_after(cast: Cast, browse: Browse, address: str) -> None:
    made = published(cast)
    days = {"first": BEGIN, "last": BEGIN + timedelta(days=9)}
    closing.signed(cast.brands["kettle"], cast.creators["mira"], closing.sheet(closed=closing.closing("home"), **days))
    db.session.commit()
    mira, there = browse("mira"), theirs(cast, made)
    shown = page(mira, there)
    assert "An exclusivity closes this" in shown
    assert "Kettle" not in shown
    mira.post(f"{there}/apply", data={"message": "Later?"})
    (application,) = db.session.scalars(select(Application)).all()
    admit = f"{address}/{made.public_id}/applications/{application.public_id}/admit"
    refused = browse("olga").post(admit)
    assert refused.status_code == 409
    assert "An exclusivity closes this" in said(refused)
    assert participants.of_campaign(made.id) == []
    assert "Application withdrawn." in said(
        mira.post(f"{there.split('/campaigns')[0]}/applications/{application.public_id}/retract", follow_redirects=True)
    )


def test_when_the_offer_comes_to_nothing_both_read_it_and_the_creator_may_apply_again(
    cast: Cast, browse: Browse, address: str
) -> None:
    made = published(cast, most_creators=1)
    application = campaigning.applied(made, cast.creators["mira"], at=clock.now())
    joined = applications.admit(application, by=identity("olga"), at=clock.now())
    assert joined.offer
    db.session.commit()
    mira, there, own = browse("mira"), theirs(cast, made), f"{address}/{made.public_id}"
    assert "You are taking part." in page(mira, there)
    assert "Participants1of at most 1" in page(browse("olga"), own)
    told = {"side": "creator", "seen": 1, "reason": "No", "by": identity("mira"), "at": clock.now()}
    negotiation.decline(joined.offer, **told)  # type: ignore[arg-type]
    db.session.commit()
    shown = page(mira, there)
    assert "You are taking part." not in shown
    assert "The contract or offer you took part under has ended: Declined" in shown
    assert "Participants0of at most 1" in page(browse("olga"), own)
    assert "Applied" in said(mira.post(f"{there}/apply", data={"message": "Again!"}, follow_redirects=True))


def test_calling_off_needs_a_reason_and_ends_what_waits(cast: Cast, browse: Browse, address: str) -> None:
    made = published(cast)
    campaigning.invited(made, cast.creators["joon"], at=clock.now())
    db.session.commit()
    owner, own = browse("olga"), f"{address}/{made.public_id}"
    assert owner.post(f"{own}/cancel", data={"reason": ""}).status_code == 422
    assert "Cancelled." in said(owner.post(f"{own}/cancel", data={"reason": "No lamps"}, follow_redirects=True))
    db.session.expire_all()
    assert db.session.scalars(select(Approach)).one().status == "lapsed"
    shown = page(browse("joon"), theirs(cast, made, "joon"))
    assert "This campaign no longer accepts creators." in shown
    assert owner.post(f"{own}/invite", data={"handles": "mira"}).status_code == 409


def test_an_invitation_to_a_campaign_that_was_closed_since_is_answered_on_its_page(
    cast: Cast, browse: Browse, address: str
) -> None:
    made, joon = published(cast), cast.creators["joon"]
    approach = campaigning.invited(made, joon, at=clock.now())
    campaigns.close(made, by=identity("olga"), at=clock.now())
    db.session.commit()
    browser, there = browse("joon"), theirs(cast, made, "joon")
    shown = page(browser, there)
    assert "Can be answered until" in shown
    assert "This campaign no longer accepts creators." not in shown
    assert f"/invitations/{approach.public_id}/answer" in browser.get(there).text
    assert page(browser, f"/creators/{joon.public_id}/campaigns").count("View the terms and answer") == 1
    with time_machine.travel(approach.stands_until, tick=False):
        late = page(browse("joon"), there)
        assert "This invitation expired after 30 days." in late
        assert "Can be answered until" not in late
    reply = f"/creators/{joon.public_id}/invitations/{approach.public_id}/answer"
    assert "You are taking part." in said(browser.post(reply, data={"answer": "agree"}, follow_redirects=True))


def test_an_invitation_to_a_campaign_that_is_over_waits_for_nothing(cast: Cast, browse: Browse, address: str) -> None:
    made, joon = published(cast), cast.creators["joon"]
    campaigning.invited(made, joon, at=clock.now())
    db.session.execute(update(Campaign).values(starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1)))
    db.session.commit()
    browser = browse("joon")
    assert "View the terms and answer" not in page(browser, f"/creators/{joon.public_id}/campaigns")
    shown = page(browser, theirs(cast, made, "joon"))
    assert "This campaign no longer accepts creators." in shown
    assert "Can be answered until" not in shown


def test_a_brand_without_funds_reads_that_nobody_finds_it(cast: Cast, browse: Browse, address: str) -> None:
    made = published(cast)
    campaigning.funded(cast.brands["lumen"], 0)
    db.session.commit()
    assert "You have no available funds" in page(browse("olga"), address)
    assert "You have no available funds" in page(browse("olga"), f"{address}/{made.public_id}")
    assert browse("mira").get(theirs(cast, made)).status_code == 404
    assert campaigns.market(at=clock.now()) == []


def test_a_message_without_a_campaign_is_answered_too(cast: Cast, browse: Browse) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    sent = invitations.invite(lumen, [mira], None, "Shall we talk?", by=identity("olga"), at=clock.now()).sent
    db.session.commit()
    reply = f"/creators/{mira.public_id}/invitations/{sent[0].public_id}/answer"
    assert browse("mira").post(reply, data={"answer": "agree"}).status_code == 303
    db.session.expire_all()
    assert sent[0].status == "agreed"


def test_an_invitation_shows_the_same_instant_with_its_zone_to_both(cast: Cast, browse: Browse, address: str) -> None:
    joon = cast.creators["joon"]
    made = campaigning.published(cast.brands["lumen"], at=clock.now(), **DAYS)
    until = campaigning.invited(made, joon, at=clock.now()).stands_until
    db.session.commit()
    person = db.session.scalars(select(Person).where(Person.email == identity("joon").email)).one()
    person.timezone = "Asia/Seoul"
    db.session.commit()
    own = f"/creators/{joon.public_id}/campaigns"
    pages = {
        "Europe/Amsterdam": browse("olga").get(f"{address}/{made.public_id}").text,
        "Asia/Seoul": browse("joon").get(f"{own}/{made.public_id}").text,
    }
    for zone, shown in pages.items():
        (time,) = [each for each in html.fromstring(shown).iter("time") if each.get("datetime") == until.isoformat()]
        assert time.tail.startswith(f" ({zone})"), zone
        assert f"{until.astimezone(ZoneInfo(zone)):%H:%M}" in time.text
    assert "(Asia/Seoul)" in browse("joon").get(own).text


def test_who_is_invited_as_a_member_reads_until_when_in_a_zone_that_is_named(cast: Cast, browse: Browse) -> None:
    lumen = cast.brands["lumen"]
    user_invitations.invite("new@lumen.example", Role.BRAND_MEMBER, lumen, by=identity("olga"), at=clock.now())
    db.session.commit()
    assert "(Europe/Amsterdam)" in browse("olga").get(f"/brands/{lumen.public_id}/people").text
