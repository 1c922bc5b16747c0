"""Search: the table of what people type and whom they expect, typing errors, names, what is written anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.catalog.taxonomy import CATEGORY, tree
from app.creators import search
from app.creators.models import Profile, ProfileCategory
from app.creators.search.questions import understand
from app.database import db, raw
from app.streams.models import Channel
from app.users.models import Creator
from tests.cast import Cast
from tests.creators.more_queries import MORE_CREATORS, MORE_QUERIES, Filed
from tests.creators.queries import CREATORS, QUERIES, Described, Query
from tests.market import LONG_AGO, NOON


def listed_creator(handle: str, name: str, country: str = "ZZ", **channel: Any) -> Creator:
    """A creator of whom only a channel is known, as a list of accounts has them."""
    creator = Creator(handle=handle, name=name, country=country, languages=[], timezone="UTC", recorded_at=LONG_AGO)
    db.session.add(creator)
    db.session.flush()
    columns = {"platform": "tiktok", "name": handle, "categories": [], "audience_countries": {}} | channel
    db.session.add(Channel(creator_id=creator.id, recorded_at=LONG_AGO, **columns))
    db.session.flush()
    return creator


def describe(each: Described | Filed) -> Creator:
    """Stores a creator of the table, whose number abroad is their account."""
    if isinstance(each, Filed):
        about: dict[str, Any] = {"platform": each.platform, "categories": list(each.categories)}
        return listed_creator(each.account, each.name, **about, followers=each.followers)
    creator = listed_creator(each.handle, each.name, each.country, platform=each.platform)
    creator.languages = ["nl"]
    said = {"about": each.about, "keywords": list(each.keywords), "changed_at": LONG_AGO}
    db.session.add(Profile(creator_id=creator.id, **said))
    words = tree(CATEGORY)
    db.session.add_all(ProfileCategory(creator_id=creator.id, node_id=words.word(c).id) for c in each.categories)
    return creator


@pytest.fixture
def described(app: Flask) -> None:
    """The creators of the table."""
    for each in CREATORS:
        describe(each)
    db.session.flush()
    search.rebuild(raw(), at=NOON)


@pytest.fixture
def more(app: Flask) -> None:
    """The creators of both tables."""
    for each in (*CREATORS, *MORE_CREATORS):
        describe(each)
    db.session.flush()
    search.rebuild(raw(), at=NOON)


def found(text: str) -> list[str]:
    """The handles of those who are found, the best first."""
    handles = dict(list(db.session.execute(select(Creator.id, Creator.handle))))
    return [handles[creator] for creator, _rank in search.find(raw(), text)]


def not_as_expected(queries: Sequence[Query]) -> list[tuple[str, list[str]]]:
    """The questions that find others than their table says, or not first, each with what it finds."""
    wrong = []
    for query in queries:
        hits = found(query.text)
        first = set(hits[: len(query.expected)])
        if first != set(query.expected) or not set(hits) <= {*query.expected, *query.also}:
            wrong.append((query.text, hits))
    return wrong


def written() -> dict[str, Any]:
    """When each document was written."""
    rows = raw().execute("select handle, changed_at from search_document join creator on creator.id = creator_id")
    return dict(rows.fetchall())


# -- whom people expect --


def test_people_find_whom_they_expect(described: None) -> None:
    assert not not_as_expected(QUERIES), not_as_expected(QUERIES)
    assert len(QUERIES) == 40


def test_both_languages_other_letters_and_accounts_find_whom_people_expect(more: None) -> None:
    assert not not_as_expected(MORE_QUERIES), not_as_expected(MORE_QUERIES)
    assert len(MORE_QUERIES) == 30
    assert not not_as_expected(QUERIES), not_as_expected(QUERIES)


def test_dutch_stems_alone_would_not_do(described: None) -> None:
    """What an ordinary index of the same profiles answers: so that the table above is known to ask something."""
    plain = (
        "select handle from profile join creator on creator.id = creator_id where to_tsvector('dutch',"
        " concat_ws(' ', name, array_to_string(keywords, ' '), about)) @@ plainto_tsquery('dutch', %s)"
    )
    hits = {query: {handle for (handle,) in raw().execute(plain, [query.text])} for query in QUERIES}
    assert sum(set(query.expected) <= hits[query] for query in QUERIES) <= 15


def test_what_was_typed_wrong_is_mended_and_told(described: None) -> None:
    asked = understand(raw(), "moestiun")
    assert asked is not None
    assert asked.instead == {"moestiun": ["moestuin"]}
    assert found("Sane de Wit") == ["sanneloopt"]
    assert found("xqzt") == []


def test_who_has_some_of_the_words_is_better_than_nobody(described: None) -> None:
    asked = understand(raw(), "sanne pokemonkaarten")
    assert asked is not None
    assert asked.some
    assert set(found("sanne pokemonkaarten")) == {"sanneloopt", "kaartenkoning"}


def test_words_that_say_nothing_are_looked_for_only_alone(described: None) -> None:
    assert "sanneloopt" in found("de")
    assert found("de moestuin van een") == ["groenvanger"]
    assert found("") == found("!?") == []
    assert understand(raw(), " … ") is None


def test_no_text_breaks_the_search(described: None) -> None:
    for text in ("a' | b & !c", "tas:*", "(((", "\\", "x" * 200, "schoen " * 28, "你好 Привет 🎉", "<->", "%s %(a)s"):
        assert isinstance(found(text), list), text


# -- what a document is made of --


def test_accounts_of_a_list_are_found_by_name_category_and_country(cast: Cast) -> None:
    listed_creator("instagram:mr_beast.6000", "MrBeast", "US", categories=["Video games", "Cinema & Actors/actresses"])
    listed_creator("tiktok:кот", "Кот Матроскин", categories=["Beauty"], audience_countries={"BR": 800, "PT": 100})
    search.rebuild(raw(), at=NOON)
    assert (
        found("mrbeast") == found("mr beast") == found("videogames") == found("actresses") == found("verenigde staten")
    )
    assert found("mrbeast") == ["instagram:mr_beast.6000"]
    assert found("матроскин") == found("schoonheid") == found("brazilië") == ["tiktok:кот"]
    assert found("portugal") == []
    facets = dict(raw().execute("select name, facets from search_document").fetchall())
    games = [tree(CATEGORY).word(code).id for code in ("games", "games.video")]
    assert set(facets["mrbeast"]) == {"m:US", "p:tiktok", *(f"c:{node}" for node in games)}
    assert "m:BR" in facets["кот матроскин"]
    assert not {"m:ZZ", "m:PT"} & set(facets["кот матроскин"])


def test_a_document_is_written_anew_only_when_it_changes(described: None) -> None:
    later = NOON + timedelta(days=1)
    assert search.rebuild(raw(), at=later) == len(CREATORS) + 2
    assert set(written().values()) == {NOON}
    lotte = db.session.scalars(select(Creator).where(Creator.handle == "huidcoachlot")).one()
    db.session.execute(update(Profile).where(Profile.creator_id == lotte.id).values(about="Alles over orchideeën."))
    assert found("orchidee") == []
    assert search.rebuild(raw(), [lotte.id], at=later) == 1
    assert found("orchidee") == ["huidcoachlot"]
    assert {handle for handle, at in written().items() if at == later} == {"huidcoachlot"}
    assert search.rebuild(raw(), [], at=later) == 0


def test_results_are_marked_where_anybody_may_read_them(cast: Cast) -> None:
    """Over three brands, or of one that has agreed; never where a rival could work them out."""
    for name, brands in (("one", 1), ("two", 2), ("three", 3), ("old", 3), ("back", 3)):
        creator = listed_creator(name, name)
        sold = date(2024, 1, 1) if name == "old" else date(2026, 2, 1)
        raw().execute(
            "insert into outcome (creator_id, brand_id, country, category, currency, month, orders, gross, net)"
            " select %s, brand, 'NL', 1, 'EUR', %s, 1, 100, 100 from generate_series(1, %s) brand",
            [creator.id, sold, brands],
        )
    agreed = "insert into result_consent select 1, id, %s, %s from creator where handle = 'one'"
    raw().execute(agreed, [cast.people["olga"].id, NOON])
    taken_back = "insert into result_consent select 1, id, %s, %s, %s from creator where handle = 'back'"
    raw().execute(taken_back, [cast.people["olga"].id, NOON, NOON])
    search.rebuild(raw(), at=NOON)
    marked = raw().execute("select name from search_document where 'verified' = any(facets) order by name").fetchall()
    assert marked == [("one",), ("three",)]


def test_every_category_has_other_words_in_both_languages(app: Flask) -> None:
    rows = raw().execute("select node_id, language, count(*) from category_word group by 1, 2").fetchall()
    nodes = {word.id for word in tree(CATEGORY).words if word.depth}
    assert {(node, language) for node, language, _count in rows} == {(n, lang) for n in nodes for lang in ("nl", "en")}


# -- a brief's words --


def test_a_briefs_words_are_counted(described: None) -> None:
    words = ["hardloopschoenen", "marathons", "koffie", "trailrun", "!!"]
    query = (
        "select found_words(words, %s::text[]), found_words(words, array(select word_query(x) from unnest(%s::text[])"
        " x)) from search_document join creator on creator.id = creator_id where handle = %s"
    )
    assert raw().execute(query, [words, words, "sanneloopt"]).fetchone() == (3, 3)
    assert raw().execute(query, [words, words, "baristabas"]).fetchone() == (1, 1)
    assert raw().execute(query, [[], [], "baristabas"]).fetchone() == (0, 0)


def test_a_briefs_compounds_find_who_writes_them_apart(described: None) -> None:
    query = (
        "select found_words(words, %s::text[]) from search_document join creator on id = creator_id where handle = %s"
    )
    words = ["fietsschoenen", "hardloopschoen", "gezichtsverzorging van de huid"]
    apart = search.spread(raw(), words)
    assert apart[0] == "fietsschoenen|fietsschoen|fiets schoenen"
    assert apart[2] == words[2]
    assert raw().execute(query, [words, "runwithtom"]).fetchone() == (0,)
    assert raw().execute(query, [apart, "runwithtom"]).fetchone() == (1,)
