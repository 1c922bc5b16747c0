"""A creator plans a show, or a brand proposes one; contracts and exclusivities say what may be in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from app.contracts.exclusivity import claims
from app.database import db
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.streams import planning, run_sheet, shows
from app.streams.models import Show, ShowBrand, ShowStatus, Stream
from app.streams.planning import Plan
from app.streams.run_sheet import Line
from app.users.models import Brand, Creator
from tests import market
from tests.access import NOWHERE
from tests.payouts.people import identity
from tests.streams.showing import on_air, planned
from tests.users.mails import mails

NOW = market.NOON
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAN = Plan("Evening light", NOW + 3 * DAY, 90, notes="Bring the ladder")


def doing(name: str = "mira", at: Any = NOW) -> dict[str, Any]:
    return {"by": identity(name), "at": at}


def letters(to: str) -> list[str]:
    return [mail["Subject"] for mail in mails(current_app) if mail["To"] == f"{to}@cast.example"]


@pytest.fixture
def working(lumen: Brand, mira: Creator) -> Brand:
    """Lumen, with a contract with mira."""
    market.contract(lumen, mira)
    return lumen


def proposed(brand: Brand, creator: Creator, **changes: Any) -> Show:
    return planning.propose(brand, creator, replace(PLAN, **changes), **doing("olga"))


# -- planning --


def test_a_creator_plans_a_show_for_themselves(mira: Creator) -> None:
    show = planning.plan(mira, PLAN, **doing())
    assert (show.status, show.title, show.planned_end) == ("planned", "Evening light", NOW + 3 * DAY + 1.5 * HOUR)
    assert planning.get_show(mira, show.public_id) == show


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": " "}, "Write the name"),
        ({"planned_start": NOW}, "within the next 400 days"),
        ({"planned_start": NOW + 401 * DAY}, "within the next 400 days"),
        ({"planned_minutes": 0}, "1 to 780 minutes"),
        ({"planned_minutes": 781}, "1 to 780 minutes"),
        ({"platform": "radio"}, "not one of our words"),
        ({"platform": "all"}, "Choose a platform"),
        ({"address": "nonsense"}, "whole address"),
    ],
)
def test_what_can_not_be_planned_is_refused_with_a_reason(mira: Creator, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        planning.plan(mira, replace(PLAN, **changes), **doing())


# -- a brand's proposal --


def test_a_brand_proposes_a_show_and_the_creator_accepts_it(working: Brand, mira: Creator) -> None:
    show = proposed(working, mira)
    assert (show.status, show.proposed_by) == ("proposed", working.id)
    assert [each.brand_id for each in shows.brands_of(show)] == [working.id]
    assert letters("mira")[-1] == letters("ada")[-1] == "Lumen Lighting proposes a show: Evening light"
    planning.accept(show, **doing())
    assert show.status == ShowStatus.PLANNED
    assert letters("olga")[-1] == "Mira Live accepts your show: Evening light"
    with pytest.raises(WrongStatus):
        planning.decline(show, "Too late", **doing())


def test_a_proposal_is_declined_with_a_reason_that_the_brand_reads(working: Brand, mira: Creator) -> None:
    show = proposed(working, mira)
    with pytest.raises(BadInput, match="Give a reason"):
        planning.decline(show, " ", **doing())
    planning.decline(show, "I am away", **doing())
    assert show.status == ShowStatus.DECLINED
    (mail,) = [each for each in mails(current_app) if each["To"] == "olga@cast.example"]
    assert "I am away" in mail.get_content()


def test_nobody_accepts_a_time_that_has_passed(working: Brand, mira: Creator) -> None:
    show = proposed(working, mira)
    with pytest.raises(Conflict, match="has passed"):
        planning.accept(show, **doing(at=show.planned_start))


def test_a_brand_proposes_nothing_outside_its_contract(lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira, date(2026, 3, 1), date(2026, 3, 13))
    assert proposed(lumen, mira, planned_start=NOW + 3 * DAY).status == ShowStatus.PROPOSED
    with pytest.raises(Conflict, match="no contract"):
        proposed(lumen, mira, planned_start=NOW + 4 * DAY)


def test_a_brand_sees_the_shows_it_is_in_and_no_others(working: Brand, kettle: Brand, mira: Creator) -> None:
    show = proposed(working, mira)
    assert planning.get_show(working, show.public_id) == show
    with pytest.raises(NotFound):
        planning.get_show(kettle, show.public_id)
    with pytest.raises(NotFound):
        planning.get_show(mira, NOWHERE)


# -- changing and calling off --


def test_a_change_of_time_is_told_to_the_brands_and_another_is_not(working: Brand, mira: Creator) -> None:
    show = planned(mira, skus={working: ("LAMP",)}, at=NOW + DAY)
    side = doing() | {"side": mira}
    planning.change(show, Plan("Evening light", show.planned_start, 120, notes="x"), **side)
    assert (show.edition, letters("olga")) == (0, [])
    planning.change(show, replace(PLAN, planned_minutes=60), **side)
    assert (show.edition, show.planned_start) == (1, PLAN.planned_start)
    assert letters("olga") == ["A show has a new time: Evening light"]


def test_a_show_is_not_moved_to_where_a_contract_does_not_reach(lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira, date(2026, 3, 1), date(2026, 3, 12))
    show = planned(mira, skus={lumen: ("LAMP",)}, at=NOW + DAY)
    with pytest.raises(Conflict, match="No contract with Lumen Lighting covers that time"):
        planning.change(show, PLAN, side=mira, **doing())


def test_who_may_cancel_and_when(working: Brand, mira: Creator) -> None:
    first, second = proposed(working, mira), proposed(working, mira)
    planning.cancel(first, "No stock", side=working, **doing("olga"))
    assert letters("mira")[-1] == "A show is cancelled: Evening light"
    planning.accept(second, **doing())
    with pytest.raises(WrongStatus, match="Only the creator"):
        planning.cancel(second, "No stock", side=working, **doing("olga"))
    planning.cancel(second, "Ill", side=mira, **doing())
    assert (first.status, second.status, second.edition) == ("cancelled", "cancelled", 1)
    assert letters("olga")[-1] == "A show is cancelled: Evening light"
    with pytest.raises(WrongStatus):
        shows.begin(second, **doing())


def test_a_replay_is_added_once_a_show_has_ended(working: Brand, mira: Creator) -> None:
    show = on_air(mira, skus={working: ("LAMP",)})
    with pytest.raises(WrongStatus, match="once the show has ended"):
        planning.set_replay(show, "https://video.example/1", **doing())
    shows.end(show, **doing(at=NOW + HOUR))
    planning.set_replay(show, "https://video.example/1", **doing(at=NOW + HOUR))
    assert show.replay_address == "https://video.example/1"


# -- the run sheet --


def test_products_come_one_after_the_other_and_move(working: Brand, mira: Creator) -> None:
    show = planning.plan(mira, PLAN, **doing())
    about = doing() | {"side": mira}
    for sku in ("A", "B", "C"):
        run_sheet.add(show, market.product(working, sku), **about)

    def order() -> str:
        return "".join(item.product.sku for item in shows.items_of(show))

    first, _second, third = shows.items_of(show)
    run_sheet.move(third, "up", **about)
    assert order() == "ACB"
    run_sheet.move(first, "up", **about)
    run_sheet.move(first, "down", **about)
    assert order() == "CAB"
    run_sheet.remove(first, **about)
    assert order() == "CB"
    with pytest.raises(BadInput, match="up or down"):
        run_sheet.move(third, "sideways", **about)
    for item in shows.items_of(show):
        run_sheet.remove(item, **about)
    assert shows.brands_of(show) == []  # with its last product a brand leaves


def test_a_line_says_when_what_and_how_much(working: Brand, mira: Creator) -> None:
    show = planned(mira, skus={working: ("LAMP",)})
    (item,) = shows.items_of(show)
    said = Line(15, " Turn it on ", Decimal("9.50"), 30, 12)
    run_sheet.describe(item, said, side=mira, **doing())
    assert (item.planned_minute, item.words, item.announced_price) == (15, "Turn it on", Decimal("9.50"))
    assert (item.announced_stock, item.target) == (30, 12)
    for wrong, why in ((Line(781), "0 to 780"), (Line(target=0), "at least one"), (Line(target=10**10), "too large")):
        with pytest.raises(BadInput, match=why):
            run_sheet.describe(item, wrong, side=mira, **doing())


def test_only_products_of_brands_with_a_contract_at_that_time_are_added(
    lumen: Brand, kettle: Brand, mira: Creator
) -> None:
    market.contract(lumen, mira, date(2026, 3, 1), date(2026, 3, 12))
    show = planning.plan(mira, PLAN, **doing())
    for brand in (lumen, kettle):
        with pytest.raises(Conflict, match="No contract with this brand"):
            run_sheet.add(show, market.product(brand, "X"), side=mira, **doing())
    market.contract(kettle, mira)
    run_sheet.add(show, market.product(kettle, "POT"), side=mira, **doing())
    with pytest.raises(Conflict, match="already"):
        run_sheet.add(show, shows.items_of(show)[0].product, side=mira, **doing())


def test_a_product_that_an_exclusivity_closes_is_refused_without_naming_whose(
    lumen: Brand, kettle: Brand, mira: Creator
) -> None:
    holder = market.contract(lumen, mira)
    holder.exclusive_category = "home.lighting"
    db.session.flush()
    claims.rewrite(holder)
    market.contract(kettle, mira)
    show = planning.plan(mira, PLAN, **doing())
    lamp = market.product(kettle, "LAMP", category="Lighting")
    tea = market.product(kettle, "TEA", category="food.tea")
    with pytest.raises(Conflict, match="closes “Lamp” to this show until and including 31 Dec 2026: Lighting") as error:
        run_sheet.add(show, lamp, side=mira, **doing())
    assert "Lumen" not in str(error.value)
    run_sheet.add(show, tea, side=mira, **doing())
    run_sheet.add(show, market.product(lumen, "OWN", category="Lighting"), side=mira, **doing())
    later = planning.plan(mira, replace(PLAN, planned_start=NOW + 300 * DAY), **doing())
    with pytest.raises(Conflict, match="No contract"):  # the exclusivity is over by then, and so is the contract
        run_sheet.add(later, lamp, side=mira, **doing())


def test_what_an_exclusivity_has_closed_since_does_not_go_on_air(lumen: Brand, kettle: Brand, mira: Creator) -> None:
    market.product(kettle, "LAMP", category="Lighting")
    show = planned(mira, skus={kettle: ("LAMP",)})
    holder = market.contract(lumen, mira)
    holder.exclusive_category = "home.lighting"
    db.session.flush()
    claims.rewrite(holder)
    with pytest.raises(Conflict, match="closes “Lamp” to this show"):
        shows.begin(show, **doing())


def test_what_is_added_on_air_is_in_the_stream_from_then_on(lumen: Brand, kettle: Brand, mira: Creator) -> None:
    market.contract(kettle, mira)
    show = on_air(mira, skus={lumen: ("LAMP",)})
    about = doing(at=NOW + HOUR) | {"side": mira}
    run_sheet.add(show, market.product(lumen, "BULB"), **about)
    run_sheet.add(show, market.product(kettle, "POT"), **about)
    streams = {
        each.brand_id: db.session.get_one(Stream, each.stream_id, populate_existing=True)
        for each in shows.brands_of(show)
    }
    assert streams[lumen.id].skus == ["LAMP", "BULB"]
    assert (streams[kettle.id].skus, streams[kettle.id].starts_at) == (["POT"], show.on_air_at)
    with pytest.raises(WrongStatus, match="on air"):
        run_sheet.remove(shows.items_of(show)[0], **about)
    shows.end(show, **doing(at=NOW + 2 * HOUR))
    with pytest.raises(WrongStatus, match="can’t be changed"):
        run_sheet.add(show, market.product(lumen, "MORE"), **about)


def test_a_brand_edits_its_proposal_and_only_its_own_products(working: Brand, kettle: Brand, mira: Creator) -> None:
    show = proposed(working, mira)
    about = doing("olga") | {"side": working}
    item = run_sheet.add(show, market.product(working, "LAMP"), **about)
    run_sheet.remove(item, **about)
    assert db.session.get(ShowBrand, (show.id, working.id))  # it is the brand's own show
    item = run_sheet.add(show, market.product(working, "BULB"), **about)
    assert run_sheet.get_item(show, item.id, working) == item
    with pytest.raises(NotFound):
        run_sheet.get_item(show, item.id, kettle)
    planning.accept(show, **doing())
    with pytest.raises(WrongStatus, match="can’t be changed"):
        run_sheet.describe(item, Line(), **about)


def test_what_may_be_added_is_found_by_name_or_sku(working: Brand, mira: Creator) -> None:
    show = planned(mira, skus={working: ("LAMP",)})
    market.product(working, "B7", name="Bulb 7 W")
    market.product(working, "B9", name="Bulb 9 W")

    def found(words: str | None = None, most: int = 9) -> list[str]:
        return [each.sku for each in run_sheet.addable(show, [working.id], words, most)]

    assert (found(), found("bulb"), found("B9"), found(most=1)) == (["B7", "B9"], ["B7", "B9"], ["B9"], ["B7"])
    assert db.session.scalars(select(Show.id)).all() == [show.id]
