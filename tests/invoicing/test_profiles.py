"""Tax profiles: what is asked of whom, versions, and who may read and write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient

from app.database import db
from app.errors import BadInput
from app.invoicing import profiles
from app.users.models import Brand, Creator
from tests.invoicing.taxed import BRAND, CREATOR, LONG_AGO, TAX, VAT, of_country, profile
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
FORM = {
    "kind": "sole_trader",
    "name": "Mira Jansen",
    "street": "Oudegracht 1",
    "postcode": "3511 AA",
    "town": "Utrecht",
    "country": "NL",
    "scheme": "vat_standard",
    "vat_number": "nl 0044.95445.B01",
    "tax_number": "111222333",
    "born_on": "1994-05-17",
}


@pytest.mark.parametrize("country", sorted(VAT))
def test_numbers_of_the_country_are_taken_and_kept_with_their_prefix(mira: Creator, country: str) -> None:
    kept = profile(mira, of_country(CREATOR, country))
    assert (kept.vat_number, kept.tax_number) == (VAT[country], TAX[country])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"vat_number": None}, "Fill in the VAT number: who charges VAT in Netherlands has one."),
        ({"vat_number": "NL004495446B01"}, "That is not a VAT number of Netherlands"),
        ({"vat_number": "DE136695976"}, "A VAT number of Netherlands begins with NL."),
        ({"tax_number": None}, "Fill in the tax number"),
        ({"tax_number": "111222334"}, "That is not a tax number of Netherlands"),
        ({"born_on": None}, "Fill in the date of birth"),
        ({"born_on": date(2027, 1, 1)}, "That date of birth can’t be right."),
        ({"born_on": date(1850, 1, 1)}, "That date of birth can’t be right."),
        ({"country": "XX"}, "Choose the country of the address from the list."),
        ({"street": "  "}, "Fill in the street and number."),
        ({"town": "a\x07b"}, "without tabs and other control characters"),
        ({"scheme": "no_vat"}, "A business charges VAT or uses the small-business scheme"),
        ({"kind": "robot"}, "Choose from the list what you are"),
        ({"country": "US", "vat_number": "№ 5", "tax_number": "12-3456789"}, "Write the VAT number in 4 to 20"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(mira: Creator, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        profile(mira, replace(CREATOR, **changes))
    assert sentence in refused.value.sentence


def test_a_private_person_has_no_vat_number_and_a_small_business_needs_none(mira: Creator) -> None:
    private = profile(mira, replace(CREATOR, kind="private_person"))
    assert (private.scheme, private.vat_number) == ("no_vat", None)
    small = profile(mira, replace(CREATOR, scheme="small_business", vat_number=None))
    assert small.vat_number is None


def test_a_company_has_no_date_of_birth_and_a_brand_needs_no_tax_number(mira: Creator, lumen: Brand) -> None:
    assert profile(mira, replace(CREATOR, kind="company")).born_on is None
    assert profile(lumen, BRAND).tax_number is None
    greek = replace(BRAND, country="GR", vat_number="EL 094259216")
    assert profile(lumen, greek).vat_number == "EL094259216"


def test_a_change_is_a_new_version_and_nobody_rewrites_the_old_one(
    mira: Creator, owner_connection: psycopg.Connection[Any]
) -> None:
    first, second = profile(mira), profile(mira, replace(CREATOR, town="Delft"))
    assert [row.town for row in profiles.versions(mira)] == ["Delft", "Utrecht"]
    assert profiles.profile_of(mira) is second
    assert first.id < second.id
    db.session.commit()
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        owner_connection.execute("update tax_profile set town = 'Elsewhere'")


def test_creator_and_agent_fill_it_in_finance_reads_it_and_the_brand_does_not(browse: Browse, mira: Creator) -> None:
    page = f"/creators/{mira.public_id}/tax"
    ada = browse("ada")
    assert "Enter tax details" in ada.get(page).text
    assert ada.post(page, data=FORM).status_code == 303
    mo = browse("mo").get(page)
    assert all(text in mo.text for text in ("Mira Jansen", "NL004495445B01", "111222333", "17 May 1994"))
    assert '<form class="form"' not in mo.text
    assert (browse("olga").get(page).status_code, browse("joon").get(page).status_code) == (403, 404)


def test_a_wrong_number_is_explained_on_the_page_and_nothing_is_kept(browse: Browse, mira: Creator) -> None:
    page = f"/creators/{mira.public_id}/tax"
    refused = browse("mira").post(page, data=FORM | {"vat_number": "NL004495446B01"})
    assert (refused.status_code, "That is not a VAT number of Netherlands" in refused.text) == (422, True)
    assert profiles.profile_of(mira) is None


def test_a_polish_creator_reads_what_the_product_does_not_do(browse: Browse, mira: Creator) -> None:
    polish = replace(CREATOR, country="PL", vat_number="PL8567346215", tax_number="PL-1234")
    profile(mira, polish)
    db.session.commit()
    assert "you are paid against your own invoice" in browse("mira").get(f"/creators/{mira.public_id}/tax").text


def test_the_platform_has_a_profile_of_its_own(browse: Browse) -> None:
    mo = browse("mo")
    form = FORM | {"kind": "company", "name": "Streamcut B.V.", "tax_number": "", "born_on": ""}
    assert mo.post("/finance/tax", data=form).status_code == 303
    assert "Streamcut B.V." in browse("audrey").get("/finance/tax").text
    kept = profiles.profile_of(None)
    assert kept is not None
    assert kept.name == "Streamcut B.V."


def test_two_tabs_do_not_overwrite_one_another(browse: Browse, mira: Creator) -> None:
    tab = browse("mira")
    assert tab.post(f"/creators/{mira.public_id}/tax", data=FORM).status_code == 303
    profiles.save(mira, replace(CREATOR, town="Delft"), by=identity("ada"), at=LONG_AGO)
    db.session.commit()
    late = tab.post(f"/creators/{mira.public_id}/tax", data=FORM | {"version": "stale"})
    assert (late.status_code, "A newer version was saved" in late.text) == (409, True)
