"""What a host is told of the stock on the console."""

from __future__ import annotations

from datetime import timedelta

from app.orders import reservations
from app.orders.for_hosts import left_of
from app.streams.warnings import warnings_of
from app.users.models import Brand, Creator
from tests.orders.selling import AT, show_of, viewer


def test_a_host_is_warned_of_the_last_pieces_and_when_there_is_none_left(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=6)
    later = AT + timedelta(minutes=1)
    assert (left_of(show, later), warnings_of(show, at=later)) == ({item.id: 6}, [])
    reservations.reserve(show, item.id, 2, viewer("vera"), later)
    assert [each.sentence for each in warnings_of(show, at=later)] == ["“Lamp”: 4 left."]
    reservations.reserve(show, item.id, 3, viewer("otto"), later)
    reservations.reserve(show, item.id, 1, viewer("anna"), later)
    assert [(each.kind, each.grave) for each in warnings_of(show, at=later)] == [("gone", True)]


def test_what_is_never_sold_out_is_no_reason_to_warn(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=None)
    assert left_of(show, AT) == {item.id: None}
    assert warnings_of(show, at=AT) == []
