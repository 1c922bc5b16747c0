"""The pages of samples: a creator asks, the brand decides and sends, both see the way and what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import db
from app.samples.models import Sample
from tests import market
from tests.cast import Cast
from tests.contracts.dealing import page, said
from tests.samples.sampling import arrived

Browse = Callable[[str], FlaskClient]


def newest() -> Sample:
    db.session.rollback()
    return db.session.scalars(select(Sample).order_by(Sample.id.desc()).limit(1)).one()


def test_from_the_question_to_the_show(cast: Cast, browse: Browse) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    ours, theirs = f"/brands/{lumen.public_id}/samples", f"/creators/{mira.public_id}/samples"
    creator, owner = browse("mira"), browse("olga")
    assert "No brands to ask yet" in page(creator, f"{theirs}/new")
    market.product(lumen, "LAMP", name="Desk lamp")
    market.contract(lumen, mira)
    db.session.commit()
    assert "Lumen Lighting" in page(creator, f"{theirs}/new")
    asking = f"{theirs}/new?brand={lumen.public_id}"
    assert "Desk lamp (LAMP, €10.00)" in page(creator, asking)
    assert "No product found." in page(creator, f"{asking}&q=chair")
    refused = creator.post(asking, data={"sku": "LAMP", "quantity": "101"})
    assert (refused.status_code, "Enter a quantity of 1 to 100." in refused.text) == (422, True)
    asked = creator.post(
        asking, data={"sku": "LAMP", "quantity": "2", "message": "For <Friday>"}, follow_redirects=True
    )
    assert "Request sent. The brand decides within seven days." in said(asked)
    assert creator.post(asking, data={"sku": "LAMP", "quantity": "1"}).status_code == 409
    number = newest().public_id
    listed = page(owner, ours)
    assert "Desk lamp" in listed
    assert "Your turn" in listed
    assert "€20.00" in listed
    assert "For <Friday>" in page(owner, f"{ours}/{number}")
    assert "Handle the sample “Desk lamp”" in page(owner, f"/brands/{lumen.public_id}")
    for deed, data, told in (
        ("approve", {}, "Approved. Mark it as sent here when it is on its way."),
        ("ship", {"tracking": "3S-77"}, "Its value is booked as a gift"),
    ):
        assert told in said(owner.post(f"{ours}/{number}/{deed}", data=data, follow_redirects=True))
    seen = page(creator, f"{theirs}/{number}")
    assert "3S-77" in seen
    assert f"Goods given to Mira Live by Lumen Lighting in {clock.today().year}: €20.00." in seen
    assert "14 days" in said(creator.post(f"{theirs}/{number}/deliver", follow_redirects=True))
    wrong = creator.post(f"{theirs}/{number}/shown", data={"proof": "my page"})
    assert (wrong.status_code, "Enter the link" in wrong.text) == (422, True)
    creator.post(f"{theirs}/{number}/shown", data={"proof": "https://video.example/1"})
    waiting = owner.get(f"{ours}/{number}").text
    assert 'href="https://video.example/1" rel="noopener noreferrer nofollow"' in waiting
    doubted = owner.post(f"{ours}/{number}/doubt", data={"reason": "Another lamp"}, follow_redirects=True)
    assert "submit another one" in said(doubted)
    owner.post(f"{ours}/{number}/shown")
    assert newest().status == "fulfilled"
    assert "Nothing under these filters." in page(owner, f"{ours}?status=missed")
    assert "Fewer than three samples" in page(creator, theirs)


def test_an_appeal_is_decided_with_an_answer(cast: Cast, browse: Browse) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.product(lumen, "LAMP")
    sample = arrived(lumen, mira, at=clock.now() - timedelta(days=6))
    ours, theirs = (
        f"/brands/{lumen.public_id}/samples/{sample.public_id}",
        f"/creators/{mira.public_id}/samples/{sample.public_id}",
    )
    db.session.commit()
    creator, owner = browse("mira"), browse("olga")
    assert "Extended by seven days." in said(creator.post(f"{theirs}/extend", follow_redirects=True))
    again = creator.post(f"{theirs}/extend")
    assert (again.status_code, "possible once" in again.text) == (409, True)
    assert creator.post(f"{theirs}/appeal", data={"reason": ""}).status_code == 422
    creator.post(f"{theirs}/appeal", data={"reason": "Broken glass"})
    assert "Broken glass" in page(owner, ours)
    unchosen = owner.post(f"{ours}/ruling", data={"note": "Sorry"})
    assert (unchosen.status_code, "Choose a decision." in unchosen.text) == (422, True)
    decided = owner.post(f"{ours}/ruling", data={"ruling": "again", "note": "Sorry"}, follow_redirects=True)
    assert "Decision saved" in said(decided)
    assert newest().status == "approved"
    looked_on = browse("audrey").get(ours)
    assert (looked_on.status_code, '<form class="form"' in looked_on.text) == (200, False)


def test_a_creator_takes_a_request_back(cast: Cast, browse: Browse) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.product(lumen, "LAMP")
    market.contract(lumen, mira)
    db.session.commit()
    theirs, creator = f"/creators/{mira.public_id}/samples", browse("mira")
    asking = f"{theirs}/new?brand={lumen.public_id}"
    blank = creator.post(asking, data={"sku": "LAMP", "quantity": " "})
    assert (blank.status_code, "Enter a quantity of 1 to 100." in blank.text) == (422, True)
    creator.post(asking, data={"sku": "LAMP", "quantity": "1"})
    number = newest().public_id
    assert "Withdraw request" in page(creator, f"{theirs}/{number}")
    assert "Withdraw request" not in page(browse("olga"), f"/brands/{lumen.public_id}/samples/{number}")
    assert "Request withdrawn" in said(creator.post(f"{theirs}/{number}/retract", follow_redirects=True))
    assert (newest().status, creator.post(f"{theirs}/{number}/retract").status_code) == ("retracted", 409)
    assert "Withdraw request" not in page(creator, f"{theirs}/{number}")
