"""The contribution rises with each thing that counts, falls with what the hour costs, and never is above its bound."""

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
    assumed_price,
    cost,
    fits,
    kept,
    most_factor,
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
    sales=st.floats(0, 20),
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
    usual=st.floats(0, 1e6),
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
    margin_bps=st.none() | st.integers(1, 10_000),
    costs_bps=st.integers(0, 9_000),
    fixed_an_hour=st.floats(0, 1e5),
    usual_price=st.integers(0, 9_000),
)
PERCENT = st.integers(0, 100)
WEIGHTS = st.builds(Weights, st.integers(1, 100), PERCENT, PERCENT, PERCENT, PERCENT)
HAIR = 1e-9
calmly = settings(deadline=None, max_examples=60)


@calmly
@given(stand=STANDS, brief=BRIEFS, weights=WEIGHTS)
def test_a_contribution_is_what_is_kept_of_sales_less_costs_within_its_bound(
    stand: Stand, brief: Brief, weights: Weights
) -> None:
    if not fits(stand, brief):
        return
    found, expected = parts(stand, brief), score(stand, brief, weights)
    each = [getattr(found, field.name) for field in fields(Parts)]
    assert all(-HAIR <= part <= 1 + HAIR for part in each)
    scale = stand.usual * kept(brief, weights)
    best = scale * stand.sales - cost(stand, brief) - brief.fixed_an_hour
    hair = HAIR * (1 + abs(scale * stand.sales))
    assert expected <= best + hair, "fits take off, and never add"
    most = most_factor(nearness(stand.category, brief), brief, weights)
    assert expected <= scale * quality(stand, weights) * most - brief.fixed_an_hour + hair
    assert expected >= -cost(stand, brief) - brief.fixed_an_hour - hair


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
    elif what == "sales":
        after = replace(stand, sales=before + better)
    else:
        after = replace(stand, **{what: before + (1 - before) * better})
    assert fits(after, brief)
    was = score(stand, brief, weights)
    assert score(after, brief, weights) >= was - HAIR * (1 + abs(was))


def test_nearer_categories_wanted_languages_and_wanted_ages_bring_more() -> None:
    stand = Stand(1, "NL", 1, 0.5, 0.5, 0.5, 0.5, "nl", ("nl", "en"), ("tiktok",), (0, 8000, 2000, 0, 0, 0), None, None)
    brief = Brief(1, ((1, 1.0), (2, 0.6)), ("NL",), (), (), (), (), date(2026, 1, 1), date(2026, 2, 1), "EUR", None)

    def of(stand: Stand, **wishes: tuple[str, ...]) -> float:
        return score(stand, replace(brief, **wishes), Weights())

    assert of(replace(stand, category=2)) / of(stand) == pytest.approx(1 - 0.5 * 0.4)
    assert of(stand, languages=("nl",)) > of(stand, languages=("en",))
    assert of(stand, ages=("18-24",)) > of(replace(stand, ages=None), ages=("18-24",)) > of(stand, ages=("25-34",))


def test_what_is_kept_and_what_an_hour_costs() -> None:
    stand = Stand(1, "NL", 1, 2.0, 1, 1, 1, "nl", ("nl",), ("tiktok",), None, 5_000, "EUR", usual=50_000)
    brief = Brief(1, ((1, 1.0),), ("NL",), (), (), (), (), date(2026, 1, 1), date(2026, 2, 1), "EUR", None)
    plain = Weights(margin=50)
    assert score(stand, brief, plain) == 2 * 50_000 * 0.5 - 5_000
    assert score(stand, replace(brief, margin_bps=3_000, costs_bps=1_350, fixed_an_hour=2_000), plain) == pytest.approx(
        2 * 50_000 * 0.165 - 5_000 - 2_000
    )
    assert score(stand, replace(brief, costs_bps=9_000), plain) == pytest.approx(2 * 50_000 * 0.01 - 5_000)
    unknown = replace(stand, price=None)
    assert assumed_price(replace(brief, usual_price=7_000)) == 7_000 == cost(unknown, replace(brief, usual_price=7_000))
    assert cost(unknown, replace(brief, hour_ceiling=6_000, usual_price=7_000)) == 3_000
    assert cost(replace(stand, price_currency="GBP"), brief) == 0
    tired = replace(stand, freshness=0.0)
    assert score(tired, brief, plain) == score(stand, brief, plain), "a warning, not a loss"
    assert score(tired, brief, replace(plain, freshness=10)) < score(stand, brief, plain)


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
