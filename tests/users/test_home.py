"""The start page leads everybody where they belong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app.database import db
from app.users.models import Membership
from tests.cast import Cast

Browse = Callable[[str], FlaskClient]


def test_a_stranger_reads_what_this_is_and_signs_in_there(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert 'action="/sign-in"' in page.text
    assert 'name="password"' in page.text


@pytest.mark.parametrize(
    ("name", "desk"),
    [("olga", "/brands/"), ("bea", "/brands/"), ("mira", "/creators/"), ("ada", "/creators/"), ("adam", "/admin")],
)
def test_who_has_one_desk_lands_on_it(browse: Browse, name: str, desk: str) -> None:
    browser = browse(name)
    page = browser.get("/")
    if page.status_code == 200:  # several desks
        assert f'href="{desk}' in page.text
    else:
        assert page.headers["Location"].startswith(desk)
        assert browser.get(page.headers["Location"]).status_code == 200


def test_who_has_several_desks_chooses(browse: Browse, cast: Cast) -> None:
    kettle = Membership(person_id=cast.people["olga"].id, role="brand_member", brand_id=cast.brands["kettle"].id)
    kettle.granted_at = datetime.now(UTC)
    db.session.add(kettle)
    db.session.commit()
    page = browse("olga").get("/")
    assert page.status_code == 200
    assert "Lumen Lighting" in page.text
    assert "Kettle &amp; Co" in page.text


def test_who_has_no_role_is_told_what_to_do(browse: Browse) -> None:
    page = browse("sam").get("/")
    assert page.status_code == 200
    assert "You have no role yet" in page.text
