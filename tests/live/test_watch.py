"""The watch page as everybody gets it: before the show, on air, and afterwards; and what it asks of whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app import clock
from app.database import db
from app.live import parts, pictures
from app.streams import shows
from app.streams.models import Show
from tests.cast import Cast
from tests.live.showing import on_air, planned
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
HLS = "https://media.example/live/index.m3u8"


def page_of(client: FlaskClient, show: Show, **headers: str) -> str:
    answer = client.get(f"/live/{show.public_id}", headers=headers)
    assert answer.status_code == 200
    return unescape(answer.text)


def policy_of(client: FlaskClient, show: Show) -> dict[str, str]:
    header = client.get(f"/live/{show.public_id}").headers["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in header.split("; "))


def test_before_the_show_it_says_when_it_begins_and_sells_nothing(cast: Cast, client: FlaskClient) -> None:
    page = page_of(client, planned(cast, address=HLS))
    assert "Begins" in page
    assert "Put it in my calendar" in page
    assert "Lamp" in page
    assert "announced" in page
    assert "Advertisement" in page
    assert "<video" not in page
    assert ">Buy<" not in page


def test_on_air_it_has_picture_products_and_chat(cast: Cast, client: FlaskClient) -> None:
    show = on_air(cast, address=HLS)
    page = page_of(client, show)
    assert f'src="{HLS}"' in page
    assert "Buy<span" in page
    assert "Join the waiting list<span" in page
    assert "3 left" in page
    assert "Sold out" in page
    assert "Shown now" not in page
    shows.pin(shows.items_of(show)[0], at=clock.now(), by=identity("mira"))
    db.session.commit()
    assert "Shown now" in page_of(client, show)


def test_afterwards_it_has_the_recording_with_what_was_on_the_screen(cast: Cast, client: FlaskClient) -> None:
    show = on_air(cast, address=HLS, replay_address="/recordings/show.mp4", began=timedelta(minutes=10))
    assert show.on_air_at is not None
    begun = show.on_air_at
    items = shows.items_of(show)
    shows.pin(items[0], at=begun + timedelta(seconds=75), by=identity("mira"))
    shows.pin(items[1], at=begun + timedelta(seconds=190), by=identity("mira"))
    shows.end(show, at=begun + timedelta(minutes=5), by=identity("mira"))
    db.session.commit()
    page = page_of(client, show)
    assert 'src="/recordings/show.mp4"' in page
    assert "1:15" in page
    assert "3:10" in page
    assert "Buy<span" in page
    assert "The chat is closed." in page
    assert 'src="/recordings/show.mp4#t=75"' in unescape(client.get(f"/live/{show.public_id}?t=75").text)
    track = client.get(f"/live/{show.public_id}/chapters")
    assert track.content_type == "text/vtt; charset=utf-8"
    assert track.text.split("\n\n")[0] == "WEBVTT"
    assert "00:01:15.000 --> 00:03:10.000\nLamp" in track.text
    assert "00:03:10.000 --> 00:05:00.000\nMoon" in track.text


def test_a_rehearsal_looks_like_a_planned_show_to_everybody_else(
    cast: Cast, client: FlaskClient, browse: Browse
) -> None:
    show = planned(cast, address=HLS)
    shows.rehearse(show, at=clock.now(), by=identity("mira"))
    shows.pin(shows.items_of(show)[0], at=clock.now(), by=identity("mira"))
    db.session.commit()
    page = page_of(client, show)
    for hidden in (HLS, "<video", "Shown now", "ehearsal", ">Buy<"):
        assert hidden not in page, hidden
    assert client.get(f"/live/{show.public_id}/now").get_json()["state"] == "planned"
    own = page_of(browse("mira"), show)
    assert HLS in own
    assert "This is a rehearsal" in own


def test_what_is_written_in_a_rehearsal_is_for_nobody_elses_eyes(
    cast: Cast, client: FlaskClient, browse: Browse
) -> None:
    show = planned(cast)
    shows.rehearse(show, at=clock.now(), by=identity("mira"))
    db.session.commit()
    mira, sentence = browse("mira"), "This is a rehearsal: viewers don’t see what you write."
    assert sentence in page_of(mira, show)
    mira.application.config["WTF_CSRF_ENABLED"] = False
    answer = mira.post(
        f"/live/{show.public_id}/chat", data={"text": "Testing"}, headers={"Accept": "application/json"}
    ).get_json()
    assert ("Testing" in answer["line"], answer["told"]) == (True, sentence)
    assert "Testing" not in page_of(client, show)
    assert client.get(f"/live/{show.public_id}/now").get_json()["chat"] == ""
    shows.begin(show, at=clock.now(), by=identity("mira"))
    db.session.commit()
    assert "Testing" not in page_of(client, show)


def test_in_many_languages_the_database_is_asked_once_what_is_on_the_screen(cast: Cast) -> None:
    show = on_air(cast)
    shows.pin(shows.items_of(show)[0], at=clock.now(), by=identity("mira"))
    db.session.commit()
    counts = []
    for languages in (["en"], ["en", "nl"]):
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any, sent: list[str] = sent) -> None:
            sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert set(parts.messages(show.id, ["pin"], languages, at=clock.now())) == set(languages)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(sent))
    assert counts[0] == counts[1] > 0


def test_what_is_not_agreed_yet_is_there_for_its_own_people_only(
    cast: Cast, client: FlaskClient, browse: Browse
) -> None:
    show = planned(cast, status="proposed", proposed_by=cast.brands["lumen"].id)
    address = f"/live/{show.public_id}"
    assert client.get(address).status_code == 404
    assert {name: browse(name).get(address).status_code for name in ("kim", "joon", "mira", "olga")} == {
        "kim": 404,
        "joon": 404,
        "mira": 200,
        "olga": 200,
    }


def test_the_mark_of_advertising_is_in_the_viewers_language(cast: Cast, client: FlaskClient) -> None:
    show = on_air(cast)
    assert "Advertentie" in page_of(client, show, **{"Accept-Language": "nl"})
    assert "Advertisement" in page_of(client, show, **{"Accept-Language": "en"})


def test_the_calendar_file_is_for_everybody(cast: Cast, client: FlaskClient) -> None:
    show = planned(cast)
    answer = client.get(f"/live/{show.public_id}/calendar")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert f"/live/{show.public_id}" in answer.text.replace("\r\n ", "")
    assert f"DTSTART:{show.planned_start:%Y%m%dT%H%M%SZ}" in answer.text


# -- the picture, and what the policy of the page allows for it --


def test_our_own_player_may_load_media_and_nothing_else(cast: Cast, client: FlaskClient) -> None:
    show = on_air(cast, address=HLS)
    policy = policy_of(client, show)
    assert policy["default-src"] == "'self'"
    assert policy["media-src"] == "'self' blob: https://media.example"
    assert policy["connect-src"] == "'self' https://media.example"
    assert "frame-src" not in policy
    assert "media-src" not in client.get("/sign-in").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("player", "address", "origin", "source"),
    [
        ("youtube", "dQw4w9WgXcQ", "https://www.youtube-nocookie.com", "/embed/dQw4w9WgXcQ"),
        ("youtube", "UC" + "a" * 22, "https://www.youtube-nocookie.com", "/embed/live_stream?channel=UC" + "a" * 22),
        ("twitch", "miralive", "https://player.twitch.tv", "/?channel=miralive&parent=localhost"),
    ],
)
def test_a_platforms_player_is_only_named_until_somebody_clicks(
    cast: Cast, client: FlaskClient, player: str, address: str, origin: str, source: str
) -> None:
    show = on_air(cast, platform=player, player=player, address=address)
    page = page_of(client, show)
    assert f'data-frame="{origin}{source}"' in page
    assert "<iframe" not in page
    assert "Nothing is asked of it before you say so." in page
    policy = policy_of(client, show)
    assert policy["frame-src"] == origin
    assert "media-src" not in policy


def test_tiktok_is_shown_only_where_it_has_approved_our_domain(app: Flask, cast: Cast, client: FlaskClient) -> None:
    show = on_air(cast, platform="tiktok", player="tiktok", address="miralive")
    assert "data-frame" not in page_of(client, show)
    assert "https://www.tiktok.com/@miralive/live" in page_of(client, show)
    assert "frame-src" not in policy_of(client, show)
    before = app.extensions["streamcut"]
    try:
        app.extensions["streamcut"] = replace(before, tiktok_domain="localhost")
        assert "/embed/live/@miralive?embed_domain=localhost" in page_of(client, show)
        assert policy_of(client, show)["frame-src"] == pictures.TIKTOK
        app.extensions["streamcut"] = replace(before, tiktok_domain="elsewhere.example")
        assert "data-frame" not in page_of(client, show)
    finally:
        app.extensions["streamcut"] = before


def test_any_other_page_is_a_link(cast: Cast, client: FlaskClient) -> None:
    show = on_air(cast, platform="instagram", player="link", address="https://instagram.example/mira")
    page = page_of(client, show)
    assert 'href="https://instagram.example/mira"' in page
    assert "This show runs on instagram.example." in page
    assert "frame-src" not in policy_of(client, show)


def test_what_youtube_keeps_is_its_own_recording(cast: Cast) -> None:
    show = on_air(cast, platform="youtube", player="youtube", address="dQw4w9WgXcQ")
    shows.end(show, at=clock.now(), by=identity("mira"))
    assert pictures.picture_of(show, host="localhost").source.endswith("/embed/dQw4w9WgXcQ")
    show.address = "UC" + "a" * 22  # a channel: what it streams now is another show
    assert pictures.picture_of(show, host="localhost") == pictures.NONE


# -- the stream of events --


def test_without_a_stream_the_page_asks_again(cast: Cast, client: FlaskClient) -> None:
    show = on_air(cast)
    assert 'data-events=""' in page_of(client, show)
    assert client.get(f"/live/{show.public_id}/ticket").get_json() == {"address": ""}


@pytest.mark.parametrize(
    ("settings", "address", "allowed"),
    [
        ({"events_listen": "0.0.0.0:8001"}, "http://localhost:8001/?ticket=", "'self' http://localhost:8001"),
        ({"events_url": "/events"}, "/events?ticket=", None),
        ({"events_url": "https://events.example/"}, "https://events.example/?ticket=", "'self' https://events.example"),
    ],
)
def test_the_page_knows_where_the_stream_is_and_may_go_there(
    app: Flask, cast: Cast, client: FlaskClient, settings: dict[str, str], address: str, allowed: str | None
) -> None:
    show, before = on_air(cast), app.extensions["streamcut"]
    try:
        app.extensions["streamcut"] = replace(before, **settings)
        assert f'data-events="{address}' in page_of(client, show)
        assert client.get(f"/live/{show.public_id}/ticket").get_json()["address"].startswith(address)
        assert policy_of(client, show).get("connect-src") == allowed
    finally:
        app.extensions["streamcut"] = before
