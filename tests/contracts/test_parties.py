"""Who the parties are by law stands in every contract, and is asked for before anybody is bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.contracts import parties
from app.contracts.models import Agreement, LegalDetails
from app.database import db
from app.users.models import Brand, Creator
from tests.contracts.dealing import agreed, drafted, proposed, running

Browse = Callable[[str], FlaskClient]
NEW = {
    "name": "Mira Jansen Media",
    "address": " Oudegracht 1 \r\n\r\n3511 AA   Utrecht",
    "country": "NL",
    "email": "law@mira.example",
}


def forget(owner_connection: Any, *handles: str) -> None:
    """As before anybody had filled anything in."""
    db.session.commit()
    for handle in handles:
        for kind in ("brand", "creator"):
            owner_connection.execute(
                f"delete from legal_details where {kind}_id in (select id from {kind} where handle = %s)", [handle]
            )
    owner_connection.commit()


def page_of(party: Brand | Creator, rest: str) -> str:
    kind = "brands" if isinstance(party, Brand) else "creators"
    return f"/{kind}/{party.public_id}/offers/{rest}"


def test_both_sides_are_asked_before_they_are_bound_and_the_contract_says_what_they_filled_in(
    browse: Browse, lumen: Brand, mira: Creator, owner_connection: Any
) -> None:
    forget(owner_connection, "lumen", "mira")
    olga, miras = browse("olga"), browse("mira")
    offer = drafted(lumen, mira)
    draft = page_of(lumen, str(offer.public_id))
    refused = olga.post(f"{draft}/send", data={"days": "14"})
    assert (refused.status_code, "Fill in your legal details first" in refused.text) == (409, True)
    assert page_of(lumen, "legal-details") in olga.get(draft).text
    form = NEW | {"name": "Lumen Lighting B.V.", "email": "law@lumen.example"}
    assert olga.post(page_of(lumen, "legal-details"), data=form).status_code == 303
    assert olga.post(f"{draft}/send", data={"days": "14"}).status_code == 303

    seen = page_of(mira, str(offer.public_id))
    refused = miras.post(f"{seen}/accept", data={"seen": "1"})
    assert (refused.status_code, "Fill in your legal details first" in refused.text) == (409, True)
    assert miras.post(page_of(mira, "legal-details"), data=NEW).status_code == 303
    assert miras.post(f"{seen}/accept", data={"seen": "1"}).status_code == 303
    body = db.session.scalars(select(Agreement.body)).one()
    address = "Oudegracht 1, 3511 AA Utrecht, Netherlands"
    assert f"Legal name and address: Mira Jansen Media, {address}. E-mail: law@mira.example." in body
    assert f"Legal name and address: Lumen Lighting B.V., {address}. E-mail: law@lumen.example." in body


def test_who_accepts_reads_that_the_other_side_has_to_fill_them_in(
    browse: Browse, lumen: Brand, mira: Creator, owner_connection: Any
) -> None:
    offer = proposed(lumen, mira)
    forget(owner_connection, "lumen")
    miras, page = browse("mira"), page_of(mira, str(offer.public_id))
    assert "Lumen Lighting has not filled them in yet" in miras.get(page).text
    refused = miras.post(f"{page}/accept", data={"seen": "1"})
    assert (refused.status_code, "Lumen Lighting has not filled in the legal details" in refused.text) == (409, True)


def test_who_may_not_fill_them_in_reads_who_does(
    browse: Browse, lumen: Brand, mira: Creator, owner_connection: Any
) -> None:
    draft = page_of(lumen, str(drafted(lumen, mira).public_id))
    forget(owner_connection, "lumen")
    refused = browse("max").post(f"{draft}/send", data={"days": "14"})
    assert refused.status_code == 409
    assert "Whoever signs for Lumen Lighting finds them under “Legal details”." in refused.text
    assert browse("max").get(page_of(lumen, "legal-details")).status_code == 403


def test_home_asks_for_them_while_an_offer_waits(
    browse: Browse, lumen: Brand, mira: Creator, owner_connection: Any
) -> None:
    homes = dict.fromkeys(("olga", "max", "audrey"), f"/brands/{lumen.public_id}")
    homes |= dict.fromkeys(("mira", "ada"), f"/creators/{mira.public_id}/earnings")

    def asked() -> set[str]:
        task = "Fill in your legal details: without them"
        return {name for name, home in homes.items() if task in browse(name).get(home).text}

    offer = drafted(lumen, mira)
    assert asked() == set(), "they are there"
    forget(owner_connection, "lumen", "mira")
    assert asked() == {"olga"}, "a draft is nobody's but the brand's, and a member does not sign"
    form = NEW | {"name": "Lumen Lighting B.V."}
    assert browse("olga").post(page_of(lumen, "legal-details"), data=form).status_code == 303
    assert browse("olga").post(page_of(lumen, f"{offer.public_id}/send"), data={"days": "14"}).status_code == 303
    assert asked() == {"mira", "ada"}
    assert page_of(mira, "legal-details") in browse("ada").get(homes["ada"]).text


def test_a_draft_of_either_side_stands_under_what_to_do_next(browse: Browse, lumen: Brand, mira: Creator) -> None:
    contract = running(lumen, mira)
    draft = drafted(lumen, mira, contract=contract, side="creator")
    page = browse("mira").get(f"/creators/{mira.public_id}/earnings").text
    assert f'<a href="{page_of(mira, str(draft.public_id))}">Send the draft offer to Lumen Lighting</a>' in page
    assert "Send the draft offer" not in browse("olga").get(f"/brands/{lumen.public_id}").text


def test_a_signed_contract_keeps_what_was_signed(browse: Browse, lumen: Brand, mira: Creator) -> None:
    agreement = agreed(proposed(lumen, mira))
    before = agreement.body
    assert browse("mira").post(page_of(mira, "legal-details"), data=NEW).status_code == 303
    assert db.session.scalars(select(Agreement.body)).one() == before
    assert db.session.scalars(select(LegalDetails.name).where(LegalDetails.creator_id == mira.id)).all() == [
        "Mira Live B.V.",
        "Mira Jansen Media",
    ]
    found = parties.details_of(mira)
    assert found is not None
    assert (found.name, found.address) == ("Mira Jansen Media", "Oudegracht 1\n3511 AA Utrecht")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Fill in the legal name."),
        ("name", "Two\nlines", "Write the name on one line"),
        ("address", " \r\n ", "Fill in the address."),
        ("address", "\r\n".join("123456789"), "1 to 8 lines"),
        ("address", "Bell\x07", "1 to 8 lines"),
        ("address", "x" * 501, "1 to 8 lines"),
        ("country", "XX", ""),
        ("country", "", "Choose the country"),
        ("email", "bell\x07@mira.example", "write it like name@example.com"),
        ("email", "nobody", "write it like name@example.com"),
        ("email", "a" * 250 + "@b.nl", "write it like name@example.com"),
    ],
)
def test_what_can_not_stand_in_a_contract_is_refused(
    browse: Browse, mira: Creator, field: str, value: str, sentence: str
) -> None:
    answer = browse("mira").post(page_of(mira, "legal-details"), data=NEW | {field: value})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert len(db.session.scalars(select(LegalDetails).where(LegalDetails.creator_id == mira.id)).all()) == 1
