"""The pages of lists: a file is looked at, mapped otherwise, imported or discarded, and its wrong cells are had."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.creators.models import CreatorList
from app.database import db
from app.streams.models import Channel
from app.users.models import Creator
from tests import market
from tests.cast import Cast
from tests.test_two_tabs import form_at

Browse = Callable[[str], FlaskClient]
PAGE = "/admin/creator-lists"
FILE = b"""Name,Subscribers,Subscribers,Views avg.
lamp.lady,1.2K,1200,Spain
bulb.boy,5M,5000000,=Atlantis
x.y,1,1,Italy
"""


def send(browser: FlaskClient, content: bytes = FILE, name: str = "list-2026-01.csv", day: str = "") -> str:
    """Sends a list and returns the address of its page."""
    sent = {"file": (io.BytesIO(content), name), "measured_on": day}
    answer = browser.post(PAGE, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_list_is_looked_at_mapped_and_imported(cast: Cast, browse: Browse) -> None:
    admin = browse("adam")
    assert "No lists uploaded yet." in admin.get(PAGE).text
    page = send(admin)
    seen = admin.get(page).text
    assert (
        "Most values under “Views avg.” look like “Country”, so they are used for that despite the heading." not in seen
    )
    assert "“Views avg.” is skipped: its values don’t match the heading." in seen  # two of three are countries: too few
    assert "The file does not say which platform these accounts are on. Choose one." in seen
    assert "Import valid rows" not in seen
    mapped = {"platform": "tiktok", "measured_on": "2026-01-31"}
    mapped |= {"column_0": "name", "column_1": "followers_rounded", "column_2": "followers", "column_3": "country"}
    twice = admin.post(page, data=mapped | {"column_1": "followers"})
    assert twice.status_code == 422
    assert "Two columns are mapped to “Followers”. Choose one." in twice.text
    for wrong in ({"column_0": ""}, {"platform": ""}, {"measured_on": "2050-01-01"}, {"column_3": "nonsense"}):
        assert admin.post(page, data=mapped | wrong).status_code == 422, wrong
    seen = admin.post(page, data=mapped, follow_redirects=True).text
    assert "Mapping updated. Check the preview before you import." in seen
    for words in ("5,000,000", "Spain", "unknown country", "Import valid rows"):
        assert words in seen, words
    assert db.session.scalar(select(func.count()).select_from(Channel)) == 0
    cells = admin.get(f"{page}/cells.csv")
    assert cells.text == "line,column,value,reason\n3,Views avg. (Country),'=Atlantis,unknown country\n"
    done = admin.post(f"{page}/import", follow_redirects=True).text
    assert "3 creators added." in done
    assert "unknown country" in done
    assert admin.get(f"{page}/cells.csv").text == cells.text
    db.session.rollback()
    channel = db.session.scalars(select(Channel).where(Channel.name == "bulb.boy")).one()
    assert channel.followers == 5_000_000
    assert admin.post(f"{page}/import").status_code == 409
    assert "list-2026-01.csv" in browse("audrey").get(PAGE).text
    brought = db.session.scalars(select(CreatorList)).one().import_id
    imports = admin.get("/admin/imports").text
    assert "Lists of creators" in imports
    link = next(part for part in done.split('"') if part.startswith("/imports/"))
    assert brought is not None
    assert "tiktok:lamp.lady" in admin.get(link).text


def test_a_list_is_imported_only_as_its_preview_was_seen(cast: Cast, browse: Browse) -> None:
    admin, other = browse("adam"), browse("adam")
    page = send(admin, b"TikTok name,Followers,Views\nlamp.lady,12,7\n")
    seen = form_at(admin.get(page), f"{page}/import")
    mapped = {
        "platform": "tiktok",
        "measured_on": "2026-01-31",
        "column_0": "name",
        "column_1": "",
        "column_2": "followers",
    }
    assert other.post(page, data=mapped).status_code == 303
    refused = admin.post(f"{page}/import", data=seen)
    assert refused.status_code == 409
    assert "The mapping was changed in the meantime. Check the preview again." in refused.text
    assert admin.post(f"{page}/import", data=form_at(admin.get(page), f"{page}/import")).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Channel.followers)).all() == [7]


def test_a_list_that_is_discarded_leaves_nothing(cast: Cast, browse: Browse) -> None:
    admin = browse("adam")
    page = send(admin, day="2026-01-05")
    assert 'value="2026-01-05"' in admin.get(page).text
    assert "Discarded. Nothing was imported" in admin.post(f"{page}/discard", follow_redirects=True).text
    assert "Discarded" in admin.get(page).text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Channel)) == 0
    for deed in ("import", "discard"):
        assert admin.post(f"{page}/{deed}").status_code == 409
    assert admin.post(page, data={"platform": "tiktok"}).status_code == 409


def test_what_is_no_list_is_refused_at_its_field(cast: Cast, browse: Browse) -> None:
    admin = browse("adam")
    for content, day, sentence in (
        (b"only one column\nx\n", "", "A list needs a row of headings"),
        (b"PK\x03\x04zip", "", "The workbook can&#39;t be read"),
        (FILE, "2050-01-01", "not in the future"),
        (FILE, "1/2/3", "Not a valid date value"),
    ):
        sent = {"file": (io.BytesIO(content), "list.csv"), "measured_on": day}
        answer = admin.post(PAGE, data=sent, content_type="multipart/form-data")
        assert answer.status_code == 422, sentence
        assert sentence in answer.text
    nothing = admin.post(PAGE, data={}, content_type="multipart/form-data")
    assert nothing.status_code == 422
    assert "Choose a file." in nothing.text


def test_what_a_list_says_is_escaped(cast: Cast, browse: Browse) -> None:
    admin = browse("adam")
    page = send(admin, b"TikTok name,<b>Followers\n<script>alert(1)</script>,<i>\nb.c,2\nd.e,3\nf.g,4\n")
    for shown in (admin.get(page).text, admin.post(f"{page}/import", follow_redirects=True).text):
        assert "<script>alert" not in shown
        assert "<b>Followers" not in shown


def test_a_creator_of_whom_no_country_is_known_breaks_no_page(cast: Cast, browse: Browse) -> None:
    admin = browse("adam")
    page = send(admin, b"TikTok name,Followers\nlamp.lady,12\n")
    admin.post(f"{page}/import")
    db.session.rollback()
    creator = db.session.scalars(select(Creator).where(Creator.handle == "tiktok:lamp.lady")).one()
    assert creator.country == "ZZ"
    market.contract(cast.brands["lumen"], creator)
    db.session.commit()
    for path in ("", "/streams", "/contracts", "/calendar", "/offers", "/profile"):
        assert admin.get(f"/creators/{creator.public_id}{path}").status_code in (200, 302, 404), path
    shown = browse("olga").get(f"/market/creators/{creator.public_id}")
    assert shown.status_code == 200
    assert "not known" in shown.text
    assert not re.search(r">\s*ZZ\b", shown.text)
