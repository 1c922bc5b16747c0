"""Links: who makes one, where it may lead, how it rests and ends; and the domains that brands tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.http import parse_options_header

from app.contracts.models import Contract
from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStatus
from app.tracking import domains, links
from app.tracking.links import SIGNS, LinkDraft
from app.tracking.models import BrandDomain, Link, LinkStatus
from app.users.models import AuditEvent, Brand, Creator
from tests.market import NOON, contract, stream
from tests.payouts.people import identity
from tests.tracking.linking import SHOP, domain, link

Browse = Callable[[str], FlaskClient]
LAMPS = f"https://{SHOP}/lamps"
ALWAYS = (date(2020, 1, 1), date(2080, 12, 31))


@pytest.fixture
def agreed(lumen: Brand, mira: Creator) -> Contract:
    """Mira's contract with Lumen, which sells at shop.example."""
    domain(lumen)
    made = contract(lumen, mira, *ALWAYS)
    db.session.commit()
    return made


def make(contract: Contract, destination: str = LAMPS, by: str = "mira", **more: object) -> Link:
    return links.create(contract, LinkDraft(destination, **more), by=identity(by), at=NOON)  # type: ignore[arg-type]


def test_a_link_has_a_code_that_is_easily_read_and_an_import_of_its_own(agreed: Contract) -> None:
    made = make(agreed)
    assert len(made.code) == 7
    assert set(made.code) <= set(SIGNS)
    row = (
        raw()
        .execute("select kind, file_name, by_name, brand_id from import where id = %s", [made.import_id])
        .fetchone()
    )
    assert row == ("touches", f"Link {made.code}", "Mira", agreed.brand_id)
    assert links.address_of(made) == f"http://localhost:8000/go/{made.code}"
    audited = db.session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "link")).one()
    assert (audited.action, audited.detail["destination"]) == ("make link", LAMPS)


def test_an_agent_makes_links_and_others_do_not(agreed: Contract) -> None:
    assert make(agreed, by="ada").creator_id == agreed.creator_id
    for other in ("olga", "joon", "adam"):
        with pytest.raises(NotAllowed):
            make(agreed, by=other)


def test_an_address_outside_the_brands_domains_is_refused(agreed: Contract) -> None:
    with pytest.raises(BadInput, match=r"lead to shop\.example and nowhere else"):
        make(agreed, "https://evil.example/")


def test_a_brand_that_has_not_said_where_it_sells_has_no_links(kettle: Brand, joon: Creator) -> None:
    with pytest.raises(BadInput, match="has not said yet where its shop is"):
        make(contract(kettle, joon, *ALWAYS), by="joon")


def test_an_ended_contract_gets_no_link(lumen: Brand, mira: Creator) -> None:
    domain(lumen)
    with pytest.raises(Conflict, match="its last day was 2020-12-31"):
        make(contract(lumen, mira, date(2020, 1, 1), date(2020, 12, 31)))


def test_a_code_of_ones_own_is_taken_once_whoever_has_it(agreed: Contract, kettle: Brand, joon: Creator) -> None:
    assert make(agreed, code=" Mira-Lamps ").code == "mira-lamps"
    domain(kettle)
    with pytest.raises(Conflict, match="The code mira-lamps is taken"):
        make(contract(kettle, joon, *ALWAYS), by="joon", code="MIRA-LAMPS")
    assert make(agreed, code="mira-lamps2").id


@pytest.mark.parametrize("code", ["a", "ab", "-ab", "ab-", "a b", "a/b", "a.b", "\u00e9t\u00e9", "x" * 33])
def test_a_code_that_nobody_could_type_is_refused(code: str, agreed: Contract) -> None:
    with pytest.raises(BadInput, match="A code has 3 to 32 signs"):
        make(agreed, code=code)


def test_a_link_is_shown_with_a_stream_of_its_contract_only(agreed: Contract, kettle: Brand, joon: Creator) -> None:
    own, foreign = stream(agreed.brand, agreed.creator), stream(kettle, agreed.creator)
    assert make(agreed, stream=own.public_id).stream_id == own.id
    for other in (foreign.public_id, uuid4()):
        with pytest.raises(BadInput, match="not one of this contract"):
            make(agreed, stream=other)


def test_a_link_rests_works_again_and_ends_for_good(agreed: Contract) -> None:
    made, mira = make(agreed), identity("mira")
    for status in (LinkStatus.PAUSED, LinkStatus.WORKING, LinkStatus.ENDED):
        assert links.turn(made, status, by=mira, at=NOON).status == status
    with pytest.raises(WrongStatus):
        links.turn(made, LinkStatus.WORKING, by=mira, at=NOON)
    with pytest.raises(NotAllowed):
        links.turn(make(agreed), LinkStatus.PAUSED, by=identity("olga"), at=NOON)


def test_a_brand_adds_a_domain_once_and_links_to_it_are_counted(agreed: Contract) -> None:
    olga = identity("olga")
    for text in ("https://WWW.Shop.Example/cart", "www.shop.example"):
        assert domains.add(agreed.brand, text, by=olga, at=NOON) == "www.shop.example"
    make(agreed)
    make(agreed, "https://www.shop.example/")
    links.turn(make(agreed), LinkStatus.ENDED, by=identity("mira"), at=NOON)
    assert links.leading_to(agreed.brand) == {SHOP: 1, "www.shop.example": 1}
    assert [each.domain for each in domains.domains_of(agreed.brand_id)] == [SHOP, "www.shop.example"]


