"""Scores of before a day against what came after it. The simulated market has creators whose true sales an hour are
known: it proves the arithmetic, not that scores rank real markets well."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.catalog.assortment import declare
from app.database import db, raw
from app.errors import BadInput
from app.ranking import backtests, weights
from app.ranking.models import Backtest
from app.ranking.scoring import Weights
from tests.cast import Cast
from tests.payouts.people import identity

BEGIN, CUT, UNTIL = date(2026, 1, 1), date(2026, 5, 1), date(2026, 7, 1)
AT = datetime(2026, 7, 2, tzinfo=UTC)
CREATORS, ORDER = 30, 2_000  # an order brings 20.00
WELL_KNOWN = 100  # hours


def simulate(cast: Cast) -> dict[int, float]:
    """Creators with a true rate each; half of them have streamed for an hour only before the cut, so that what they
    sold then says little. Returns the true orders an hour by creator."""
    draw, brand = random.Random(7), cast.brands["lumen"]
    declare(brand, ["home"], by=identity("olga"), at=AT)
    insert = text(
        "insert into creator (handle, name, country, languages, timezone, recorded_at)"
        " select 'sim' || n, 'Sim ' || n, 'NL', '{nl}', 'UTC', :at from generate_series(1, :creators) n returning id"
    )
    ids = list(db.session.scalars(insert, {"at": AT, "creators": CREATORS}))
    rates = {creator: draw.lognormvariate(1.2, 0.5) for creator in ids}
    for nr, (creator, rate) in enumerate(rates.items()):
        show(cast, creator, BEGIN, 1 if nr % 2 else WELL_KNOWN, rate, draw)
        show(cast, creator, CUT, WELL_KNOWN, rate, draw)
        contract = "insert into contract (ref, brand_id, creator_id, starts_on, ends_on, timezone, period, recorded_at)"
        days = "'2026-01-01', '2026-12-31', 'UTC', '[2026-01-01,2027-01-01)'"
        raw().execute(f"{contract} values (%s, %s, %s, {days}, %s)", [f"S{creator}", brand.id, creator, AT])
        channel = "insert into channel (creator_id, platform, name, categories, followers, recorded_at)"
        values = [creator, draw.randrange(1_000_000), AT]
        raw().execute(f"{channel} values (%s, 'tiktok', 'sim', '{{home}}', %s, %s)", values)
    return rates


def show(
    cast: Cast, creator: int, day: date, hours: int, rate: float, draw: random.Random, *, country: str = "NL"
) -> None:
    """A stream of so many hours and the orders it brings: as many as chance makes of the rate."""
    brand, begin = cast.brands["lumen"], datetime(day.year, day.month, day.day, tzinfo=UTC)
    place = f"{creator}-{day}"
    stream = "insert into stream (ref, creator_id, brand_id, platform, starts_at, ends_at, recorded_at)"
    end = begin + timedelta(hours=hours)
    raw().execute(f"{stream} values (%s, %s, %s, 'tiktok', %s, %s, %s)", [place, creator, brand.id, begin, end, AT])
    orders = sum(draw.random() < rate / 20 for _ in range(hours * 20))
    given = {
        "brand": brand.id,
        "place": place,
        "at": begin,
        "count": orders,
        "base": ORDER,
        "creator": creator,
        "country": country,
    }
    raw().execute(
        "with sold as (insert into sale (brand_id, source, order_ref, line_ref, occurred_at, sku, quantity, unit_price,"
        " base_minor, currency, country, recorded_at, import_id) select %(brand)s, 'sim', %(place)s || '-' || n, '1',"
        " %(at)s, 'LAMP', 1, 20, %(base)s, 'EUR', %(country)s, %(at)s, 0"
        " from generate_series(1, %(count)s) n returning id)"
        " insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id,"
        " rate_bps, rate_from, fee_bps, available_on, decided_at)"
        " select %(brand)s, id, 1, 'touch', 'in_stream', 'touch',"
        " %(creator)s, 1, 1, 1000, 'commission_bps', 500, '2026-08-01', %(at)s from sold",
        given,
    )


@pytest.fixture
def tested(app: Flask, cast: Cast) -> Backtest:
    """The simulated market, tested."""
    simulate(cast)
    return backtests.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT)


def test_the_score_ranks_better_than_chance_and_followers_and_shrinkage_is_why(tested: Backtest) -> None:
    grades = tested.figures["ndcg"]
    assert tested.queries == 1
    assert grades["score"] > max(grades["chance"], grades["followers"]) + 0.2
    assert grades["score"] > grades["unshrunk"]
    assert grades["sales"] <= 1


def test_forecasts_rise_with_what_came_and_their_ranges_hold_most_of_it(tested: Backtest) -> None:
    tenths = tested.figures["tenths"]
    assert sum(tenth["count"] for tenth in tenths) == tested.figures["forecasts"] == CREATORS
    assert tenths[-1]["came"] > 1.5 * tenths[0]["came"]
    assert sum(tenth["within"] for tenth in tenths) >= 0.6 * CREATORS


def test_what_comes_after_the_cut_is_not_known_before_it(app: Flask, cast: Cast) -> None:
    rates = simulate(cast)
    before = backtests.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures["tenths"]
    one = next(iter(rates))
    raw().execute("update creator set name = name where id = %s", [one])
    show(cast, one, date(2026, 6, 1), 2, 20, random.Random(1))
    after = backtests.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures["tenths"]
    assert [tenth["said"] for tenth in after] == [tenth["said"] for tenth in before]
    assert [tenth["came"] for tenth in after] != [tenth["came"] for tenth in before]


def test_a_test_leaves_everything_as_it_was(app: Flask, cast: Cast) -> None:
    simulate(cast)
    raw().execute("delete from standing")
    backtests.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT)
    for table in ("outcome", "airtime", "fatigue", "market_mean", "standing"):
        assert raw().execute(f"select count(*) from {table}").fetchone() == (0,), table


def test_a_forecast_is_held_against_its_own_market(app: Flask, cast: Cast) -> None:
    rates = simulate(cast)
    said = backtests.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures["tenths"]
    show(cast, next(iter(rates)), date(2026, 5, 20), 1, 19, random.Random(1), country="BE")
    abroad = backtests.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures["tenths"]
    assert sum(tenth["came"] for tenth in abroad) < sum(tenth["came"] for tenth in said)  # an hour more, no sale here


def test_other_weights_are_tried_without_setting_them(app: Flask, cast: Cast) -> None:
    simulate(cast)
    only = weights.parsed("40,0,0,0,0")
    found = backtests.run(raw(), cut_on=CUT, until_on=UNTIL, weigh=only, by_name="Adam", at=AT).figures
    assert found["ndcg"]["score"] == found["ndcg"]["sales"]
    assert found["weights"]["margin"] == 40
    assert weights.now() == Weights()
    for wrong in ("1,2,3", "0,25,15,15,10", "a,b,c,d,e"):
        with pytest.raises(BadInput):
            weights.parsed(wrong)


def test_few_creators_tell_nothing_to_the_public(app: Flask, cast: Cast, client: FlaskClient) -> None:
    simulate(cast)
    backtests.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT)
    db.session.commit()
    assert "too few creators to tell" in client.get("/ranking").text
    found = backtests.newest()
    assert found
    found.figures["by_brand"] = found.figures["by_brand"] * 3
    assert backtests.telling(found)


@pytest.mark.parametrize(
    ("cut", "until"), [(date(2026, 5, 2), UNTIL), (CUT, CUT), (UNTIL, CUT), (CUT, date(2027, 6, 1))]
)
def test_days_that_can_not_be_cut_at_are_refused(app: Flask, cast: Cast, cut: date, until: date) -> None:
    with pytest.raises(BadInput, match="first day of two months"):
        backtests.run(raw(), cut_on=cut, until_on=until, by_name="Adam", at=AT)


def test_where_there_is_nothing_to_ask_it_says_so(app: Flask, cast: Cast) -> None:
    with pytest.raises(BadInput, match="no brand had three creators"):
        backtests.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT)


def test_the_command_prints_what_the_page_shows(app: Flask, cast: Cast, browse: Callable[[str], FlaskClient]) -> None:
    simulate(cast)
    db.session.commit()
    said: Result = app.test_cli_runner().invoke(args=["backtest", "--cut", "2026-05-01", "--until", "2026-07-01"])
    assert said.exit_code == 0, said.output
    assert "1 brands, 30 forecasts" in said.output
    assert "NDCG@10 followers" in said.output
    page = browse("adam").get("/admin/back-test").text
    for shown in ("Our score", "Followers", "Random order", "lumen", "30"):
        assert shown in page


def test_without_a_test_the_page_says_how_to_make_one(app: Flask, browse: Callable[[str], FlaskClient]) -> None:
    assert "flask backtest --cut" in browse("adam").get("/admin/back-test").text
