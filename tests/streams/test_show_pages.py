"""The pages of shows: planned, proposed, accepted, their run sheet, and their file for calendars."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app import clock
from app.database import db
from app.streams import shows
from app.streams.models import Show, ShowItem
from app.users.models import Brand, Creator
from tests import market
from tests.contracts.dealing import page, said
from tests.streams.access import DAYS
from tests.streams.showing import on_air, planned

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def dealt(lumen: Brand, mira: Creator) -> Brand:
    """Lumen and mira have a contract for years, and lumen has lamps."""
    market.contract(lumen, mira, *DAYS)
    market.product(lumen, "LAMP", name="Desk lamp")
    market.product(lumen, "BULB", name="Bulb")
    db.session.commit()
    return lumen


def plan(days: int = 2, **changes: str) -> dict[str, str]:
    begins = clock.now().astimezone(ZoneInfo("Europe/Amsterdam")) + timedelta(days=days)
    row = {"title": "Evening light", "begins": f"{begins:%Y-%m-%dT20:00}", "minutes": "90", "platform": "own"}
    return row | {"language": "nl", "notes": "Bring the ladder"} | changes


def newest() -> Show:
    db.session.rollback()
    return db.session.scalars(select(Show).order_by(Show.id.desc()).limit(1)).one()


def lines(show: Show) -> list[ShowItem]:
    db.session.rollback()
    return list(shows.items_of(newest()))


def queries(client: FlaskClient, address: str) -> int:
    """How many statements a page sends to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page(client, address)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def test_a_long_run_sheet_asks_the_database_no_more_than_a_short_one(
    dealt: Brand, mira: Creator, browse: Browse
) -> None:
    creator, counted = browse("mira"), []
    for title, wanted in (("Short", 1), ("Long", 6)):
        skus = tuple(f"{title}-{number}" for number in range(wanted))
        show = planned(mira, skus={dealt: skus}, at=clock.now() + timedelta(days=2), title=title)
        db.session.commit()
        counted.append(queries(creator, f"/creators/{mira.public_id}/shows/{show.public_id}"))
    assert counted[0] == counted[1] > 0


def test_the_stream_of_a_show_has_a_name_that_says_who_when_and_for_whom(
    dealt: Brand, mira: Creator, browse: Browse
) -> None:
    show = on_air(mira, skus={dealt: ("LAMP",)}, at=clock.now() - timedelta(minutes=5))
    db.session.commit()
    (there,) = shows.brands_of(show)
    assert there.stream is not None
    assert there.stream.ref == f"{mira.handle}-{show.on_air_at:%Y-%m-%d}-{show.id}-{dealt.handle}"
    for name, address in (
        ("olga", f"/brands/{dealt.public_id}/streams"),
        ("mira", f"/creators/{mira.public_id}/streams"),
    ):
        text = page(browse(name), address)
        assert there.stream.ref in text
        assert "<td>own</td>" not in text


def test_long_handles_make_no_name_that_is_too_long(dealt: Brand, mira: Creator) -> None:
    mira.handle, dealt.handle = "m" * 128, "l" * 128
    show = on_air(mira, skus={dealt: ("LAMP",)}, at=clock.now())
    (there,) = shows.brands_of(show)
    assert there.stream is not None
    assert len(there.stream.ref) <= 128


def test_a_creator_plans_a_show_and_its_run_sheet(dealt: Brand, mira: Creator, browse: Browse) -> None:
    theirs, creator = f"/creators/{mira.public_id}/shows", browse("mira")
    assert "No shows yet." in page(creator, theirs)
    refused = creator.post(f"{theirs}/new", data=plan(minutes="900"))
    assert (refused.status_code, "1 to 780 minutes" in refused.text) == (422, True)
    made = creator.post(f"{theirs}/new", data=plan(), follow_redirects=True)
    assert "Saved. Now put products on the run sheet." in said(made)
    show = newest()
    local = show.planned_start.astimezone(ZoneInfo("Europe/Amsterdam"))
    assert (local.hour, show.platform, show.player, show.language) == (20, "own", "own", "nl")
    own = f"{theirs}/{show.public_id}"
    assert "Desk lamp (LAMP, Lumen Lighting)" in page(creator, own)
    assert "No product found." in page(creator, f"{own}?q=chair")
    for product in db.session.scalars(select(market.Product)).all():
        creator.post(f"{own}/items", data={"product": f"{product.brand_id}:{product.id}"})
    first, second = lines(show)
    assert first.announced_price == 10
    creator.post(f"{own}/items/{second.id}/move", data={"direction": "up"})
    assert [each.id for each in lines(show)] == [second.id, first.id]
    line = {"minute": "15", "words": "Turn it on", "price": "9.50", "stock": "30", "target": "12"}
    assert "Saved." in said(creator.post(f"{own}/items/{first.id}", data=line, follow_redirects=True))
    seen = page(creator, own)
    assert "costs €10.00, and €9.50 was announced" in seen
    assert "Turn it on" in seen
    wrong = creator.post(f"{own}/items/{first.id}", data=line | {"minute": "soon"})
    assert (wrong.status_code, "not a whole number" in wrong.text) == (422, True)
    assert 'value="9.50"' in creator.get(f"{own}/items/{first.id}").text
    creator.post(f"{own}/items/{first.id}/remove")
    assert [each.id for each in lines(show)] == [second.id]
    nothing = creator.post(f"{own}/items", data={"product": "x"})
    assert (nothing.status_code, "Choose a product." in nothing.text) == (422, True)


