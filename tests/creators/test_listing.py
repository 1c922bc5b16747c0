"""Lists of creators under filters: every filter alone, orders, pages, and what belongs to one brand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from app.catalog.taxonomy import CATEGORY, tree
from app.creators import search
from app.creators.models import (
    AskingPrice,
    CreatorTag,
    Profile,
    Shortlist,
    ShortlistEntry,
)
from app.creators.search import listing
from app.database import db, raw
from app.streams.models import Channel
from app.users.models import Creator
from tests.cast import Cast
from tests.creators.test_search import listed_creator
from tests.market import NOON


@pytest.fixture
def market(cast: Cast) -> dict[int, str]:
    """Four listed creators beside Mira and Joon, who have no channel; names by id."""
    made = [
        listed_creator("anna", "Anna Tas", "NL", followers=900, categories=["fashion.bags"]),
        listed_creator(
            "bert", "Bert Bos", "BE", followers=5_000, categories=["beauty"], audience_countries={"NL": 600}
        ),
        listed_creator("carl", "Carl Dee", followers=70_000, platform="twitch", categories=["games"]),
        listed_creator("dora", "Dora Beau", "DE", categories=["beauty.nails"]),
    ]
    prices = [AskingPrice(creator_id=made[0].id, per="hour", currency="EUR", amount=9000)]
    prices += [AskingPrice(creator_id=made[1].id, per="hour", currency="EUR", amount=5000)]
    prices += [AskingPrice(creator_id=made[2].id, per="hour", currency="USD", amount=100)]
    prices += [AskingPrice(creator_id=made[3].id, per="month", currency="EUR", amount=100)]
    db.session.add_all(prices)
    db.session.flush()
    search.rebuild(raw(), at=NOON)
    return {creator.id: creator.handle for creator in [*made, *cast.creators.values()]}


@pytest.fixture
def everybody(cast: Cast) -> search.Filters:
    """No filter."""
    return search.Filters(brand=cast.brands["lumen"].id, currency="EUR")


def test_filters_leave_those_who_fit_the_best_first(market: dict[int, str], everybody: search.Filters) -> None:
    def handles(**asked: object) -> list[str]:
        found = search.listed(raw(), replace(everybody, **asked))  # type: ignore[arg-type]
        assert found.count == len(found.creators)
        return [market[each] for each in found.creators]

    node = tree(CATEGORY).word
    assert handles() == ["mira", "joon", "carl", "bert", "anna", "dora"]
    assert handles(order="followers") == ["carl", "bert", "anna", "mira", "joon", "dora"]
    assert handles(category=node("beauty").id) == ["bert", "dora"]
    assert handles(category=node("beauty.nails").id) == ["dora"]
    assert handles(market="NL") == ["mira", "bert", "anna"]
    assert handles(language="en") == ["mira", "joon"]
    assert handles(platform="twitch") == ["carl"]
    assert handles(followers=5_000) == ["carl", "bert"]
    assert handles(price=8999) == ["bert"]
    assert handles(verified=True) == []
    assert handles(order="price") == ["bert", "anna"]
    assert handles(order="name") == ["anna", "bert", "carl", "dora", "joon", "mira"]
    assert handles(order="match") == handles()
    assert handles(text="tassen") == handles(text="tas") == ["anna"]
    assert handles(text="schoonheid", order="followers", market="NL") == ["bert"]
    assert handles(text="xqzt") == []


def test_every_figure_sorts_both_ways_and_filters_and_who_has_none_is_last(
    market: dict[int, str], everybody: search.Filters
) -> None:
    ids = {handle: number for number, handle in market.items()}
    figures = {
        "anna": (40, 900, 310, 150, 20),
        "bert": (300, None, 100, -50, 60),
        "carl": (None, 5_000, None, None, None),
    }
    for handle, known in figures.items():
        raw().execute(
            "update search_document set live_viewers = %s, views = %s, engagement_bps = %s, growth_bps = %s,"
            " fatigue = %s where creator_id = %s",
            [*known, ids[handle]],
        )

    def handles(**asked: object) -> list[str]:
        found = search.listed(raw(), replace(everybody, **asked))  # type: ignore[arg-type]
        assert found.count == len(found.creators)
        return [market[each] for each in found.creators]

    for order, first, turned in (
        ("live", ["bert", "anna"], ["anna", "bert"]),
        ("views", ["carl", "anna"], ["anna", "carl"]),
        ("engagement", ["anna", "bert"], ["bert", "anna"]),
        ("growth", ["anna", "bert"], ["bert", "anna"]),
        ("fatigue", ["anna", "bert"], ["bert", "anna"]),
        ("followers", ["carl", "bert", "anna"], ["anna", "bert", "carl"]),
        ("name", ["anna", "bert"], ["mira", "joon"]),
    ):
        assert handles(order=order)[: len(first)] == first, order
        assert handles(order="-" + order)[: len(turned)] == turned, order
        assert len(handles(order="-" + order)) == len(market), order
    assert (handles(order="price"), handles(order="-price")) == (["bert", "anna"], ["anna", "bert"])
    assert handles(live=41) == handles(growth=-50, live=41) == ["bert"]
    assert handles(views=900) == ["carl", "anna"]
    assert handles(engagement=101) == handles(growth=0) == handles(fatigue=20) == ["anna"]
    assert handles(followers_most=5_000) == ["bert", "anna"]
    assert handles(text="tassen", fatigue=20, order="growth") == ["anna"]
    assert replace(everybody, growth=0).set
    assert not everybody.set


def test_those_like_one_come_in_their_order_and_stay_under_filters(
    market: dict[int, str], everybody: search.Filters
) -> None:
    ids = {handle: number for number, handle in market.items()}
    like = replace(everybody, alike=(ids["dora"], ids["carl"], ids["bert"]))
    found = {
        order: [market[each] for each in search.listed(raw(), replace(like, **asked)).creators]  # type: ignore[arg-type]
        for order, asked in {
            "": {},
            "by size": {"order": "followers"},
            "some": {"category": tree(CATEGORY).word("beauty").id},
        }.items()
    }
    assert found == {"": ["dora", "carl", "bert"], "by size": ["carl", "bert", "dora"], "some": ["dora", "bert"]}
    assert search.listed(raw(), replace(everybody, alike=())).creators == []
    assert replace(everybody, order="alike").sorted_by(text=False) == "best"


def test_growth_is_that_of_thirty_days_between_the_newest_list_and_one_a_week_before(app: Flask) -> None:
    person = listed_creator("anna", "Anna", followers=1_100)
    small = Channel(
        creator_id=person.id,
        platform="twitch",
        name="a",
        categories=[],
        followers=5,
        audience_countries={},
        recorded_at=NOON,
    )
    db.session.add(small)
    db.session.flush()
    largest = (
        raw().execute("select id from channel where creator_id = %s and id <> %s", [person.id, small.id]).fetchone()
    )
    for channel, day, followers, source in (
        (largest, date(2026, 3, 1), 1_100, "creator_list"),
        (largest, date(2026, 2, 26), 9_999, "creator_list"),
        (largest, date(2026, 2, 14), 1_000, "creator_list"),
        (largest, date(2026, 1, 1), 10, "creator_list"),
        (largest, date(2026, 2, 20), 1, "creator"),
        ((small.id,), date(2026, 3, 1), 5, "creator_list"),
        ((small.id,), date(2026, 2, 1), 1, "creator_list"),
    ):
        figure = (
            "insert into figure (channel_id, what, value, source, measured_on, recorded_at)"
            " values (%s, 'followers', %s, %s, %s, %s)"
        )
        assert channel
        raw().execute(figure, [channel[0], followers, source, day, NOON])
    search.rebuild(raw(), at=NOON)
    grown = "select growth_bps, gained, grown_since from search_document where creator_id = %s"
    assert raw().execute(grown, [person.id]).fetchone() == (2_000, 100, date(2026, 2, 14))


def test_the_best_without_a_text_have_sold_or_are_here(market: dict[int, str], everybody: search.Filters) -> None:
    """Dora has sales anybody may read of, Anna has said something; neither has as many followers as Carl."""
    ids = {handle: number for number, handle in market.items()}
    db.session.add(Profile(creator_id=ids["anna"], about="Tassen", changed_at=NOON))
    db.session.flush()
    raw().execute(
        "insert into outcome (creator_id, brand_id, country, category, currency, month, orders, gross, net)"
        " select %s, brand, 'NL', 1, 'EUR', '2026-02-01', 1, 100, 100 from generate_series(1, 3) brand",
        [ids["dora"]],
    )
    search.rebuild(raw(), at=NOON)
    found = [market[each] for each in search.listed(raw(), everybody).creators]
    assert found == ["dora", "anna", "mira", "joon", "carl", "bert"]
    query = "explain select d.creator_id from search_document d order by " + listing.ORDERS["best"] + " limit 50"
    raw().execute("set local enable_seqscan = off")
    raw().execute("set local enable_sort = off")
    plan = " ".join(line for (line,) in raw().execute(query).fetchall())
    assert "ix_search_document_best" in plan
    assert "Sort" not in plan


def test_tags_and_lists_are_those_of_one_brand(cast: Cast, market: dict[int, str], everybody: search.Filters) -> None:
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    kept = Shortlist(brand_id=lumen.id, name="Spring", made_by=cast.people["olga"].id, made_at=NOON)
    db.session.add_all([kept, CreatorTag(brand_id=lumen.id, creator_id=mira.id, tag="calm")])
    db.session.add(CreatorTag(brand_id=kettle.id, creator_id=joon.id, tag="calm"))
    db.session.flush()
    db.session.add(
        ShortlistEntry(shortlist_id=kept.id, creator_id=joon.id, added_by=cast.people["olga"].id, added_at=NOON)
    )
    db.session.flush()
    assert search.listed(raw(), replace(everybody, tag="calm")).creators == [mira.id]
    assert search.listed(raw(), replace(everybody, shortlist=kept.id)).creators == [joon.id]


def test_pages_follow_each_other_and_end(
    market: dict[int, str], everybody: search.Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [search.listed(raw(), everybody, first=first, rows=4) for first in (0, 4, 8)]
    assert [len(page.creators) for page in pages] == [4, 2, 0]
    assert len({creator for page in pages for creator in page.creators}) == len(market)
    monkeypatch.setattr(listing, "MOST", 5)
    assert len(search.listed(raw(), everybody, first=4, rows=4).creators) == 1
    assert search.listed(raw(), everybody).count == 6


def test_a_creator_without_a_document_is_not_listed_yet(market: dict[int, str], everybody: search.Filters) -> None:
    new: Creator = listed_creator("new", "Nina New", "NL")
    assert new.id not in search.listed(raw(), everybody).creators
    search.rebuild(raw(), [new.id], at=NOON)
    assert new.id in search.listed(raw(), everybody).creators
