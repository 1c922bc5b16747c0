"""Numbers and amounts are read as people type them and as the pages print them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from app.formatting import money
from app.web.numbers import read_amount, read_whole, written_amount


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("5000", 5000),
        ("10k", 10_000),
        ("10K", 10_000),
        ("1.5k", 1_500),
        ("1,5k", 1_500),
        ("2m", 2_000_000),
        ("10,000", 10_000),
        ("10.000", 10_000),
        ("10 000", 10_000),
        ("10\N{NARROW NO-BREAK SPACE}000", 10_000),
        ("1.234.567", 1_234_567),
        ("1,234,567", 1_234_567),
        ("10’000", 10_000),
    ],
)
def test_whole_numbers_are_read_as_people_write_them(app: Flask, text: str, number: int) -> None:
    for language in ("en", "nl"):
        with force_locale(language):
            assert read_whole(text) == number


@pytest.mark.parametrize(
    "text", ["many", "-5", "1.5", "10,00", "1,234.567", "12.34k5", "1.2345k", "٣", "10k k", "1.0000", "9" * 16]
)
def test_what_is_no_whole_number_is_said(app: Flask, text: str) -> None:
    with pytest.raises(ValueError, match="is not a whole number"):
        read_whole(text)


@pytest.mark.parametrize(
    ("language", "text", "currency", "minor"),
    [
        ("en", "1250.50", "EUR", 125_050),
        ("en", "1,250.50", "EUR", 125_050),
        ("en", "€1,250.50", "EUR", 125_050),
        ("en", "EUR 1,250", "EUR", 125_000),
        ("en", "1250,50", "EUR", 125_050),
        ("en", "1.250,50", "EUR", 125_050),
        ("en", "1,250", "EUR", 125_000),
        ("en", "1.250", "KWD", 1_250),
        ("nl", "1250,50", "EUR", 125_050),
        ("nl", "1.250,50", "EUR", 125_050),
        ("nl", "€ 1.250,50", "EUR", 125_050),
        ("nl", "12.50", "EUR", 1_250),
        ("nl", "1.250", "EUR", 125_000),
        ("nl", "1,250", "KWD", 1_250),
        ("nl", "1.250", "JPY", 1_250),
        ("nl", "1.234.567,8", "EUR", 123_456_780),
    ],
)
def test_amounts_are_read_in_the_readers_language(
    app: Flask, language: str, text: str, currency: str, minor: int
) -> None:
    with force_locale(language):
        assert read_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("language", "text", "currency", "minor"),
    [
        ("en", "0.500", "EUR", 50),
        ("nl", "0.500", "EUR", 50),
        ("nl", "0,500", "EUR", 50),
        ("en", "0.500", "KWD", 500),
        ("en", "0,500", "KWD", 500),
        ("en", "1000.00", "JPY", 1_000),
    ],
)
def test_no_thousand_begins_with_nothing(app: Flask, language: str, text: str, currency: str, minor: int) -> None:
    with force_locale(language):
        assert read_amount(text, currency) == minor
        with pytest.raises(ValueError, match=r"whole number|geheel getal"):
            read_whole("0.500")


@pytest.mark.parametrize(
    ("language", "text", "currency", "either"),
    [
        ("en", "1.250", "EUR", ("1250", "1.25")),
        ("en", "€12.500", "EUR", ("12500", "12.50")),
        ("en", "1.000", "JPY", ("1000", "1")),
        ("nl", "1,250", "EUR", ("1250", "1,25")),
    ],
)
def test_an_amount_that_may_be_a_thousand_times_another_is_asked_about(
    app: Flask, language: str, text: str, currency: str, either: tuple[str, str]
) -> None:
    with force_locale(language):
        with pytest.raises(ValueError, match=r"two ways|twee bedragen") as asked:
            read_amount(text, currency)
        assert all(amount in str(asked.value) for amount in either)
        assert read_amount(either[0], currency) != read_amount(either[1], currency)


@pytest.mark.parametrize("text", ["-5", "1.2.3", "1,2,3", "1.250,505", "1.25.000", "abc", "1e3", "12 $", "1,250.5,0"])
def test_what_is_no_amount_is_said(app: Flask, text: str) -> None:
    for language in ("en", "nl"):
        with force_locale(language), pytest.raises(ValueError, match=r"amount|bedrag|decima"):
            read_amount(text, "EUR")


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD", "USD"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_whatever_a_page_prints_or_a_form_shows_is_read_as_the_same_amount(
    app: Flask, language: str, currency: str
) -> None:
    with force_locale(language):
        for minor in (0, 5, 50, 999, 1_000, 12_345, 100_000, 1_234_500, 123_456_789):
            assert read_amount(money(minor, currency), currency) == minor
            assert read_amount(written_amount(minor, currency), currency) == minor