def test_a_brand_has_so_many_domains_and_no_more(lumen: Brand) -> None:
    olga = identity("olga")
    for number in range(domains.MOST):
        domains.add(lumen, f"shop{number}.example", by=olga, at=NOON)
    with pytest.raises(Conflict):
        domains.add(lumen, "one-more.example", by=olga, at=NOON)


def test_a_brand_removes_its_own_domains_only(agreed: Contract, kettle: Brand) -> None:
    theirs = domain(kettle)
    with pytest.raises(NotFound):
        domains.remove(agreed.brand, theirs.id, by=identity("olga"), at=NOON)
    own = domains.domains_of(agreed.brand_id)[0]
    assert domains.remove(agreed.brand, own.id, by=identity("olga"), at=NOON) == SHOP
    assert db.session.scalars(select(BrandDomain.id)).all() == [theirs.id]


# -- the pages --


def test_a_creator_makes_a_link_by_its_page(agreed: Contract, browse: Browse) -> None:
    browser, root = browse("mira"), f"/creators/{agreed.creator.public_id}"
    form = browser.get(f"{root}/links/new", follow_redirects=True)
    assert "Links of this brand lead to shop.example." in form.text
    data = {"destination": LAMPS, "code": "lamps", "label": "Spring", "sku": "LAMP"}
    page = browser.post(f"{root}/contracts/{agreed.public_id}/links/new", data=data, follow_redirects=True)
    assert "Your link is ready" in page.text
    for shown in ("http://localhost:8000/go/lamps", "Spring", "LAMP", LAMPS, "<svg"):
        assert shown in page.text, shown
    db.session.rollback()
    assert db.session.scalars(select(Link.code)).all() == ["lamps"]


def test_a_refused_address_stays_in_the_form_with_the_reason(agreed: Contract, browse: Browse) -> None:
    address = f"/creators/{agreed.creator.public_id}/contracts/{agreed.public_id}/links/new"
    page = browse("mira").post(address, data={"destination": "https://evil.example/"})
    assert page.status_code == 422
    assert "https://evil.example/" in page.text
    assert "Links of this brand lead to shop.example and nowhere else." in page.text


def test_who_has_several_contracts_is_asked_for_which(agreed: Contract, kettle: Brand, browse: Browse) -> None:
    contract(kettle, agreed.creator, *ALWAYS, ref="K-KETTLE")
    contract(kettle, agreed.creator, date(2010, 1, 1), date(2010, 2, 1), ref="K-OVER")
    db.session.commit()
    page = browse("mira").get(f"/creators/{agreed.creator.public_id}/links/new").text
    assert (agreed.ref in page, "K-KETTLE" in page, "K-OVER" in page) == (True, True, False)


def test_a_creator_of_a_brand_without_a_domain_reads_what_to_ask_for(
    kettle: Brand, joon: Creator, browse: Browse
) -> None:
    contract(kettle, joon, *ALWAYS)
    db.session.commit()
    page = browse("joon").get(f"/creators/{joon.public_id}/links/new", follow_redirects=True).text
    assert "Kettle &amp; Co has not said yet where its shop is." in page
    assert "Make the link" not in page


def test_a_link_is_turned_by_its_page(agreed: Contract, browse: Browse) -> None:
    made = link(agreed, "lamps")
    db.session.commit()
    browser, address = browse("mira"), f"/creators/{agreed.creator.public_id}/links/{made.public_id}"
    paused = browser.post(f"{address}/turn", data={"status": "paused"}, follow_redirects=True)
    assert "The link rests" in paused.text
    assert "Let it work again" in paused.text
    assert browser.post(f"{address}/turn", data={"status": "gone"}).status_code == 422
    assert "End this link for good?" in browser.get(f"{address}/end").text
    assert "The link has ended" in browser.post(f"{address}/turn", data={"status": "ended"}, follow_redirects=True).text
    assert browser.post(f"{address}/turn", data={"status": "working"}).status_code == 409


def test_the_picture_of_a_link_is_a_file_for_both_sides(agreed: Contract, browse: Browse) -> None:
    made = link(agreed, "lamps")
    db.session.commit()
    for who, root in (("mira", f"/creators/{agreed.creator.public_id}"), ("max", f"/brands/{agreed.brand.public_id}")):
        answer = browse(who).get(f"{root}/links/{made.public_id}/picture")
        assert (answer.mimetype, answer.data[:5]) == ("image/svg+xml", b"<?xml")
        assert parse_options_header(answer.headers["Content-Disposition"]) == ("attachment", {"filename": "lamps.svg"})


def test_a_brand_tells_its_domains_on_a_page(agreed: Contract, browse: Browse) -> None:
    link(agreed)
    db.session.commit()
    browser, address = browse("max"), f"/brands/{agreed.brand.public_id}/domains"
    assert "no domain of a shop" in browser.post(address, data={"domain": "localhorst"}).text
    page = browser.post(address, data={"domain": "caf\u00e9.example"}, follow_redirects=True).text
    assert "xn--caf-dma.example" in page
    assert "caf\u00e9.example" in page
    own = domains.domains_of(agreed.brand_id)[0]
    assert "1 link leads there." in browser.get(f"{address}/{own.id}/remove").text
    page = browser.post(f"{address}/{own.id}/remove", follow_redirects=True).text
    assert "No link leads to shop.example any more." in page


def test_finance_of_a_brand_reads_its_domains_and_changes_none(agreed: Contract, browse: Browse) -> None:
    page = browse("bea").get(f"/brands/{agreed.brand.public_id}/domains").text
    assert SHOP in page
    assert "Add a domain" not in page
