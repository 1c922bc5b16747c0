"""Creators like one another: against a comparison of everybody with everybody, and what nobody may read of a brand."""

from __future__ import annotations

import math
import random
from datetime import timedelta
from typing import Any

import pytest

from app.catalog.taxonomy import CATEGORY, tree
from app.creators import search
from app.creators.search import alike
from app.database import db, query_rows, raw
from app.users.models import Creator
from tests.cast import Cast
from tests.creators.test_search import listed_creator
from tests.market import NOON, file_import

CODES = ("beauty", "beauty.nails", "beauty.hair", "fashion.bags", "fashion.shoes", "games.video", "home")
LOOKED_AT = 60


def person(handle: str, *categories: str, **about: Any) -> Creator:
    """A creator of a list at home in these categories."""
    return listed_creator(handle, handle, categories=list(categories), **about)


def crowd() -> list[Creator]:
    """Creators drawn with few values, so that many are alike in as much."""
    draw = random.Random(11)
    people = []
    for number in range(LOOKED_AT):
        about: dict[str, Any] = {"followers": draw.choice((None, 100, 100, 5_000, 70_000))}
        if draw.random() < 0.7:
            about["audience_countries"] = {draw.choice(("NL", "DE")): 7_000, "FR": 900}
        if draw.random() < 0.6:
            about["audience_ages"] = {draw.choice(("18-24", "25-34")): 6_000}
        each = person(f"p{number}", *draw.sample(CODES, draw.choice((0, 1, 1, 2))), **about)
        each.languages = draw.choice(([], ["nl"], ["de", "nl"]))
        people.append(each)
    db.session.flush()
    search.rebuild(raw(), at=NOON)
    return people


def sold(brand: int, visitors: int, *creators: Creator) -> None:
    """So many buyers of a brand buy through each of the creators."""
    import_id = file_import()
    for creator in creators:
        values = {"brand": brand, "creator": creator.id, "n": visitors, "at": NOON - timedelta(days=9), "by": import_id}
        raw().execute(SOLD, values)


SOLD = """
    with line as (
        insert into sale (brand_id, source, order_ref, line_ref, occurred_at, visitor, sku, quantity, unit_price,
            currency, base_minor, recorded_at, import_id)
        select %(brand)s, 'test', %(creator)s || '-' || n, '1', %(at)s, decode(lpad(to_hex(n), 32, '0'), 'hex'), 'A', 1,
            100, 'EUR', 100, %(at)s, %(by)s
        from generate_series(1, %(n)s) n
        returning id
    )
    insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id, rate_bps,
        rate_from, fee_bps, available_on, decided_at)
    select %(brand)s, id, 1, 'checkout', 'in_stream', 'checkout_stream', %(creator)s, 1, 1, 500, 'base', 100,
        '2026-04-01', %(at)s
    from line"""
TAKEN_BACK = """
    insert into decision (brand_id, sale_id, nr, reason, decided_at)
    select brand_id, sale_id, 2, 'no_candidate', %s from decision where brand_id = %s"""


def by_hand(rows: list[Any], creator: int) -> list[tuple[int, int]]:
    """Everybody compared with the one: points and the nearest in size, as the module says it in words."""
    one = next(row for row in rows if row.creator_id == creator)
    found = []
    for other in rows:
        same, branch = set(one.categories) & set(other.categories), set(one.branches) & set(other.branches)
        if other.creator_id == creator or not branch:
            continue
        points = alike.CATEGORY if same else alike.BRANCH
        for trait, worth in alike.TRAITS.items():
            points += worth if getattr(one, trait) is not None and getattr(one, trait) == getattr(other, trait) else 0
        found.append((-points, abs(other.size - one.size), other.creator_id))
    return [(who, -points) for points, _distance, who in sorted(found)[: alike.KEPT]]


def test_the_most_alike_are_those_of_a_comparison_with_everybody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    people = crowd()
    for kept in (24, 4, 1):
        monkeypatch.setattr(alike, "KEPT", kept)
        alike.compare(raw(), at=NOON)
        everybody = query_rows(raw(), "select * from creator_traits", {})
        for each in people:
            found = [(a.creator_id, a.points) for a in alike.alike_of(raw(), each.id, limit=kept)]
            assert found == by_hand(everybody, each.id), each.handle