def test_the_form_shows_what_is_planned_and_keeps_what_is_changed(dealt: Brand, mira: Creator, browse: Browse) -> None:
    creator = browse("mira")
    creator.post(f"/creators/{mira.public_id}/shows/new", data=plan(address="https://cdn.example/live.m3u8"))
    own = f"/creators/{mira.public_id}/shows/{newest().public_id}"
    shown = creator.get(f"{own}/edit").text
    assert 'value="https://cdn.example/live.m3u8"' in shown
    assert "T20:00" in shown
    creator.post(
        f"{own}/edit", data=plan(title="Morning light", platform="youtube", address="https://youtu.be/dQw4w9WgXcQ")
    )
    assert (newest().title, newest().player, newest().address) == ("Morning light", "youtube", "dQw4w9WgXcQ")
    late = creator.post(f"{own}/edit", data=plan(days=-2))
    assert (late.status_code, "within the next 400 days" in late.text) == (422, True)


def test_a_brand_proposes_and_the_creator_answers(dealt: Brand, mira: Creator, browse: Browse) -> None:
    ours, theirs = f"/brands/{dealt.public_id}/shows", f"/creators/{mira.public_id}/shows"
    owner, creator = browse("olga"), browse("mira")
    assert "Mira Live" in page(owner, f"{ours}/new")
    nobody = owner.post(f"{ours}/new", data=plan(creator="somebody"))
    assert (nobody.status_code, "Choose a creator you have a contract with." in nobody.text) == (422, True)
    owner.post(f"{ours}/new", data=plan(creator=str(mira.public_id)))
    show = newest()
    assert "Your turn" in page(creator, theirs)
    assert "Your turn" not in page(owner, ours)
    assert "Answer the proposed show “Evening light”" in page(creator, f"/creators/{mira.public_id}/earnings")
    assert "Proposed by" in page(creator, f"{theirs}/{show.public_id}")
    assert creator.post(f"{theirs}/{show.public_id}/decline", data={"reason": ""}).status_code == 422
    accepted = creator.post(f"{theirs}/{show.public_id}/accept", follow_redirects=True)
    assert "Accepted." in said(accepted)
    assert "Answer the proposed show" not in page(creator, f"/creators/{mira.public_id}/earnings")
    late = creator.post(f"{theirs}/{show.public_id}/decline", data={"reason": "No"})
    assert (late.status_code, newest().status) == (409, "planned")
    assert "Saved." in said(
        owner.post(
            f"{ours}/{show.public_id}/selling", data={"selling": "first_paid", "most": "2"}, follow_redirects=True
        )
    )
    own = newest().brands[0]
    assert (own.selling, own.max_per_buyer) == ("first_paid", 2)
    many = owner.post(f"{ours}/{show.public_id}/selling", data={"selling": "reserve", "most": "5000"})
    assert (many.status_code, "1 to 1000 pieces" in many.text) == (422, True)


def test_a_brand_sees_its_own_products_and_not_those_of_others(
    dealt: Brand, kettle: Brand, mira: Creator, browse: Browse
) -> None:
    market.contract(kettle, mira, *DAYS)
    market.product(kettle, "POT", name="Secret pot")
    db.session.commit()
    creator = browse("mira")
    creator.post(f"/creators/{mira.public_id}/shows/new", data=plan())
    number = newest().public_id
    for product in db.session.scalars(select(market.Product)).all():
        creator.post(
            f"/creators/{mira.public_id}/shows/{number}/items", data={"product": f"{product.brand_id}:{product.id}"}
        )
    seen = page(browse("olga"), f"/brands/{dealt.public_id}/shows/{number}")
    assert "1 product of other brands is shown too." in seen
    assert "Desk lamp" in seen
    assert "Secret pot" not in seen
    assert "Secret pot" in page(browse("kim"), f"/brands/{kettle.public_id}/shows/{number}")


def test_a_show_is_handed_over_as_a_calendar_file(dealt: Brand, mira: Creator, browse: Browse) -> None:
    creator = browse("mira")
    creator.post(f"/creators/{mira.public_id}/shows/new", data=plan(title="Lamps, and more"))
    answer = creator.get(f"/creators/{mira.public_id}/shows/{newest().public_id}/calendar")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert ".ics" in answer.headers["Content-Disposition"]
    assert "SUMMARY:Lamps\\, and more\r\n" in answer.text


def test_a_cancelled_show_is_over(dealt: Brand, mira: Creator, browse: Browse) -> None:
    creator = browse("mira")
    creator.post(f"/creators/{mira.public_id}/shows/new", data=plan())
    own = f"/creators/{mira.public_id}/shows/{newest().public_id}"
    cancelled = creator.post(f"{own}/cancel", data={"reason": "Ill"}, follow_redirects=True)
    assert "Cancelled." in said(cancelled)
    assert "Add a product" not in page(creator, own)
    assert "Nothing under these filters." in page(creator, f"/creators/{mira.public_id}/shows?status=planned")
