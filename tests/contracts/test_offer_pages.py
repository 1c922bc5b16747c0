"""The pages of offers, from both sides: the whole way, what is refused and how that is said, what nobody else sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.catalog.assortment import declare
from app.contracts.models import Agreement, Offer, OfferRound
from app.contracts.offers import negotiation, templates
from app.contracts.offers.negotiation import Version
from app.contracts.terms.sheet import Bonus
from app.database import db
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.contracts.dealing import (
    agreed,
    changed,
    closing,
    drafted,
    form_of,
    page,
    proposed,
    running,
    said,
    signed,
    terms,
)
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]


def at_brand(brand: Brand, rest: str = "") -> str:
    return f"/brands/{brand.public_id}/offers{rest}"


def at_creator(creator: Creator, rest: str = "") -> str:
    return f"/creators/{creator.public_id}/offers{rest}"


def newest() -> OfferRound:
    db.session.rollback()
    return db.session.scalars(select(OfferRound).order_by(OfferRound.id.desc()).limit(1)).one()


# -- the whole way --


def test_an_offer_goes_from_an_empty_form_to_an_agreement(browse: Browse, lumen: Brand, mira: Creator) -> None:
    olga, miras = browse("olga"), browse("mira")
    empty = form_of(olga.get(at_brand(lumen, "/new")), "/offers/new")
    filled = changed(empty, title="Spring lamps", creator="mira", commission_bps="12.5", retainer_amount="500.00")
    answer = olga.post(at_brand(lumen, "/new"), data=filled)
    assert answer.status_code == 303, said(answer)
    address = answer.headers["Location"]
    assert "Send to Mira Live" in page(olga, address)
    assert olga.post(f"{address}/send", data={"days": "7"}).status_code == 303

    offer = db.session.scalars(select(Offer)).one()
    theirs = at_creator(mira, f"/{offer.public_id}")
    shown = page(miras, theirs)
    for words in ("Spring lamps", "12.5%", "€500.00", "Unfunded", "Counter"):
        assert words in shown, words
    assert newest().status == "viewed"

    form = form_of(miras.get(f"{theirs}/answer"), "/answer")
    assert form["commission_bps"] == "12.50"
    answer = miras.post(f"{theirs}/answer", data=changed(form, commission_bps="15", message="Fifteen, please."))
    assert answer.status_code == 303, said(answer)

    shown = page(olga, address)
    assert "1 field has changed" in shown
    assert "Fifteen, please." in shown
    assert "12.5%" in shown
    answer = olga.post(f"{address}/accept", data={"seen": "2"})
    assert answer.status_code == 303, said(answer)
    assert "/agreements/" in answer.headers["Location"]
    assert newest().sheet.commission_bps == 1500
    assert db.session.scalars(select(Agreement)).one().sheet.commission_bps == 1500


def test_a_side_replaces_its_own_version(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    address = at_brand(lumen, f"/{offer.public_id}")
    form = form_of(browse("max").get(f"{address}/answer"), "/answer")
    assert browse("max").post(f"{address}/answer", data=changed(form, hold_days="7", days="3")).status_code == 303
    assert (newest().nr, newest().side, newest().sheet.hold_days) == (2, "brand", 7)
    assert "Replaced by a newer one" in page(browse("mira"), at_creator(mira, f"/{offer.public_id}"))


def test_declining_and_taking_back_ask_for_a_reason(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    theirs, ours = at_creator(mira, f"/{offer.public_id}"), at_brand(lumen, f"/{offer.public_id}")
    answer = browse("ada").post(f"{theirs}/decline", data={"seen": "1", "reason": " "})
    assert answer.status_code == 422
    assert "Say why: the other side will read it." in said(answer)
    assert browse("ada").post(f"{theirs}/decline", data={"seen": "1", "reason": "Too little."}).status_code == 303
    assert "Too little." in page(browse("olga"), ours)
    again = proposed(lumen, mira, title="Once more")
    ours = at_brand(lumen, f"/{again.public_id}")
    assert browse("olga").post(f"{ours}/withdraw", data={"reason": "A mistake."}).status_code == 303
    assert (newest().status, newest().reason) == ("withdrawn", "A mistake.")
    assert "Accept" not in page(browse("mira"), at_creator(mira, f"/{again.public_id}"))


# -- refusals are sentences --


def test_accepting_an_older_version_shows_the_newer_one(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    theirs = at_creator(mira, f"/{offer.public_id}")
    page(browse("mira"), theirs)
    newer = replace(terms(lumen), commission_bps=100)
    negotiation.revise(offer, Version(newer), side="brand", by=identity("olga"), at=clock.now())
    db.session.commit()
    answer = browse("mira").post(f"{theirs}/accept", data={"seen": "1"})
    assert answer.status_code == 409
    assert "There is a newer version: look at it before you answer." in said(answer)
    assert "1%" in said(answer)
    assert db.session.scalar(select(Agreement)) is None


def test_countering_an_older_version_leads_to_the_newer_one(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    theirs, miras = at_creator(mira, f"/{offer.public_id}"), browse("mira")
    form = form_of(miras.get(f"{theirs}/answer"), "/answer")
    newer = replace(terms(lumen), commission_bps=100)
    negotiation.revise(offer, Version(newer), side="brand", by=identity("olga"), at=clock.now())
    db.session.commit()
    answer = miras.post(f"{theirs}/answer", data=changed(form, commission_bps="50"), follow_redirects=True)
    assert "There is a newer version: look at it before you answer." in said(answer)
    assert newest().nr == 2


def test_an_older_version_can_be_read_but_not_accepted(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    newer = replace(terms(lumen), commission_bps=100)
    negotiation.revise(offer, Version(newer), side="brand", by=identity("olga"), at=clock.now())
    db.session.commit()
    shown = page(browse("mira"), at_creator(mira, f"/{offer.public_id}?round=1"))
    assert "This is an older version" in shown
    assert "10%" in shown
    assert "Accept version" not in shown
    page(browse("mira"), at_creator(mira, f"/{offer.public_id}?round=3"), 404)


def test_what_breaks_a_rule_is_said_at_its_field_and_nothing_is_stored(browse: Browse, lumen: Brand) -> None:
    olga = browse("olga")
    empty = form_of(olga.get(at_brand(lumen, "/new")), "/offers/new")
    wrong = changed(empty, title="X", creator="nobody", exclusivity_level="full", ends_on="2001-01-01")
    answer = olga.post(at_brand(lumen, "/new"), data=wrong)
    assert answer.status_code == 422
    text = said(answer)
    assert "The last day lies before the first: choose a later one." in text
    assert "needs a fee above zero" in text
    answer = olga.post(at_brand(lumen, "/new"), data=changed(empty, title="X", creator="nobody"))
    assert "No creator has this handle" in said(answer)
    assert db.session.scalar(select(Offer)) is None


def test_other_brands_that_are_none_are_told_when_it_is_sent(browse: Browse, lumen: Brand, mira: Creator) -> None:
    sheet = terms(lumen, exclusivity=closing(level="named_rivals", rivals=("nobody",)))
    offer = drafted(lumen, mira, sheet)
    assert "no brand “nobody” here" in page(browse("olga"), at_brand(lumen, f"/{offer.public_id}"))
    answer = browse("olga").post(at_brand(lumen, f"/{offer.public_id}/send"), data={"days": "14"})
    assert answer.status_code == 422
    assert "“nobody” is not another brand on the platform" in said(answer)


def test_nothing_changed_is_no_answer(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    theirs, miras = at_creator(mira, f"/{offer.public_id}"), browse("mira")
    answer = miras.post(f"{theirs}/answer", data=form_of(miras.get(f"{theirs}/answer"), "/answer"))
    assert answer.status_code == 422
    assert "Nothing is changed" in said(answer)


def test_locked_fields_are_words_and_not_fields_for_the_creator(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira, locked=("commission_bps", "bonuses"))
    theirs, miras = at_creator(mira, f"/{offer.public_id}"), browse("mira")
    assert "Not negotiable" in page(miras, theirs)
    form = form_of(miras.get(f"{theirs}/answer"), "/answer")
    assert not {"commission_bps", "retainer_amount"} & set(form)
    answer = miras.post(f"{theirs}/answer", data=changed(form, commission_bps="90", hold_days="1"))
    assert answer.status_code == 303
    assert (newest().sheet.commission_bps, newest().sheet.hold_days) == (1000, 1)
    assert newest().sheet.bonuses == terms(lumen).bonuses


# -- what stands in the way --


def test_a_conflict_is_told_to_both_and_names_nobody(browse: Browse, cast: Cast, lumen: Brand, mira: Creator) -> None:
    kettle = cast.brands["kettle"]
    running(kettle, mira, exclusivity=closing())
    offer = proposed_despite(lumen, mira)
    for who, address in (("olga", at_brand(lumen)), ("mira", at_creator(mira))):
        shown = page(browse(who), f"{address}/{offer.public_id}")
        assert "An exclusivity closes this until" in shown
        assert "Kettle" not in shown
    assert f"/creators/{mira.public_id}/calendar" in browse("mira").get(at_creator(mira, f"/{offer.public_id}")).text
    answer = browse("olga").post(at_brand(lumen, f"/{offer.public_id}/send"), data={"days": "14"})
    assert answer.status_code == 409
    assert "An exclusivity closes this until" in said(answer)


def proposed_despite(lumen: Brand, mira: Creator) -> Offer:
    """A draft that can't be sent; mira sees it as if it had been before the other contract was signed."""
    offer = drafted(lumen, mira)
    draft = negotiation.latest(offer)
    draft.sent_at, draft.expires_at = clock.now(), clock.now() + timedelta(days=1)
    db.session.commit()
    return offer


