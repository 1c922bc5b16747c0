"""The trees of shared words: nested ranges that never touch, and scopes as multiranges over them."""

from __future__ import annotations

import itertools

import pytest
from flask import Flask
from sqlalchemy import select

from app.catalog import taxonomy
from app.catalog.models import BrandCategory, Node
from app.catalog.taxonomy import TREES, tree
from app.database import db, raw
from app.errors import BadInput
from tests import market
from tests.cast import Cast


@pytest.mark.parametrize("name", TREES)
def test_a_child_lies_in_its_parent_and_apart_from_its_siblings(app: Flask, name: str) -> None:
    words = {word.id: word for word in tree(name).words}
    parents = {node.id: node.parent_id for node in db.session.scalars(select(Node))}
    siblings: dict[int | None, list[taxonomy.Word]] = {}
    for word in words.values():
        siblings.setdefault(parents[word.id], []).append(word)
        if (parent := parents[word.id]) is not None:
            assert words[parent].lo < word.lo
            assert word.hi < words[parent].hi
    assert len(siblings[None]) == 1
    assert siblings[None][0].code == taxonomy.ROOTS[name]
    for family in siblings.values():
        family.sort(key=lambda word: word.lo)
        assert all(one.hi < other.lo for one, other in itertools.pairwise(family))


def test_a_scope_is_a_multirange_of_its_subtrees(app: Flask) -> None:
    categories = tree("category")
    meets = "select %s::int4multirange && %s::int4multirange"

    def meet(one: list[str], other: list[str]) -> bool:
        row = raw().execute(meets, [categories.multirange(one), categories.multirange(other)]).fetchone()
        return bool(row and row[0])

    assert meet(["home"], ["home.lighting"])
    assert meet(["all"], ["beauty.hair"])
    assert meet(["home.lighting", "beauty"], ["beauty.nails"])
    assert not meet(["home.lighting"], ["home.furniture"])
    assert not meet(["home"], ["beauty", "food"])


def test_words_are_found_by_code_and_by_either_name(app: Flask) -> None:
    categories = tree("category")
    for text in ("home.lighting", "Lighting", " verlichting "):
        found = categories.named(text)
        assert found is not None
        assert found.code == "home.lighting"
    assert categories.named("nonsense") is None
    with pytest.raises(BadInput, match="“nonsense” is not one of our words"):
        categories.multirange(["nonsense"])
    covering = [word.code for word in categories.covering(["home.lighting", "home", "beauty.hair"])]
    assert covering == ["home", "beauty.hair"]
    home = categories.word("home")
    assert [word.code for word in categories.within(home.lo, home.hi)] == ["home"]


def test_a_country_is_in_the_union_in_europe_in_the_world(app: Flask) -> None:
    territories = tree("territory")
    chain = [territories.word(code) for code in ("world", "europe", "EU", "NL")]
    assert [word.depth for word in chain] == [0, 1, 2, 3]
    assert all(one.lo < other.lo and other.hi < one.hi for one, other in itertools.pairwise(chain))
    assert len(territories.words) > 240


def test_what_a_brand_sells_is_what_it_says_else_what_its_products_say(app: Flask, cast: Cast) -> None:
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    market.product(lumen, "LAMP", category="Lighting")
    market.product(lumen, "ODD", category="no such thing")
    market.product(kettle, "TEA", category="food.tea")
    query = "select n.code from brand_node b join node n on n.id = b.node_id where b.brand_id = %s order by 1"
    assert raw().execute(query, [lumen.id]).fetchall() == [("home.lighting",)]
    db.session.add(BrandCategory(brand_id=kettle.id, node_id=tree("category").word("home").id))
    db.session.flush()
    assert raw().execute(query, [kettle.id]).fetchall() == [("home",)]
