"""Who watches, for how long, and what of the products is seen and tapped: counted for people, and for shows on air."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.datastructures import Headers

from app import clock
from app.database import db
from app.live import presence, watching
from app.streams import shows
from app.streams.models import Show
from tests.cast import Cast
from tests.live.showing import on_air, planned
from tests.payouts.people import identity

ANNE, BOB = b"a" * 16, b"b" * 16
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def show(cast: Cast) -> Show:
    return on_air(cast)


def found(query: str) -> list[Any]:
    db.session.expire_all()
    return [tuple(row) for row in db.session.execute(text(query))]


def seconds(show: Show) -> dict[bytes, int]:
    return {bytes(who): number for who, number in found("select visitor, seconds from show_presence")}


def test_the_seconds_of_a_viewer_are_those_between_beats_that_follow_one_another(show: Show) -> None:
    at = clock.now()
    for after in (0, 10, 20, 25):
        presence.beat([(show.id, ANNE, False)], at=at + timedelta(seconds=after))
    presence.beat([(show.id, ANNE, False), (show.id, BOB, False)], at=at + timedelta(minutes=10))
    presence.beat([(show.id, ANNE, False), (show.id, BOB, False)], at=at + timedelta(minutes=10, seconds=9))
    assert seconds(show) == {ANNE: 34, BOB: 9}


def test_two_tabs_and_two_processes_count_a_viewer_once(show: Show) -> None:
    at = clock.now()
    for after in (0, 10):
        presence.beat([(show.id, ANNE, False)] * 2, at=at + timedelta(seconds=after))
        presence.beat([(show.id, ANNE, False)], at=at + timedelta(seconds=after + 1))
    assert seconds(show) == {ANNE: 11}
    assert presence.viewers(show.id, at=at + timedelta(seconds=12)) == 1


def test_who_was_not_heard_of_for_half_a_minute_does_not_watch(show: Show) -> None:
    at = clock.now()
    presence.beat([(show.id, ANNE, False)], at=at)
    presence.beat([(show.id, BOB, False)], at=at + timedelta(seconds=20))
    assert [presence.viewers(show.id, at=at + timedelta(seconds=after)) for after in (0, 20, 29, 31, 51)] == [
        1,
        2,
        2,
        1,
        0,
    ]


def test_a_minute_keeps_the_most_viewers_it_had(show: Show) -> None:
    at = datetime.combine(clock.now().date(), datetime.min.time(), clock.now().tzinfo) + timedelta(hours=1)
    presence.beat([(show.id, ANNE, False), (show.id, BOB, False)], at=at)
    presence.beat([(show.id, ANNE, False)], at=at + timedelta(seconds=40))
    presence.beat([(show.id, ANNE, False)], at=at + timedelta(seconds=70))
    minutes = found("select minute, replay, viewers from show_minute order by minute")
    assert minutes == [(at, False, 2), (at + timedelta(minutes=1), False, 1)]


def test_the_replay_is_counted_apart_and_live_watching_ends_with_the_show(show: Show) -> None:
    at = clock.now()
    presence.beat([(show.id, ANNE, False)], at=at)
    presence.beat([(show.id, BOB, True)], at=at)  # says that it is the replay, but the show is on air
    shows.end(show, at=at + timedelta(seconds=1), by=identity("mira"))
    db.session.flush()
    presence.beat([(show.id, ANNE, False), (show.id, BOB, True)], at=at + timedelta(seconds=5))
    assert found("select visitor, replay, seconds from show_presence order by replay") == [
        (ANNE, False, 0),
        (BOB, True, 0),
    ]
    assert presence.viewers(show.id, at=at + timedelta(seconds=6), replay=True) == 1


def test_of_a_show_that_is_planned_or_rehearsed_nothing_is_noted(cast: Cast) -> None:
    show = planned(cast)
    for _ in range(2):
        presence.beat([(show.id, ANNE, False), (show.id, BOB, True)], at=clock.now())
        item = shows.items_of(show)[0].id
        presence.note_interest(show.id, ANNE, seen=[item], tapped=[item], at=clock.now())
        if show.status == "planned":
            shows.rehearse(show, at=clock.now(), by=identity("mira"))
            db.session.flush()
    for table in ("show_presence", "show_minute", "item_minute", "product_tap"):
        assert found(f"select * from {table}") == []


def test_what_was_seen_and_tapped_is_counted_by_minute_and_taps_are_kept(show: Show, cast: Cast) -> None:
    at = clock.now().replace(second=10, microsecond=0)
    lamp, moon = (item.id for item in shows.items_of(show))
    other = planned(cast, planned_start=at + timedelta(days=3))
    foreign = shows.items_of(other)[0].id
    presence.note_interest(show.id, ANNE, seen=[lamp, moon, foreign], at=at)
    presence.note_interest(show.id, BOB, seen=[lamp], tapped=[lamp], picture_at=at - timedelta(seconds=5), at=at)
    presence.note_interest(show.id, ANNE, seen=[lamp], tapped=[foreign, 999], at=at + timedelta(minutes=1))
    minute = at.replace(second=0)
    assert found("select item_id, minute, impressions, taps from item_minute order by item_id, minute") == [
        (lamp, minute, 2, 1),
        (lamp, minute + timedelta(minutes=1), 1, 0),
        (moon, minute, 1, 0),
    ]
    assert found("select item_id, visitor, at, picture_at from product_tap") == [
        (lamp, BOB, at, at - timedelta(seconds=5))
    ]


# -- by the page --


def seen(client: FlaskClient, show: Show, **form: str) -> int:
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client.post(f"/live/{show.public_id}/seen", data=form, headers=PERSON).status_code


def test_the_page_reports_and_nonsense_is_left_out(show: Show, client: FlaskClient) -> None:
    lamp = shows.items_of(show)[0].id
    assert seen(client, show, seen=f"{lamp},x,-1,{2**70},,1.5", tapped=f"{lamp}", picture_at="yesterday") == 204
    assert found("select impressions, taps from item_minute") == [(1, 1)]
    told = clock.now() - timedelta(seconds=6)
    assert seen(client, show, tapped=f"{lamp}", picture_at=told.isoformat()) == 204
    assert seen(client, show, tapped=f"{lamp}", picture_at="2100-01-01T00:00:00Z") == 204
    assert [row[0] for row in found("select picture_at from product_tap order by id")] == [None, told, None]


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": ""},
        PERSON | {"Sec-Purpose": "prefetch;prerender"},
        PERSON | {"Purpose": "prefetch"},
    ],
)
def test_machines_and_pages_fetched_in_case_are_not_counted(
    show: Show, client: FlaskClient, headers: dict[str, str]
) -> None:
    assert not watching.counts(Headers(headers))
    client.get(f"/live/{show.public_id}/now", headers=headers | {"X-Watching": "1"})
    assert found("select * from show_presence") == []
    client.get(f"/live/{show.public_id}/now", headers=PERSON)  # only asks
    assert found("select * from show_presence") == []
    client.get(f"/live/{show.public_id}/now", headers=PERSON | {"X-Watching": "1"})
    assert len(found("select * from show_presence")) == 1


def test_the_shows_own_people_are_not_counted(show: Show, browse: Any, app: Flask) -> None:
    for name in ("mira", "olga"):
        browser = browse(name)
        browser.get(f"/live/{show.public_id}/now", headers=PERSON | {"X-Watching": "1"})
        seen(browser, show, tapped=str(shows.items_of(show)[0].id))
    assert found("select * from show_presence") == found("select * from product_tap") == []
    browse("kim").get(f"/live/{show.public_id}/now", headers=PERSON | {"X-Watching": "1"})
    assert len(found("select * from show_presence")) == 1
