"""A line that can't be settled is set aside with its reason, sounds the alarm, and never stands in anybody's way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from flask import Flask

from app.database import db, raw
from app.errors import Conflict
from app.payouts.checks import check_books
from app.processes.database_setup import owner
from app.sales import settlement
from app.sales.corrections import redecide_line
from app.sales.jobs import settle_due
from app.sales.models import Sale
from app.sales.settlement import LANES, lock_lane, put_back
from app.users.models import Brand
from tests import market
from tests.cast import Cast
from tests.payouts.at_once import in_thread

Owner = psycopg.Connection[Any]
AT = datetime(2026, 5, 1, tzinfo=UTC)

# What a row may be guilty of, as PostgreSQL says it.
CRIMES = {
    "raised": "raise exception 'The till is on fire.'",
    "integrity": "raise check_violation using message = 'The till is on fire.'",
    "data": "perform 1 / 0",
}

REASONS = dict.fromkeys(CRIMES, "The till is on fire.") | {"data": "division by zero"}


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    """A brand whose visitor v1 is mira's."""
    brand, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(brand, mira)
    market.touch(brand, mira, "v1")
    db.session.commit()
    return brand


def sell(brand: Brand, pieces: int) -> list[Sale]:
    brought = market.file_import("sales", brand)
    sales = [market.sale(brand, 1000, visitor="v1", import_id=brought) for _ in range(pieces)]
    db.session.commit()
    return sales


def poison(owner: Owner, sales: list[Sale], crime: str = "raised") -> None:
    """From now on no entry of these sales can be written."""
    causes = ", ".join(str(sale.id) for sale in sales)
    owner.execute(
        f"create function refuse() returns trigger language plpgsql as $$ begin if new.cause in ({causes}) then"
        f" {CRIMES[crime]}; end if; return new; end $$;"
        " create trigger refuse before insert on entry for each row execute function refuse()"
    )
    owner.commit()


def heal(owner: Owner) -> None:
    owner.execute("drop trigger refuse on entry; drop function refuse")
    owner.commit()


def lines(query: str) -> list[Any]:
    rows = raw().execute(query).fetchall()
    db.session.rollback()
    return rows


def aside() -> list[str]:
    return [order for (order,) in lines("select order_ref from due_aside where resolved_at is null order by id")]


def unhappy() -> list[str]:
    db.session.rollback()
    found = [check.name for check in check_books(raw()) if not check.ok]
    db.session.rollback()
    return found


@pytest.mark.parametrize(("batch", "places"), [(5000, [17, 18, 31]), (7, [0]), (7, [39]), (1, [20])], ids=str)
def test_only_the_line_that_cannot_be_settled_is_set_aside(
    lumen: Brand, owner_connection: Owner, caplog: pytest.LogCaptureFixture, batch: int, places: list[int]
) -> None:
    sales = sell(lumen, 40)
    bad = [sales[place] for place in places]
    poison(owner_connection, bad)
    with caplog.at_level(logging.ERROR):
        settled = settle_due(batch=batch)
    assert (settled.due, settled.lines, settled.aside) == (40 - len(bad), 40 - len(bad), len(bad))
    assert aside() == [sale.order_ref for sale in bad]
    assert lines("select count(*) from due") == [(0,)]
    assert lines("select count(*), sum(amount)::int from entry where kind = 'commission'") == [
        (40 - len(bad), 100 * (40 - len(bad)))
    ]
    alarms = [record.getMessage() for record in caplog.records]
    assert alarms == [f"A due line of lane {lumen.id % 64} was set aside: The till is on fire."] * len(bad)
    assert unhappy() == []


@pytest.mark.parametrize("crime", CRIMES)
def test_the_reason_is_kept_in_the_words_of_the_database(lumen: Brand, owner_connection: Owner, crime: str) -> None:
    poison(owner_connection, sell(lumen, 1), crime)
    settle_due()
    ((reason, resolved_at),) = lines("select reason, resolved_at from due_aside")
    assert (reason, resolved_at) == (REASONS[crime], None)


def test_an_account_that_is_full_stops_its_own_lines_only(lumen: Brand, cast: Cast, owner_connection: Owner) -> None:
    """No trigger needed: a balance has 63 bits."""
    joon = cast.creators["joon"]
    market.contract(lumen, joon, coupons=("JOON",))
    sell(lumen, 3)
    full = market.sale(lumen, 1000, coupon="JOON")
    db.session.commit()
    owner_connection.execute(
        "insert into balance select %s, 'creator', %s, 'EUR', available_on, 9223372036854775807"
        " from (select (occurred_at at time zone 'UTC')::date + 30 available_on from sale where id = %s) day",
        [lumen.id, joon.id, full.id],
    )
    owner_connection.commit()
    settled = settle_due()
    assert (settled.due, settled.aside) == (3, 1)
    assert lines("select order_ref, reason from due_aside") == [(full.order_ref, "bigint out of range")]


