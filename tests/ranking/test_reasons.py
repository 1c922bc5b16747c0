"""Why somebody is where they are, in words; and what is not known is said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.ranking import reasons, scoring
from app.ranking.best_matches import Match
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


def test_the_parts_of_a_score_add_up_to_it() -> None:
    found = match(**STAR)
    assert sum(part.points for part in reasons.parts(found)) == pytest.approx(found.score)
    assert sum(part.most for part in reasons.parts(found)) == 100


def test_the_three_parts_that_bring_most_above_the_middle_are_told_with_their_figures() -> None:
    assert reasons.best_three(match(**STAR)) == [
        "Works in Skin care.",
        "Reliable: all streams, samples and answers were as agreed.",
        "The audience is fresh: fatigue 5 of 100.",
    ]
    assert reasons.cautions(match(**STAR)) == []


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
        "No sales yet: rated as average until there are.",
        "Price unknown.",
        "Fatigue unknown: fewer than 6 streams, or none that sold.",
    ]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"streams": 2}, "Only 2 streams."),
        ({"streams": 1}, "Only 1 stream."),
        ({"orders": 9}, "Fewer than 30 orders: rated close to average."),
        (
            {"evidence": "near", "near": "BE", "discount": 0.8},
            "No sales in Netherlands yet: based on Belgium, counted at 80%.",
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
        "Works in Skin care and matches 2 of the 2 keywords.",
        "45% of the audience is in Netherlands.",
        "Asks €40.00 an hour, 60% below the limit.",
    ]
