"""Every word the database may hold in a status, label, rule or reason has a word for people."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import text

from app.database import db
from app.words import WORDS, Word, tone, word

TONES = {"quiet", "info", "good", "warn", "bad"}


def test_every_word_that_the_database_checks_for_has_words_for_people(app: Flask) -> None:
    checks = db.session.scalars(
        text("""select pg_get_constraintdef(oid) from pg_constraint
            where contype = 'c' and connamespace = 'public'::regnamespace and conname !~ 'language'""")
    )
    found = {name for check in checks for name in re.findall(r"'([a-z][a-z_]+)'::text", check)}
    assert {"submitted", "brand_unfunded", "in_stream", "finance_maker", "top_up"} <= found
    assert found - set(WORDS) == set()


def test_every_word_has_a_tone_that_the_style_knows() -> None:
    assert {tone for _, tone in WORDS.values()} <= TONES


def test_a_word_means_the_same_wherever_it_stands(app: Flask) -> None:
    assert len(Word.__subclasses__()) > 1
    for member in [member for kind in Word.__subclasses__() for member in kind]:
        assert (str(member.label), member.tone) == (word(member), tone(member)), repr(member)


def test_a_word_nobody_wrote_down_is_shown_as_it_is(app: Flask) -> None:
    assert (word("brand_new"), tone("brand_new"), word(None), word("")) == ("brand new", "quiet", "", "")
