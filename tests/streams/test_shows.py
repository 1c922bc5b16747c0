"""A show goes on air, shows one product after the other, and ends; its streams are what settlement reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db, raw
from app.errors import Conflict, NotFound, WrongStatus
from app.streams import notices, shows
from app.streams.models import HostActivity, Pin, ShowModerator, ShowStatus, Stream
from app.users.models import Brand, Creator
from tests import market
from tests.access import NOWHERE
from tests.cast import Cast
from tests.payouts.people import identity
from tests.streams.showing import PLANNED, on_air, planned

MINUTE = timedelta(minutes=1)
ENDS = PLANNED + 90 * MINUTE


def doing(name: str = "mira", minutes: int = 0) -> dict[str, Any]:
    return {"by": identity(name), "at": PLANNED + minutes * MINUTE}


# -- going on air and off again --


def test_a_show_on_air_is_one_stream_for_each_brand_with_one_beginning(cast: Cast, mira: Creator) -> None:
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    show = planned(mira, skus={lumen: ("LAMP", "BULB"), kettle: ("POT",)})
    assert db.session.scalars(select(Stream)).all() == []
    shows.begin(show, **doing())
    one, other = (db.session.get_one(Stream, brand.stream_id) for brand in shows.brands_of(show))
    assert (one.brand_id, one.skus, one.ends_at) == (lumen.id, ["LAMP", "BULB"], None)
    assert (other.brand_id, other.skus, other.platform) == (kettle.id, ["POT"], "own")
    assert one.starts_at == other.starts_at == show.on_air_at == PLANNED
    shows.end(show, **doing(minutes=90))
    db.session.expire_all()
    assert one.ends_at == other.ends_at == show.ended_at == ENDS
    with pytest.raises(WrongStatus):
        shows.begin(show, **doing(minutes=91))


def test_a_show_begins_only_under_contracts_that_cover_the_moment(lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira, date(2026, 1, 1), date(2026, 3, 9))
    show = planned(mira, skus={lumen: ("LAMP",)})
    with pytest.raises(Conflict, match="No contract with Lumen Lighting covers this moment"):
        shows.begin(show, **doing())
    later = market.contract(lumen, mira, date(2026, 3, 10), date(2026, 12, 31))
    shows.begin(show, **doing())
    assert shows.brands_of(show)[0].contract_id == later.id


def test_a_show_without_a_product_does_not_begin(mira: Creator) -> None:
    with pytest.raises(Conflict, match="no product"):
        shows.begin(planned(mira, skus={}), **doing())


def test_nobody_is_on_air_twice_at_once(lumen: Brand, mira: Creator) -> None:
    first, second = on_air(mira, skus={lumen: ("LAMP",)}), planned(mira, skus={lumen: ("BULB",)})
    with pytest.raises(Conflict, match="Another show of yours"):
        shows.begin(second, **doing(minutes=1))
    assert second.status == ShowStatus.PLANNED
    shows.end(first, **doing(minutes=2))
    assert shows.begin(second, **doing(minutes=2)).status == ShowStatus.ON_AIR


def test_a_forgotten_show_ends_half_an_hour_after_its_end_and_the_hosts_last_deed(lumen: Brand, mira: Creator) -> None:
    show = on_air(mira, skus={lumen: ("LAMP",)})
    assert shows.ends_by_itself_at(show) == PLANNED + 150 * MINUTE
    shows.pin(shows.items_of(show)[0], **doing(minutes=140))
    assert shows.ends_by_itself_at(show) == PLANNED + 170 * MINUTE


# -- what is on the screen --


def test_one_product_is_on_the_screen_and_the_next_one_replaces_it(lumen: Brand, mira: Creator) -> None:
    show = on_air(mira, skus={lumen: ("LAMP", "BULB")})
    first, second = shows.items_of(show)
    assert shows.current_pin(show.id) is None
    assert shows.pin_next(show, **doing(minutes=1)).item_id == first.id
    shows.pin(first, **doing(minutes=2))  # is there already
    assert shows.pin_next(show, **doing(minutes=3)).item_id == second.id
    assert shows.current_pin(show.id) == second
    with pytest.raises(Conflict, match="last product"):
        shows.pin_next(show, **doing(minutes=4))
    shows.unpin(show, **doing(minutes=5))
    shows.unpin(show, **doing(minutes=6))
    assert shows.current_pin(show.id) is None
    pins = db.session.scalars(select(Pin).order_by(Pin.id)).all()
    seen = [(each.pinned_at - PLANNED, (each.unpinned_at or ENDS) - PLANNED) for each in pins]
    assert seen == [(MINUTE, 3 * MINUTE), (3 * MINUTE, 5 * MINUTE)]
    assert [each.kind for each in db.session.scalars(select(HostActivity))] == ["pin", "pin", "pin"]


def test_nothing_is_pinned_before_a_show_or_after_it(lumen: Brand, mira: Creator) -> None:
    show = planned(mira, skus={lumen: ("LAMP",)})
    item = shows.items_of(show)[0]
    with pytest.raises(WrongStatus, match="not on air"):
        shows.pin(item, **doing())
    shows.begin(show, **doing())
    shows.pin(item, **doing())
    shows.end(show, **doing(minutes=5))
    assert shows.current_pin(show.id) is None
    with pytest.raises(WrongStatus, match="not on air"):
        shows.unpin(show, **doing(minutes=6))


def test_a_rehearsal_makes_no_stream_and_counts_as_nothing(lumen: Brand, mira: Creator) -> None:
    show = shows.rehearse(planned(mira, skus={lumen: ("LAMP", "BULB")}), **doing(minutes=-60))
    first = shows.pin_next(show, **doing(minutes=-59))
    assert first.rehearsal
    assert shows.stop_rehearsal(show, **doing(minutes=-50)).status == ShowStatus.PLANNED
    assert shows.current_pin(show.id) is None
    assert not [*db.session.scalars(select(Stream)), *db.session.scalars(select(HostActivity))]
    shows.begin(show, **doing())
    assert shows.pin_next(show, **doing()).item_id == first.item_id  # the rehearsal is forgotten


def test_what_was_pinned_in_a_show_stays_and_a_rehearsal_may_go(app: Flask, lumen: Brand, mira: Creator) -> None:
    show = shows.rehearse(planned(mira, skus={lumen: ("LAMP",)}), **doing())
    shows.pin_next(show, **doing())
    raw().execute("delete from pin where show_id = %s", [show.id])
    shows.begin(show, **doing())
    shows.pin_next(show, **doing())
    with pytest.raises(psycopg.errors.RaiseException, match="stays"), raw().transaction():
        raw().execute("delete from pin where show_id = %s", [show.id])
    with pytest.raises(psycopg.errors.InsufficientPrivilege), raw().transaction():
        raw().execute("update pin set pinned_at = now()")


# -- who --


def test_the_creator_and_their_agents_host_and_moderators_moderate(cast: Cast, lumen: Brand, mira: Creator) -> None:
    show = planned(mira, skus={lumen: ("LAMP",)})
    hosts = [name for name in cast.people if shows.who_may_host(show, identity(name))]
    assert hosts == ["mira", "ada"]
    assert [name for name in cast.people if shows.who_may_moderate(show, identity(name))] == hosts
    helper = cast.people["sam"].id
    added = {"added_by": cast.people["mira"].id, "added_at": PLANNED}
    db.session.add(ShowModerator(show_id=show.id, person_id=helper, **added))
    db.session.flush()
    assert shows.who_may_moderate(show, identity("sam"))
    assert not shows.who_may_host(show, identity("sam"))


def test_a_show_is_found_by_its_public_id_alone(lumen: Brand, mira: Creator) -> None:
    show = planned(mira, skus={lumen: ("LAMP",)})
    assert shows.show_by_public_id(show.public_id) == show
    with pytest.raises(NotFound):
        shows.show_by_public_id(NOWHERE)


# -- who is told --


def test_each_change_is_announced_when_it_is_committed(
    lumen: Brand, mira: Creator, owner_connection: psycopg.Connection
) -> None:
    show = planned(mira, skus={lumen: ("LAMP",)})
    db.session.commit()
    owner_connection.autocommit = True
    owner_connection.execute("listen show")

    def heard() -> list[str]:
        return sorted({notice.payload for notice in owner_connection.notifies(timeout=0.2)})

    shows.begin(show, **doing())
    shows.pin_next(show, **doing(minutes=1))
    db.session.rollback()
    assert heard() == []
    shows.begin(show, **doing())
    shows.pin_next(show, **doing(minutes=1))
    db.session.commit()
    assert heard() == [f"{show.id} pin", f"{show.id} show"]
    shows.unpin(show, **doing(minutes=2))
    shows.end(show, **doing(minutes=3))
    db.session.commit()
    assert heard() == [f"{show.id} pin", f"{show.id} show"]
    with pytest.raises(ValueError, match="weather is none of"):
        notices.announce(raw(), show.id, "weather")
