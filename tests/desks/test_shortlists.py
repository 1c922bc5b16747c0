"""The pages of lists, tags and notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient

from app.creators import shortlists
from app.database import db
from tests import market
from tests.cast import Cast
from tests.contracts.dealing import page, proposed, said

Browse = Callable[[str], FlaskClient]


def test_creators_are_put_on_a_list_and_taken_off_again(cast: Cast, browse: Browse) -> None:
    lumen, (mira, joon) = cast.brands["lumen"], (cast.creators["mira"], cast.creators["joon"])
    address, owner = f"/brands/{lumen.public_id}/lists", browse("olga")
    assert "No list yet." in page(owner, address)
    both = {"name": "Spring", "creator": [str(mira.public_id), str(joon.public_id)]}
    shown = said(owner.post(f"{address}/add", data=both, follow_redirects=True))
    assert "2 creators are new on “Spring”." in shown
    assert "Joon Park" in shown
    (shortlist, _count), *_none = shortlists.lists_of(lumen)
    one = f"{address}/{shortlist.public_id}"
    again = {"shortlist": str(shortlist.public_id), "creator": str(mira.public_id), "back": "/evil"}
    assert owner.post(f"{address}/add", data=again).location == "/evil"
    assert owner.post(f"{address}/add", data=again | {"back": "//evil.example"}).location == "/"
    for wrong, status in (({"name": "Empty"}, 422), ({"name": "X", "creator": "nobody"}, 422), (both, 409)):
        assert owner.post(f"{address}/add", data=wrong).status_code == status
    assert owner.post(address, data={"name": "Spring"}).status_code == 422
    assert "Spring" in page(browse("bea"), one)
    off = owner.post(f"{one}/remove", data={"creator": str(joon.public_id)}, follow_redirects=True)
    assert "1 creator is off the list." in said(off)
    assert "Joon Park" not in said(off)
    assert "Autumn" in said(owner.post(f"{one}/name", data={"name": "Autumn"}, follow_redirects=True))
    assert "Delete the list “Autumn”?" in page(owner, f"{one}/delete")
    assert "No list yet." in said(owner.post(f"{one}/delete", follow_redirects=True))
    assert browse("kim").get(one).status_code == 404


def test_a_creators_page_holds_tags_notes_and_all_there_is_between_the_two(cast: Cast, browse: Browse) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    address, owner = f"/brands/{lumen.public_id}/creators/{mira.public_id}", browse("max")
    assert "Nothing between you yet" in page(owner, address)
    owner.post(f"{address}/tags", data={"tags": "Funny, calm , funny"})
    too_long = owner.post(f"{address}/tags", data={"tags": "x" * 41})
    assert (too_long.status_code, "at most 40 characters" in too_long.text) == (422, True)
    owner.post(f"{address}/notes", data={"body": "Likes <lamps>"})
    assert owner.post(f"{address}/notes", data={"body": " "}).status_code == 422
    market.contract(lumen, mira, date(2025, 1, 1), date(2025, 2, 1), ref="K-OLD")
    db.session.commit()
    proposed(lumen, mira, title="Spring lamps")
    seen = page(browse("olga"), address)
    for words in ("calm, funny", "Likes <lamps>", "Max,", "K-OLD", "Ended", "Spring lamps", "On none of your lists."):
        assert words in seen
    reader = browse("bea").get(address)
    assert (reader.status_code, "Save note" in reader.text) == (200, False)
    assert browse("audrey").get(address).status_code == 403
