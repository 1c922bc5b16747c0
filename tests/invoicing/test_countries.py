"""The table of countries, and how a case is decided: each row of the law by its own words."""

from __future__ import annotations

import pytest

from app.invoicing.countries import CREDIT, INVOICE, PACKS, RATES, Decision, Facts, Way, decide, pack_of, vat_of, words
from app.invoicing.models import TaxCase

NL = Facts("company", "NL", "vat_standard", "NL123456782B90")


def sole(country: str, scheme: str = "vat_standard", number: str | None = "X") -> Facts:
    return Facts("sole_trader", country, scheme, number)


@pytest.mark.parametrize(
    ("creator", "brand", "expected"),
    [
        (sole("NL"), NL, Decision(Way.INVOICE, TaxCase.DOMESTIC, 2100)),
        (sole("NL", "small_business"), NL, Decision(Way.INVOICE, TaxCase.DOMESTIC_EXEMPT)),
        (sole("NL", "small_business", None), NL, Decision(Way.INCOMPLETE)),
        (sole("NL", number=None), NL, Decision(Way.INCOMPLETE)),
        (
            Facts("sole_trader", "DE", "small_business", None, "12345"),
            Facts("company", "DE", "vat_standard", "X"),
            Decision(Way.INVOICE, TaxCase.DOMESTIC_EXEMPT),
        ),
        (sole("DE"), NL, Decision(Way.INVOICE, TaxCase.REVERSE_CHARGE)),
        (sole("DE", "small_business"), NL, Decision(Way.INVOICE, TaxCase.REVERSE_CHARGE)),
        (sole("DE", "small_business", None), NL, Decision(Way.INCOMPLETE)),
        (sole("DE"), Facts("company", "NL", "small_business", None), Decision(Way.INCOMPLETE)),
        (sole("FI"), Facts("company", "FI", "vat_standard", "X"), Decision(Way.INVOICE, TaxCase.DOMESTIC, 2550)),
        (sole("US"), NL, Decision(Way.STATEMENT)),
        (sole("NL"), Facts("company", "US", "vat_standard", None), Decision(Way.STATEMENT)),
        (sole("PL"), NL, Decision(Way.OWN_INVOICE)),
        (Facts("private_person", "NL", "no_vat", None), NL, Decision(Way.STATEMENT)),
        (None, NL, Decision(Way.INCOMPLETE)),
        (sole("NL"), None, Decision(Way.INCOMPLETE)),
    ],
)
def test_how_a_pair_is_taxed(creator: Facts | None, brand: Facts | None, expected: Decision) -> None:
    assert decide(creator, brand) == expected


@pytest.mark.parametrize(
    ("case", "creator", "brand", "credit", "expected"),
    [
        ("domestic", "NL", "NL", False, ["Factuur uitgereikt door afnemer"]),
        ("domestic", "DE", "DE", False, ["Gutschrift"]),
        ("domestic", "DE", "DE", True, ["Rechnungskorrektur"]),
        ("domestic", "FR", "FR", False, ["Autofacturation"]),
        ("domestic", "IE", "IE", False, ["Self-billing"]),
        ("domestic_exempt", "FR", "FR", False, ["Autofacturation", "TVA non applicable, art. 293 B du CGI"]),
        (
            "domestic_exempt",
            "DE",
            "DE",
            False,
            ["Gutschrift", "Kein Ausweis von Umsatzsteuer, Kleinunternehmer nach § 19 UStG"],
        ),
        (
            "reverse_charge",
            "DE",
            "NL",
            False,
            [
                "Gutschrift",
                "Factuur uitgereikt door afnemer",
                "Steuerschuldnerschaft des Leistungsempfängers",
                "Btw verlegd",
            ],
        ),
        ("reverse_charge", "BE", "NL", False, ["Factuur uitgereikt door afnemer", "Btw verlegd"]),
        ("reverse_charge", "FR", "ES", False, ["Autofacturation", "Self-billing", "Autoliquidation", "Reverse charge"]),
    ],
)
def test_the_words_of_the_law(case: str, creator: str, brand: str, credit: bool, expected: list[str]) -> None:
    assert words(case, creator, brand, credit=credit) == expected


def test_a_german_correction_is_never_called_gutschrift() -> None:
    assert "Gutschrift" not in PACKS["DE"].credit_title
    assert all("Gutschrift" not in line for line in words("reverse_charge", "DE", "AT", credit=True))


def test_every_member_state_has_a_rate_and_words_and_the_codes_are_those_of_self_billing() -> None:
    assert len(RATES) == 27
    assert (INVOICE, CREDIT) == ("389", "261")
    assert {pack_of(country).object_days for country in RATES} == {14, 15, 30}
    assert [country for country in RATES if pack_of(country).cannot] == ["BE", "FR", "PL"]
    assert all("{days}" in pack.objecting for pack in PACKS.values())


@pytest.mark.parametrize(("net", "vat"), [(0, 0), (1, 0), (2, 0), (3, 1), (10_000, 2100), (12_345, 2592), (50, 11)])
def test_vat_of_a_line_is_rounded_half_up(net: int, vat: int) -> None:
    assert vat_of(net, 2100) == vat
