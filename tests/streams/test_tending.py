"""Letters before a show, once each, and the end of what was forgotten."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from app.database import db
from app.streams import moderators, planning, shows, tending
from app.streams.jobs import tend_shows
from app.streams.models import ShowStatus, Stream
from app.streams.planning import Plan
from app.users.models import Brand, Creator
from tests import market
from tests.payouts.people import identity
from tests.streams.showing import on_air, planned
from tests.users.mails import mails

BEGINS = market.NOON
LONG_AGO = BEGINS - timedelta(days=9)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def letters(to: str) -> list[str]:
    return [mail["Subject"] for mail in mails(current_app) if mail["To"] == f"{to}@cast.example"]


def test_everybody_is_reminded_a_day_and_an_hour_before_once_each(lumen: Brand, mira: Creator) -> None:
    show = planned(mira, skus={lumen: ("LAMP",)}, changed_at=LONG_AGO)
    moderators.add(show, "SAM@cast.example ", by=identity("mira"), at=LONG_AGO)
    assert letters("sam") == ["You help with a show: Evening light"]
    for before, reminded in ((24 * HOUR + SECOND, 0), (24 * HOUR, 1), (23 * HOUR, 0), (HOUR + SECOND, 0), (HOUR, 1)):
        assert tending.remind(at=BEGINS - before) == reminded
    assert tending.remind(at=BEGINS - SECOND) == tending.remind(at=BEGINS) == 0
    assert letters("mira") == letters("ada") == ["Tomorrow: Evening light", "In an hour: Evening light"]
    assert letters("sam")[1:] == letters("mira")
    assert letters("olga") == ["Tomorrow: Evening light"]


def test_a_show_that_was_moved_is_reminded_of_again(lumen: Brand, mira: Creator) -> None:
    show = planned(mira, skus={lumen: ("LAMP",)}, changed_at=LONG_AGO)
    tending.remind(at=BEGINS - 24 * HOUR)
    later = Plan(show.title, BEGINS + 48 * HOUR, 60)
    planning.change(show, later, by=identity("mira"), at=BEGINS - 23 * HOUR, side=mira)
    assert tending.remind(at=BEGINS - HOUR) == 0
    assert tending.remind(at=BEGINS + 24 * HOUR) == 1
    assert letters("mira") == ["Tomorrow: Evening light"] * 2


def test_what_is_planned_at_short_notice_or_called_off_is_not_announced_as_tomorrow(
    lumen: Brand, mira: Creator
) -> None:
    planned(mira, skus={lumen: ("LAMP",)}, changed_at=BEGINS - 5 * HOUR)
    planned(mira, skus={}, changed_at=LONG_AGO, status="cancelled")
    assert tending.remind(at=BEGINS - 4 * HOUR) == 0
    assert tending.remind(at=BEGINS - HOUR) == 1
    assert letters("mira") == ["In an hour: Evening light"]


def test_a_forgotten_show_ends_when_it_should_have_and_its_creator_is_told(lumen: Brand, mira: Creator) -> None:
    show = on_air(mira, skus={lumen: ("LAMP",)})
    until = shows.ends_by_itself_at(show)
    assert tending.end_forgotten(at=until - SECOND) == []
    assert tending.end_forgotten(at=until + 5 * HOUR) == [show]
    stream = db.session.get_one(Stream, shows.brands_of(show)[0].stream_id, populate_existing=True)
    assert (show.status, show.ended_at, stream.ends_at, show.end_by_itself) == (ShowStatus.ENDED, until, until, True)
    assert letters("mira") == ["Your show was ended: Evening light"]
    assert tending.end_forgotten(at=until + 6 * HOUR) == []


def test_the_worker_does_both(lumen: Brand, mira: Creator) -> None:
    show = on_air(mira, skus={lumen: ("LAMP",)})
    db.session.commit()
    assert tend_shows() == 1
    db.session.refresh(show)
    assert show.status == ShowStatus.ENDED
    assert tend_shows() == 0
