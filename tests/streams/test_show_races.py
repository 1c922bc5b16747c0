"""Two consoles of one show at the same moment, over and over. The same race without the lock has to go wrong, or it
would show nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.database import db
from app.errors import WrongStatus
from app.streams import shows
from app.streams.models import Pin, Show, ShowStatus, Stream
from app.users.models import Brand, Creator
from tests.payouts.at_once import at_once
from tests.payouts.people import identity
from tests.streams.showing import PLANNED, on_air, planned

ROUNDS = 20
MINUTE = timedelta(minutes=1)


def race(show: Show, *deeds: Callable[[Show], Any]) -> list[Any]:
    """What each deed came to, done at once in sessions of their own: its name, or the error."""
    number = show.id

    def on_the_show(deed: Callable[[Show], Any]) -> Callable[[], Any]:
        return lambda: type(deed(db.session.get_one(Show, number))).__name__

    return at_once([on_the_show(deed) for deed in deeds])


def pin_next(show: Show) -> Pin:
    return shows.pin_next(show, at=PLANNED + MINUTE, by=identity("mira"))


def end(show: Show) -> Show:
    return shows.end(show, at=PLANNED + 2 * MINUTE, by=identity("mira"))


def left_open() -> int:
    """How many products are on the screen of shows that are over."""
    db.session.rollback()
    query = select(func.count()).select_from(Pin).join(Show, Show.id == Pin.show_id)
    return db.session.execute(query.where(Pin.unpinned_at.is_(None), Show.status == ShowStatus.ENDED)).scalar_one()


def an_hour(lumen: Brand, mira: Creator) -> Show:
    """A show on air; committed."""
    show = on_air(mira, skus={lumen: ("LAMP", "BULB")})
    db.session.commit()
    return show


def test_two_who_go_on_at_once_go_on_by_two(lumen: Brand, mira: Creator) -> None:
    for _ in range(ROUNDS):
        show = an_hour(lumen, mira)
        assert race(show, pin_next, pin_next) == ["Pin", "Pin"]
        db.session.rollback()
        pins = db.session.scalars(select(Pin).where(Pin.show_id == show.id).order_by(Pin.id)).all()
        assert [pin.item.product.sku for pin in pins] == ["LAMP", "BULB"]
        assert [pin.unpinned_at is None for pin in pins] == [False, True]
        end(show)


def test_two_who_begin_at_once_make_one_stream(lumen: Brand, mira: Creator) -> None:
    for _ in range(ROUNDS):
        show = planned(mira, skus={lumen: ("LAMP",)})
        db.session.commit()

        def begin(target: Show) -> Show:
            return shows.begin(target, at=PLANNED, by=identity("mira"))

        outcomes = race(show, begin, begin)
        assert Counter(type(each) for each in outcomes) == {str: 1, WrongStatus: 1}
        db.session.rollback()
        end(db.session.get_one(Show, show.id))
        db.session.commit()
    assert db.session.execute(select(func.count()).select_from(Stream)).scalar_one() == ROUNDS


def test_nothing_stays_on_the_screen_of_a_show_that_is_ended_meanwhile(lumen: Brand, mira: Creator) -> None:
    for _ in range(ROUNDS):
        outcomes = race(an_hour(lumen, mira), pin_next, end)
        assert outcomes[1] == "Show"
        assert outcomes[0] == "Pin" or isinstance(outcomes[0], WrongStatus)
    assert left_open() == 0


def test_without_the_lock_something_stays_on_the_screen(
    lumen: Brand, mira: Creator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shows, "lock", lambda row: row)
    for _ in range(ROUNDS):
        race(an_hour(lumen, mira), pin_next, end)
        if left_open():
            return
    pytest.fail("without the lock nothing went wrong: this race shows nothing")
