"""What is to be expected of a creator, and what the creator could earn."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.contracts.terms.sheet import Bonus
from app.database import raw
from app.ranking import forecast
from app.ranking.forecast import Forecast, rough
from tests.campaigns import campaigning
from tests.cast import Cast
from tests.ranking import stands

MEAN = "insert into market_mean values ('NL', %s, 'EUR', 5, 100, %s, %s, 0, 0.5, %s)"

OURS = 900


def standing(**columns: object) -> SimpleNamespace:
    about = {"country": "NL", "category": stands.node("home.lighting"), "sales_index": 1.5, "brands": []}
    about |= {"value_index": 1.0, "shape": 20.0, "widening": 1.0} | columns
    return SimpleNamespace(**({"orders_index": about["sales_index"]} | about))


@pytest.fixture
def mean(cast: Cast) -> None:
    """600.00 an hour."""
    raw().execute(MEAN, [stands.node("home"), 120, 120_000, [901, 902]])


def test_a_forecast_is_the_index_times_the_mean_with_four_of_five_outcomes_around_it(mean: None) -> None:
    exact = {"reader": forecast.PLATFORM}
    found = forecast.forecast_of(standing(), "EUR", 4, **exact)
    assert found is not None
    assert found.middle == 360_000
    known = forecast.outlook_of(standing(), "EUR", **exact)
    assert known is not None
    assert (known.shape, known.orders_an_hour, known.value) == (20, pytest.approx(75), pytest.approx(1_200))
    sold = known.over(4)
    assert (found.low, found.high) == (round(sold.quantile(0.1)), round(sold.quantile(0.9)))
    wide = forecast.forecast_of(standing(shape=1.0), "EUR", 4, **exact)
    assert wide is not None
    assert 0 < wide.low < found.low < found.middle == wide.middle < found.high < wide.high
    wider = forecast.forecast_of(standing(widening=2.0), "EUR", 4, **exact)
    assert wider is not None
    assert wider.low < found.low < found.high < wider.high
    assert forecast.forecast_of(
        standing(), "EUR", 4, reader=OURS, means=forecast.means({"NL", "BE"})
    ) == forecast.forecast_of(standing(), "EUR", 4, reader=OURS)


def test_what_the_model_has_learnt_of_a_market_counts_before_what_was_seen(mean: None) -> None:
    raw().execute("update market_mean set an_hour = 10, value = 3000, variation = 2, unevenness = 0.5")
    found = forecast.outlook_of(standing(), "EUR", reader=forecast.PLATFORM)
    assert found is not None
    assert (found.orders_an_hour, found.value) == (pytest.approx(15), 3_000)
    assert (found.variation, found.unevenness) == (2, 0.5)


def test_brands_read_an_hour_to_two_figures_however_many_hours_they_ask_for(mean: None) -> None:
    odd = standing(sales_index=1.2345)
    hour = forecast.forecast_of(odd, "EUR", 1, reader=OURS)
    assert hour is not None
    assert hour.middle == 74_000
    found = forecast.forecast_of(odd, "EUR", 7, reader=OURS)
    assert found is not None
    assert found.middle == 7 * 74_000
    assert found.low / 7 > hour.low, "many hours are surer than one"


def test_nothing_is_said_of_another_currency_another_market_and_another_category(mean: None) -> None:
    assert forecast.forecast_of(standing(), "GBP", 4, reader=OURS) is None
    assert forecast.forecast_of(standing(country="BE"), "EUR", 4, reader=OURS) is None
    assert forecast.forecast_of(standing(category=stands.node("beauty")), "EUR", 4, reader=OURS) is None


def test_what_a_single_other_brand_sold_is_not_forecast(mean: None) -> None:
    """Who knows their own sales could take them off, where there is only one more."""
    told = {(): True, (OURS,): True, (901,): False, (OURS, 901): False, (901, 902): True, (OURS, 901, 902): True}
    for brands, shown in told.items():
        raw().execute("update market_mean set brands = %s", [list(brands)])
        assert (forecast.forecast_of(standing(), "EUR", 4, reader=OURS) is not None) == shown, brands
        assert forecast.forecast_of(standing(), "EUR", 4, reader=forecast.PLATFORM) is not None, brands


@pytest.mark.parametrize(
    ("index", "taken"),
    [(0.0, 0.5), (0.6, 0.5), (0.7, 0.75), (0.9, 1.0), (1.2, 1.0), (1.3, 1.5), (1.76, 2.0), (9.0, 2.0)],
)
def test_how_well_a_creator_sells_for_a_single_other_brand_is_taken_roughly(
    mean: None, index: float, taken: float
) -> None:
    for brands, reader, wanted in (
        ([901], OURS, taken),
        ([OURS, 901], OURS, taken),
        ([OURS], OURS, index),
        ([901, 902], OURS, index),
        ([901], forecast.PLATFORM, index),
    ):
        found = forecast.forecast_of(standing(sales_index=index, brands=brands), "EUR", 4, reader=reader)
        assert found is not None
        hour = round(wanted * 60_000)
        assert found.middle == 4 * (hour if reader is forecast.PLATFORM else forecast.rough(hour)), brands


def test_earnings_are_what_is_promised_and_the_commission_during_the_stream(cast: Cast, mean: None) -> None:
    terms = campaigning.terms(cast.brands["lumen"], in_stream_bps=2_000, bonuses=(Bonus("retainer", 30_000),))
    found = forecast.earnings(campaigning.campaign(cast.brands["lumen"], terms, hours=4), standing())
    assert found.fixed == 90_000, "April to June"
    assert found.commission is not None
    assert found.commission.middle == 72_000, "20 % of 4 x 900.00"
    assert 90_000 < found.low < found.middle == 162_000 < found.high
    assert found.roughly[0] == 90_000 + rough(found.commission.low)
    assert forecast.commission(replace(terms, in_stream_bps=None), Forecast("EUR", 0, 10, 100)).high == 10


def test_earnings_keep_a_single_rivals_sales_too(cast: Cast, mean: None) -> None:
    campaign = campaigning.campaign(cast.brands["lumen"], hours=4)
    one = forecast.earnings(campaign, standing(sales_index=1.4, brands=[campaign.brand_id, 901]))
    assert one.commission is not None
    assert one.commission.middle == 36_000, "10 % of 1.5 x 600.00 an hour"
    raw().execute("update market_mean set brands = array[%s, 901]", [campaign.brand_id])
    assert forecast.earnings(campaign, standing()).commission is None


def test_where_nothing_is_known_only_what_is_promised_is_said(cast: Cast) -> None:
    found = forecast.earnings(campaigning.campaign(cast.brands["lumen"]), standing())
    assert (found.commission, found.low, found.high, found.roughly) == (None, 0, 0, (0, 0))


@pytest.mark.parametrize(
    ("amount", "wanted"), [(0, 0), (7, 7), (99, 99), (124, 120), (125, 130), (999, 1000), (123_456, 120_000)]
)
def test_amounts_are_told_to_two_figures(amount: int, wanted: int) -> None:
    assert rough(amount) == wanted
