"""What every page has, without a browser: own words for every error, cached files, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app import create_app
from tests.conftest import ROOT, settings

INLINE = re.compile(r"<style|\sstyle\s*=|\son\w+\s*=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("bad", ['<p style="x">', "<script>x</script>", '<a onclick="x">', "<STYLE>"])
def test_inline_style_and_script_would_be_found(bad: str) -> None:
    assert INLINE.search(bad)


def test_a_page_that_is_not_there_says_so_in_the_readers_language(client: FlaskClient) -> None:
    for language, sentence in (("en", "There is no such page"), ("nl", "Deze pagina bestaat niet")):
        answer = client.get("/nowhere", headers={"Accept-Language": language})
        assert answer.status_code == 404
        assert sentence in answer.text
        assert f'<html lang="{language}">' in answer.text


def test_whoever_asks_for_json_is_told_in_json(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (404, {"error": "There is no such page, or it is not yours."})


def test_without_a_database_there_is_still_a_page_that_says_so(tmp_path: Path) -> None:
    lost = create_app(settings("postgresql+psycopg://nobody@127.0.0.1:1/nothing", tmp_path))
    lost.config.update(PROPAGATE_EXCEPTIONS=False)
    browser = lost.test_client()
    with browser.session_transaction() as session:
        session["_user_id"] = "somebody"
    answer = browser.get("/sign-in", headers={"Accept-Language": "nl"})
    assert answer.status_code == 503
    assert "De database" in answer.text
    assert "Traceback" not in answer.text


def test_browsers_keep_own_files_for_a_year_and_ask_anew_when_they_change(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = url_for("static", filename="css/app.css")
    assert re.fullmatch(r"/static/css/app\.css\?v=[0-9a-f]{10}", address)
    with client.get(address) as answer:
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
