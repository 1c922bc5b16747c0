"""Which minutes of a show count by its record, and what is done where somebody does not agree (rules.md B8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStatus
from app.streams import advertising, quarters, shows
from app.streams.models import QuarterReview, Show, ShowModerator, Stream
from app.streams.validity import of_streams, verdicts
from app.users.models import Brand, Creator
from tests import market
from tests.contracts.dealing import page, said
from tests.payouts.people import identity
from tests.streams.showing import PLANNED, on_air, planned
from tests.users.mails import mails

MINUTE = timedelta(minutes=1)
Browse = Callable[[str], FlaskClient]


def run(show: Show, *, pins: tuple[int, ...], words: tuple[int, ...], until: int) -> Show:
    """The host pins, and says that it is advertising, in these minutes; the show ends in another."""
    by, items = identity("mira"), shows.items_of(show)
    deeds = [(minute, "pin") for minute in pins] + [(minute, "say") for minute in words]
    for minute, deed in sorted(deeds):
        at = PLANNED + minute * MINUTE
        if deed == "pin":
            shows.unpin(show, at=at, by=by)
            shows.pin(items[0], at=at, by=by)
        else:
            advertising.say(show, at=at, by=by)
    return shows.end(show, at=PLANNED + until * MINUTE, by=by)


def whole(show: Show, until: int = 120) -> Show:
    """Everything is there."""
    return run(show, pins=tuple(range(0, until, 30)), words=tuple(range(0, until, 15)), until=until)


@pytest.fixture
def show(lumen: Brand, mira: Creator) -> Show:
    return on_air(mira, skus={lumen: ("LAMP",)})


def stream_of(show: Show) -> Stream:
    return db.session.get_one(Stream, shows.brands_of(show)[0].stream_id)


def valid(show: Show) -> list[int]:
    """The numbers of the quarters that count."""
    return [each.quarter for each in quarters.quarters_of([stream_of(show).id]) if each.valid]


def counted(show: Show) -> tuple[str | None, int, int, int]:
    db.session.flush()
    found = of_streams(raw(), [stream_of(show).id])[stream_of(show).id]
    return found.reason, found.minutes, found.proven, found.counted


# -- the record --


def test_a_show_with_pins_host_and_advertising_counts_whole(show: Show) -> None:
    whole(show)
    assert valid(show) == list(range(8))
    assert counted(show) == (None, 120, 120, 120)


def test_a_quarter_without_the_word_on_advertising_does_not_count(show: Show) -> None:
    run(show, pins=(0, 30, 45, 60, 90), words=(0, 15, 30, 60, 75, 90, 105), until=120)
    assert valid(show) == [0, 1, 2, 4, 5, 6, 7]
    assert counted(show) == (None, 120, 105, 105)


def test_a_half_hour_without_a_pin_does_not_count(show: Show) -> None:
    by = identity("mira")
    shows.pin_next(show, at=PLANNED, by=by)
    shows.unpin(show, at=PLANNED + 30 * MINUTE, by=by)
    run(show, pins=(60, 90), words=tuple(range(0, 120, 15)), until=120)
    assert valid(show) == [0, 1, 4, 5, 6, 7]  # what was taken away as the half hour began was not in it
    assert counted(show) == (None, 120, 90, 90)


def test_a_product_that_stays_on_the_screen_is_pinned_in_each_half_hour(show: Show) -> None:
    run(show, pins=(0,), words=tuple(range(0, 120, 15)), until=120)
    assert counted(show) == (None, 120, 120, 120)


def test_what_a_moderator_does_proves_nothing_of_the_host(show: Show) -> None:
    sam = identity("sam")
    db.session.add(ShowModerator(show_id=show.id, person_id=sam.person_id, added_by=sam.person_id, added_at=PLANNED))
    shows.pin(shows.items_of(show)[0], at=PLANNED + MINUTE, by=sam)
    shows.end(show, at=PLANNED + 60 * MINUTE, by=identity("mira"))
    assert counted(show) == ("inactive", 60, 0, 0)


def test_pins_of_another_brand_do_not_count_for_this_one(lumen: Brand, kettle: Brand, mira: Creator) -> None:
    show = on_air(mira, skus={lumen: ("LAMP",), kettle: ("POT",)})
    whole(show, 60)  # lumen's lamp
    ours, theirs = (each.stream_id for each in shows.brands_of(show))
    found = of_streams(raw(), [ours or 0, theirs or 0])
    assert (found[ours or 0].counted, found[theirs or 0].reason) == (60, "inactive")


def test_a_rehearsal_does_not_count(lumen: Brand, mira: Creator) -> None:
    show, by = planned(mira, skus={lumen: ("LAMP",)}), identity("mira")
    shows.rehearse(show, at=PLANNED - MINUTE, by=by)
    shows.pin_next(show, at=PLANNED - MINUTE, by=by)
    shows.begin(show, at=PLANNED, by=by)
    advertising.say(show, at=PLANNED, by=by)
    shows.end(show, at=PLANNED + 60 * MINUTE, by=identity("mira"))
    assert counted(show)[0] == "inactive"


def test_seconds_are_rounded_down_once_for_each_stream(show: Show) -> None:
    by = identity("mira")
    for minute in range(0, 75, 15):
        advertising.say(show, at=PLANNED + minute * MINUTE, by=by)
    shows.pin_next(show, at=PLANNED, by=by)
    shows.end(show, at=PLANNED + 74.99 * MINUTE, by=by)
    assert counted(show) == (None, 74, 74, 74)


def test_a_days_cap_holds_over_what_the_record_proves(lumen: Brand, mira: Creator) -> None:
    contract = market.contract(lumen, mira)
    contract.day_minutes = 100
    show = on_air(mira, skus={lumen: ("LAMP",)})
    run(show, pins=(0, 30, 60, 90), words=(0, 15, 30, 45, 60, 75, 90), until=120)
    later = market.stream(lumen, mira, PLANNED + 150 * MINUTE, 1, skus=["LAMP"])  # by file: it has no record
    found = verdicts(raw(), contract.id, first=date(2026, 3, 1), last=date(2026, 3, 31))
    assert [(each.stream_id, each.proven, each.counted) for each in found] == [
        (stream_of(show).id, 105, 100),
        (later.id, 60, 0),
    ]


def test_a_stream_by_file_counts_as_before_and_has_no_quarters(lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira)
    made = market.stream(lumen, mira, skus=["LAMP"])
    assert of_streams(raw(), [made.id])[made.id].counted == 120
    assert quarters.quarters_of([made.id]) == []
    assert of_streams(raw(), []) == {}


# -- what people say --


@pytest.fixture
def thin(show: Show) -> Show:
    """The last quarter lacks the word on advertising."""
    return run(show, pins=(0, 30), words=(0, 15, 30), until=60)


AFTER = PLANNED + 61 * MINUTE


def letters(to: str) -> list[str]:
    return [mail["Subject"] for mail in mails(current_app) if mail["To"] == f"{to}@cast.example"]


def test_a_creator_claims_a_quarter_and_the_brand_decides(thin: Show) -> None:
    review = quarters.claim(stream_of(thin), 3, "I said it aloud", by=identity("mira"), at=AFTER)
    assert valid(thin) == [0, 1, 2]  # until somebody decides
    assert letters("olga") == ["Minutes of a show are claimed: Evening light"]
    with pytest.raises(BadInput, match="Give a reason"):
        quarters.decide(review, True, " ", by=identity("olga"), at=AFTER)
    with pytest.raises(NotAllowed):
        quarters.decide(review, True, "Yes", by=identity("kim"), at=AFTER)
    with pytest.raises(NotAllowed):
        quarters.decide(review, True, "Yes", by=identity("mira"), at=AFTER)
    quarters.decide(review, True, "We heard it", by=identity("olga"), at=AFTER)
    assert valid(thin) == [0, 1, 2, 3]
    assert counted(thin) == (None, 60, 60, 60)
    assert letters("mira") == ["Minutes of a show were reviewed: Evening light"]
    with pytest.raises(WrongStatus):
        quarters.decide(review, False, "No", by=identity("olga"), at=AFTER)


def test_what_a_brand_refuses_stays_out(thin: Show) -> None:
    review = quarters.claim(stream_of(thin), 3, "I said it aloud", by=identity("mira"), at=AFTER)
    quarters.decide(review, False, "We did not hear it", by=identity("olga"), at=AFTER)
    assert (valid(thin), counted(thin)) == ([0, 1, 2], (None, 60, 45, 45))


def test_a_brand_disputes_a_quarter_and_the_platform_decides(thin: Show) -> None:
    review = quarters.dispute(stream_of(thin), 0, "The chair was empty", by=identity("olga"), at=AFTER)
    assert (valid(thin), letters("mira")) == ([1, 2], ["Minutes of a show are disputed: Evening light"])
    with pytest.raises(NotAllowed):
        quarters.decide(review, False, "So it is", by=identity("olga"), at=AFTER)
    quarters.decide(review, True, "The recording shows the host", by=identity("adam"), at=AFTER)
    assert valid(thin) == [0, 1, 2]


def test_each_quarter_is_spoken_of_once_and_within_fourteen_days(thin: Show) -> None:
    stream, mira, olga = stream_of(thin), identity("mira"), identity("olga")
    with pytest.raises(Conflict, match="counts already"):
        quarters.claim(stream, 0, "x", by=mira, at=AFTER)
    with pytest.raises(Conflict, match="does not count as it is"):
        quarters.dispute(stream, 3, "x", by=olga, at=AFTER)
    with pytest.raises(NotFound):
        quarters.claim(stream, 4, "x", by=mira, at=AFTER)
    with pytest.raises(BadInput, match="Say what happened"):
        quarters.claim(stream, 3, " ", by=mira, at=AFTER)
    with pytest.raises(Conflict, match="fourteen days"):
        quarters.claim(stream, 3, "x", by=mira, at=AFTER + timedelta(days=14))
    quarters.claim(stream, 3, "x", by=mira, at=AFTER)
    with pytest.raises(Conflict, match="already"):
        quarters.claim(stream, 3, "again", by=mira, at=AFTER)


def test_what_was_said_and_done_can_not_be_deleted(thin: Show) -> None:
    quarters.claim(stream_of(thin), 3, "x", by=identity("mira"), at=AFTER)
    for table in ("quarter_review", "ad_reminder", "host_activity"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), raw().transaction():
            raw().execute(f"delete from {table}")


# -- the pages --


def test_both_sides_see_the_quarters_and_speak_of_them(thin: Show, lumen: Brand, mira: Creator, browse: Browse) -> None:
    db.session.commit()
    ours, theirs = (
        f"/brands/{lumen.public_id}/shows/{thin.public_id}",
        f"/creators/{mira.public_id}/shows/{thin.public_id}",
    )
    creator, owner = browse("mira"), browse("olga")
    seen = page(creator, f"{theirs}/hours")
    assert "45:00 – 1:00:00" in seen
    assert "Valid minutes" in page(creator, theirs)
    assert "45 minutes" in seen
    asked = {"stream": stream_of(thin).ref, "quarter": "3", "words": "I said it aloud"}
    late = creator.post(f"{theirs}/hours", data=asked, follow_redirects=True)
    assert "fourteen days after the show have passed" in late.text  # the show of these tests is long ago
    assert creator.post(f"{theirs}/hours", data=asked | {"stream": "x"}).status_code == 404
    quarters.claim(stream_of(thin), 3, "I said it aloud", by=identity("mira"), at=AFTER)
    quarters.dispute(stream_of(thin), 0, "The chair was empty", by=identity("olga"), at=AFTER)
    db.session.commit()
    claimed, disputed = db.session.scalars(select(QuarterReview).order_by(QuarterReview.id)).all()
    assert "I said it aloud" in page(owner, f"{ours}/hours")
    task = "Decide on the minutes claimed of “Evening light”"
    assert task in page(owner, f"/brands/{lumen.public_id}")
    data = {"counts": "yes", "reason": "We heard it"}
    assert "Saved." in said(owner.post(f"{ours}/hours/{claimed.public_id}", data=data, follow_redirects=True))
    assert "Decided: We heard it" in page(creator, f"{theirs}/hours")
    assert task not in page(owner, f"/brands/{lumen.public_id}")
    admin = browse("adam")
    waiting = page(admin, "/admin/disputed-minutes")
    assert "The chair was empty" in waiting
    assert "I said it aloud" not in waiting
    decided = admin.post(
        f"/admin/disputed-minutes/{disputed.public_id}", data={"counts": "no", "reason": "Empty"}, follow_redirects=True
    )
    assert "Nothing waits for a decision." in decided.text
    assert "Decide" not in browse("audrey").get("/admin/disputed-minutes").text
    assert valid(thin) == [1, 2, 3]
