"""Lists that a brand brings for itself: nobody else sees them, and nothing of them changes what others see."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.creators import channels, search, shortlists
from app.creators.lists import own, preview, receiving
from app.creators.models import CreatorList, Figure
from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.streams.models import Channel
from app.users.models import Creator
from tests.cast import Cast
from tests.payouts.people import identity

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
FILE = b"""TikTok name,Display name,Followers,Country
mira.live,Mira,999999,NL
lamp.lady,Lamp Lady,12.500,
bulbboy,Bob,980,DE
"""


def keep(cast: Cast, content: bytes = FILE, brand: str = "lumen") -> CreatorList:
    """A list of the brand's, mapped as is guessed, and kept."""
    found = receiving.receive(content, "tiktok-2026-01.csv", brand_id=cast.brands[brand].id, by=identity("olga"), at=AT)
    own.keep(found, by=identity("olga"), at=AT)
    db.session.commit()
    return found


def test_a_list_is_kept_with_its_figures_and_nothing_of_it_becomes_a_creator(cast: Cast) -> None:
    mira = cast.creators["mira"]
    own_channel = channels.add(mira, platform="tiktok", name="Mira.Live", by=identity("mira"), at=AT)
    own_channel.followers = 500
    found = keep(cast)
    assert db.session.scalar(select(func.count()).select_from(Creator)) == 2
    assert db.session.scalar(select(func.count()).select_from(Figure)) == 0
    db.session.refresh(own_channel)
    assert own_channel.followers == 500  # what a brand brings changes nothing that others see
    assert search.find(raw(), "lamp.lady", limit=5) == []
    rows = own.accounts(found, skip=0, number=10)
    assert [(row.name, row.figures.get("followers"), row.creator_id) for row in rows] == [
        ("mira.live", 999_999, mira.id),
        ("lamp.lady", 12_500, None),
        ("bulbboy", 980, None),
    ]
    assert own.tally(found) == own.Tally(3, 1)
    with pytest.raises(WrongStatus):
        own.keep(found, by=identity("olga"), at=AT)


def test_who_comes_later_is_known_then(cast: Cast) -> None:
    found = keep(cast)
    assert own.tally(found) == own.Tally(3, 0)
    receiving.import_list(receiving.receive(FILE, "tiktok-2026-01.csv", by=None, at=AT), by=None, at=AT)
    assert own.tally(found) == own.Tally(3, 3)
    lumen, by = cast.brands["lumen"], identity("olga")
    shortlist = shortlists.create(lumen, "Winter", by=by, at=AT)
    assert own.put_on(found, shortlist, by=by, at=AT) == 3
    assert own.put_on(found, shortlist, by=by, at=AT) == 0


def test_a_list_is_only_its_brands(cast: Cast) -> None:
    found = keep(cast)
    with pytest.raises(NotFound):
        own.get(cast.brands["kettle"], found.public_id)
    assert own.lists_of(cast.brands["kettle"], 10) == []
    assert receiving.latest(10) == []
    with pytest.raises(NotFound):
        own.take_up(found.public_id, by=identity("adam"), at=AT)


def test_what_one_brand_says_of_headings_is_remembered_for_nobody_else(cast: Cast) -> None:
    content = b"TikTok name,Number,Followers\nanna,5,7\nbert,6,8\n"
    found = receiving.receive(content, "a.csv", brand_id=cast.brands["lumen"].id, by=identity("olga"), at=AT)
    about = {"platform": "tiktok", "measured_on": AT.date(), "at": AT}
    receiving.remap(found, columns={"name": 0, "followers": 1}, **about)  # type: ignore[arg-type]
    own.keep(found, by=identity("olga"), at=AT)
    for brand_id, followers in ((cast.brands["lumen"].id, 1), (cast.brands["kettle"].id, 2), (None, 2)):
        again = receiving.receive(content, "b.csv", brand_id=brand_id, by=None, at=AT)
        assert again.columns["followers"] == followers
        assert any("Olga" in doubt for doubt in preview.preview_of(again).doubts) is (followers == 1)


