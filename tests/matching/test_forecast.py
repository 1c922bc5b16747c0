"""What is to be expected of a creator, and what the creator could earn."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.contracts.sheet import Bonus
from app.database import raw
from app.matching import forecast
from app.matching.forecast import Forecast, rough
from tests.cast import Cast
from tests.matching import campaigning, stands

MEAN = "insert into market_mean values ('NL', %s, 'EUR', 5, 100, %s, %s, 0, 0.5)"


def standing(**columns: object) -> SimpleNamespace:
    about = {"country": "NL", "category": stands.node("home.lighting"), "sales_index": 1.5, "spread": 0.5}
    return SimpleNamespace(**(about | columns))


@pytest.fixture
def mean(cast: Cast) -> None:
    """600.00 an hour."""
    raw().execute(MEAN, [stands.node("home"), 120, 120_000])


def test_a_forecast_is_the_index_times_the_mean_with_four_of_five_outcomes_around_it(mean: None) -> None:
    assert forecast.of(standing(), "EUR", 4) == Forecast("EUR", 129_600, 360_000, 590_400)
    assert forecast.of(standing(spread=2.0), "EUR", 4) == Forecast("EUR", 0, 360_000, 1_281_600)
    assert forecast.of(standing(), "EUR", 4, means=forecast.means({"NL", "BE"})) == forecast.of(standing(), "EUR", 4)


def test_nothing_is_said_of_another_currency_another_market_and_another_category(mean: None) -> None:
    assert forecast.of(standing(), "GBP", 4) is None
    assert forecast.of(standing(country="BE"), "EUR", 4) is None
    assert forecast.of(standing(category=stands.node("beauty")), "EUR", 4) is None


def test_earnings_are_what_is_promised_and_the_commission_during_the_stream(cast: Cast, mean: None) -> None:
    terms = campaigning.terms(cast.brands["lumen"], in_stream_bps=2_000, bonuses=(Bonus("retainer", 30_000),))
    found = forecast.earnings(campaigning.campaign(cast.brands["lumen"], terms, hours=4), standing())
    assert found.fixed == 90_000, "April to June"
    assert found.commission == Forecast("EUR", 25_920, 72_000, 118_080)
    assert (found.low, found.middle, found.high) == (115_920, 162_000, 208_080)
    assert found.roughly == (116_000, 210_000)
    assert forecast.commission(replace(terms, in_stream_bps=None), Forecast("EUR", 0, 10, 100)).high == 10


def test_where_nothing_is_known_only_what_is_promised_is_said(cast: Cast) -> None:
    found = forecast.earnings(campaigning.campaign(cast.brands["lumen"]), standing())
    assert (found.commission, found.low, found.high, found.roughly) == (None, 0, 0, (0, 0))


@pytest.mark.parametrize(
    ("amount", "wanted"), [(0, 0), (7, 7), (99, 99), (124, 120), (125, 130), (999, 1000), (123_456, 120_000)]
)
def test_amounts_are_told_to_two_figures(amount: int, wanted: int) -> None:
    assert rough(amount) == wanted
