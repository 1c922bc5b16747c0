"""The score is between 0 and 100, rises with each of its parts, and never with what the bound says it can't."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.creators.audience import AGES
from app.ranking.scoring import (
    Brief,
    Parts,
    Stand,
    Weights,
    fits,
    most_without_quality,
    nearness,
    parts,
    quality,
    score,
)

share = st.floats(0, 1)
TONGUES = st.lists(st.sampled_from(["nl", "en", "de"]), max_size=2, unique=True).map(tuple)
STANDS = st.builds(
    Stand,
    creator_id=st.just(1),
    country=st.just("NL"),
    category=st.sampled_from([1, 2, 3]),
    sales=share,
    audience=share,
    reliability=share,
    freshness=share,
    first_language=st.sampled_from(["nl", "en", ""]),
    languages=TONGUES,
    platforms=st.just(("tiktok",)),
    ages=st.none() | st.just((1000, 2000, 3000, 2000, 1000, 1000)),
    price=st.none() | st.integers(1, 9_000),
    price_currency=st.sampled_from(["EUR", "GBP"]),
    words_found=st.integers(0, 2),
    pair_freshness=st.none() | share,
)
BRIEFS = st.builds(
    Brief,
    brand_id=st.just(1),
    nearness=st.just(((1, 1.0), (2, 0.6))),
    markets=st.just(("NL",)),
    languages=TONGUES,
    platforms=st.just(()),
    ages=st.lists(st.sampled_from(AGES), max_size=3, unique=True).map(tuple),
    words=st.sampled_from([(), ("a", "b")]),
    starts_on=st.just(date(2026, 1, 1)),
    ends_on=st.just(date(2026, 2, 1)),
    currency=st.just("EUR"),
    hour_ceiling=st.none() | st.integers(1, 9_000),
)
POINTS = st.lists(st.integers(0, 100), min_size=5, max_size=5).map(sorted)
WEIGHTS = POINTS.map(lambda cuts: Weights(*(b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True))))
HAIR = 1e-9
calmly = settings(deadline=None, max_examples=60)


@calmly
@given(stand=STANDS, brief=BRIEFS, weights=WEIGHTS)
def test_a_score_is_the_sum_of_its_parts_within_its_bounds(stand: Stand, brief: Brief, weights: Weights) -> None:
    if not fits(stand, brief):
        return
    found, total = parts(stand, brief), score(stand, brief, weights)
    each = [getattr(found, field.name) for field in fields(Parts)]
    assert all(-HAIR <= part <= 1 + HAIR for part in each)
    assert total == pytest.approx(sum(getattr(weights, f.name) * getattr(found, f.name) for f in fields(Parts)))
    assert -HAIR <= total <= 100 + HAIR
    most = most_without_quality(nearness(stand.category, brief), brief, weights)
    assert total <= quality(stand, weights) + most + HAIR


@calmly
@given(stand=STANDS, brief=BRIEFS, weights=WEIGHTS, better=share)
@pytest.mark.parametrize(
    "what", ["sales", "audience", "reliability", "freshness", "pair_freshness", "words_found", "price"]
)
def test_a_score_never_falls_when_one_thing_gets_better(
    what: str, stand: Stand, brief: Brief, weights: Weights, better: float
) -> None:
    before = getattr(stand, what)
    if before is None or not fits(stand, brief):
        return
    if what == "words_found":
        after = replace(stand, words_found=2)
    elif what == "price":
        after = replace(stand, price=max(1, round(before * better)))
    else:
        after = replace(stand, **{what: before + (1 - before) * better})
    assert fits(after, brief)
    assert score(after, brief, weights) >= score(stand, brief, weights) - HAIR


def test_nearer_categories_wanted_languages_and_wanted_ages_bring_more() -> None:
    stand = Stand(1, "NL", 1, 0.5, 0.5, 0.5, 0.5, "nl", ("nl", "en"), ("tiktok",), (0, 8000, 2000, 0, 0, 0), None, None)
    brief = Brief(1, ((1, 1.0), (2, 0.6)), ("NL",), (), (), (), (), date(2026, 1, 1), date(2026, 2, 1), "EUR", None)

    def of(stand: Stand, **wishes: tuple[str, ...]) -> float:
        return score(stand, replace(brief, **wishes), Weights())

    assert of(stand) - of(replace(stand, category=2)) == pytest.approx(25 * 0.4)
    assert of(stand, languages=("nl",)) > of(stand, languages=("en",))
    assert of(stand, ages=("18-24",)) > of(replace(stand, ages=None), ages=("18-24",)) > of(stand, ages=("25-34",))


def test_the_hard_filters_are_market_category_language_platform_and_price() -> None:
    stand = Stand(1, "NL", 1, 0.5, 0.5, 0.5, 0.5, "nl", ("nl",), ("tiktok",), None, 5_000, "EUR")
    brief = Brief(1, ((1, 1.0),), ("NL",), (), (), (), (), date(2026, 1, 1), date(2026, 2, 1), "EUR", 5_000)
    assert fits(stand, brief)
    for changes in (
        {"markets": ("BE",)},
        {"nearness": ((2, 1.0),)},
        {"languages": ("de",)},
        {"platforms": ("youtube",)},
        {"hour_ceiling": 4_999},
    ):
        assert not fits(stand, replace(brief, **changes)), changes  # type: ignore[arg-type]
    assert fits(replace(stand, price_currency="GBP"), replace(brief, hour_ceiling=1)), "another currency says nothing"
