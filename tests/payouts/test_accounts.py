"""What counts as a name and number of an account, and how a bank can write it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import BadInput
from app.payouts.bank.accounts import bank_text, checked_holder, checked_iban, masked, rail, spaced

SEPA_SIGNS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")


@pytest.fixture(autouse=True)
def speaking(worker_app: Flask) -> Iterator[None]:
    """Sentences need an application; none of this needs a database."""
    with worker_app.app_context():
        yield


@pytest.mark.parametrize(
    ("text", "iban"),
    [
        ("NL91ABNA0417164300", "NL91ABNA0417164300"),
        (" nl91 abna 0417 1643 00 ", "NL91ABNA0417164300"),
        ("NL91\u00a0ABNA-0417.1643\t00", "NL91ABNA0417164300"),
        ("BE68 5390 0754 7034", "BE68539007547034"),  # a real structure that Belgium's own check refuses
        ("MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
    ],
)
def test_an_iban_is_taken_with_or_without_spaces(text: str, iban: str) -> None:
    assert checked_iban(text) == iban


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not an IBAN"),
        ("0417164300", "not an IBAN"),
        ("NL\u0669\u0661ABNA0417164300", "not an IBAN"),
        ("NL91ABNA0417164300; drop table", "not an IBAN"),
        ("NL91ABNA0417164300" * 20, "not an IBAN"),
        ("NL92ABNA0417164300", "typing error"),
        ("NL91ABNA041716430", "typing error"),
        ("XX91ABNA0417164300", "typing error"),
        ("BE68539007547035", "typing error"),
        ("NL91ABNA041716430\x00", "not an IBAN"),
    ],
)
def test_a_wrong_iban_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        checked_iban(text)


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("  Zoë   Müßig ", "Zoë Müßig"),
        ("Ngũgĩ wa Thiong’o", "Ngũgĩ wa Thiong’o"),
        ("Анна Müller", "Анна Müller"),
        ("M. & K. O'Neill", "M. & K. O'Neill"),
    ],
)
def test_a_name_is_kept_as_it_is_written(text: str, holder: str) -> None:
    assert checked_holder(text) == holder


@pytest.mark.parametrize("text", ["Ещё Имя", "李小龍", "محمد", "Ελένη", "א. כהן 2"])
def test_a_name_in_another_script_asks_for_the_spelling_of_the_bank(text: str) -> None:
    with pytest.raises(BadInput, match="in Latin letters"):
        checked_holder(text)


@pytest.mark.parametrize(
    ("text", "longest", "written"),
    [
        ("/Mira//Live/", 70, "Mira/Live"),
        ("///", 70, ""),
        ("a/b", 2, "a"),
        ("/ / a", 70, "a"),
        ("a / / b", 70, "a / b"),
        ("- /a", 70, "a"),
    ],
)
def test_no_text_for_the_bank_has_slashes_at_its_ends_or_two_in_a_row(text: str, longest: int, written: str) -> None:
    assert bank_text(text, longest) == written


@pytest.mark.parametrize("text", ["", "  ", "12345", "😀😀", "x" * 141, "Mira\x00Live", "Mira\u202eLive", "\ud800ab"])
def test_a_name_no_bank_could_write_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checked_holder(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Zoë Müßig", "Zoe Mussig"),
        ("Ещё Имя", "Eshchio Imia"),
        ("Ä&Ö <Ltd>", "A+O Ltd"),
        ("//Acme", "Acme"),
        ("é" * 90, "e" * 70),
    ],
)
def test_a_bank_gets_latin_letters(text: str, plain: str) -> None:
    assert bank_text(text, 70) == plain


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_whatever_the_name_a_bank_can_read_it(text: str) -> None:
    plain = bank_text(text, 70)
    assert set(plain) <= SEPA_SIGNS
    assert len(plain) <= 70
    assert plain == plain.strip(" /")
    assert "//" not in plain.replace(" ", "")


def test_others_see_the_country_and_the_last_four() -> None:
    assert masked("NL91ABNA0417164300") == "NL•• •••• 4300"
    assert spaced("NL91ABNA0417164300") == "NL91 ABNA 0417 1643 00"


@pytest.mark.parametrize(
    ("currency", "iban", "way"),
    [("EUR", "NL91", "sepa"), ("EUR", "GB29", "sepa"), ("EUR", "TR33", "list"), ("GBP", "GB29", "list")],
)
def test_euro_within_reach_goes_by_sepa(currency: str, iban: str, way: str) -> None:
    assert rail(currency, iban) == way
