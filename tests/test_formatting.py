"""Amounts, rates and times as people read them, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask, g, render_template_string

from app.formatting import day, here, here_without, instant, money, month, number, percent
from app.money import Money
from app.security import Identity

Reading = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def reading(worker_app: Flask) -> Reading:
    """`with reading("nl"):` is a request of a visitor with that language; with a zone, of somebody signed in."""

    @contextmanager
    def open_page(language: str, zone: str = "", path: str = "/") -> Iterator[None]:
        with worker_app.test_request_context(path, headers={"Accept-Language": language}):
            if zone:
                g._login_user = Identity(1, "Olga", "olga@cast.example", language, zone, "token", frozenset())
            yield

    return open_page


AMOUNTS = [  # minor units, currency, English, Dutch; ~ is a space that does not break
    (123456, "EUR", "€1,234.56", "€~1.234,56"),
    (-123456, "EUR", "-€1,234.56", "€~-1.234,56"),
    (0, "EUR", "€0.00", "€~0,00"),
    (5, "GBP", "£0.05", "£~0,05"),
    (-5, "GBP", "-£0.05", "£~-0,05"),
    (1234567, "JPY", "¥1,234,567", "JP¥~1.234.567"),
    (-1, "JPY", "-¥1", "JP¥~-1"),
    (1234567, "KWD", "KWD~1,234.567", "KWD~1.234,567"),
    (-1, "KWD", "-KWD~0.001", "KWD~-0,001"),
    (100, "USD", "$1.00", "US$~1,00"),
    (123456, "ISK", "ISK~123,456", "ISK~123.456"),  # ISO 4217 says no decimals
    (123456, "HUF", "HUF~1,234.56", "HUF~1.234,56"),  # ISO 4217 says two, whatever shops in Hungary do
    (10**15 + 1, "EUR", "€10,000,000,000,000.01", "€~10.000.000.000.000,01"),
]


@pytest.mark.parametrize(("minor", "currency", "english", "dutch"), AMOUNTS)
def test_an_amount_has_its_currencys_decimals_and_the_languages_marks(
    reading: Reading, minor: int, currency: str, english: str, dutch: str
) -> None:
    for language, text in (("en", english), ("nl", dutch)):
        with reading(language):
            assert money(minor, currency) == text.replace("~", "\N{NO-BREAK SPACE}")
            assert money(Money(minor, currency)) == text.replace("~", "\N{NO-BREAK SPACE}")


def test_nothing_is_shown_where_there_is_no_value(reading: Reading) -> None:
    with reading("en"):
        assert [money(None, "EUR"), percent(None), number(None), instant(None), day(None)] == [""] * 5


def test_rates_are_exact_and_drop_empty_decimals(reading: Reading) -> None:
    with reading("en"):
        assert [percent(bps) for bps in (0, 5, 725, 1000, -1250, 10000)] == [
            "0%",
            "0.05%",
            "7.25%",
            "10%",
            "-12.5%",
            "100%",
        ]
    with reading("nl"):
        assert percent(725) == "7,25%"


def test_counts_carry_the_languages_thousands_mark(reading: Reading) -> None:
    with reading("en"):
        assert (number(1234567), number(Decimal("1234.5"))) == ("1,234,567", "1,234.5")
    with reading("nl"):
        assert (number(1234567), number(Decimal("1234.5"))) == ("1.234.567", "1.234,5")


def test_an_instant_is_told_in_the_readers_zone_and_exactly_in_utc(reading: Reading) -> None:
    night = datetime(2026, 3, 1, 23, 30, 15, tzinfo=UTC)
    with reading("en", "Europe/Amsterdam"):
        assert instant(night) == (
            '<time datetime="2026-03-01T23:30:15+00:00" title="2026-03-01 23:30:15 UTC">2 Mar 2026 00:30</time>'
        )
    with reading("nl", "America/New_York"):
        assert ">1 mrt 2026 18:30</time>" in instant(night)
    with reading("en"):
        assert ">1 Mar 2026 23:30</time>" in instant(night)


def test_both_hours_of_the_night_the_clock_goes_back_can_be_told_apart_on_hover(reading: Reading) -> None:
    with reading("en", "Europe/Amsterdam"):
        first, second = (instant(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1))
    assert ">25 Oct 2026 02:30<" in first
    assert ">25 Oct 2026 02:30<" in second
    assert first != second


def test_a_day_is_the_same_day_everywhere(reading: Reading) -> None:
    with reading("en", "Pacific/Kiritimati"):
        assert day(date(2026, 3, 2)) == '<time datetime="2026-03-02">2 Mar 2026</time>'
    with reading("nl", "Pacific/Midway"):
        assert day(date(2026, 3, 2)) == '<time datetime="2026-03-02">2 mrt 2026</time>'


def test_the_address_of_this_page_keeps_what_is_not_changed(reading: Reading) -> None:
    with reading("en", path="/a%20b?status=paid&status=sent&q=x%26y&page=3"):
        assert here(page=4) == "/a%20b?status=paid&status=sent&q=x%26y&page=4"
        assert here(status=None, page="") == "/a%20b?q=x%26y"
        assert here_without(["q"]) == "/a%20b?status=paid&status=sent"


def test_a_language_nobody_speaks_here_is_answered_in_english(reading: Reading) -> None:
    with reading("fr"):
        assert render_template_string("{{ 1234|number }} {{ get_locale() }}") == "1,234 en"


def test_the_command_line_speaks_english(worker_app: Flask) -> None:
    with worker_app.app_context():
        assert money(1234, "EUR") == "€12.34"


def test_a_month_has_its_name(reading: Reading) -> None:
    for language, name in (("en", "October 2026"), ("nl", "oktober 2026")):
        with reading(language):
            assert month(date(2026, 10, 31)) == name
            assert month(None) == ""
