"""The pages of programmes: made, announced, and said no to in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient

from app import clock
from app.contracts.terms import programmes
from app.contracts.terms.protection import Rates
from app.database import db
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]


def test_an_owner_makes_a_programme_and_announces_other_rates(cast: Cast, browse: Browse) -> None:
    lumen = cast.brands["lumen"]
    address = f"/brands/{lumen.public_id}/programmes"
    owner = browse("olga")
    assert "No programmes yet." in owner.get(address).text
    made = owner.post(address, data={"name": "Spring", "commission": "10", "in_stream": "12.50"})
    assert made.status_code == 302
    again = owner.post(address, data={"name": "Spring", "commission": "10"})
    assert again.status_code == 422
    assert "You have a programme called “Spring” already." in again.text
    page = owner.get(made.location).text
    assert 'value="12.50"' in page
    said = owner.post(made.location, data={"commission": "11", "in_stream": "12.5"}, follow_redirects=True).text
    assert "Announced to 0 contracts." in said
    db.session.rollback()
    (spring,) = programmes.programmes_of(lumen.id)
    assert programmes.current_rates(spring) == Rates(1100, in_stream=1250)
    listed = browse("max").get(address).text
    assert "11%" in listed
    assert "New programme" not in listed


def test_a_rate_that_is_none_is_named_at_its_field(cast: Cast, browse: Browse) -> None:
    address = f"/brands/{cast.brands['lumen'].public_id}/programmes"
    for rate in ("1O", "100.01", "7.255", "-1"):
        answer = browse("olga").post(address, data={"name": "Spring", "commission": rate})
        assert answer.status_code == 422, rate
    assert programmes.programmes_of(cast.brands["lumen"].id) == []


def test_a_contract_follows_a_programme_and_has_its_own_rates_again(cast: Cast, browse: Browse) -> None:
    lumen = cast.brands["lumen"]
    contract = market.contract(lumen, cast.creators["mira"], date(2026, 1, 1), date(2027, 12, 31))
    spring = programmes.create(lumen, "Spring", Rates(1200), by=identity("olga"), at=clock.now())
    low = programmes.create(lumen, "Low", Rates(100), by=identity("olga"), at=clock.now())
    db.session.commit()
    owner, page = browse("olga"), f"/brands/{lumen.public_id}/contracts/{contract.public_id}"
    assert "Follow Spring" in owner.get(page).text
    refused = owner.post(f"{page}/programme", data={"programme": str(low.public_id)})
    assert refused.status_code == 422
    assert "the creator has to agree to lower ones" in refused.text
    shown = owner.post(f"{page}/programme", data={"programme": str(spring.public_id)}, follow_redirects=True).text
    assert "rates of the programme Spring" in shown
    theirs = browse("mira").get(f"/creators/{cast.creators['mira'].public_id}/contracts/{contract.public_id}").text
    assert "rates of the programme Spring" in theirs
    assert "no longer follows the programme" not in theirs
    shown = owner.post(f"{page}/programme", follow_redirects=True).text
    assert "The contract no longer follows the programme and keeps its current rates." in shown
