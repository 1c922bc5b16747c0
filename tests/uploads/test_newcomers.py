"""A brand or creator entered by hand: as strict as a file, every fault at once, one handle once."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.database import db
from app.uploads import newcomers
from app.uploads.models import Import
from app.users.models import AuditEvent, Brand, Creator
from tests.cast import Cast
from tests.csvfiles.rows import bring, exported, good
from tests.users.access import NEW_BRAND, NEW_CREATOR
from tests.users.test_invitations import _at_once, _identity

Browse = Callable[[str], FlaskClient]
BRANDS, CREATORS = "/admin/claims/brands/new", "/admin/claims/creators/new"


def _faults(page: str) -> dict[str, str]:
    """What the top of the page says of each field."""
    return {
        name: html.unescape(sentence).removeprefix(": ")
        for name, sentence in re.findall(r'<li><a href="#(\w+)">[^<]*</a>(: [^<]*)</li>', page)
    }


def _stored(kind: str, handle: str) -> dict[str, str]:
    (row,) = [row for row in exported(kind) if row["handle"] == handle]
    return row


def test_a_new_brand_is_stored_like_a_files_and_its_owner_is_invited_next(browse: Browse, cast: Cast) -> None:
    adam = browse("adam")
    assert f'href="{BRANDS}"' in adam.get("/admin/claims?kind=brand").text
    assert adam.get(BRANDS).status_code == 200
    typed = NEW_BRAND | {"handle": " tea=pot ", "name": " =Teapot & Co ", "platform_fee_percent": "3,50 %"}
    page = adam.post(BRANDS, data=typed, follow_redirects=True)
    brand = db.session.scalars(select(Brand).where(Brand.handle == "tea=pot")).one()
    assert page.request.path == f"/admin/claims/brands/{brand.public_id}"
    assert "is added. Next, invite its owner." in page.text
    stored = _stored("brands", "tea=pot")
    expected = {"handle": "tea=pot", "name": "'=Teapot & Co", "platform_fee_percent": "3.5"}
    assert stored == NEW_BRAND | expected
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "create")).one()
    told = event.by_id, event.object_kind, event.object_id, event.detail["handle"]
    assert told == (cast.people["adam"].id, "brand", brand.id, "tea=pot")
    assert db.session.get_one(Import, brand.import_id).file_name == "new-brands.csv"
    assert "tea=pot" in adam.get("/admin/claims?kind=brand").text


def test_a_new_creator_has_the_main_language_first_and_counts_at_once(browse: Browse) -> None:
    adam = browse("adam")
    assert f'href="{CREATORS}"' in adam.get("/admin/claims").text
    assert adam.get(CREATORS).status_code == 200
    typed = NEW_CREATOR | {"further_languages": ["de", "nl", "en"]}
    page = adam.post(CREATORS, data=typed, follow_redirects=True)
    creator = db.session.scalars(select(Creator).where(Creator.handle == "noor")).one()
    assert page.request.path == f"/admin/claims/creators/{creator.public_id}"
    assert "Next, invite the person behind it." in page.text
    assert _stored("creators", "noor") == NEW_CREATOR | {"languages": "nl|de|en"}
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "create")).one()
    assert (event.object_kind, event.object_id, event.detail["name"]) == ("creator", creator.id, "Noor")
    query = text("select count(*) from search_document where creator_id = :id")
    assert db.session.scalar(query, {"id": creator.id}) == 1


def test_every_empty_field_is_told_at_once(browse: Browse) -> None:
    adam = browse("adam")
    answer = adam.post(BRANDS, data={})
    assert (answer.status_code, set(_faults(answer.text))) == (422, set(NEW_BRAND))
    answer = adam.post(CREATORS, data=dict.fromkeys(NEW_CREATOR, " "))
    assert (answer.status_code, set(_faults(answer.text))) == (422, set(NEW_CREATOR))


SHAPES = [
    (BRANDS, "handle", "a\tb", "Write 1 to 128 characters, without tabs, line breaks and the like."),
    (BRANDS, "handle", "x" * 129, "Write 1 to 128 characters, without tabs, line breaks and the like."),
    (BRANDS, "handle", "a\x07b", "Write 1 to 128 characters, without tabs, line breaks and the like."),
    (
        CREATORS,
        "handle",
        "4.50E+15",
        "A spreadsheet has damaged this number: take the file from where it was made and don't save it in one.",
    ),
    (CREATORS, "name", "a\u2028b", "Write the name on one line of 1 to 200 characters, without tabs and line breaks."),
    (BRANDS, "country", "ZZ", "Write a country of ISO 3166-1 in two capitals, like NL."),
    (BRANDS, "currency", "eur", "Write a currency of ISO 4217, like EUR."),
    (BRANDS, "timezone", "Mars/Base", "Write an IANA time zone, like Europe/Amsterdam."),
    (
        BRANDS,
        "platform_fee_percent",
        "100.01",
        "Write a percentage from 0 to 100 with at most two decimals, like 7.25.",
    ),
    (BRANDS, "platform_fee_percent", "-1", "Write a percentage from 0 to 100 with at most two decimals, like 7.25."),
    (CREATORS, "languages", "xx", "Write languages of ISO 639-1 separated by |, like nl|en."),
    (BRANDS, "handle", "lumen", "The handle “lumen” is taken already: choose another one."),
    (BRANDS, "handle", "LuMen", "The handle “LuMen” is taken already: choose another one."),
    (CREATORS, "handle", "mira ", "The handle “mira” is taken already: choose another one."),
]


@pytest.mark.parametrize(("door", "field", "value", "sentence"), SHAPES)
def test_each_fault_is_told_beside_its_field_in_the_words_of_files(
    browse: Browse, door: str, field: str, value: str, sentence: str
) -> None:
    other = "name" if field != "name" else "country"  # a second fault: both are told
    answer = browse("adam").post(door, data=(NEW_BRAND if door == BRANDS else NEW_CREATOR) | {field: value, other: ""})
    faults = _faults(answer.text)
    assert (answer.status_code, set(faults)) == (422, {field, other})
    assert faults[field] == sentence
    assert db.session.scalar(select(func.count()).select_from(Import)) == 0


def test_a_further_language_that_does_not_exist_is_refused(browse: Browse) -> None:
    answer = browse("adam").post(CREATORS, data=NEW_CREATOR | {"further_languages": ["en", "xx"]})
    assert (answer.status_code, set(_faults(answer.text))) == (422, {"languages"})


def test_a_brand_and_a_creator_may_have_the_same_handle(browse: Browse) -> None:
    assert browse("adam").post(CREATORS, data=NEW_CREATOR | {"handle": "lumen"}).status_code == 302


@pytest.mark.parametrize(("kind", "cells"), [("brands", NEW_BRAND), ("creators", NEW_CREATOR)])
def test_of_several_at_once_one_gets_the_handle_whatever_its_case(
    app: Flask, cast: Cast, kind: str, cells: dict[str, str]
) -> None:
    adam, at = _identity(cast.people["adam"]), datetime.now(UTC)
    db.session.commit()
    spellings = (cells["handle"], cells["handle"].upper(), cells["handle"].title(), cells["handle"])
    deeds = [
        lambda handle=handle: newcomers.add(kind, cells | {"handle": handle}, by=adam, at=at) for handle in spellings
    ]
    assert _at_once(app, *deeds) == ["Conflict"] * 3 + ["done"]
    handles = [row["handle"] for row in exported(kind) if row["handle"].lower() == cells["handle"]]
    assert len(handles) == 1


def test_a_file_that_brings_the_handle_at_the_same_moment_comes_first(app: Flask, cast: Cast, tmp_path: Path) -> None:
    adam, at = _identity(cast.people["adam"]), datetime.now(UTC)
    db.session.commit()

    def a_file_brings_it() -> None:
        other = NEW_BRAND | {"name": "Of the file"}
        newcomers._imported(newcomers.KINDS["brands"], other, by=adam, at=at)
        time.sleep(1)  # not committed yet: the other one can't see it

    def the_admin_adds_it() -> None:
        time.sleep(0.4)
        newcomers.add("brands", NEW_BRAND, by=adam, at=at)

    assert _at_once(app, a_file_brings_it, the_admin_adds_it) == ["Conflict", "done"]
    assert _stored("brands", "teapot")["name"] == "Of the file"


def test_who_sends_the_form_twice_gets_one_brand_and_a_sentence(browse: Browse, tmp_path: Path) -> None:
    adam = browse("adam")
    assert adam.post(BRANDS, data=NEW_BRAND).status_code == 302
    again = adam.post(BRANDS, data=NEW_BRAND)
    assert (again.status_code, "taken already" in _faults(again.text)["handle"]) == (422, True)
    assert bring("brands", [good("brands", **NEW_BRAND)], tmp_path).unchanged == 1