def test_what_the_law_asks_for_is_said_before_anybody_accepts(browse: Browse, lumen: Brand, mira: Creator) -> None:
    sheet = terms(lumen, work=replace(terms(lumen).work, territories=("FR",)))
    offer = proposed(lumen, mira, sheet)
    theirs = at_creator(mira, f"/{offer.public_id}")
    assert "the contract has to say" in page(browse("mira"), theirs)
    answer = browse("mira").post(f"{theirs}/accept", data={"seen": "1"})
    assert answer.status_code == 409
    assert "the contract has to say" in said(answer)


def test_the_creator_alone_sees_what_it_closes_and_how_it_is_funded(
    browse: Browse, cast: Cast, lumen: Brand, mira: Creator
) -> None:
    offer = proposed(lumen, mira, terms(lumen, exclusivity=closing()))
    market.contract(cast.brands["kettle"], mira, coupons=("K",))
    db.session.commit()
    theirs, ours = at_creator(mira, f"/{offer.public_id}"), at_brand(lumen, f"/{offer.public_id}")
    assert "Unfunded" in page(browse("mira"), theirs)
    assert "Unfunded" not in page(browse("olga"), ours)
    assert "A month for sure" in page(browse("mira"), theirs)
    assert "€3,600.00" in page(browse("mira"), theirs)