def test_a_list_that_asks_is_not_kept_before_it_is_answered(cast: Cast) -> None:
    content = b"TikTok name,Followers\nanna,1.234K\nbert,500\n"
    found = receiving.receive(content, "a.csv", brand_id=cast.brands["lumen"].id, by=identity("olga"), at=AT)
    with pytest.raises(BadInput, match="can be read in two ways"):
        own.keep(found, by=identity("olga"), at=AT)


def test_a_list_that_is_offered_can_be_taken_up_by_the_admin(cast: Cast) -> None:
    found = keep(cast)
    own.offer(found, by=identity("olga"), at=AT)
    with pytest.raises(Conflict):
        own.offer(found, by=identity("olga"), at=AT)
    assert [(each.id, brand.handle) for each, brand in own.offered(10)] == [(found.id, "lumen")]
    copy = own.take_up(found.public_id, by=identity("adam"), at=AT)
    assert (copy.brand_id, copy.columns, copy.platform) == (None, found.columns, "tiktok")
    receiving.import_list(copy, by=identity("adam"), at=AT)
    assert db.session.scalar(select(func.count()).select_from(Channel)) == 3
    assert own.tally(found) == own.Tally(3, 3)


def test_a_list_that_is_deleted_leaves_nothing(cast: Cast) -> None:
    found = keep(cast)
    own.offer(found, by=identity("olga"), at=AT)
    own.forget(found, by=identity("olga"), at=AT)
    assert (found.status, found.content, own.tally(found)) == ("discarded", None, own.Tally(0, 0))
    assert own.offered(10) == []
    with pytest.raises(WrongStatus):
        own.forget(found, by=identity("olga"), at=AT)


def test_a_brand_brings_keeps_and_uses_a_list(cast: Cast, browse: Callable[[str], FlaskClient]) -> None:
    channels.add(cast.creators["mira"], platform="tiktok", name="Mira.Live", by=identity("mira"), at=AT)
    db.session.commit()
    brand = f"/brands/{cast.brands['lumen'].public_id}"
    olga, page = browse("olga"), f"{brand}/own-lists"
    assert "no other brand and no creator sees it" in olga.get(page).text
    sent = {"file": (io.BytesIO(FILE), "tiktok-2026-01.csv"), "measured_on": ""}
    answer = olga.post(page, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    address = str(answer.headers["Location"])
    shown = olga.get(address).text
    for words in ("Keep this list", "12,500", "Nothing is kept yet"):
        assert words in shown, words
    mapped = {"platform": "tiktok", "measured_on": "2026-01-31", "column_0": "name", "column_2": "followers"}
    assert "before you keep the list" in olga.post(address, data=mapped, follow_redirects=True).text
    kept = olga.post(f"{address}/keep", follow_redirects=True).text
    for words in ("3 accounts kept.", "Yours alone", "Mira Live", "Offer to Streamcut"):
        assert words in kept, words
    listed = olga.post(f"{address}/shortlist", data={"name": "Winter"}, follow_redirects=True).text
    assert "1 creator is new on “Winter”." in listed
    assert "Offered" in olga.post(f"{address}/offer", follow_redirects=True).text
    admin = browse("adam")
    offered = admin.get("/admin/creator-lists").text
    assert "Offered by brands" in offered
    assert admin.get(address).status_code == 403  # nor do the platform's people read it
    assert browse("kim").get(address).status_code == 404
    public_id = address.rpartition("/")[2]
    assert "Import valid rows" in admin.post(f"/admin/creator-lists/offered/{public_id}", follow_redirects=True).text
    assert "Deleted, with everything" in olga.post(f"{address}/delete", follow_redirects=True).text
    nothing = olga.post(page, data={"file": (io.BytesIO(b"x"), "x.csv")}, content_type="multipart/form-data")
    assert nothing.status_code == 422
