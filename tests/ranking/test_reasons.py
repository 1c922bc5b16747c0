"""Why somebody is where they are, in words; and what is not known is said."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.ranking import reasons, scoring
from app.ranking.best_matches import Match
from app.ranking.outlook import Outlook
from app.ranking.scoring import Weights
from tests.ranking import stands

STAR: dict[str, Any] = {
    "sales_index": 2.04,
    "audience": 0.6,
    "reliability": 0.9,
    "events": 15,
    "freshness": 0.95,
    "fatigue": 5,
    "price": 4_000,
    "price_currency": "EUR",
    "orders": 312,
    "streams": 20,
    "evidence": "own",
}


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.test_request_context():
        yield


def match(brief: Any = None, words_found: int = 0, pair: float | None = None, **columns: Any) -> Match:
    made = stands.row(1, **columns)
    brief = brief or stands.brief(hour_ceiling=5_000)
    stand = stands.stand(made, words_found=words_found, pair_freshness=pair)
    return Match(stand, scoring.score(stand, brief, Weights()), SimpleNamespace(**made), brief, Weights())


def test_what_counts_is_told_in_coarse_steps_and_what_does_not_is_left_out() -> None:
    found = {part.name: part.points for part in reasons.parts(match(**STAR))}
    assert found == {"Expected sales": 68, "Category": 100, "Audience": 76, "Reliability": 88, "Price": 20}
    assert "Price" not in {part.name for part in reasons.parts(match(stands.brief(), **STAR))}


def test_the_sum_is_the_score_roughly_and_none_where_sales_may_not_be_told() -> None:
    brief = stands.brief(hour_ceiling=5_000, costs_bps=1_000, fixed_an_hour=500.0)
    found = match(brief, **STAR)
    known = Outlook(shape=10, hours=10, value=20_400, variation=1)
    lines = reasons.arithmetic(found, known)
    assert [line.amount for line in lines] == ["€200", "90%", "30%", "€40", "€5", "€10"]
    assert found.score == pytest.approx(20_400 * 0.9 * 0.3 - 4_000 - 500, rel=0.05)
    assert reasons.arithmetic(found, None) == []
    unpriced = match(stands.brief(hour_ceiling=5_000), **STAR | {"price": None})
    assert "as none is known" in reasons.arithmetic(unpriced, known)[3].name


def test_the_three_things_that_bring_most_above_the_middle_are_told_with_their_figures() -> None:
    assert reasons.best_three(match(**STAR)) == [
        "Sells about 100% more an hour than the average in Netherlands (more than 300 orders).",
        "Works in Skin care.",
        "Reliable: all streams, samples and answers were as agreed.",
    ]
    assert reasons.cautions(match(**STAR)) == []


def test_the_sum_says_that_freshness_is_in_what_fits_only_where_it_counts() -> None:
    known = Outlook(shape=10, hours=10, value=20_400, variation=1)
    found = match(**STAR)
    assert reasons.arithmetic(found, known)[1].name == "of which fits: category, audience, reliability"
    counting = replace(found, weights=Weights(freshness=30))
    assert reasons.arithmetic(counting, known)[1].name == "of which fits: category, audience, reliability, freshness"


def test_what_a_creator_asks_is_no_reason_where_a_contract_settles_it() -> None:
    found = match(stands.brief(hour_ceiling=50_000), **STAR | {"sales_index": 0.5, "reliability": 0.5})
    assert any("Asks" in each for each in reasons.best_three(found))
    assert not any("Asks" in each for each in reasons.best_three(found, priced=False))


def test_reach_is_told_as_far_as_it_is_known() -> None:
    assert reasons.reach(match(live_viewers=1_200, followers=45_000).facts) == "1,200 live viewers, 45,000 followers"
    assert reasons.reach(match(views=9).facts) == "9 views"
    assert reasons.reach(match().facts) == ""


def test_who_never_streamed_is_told_by_what_is_expected_of_them() -> None:
    found = match(sales_index=1.3)
    assert "Expected to sell about 30% more an hour than the average in Netherlands." in reasons.best_three(found)


def test_reliability_is_told_as_a_share_since_a_breach_counts_as_events_that_never_happened() -> None:
    """Five streams as agreed and an upheld breach: eight events, of which two never were."""
    quiet = {"sales_index": 0.9, "freshness": 0.5, "fatigue": None, "audience": 0.0}
    found = reasons.best_three(match(**STAR | quiet | {"events": 8, "reliability": (5 + 3) / (8 + 5)}))
    said = next(sentence for sentence in found if sentence.startswith("Reliable"))
    assert "62%" in said
    assert " 8 " not in said
    assert "a broken exclusivity counts 3 times" in said


def test_what_sells_is_told_roughly_so_that_nobody_reads_what_a_rival_sold() -> None:
    columns = STAR | {"sales_index": 3.96}
    found = reasons.best_three(match(**columns))
    assert "Sells about 300% more an hour than the average in Netherlands (more than 300 orders)." in found
    assert all("312" not in sentence for sentence in found)


def test_a_creator_of_whom_nothing_is_known_says_so() -> None:
    found = match()
    assert reasons.best_three(found) == ["Works in Skin care."]
    assert reasons.cautions(found) == [
        "Never streamed under a contract yet: expected from reach and audience alone.",
        "Price unknown.",
        "Fatigue unknown: fewer than 6 streams, or none that sold.",
    ]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"streams": 2}, "Only 2 streams."),
        ({"streams": 1}, "Only 1 stream."),
        ({"orders": 9}, "Fewer than 30 orders: the range is wide."),
        (
            {"evidence": "near", "near": "BE", "own": 0.8},
            "No streams in Netherlands yet: 80% rests on Belgium, the rest on reach.",
        ),
        (
            {"evidence": "beside", "own": 0.3},
            "No streams in this category yet: 30% rests on others, the rest on reach.",
        ),
        ({"code": "beauty.hair"}, "Not an exact category match: works in Hair care."),
        ({"price_currency": "GBP"}, "Asks £40.00 an hour, in another currency, so it is not compared."),
        ({"fatigue": 70}, "Audience fatigue is high: 70 of 100."),
        ({"pair": 0.2}, "Audience fatigue with this brand is high: 80 of 100."),
        ({"audience": 0.0}, "No known audience in Netherlands."),
        ({"brief": {"ages": ("18-24",)}}, "Audience age unknown."),
        ({"brief": {"languages": ("en",)}}, "The campaign’s language is not their first."),
    ],
)
def test_what_speaks_against_somebody_or_rests_on_little_is_said(columns: dict[str, Any], sentence: str) -> None:
    brief = stands.brief(hour_ceiling=5_000, **columns.pop("brief", {}))
    assert reasons.cautions(match(brief, **(STAR | {"languages": ["nl", "en"]} | columns))) == [sentence]


def test_found_keywords_audience_and_price_are_reasons() -> None:
    brief = stands.brief(hour_ceiling=10_000, words=("serum", "glow"))
    quiet = {"reliability": 0.5, "sales_index": 0.9, "fatigue": None, "freshness": 0.5, "audience": 0.9}
    assert reasons.best_three(match(brief, words_found=2, **(STAR | quiet))) == [
        "Asks €40.00 an hour, 60% below the limit.",
        "Works in Skin care and matches 2 of the 2 keywords.",
        "45% of the audience is in Netherlands.",
    ]
