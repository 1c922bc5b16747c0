"""Scores of before a day against what came after it. The simulated market has creators whose true sales an hour are
known: it proves the arithmetic, not that scores rank real markets well."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.catalog.assortment import declare
from app.database import db, raw
from app.errors import BadInput
from app.ranking import jobs, weights
from app.ranking.backtests import running, words
from app.ranking.models import Backtest
from app.ranking.scoring import Weights
from tests.cast import Cast
from tests.contracts.dealing import changed, form_of
from tests.payouts.people import identity
from tests.ranking import judged

BEGIN, CUT, UNTIL = date(2026, 1, 1), date(2026, 5, 1), date(2026, 7, 1)
AT = datetime(2026, 7, 2, tzinfo=UTC)
CREATORS, ORDER = 30, 2_000  # an order brings 20.00
WELL_KNOWN = 40  # hours
OTHER = Weights(40, 50, 20, 0, 30)


def simulate(cast: Cast, *, other: bool = False) -> dict[int, float]:
    """Creators with a true rate each; half of them have streamed for an hour only before the cut, so that what they
    sold then says little. Returns the true orders an hour by creator. `other`: after the cut these have nothing to do
    with those before."""
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
        show(cast, creator, CUT, WELL_KNOWN, draw.lognormvariate(1.2, 0.5) if other else rate, draw)
        contract = "insert into contract (ref, brand_id, creator_id, starts_on, ends_on, timezone, period, recorded_at)"
        days = "[2026-01-01,2027-01-01)"
        raw().execute(
            f"{contract} values (%s, %s, %s, %s, '2026-12-31', 'UTC', %s, %s)",
            [f"S{nr}", brand.id, creator, BEGIN, days, AT],
        )
        channel = "insert into channel (creator_id, platform, name, categories, followers, recorded_at)"
        values = [creator, draw.randrange(1_000_000), AT]
        raw().execute(f"{channel} values (%s, 'tiktok', 'sim', '{{home}}', %s, %s)", values)
    judged.plan_well()
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
    return running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT)


def test_the_score_ranks_better_than_chance_followers_and_raw_sales(tested: Backtest) -> None:
    grades, verdicts = tested.figures["ndcg"], tested.figures["verdicts"]
    assert tested.queries == 1
    assert grades["score"] > max(grades["chance"], grades["followers"]) + 0.2
    assert grades["score"] >= grades["sales"]
    assert (verdicts["score"]["word"], verdicts["followers"]["word"]) == ("better", "same")
    assert not verdicts["score"]["sure"], "one brand tells nothing about others"
    said = " ".join(words.meaning(tested.figures))
    assert "Our score ranks better than chance" in said
    assert "Too few brands (below 5) to tell our score from sales per hour." in said


def test_forecasts_rise_with_what_came_and_their_ranges_hold_most_of_it(tested: Backtest) -> None:
    tenths = tested.figures["tenths"]
    assert sum(tenth["count"] for tenth in tenths) == tested.figures["forecasts"] == CREATORS
    assert tenths[-1]["came"] > 1.5 * tenths[0]["came"]
    assert sum(tenth["within"] for tenth in tenths) >= 0.6 * CREATORS


def test_what_comes_after_the_cut_is_not_known_before_it(app: Flask, cast: Cast) -> None:
    rates = simulate(cast)
    before = running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures["tenths"]
    one = next(iter(rates))
    raw().execute("update creator set name = name where id = %s", [one])
    show(cast, one, date(2026, 6, 1), 2, 20, random.Random(1))
    after = running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures["tenths"]
    assert [tenth["said"] for tenth in after] == [tenth["said"] for tenth in before]
    assert [tenth["came"] for tenth in after] != [tenth["came"] for tenth in before]


def test_a_test_leaves_everything_as_it_was(app: Flask, cast: Cast) -> None:
    simulate(cast)
    raw().execute("delete from standing")
    running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT)
    for table in ("outcome", "airtime", "fatigue", "market_mean", "standing"):
        assert raw().execute(f"select count(*) from {table}").fetchone() == (0,), table


def test_a_forecast_is_held_against_its_own_market(app: Flask, cast: Cast) -> None:
    rates = simulate(cast)
    said = running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures["tenths"]
    show(cast, next(iter(rates)), date(2026, 5, 20), 1, 19, random.Random(1), country="BE")
    abroad = running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures["tenths"]
    assert sum(tenth["came"] for tenth in abroad) < sum(tenth["came"] for tenth in said)  # an hour more, no sale here


def test_other_settings_are_tried_on_the_same_cuts_without_setting_them(app: Flask, cast: Cast) -> None:
    simulate(cast)
    force, other = weights.now(), OTHER
    found = running.run(raw(), cut_on=CUT, until_on=UNTIL, tried=other, by_name="Adam", at=AT).figures
    assert (found["weights"], found["tried"]) == (asdict(force), asdict(other))
    assert found["verdicts"]["tried"]["questions"] == found["verdicts"]["score"]["questions"]
    assert "With the tried settings the score would have got" in " ".join(words.meaning(found))
    alone = running.run(raw(), cut_on=CUT, until_on=UNTIL, weigh=other, by_name="Adam", at=AT).figures
    assert alone["ndcg"]["score"] == found["ndcg"]["tried"]
    assert weights.now() == force


def test_cuts_roll_and_each_is_graded_until_the_next(app: Flask, cast: Cast) -> None:
    rates = simulate(cast)
    draw = random.Random(4)
    for creator, rate in rates.items():
        show(cast, creator, date(2026, 6, 1), 20, rate, draw)
    found = running.run(raw(), cut_on=CUT, until_on=UNTIL, every=1, by_name="Adam", at=AT)
    assert found.queries == 2
    assert [row["cut_on"] for row in found.figures["by_cut"]] == ["2026-05-01", "2026-06-01"]
    assert found.figures["by_market"][0]["market"] == "NL"
    first = running.run(raw(), cut_on=CUT, until_on=date(2026, 6, 1), by_name="Adam", at=AT).figures
    assert found.figures["by_cut"][0]["score"] == first["ndcg"]["score"]
    with pytest.raises(BadInput, match="equal cuts"):
        running.run(raw(), cut_on=CUT, until_on=UNTIL, every=3, by_name="Adam", at=AT)


def test_a_year_is_cut_where_months_are() -> None:
    assert running.windows_of(date(2025, 11, 1), date(2026, 3, 1), 2) == [
        (date(2025, 11, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 3, 1)),
    ]


def test_only_hours_under_a_contract_count(app: Flask, cast: Cast) -> None:
    simulate(cast)
    draw, bare = random.Random(3), cast.creators["mira"].id
    for day in (BEGIN, CUT):
        show(cast, bare, day, 20, 5.0, draw)
    found = running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures
    assert found["forecasts"] == CREATORS, "an hour that no contract covers brought nobody anything"


def test_a_list_without_followers_is_no_grade_of_nothing(
    app: Flask, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    simulate(cast)
    raw().execute("update channel set followers = null")
    found = running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures
    db.session.commit()
    assert "followers" not in found["ndcg"]
    assert "No followers are known, so they can’t be compared." in words.meaning(found)
    assert "No followers known" in browse("adam").get("/admin/back-test").text


def test_where_nobody_is_better_than_chance_it_is_said_plainly(app: Flask, cast: Cast) -> None:
    simulate(cast, other=True)
    found = running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT).figures
    assert "Nobody ranks better than chance here" in words.meaning(found)[0]


def test_what_an_administrator_asks_for_is_made_by_the_worker(
    app: Flask, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    simulate(cast)
    db.session.commit()
    admin, address = browse("adam"), "/admin/back-test"
    form = changed(form_of(admin.get(address), address), cut_on="2026-05-01", until_on="2026-07-01", every="2")
    wrong = admin.post(address, data=changed(form, cut_on="2026-05-02"))
    assert wrong.status_code == 422
    assert "first day of two months" in wrong.text
    settings = {name: str(value) for name, value in asdict(OTHER).items()}
    beyond = admin.post(address, data=changed(form, **settings | {"margin": "300"}, others="y"))
    assert beyond.status_code == 422
    assert "whole percentages from 0 to 100" in beyond.text
    assert admin.post(address, data=changed(form, **settings, others="y")).status_code == 303
    assert "1 back-test is being made." in admin.get(address).text
    assert jobs.answer_requests() == 1
    assert jobs.answer_requests() == 0
    shown = admin.get(address).text
    assert "is being made" not in shown
    assert "Our score, tried settings" in shown
    assert "&lt;time" not in shown, "days are read, not their marks"
    admin.post(address, data=changed(form, cut_on="2025-05-01", until_on="2025-07-01"))
    jobs.answer_requests()
    assert (
        "The last back-test could not be made: In these months no brand had three creators" in admin.get(address).text
    )
    assert browse("audrey").get(address).status_code == 200
    assert "Start back-test" not in browse("audrey").get(address).text


def test_every_month_the_ranking_is_tested_by_itself(app: Flask, cast: Cast) -> None:
    assert jobs.grade_ranking(AT) == "Nothing to test yet."
    simulate(cast)
    assert "questions" in jobs.grade_ranking(AT)
    made = running.newest()
    assert made
    assert (made.cut_on, made.until_on) == (BEGIN, UNTIL)


def test_a_back_test_of_before_is_shown_as_it_was_made(
    app: Flask, cast: Cast, browse: Callable[[str], FlaskClient], client: FlaskClient
) -> None:
    old = {
        "ndcg": {"score": 0.5, "unshrunk": 0.4, "sales": 0.6, "followers": 0.0, "chance": 0.45},
        "by_brand": [{"brand": "lumen", "creators": 12, "score": 0.5, "unshrunk": 0.4, "sales": 0.6}] * 3,
        "tenths": [{"count": 3, "said": 100.0, "came": 90.0, "within": 2}],
        "forecasts": 3,
        "weights": {"category": 25, "sales": 25, "audience": 15, "reliability": 15, "price": 10, "freshness": 10},
    }
    about = {"cut_on": CUT, "until_on": UNTIL, "queries": 3, "seconds": 1.0, "by_name": "Adam", "made_at": AT}
    db.session.add(Backtest(figures=old, **about))
    db.session.commit()
    page = browse("adam").get("/admin/back-test").text
    for shown in ("Our score, not corrected for few orders", "Random order", "lumen", "0.600"):
        assert shown in page
    assert "0.500" in client.get("/ranking").text
    simulate(cast)
    running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT)
    db.session.commit()
    admin = browse("adam")
    assert "What it means" in admin.get("/admin/back-test").text
    first = db.session.scalars(select(Backtest).order_by(Backtest.id)).first()
    assert first
    assert "not corrected for few orders" in admin.get(f"/admin/back-test?test={first.id}").text


def test_few_creators_tell_nothing_to_the_public(app: Flask, cast: Cast, client: FlaskClient) -> None:
    simulate(cast)
    running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT)
    db.session.commit()
    assert "too few creators to tell" in client.get("/ranking").text
    found = running.newest()
    assert found
    found.figures["by_brand"] = found.figures["by_brand"] * 3
    assert running.telling(found)


@pytest.mark.parametrize(
    ("cut", "until"), [(date(2026, 5, 2), UNTIL), (CUT, CUT), (UNTIL, CUT), (CUT, date(2027, 6, 1))]
)
def test_days_that_can_not_be_cut_at_are_refused(app: Flask, cast: Cast, cut: date, until: date) -> None:
    with pytest.raises(BadInput, match="first day of two months"):
        running.run(raw(), cut_on=cut, until_on=until, by_name="Adam", at=AT)


def test_where_there_is_nothing_to_ask_it_says_so(app: Flask, cast: Cast) -> None:
    with pytest.raises(BadInput, match="no brand had three creators"):
        running.run(raw(), cut_on=CUT, until_on=UNTIL, by_name="Adam", at=AT)


def test_the_command_prints_what_the_page_shows(app: Flask, cast: Cast, browse: Callable[[str], FlaskClient]) -> None:
    simulate(cast)
    db.session.commit()
    said: Result = app.test_cli_runner().invoke(args=["backtest", "--cut", "2026-05-01", "--until", "2026-07-01"])
    assert said.exit_code == 0, said.output
    assert "1 questions, 30 forecasts" in said.output
    assert "NDCG@10 followers" in said.output
    assert "Our score ranks better than chance" in said.output
    assert "within the range" in said.output
    page = browse("adam").get("/admin/back-test").text
    for shown in ("Our score", "Followers", "Random order", "lumen", "30"):
        assert shown in page


def test_without_a_test_the_page_says_how_to_make_one(app: Flask, browse: Callable[[str], FlaskClient]) -> None:
    assert "flask backtest --cut" in browse("adam").get("/admin/back-test").text
