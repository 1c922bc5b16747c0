"""Templates of letters: each can be filled in both languages, and says nothing outside the messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask, current_app
from jinja2 import meta

from app.notifications.rendering import SECRETS, render
from app.outbox import Letter
from tests.cast import Cast
from tests.conftest import ROOT

TEMPLATES = sorted((ROOT / "templates" / "letters").iterdir())
MARKED = re.compile(r"\{% trans.*?%\}.*?\{% endtrans %\}|\{% (?:if .*?|else|endif) %\}", re.DOTALL)
INSTANTS = {"until", "at", "begins"}
DAYS = {"first", "last", "first_day", "last_day", "day_paid", "day_new", "day_old", "day_payable", "run_on"}
MADE = {"when", "day", "platform", "link", "code"}  # by the renderer


def a_letter(name: str, language: str, **facts: object) -> Letter:
    """One that stands in no table."""
    return Letter(
        name=name,
        object_id="00000000-0000-4000-8000-000000000000",
        language=language,
        person_id=None,
        facts={"path": "/somewhere", "purpose": "test", "nonce": "1", **facts},
    )


def facts_of(name: str) -> Iterator[tuple[str, object]]:
    """Something for each place of a template."""
    source = (ROOT / "templates" / "letters" / f"{name}.txt").read_text()
    for place in meta.find_undeclared_variables(current_app.jinja_env.parse(source)) - MADE:
        if place in INSTANTS:
            yield place, datetime(2026, 3, 4, 12, tzinfo=UTC).isoformat()
        elif place in DAYS:
            yield place, date(2026, 3, 4).isoformat()
        elif place in ("amount", "currency", "vat"):
            yield place, {"amount": 123_456, "currency": "EUR", "vat": 21_426}[place]
        else:
            yield place, ["<a>", "b & c"] if place == "fields" else f"<{place}> & 100%"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_letter_is_whole_in_both_languages(app: Flask, path: object) -> None:
    name = path.stem  # type: ignore[attr-defined]
    facts = dict(facts_of(name))
    english, dutch = (render(a_letter(name, language, **facts)) for language in ("en", "nl"))
    assert english[0] != dutch[0]
    assert english[1] != dutch[1]
    for subject, body in (english, dutch):
        assert subject.strip() == subject != ""
        assert body.endswith("\n")
        assert "&amp;" not in subject + body
        assert "%(" not in subject + body
        assert "{" not in subject + body


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_letter_says_nothing_outside_the_messages(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    subject, body = text.split("\n", 1)
    assert MARKED.sub("", subject) == ""
    assert MARKED.sub("", body).strip() == ""


def test_every_letter_that_has_a_secret_is_a_template() -> None:
    assert set(SECRETS) <= {path.stem for path in TEMPLATES}


def test_instants_are_shown_by_the_readers_clock(app: Flask, cast: Cast) -> None:
    mira = cast.people["mira"]
    letter = a_letter("offer_sent", "nl", who="Lumen", title="Lampen", until="2026-03-24T12:00:00+00:00")
    letter.person_id = mira.id
    assert "24 mrt 2026 13:00" in render(letter)[1]
    mira.timezone = "America/New_York"
    assert "24 mrt 2026 08:00" in render(letter)[1]


def test_a_name_breaks_no_subject_and_nothing_leaves_no_gap(app: Flask) -> None:
    letter = a_letter("campaign_admitted", "en", who="Lumen\nBcc: all@example.com", title="{{ 7*7 }} %(x)s", reason="")
    subject, body = render(letter)
    assert subject == "You are accepted: {{ 7*7 }} %(x)s"
    assert body.startswith("Lumen\nBcc: all@example.com has accepted you for “{{ 7*7 }} %(x)s”.\n\nhttp://localhost")
    ended = a_letter("contract_ended", "en", **(dict(facts_of("contract_ended")) | {"brand": "A\nB: c"}))
    assert "\n" not in render(ended)[0]
