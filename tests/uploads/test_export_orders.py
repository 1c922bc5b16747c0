"""What lines of an order are worth, whatever the order: shares add up, refunds never exceed, and no bytes of any file
make anything but rows or one sentence."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.csvfiles.blocks import Layout
from app.csvfiles.tables import opened_table
from app.errors import BadFile
from app.money import in_proportion
from app.sales.files import SALES
from app.uploads.exports.amounts import amount, sign_of
from app.uploads.exports.flags import SAID
from app.uploads.exports.instants import NoInstant, day_first_of, instant
from app.uploads.exports.order_rows import exact_number
from app.uploads.exports.orders import Line, Order, account
from app.uploads.exports.packed import items
from app.uploads.exports.programs import PROGRAMS
from app.uploads.exports.statuses import standing_of
from app.uploads.exports.translation import Orders, sale_row
from app.uploads.exports.understanding import sample_of, understood
from tests.uploads.exports import SHOPIFY, further, shopify
from tests.uploads.workbooks import workbook

WHEN = datetime(2026, 3, 10, 12, tzinfo=UTC)
KEY = b"a key of the tests"
money = st.decimals(0, 100_000, places=2)
prices = st.decimals(0, 10_000, places=4)
lines = st.lists(st.tuples(prices, st.integers(1, 1_000), st.decimals(0, 50, places=2)), min_size=1, max_size=6)


def order(given_lines: list[tuple[Decimal, int, Decimal]], currency: str = "EUR", **said: Any) -> Order:
    made = [
        Line(2 + nr, str(nr), "SKU", quantity=quantity, price=price, discount=discount)
        for nr, (price, quantity, discount) in enumerate(given_lines, 1)
    ]
    return Order("#1", [(2, [])], WHEN, currency, made, **said)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=9))
def test_shares_add_up_to_what_was_shared_and_none_is_off_by_a_whole_unit(total: int, weights: list[int]) -> None:
    shares = in_proportion(total, weights)
    assert sum(shares) == (total if any(weights) else 0)
    assert all(
        abs(share * sum(weights) - total * weight) < sum(weights) for share, weight in zip(shares, weights, strict=True)
    ) or not any(weights)


@given(lines, money, money, money, st.sampled_from(["EUR", "JPY", "CLP", "KWD"]))
def test_every_line_is_worth_what_its_row_says_and_no_refund_is_more(
    given_lines: list[tuple[Decimal, int, Decimal]], discount: Decimal, refunded: Decimal, tax: Decimal, currency: str
) -> None:
    made = order(given_lines, currency, discount=discount, refunded=refunded, tax=tax, tax_inside=True)
    accounted = account(made)
    layout = Layout(SALES, list(SALES.by_name), KEY)
    unit = Decimal(10) ** {"JPY": 0, "CLP": 0, "KWD": 3}.get(currency, 2)
    for worth in accounted.lines:
        assert 0 <= worth.refunded <= worth.base
        row = dict(zip(SALES.by_name, sale_row("lumen", "shop", made, worth, ""), strict=True))
        assert not list(layout.faults(list(row.values())))
        left = (worth.line.quantity * Decimal(row["unit_price"]) - Decimal(row["discount"] or 0)) * unit
        assert left >= 0
        assert int(left.to_integral_value("ROUND_HALF_UP")) == worth.base, "as settlement.md section 1 reckons"


@given(lines, st.decimals(0, 1, places=4))
def test_the_discount_of_an_order_is_taken_off_to_the_cent(
    given_lines: list[tuple[Decimal, int, Decimal]], share: Decimal
) -> None:
    whole = [(price.quantize(Decimal("0.01")), quantity, Decimal()) for price, quantity, _discount in given_lines]
    gross = sum(int(price * 100) * quantity for price, quantity, _discount in whole)
    assume(gross)
    discount = int(gross * share)
    made = order(whole, discount=Decimal(discount) / 100)
    assert sum(worth.discount for worth in account(made).lines) == discount
    assert sum(worth.base for worth in account(made).lines) == gross - discount


@given(lines, money, money)
def test_refunds_are_all_of_what_was_given_back_for_the_lines(
    given_lines: list[tuple[Decimal, int, Decimal]], refunded: Decimal, shipping: Decimal
) -> None:
    accounted = account(order(given_lines, refunded=refunded, shipping=shipping))
    worth = sum(each.base for each in accounted.lines)
    assert sum(each.refunded for each in accounted.lines) == min(worth, int(refunded * 100))


@pytest.mark.parametrize(
    ("said", "bases", "off"),
    [
        ({"discount": "10.00", "total": "110.00"}, [6_000, 3_000], 2_000),
        ({"discount": "10.00", "total": "95.00", "shipping": "5.00"}, [6_000, 3_000], 0),
        (
            {"discount": "5.00", "total": "100.00", "shipping": "5.00", "subtotal": "100.00"},
            [6_667, 3_333],
            0,
        ),  # off shipping
        ({"tax": "21.00", "total": "121.00"}, [6_667, 3_333], 0),
        ({"tax": "17.36", "total": "100.00"}, [5_510, 2_754], 0),
        ({"total": "100.01"}, [6_667, 3_333], 0),  # a cent is a rounding
        ({"total": "100.02"}, [6_667, 3_333], 2),
        ({"refunded": "200.00"}, [6_667, 3_333], 0),
    ],
)
def test_sums_tell_where_a_discount_and_the_tax_are(said: dict[str, str], bases: list[int], off: int) -> None:
    given_lines = [(Decimal("66.67"), 1, Decimal()), (Decimal("33.33"), 1, Decimal())]
    accounted = account(order(given_lines, **{name: Decimal(value) for name, value in said.items()}))
    assert (sum(worth.base for worth in accounted.lines), accounted.off) == (sum(bases), off)


# -- cells ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cell", "point", "comma", "either"),
    [
        ("1,234.50", "1234.50", None, "1234.50"),
        ("1.234,50", None, "1234.50", "1234.50"),
        ("1.234", "1.234", "1234", None),
        ("€ 12,50", None, "12.50", "12.50"),
        ("12.50 EUR", "12.50", None, "12.50"),
        ("-3.00", "-3.00", None, "-3.00"),
        ("(3.00)", "-3.00", None, "-3.00"),
        ("1\N{NARROW NO-BREAK SPACE}234,50", None, "1234.50", "1234.50"),
        ("163056", "163056", "163056", "163056"),
        ("1.2.3", None, None, None),
        ("1-2", None, None, None),
        ("EUR", None, None, None),
        ("1E5", None, None, None),
        ("٣", None, None, None),
    ],
)
def test_amounts_are_read_as_the_file_writes_them(
    cell: str, point: str | None, comma: str | None, either: str | None
) -> None:
    read = tuple(None if (value := amount(cell, sign)) is None else str(value) for sign in (".", ",", ""))
    assert read == (point, comma, either)


def test_one_amount_shows_how_all_are_written() -> None:
    assert sign_of(["1.234", "12,50"]) == ","
    assert sign_of(["1.234", "12.50"]) == "."
    assert sign_of(["1.234"]) == sign_of(["1,50", "1.50"]) == ""
    assert sign_of(["12", ""]) == ""


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2026-08-01 00:30:00 +0530", "2026-07-31T19:00:00"),
        ("2026-08-01T00:30:00.5Z", "2026-08-01T00:30:00.500000"),
        ("2026-03-10", "2026-03-09T23:00:00"),
        ("31/03/2026 2:05 PM", "2026-03-31T12:05:00"),
        ("03.04.2026 14:05", "2026-04-03T12:05:00"),
        ("Nov 30, 2026, 09:00", "2026-11-30T08:00:00"),
        ("30 november 2026", "2026-11-29T23:00:00"),
        ("46356.5", "2026-11-30T11:00:00"),
        ("2026-10-25 02:30", "2026-10-25T00:30:00"),  # of two the first
        ("2026-11-30 14:05 UTC", "2026-11-30T14:05:00"),
        ("2026-03-29 02:30", None),  # of none
        ("03/04/2026", None),
        ("2026-02-30", None),
        ("9999-12-31 23:59:59 -1500", None),
        ("yesterday", None),
        ("12345", None),
    ],
)
def test_dates_are_read_in_the_time_zone_of_the_shop(cell: str, said: str | None) -> None:
    try:
        read = instant(cell, "Europe/Amsterdam").isoformat().removesuffix("+00:00")
    except NoInstant:
        read = None
    assert read == said


def test_one_date_shows_whether_the_day_comes_first() -> None:
    assert day_first_of(["03/04/2026", "31/04/2026"]) is True
    assert day_first_of(["03/04/2026", "04/31/2026"]) is False
    assert day_first_of(["03/04/2026"]) is None
    assert day_first_of(["31/04/2026", "04/31/2026"]) is None


@pytest.mark.parametrize(
    ("cell", "said"),
    [("1.234567E+6", "1234567"), ("1,5E+1", "15"), ("4.50E+15", "4.50E+15"), ("#1001", "#1001"), ("1E5", "1E5")],
)
def test_a_shortened_number_is_read_where_no_digit_is_lost(cell: str, said: str) -> None:
    assert exact_number(cell) == said


def test_statuses_of_all_kinds_mean_what_they_say() -> None:
    words = ("wc-completed", "Partially_Refunded", "voided", "Geannuleerd", "on-hold", "authorized", "strange")
    assert [str(standing_of(word)) for word in words] == [
        "sold",
        "sold",
        "cancelled",
        "cancelled",
        "unpaid",
        "unpaid",
        "None",
    ]


def test_every_flag_has_a_sentence(app: Flask) -> None:
    assert all(say(1) and say(2) for say in SAID.values())


# -- any bytes --------------------------------------------------------------------------------------------------------
def read_all(path: Path) -> int:
    """Reads a file to its end, as an upload would; how many rows came of it."""
    sample = sample_of(path)
    reading = understood(sample, currency="EUR", zone="Europe/Amsterdam")
    if reading is None or reading.lacking:
        return 0
    translation = Orders(reading, "lumen", KEY, WHEN)
    count = 0
    for kind in translation.kinds:
        layout = Layout(kind, list(kind.by_name), KEY)
        with opened_table(path, 1 << 24) as table:
            for piece in translation.pieces(kind, table.rows):
                for _line, cells in piece.rows:
                    assert len(cells) == len(kind.by_name)
                    list(layout.faults(cells))
                    count += 1
                assert piece.origin
                assert not (piece.faults and piece.rows)
    return count


FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
GOOD = shopify({}, further(**{"Lineitem price": "5.00"}), {"Name": "#1002", "Refunded Amount": "3.00"})
SHEET = workbook(("Order", "Date", "SKU", "Quantity", "Price"), ("1", WHEN.date(), "LAMP", 1, 12.5))
nasty = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        "1E9 -1 99999999999999999999 NaN inf 0 1,2 1.234 '=1 ٣ \x00 \ufeff 2026-13-45 46356.9 1e400 9999-12-31".split(
            " "
        )
    ),
)


@FUZZ
@given(st.binary(max_size=400))
def test_no_bytes_make_anything_but_rows_or_a_sentence(app: Flask, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with suppress(BadFile):
        read_all(path)


@FUZZ
@given(st.sampled_from([GOOD, SHEET]), st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), max_size=5))
def test_no_damage_to_a_good_file_makes_a_traceback(
    app: Flask, tmp_path: Path, content: bytes, damage: list[tuple[int, int]]
) -> None:
    broken = bytearray(content)
    for at, byte in damage:
        broken[at % len(broken)] = byte
    path = tmp_path / "file"
    path.write_bytes(bytes(broken))
    with suppress(BadFile):
        read_all(path)


@FUZZ
@given(
    st.sampled_from(sorted(PROGRAMS)),
    st.lists(
        st.lists(st.one_of(nasty, st.sampled_from(["", "1", "12.50", "2026-03-10", "paid"])), max_size=12), max_size=6
    ),
)
def test_no_cells_under_known_headings_make_a_traceback(
    app: Flask, tmp_path: Path, program: str, rows: list[list[str]]
) -> None:
    header = sorted(PROGRAMS[program].signs[0]) + [each[0] for each in PROGRAMS[program].headings.values()]
    path = tmp_path / "file.csv"
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [header, *rows])
    path.write_bytes(text.encode("utf-8", "replace"))
    with suppress(BadFile):
        read_all(path)


@given(st.text(max_size=200))
def test_packed_items_are_items_or_nothing(cell: str) -> None:
    assert items(cell) is None or all(isinstance(each, dict) for each in items(cell) or [])


def test_an_unchanged_file_gives_rows(app: Flask, tmp_path: Path) -> None:
    for content, count in ((GOOD, 4), (SHEET, 1)):
        path = tmp_path / "file"
        path.write_bytes(content)
        assert read_all(path) == count
    assert SHOPIFY[0] == "Name"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SHEET[:200], "can't be read"),
        (SHEET.replace(b"PK\x01\x02", b"PK\x01\x03"), "can't be read"),
        (workbook(raw='<row r="2"><c r="ZZZZ1"><v>1</v></c></row>'), "too many columns"),
        (workbook(raw='<row r="2"><c r="A2" t="s"><v>7</v></c></row>'), "can't be read"),
    ],
)
def test_a_damaged_workbook_is_one_sentence(app: Flask, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=said):
        read_all(path)


def test_a_workbook_is_bounded_and_read_as_it_is_written(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    row = (
        '<row><c t="inlineStr"><is><t>A</t><rPh><t>no</t></rPh></is></c><c t="b"><v>1</v></c><c><v>0.1</v></c>'
        '<c><v>4500000000000001234</v></c><c><v>1.1000000000000001</v></c><c t="e"><v>#N/A</v></c></row>'
    )
    path.write_bytes(workbook((WHEN.date(),), raw=row, old=True))
    with opened_table(path, 1 << 20) as table:
        assert list(table.rows) == [
            (1, ["2026-03-10"]),
            (2, ["A", "TRUE", "0.1", "4.50000000000000E+18", "1.1", "#N/A"]),
        ]
    with pytest.raises(BadFile, match="more than 100 bytes"), opened_table(path, 100) as table:
        list(table.rows)
