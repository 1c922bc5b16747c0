"""A click holds pieces for ten minutes, at the price in force; who finds nothing left waits in line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import update

from app.database import db, raw
from app.errors import NotFound
from app.orders import reservations, stock, waiting
from app.orders.holding import HOLD, NotOnSale
from app.orders.offers import offers_of
from app.orders.reservations import SoldOut, TooManyPieces, reserve
from app.streams import shows
from app.streams.models import ShowBrand
from app.users.models import Brand, Creator
from tests.orders.selling import AT, letters, line, purchases, show_of, the_lamp, viewer
from tests.payouts.at_once import at_once
from tests.payouts.people import identity
from tests.streams.showing import planned

MINUTE = timedelta(minutes=1)


def test_a_click_holds_pieces_at_the_price_in_force(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira)
    row = reserve(show, item.id, 2, viewer("anna"), AT)
    assert (row.status, row.quantity, row.unit_price, row.currency) == ("reserved", 2, 2420, "EUR")
    assert (row.holds_until - row.held_at, row.vat_bps, row.total, row.vat) == (HOLD, 2100, 4840, 840)
    (offer,) = offers_of(show, AT)
    assert (offer.left, offer.held, offer.sold_out, offer.price, offer.reference) == (3, 2, False, 2420, None)


def test_a_second_click_is_the_same_reservation(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira)
    first = reserve(show, item.id, 1, viewer("anna"), AT)
    assert reserve(show, item.id, 1, viewer("anna"), AT + MINUTE).id == first.id
    assert offers_of(show, AT + MINUTE)[0].left == 4


def test_what_time_has_ended_is_free_without_anybody_doing_anything(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=2)
    reserve(show, item.id, 2, viewer("anna"), AT)
    with pytest.raises(SoldOut, match="All pieces are reserved at this moment"):
        reserve(show, item.id, 1, viewer("ben"), AT + HOLD - MINUTE)
    assert offers_of(show, AT + HOLD)[0].left == 2
    assert reserve(show, item.id, 2, viewer("ben"), AT + HOLD).quantity == 2
    assert reserve is reservations.reserve


def test_who_comes_again_after_the_time_gets_a_new_one(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira)
    first = reserve(show, item.id, 1, viewer("anna"), AT)
    again = reserve(show, item.id, 1, viewer("anna"), AT + HOLD)
    assert (first.status, again.status, again.id != first.id) == ("expired", "reserved", True)


def test_nobody_gets_more_than_one_buyer_may_have(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira)
    with pytest.raises(TooManyPieces, match="at most 3"):
        reserve(show, item.id, 4, viewer("anna"), AT)
    with pytest.raises(TooManyPieces, match="at least one"):
        reserve(show, item.id, 0, viewer("anna"), AT)


def test_what_is_let_go_is_free_at_once(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=1)
    row = reserve(show, item.id, 1, viewer("anna"), AT)
    reservations.let_go(row, at=AT + MINUTE)
    reservations.let_go(row, at=AT + MINUTE)
    assert (row.status, offers_of(show, AT + MINUTE)[0].left) == ("let_go", 1)


def test_a_product_without_a_count_is_never_sold_out(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=None)
    for name in "abcdefghij":
        reserve(show, item.id, 3, viewer(name), AT)
    assert (offers_of(show, AT)[0].left, offers_of(show, AT)[0].sold_out) == (None, False)


def test_a_rehearsal_sells_nothing_and_a_replay_does(lumen: Brand, mira: Creator) -> None:
    show = planned(mira, skus={lumen: ("LAMP",)}, at=AT)
    shows.rehearse(show, at=AT, by=identity("mira"))
    item = shows.items_of(show)[0]
    assert offers_of(show, AT) == []
    with pytest.raises(NotOnSale):
        reserve(show, item.id, 1, viewer("anna"), AT)
    shows.begin(show, at=AT, by=identity("mira"))
    with pytest.raises(NotFound):
        reserve(show, item.id + 1, 1, viewer("anna"), AT)
    shows.end(show, at=AT + MINUTE, by=identity("mira"))
    assert reserve(show, item.id, 1, viewer("anna"), AT + 2 * MINUTE).status == "reserved"


def test_a_brand_that_has_not_said_who_it_is_sells_nothing(
    lumen: Brand, mira: Creator, owner_connection: psycopg.Connection[Any]
) -> None:
    show, item = show_of(lumen, mira)
    owner_connection.execute("delete from legal_details where brand_id = %s", [lumen.id])
    owner_connection.commit()
    with pytest.raises(NotOnSale, match="ask Lumen Lighting"):
        reserve(show, item.id, 1, viewer("anna"), AT)


def test_the_first_in_line_gets_the_freed_piece_and_passes_it_on(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=1)
    first = reserve(show, item.id, 1, viewer("anna"), AT)
    for name in ("ben", "cleo"):
        waiting.join(show, item.id, 1, viewer(name), f"{name}@buyer.example", at=AT)
    assert (line(), letters("order")) == ([("in_line", 1), ("in_line", 1)], [])
    reservations.let_go(first, at=AT + MINUTE)
    assert line() == [("offered", 1), ("in_line", 1)]
    assert letters("order") == [("order.offered", "ben@buyer.example")]
    bens = purchases()[-1]
    assert (bens.visitor, bens.holds_until) == (viewer("ben"), AT + MINUTE + HOLD)
    reservations.let_go(bens, at=AT + 2 * MINUTE)
    assert line() == [("gave_way", 1), ("offered", 1)]
    # a newcomer comes after who waits, also where nobody has done anything since a hold has run out
    waiting.join(show, item.id, 1, viewer("dan"), "dan@buyer.example", at=AT + 3 * MINUTE)
    with pytest.raises(SoldOut):
        reserve(show, item.id, 1, viewer("eve"), AT + 2 * MINUTE + HOLD)
    assert line()[-1] == ("offered", 1)


def test_who_waits_gets_what_there_is_and_the_shelf_serves_the_line(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=0)
    waiting.join(show, item.id, 2, viewer("ben"), "ben@buyer.example", at=AT)
    row = waiting.join(show, item.id, 2, viewer("cleo"), "cleo@buyer.example", at=AT + MINUTE)
    assert waiting.place(row) == 2
    stock.set_on_hand(the_lamp(), 3, by=identity("olga"), at=AT + MINUTE)
    assert waiting.serve(lumen.id, the_lamp().id, at=AT + MINUTE) == 2
    assert [row.quantity for row in purchases()] == [2, 1]


def test_in_a_show_where_the_first_who_pays_is_served_nobody_holds_or_waits(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=1)
    db.session.execute(update(ShowBrand).values(selling="first_paid"))
    for name in ("anna", "ben"):
        reserve(show, item.id, 1, viewer(name), AT)
    assert offers_of(show, AT)[0].left == 1
    with pytest.raises(Exception, match="nobody waits"):
        waiting.join(show, item.id, 1, viewer("cleo"), "cleo@buyer.example", at=AT)


def test_what_was_wanted_and_not_had_is_counted_once_for_each(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=0)
    for name in ("anna", "anna", "ben"):
        waiting.note_missed(show, item.id, 2, viewer(name), at=AT)
    assert waiting.unmet(show) == [(item.id, "Lamp", "EUR", 2, 4, 4 * 2420)]


def test_two_clicks_at_once_of_who_is_too_late_are_counted_once(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=0)
    show_id, item_id = show.id, item.id

    def click() -> bool:
        return (
            waiting.note_missed(db.session.get_one(type(show), show_id), item_id, 1, viewer("anna"), at=AT) is not None
        )

    assert at_once(4, click) == [True] * 4
    assert line() == [("came_late", 1)]


def test_fifty_clicks_at_once_for_five_pieces_hold_five(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=5)
    show_id, item_id = show.id, item.id

    def click(name: str) -> str:
        try:
            return reserve(db.session.get_one(type(show), show_id), item_id, 1, viewer(name), AT).status
        except SoldOut:
            db.session.rollback()
            return "sold out"

    came = at_once([lambda name=f"v{number}": click(name) for number in range(20)])  # type: ignore[misc]
    assert sorted(came) == ["reserved"] * 5 + ["sold out"] * 15


@pytest.mark.parametrize("change", ["unit_price = 1", "quantity = 1", "visitor = visitor", "brand_id = 1"])
def test_what_was_clicked_on_never_changes(lumen: Brand, mira: Creator, change: str) -> None:
    show, item = show_of(lumen, mira)
    reserve(show, item.id, 2, viewer("anna"), AT)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw().execute(f"update purchase set {change}")
