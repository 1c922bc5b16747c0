"""Sales and refunds that come as values: the same rows, the same rules and the same answers as a file's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.csvfiles import recording
from app.csvfiles.importing import Options, import_file
from app.csvfiles.recording import MOST, record_rows
from app.database import db, raw
from app.sales.files import SALES
from app.sales.jobs import settle_due
from app.sales.models import Refund, Sale
from app.sales.recording import RefundLine, SaleLine, record_refunds, record_sales
from app.tracking.files import TOUCHES
from app.users.models import Brand
from tests.cast import Cast
from tests.payouts.at_once import at_once

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
LINE = SaleLine("shop", "1001", "1", AT, "lamp", 2, Decimal("12.50"), "EUR")
BACK = RefundLine("shop", "R1", "1001", "1", AT, Decimal("5"), "EUR")


def record(brand: Brand, *lines: SaleLine) -> list[tuple[str, str, str]]:
    outcomes = record_sales(brand.id, lines, through="Shop", at=AT)
    db.session.commit()
    return [(each.status, each.column, each.reason) for each in outcomes]


def statuses(brand: Brand, *lines: SaleLine) -> list[str]:
    return [status for status, _, _ in record(brand, *lines)]


def test_a_sale_line_is_stored_as_a_file_would_and_settled(lumen: Brand) -> None:
    line = replace(LINE, discount=Decimal("1.01"), visitor="someone@example.org", coupon="Lumen10", country="NL")
    assert statuses(lumen, line) == ["new"]
    sale = db.session.scalars(select(Sale)).one()
    assert (sale.base_minor, sale.discount_minor, sale.coupon, sale.coupon_key) == (
        2399,
        101,
        "Lumen10",
        "lumen10",
    )
    assert len(sale.visitor or b"") == 16
    assert settle_due().lines == 1


def test_the_same_line_again_is_unchanged_and_another_content_is_told_apart(lumen: Brand) -> None:
    assert statuses(lumen, LINE) == ["new"]
    assert statuses(lumen, LINE, replace(LINE, line="2")) == ["unchanged", "new"]
    assert record(lumen, replace(LINE, quantity=3)) == [("rejected", "quantity", "conflict: stored is “2”")]
    assert record(lumen, replace(LINE, coupon="X")) == [("rejected", "coupon", "conflict: stored is nothing")]


def test_rows_with_one_key_in_one_call_are_taken_in_their_order(lumen: Brand) -> None:
    assert statuses(lumen, LINE, LINE, replace(LINE, quantity=9), replace(LINE, line="2")) == [
        "new",
        "unchanged",
        "rejected",
        "new",
    ]
    assert len(db.session.scalars(select(Sale)).all()) == 2


def test_one_bad_row_keeps_none_of_the_others_out(lumen: Brand) -> None:
    bad = replace(LINE, order="1002", unit_price=Decimal("-1"))
    too_much = replace(LINE, order="1003", discount=Decimal("100"))
    assert [(status, column) for status, column, _ in record(lumen, bad, LINE, too_much)] == [
        ("rejected", "unit_price"),
        ("new", ""),
        ("rejected", "discount"),
    ]


def test_currencies_have_their_own_decimals(lumen: Brand) -> None:
    yen = replace(LINE, order="1", currency="JPY", unit_price=Decimal("1000"))
    dinar = replace(LINE, order="2", currency="KWD", unit_price=Decimal("1.234"))
    assert statuses(lumen, yen, dinar) == ["new", "new"]
    assert sorted(db.session.scalars(select(Sale.base_minor)).all()) == [2000, 2468]


def test_a_refund_may_come_before_its_sale(lumen: Brand) -> None:
    refunds = record_refunds(lumen.id, [BACK, replace(BACK, refund="R2", amount=Decimal(0))], through="Shop", at=AT)
    assert [(each.status, each.column) for each in refunds] == [("new", ""), ("rejected", "amount")]
    db.session.commit()
    assert statuses(lumen, LINE) == ["new"]
    settle_due()
    assert db.session.scalars(select(Refund.amount)).all() == [500]
    assert raw().execute("select count(*) from due").fetchone() == (0,)


def test_rows_of_another_brand_are_neither_taken_nor_told_of(cast: Cast) -> None:
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    assert statuses(lumen, LINE) == ["new"]
    cells = {"brand": "lumen", "source": "shop", "order": "1001", "line": "1", "occurred_at": AT.isoformat()}
    cells |= {"sku": "other", "quantity": "1", "unit_price": "1", "currency": "EUR"}
    (outcome,) = record_rows(SALES, kettle.id, [cells], through="Shop", at=AT)
    assert (outcome.status, outcome.column) == ("rejected", "brand")
    assert "12.5" not in outcome.reason


def test_a_row_by_hand_is_checked_cell_by_cell(lumen: Brand) -> None:
    cells = {"brand": "lumen", "touch": "t1", "visitor": "v", "creator": "mira", "occurred_at": AT.isoformat()}
    rows = [cells, cells | {"touch": "t2", "occurred_at": "yesterday"}, cells | {"touch": ""}, cells | {"touch": "\0"}]
    rows += [cells | {"touch": "t3", "visitor": "a\ud800"}, cells | {"touch": "t4", "creator": "nobody"}]
    found = record_rows(TOUCHES, lumen.id, rows, through="API", at=AT)
    columns = [(each.status, each.column) for each in found]
    assert columns == [
        ("new", ""),
        ("rejected", "occurred_at"),
        ("rejected", "touch"),
        ("rejected", "touch"),
        ("rejected", "visitor"),
        ("rejected", "creator"),
    ]


def test_what_came_in_a_day_by_one_way_is_one_import(lumen: Brand) -> None:
    record(lumen, LINE)
    record(lumen, replace(LINE, order="2"))
    record_sales(lumen.id, [replace(LINE, order="3")], through="Another way", at=AT)
    db.session.commit()
    imports = db.session.execute(
        text("select file_name, count(*) from sale join import i on i.id = import_id group by 1")
    )
    assert sorted(map(tuple, imports)) == [("Another way", 1), ("Shop", 2)]


def test_an_import_is_not_withdrawn_between_its_choice_and_its_rows(lumen: Brand) -> None:
    record(lumen, LINE)
    chosen = recording.import_of_day("sales", lumen.id, "Shop", "Shop", AT)
    look = text("select id from import where id = :id for update skip locked")
    with db.engine.begin() as other:
        assert other.execute(look, {"id": chosen}).all() == [], "who withdraws it waits"
    db.session.rollback()
    raw().execute("update import set withdrawn_at = now(), withdrawn_by = 'x', withdrawn_reason = 'x'")
    db.session.commit()
    assert recording.import_of_day("sales", lumen.id, "Shop", "Shop", AT) != chosen


def test_more_than_fits_is_refused(lumen: Brand) -> None:
    with pytest.raises(ValueError, match="at most 1000"):
        record_sales(lumen.id, [LINE] * (MOST + 1), through="Shop", at=AT)


def test_no_table_is_made_for_a_call(lumen: Brand) -> None:
    query = "select count(*) from pg_class where relname in ('staged', 'judged')"
    record_sales(lumen.id, [LINE], through="Shop", at=AT)
    assert raw().execute(query).fetchone() == (0,)


def test_the_same_rows_from_many_at_once_are_stored_once(app: Flask, lumen: Brand) -> None:
    brand_id = lumen.id
    db.session.commit()

    def send() -> list[str]:
        outcomes = record_sales(brand_id, [replace(LINE, order=str(n)) for n in range(20)], through="Shop", at=AT)
        db.session.commit()
        return [each.status for each in outcomes]

    at_once([send] * 4)
    assert raw().execute("select count(*), count(distinct order_ref) from sale").fetchone() == (20, 20)


def test_the_same_rows_in_opposite_orders_are_in_nobodys_way(app: Flask, lumen: Brand) -> None:
    brand_id, lines = lumen.id, [replace(LINE, order=f"{number:03}") for number in range(1000)]
    db.session.commit()

    def send(ordered: list[SaleLine]) -> list[str]:
        outcomes = record_sales(brand_id, ordered, through="Shop", at=AT)
        db.session.commit()
        return [each.status for each in outcomes]

    found = at_once([partial(send, lines), partial(send, lines[::-1])] * 2)
    assert sorted({status for statuses in found for status in statuses}) == ["new", "unchanged"]
    assert raw().execute("select count(*), count(distinct order_ref) from sale").fetchone() == (1000, 1000)


def test_rows_with_one_key_are_judged_together_however_many(lumen: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Mock(wraps=recording._execute)
    monkeypatch.setattr(recording, "_execute", asked)
    bad = replace(LINE, discount=Decimal("100"))
    told = record(lumen, *[bad] * 200, *[LINE] * 200, *[replace(LINE, quantity=9)] * 100)
    assert [status for status, _, _ in told] == ["rejected"] * 200 + ["new"] + ["unchanged"] * 199 + ["rejected"] * 100
    assert asked.call_count == 4, "judged, stored, those after the first judged, and in what they differ"


@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "order": st.sampled_from(["1", "2", "", "x" * 129, "4.50E+15"]),
                "line": st.sampled_from(["1", "2"]),
                "quantity": st.sampled_from(["1", "0", "10000001", "two"]),
                "unit_price": st.sampled_from(["1", "0.125", "1e3", "-1", "99999999999999"]),
                "discount": st.sampled_from(["", "0", "0.5", "0.001", "7"]),
                "currency": st.sampled_from(["EUR", "JPY", "XXY"]),
                "coupon": st.sampled_from(["", "MIRA10"]),
            }
        ),
        max_size=6,
    )
)
def test_values_are_taken_exactly_as_the_file_of_the_same_rows(
    tmp_path: Path, lumen: Brand, rows: list[dict[str, str]]
) -> None:
    """Stored by one road and rolled back, then by the other: the same rows."""
    fixed = {"brand": "lumen", "source": "shop", "occurred_at": AT.isoformat(), "sku": "lamp"}
    whole = [fixed | row for row in rows]

    def stored() -> str:
        query = (
            "select json_agg(to_jsonb(s) - 'id' - 'import_id' - 'recorded_at' order by order_ref, line_ref) from sale s"
        )
        row = raw().execute(query).fetchone()
        db.session.rollback()
        return json.dumps(row and row[0])

    record_rows(SALES, lumen.id, whole, through="Shop", at=AT)
    by_values = stored()
    path = tmp_path / "sales.csv"
    path.write_text(
        "\n".join([",".join(SALES.by_name), *(",".join(row.get(name, "") for name in SALES.by_name) for row in whole)])
    )
    import_file(SALES, path, Options([lumen.id], skip_bad=True), by=None, at=AT)
    assert stored() == by_values