def test_other_brands_go_on(lumen: Brand, cast: Cast, owner_connection: Owner) -> None:
    poison(owner_connection, sell(lumen, 5))
    sell(cast.brands["kettle"], 5)
    settled = settle_due(batch=2)
    assert (settled.due, settled.aside) == (5, 5)


def test_a_refund_that_cannot_be_settled_leaves_its_sale_as_it_was(lumen: Brand, owner_connection: Owner) -> None:
    (sale,) = sell(lumen, 1)
    settle_due()
    poison(owner_connection, [sale])
    market.refund(sale, 400)
    db.session.commit()
    assert settle_due().aside == 1
    assert lines("select sum(amount)::int from entry where kind = 'commission'") == [(100,)]
    assert unhappy() == [], "a line with something set aside is not expected to add up"
    heal(owner_connection)
    assert put_back(raw(), at=AT) == 1
    db.session.commit()
    settle_due()
    assert lines("select amount, debit from entry where kind = 'commission' order by seq") == [
        (100, "brand_funds"),
        (40, "creator"),
    ]
    assert unhappy() == []


def test_what_is_put_back_is_settled_once_its_cause_is_gone(lumen: Brand, owner_connection: Owner) -> None:
    bad = sell(lumen, 3)
    poison(owner_connection, bad)
    settle_due()
    assert put_back(raw(), at=AT) == 3
    db.session.commit()
    assert settle_due().aside == 3, "as long as it lasts they come back"
    heal(owner_connection)
    (one, *_) = lines("select brand_id, id from due_aside where resolved_at is null order by id")
    assert put_back(raw(), brand_id=one[0], aside_id=one[1], at=AT) == 1
    assert put_back(raw(), brand_id=one[0], aside_id=one[1], at=AT) == 0, "it is back already"
    db.session.commit()
    assert settle_due().decided == 1
    assert put_back(raw(), brand_id=lumen.id + 1, at=AT) == 0
    assert put_back(raw(), brand_id=lumen.id, at=AT) == 2
    db.session.commit()
    assert settle_due().decided == 2
    assert aside() == []
    assert lines("select count(*) from entry") == [(6,)]
    assert unhappy() == []


def test_nobody_comes_between_the_failure_and_the_setting_aside(
    lumen: Brand, owner_connection: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next worker's row, or one that is committed just now, would be taken for the one that failed."""
    original, lane = settlement.statement, lumen.id % LANES
    with owner() as shop, owner() as other:
        shop.execute(
            "insert into due (brand_id, lane, source, order_ref, line_ref) values (%s, %s, '', 'late', '')",
            [lumen.id, lane],
        )
        (bad,) = sell(lumen, 1)
        poison(owner_connection, [bad])
        seen = []

        def sql(package: str, name: str) -> Any:
            if name == "set_aside":
                shop.commit()
                seen.append(lock_lane(other, lane))
            return original(package, name)

        monkeypatch.setattr(settlement, "statement", sql)
        settle_due()
    assert seen == [False]
    assert aside() == [bad.order_ref]
    assert lines("select count(*) from due") == [(0,)]


def test_workers_that_meet_the_same_poison_set_nothing_else_aside(
    app: Flask, lumen: Brand, owner_connection: Owner
) -> None:
    sales = sell(lumen, 60)
    bad = sales[5::9]
    poison(owner_connection, bad)
    for wait in [in_thread(app, lambda: settle_due(batch=8, wait=True)) for _ in range(4)]:
        wait()
    assert set(aside()) == {sale.order_ref for sale in bad}
    assert unhappy() == []


@pytest.fixture
def forbidden(lumen: Brand, owner_connection: Owner) -> Iterator[None]:
    owner_connection.execute("revoke insert on entry from streamcut_app")
    owner_connection.commit()
    yield
    db.session.rollback()


@pytest.mark.usefixtures("forbidden")
def test_what_is_not_a_rows_fault_sets_nothing_aside(lumen: Brand) -> None:
    sell(lumen, 3)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        settle_due()
    db.session.rollback()
    assert aside() == []
    assert lines("select count(*) from due") == [(3,)]


def test_a_correction_that_meets_poison_says_so_and_changes_nothing(
    lumen: Brand, cast: Cast, owner_connection: Owner
) -> None:
    (sale,) = sell(lumen, 1)
    settle_due()
    market.touch(lumen, cast.creators["joon"], "v1", market.NOON)
    market.contract(lumen, cast.creators["joon"])
    market.touch(lumen, cast.creators["joon"], "v1", ref="A")
    db.session.commit()
    poison(owner_connection, [sale])
    with pytest.raises(Conflict, match=r"Nothing was corrected.*till is on fire"):
        redecide_line(raw(), lumen.id, sale.id, by="Olga", reason="It was joon", at=AT)
    db.session.rollback()
    assert lines("select count(*) from decision") == [(1,)]
