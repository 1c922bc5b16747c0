"""What a cell may say: the pattern takes exactly what can be meant, and PostgreSQL casts whatever the pattern takes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.csvfiles import cells
from app.csvfiles.cells import Cell
from app.database import raw
from tests.csvfiles.rows import bring, count, fault_of, good, refused

TAKEN: dict[str, tuple[Cell, list[str]]] = {
    "amount": (cells.AMOUNT, ["0", "12.50", "007", "0.125", "9" * 20, "0.000000000001"]),
    "percent": (cells.PERCENT, ["0", "7.25", "100", "100.00", "99.9", "05"]),
    "quantity": (cells.QUANTITY, ["1", "10000000", "9999999"]),
    "days": (cells.whole(1, 90, "write a whole number from 1 to 90"), ["1", "9", "90"]),
    "instant": (
        cells.INSTANT,
        [
            "2010-03-28T09:30:00+01:00",
            "0001-01-02T00:00:00Z",
            "9998-12-31T23:59:59.999999-15:59",
            "2024-02-29T00:00:00.1Z",
        ],
    ),
    "day": (cells.DAY, ["2000-02-29", "1999-12-31"]),
    "country": (cells.COUNTRY, ["NL", "BE", "ZW"]),
    "languages": (cells.SPOKEN, ["nl", "nl|en", "tl"]),
    "currency": (cells.CURRENCY, ["EUR", "JPY", "KWD", "XOF"]),
    "timezone": (cells.TIMEZONE, ["Europe/Amsterdam", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"]),
    "audience": (cells.AUDIENCE, ["NL:62.5|BE:20", "NL:100"]),
    "reference": (cells.REFERENCE, ["a", "x" * 128, " spaces ", "é😀", "=1+1", "null", "\\N", "\\.", "a,b"]),
    "whole number": (cells.REFERENCE, ["4E15", "E+15", "4.5E+15x", "#12", "4500000000000000", "N/A"]),
    "code": (cells.CODE, ["SUMMER", "10E5", "50%"]),
    "visitor": (cells.VISITOR, ["v1", "4.5"]),
    "references": (cells.REFERENCES, ["a|b", "a", "a b|c"]),
    "yes or no": (cells.YES_NO, ["yes", "no"]),
}
REFUSED: dict[str, tuple[Cell, list[str]]] = {
    "amount": (
        cells.AMOUNT,
        ["NaN", "Infinity", "1E9", "1e9", "-1", "+1", "1,5", "1.", ".5", "1_000", " 1", "1 ", "0x1F",
         "\u0661\u0662", "\uff11\uff12",
         "1.234,56", "€5", "9" * 21, "1.2.3", "\u2212" + "1", "12\n"],
    ),
    "percent": (cells.PERCENT, ["100.01", "101", "-1", "7.255", "7%", "7,25", "\u0667", "NaN", "1e1", "000", "7."]),
    "quantity": (cells.QUANTITY, ["0", "-1", "1.0", "10000001", "1e3", "\u0663", "01", "99999999999"]),
    "days": (cells.whole(1, 90, "write a whole number from 1 to 90"), ["0", "91", "1.5", "01", "-5"]),
    "instant": (
        cells.INSTANT,
        ["now", "2010-03-28", "2010-03-28T09:30:00", "2010-03-28 09:30:00+01:00", "2010-03-28T24:00:00Z",
         "2010-03-28T09:30:60Z", "2010-03-28T09:30Z", "2010-03-28T09:30:00z", "2010-03-28T09:30:00+0100",
         "2010-03-28T09:30:00+16:00", "2010-02-29T09:30:00Z", "1900-02-29T00:00:00Z", "2010-04-31T09:30:00Z",
         "0000-01-01T00:00:00Z", "2010-3-28T09:30:00Z", "2010-03-28T09:30:00.1234567Z", "2010-03-28T09:30:00.Z",
         "2010-13-01T00:00:00Z", "2010-00-01T00:00:00Z", "infinity", "epoch", "9999-12-31T23:59:59Z", 
         "\u0662\u0660\u0661\u0660-03-28T09:30:00Z"],
    ),
    "day": (
        cells.DAY,
        ["2001-02-29", "2010-3-1", "28-03-2010", "today", "2010-03-28T00:00:00Z", "0000-01-01", "9999-12-31"],
    ),
    "country": (cells.COUNTRY, ["nl", "NLD", "XX", "EU", "UK", "XK", "N"]),
    "languages": (cells.SPOKEN, ["NL", "nl,en", "nl|", "dut", "xx", "nl en"]),
    "currency": (cells.CURRENCY, ["eur", "EURO", "XXX", "€", "BTC"]),
    "timezone": (cells.TIMEZONE, ["CEST", "Europe/Utrecht", "europe/amsterdam", "+01:00", "localtime", "../UTC"]),
    "audience": (cells.AUDIENCE, ["NL", "NL:", "NL:101", "NL:10,BE:5", "NL:1|NL:2", "NL:5|BE:6|NL:7", "nl:5"]),
    "reference": (cells.REFERENCE, ["x" * 129, "a\tb", "a\nb", "\x7f", "\x1b[2J", "\x85", "\x00"]),
    "damaged": (cells.REFERENCE, ["4.50E+15", "4,5E+15", "1E+12", "4.5e+15", "4.50E+015", "#####", "#N/A", "#REF!"]),
    "damaged code": (cells.CODE, ["4.50E+15", "#NAME?"]),
    "damaged visitor": (cells.VISITOR, ["4.50E+15", "#VALUE!"]),
    "damaged list": (cells.REFERENCES, ["4.50E+15", "a|4.50E+15", "4.50E+15|a", "a|#N/A|b"]),
    "references": (cells.REFERENCES, ["a||b", "|a", "a|", "x" * 129, "a|b\tc"]),
    "yes or no": (cells.YES_NO, ["Yes", "true", "1", "ja", "t"]),
}  # fmt: skip
QUICK = [cell for cell in vars(cells).values() if isinstance(cell, Cell)]


@pytest.mark.parametrize("kind", TAKEN)
def test_what_is_meant_is_taken(kind: str) -> None:
    cell, examples = TAKEN[kind]
    assert [example for example in examples if not cell.fits.fullmatch(example)] == []


@pytest.mark.parametrize("kind", REFUSED)
def test_what_can_not_be_meant_is_refused(kind: str) -> None:
    cell, examples = REFUSED[kind]
    assert [example for example in examples if cell.fits.fullmatch(example)] == []


@pytest.mark.parametrize("cell", QUICK, ids=lambda cell: cell.rule[:30])
@given(text=st.text(st.characters(codec="utf-8"), max_size=40) | st.from_regex(r"['=\\\t |:a-zA-Z0-9.+-]{0,30}"))
def test_what_the_quick_pattern_takes_needs_no_escape_and_no_second_look(cell: Cell, text: str) -> None:
    if re.fullmatch(cell.quick or cell.pattern, text):
        assert cell.fits.fullmatch(text)
        assert not set(text) & set("\t\n\r\\")
        assert cells.unguarded(text) == text


@given(text=st.text(max_size=6) | st.text("'=+-@\t\rx\uff1d\uff0b\uff0d\uff20", max_size=6))
def test_guarding_is_undone_exactly_and_leaves_no_formula(text: str) -> None:
    assert cells.unguarded(cells.guarded(text)) == text
    assert not cells.guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


@given(day=st.dates(date(1, 1, 2), date(9998, 12, 31)), other=st.from_regex(r"\A\d{4}-\d{2}-\d{2}\Z", fullmatch=True))
def test_a_day_is_taken_when_it_exists(day: date, other: str) -> None:
    assert cells.DAY.fits.fullmatch(day.isoformat())
    try:
        exists = "0001-01-01" < date.fromisoformat(other).isoformat() < "9999"
    except ValueError:
        exists = False
    assert bool(cells.DAY.fits.fullmatch(other)) == exists


@given(pattern=st.sampled_from([cells.INSTANT, cells.DAY, cells.AMOUNT, cells.PERCENT, cells.COUNT]), data=st.data())
def test_python_reads_whatever_a_pattern_takes(pattern: Cell, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(pattern.fits, fullmatch=True))
    if pattern is cells.INSTANT:
        assert datetime.fromisoformat(text).astimezone(UTC)
    elif pattern is cells.DAY:
        assert date.fromisoformat(text)
    else:
        assert float(text) >= 0


def test_postgresql_casts_whatever_a_pattern_takes(app: Flask) -> None:
    @given(cell=st.sampled_from([cell for cell in QUICK if cell.type != "text"]), data=st.data())
    def cast(cell: Cell, data: st.DataObject) -> None:
        text = data.draw(st.from_regex(cell.fits, fullmatch=True))
        if cell is not cells.AUDIENCE:  # which Python makes JSON of
            valid = raw().execute("select pg_input_is_valid(%s, %s)", [text, cell.type]).fetchone()
            assert valid == (True,), text

    cast()


def test_the_lists_are_those_of_the_standards() -> None:
    assert len(cells.COUNTRIES) == 249
    assert {"NL", "GB", "TW", "AX", "SS"} <= cells.COUNTRIES
    assert {"nl", "en", "zh", "tl", "yi"} <= cells.LANGUAGES
    assert len(cells.TIMEZONES) > 500


# -- cells that need the database to be judged --


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"discount": "36.38"}, "discount", "more than quantity times unit_price"),
        ({"discount": "1.205"}, "discount", "more decimals than the currency has"),
        ({"currency": "JPY"}, "discount", "more decimals than the currency has"),
        ({"quantity": "10000000", "unit_price": "10000.01"}, "quantity", "quantity times unit_price is over 10^13"),
        ({"unit_price": "9" * 20}, "quantity", "quantity times unit_price is over 10^13 minor units"),
        ({"unit_price": "100000000001", "discount": "300000000002", "quantity": "3"}, "unit_price", "more than 10^13"),
        ({"unit_price": "90000000000", "discount": "180000000000", "quantity": "3"}, "discount", "more than 10^13"),
        ({"visitor": "", "sku": ""}, "sku", "empty: write 1 to 128 characters"),
        ({"brand": "Lumen"}, "brand", "there is no such brand, or it is not yours: import brands first"),
    ],
)
def test_a_sale_that_can_not_be_is_refused(
    changes: dict[str, str], column: str, reason: str, app: Flask, tmp_path: Path
) -> None:
    said = fault_of("sales", tmp_path, **changes)
    assert (said[0], said[1][: len(reason)]) == (column, reason)


def test_the_largest_amounts_are_taken(app: Flask, tmp_path: Path) -> None:
    rows = [
        good("sales", order="1", quantity="10000000", unit_price="10000", discount=""),
        good("sales", order="2", quantity="1", unit_price="100000000000", discount="100000000000"),
        good("sales", order="3", quantity="1", unit_price="10000000000000", discount="", currency="JPY"),
        good("sales", order="4", quantity="1", unit_price="10000000000.000", discount="", currency="KWD"),
    ]
    assert bring("sales", rows, tmp_path).new == 4
    bases = raw().execute("select base_minor from sale order by order_ref").fetchall()
    assert bases == [(10**13,), (0,), (10**13,), (10**13,)]
    (fault,) = refused(
        "sales", [good("sales", unit_price="10000000000001", currency="JPY", discount="", quantity="1")], tmp_path
    )
    assert fault.column == "quantity"
    assert count("sale") == 4