# -- who sees what --


def test_a_draft_is_seen_by_its_own_side_alone(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = drafted(lumen, mira, title="Hush")
    assert "Hush" in page(browse("bea"), at_brand(lumen))
    assert "Hush" not in page(browse("mira"), at_creator(mira))
    theirs = at_creator(mira, f"/{offer.public_id}")
    for method, rest in (
        ("get", ""),
        ("get", "/answer"),
        ("post", "/accept"),
        ("post", "/decline"),
        ("post", "/withdraw"),
    ):
        answer = getattr(browse("mira"), method)(theirs + rest, data={"seen": "1", "reason": "No."})
        assert answer.status_code == 404, rest


def test_other_peoples_offers_are_not_there(browse: Browse, cast: Cast, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    for who, address in (
        ("kim", at_brand(cast.brands["kettle"], f"/{offer.public_id}")),
        ("kim", at_brand(lumen, f"/{offer.public_id}")),
        ("joon", at_creator(cast.creators["joon"], f"/{offer.public_id}")),
        ("mira", at_brand(lumen, f"/{offer.public_id}")),
    ):
        assert browse(who).get(address).status_code in (403, 404), (who, address)


def test_the_platform_looks_on_and_marks_nothing_as_seen(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    theirs = at_creator(mira, f"/{offer.public_id}")
    assert "Accept" not in page(browse("audrey"), theirs)
    assert newest().status == "sent"
    assert browse("audrey").post(f"{theirs}/accept", data={"seen": "1"}).status_code == 403
    assert "Accept" not in page(browse("bea"), at_brand(lumen, f"/{offer.public_id}"))


# -- drafts, lists, templates --


def test_a_draft_is_worked_on_until_it_is_sent(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = drafted(lumen, mira)
    address, olga = at_brand(lumen, f"/{offer.public_id}"), browse("olga")
    form = form_of(olga.get(f"{address}/edit"), "/edit")
    data = changed(form, title="Summer lamps", window_days="30", locked_fields=["window_days"])
    assert olga.post(f"{address}/edit", data=data).status_code == 303
    shown = page(olga, address)
    assert "Summer lamps" in shown
    assert "30 days" in shown
    assert "Not negotiable" in shown
    olga.post(f"{address}/send", data={"days": "14"})
    assert olga.get(f"{address}/edit").status_code == 409
    assert olga.post(f"{address}/edit", data=data).status_code == 409


def test_the_list_is_filtered_by_which_way_offers_went(browse: Browse, cast: Cast, lumen: Brand, mira: Creator) -> None:
    proposed(lumen, mira, title="O-sent")
    answered = proposed(lumen, cast.creators["joon"], title="O-countered")
    other = replace(terms(lumen), hold_days=1)
    negotiation.counter(answered, Version(other), side="creator", seen=1, by=identity("joon"), at=clock.now())
    db.session.commit()
    olga = browse("olga")

    def listed(query: str) -> set[str]:
        shown = page(olga, at_brand(lumen, query))
        return {name for name in ("O-sent", "O-countered") if name in shown}

    assert listed("") == {"O-sent", "O-countered"}
    assert listed("?direction=received") == set()
    assert listed("?direction=sent") == {"O-sent", "O-countered"}
    assert listed("?direction=countered_by_them") == {"O-countered"}
    assert listed("?direction=countered_by_us") == set()
    assert listed("?status=sent") == {"O-sent", "O-countered"}
    assert listed("?status=accepted") == set()
    assert "Your turn" in page(olga, at_brand(lumen))
    assert "O-countered" in page(browse("joon"), at_creator(cast.creators["joon"], "?direction=countered_by_us"))
    assert olga.get(at_brand(lumen, "?status=nonsense")).status_code == 422


def test_what_waits_for_somebody_is_on_their_first_page(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    earnings = f"/creators/{mira.public_id}/earnings"
    assert "Answer the offer “Spring lamps”" in page(browse("mira"), earnings)
    assert "Answer the offer" not in page(browse("olga"), f"/brands/{lumen.public_id}")
    agreed(offer)
    assert "Answer the offer" not in page(browse("mira"), earnings)
    assert "Sign the agreement with Lumen Lighting" in page(browse("mira"), earnings)
    assert "Sign the agreement with Mira Live" in page(browse("olga"), f"/brands/{lumen.public_id}")


def test_terms_are_kept_under_a_name_and_begin_an_offer(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer, olga = drafted(lumen, mira, terms(lumen, goal="Lamps"), locked=("goal",)), browse("olga")
    assert olga.post(at_brand(lumen, f"/{offer.public_id}/template"), data={"name": "House rules"}).status_code == 303
    assert olga.post(at_brand(lumen, f"/{offer.public_id}/template"), data={"name": " "}).status_code == 422
    listing = f"/brands/{lumen.public_id}/offers/templates"
    assert "House rules" in page(olga, listing)
    (kept,) = templates.templates_of(lumen)
    query = f"/new?template={kept.public_id}&creator={mira.public_id}"
    form = form_of(olga.get(at_brand(lumen, query)), "/offers/new")
    assert (form["goal"], form["retainer_amount"], form.getlist("locked_fields")) == ("Lamps", "500.00", ["goal"])
    assert "creator" not in form
    assert olga.post(at_brand(lumen, query), data=changed(form, title="From house rules")).status_code == 303
    assert newest().offer.creator_id == mira.id
    assert olga.post(f"{listing}/{kept.public_id}/remove").status_code == 303
    assert "House rules" not in page(olga, listing)


def test_a_template_from_long_ago_begins_anew(browse: Browse, lumen: Brand) -> None:
    today = clock.today(lumen.timezone)
    old = terms(lumen, starts_on=today - timedelta(days=400), ends_on=today - timedelta(days=300))
    kept = templates.save(lumen, "Old", old, by=identity("olga"), at=clock.now())
    db.session.commit()
    form = form_of(browse("olga").get(at_brand(lumen, f"/new?template={kept.public_id}")), "/offers/new")
    begin = terms(lumen).starts_on
    assert (form["starts_on"], form["ends_on"]) == (begin.isoformat(), (begin + timedelta(days=100)).isoformat())


# -- a change of a contract --


def test_either_side_proposes_a_change_of_a_contract(browse: Browse, lumen: Brand, mira: Creator) -> None:
    contract = running(lumen, mira, coupons=("MIRA10",))
    miras, address = browse("mira"), f"/creators/{mira.public_id}/contracts/{contract.public_id}/change"
    assert "Propose a change" in page(miras, f"/creators/{mira.public_id}/contracts/{contract.public_id}")
    form = form_of(miras.get(address), "/change")
    assert form["title"] == f"Change of contract {contract.ref}"
    assert not {"starts_on", "creator", "locked_fields"} & set(form)
    answer = miras.post(address, data=changed(form, commission_bps="20"))
    assert answer.status_code == 303, said(answer)
    address = answer.headers["Location"]
    assert miras.post(f"{address}/send", data={"days": "14"}).status_code == 303
    offer = newest().offer
    ours, olga = at_brand(lumen, f"/{offer.public_id}"), browse("olga")
    assert f"A change of contract {contract.ref}" in page(olga, ours)
    answer = olga.post(f"{ours}/accept", data={"seen": "1"})
    assert answer.status_code == 303, said(answer)
    assert signed(db.session.scalars(select(Agreement).where(Agreement.kind == "amendment")).one()).id == contract.id


def test_a_creator_makes_no_first_offer(browse: Browse, mira: Creator) -> None:
    assert browse("mira").get(at_creator(mira, "/new")).status_code == 404


def test_monthly_lines_without_a_field_go_along(browse: Browse, lumen: Brand, mira: Creator) -> None:
    lines = (Bonus("guarantee", 5_000), Bonus("guarantee", 7_000))
    offer = proposed(lumen, mira, terms(lumen, bonuses=lines))
    theirs, miras = at_creator(mira, f"/{offer.public_id}"), browse("mira")
    answer = miras.get(f"{theirs}/answer")
    assert "1 more line of monthly money" in said(answer)
    assert miras.post(f"{theirs}/answer", data=changed(form_of(answer, "/answer"), hold_days="3")).status_code == 303
    assert newest().sheet.bonuses == lines


def test_the_pages_are_empty_with_a_way_on(app: Flask, browse: Browse, lumen: Brand, mira: Creator) -> None:
    assert "New offer" in page(browse("olga"), at_brand(lumen))
    assert "Offers from brands appear here." in page(browse("mira"), at_creator(mira))
    assert "No templates yet." in page(browse("olga"), f"/brands/{lumen.public_id}/offers/templates")


def test_work_begins_with_what_the_brand_sells_in_its_own_country(browse: Browse, lumen: Brand, mira: Creator) -> None:
    declare(lumen, ["home.lighting", "home.kitchen"], by=identity("olga"), at=clock.now())
    db.session.commit()
    olga = browse("olga")
    empty = form_of(olga.get(at_brand(lumen, "/new")), "/offers/new")
    assert set(empty.getlist("work_categories")) == {"home.lighting", "home.kitchen"}
    assert empty.getlist("work_territories") == ["NL"]
    dear = changed(empty, title="Lamps", creator="mira", retainer_amount="500.00")
    offer = olga.post(at_brand(lumen, "/new"), data=dear).location
    assert "France" not in said(olga.get(offer)), "nobody meant France"
    world = changed(dear, work_territories="world", title="Lamps for all")
    shown = said(olga.get(olga.post(at_brand(lumen, "/new"), data=world).location))
    assert "The work is for the whole world, so it may be made for people in France." in shown
    assert "Choose the territories if France is not meant." in shown