def test_no_two_levels_have_the_same_points_and_the_second_night_changes_nothing(cast: Cast) -> None:
    points = [alike._points(*level) for level in alike.levels()]
    assert len(set(points)) == len(points) == 16
    assert points == sorted(points, reverse=True)
    crowd()
    first = (alike.compare(raw(), at=NOON), raw().execute("select * from alike order by 1, 2").fetchall())
    assert (alike.compare(raw(), at=NOON), raw().execute("select * from alike order by 1, 2").fetchall()) == first
    assert first[0] == len(first[1]) > 0


def test_likeness_is_what_documents_and_audiences_say(cast: Cast) -> None:
    node = tree(CATEGORY).word
    each = person("a", "beauty.nails", "games", audience_countries={"NL": 4_000, "DE": 5_000}, followers=1_000)
    search.rebuild(raw(), at=NOON)
    alike.compare(raw(), at=NOON)
    query = "select categories, branches, market, language, age, size from creator_traits where creator_id = %s"
    row = raw().execute(query, [each.id]).fetchone()
    assert row
    assert row[:5] == (
        sorted([node("beauty.nails").id, node("games").id]),
        sorted([node("beauty").id, node("games").id]),
        "DE",
        None,
        None,
    )
    assert math.isclose(row[5], math.log(1_000), abs_tol=0.01)


# -- buyers --


def test_buyers_of_one_brand_are_read_by_that_brand_alone(cast: Cast) -> None:
    lumen, kettle = cast.brands["lumen"].id, cast.brands["kettle"].id
    one, other = person("one", "games"), person("other", "beauty")
    search.rebuild(raw(), at=NOON)
    sold(lumen, 12, one, other)
    alike.compare(raw(), at=NOON)
    (mine,) = alike.alike_of(raw(), one.id, readers=[lumen])
    assert (mine.creator_id, mine.own_buyers, mine.buyers, mine.category) == (other.id, 12, 0, 0)
    assert mine.points == alike.BOUGHT + alike.BOUGHT_MOST
    assert alike.alike_of(raw(), one.id, readers=[kettle]) == alike.alike_of(raw(), one.id) == []


def test_buyers_over_three_brands_are_told_rounded_down_and_from_twenty_on(cast: Cast) -> None:
    one, other, third = person("one", "games"), person("other", "beauty"), person("third", "home")
    search.rebuild(raw(), at=NOON)
    brands = [
        raw()
        .execute(
            "insert into brand (handle, name, country, currency, timezone, recorded_at)"
            " values (%s, %s, 'NL', 'EUR', 'UTC', %s) returning id",
            [f"b{n}", f"B{n}", NOON],
        )
        .fetchone()
        for n in range(3)
    ]
    ids = [row[0] for row in brands if row]
    for brand, both in zip(ids, (40, 10, 3), strict=True):
        sold(brand, both, one, other)
    sold(ids[0], 500, third)
    for brand in ids[1:]:
        sold(brand, 2, third)  # below what is counted, so that one brand alone shares many
    alike.compare(raw(), at=NOON)
    (told,) = alike.alike_of(raw(), one.id)
    assert (told.creator_id, told.buyers, told.own_buyers) == (other.id, 50, 0)
    raw().execute(TAKEN_BACK, [NOON, ids[2]])
    alike.compare(raw(), at=NOON)
    assert alike.alike_of(raw(), one.id) == [], "two brands are not enough, however many buyers"


def test_what_is_missing_is_known(cast: Cast) -> None:
    alone, blank = person("alone", "games"), person("blank")
    assert alike.known_of(raw(), alone.id) == alike.Known(False, False, False, False, 0)
    search.rebuild(raw(), at=NOON)
    alike.compare(raw(), at=NOON)
    assert alike.known_of(raw(), alone.id).category
    assert not alike.known_of(raw(), blank.id).category
    assert alike.known_of(raw(), alone.id).others == 0
    raw().execute("delete from search_document where creator_id = %s", [blank.id])
    alike.compare(raw(), at=NOON)
    assert not alike.known_of(raw(), blank.id).compared
