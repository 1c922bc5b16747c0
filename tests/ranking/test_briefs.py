"""What a campaign looks for, and how near the tree puts categories to it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.catalog.taxonomy import CATEGORY, tree
from app.errors import BadInput
from app.ranking import briefs
from tests.campaigns import campaigning
from tests.cast import Cast
from tests.ranking.stands import node


def near(*codes: str) -> dict[str, float]:
    by_id = {word.id: word.code for word in tree(CATEGORY).words}
    return {by_id[number]: value for number, value in briefs.nearness_of(codes)}


def test_what_is_wanted_and_lies_in_it_is_the_same_and_what_lies_around_it_is_near(app: Flask) -> None:
    found = near("beauty.hair")
    assert (found["beauty.hair"], found["beauty"], found["beauty.skincare"]) == (1.0, 0.6, 0.4)
    assert not found.keys() & {"all", "home", "fashion.shoes"}


def test_all_that_lies_in_a_wanted_category_is_the_same_and_other_first_levels_are_not_near(app: Flask) -> None:
    found = near("beauty")
    assert {found[code] for code in found} == {1.0}
    assert "beauty.nails" in found
    assert not found.keys() & {"all", "health"}, "what lies beside it lies under the root"


def test_of_several_wanted_categories_the_nearest_counts_and_everything_is_everything(app: Flask) -> None:
    found = near("beauty.hair", "beauty.skincare", "food")
    assert (found["beauty.skincare"], found["beauty.nails"], found["food.tea"]) == (1.0, 0.4, 1.0)
    assert set(near("all").values()) == {1.0}
    assert len(near("all")) == len(tree(CATEGORY).words)
    with pytest.raises(BadInput):
        briefs.nearness_of(["nonsense"])


def test_a_node_lies_in_one_of_the_first_level(app: Flask) -> None:
    assert briefs.top_of(node("beauty.hair")) == node("beauty")
    assert briefs.top_of(node("beauty")) == node("beauty")
    assert briefs.top_of(node("all")) == node("all")


def test_a_campaigns_brief_says_what_the_campaign_says(cast: Cast) -> None:
    made = campaigning.campaign(
        cast.brands["lumen"], languages=("nl",), platforms=("tiktok",), keywords=("lamp",), hour_ceiling=5_000
    )
    found = briefs.brief_of(made, at=campaigning.AT)
    assert (found.brand_id, found.markets, found.languages) == (made.brand_id, ("NL",), ("nl",))
    assert (found.platforms, found.ages, found.words) == (("tiktok",), (), ("lamp",))
    assert (found.starts_on, found.ends_on) == (campaigning.FIRST, campaigning.LAST)
    assert (found.currency, found.hour_ceiling) == ("EUR", 5_000)
    assert dict(found.nearness)[node("home.lighting")] == 1.0
