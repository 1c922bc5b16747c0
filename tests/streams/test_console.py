"""The console: going on air, one key for the next product, the word on advertising, and people who help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import db
from app.errors import WrongStatus
from app.streams import advertising, pin_log, shows
from app.streams.models import AdReminder, HostActivity, Pin, Show
from app.users.models import Brand, Creator
from tests import market
from tests.contracts.dealing import page, said
from tests.payouts.people import identity
from tests.streams.access import DAYS
from tests.streams.showing import PLANNED, on_air, planned

Browse = Callable[[str], FlaskClient]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def show(lumen: Brand, mira: Creator) -> Show:
    """Two products, planned for tomorrow."""
    market.contract(lumen, mira, *DAYS)
    made = planned(mira, skus={lumen: ("LAMP", "BULB")}, at=clock.now() + timedelta(days=1))
    db.session.commit()
    return made


def status(show: Show) -> str:
    db.session.rollback()
    return db.session.get_one(Show, show.id).status


def test_a_show_from_its_rehearsal_to_its_end(show: Show, mira: Creator, browse: Browse) -> None:
    creator, own = browse("mira"), f"/creators/{mira.public_id}/shows/{show.public_id}"
    console = f"/shows/{show.public_id}/console"
    assert "Rehearse" in page(creator, console)
    creator.post(f"{own}/rehearse")
    seen = page(creator, console)
    assert "nobody sees it, and nothing counts" in seen
    assert 'accesskey="n">Next: Lamp' in creator.get(console).text
    creator.post(f"{console}/pin")
    assert "Next: Bulb" in page(creator, console)
    creator.post(f"{own}/rehearse", data={"stop": "1"})
    assert status(show) == "planned"
    assert "You are on air." in said(creator.post(f"{own}/begin", follow_redirects=True))
    seen = page(creator, console)
    assert "Say now that this is advertising" in seen
    assert "Next: Lamp" in seen
    creator.post(f"{own}/advertising")
    assert "You have said in this quarter of an hour" in page(creator, console)
    creator.post(f"{console}/pin")
    creator.post(f"{console}/pin")
    late = creator.post(f"{console}/pin", follow_redirects=True)
    assert "That was the last product" in late.text
    creator.post(f"{console}/pin", data={"item": str(shows.items_of(show)[0].id)})
    creator.post(f"{console}/unpin")
    assert "Nothing." in page(creator, console)
    assert "The show has ended." in said(creator.post(f"{own}/end", follow_redirects=True))
    seen = page(creator, own)
    assert seen.count("00:0") == 2 * 3  # from and until of three pins
    creator.post(f"{own}/replay", data={"replay": "https://video.example/1"})
    assert "https://video.example/1" in page(creator, own)


def test_a_moderator_pins_and_hosts_nothing(show: Show, mira: Creator, browse: Browse) -> None:
    creator, own = browse("mira"), f"/creators/{mira.public_id}/shows/{show.public_id}"
    console, helper = f"/shows/{show.public_id}/console", browse("sam")
    assert helper.get(console).status_code == 404
    nobody = creator.post(f"{own}/moderators", data={"email": "nobody@cast.example"})
    assert (nobody.status_code, "Nobody with this address" in nobody.text) == (422, True)
    assert creator.post(f"{own}/moderators", data={"email": "sam"}).status_code == 422
    added = creator.post(f"{own}/moderators", data={"email": "sam@cast.example"}, follow_redirects=True)
    assert "Sam can help now" in said(added)
    creator.post(f"{own}/begin")
    seen = page(helper, console)
    assert "End the show" not in seen
    assert "I have said it" not in seen
    helper.post(f"{console}/pin")
    db.session.rollback()
    assert shows.current_pin(show.id) is not None
    assert helper.post(f"{own}/end").status_code in (403, 404)
    sam = identity("sam").person_id
    creator.post(f"{own}/moderators/{sam}/remove")
    assert helper.post(f"{console}/pin").status_code == 404
    assert db.session.scalars(select(Pin.pinned_by)).all() == [sam]


def test_what_can_not_begin_says_why(lumen: Brand, mira: Creator, browse: Browse) -> None:
    market.contract(lumen, mira, *DAYS)
    made = planned(mira, skus={}, at=clock.now() + timedelta(days=1))
    db.session.commit()
    refused = browse("mira").post(f"/creators/{mira.public_id}/shows/{made.public_id}/begin", follow_redirects=True)
    assert "There is no product on the run sheet" in refused.text
    assert status(made) == "planned"


# -- the word on advertising --


def test_advertising_is_asked_for_in_each_quarter_of_an_hour(lumen: Brand, mira: Creator) -> None:
    show, by = on_air(mira, skus={lumen: ("LAMP",)}), identity("mira")

    def due(minutes: int) -> bool:
        return advertising.is_due(show, PLANNED + minutes * MINUTE)

    assert due(0)
    advertising.say(show, at=PLANNED + 2 * MINUTE, by=by)
    advertising.say(show, at=PLANNED + 3 * MINUTE, by=by)
    assert [due(minute) for minute in (3, 14, 15, 29)] == [False, False, True, True]
    advertising.say(show, at=PLANNED + 29 * MINUTE, by=by)
    said_in = [(each.quarter, each.said_at) for each in db.session.scalars(select(AdReminder))]
    assert said_in == [(0, PLANNED + 2 * MINUTE), (1, PLANNED + 29 * MINUTE)]
    assert len(db.session.scalars(select(HostActivity)).all()) == 3
    shows.end(show, at=PLANNED + 31 * MINUTE, by=by)
    assert not due(31)
    with pytest.raises(WrongStatus):
        advertising.say(show, at=PLANNED + 32 * MINUTE, by=by)


# -- programme time --


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "00:00"), (65, "01:05"), (3599.9, "59:59"), (3600, "1:00:00"), (43_265, "12:01:05"), (-1, "00:00")],
)
def test_programme_time_is_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert pin_log.programme_time(timedelta(seconds=seconds)) == shown


def test_the_log_is_of_the_show_alone(lumen: Brand, mira: Creator) -> None:
    show, by = planned(mira, skus={lumen: ("LAMP", "BULB")}), identity("mira")
    shows.rehearse(show, at=PLANNED - MINUTE, by=by)
    shows.pin_next(show, at=PLANNED - MINUTE, by=by)
    assert pin_log.log_of(show) == []
    shows.begin(show, at=PLANNED, by=by)
    shows.pin_next(show, at=PLANNED + MINUTE, by=by)
    shows.pin_next(show, at=PLANNED + 90 * MINUTE, by=by)
    assert [(each.at, each.until) for each in pin_log.log_of(show)] == [("01:00", "1:30:00"), ("1:30:00", "")]
