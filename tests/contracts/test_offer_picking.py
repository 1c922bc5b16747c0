"""Whom an offer is for, found by name, handle or channel; and pages that ask first for what matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from app import clock
from app.contracts.models import Offer
from app.contracts.offers import negotiation
from app.contracts.offers.negotiation import Version
from app.database import db
from app.streams.models import Channel
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.contracts.dealing import changed, drafted, form_of, page, proposed, said, terms
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]


def at(brand: Brand, rest: str) -> str:
    return f"/brands/{brand.public_id}/offers{rest}"


@pytest.fixture
def channel(mira: Creator) -> Channel:
    """Mira is called otherwise where she streams."""
    channel = Channel(
        creator_id=mira.id, platform="tiktok", name="@lamps.daily", categories=[], recorded_at=market.LONG_AGO
    )
    db.session.add(channel)
    db.session.commit()
    return channel


@pytest.mark.parametrize("text", ["mira", "@mira", "MIRA LI", "live", "lamps.da", "@Lamps"])
def test_a_creator_is_found_by_a_part_of_name_handle_or_channel(
    browse: Browse, lumen: Brand, mira: Creator, channel: Channel, text: str
) -> None:
    olga = browse("olga")
    answer = olga.get(at(lumen, "/creators"), query_string={"creator": text})
    links = list(html.fromstring(answer.text).xpath("//main//table//a/@href"))
    assert links == [f"/brands/{lumen.public_id}/offers/new?creator={mira.public_id}"]
    assert "@lamps.daily" in answer.text
    assert "Mira Live" in page(olga, links[0])


@pytest.mark.parametrize("text", ["nobody", "%", "_", "' or 1=1 --", "x" * 100])
def test_what_fits_nobody_says_so(browse: Browse, lumen: Brand, channel: Channel, text: str) -> None:
    answer = browse("olga").get(at(lumen, "/creators"), query_string={"creator": text})
    assert (answer.status_code, "No creator matches" in answer.text) == (200, True)


def test_the_form_takes_a_name_too_and_asks_which_of_several(
    browse: Browse, cast: Cast, lumen: Brand, mira: Creator
) -> None:
    olga = browse("olga")
    form = form_of(olga.get(at(lumen, "/new")), "/new")
    assert olga.post(at(lumen, "/new"), data=changed(form, title="T", creator=" mira live ")).status_code == 303
    assert db.session.scalars(select(Offer.creator_id)).one() == mira.id
    cast.creators["joon"].name = "Mira Live"
    db.session.commit()
    answer = olga.post(at(lumen, "/new"), data=changed(form, title="T", creator="Mira Live"))
    assert (answer.status_code, "Several creators have this name" in answer.text) == (422, True)


def test_a_counter_asks_first_for_commission_guarantee_and_message(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    answer = browse("mira").get(f"/creators/{mira.public_id}/offers/{offer.public_id}/answer")
    (form,) = [each for each in html.fromstring(answer.text).forms if (each.action or "").endswith("/answer")]
    shown = [field.get("name") for field in form.xpath(".//input[not(@type='hidden')] | .//textarea | .//select")]
    assert shown[:4] == ["commission_bps", "guarantee_amount", "message", "days"]
    assert len(shown) == len(set(shown)), "nothing is asked twice"
    (folded,) = form.xpath("./details")
    assert "open" not in folded.attrib
    assert {"starts_on", "hold_days", "work_formats"} <= {field.get("name") for field in folded.xpath(".//*[@name]")}


def test_terms_fold_what_did_not_change(browse: Browse, lumen: Brand, mira: Creator) -> None:
    offer = proposed(lumen, mira)
    newer = replace(terms(lumen), commission_bps=1234)
    negotiation.revise(offer, Version(newer), side="brand", by=identity("olga"), at=clock.now())
    db.session.commit()
    content = html.fromstring(browse("mira").get(f"/creators/{mira.public_id}/offers/{offer.public_id}").text)
    (card,) = content.xpath("//section[@id='terms']")
    changed_rows = [
        " ".join(row.text_content().split()) for row in card.xpath("./div[contains(@class,'table-wrap')]//tbody/tr")
    ]
    assert len(changed_rows) == 1
    assert "12.34" in changed_rows[0]
    (folded,) = card.xpath("./details")
    assert "open" not in folded.attrib
    assert "First day" in folded.text_content()


def test_what_is_in_the_way_stands_where_the_draft_is_sent(browse: Browse, lumen: Brand, mira: Creator) -> None:
    taken = terms(lumen)
    market.contract(lumen, mira, taken.starts_on, taken.ends_on)
    offer = drafted(lumen, mira, replace(taken, cap_month=1))
    content = html.fromstring(browse("olga").get(at(lumen, f"/{offer.public_id}")).text)
    (card,) = content.xpath("//section[@id='send']")
    assert "cap is lower than what the month promises" in " ".join(card.text_content().split())
    assert len(content.xpath("//form[contains(@action,'/send')]")) == 1


def test_lists_of_several_are_plain_lists_that_become_token_fields(browse: Browse, lumen: Brand) -> None:
    answer = browse("olga").get(at(lumen, "/new"))
    lists = html.fromstring(answer.text).xpath("//select[@multiple]")
    assert len(lists) >= 8
    assert all("data-tokens" in each.attrib and each.get("class", "").startswith("form-select") for each in lists)
    assert "Choose several with the Ctrl or Cmd key." in said(answer)
