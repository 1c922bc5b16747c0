"""The redirect: where a click leads, what is stored of it, and what is not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.database import db, raw
from app.errors import NotFound
from app.sales.jobs import settle_due
from app.sales.models import Decision
from app.tracking import following
from app.tracking.clicks import visitors_of_clicks
from app.tracking.domains import domains_of
from app.tracking.following import FLOOD, Clicker, follow
from app.tracking.jobs import clean
from app.tracking.models import Link, LinkTally, Touch, Uncounted
from app.tracking.visitors import visitor_hash
from app.users.models import Brand, Creator
from config import settings
from tests.market import NOON, contract, sale, stream
from tests.tracking.linking import SHOP, domain, link

PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0"
COOKIE = "streamcut-visitor"
ALWAYS = (date(2020, 1, 1), date(2080, 12, 31))


@pytest.fixture
def lamps(lumen: Brand, mira: Creator) -> Link:
    """Mira's link to Lumen's lamps, of a contract that covers every day of the tests."""
    domain(lumen)
    made = link(contract(lumen, mira, *ALWAYS), "lamps", destination=f"https://{SHOP}/lamps?color=red#top")
    db.session.commit()
    return made


def click(client: FlaskClient, code: str = "lamps", query: str = "", **headers: str) -> TestResponse:
    """Somebody follows the link."""
    told = {"User-Agent": PERSON} | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.get(f"/go/{code}{query}", headers=told)
    db.session.rollback()
    return answer


def touches() -> list[Touch]:
    return list(db.session.scalars(select(Touch).order_by(Touch.id)))


def tallies() -> dict[str, int]:
    return {row.kind: row.clicks for row in db.session.scalars(select(LinkTally))}


def parameters(answer: TestResponse) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def test_a_click_leads_to_the_shop_and_is_a_touch(lamps: Link, client: FlaskClient) -> None:
    before = clock.now()
    answer = click(client)
    (stored,) = touches()
    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Location"] == (
        f"https://shop.example/lamps?color=red&ref=lamps&utm_source=streamcut&utm_content={stored.ref}#top"
    )
    assert (stored.brand_id, stored.creator_id, stored.link_id) == (lamps.brand_id, lamps.creator_id, lamps.id)
    assert (stored.import_id, stored.evidence, stored.stream_id) == (lamps.import_id, None, None)
    assert before <= stored.occurred_at <= clock.now()
    assert tallies() == {}


def test_every_click_has_an_id_and_a_visitor_of_its_own(lamps: Link, client: FlaskClient) -> None:
    answers = [click(client) for _ in range(3)]
    assert len({each.ref for each in touches()}) == len({each.visitor for each in touches()}) == 3
    assert [parameters(each)["utm_content"] for each in answers] == [[each.ref] for each in touches()]


def test_the_visitor_of_a_click_is_the_hash_of_brand_and_click(lamps: Link, client: FlaskClient) -> None:
    click(client)
    (stored,) = touches()
    key = settings().visitor_key.encode()
    assert stored.visitor.hex() == visitor_hash("lumen", f"click:{stored.ref}", key)


def test_a_code_in_capitals_is_the_same_code(lamps: Link, client: FlaskClient) -> None:
    assert parameters(click(client, "LAMPS"))["ref"] == ["lamps"]


def test_the_links_stream_is_the_touchs(lamps: Link, client: FlaskClient) -> None:
    show = stream(lamps.brand, lamps.creator)
    link(lamps.contract, "show", stream_id=show.id)
    db.session.commit()
    click(client, "show")
    assert touches()[0].stream_id == show.id


# -- no such link, or none that leads anywhere --


@pytest.mark.parametrize("code", ["nobodys", "a", "x" * 40, "lamps%00", "l%C3%A1mps", "lamps'--"])
def test_an_unknown_code_says_so(code: str, lamps: Link, client: FlaskClient) -> None:
    answer = click(client, code)
    assert answer.status_code in (404, 422)
    assert "Location" not in answer.headers
    assert touches() == []


def test_an_unknown_code_is_answered_with_a_sentence(app: Flask, client: FlaskClient) -> None:
    assert "There is no such link: ask whoever gave it to you for another one." in click(client, "nobodys").text


@pytest.mark.parametrize(
    "destination", ["https://evil.example/", "//evil.example/", "https://shop.example@evil.example/", "/lamps"]
)
def test_nobody_is_led_outside_the_domains_whatever_is_stored(
    destination: str, lamps: Link, client: FlaskClient
) -> None:
    link(lamps.contract, "sly", destination=destination)
    db.session.commit()
    answer = click(client, "sly")
    assert (answer.status_code, "Location" in answer.headers) == (404, False)
    assert "not the shop" in answer.text
    assert touches() == []


def test_a_domain_that_is_taken_away_ends_its_links_at_once(lamps: Link, client: FlaskClient) -> None:
    assert click(client).status_code == 302
    for each in domains_of(lamps.brand_id):
        db.session.delete(each)
    domain(lamps.brand, "other.example")
    db.session.commit()
    assert click(client).status_code == 404


@pytest.mark.parametrize("status", ["paused", "ended"])
def test_a_link_that_is_off_leads_to_the_shops_beginning(status: str, lamps: Link, client: FlaskClient) -> None:
    link(lamps.contract, "off", status=status)
    db.session.commit()
    assert click(client, "off").headers["Location"] == "https://shop.example/"
    assert (touches(), tallies()) == ([], {"turned_off": 1})


def test_a_link_of_an_ended_contract_leads_to_the_shop_and_is_no_touch(
    lumen: Brand, mira: Creator, client: FlaskClient
) -> None:
    domain(lumen)
    link(contract(lumen, mira, date(2020, 1, 1), date(2020, 12, 31)), "old")
    contract(lumen, mira, date(2021, 1, 1), date(2080, 12, 31))
    db.session.commit()
    answer = click(client, "old")
    assert answer.headers["Location"] == "https://shop.example/lamps", "an id that comes back would earn"
    assert (touches(), tallies()) == ([], {"uncovered": 1})


# -- machines, and pages fetched ahead --


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "facebookexternalhit/1.1",
        "WhatsApp/2.23.20.0",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "TelegramBot (like TwitterBot)",
        "curl/8.5.0",
        "python-requests/2.32",
    ],
)
def test_a_machine_is_led_on_and_counted_apart(agent: str, lamps: Link, client: FlaskClient) -> None:
    answer = click(client, User_Agent=agent)
    assert answer.status_code == 302
    assert (touches(), tallies()) == ([], {"machine": 1})


@pytest.mark.parametrize(
    "agent", [PERSON, "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 30) Chrome/140.0 Mobile", "Instagram 300.0 (iPhone)"]
)
def test_a_person_is_none(agent: str, lamps: Link, client: FlaskClient) -> None:
    click(client, User_Agent=agent)
    assert (len(touches()), tallies()) == (1, {})


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Purpose": "prefetch"},
        {"Sec_Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X_Moz": "prefetch"},
    ],
)
def test_what_a_browser_fetches_ahead_is_no_click(headers: dict[str, str], lamps: Link, client: FlaskClient) -> None:
    answer = click(client, **headers)
    assert len(parameters(answer)["utm_content"][0]) == 24, "it may be shown later: the shop tells of it then"
    assert (touches(), tallies()) == ([], {"fetched_ahead": 1})


def test_a_head_request_is_a_machines(lamps: Link, client: FlaskClient) -> None:
    assert client.head("/go/lamps", headers={"User-Agent": PERSON}).status_code == 302
    assert (touches(), tallies()) == ([], {"machine": 1})


def test_clicks_that_do_not_count_are_added_up_by_day(lamps: Link) -> None:
    nobody = Clicker("198.51.100.1", Uncounted.MACHINE)
    for at in (NOON, NOON + timedelta(minutes=1), NOON + timedelta(days=1)):
        follow(raw(), "lamps", nobody, at=at)
    found = db.session.execute(select(LinkTally.day, LinkTally.clicks).order_by(LinkTally.day))
    assert [tuple(row) for row in found] == [(date(2026, 3, 10), 2), (date(2026, 3, 11), 1)]


# -- floods --


def many(count: int, address: str = "198.51.100.7", at: datetime = NOON, code: str = "lamps") -> None:
    for _ in range(count):
        follow(raw(), code, Clicker(address), at=at)


def test_a_flood_from_one_place_is_led_on_and_counted_but_is_no_touch(lamps: Link) -> None:
    many(FLOOD + 4)
    beyond = follow(raw(), "lamps", Clicker("198.51.100.7"), at=NOON)
    assert beyond == "https://shop.example/lamps?color=red#top", "an id that comes back with an order would earn"
    assert (len(touches()), tallies()) == (FLOOD, {"flood": 5})


def test_other_places_other_links_and_later_minutes_are_no_flood(lamps: Link) -> None:
    link(lamps.contract, "other")
    many(FLOOD)
    many(2, "198.51.100.8")
    many(2, at=NOON + timedelta(minutes=1))
    many(2, code="other")
    assert (len(touches()), tallies()) == (FLOOD + 6, {})


def test_addresses_of_one_household_are_one_place(lamps: Link) -> None:
    first, same, other = (following.place_of(each, NOON) for each in ("2001:db8::1", "2001:db8::9", "2001:db8:0:1::1"))
    assert first == same != other
    assert following.place_of("::ffff:198.51.100.7", NOON) == following.place_of("198.51.100.7", NOON)
    assert following.place_of("198.51.100.7", NOON) != following.place_of("198.51.100.8", NOON)
    assert following.place_of("198.51.100.7", NOON) != following.place_of("198.51.100.7", NOON + timedelta(days=1))


def test_places_are_forgotten_and_touches_counted_with_their_import(lamps: Link) -> None:
    many(3)
    follow(raw(), "lamps", Clicker("198.51.100.9"), at=NOON + timedelta(hours=2))
    assert clean(at=NOON + timedelta(hours=2)) == "1 places of clicks."
    assert raw().execute("select clicks from click_pace").fetchall() == [(1,)]
    imported = "select read_rows, new_rows from import where id = %s"
    assert raw().execute(imported, [lamps.import_id]).fetchone() == (4, 4)


def test_no_address_is_stored(lamps: Link, client: FlaskClient) -> None:
    click(client)
    stored = str(raw().execute("select t::text, p::text from touch t, click_pace p").fetchall())
    assert "127.0.0.1" not in stored


# -- consent --


def cookie_of(answer: TestResponse) -> str:
    return answer.headers.get("Set-Cookie", "")


def test_without_consent_the_click_id_alone_travels(lamps: Link, client: FlaskClient) -> None:
    assert cookie_of(click(client)) == ""
    assert client.get_cookie(COOKIE) is None


def test_with_consent_a_browser_is_known_again(lamps: Link, client: FlaskClient) -> None:
    given = cookie_of(click(client, query="?consent=1"))
    assert given.startswith(f"{COOKIE}=")
    assert all(word in given for word in ("HttpOnly", "SameSite=Lax", "Max-Age=7776000", "Path=/"))
    again = click(client)
    first, second = touches()
    assert first.visitor == second.visitor
    assert first.ref != second.ref
    known = visitors_of_clicks(lamps.brand_id, [first.ref, second.ref])
    assert len(set(known.values())) == 1
    assert cookie_of(again) == ""
    assert "consent" not in again.headers["Location"]


def test_brands_cannot_tell_that_it_is_the_same_browser(
    lamps: Link, kettle: Brand, mira: Creator, client: FlaskClient
) -> None:
    domain(kettle)
    link(contract(kettle, mira, *ALWAYS), "kettles")
    db.session.commit()
    click(client, query="?consent=1")
    click(client, "kettles")
    assert len({each.visitor for each in touches()}) == 2


def test_consent_is_taken_back(lamps: Link, client: FlaskClient) -> None:
    click(client, query="?consent=1")
    click(client, query="?consent=0")
    assert client.get_cookie(COOKIE) is None
    assert len({each.visitor for each in touches()}) == 2


@pytest.mark.parametrize("headers", [{"Sec_GPC": "1"}, {"User_Agent": "curl/8.5.0"}, {"Sec_Purpose": "prefetch"}])
def test_who_says_no_and_who_is_no_person_gets_no_number(
    headers: dict[str, Any], lamps: Link, client: FlaskClient
) -> None:
    assert cookie_of(click(client, query="?consent=1", **headers)) == ""


def test_a_number_that_is_none_of_ours_is_not_used(lamps: Link, client: FlaskClient) -> None:
    client.set_cookie(COOKIE, "'; drop")
    click(client)
    assert touches()[0].visitor.hex() == visitor_hash(
        "lumen", f"click:{touches()[0].ref}", settings().visitor_key.encode()
    )


# -- and what comes of it --


def test_signing_in_is_limited_and_following_is_not(lamps: Link, client: FlaskClient) -> None:
    many(FLOOD)
    assert {click(client).status_code for _ in range(3)} == {302}
    assert raw().execute("select count(*) from attempt").fetchone() == (0,)


def test_a_sale_of_the_click_is_the_creators(lamps: Link, client: FlaskClient) -> None:
    (click_id,) = parameters(click(client))["utm_content"]
    visitor = visitors_of_clicks(lamps.brand_id, [click_id])[click_id]
    sold = sale(lamps.brand, at=clock.now(), visitor=bytes.fromhex(visitor[5:]))
    db.session.commit()
    settle_due()
    decided = db.session.get_one(Decision, (lamps.brand_id, sold.id, 1))
    assert (decided.rule, decided.creator_id, decided.touch_id) == ("touch", lamps.creator_id, touches()[0].id)


def test_a_click_on_nothing_raises_for_callers_too(app: Flask) -> None:
    with pytest.raises(NotFound):
        follow(raw(), "nobodys", Clicker("198.51.100.7"), at=NOON)
