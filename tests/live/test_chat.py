"""The chat of a show: who may write what and how often, who reads it, and what host and moderators do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app import clock
from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound, TooMany
from app.live import blocked_words, chat, moderation, presence
from app.live.jobs import CHAT_KEPT, VISITORS_KEPT, clean_live
from app.live.models import ChatMessage, Chatter
from app.streams import shows
from app.streams.models import ActivityKind, HostActivity, Show, ShowModerator
from tests.cast import Cast
from tests.live.showing import on_air, planned
from tests.payouts.at_once import at_once
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
ANNE, BOB = b"a" * 16, b"b" * 16


@pytest.fixture
def show(cast: Cast) -> Show:
    return on_air(cast)


def said(show: Show, reader: bytes = b"") -> list[str]:
    return [line.text for line in chat.lines(show.id, reader)]


def write(show: Show, text: str, who: bytes = ANNE, name: str = "Anne", at: datetime | None = None) -> ChatMessage:
    return chat.write(show, who, name, text, at=at or clock.now())


def send(client: FlaskClient, show: Show, text: str, name: str = "Anne", json: bool = False) -> Any:
    client.application.config["WTF_CSRF_ENABLED"] = False
    headers = {"Accept": "application/json"} if json else {}
    return client.post(f"/live/{show.public_id}/chat", data={"name": name, "text": text}, headers=headers)


# -- writing --


def test_what_is_written_is_read_by_everybody_in_order(show: Show) -> None:
    write(show, "Hello")
    write(show, "Hi Anne", BOB, "Bob")
    assert said(show) == said(show, ANNE) == ["Hello", "Hi Anne"]
    assert [line.own for line in chat.lines(show.id, BOB)] == [False, True]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("  a \n\t b ", "a b"), ("x\u202ey\u200b", "xy"), ("👩\u200d🎤", "👩\u200d🎤"), ("<b>&amp;</b>", "<b>&amp;</b>")],
)
def test_a_message_is_one_line_of_what_can_be_seen(show: Show, written: str, kept: str) -> None:
    assert write(show, written).text == kept


@pytest.mark.parametrize(
    ("text", "name"), [("", "Anne"), (" \u200b ", "Anne"), ("x" * 301, "Anne"), ("x", ""), ("x", "n" * 31)]
)
def test_nothing_and_too_much_are_refused(show: Show, text: str, name: str) -> None:
    with pytest.raises(BadInput):
        write(show, text, name=name)
    assert said(show) == []


def test_nobody_writes_under_anothers_name_or_the_hosts(show: Show) -> None:
    write(show, "Hello", name="Anne")
    for name in ("anne", "ANNE", show.creator.name.upper()):
        with pytest.raises(Conflict):
            write(show, "It is me", BOB, name)
    write(show, "Hello", BOB, "Bob")
    write(show, "Call me Ann", ANNE, "Ann")
    assert write(show, "Now I am Anne", BOB, "Anne").name == "Anne"


def test_who_writes_too_fast_has_to_wait_and_others_do_not(show: Show) -> None:
    at = clock.now()
    for number in range(chat.AT_ONCE):
        write(show, f"{number}", at=at)
    with pytest.raises(TooMany):
        write(show, "once more", at=at)
    write(show, "Hello", BOB, "Bob", at=at)
    with pytest.raises(TooMany):
        write(show, "once more", at=at + timedelta(seconds=chat.EACH - 0.1))
    write(show, "once more", at=at + timedelta(seconds=chat.EACH))
    with pytest.raises(TooMany):
        write(show, "and again", at=at + timedelta(seconds=chat.EACH))


def write_at_once(show_id: int, at: datetime) -> str:
    try:
        chat.write(db.session.get_one(Show, show_id), ANNE, "Anne", "at once", at=at)
    except TooMany:
        db.session.rollback()
        return "refused"
    db.session.commit()
    return "written"


def test_of_many_sent_at_the_same_instant_no_more_pass_than_are_allowed(show: Show) -> None:
    at, show_id = clock.now(), show.id
    db.session.commit()
    done = at_once(9, lambda: write_at_once(show_id, at))
    assert sorted(done) == ["refused"] * (9 - chat.AT_ONCE) + ["written"] * chat.AT_ONCE
    assert len(said(show)) == chat.AT_ONCE


def test_one_may_write_before_the_show_and_while_it_runs_only(cast: Cast) -> None:
    show = planned(cast)
    write(show, "When does it begin?")
    shows.begin(show, at=clock.now(), by=identity("mira"))
    write(show, "There you are")
    shows.end(show, at=clock.now() + timedelta(seconds=1), by=identity("mira"))
    with pytest.raises(Conflict):
        write(show, "Too late")
    with pytest.raises(Conflict):
        chat.write_for_show(show, identity("mira"), "Bye", at=clock.now())


def test_what_the_host_writes_is_a_sign_of_life(show: Show) -> None:
    message = chat.write_for_show(show, identity("mira"), "Welcome", at=clock.now())
    assert (message.name, message.person_id) == (show.creator.name, identity("mira").person_id)
    chat.write_for_show(show, identity("olga"), "From the brand", at=clock.now())
    kinds = select(HostActivity.person_id).where(HostActivity.kind == ActivityKind.CHAT)
    assert list(db.session.scalars(kinds)) == [identity("mira").person_id]


def test_the_database_lets_nobody_change_what_was_written(show: Show) -> None:
    write(show, "Hello")
    with pytest.raises(Exception, match="permission denied"), db.session.begin_nested():
        raw().execute("update chat_message set text = 'Something else'")


def test_old_messages_are_cleaned_away_with_who_wrote_them(show: Show) -> None:
    now = clock.now()
    write(show, "old", at=now - timedelta(days=2))
    write(show, "old", BOB, "Bob", at=now - timedelta(days=2))
    write(show, "new", BOB, "Bob", at=now)
    assert chat.clean(before=now - timedelta(days=1)) == 2
    assert said(show) == ["new"]
    assert [chatter.name for chatter in db.session.scalars(select(Chatter))] == ["Bob"]


def test_the_timetable_cleans_what_visitors_left_and_keeps_what_was_counted(show: Show) -> None:
    now, item = clock.now(), shows.items_of(show)[0].id
    write(show, "Hello", at=now)
    presence.beat([(show.id, ANNE, False)], at=now)
    presence.note_interest(show.id, ANNE, tapped=[item], at=now)
    db.session.commit()
    tables = "chat_message chatter show_presence product_tap show_minute item_minute".split()

    def left() -> list[int]:
        return [db.session.scalar(text(f"select count(*) from {table}")) or 0 for table in tables]

    assert clean_live(at=now + CHAT_KEPT - timedelta(minutes=1)) == 0
    assert left() == [1] * 6
    assert clean_live(at=now + CHAT_KEPT + timedelta(minutes=1)) == 1
    assert left() == [0, 0, 1, 1, 1, 1]
    clean_live(at=now + VISITORS_KEPT + timedelta(minutes=1))
    assert left() == [0, 0, 0, 0, 1, 1]


# -- moderation --


def test_what_is_hidden_is_read_by_nobody_not_even_by_its_writer(show: Show) -> None:
    message = write(show, "Rude")
    write(show, "Nice")
    moderation.hide(message, by=identity("mira"), at=clock.now())
    moderation.hide(message, by=identity("mira"), at=clock.now())
    assert said(show) == said(show, ANNE) == ["Nice"]
    assert chat.gone(show.id, since=clock.now() - timedelta(seconds=5)) == [message.id]
    noted = db.session.scalar(text("select count(*) from audit_event where action = 'hide message'"))
    assert noted == 1


def test_a_muted_visitor_is_read_by_themself_alone_until_they_are_unmuted(show: Show) -> None:
    message = write(show, "Before")
    moderation.mute(message, by=identity("mira"), at=clock.now())
    write(show, "After")
    write(show, "Hello", BOB, "Bob")
    assert said(show) == said(show, BOB) == ["Hello"]
    assert said(show, ANNE) == ["Before", "After", "Hello"]
    assert set(chat.gone(show.id, since=clock.now() - timedelta(seconds=5))) == {message.id, message.id + 1}
    moderation.unmute(message, by=identity("mira"), at=clock.now())
    assert said(show, BOB) == ["Before", "After", "Hello"]


def test_somebody_of_the_show_is_not_muted_and_messages_of_other_shows_are_not_there(show: Show, cast: Cast) -> None:
    own = chat.write_for_show(show, identity("mira"), "Welcome", at=clock.now())
    with pytest.raises(Conflict):
        moderation.mute(own, by=identity("mira"), at=clock.now())
    other = planned(cast)
    with pytest.raises(NotFound):
        moderation.message_of(other, own.id)


@pytest.mark.parametrize(
    ("word", "refused", "taken"),
    [
        ("Fake", ["fake", "FÁKE!", "it is fake, I say", "f-a-k-e is not, but fake. is"], ["fakery", "unfake"]),
        ("not worth it", ["this is not worth it", "NOT  worth... it?"], ["worth it", "not worth"]),
    ],
)
def test_a_blocked_word_is_refused_as_a_word_of_its_own(
    show: Show, word: str, refused: list[str], taken: list[str]
) -> None:
    blocked_words.block(show.creator_id, word, by=identity("mira"), at=clock.now())
    for sentence in refused:
        with pytest.raises(BadInput):
            write(show, sentence)
    for sentence in taken:
        assert write(show, sentence).text == sentence
    with pytest.raises(BadInput):
        write(show, "Hello", name=word)
    blocked_words.unblock(show.creator_id, blocked_words.plain(word))
    write(show, refused[0], BOB, "Bob")


def test_host_and_moderators_moderate_and_nobody_else(show: Show, cast: Cast, browse: Browse) -> None:
    message = write(show, "Rude")
    db.session.commit()
    page, hide = f"/live/{show.public_id}/moderation", f"/live/{show.public_id}/messages/{message.id}/hide"
    for stranger in ("olga", "kim", "joon", "sam", "audrey"):
        browser = browse(stranger)
        assert (browser.get(page).status_code, browser.post(hide).status_code) == (404, 404), stranger
    sam = identity("sam").person_id
    db.session.add(ShowModerator(show_id=show.id, person_id=sam, added_by=1, added_at=clock.now()))
    db.session.commit()
    browser = browse("sam")
    assert "Rude" in browser.get(page).text
    assert browser.post(hide).status_code == 303
    assert said(show) == []
    assert browser.post(f"/live/{show.public_id}/words", data={"word": "Scam"}).status_code == 303
    assert blocked_words.words_of(show.creator_id) == ["scam"]
    assert "scam" in browser.get(page).text
    browser.post(f"/live/{show.public_id}/words/remove", data={"word": "scam"})
    assert blocked_words.words_of(show.creator_id) == []
    assert browse("mira").post(f"/live/{show.public_id}/messages/{message.id}/mute").status_code == 303
    assert "Muted" in browse("mira").get(page).text


# -- by the page --


def test_a_form_without_a_script_writes_and_comes_back(show: Show, client: FlaskClient) -> None:
    answer = send(client, show, "<script>alert(1)</script>")
    assert (answer.status_code, answer.location) == (303, f"/live/{show.public_id}#chat")
    page = client.get(f"/live/{show.public_id}").text
    assert "&lt;script&gt;alert(1)" in page
    assert 'value="Anne"' in page
    refused = send(client, show, "")
    assert refused.status_code == 303
    assert "Write a name and a message." in client.get(f"/live/{show.public_id}").text


def test_a_script_gets_the_line_or_what_is_wrong(show: Show, client: FlaskClient) -> None:
    answer = send(client, show, "Hello", json=True)
    assert answer.status_code == 200
    assert "data-own" in answer.get_json()["line"]
    assert answer.get_json()["told"] == ""
    refused = send(client, show, "x" * 400, json=True)
    assert refused.status_code == 422
    assert "too long" in refused.get_json()["told"]
    for _ in range(chat.AT_ONCE):
        last = send(client, show, "again", json=True)
    assert last.status_code == 429


def test_who_is_muted_does_not_notice(show: Show, client: FlaskClient, app: Any) -> None:
    send(client, show, "Spam", json=True)
    message = db.session.scalars(select(ChatMessage)).one()
    moderation.mute(message, by=identity("mira"), at=clock.now())
    db.session.commit()
    assert "Spam again" in send(client, show, "Spam again", json=True).get_json()["line"]
    assert client.get(f"/live/{show.public_id}").text.count("Spam") == 2
    assert client.get(f"/live/{show.public_id}/now").get_json()["chat"].count("Spam") == 2
    stranger = app.test_client()
    assert "Spam" not in stranger.get(f"/live/{show.public_id}").text
    assert "Spam" not in unescape(stranger.get(f"/live/{show.public_id}/now").text)
