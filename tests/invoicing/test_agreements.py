"""Self-billing agreements: frozen, signed by both, dated, ended by a side or by a changed VAT number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.database import db
from app.errors import Conflict, NotAllowed, WrongStatus
from app.invoicing import agreements
from app.invoicing.agreements import Stamp
from app.users.models import Brand, Creator
from tests.invoicing.taxed import BRAND, CREATOR, LONG_AGO, VAT, agreed, profile
from tests.market import contract
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
STAMP = Stamp("192.0.2.1", "test")


def test_both_sign_the_frozen_text_on_their_pages(browse: Browse, lumen: Brand, mira: Creator) -> None:
    contract(lumen, mira)
    profile(lumen), profile(mira)
    db.session.commit()
    olga, miras = browse("olga"), browse("mira")
    assert "Not agreed" in olga.get(f"/brands/{lumen.public_id}/self-billing").text
    made = olga.post(f"/brands/{lumen.public_id}/self-billing/with/{mira.public_id}")
    assert made.status_code == 303
    page = made.location
    text = olga.get(page).text
    assert "Factuur uitgereikt door afnemer" in text
    assert "btw-nummer NL004495445B01" in text  # the text is in the language of the creator's country
    unread = olga.post(f"{page}/sign", data={"name": "Olga O."})
    assert (unread.status_code, "Confirm that you have read the agreement." in unread.text) == (422, True)
    assert olga.post(f"{page}/sign", data={"name": "Olga O.", "agreed": "y"}).status_code == 303
    assert "Waiting for signatures" in miras.get(f"/creators/{mira.public_id}/self-billing").text
    hers = page.replace(f"/brands/{lumen.public_id}", f"/creators/{mira.public_id}")
    assert miras.post(f"{hers}/sign", data={"name": "Mira Jansen", "agreed": "y"}).status_code == 303
    assert "In force" in miras.get(hers).text
    again = olga.post(f"{page}/sign", data={"name": "Olga O.", "agreed": "y"})
    assert (again.status_code, "There is nothing left for you to sign here." in again.text) == (409, True)


def test_a_changed_vat_number_asks_for_a_new_agreement_and_a_changed_town_does_not(lumen: Brand, mira: Creator) -> None:
    profile(lumen), profile(mira)
    signed = agreed(lumen, mira)
    profile(mira, replace(CREATOR, town="Delft"))
    assert agreements.state_of(signed) == "in_force"
    with pytest.raises(Conflict, match="There is an agreement already"):
        agreements.propose(lumen, mira, side="brand", by=identity("olga"), at=LONG_AGO)
    profile(lumen, replace(BRAND, vat_number=VAT["NL"]))
    assert agreements.state_of(signed) == "outdated"
    assert agreements.state_of(agreed(lumen, mira, at=LONG_AGO + timedelta(days=1))) == "in_force"
    assert agreements.state_of(signed) == "outdated"


@pytest.mark.parametrize("side", ["brand", "creator"])
def test_a_vat_number_that_is_changed_back_revives_no_agreement(lumen: Brand, mira: Creator, side: str) -> None:
    """What was issued in between would have stood on an agreement that named another number."""
    profile(lumen), profile(mira)
    signed = agreed(lumen, mira)
    owner, before, other = (lumen, BRAND, VAT["NL"]) if side == "brand" else (mira, CREATOR, BRAND.vat_number)
    profile(owner, replace(before, vat_number=other))
    profile(owner, before)
    assert agreements.state_of(signed) == "outdated"
    assert agreements.state_of(agreed(lumen, mira, at=LONG_AGO + timedelta(days=1))) == "in_force"


def test_either_side_ends_it(lumen: Brand, mira: Creator) -> None:
    profile(lumen), profile(mira)
    signed = agreed(lumen, mira)
    agreements.end(signed, "I write them myself", side="creator", by=identity("ada"), at=LONG_AGO)
    assert agreements.state_of(signed) == "given_up"
    with pytest.raises(WrongStatus):
        agreements.end(signed, "again", side="brand", by=identity("olga"), at=LONG_AGO)


def test_nobody_signs_who_may_not_bind_the_side(lumen: Brand, mira: Creator) -> None:
    profile(lumen), profile(mira)
    made = agreements.propose(lumen, mira, side="creator", by=identity("mira"), at=LONG_AGO)
    for name, side in (("max", "brand"), ("joon", "creator"), ("mo", "brand"), ("olga", "creator")):
        with pytest.raises(NotAllowed):
            agreements.sign(made, "Somebody", side=side, by=identity(name), at=LONG_AGO, stamp=STAMP)


@pytest.mark.parametrize(
    ("creator", "sentence"),
    [
        (replace(CREATOR, kind="private_person"), "No VAT invoice is needed here"),
        (replace(CREATOR, country="US", vat_number=None), "No VAT"),
        (replace(CREATOR, country="PL", vat_number="PL8567346215"), "paid against their own"),
        (
            replace(CREATOR, country="DE", scheme="small_business", vat_number=None, tax_number="36574261809"),
            "A VAT number is missing",
        ),
    ],
)
def test_where_there_is_no_self_billing_nobody_is_asked_to_sign(
    lumen: Brand, mira: Creator, creator: object, sentence: str
) -> None:
    profile(lumen), profile(mira, creator)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match=sentence):
        agreements.propose(lumen, mira, side="brand", by=identity("olga"), at=LONG_AGO)


def test_without_tax_details_there_is_nothing_to_sign(lumen: Brand, mira: Creator) -> None:
    profile(lumen)
    with pytest.raises(Conflict, match="Mira Live has not filled in the tax details yet"):
        agreements.propose(lumen, mira, side="brand", by=identity("olga"), at=LONG_AGO)


def test_strangers_are_not_found(browse: Browse, lumen: Brand, joon: Creator) -> None:
    profile(lumen)
    db.session.commit()
    assert browse("olga").post(f"/brands/{lumen.public_id}/self-billing/with/{joon.public_id}").status_code == 404
