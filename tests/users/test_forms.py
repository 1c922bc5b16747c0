"""Forms: every fault at once, required fields marked, nothing cut silently, and the language one chose is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db
from app.security import Role
from app.users.models import Person
from tests.cast import PASSWORD, Cast
from tests.users.mails import latest_link

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def visitor(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser without CSRF check."""
    app.config["WTF_CSRF_ENABLED"] = False
    return client


def test_a_language_chosen_before_signing_in_is_kept_and_after_signing_out_too(visitor: FlaskClient) -> None:
    visitor.post("/language", data={"language": "nl", "next": "/sign-in"})
    visitor.post("/sign-in", data={"email": "olga@cast.example", "password": PASSWORD})
    assert '<html lang="nl">' in visitor.get("/account").text
    assert db.session.scalar(select(Person.language).where(Person.email == "olga@cast.example")) == "nl"
    visitor.post("/sign-out")
    assert '<html lang="nl">' in visitor.get("/sign-in").text


def test_a_language_left_by_who_signed_out_is_not_taken_for_the_next_persons_choice(visitor: FlaskClient) -> None:
    visitor.post("/language", data={"language": "nl", "next": "/sign-in"})
    visitor.post("/sign-in", data={"email": "olga@cast.example", "password": PASSWORD})
    visitor.post("/sign-out")
    visitor.post("/sign-in", data={"email": "kim@cast.example", "password": PASSWORD})
    assert '<html lang="en">' in visitor.get("/account").text
    assert db.session.scalar(select(Person.language).where(Person.email == "kim@cast.example")) == "en"


def test_who_chose_none_keeps_the_language_of_the_account(visitor: FlaskClient) -> None:
    db.session.scalars(select(Person).where(Person.email == "olga@cast.example")).one().language = "nl"
    db.session.commit()
    visitor.post("/sign-in", data={"email": "olga@cast.example", "password": PASSWORD})
    assert '<html lang="nl">' in visitor.get("/account").text


def test_all_faults_of_a_form_are_said_at_once(app: Flask, browse: Browse, visitor: FlaskClient, cast: Cast) -> None:
    people = f"/brands/{cast.brands['lumen'].public_id}/people"
    browse("olga").post(people, data={"email": "new@cast.example", "role": Role.BRAND_MEMBER})
    page = visitor.post(latest_link(app, "new@cast.example"), data={"name": " ", "password": "password1234"})
    assert page.status_code == 422
    for sentence in ("Fill in your name.", "too easy to guess"):
        assert sentence in page.text
    page = browse("olga").post("/account/password", data={"old": "", "new": "short"})
    assert "Fill in a password." in page.text
    assert "at least 12 characters" in page.text


def test_required_fields_are_marked(browse: Browse) -> None:
    page = browse("olga").get("/account").text
    for field, must in (("name", True), ("timezone", False), ("old", True), ("new", True)):
        label = re.search(rf'<label[^>]*for="{field}"[^>]*>', page)
        assert label
        assert ("required" in label[0]) is must, field


def test_no_field_cuts_what_is_pasted_and_the_form_says_what_is_too_long(browse: Browse) -> None:
    olga = browse("olga")
    assert "maxlength" not in olga.get("/account").text
    data = {"name": "x" * 121, "language": "en", "timezone": "Europe/Amsterdam"}
    answer = olga.post("/account", data=data)
    assert answer.status_code == 422
    assert "That name is too long." in answer.text
    assert "x" * 121 in answer.text
