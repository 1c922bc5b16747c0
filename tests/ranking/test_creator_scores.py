"""Results, market means, fatigue and standings against a plain reading of the rules, on random markets and on plain
ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from app.database import db, raw
from app.ranking import creator_scores, scoring
from tests.ranking.rated import (
    UNTIL,
    Brand,
    Channel,
    Creator,
    Facts,
    Line,
    Show,
    draw,
    store,
)
from tests.ranking.reference import Reference

HOUR = timedelta(hours=1)
KEYS = {
    "outcome": ("creator_id", "brand_id", "country", "category", "currency", "month"),
    "airtime": ("creator_id", "brand_id", "month"),
    "fatigue": ("creator_id", "brand_id", "country"),
    "market_mean": ("country", "category", "currency"),
    "standing": ("creator_id", "country", "category"),
}
calmly = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows(table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What lies in a table of the drawn creators, by its key; categories as codes."""
    with raw().cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(f"select * from {table}").fetchall()
    codes = dict(raw().execute("select id, code from node").fetchall())
    for row in found:
        if "category" in row:
            row["category"] = codes[row["category"]]
    kept = [row for row in found if row.get("creator_id", 1000) >= 1000]  # not the cast's
    return {tuple(row[name] for name in KEYS[table]): row for row in kept}


def refreshed(facts: Facts, creators: Collection[int] | None = None) -> creator_scores.Refreshed:
    """Stores the facts and works out everything."""
    store(facts)
    return creator_scores.refresh(raw(), at=UNTIL, creators=creators)


@calmly
@given(seed=st.integers(0, 2**32))
def test_everything_is_as_a_plain_reading_of_the_rules_says(app: Flask, seed: int) -> None:
    facts = draw(seed)
    wanted = Reference(facts)
    refreshed(facts)
    found = {table: rows(table) for table in KEYS}
    db.session.rollback()

    outcome = {key: (row["orders"], row["gross"], row["net"]) for key, row in found["outcome"].items()}
    airtime = {key: (row["streams"], row["kept"], row["minutes"]) for key, row in found["airtime"].items()}
    assert outcome == wanted.outcome
    assert airtime == wanted.airtime
    _same(found["market_mean"], wanted.means)
    _same(found["fatigue"], wanted.fatigue, off_by=1)  # a half may be rounded either way
    for key, row in wanted.standing.items():  # which shows in these too
        tired = found["standing"].get(key, {}).get("fatigue")
        if row["fatigue"] is not None and tired is not None and abs(row["fatigue"] - tired) == 1:
            row |= {"fatigue": tired, "freshness": 1 - tired / 100}
    _same(found["standing"], wanted.standing)
    _as_scored(found["standing"])


def _same(found: dict[Any, dict[str, Any]], wanted: dict[Any, dict[str, Any]], off_by: int = 0) -> None:
    assert found.keys() == wanted.keys()
    for key, row in wanted.items():
        for name, value in row.items():
            there = found[key][name].strip() if isinstance(found[key][name], str) else found[key][name]
            if isinstance(value, float):
                assert there == pytest.approx(value, rel=1e-9), (key, name)
            elif isinstance(value, int) and off_by and there is not None:
                assert abs(there - value) <= off_by, (key, name)
            else:
                assert there == value, (key, name)


def _as_scored(found: dict[Any, dict[str, Any]]) -> None:
    """The quality is the pure function's, to the last bit."""
    for (creator, country, _), row in found.items():
        known = {name: row[name] for name in ("audience", "reliability", "freshness", "first_language")}
        known["sales"] = row["sales_index"]
        rest = {"languages": (), "platforms": (), "ages": None, "price": None, "price_currency": None}
        stand = scoring.Stand(creator_id=creator, country=country, category=0, **known, **rest)
        assert row["quality"] == scoring.quality(stand, scoring.Weights())


def test_some_creators_come_out_as_they_do_among_all(app: Flask) -> None:
    facts = draw(7)
    refreshed(facts)
    before = {table: rows(table) for table in KEYS}
    raw().execute("update standing set quality = 0 where creator_id = 1001")
    done = creator_scores.refresh(raw(), at=UNTIL, creators=[1001])
    assert done.means == 0
    assert {table: rows(table) for table in KEYS} == before


def test_a_second_night_changes_nothing(app: Flask) -> None:
    first = refreshed(draw(3))
    before = {table: rows(table) for table in KEYS}
    assert creator_scores.refresh(raw(), at=UNTIL) == first
    assert {table: rows(table) for table in KEYS} == before


def test_what_happened_from_an_instant_on_is_not_seen(app: Flask) -> None:
    """A back-test looks at the market as it was, even where all of it was recorded later."""
    facts, cut = draw(11), UNTIL - timedelta(days=40)
    earlier = Facts(
        facts.brands,
        facts.creators,
        [show for show in facts.shows if show.starts_at < cut],
        [
            replace(line, refunds=tuple(back for back in line.refunds if back[2] < cut))
            for line in facts.lines
            if line.at < cut
        ],
    )
    seen = []
    for known in (facts, earlier):
        store(known)
        creator_scores.refresh(raw(), at=UNTIL, until=cut)
        seen.append({table: rows(table) for table in KEYS})
        db.session.rollback()
    assert seen[0] == seen[1]
    assert seen[0]["outcome"]


def test_temporary_tables_of_the_same_names_take_everything(app: Flask) -> None:
    store(draw(5))
    for table in KEYS:
        raw().execute(f"create temporary table {table} (like {table} including all) on commit drop")
    done = creator_scores.refresh(raw(), at=UNTIL)
    assert done.standings == len(raw().execute("select from pg_temp.standing").fetchall()) > 0
    for table in KEYS:
        assert raw().execute(f"select count(*) from public.{table}").fetchone() == (0,)


# -- plain markets --

LAMPS = Brand(1000, "NL", "EUR", {"P0": "home.lighting"}, ())
PAN_SHOP = Brand(1001, "NL", "EUR", {"P0": "home.kitchen"}, ())


def person(number: int, country: str = "NL", channels: tuple[Channel, ...] = ()) -> Creator:
    return Creator(number, country, ("nl",), channels, ("home.lighting",), ())


def show(number: int, creator: int, days_ago: int = 40, brand: Brand = LAMPS, contract: bool = True) -> Show:
    starts = UNTIL - timedelta(days=days_ago)
    return Show(number, creator, brand.id, starts, starts + 2 * HOUR, (), contract)


def line(number: int, creator: int, base: int = 1000, country: str = "NL", **other: Any) -> Line:
    row = {"brand": LAMPS.id, "stream": None, "order": f"O{number}", "visitor": None, "sku": "P0", "currency": "EUR"}
    row |= {"at": UNTIL - timedelta(days=40), "refunds": ()} | other
    return Line(number, owners=(creator,), base=base, country=country, **row)


def stand(creator: int, country: str, category: str = "home.lighting") -> dict[str, Any]:
    return rows("standing")[creator, country, category]


def test_few_orders_say_little_and_many_say_much(app: Flask) -> None:
    """Both sell three times as much an hour as the third; one by 2 orders, the other by 200."""
    lines = [line(n, 1000, 60_000) for n in range(2)]
    lines += [line(1000 + n, 1001, 600) for n in range(200)]
    lines += [line(2000 + n, 1002, 400) for n in range(100)]
    facts = Facts([LAMPS], [person(n) for n in (1000, 1001, 1002)], [show(n, 1000 + n) for n in range(3)], lines)
    refreshed(facts)
    few, many, low = (stand(n, "NL") for n in (1000, 1001, 1002))
    assert few["orders_index"] < low["orders_index"] < many["orders_index"], "orders are what is counted"
    assert few["value_index"] > 1 > many["value_index"]
    assert few["shape"] < low["shape"] < many["shape"]
    assert few["spread"] > many["spread"]
    assert 0 < many["own"] < 1


def test_hours_without_a_sale_stand_below_average_and_hours_without_a_contract_do_not_count(app: Flask) -> None:
    """Of three one sells, one streamed 54 hours and sold nothing, one streamed as long without a contract."""
    people = [person(number) for number in (1000, 1001, 1003)]
    shows = [show(1, 1000), *(show(10 + n, 1001, 40 + n) for n in range(27))]
    shows += [show(50 + n, 1003, 40 + n, contract=False) for n in range(27)]
    refreshed(Facts([LAMPS], people, shows, [line(n, 1000) for n in range(20)]))
    sold, silent, apart = (stand(number, "NL") for number in (1000, 1001, 1003))
    assert (silent["evidence"], silent["orders"], silent["streams"], silent["minutes"]) == ("own", 0, 27, 54 * 60)
    assert silent["sales_index"] < 0.5 < sold["sales_index"]
    assert (apart["evidence"], apart["minutes"]) == ("none", 0)
    assert apart["orders_index"] == apart["prior_index"]
    assert rows("market_mean")["NL", "home", "EUR"]["minutes"] == 56 * 60


def test_a_market_without_streams_leans_on_the_nearest_and_says_so(app: Flask) -> None:
    here = Channel("tiktok", 100, {"NL": 4000, "BE": 2000, "GB": 2000, "US": 2000}, {}, ())
    lines = [line(n, 1000, 5000) for n in range(50)] + [line(100 + n, 1001, 5000) for n in range(5)]
    facts = Facts([LAMPS], [person(1000, channels=(here,)), person(1001)], [show(1, 1000), show(2, 1001)], lines)
    refreshed(facts)
    own = stand(1000, "NL")
    assert (own["evidence"], own["near"]) == ("own", None)
    leaning = {country: stand(1000, country) for country in ("BE", "GB", "US")}
    assert [(row["evidence"], row["near"], row["orders"]) for row in leaning.values()] == [("near", "NL", 0)] * 3
    assert all(own["orders_index"] > row["orders_index"] > 1 for row in leaning.values())
    assert all(own["own"] > row["own"] > 0 for row in leaning.values())


def test_another_category_leans_on_what_was_sold_in_others(app: Flask) -> None:
    both = replace(person(1000), categories=("home.lighting", "food.tea"))
    lines = [line(n, 1000) for n in range(80)] + [line(100 + n, 1001) for n in range(5)]
    refreshed(Facts([LAMPS], [both, person(1001)], [show(1, 1000), show(2, 1001)], lines))
    row = stand(1000, "NL", "food.tea")
    assert (row["evidence"], row["near"], row["orders"], row["brands"]) == ("beside", None, 0, [LAMPS.id])
    assert stand(1000, "NL")["orders_index"] > row["orders_index"] > 1


def test_what_is_known_without_sales_is_learnt_and_foretells(app: Flask) -> None:
    """Sixty-six creators sell by their live viewers; one who never streamed has many, another few."""
    people = [replace(person(2000 + n), channels=(Channel("tiktok", 100, {}, {}, ()),)) for n in range(68)]
    shows = [show(n + 1, 2000 + n) for n in range(66)]
    lines = [line(1000 * n + k, 2000 + n) for n in range(66) for k in range(2 + n % 9 * 3)]
    store(Facts([LAMPS], people, shows, lines))
    viewers = [10 * 2 ** (n % 9) for n in range(66)] + [10 * 2**8, 10]
    raw().cursor().executemany(
        "update channel set average_live_viewers = %s where creator_id = %s",
        [(count, 2000 + n) for n, count in enumerate(viewers)],
    )
    creator_scores.refresh(raw(), at=UNTIL)
    many, few = stand(2066, "NL"), stand(2067, "NL")
    assert (many["evidence"], few["evidence"]) == ("none", "none")
    assert many["prior_index"] > 1.3 > 0.7 > few["prior_index"]
    assert many["live_viewers"] == 2560
    before = {table: rows(table) for table in KEYS}
    creator_scores.refresh(raw(), at=UNTIL, creators=[2003, 2066])
    assert {table: rows(table) for table in KEYS} == before, "by what the night has learnt"


def test_nobody_known_stands_in_the_middle(app: Flask) -> None:
    refreshed(Facts([], [Creator(1000, "JP", (), (), (), ())]))
    row = stand(1000, "JP", "all")
    assert (row["evidence"], row["sales_index"], row["audience"], row["freshness"]) == ("none", 1, 0.5, 0.5)
    assert row["reliability"] == 3 / 5
    assert (row["fatigue"], row["events"], row["price"]) == (None, 0, None)


def test_hours_count_only_for_the_categories_of_the_brands(app: Flask) -> None:
    facts = Facts(
        [LAMPS, Brand(1002, "NL", "EUR", {"P0": "beauty"}, ())],
        [person(1000)],
        [show(1, 1000), Show(2, 1000, 1002, UNTIL - 9 * HOUR, UNTIL - 2 * HOUR, (), True)],
        [line(1, 1000)],
    )
    refreshed(facts)
    row = stand(1000, "NL")
    assert (row["streams"], row["minutes"]) == (1, 120)
    assert rows("market_mean")["NL", "home", "EUR"]["minutes"] == 120


def test_up_to_three_brands_are_named_whose_sales_a_mean_and_an_index_rest_on(app: Flask) -> None:
    here = Channel("tiktok", 100, {"NL": 5000, "BE": 5000}, {}, ())
    shops = [Brand(1000 + n, "NL", "EUR", {"P0": "home.lighting"}, ()) for n in range(5)]
    sold = [line(n, 1000, brand=1000 + n) for n in range(4)] + [line(9, 1001)]
    sold += [line(10, 1001, currency="GBP", brand=1001), line(11, 1002, brand=1004)]  # who never streamed
    facts = Facts(shops, [person(1000, channels=(here,)), person(1001), person(1002)], [], sold)
    facts.shows.extend([show(1, 1000), show(2, 1001), show(3, 1001, brand=shops[1])])
    refreshed(facts)
    means = rows("market_mean")
    assert means["NL", "home", "EUR"]["brands"] == [1000, 1001]
    assert means["NL", "home", "GBP"]["brands"] == [1001]
    found = {(who, where): stand(who, where)["brands"] for who, where in ((1000, "NL"), (1000, "BE"), (1001, "NL"))}
    assert found == {(1000, "NL"): [1000], (1000, "BE"): [1000], (1001, "NL"): [1000, 1001]}
    assert stand(1002, "NL")["brands"] == [], "leans on nothing"


def test_facts_begin_with_a_month_so_that_twelve_whole_ones_are_kept(app: Flask) -> None:
    """Also in the middle of a month."""
    first = UNTIL.replace(year=UNTIL.year - 1)
    ends = [(1, first - HOUR, first), (2, first, first + HOUR), (3, UNTIL + HOUR, UNTIL + 2 * HOUR)]
    shows = [Show(nr, 1000, LAMPS.id, *each, (), True) for nr, *each in ends]
    store(Facts([LAMPS], [person(1000)], shows, [line(nr, 1000, at=each[0]) for nr, *each in ends]))
    creator_scores.refresh(raw(), at=UNTIL + timedelta(days=20))
    months = [first.date(), UNTIL.date()]
    assert sorted(key[-1] for key in rows("outcome")) == sorted(key[-1] for key in rows("airtime")) == months
    creator_scores.refresh(raw(), at=UNTIL + timedelta(days=30))  # the first of July
    assert [key[-1] for key in rows("outcome")] == months[1:]


def test_the_same_hour_on_two_platforms_is_one_hour(app: Flask) -> None:
    facts = Facts([LAMPS], [person(1000)], [show(1, 1000), show(2, 1000), show(3, 1000, 39)], [])
    refreshed(facts)
    found = rows("airtime")[1000, LAMPS.id, date(2026, 4, 1)]
    assert (found["streams"], found["minutes"]) == (3, 240)


def test_answers_and_broken_exclusivities_count_for_reliability(app: Flask) -> None:
    """Each in its weight; a late answer says nothing."""
    store(Facts([LAMPS], [person(1000)], [show(1, 1000)], []))
    by = raw().execute("select id from person limit 1").fetchone()
    assert by
    week = {"brand": LAMPS.id, "creator": 1000, "by": by[0], "then": UNTIL - timedelta(days=30), "until": UNTIL}
    approach = (
        "insert into approach (brand_id, creator_id, status, sent_by, sent_at, answered_at) values"
        " (%(brand)s, %(creator)s, 'agreed', %(by)s, %(then)s, %(then)s + interval '2 days'),"  # good
        " (%(brand)s, %(creator)s, 'refused', %(by)s, %(then)s, %(then)s + interval '9 days'),"  # late: nothing
        " (%(brand)s, %(creator)s, 'lapsed', %(by)s, %(then)s, %(then)s + interval '29 days')"  # bad
    )
    raw().execute(approach, week)
    sample = (
        "insert into sample (brand_id, creator_id, sku, product_name, value, currency, status, requested_by,"
        " requested_at, decide_by, decided_at, shipped_at, delivered_at, due_at, fulfilled_at, missed_at)"
        " select %(brand)s, %(creator)s, 'P0', 'P', 1, 'EUR', status, %(by)s, %(then)s, %(then)s, %(then)s,"
        " %(then)s, %(then)s, %(then)s, case status when 'fulfilled' then at end, case status when 'missed' then at end"
        " from (values ('fulfilled', %(then)s), ('missed', %(then)s), ('missed', %(until)s)) sample (status, at)"
    )
    raw().execute(sample, week)  # good, bad, and one that is yet to be missed
    offers = (
        "with offers as (insert into offer (brand_id, creator_id, title, made_by, made_at) select %(brand)s,"
        " %(creator)s, status, %(by)s, %(then)s from unnest(array['countered', 'expired', 'withdrawn']) status"
        " returning id, title)"
        " insert into offer_round (offer_id, nr, side, terms, status, made_by, made_at, sent_at, expires_at, closed_at)"
        " select id, 1, 'brand', '{}', title, %(by)s, %(then)s, %(then)s, %(until)s, %(then)s from offers"
    )
    raw().execute(offers, week)  # good, bad, nothing
    breach = (
        "insert into breach (contract_id, kind, cause, found_at, answer_by, status, decided_by, decided_at)"
        " select id, 'stream', 1, %(then)s, %(then)s, 'upheld', %(by)s, %(then)s from contract where creator_id = 1000"
    )
    raw().execute(breach, week)  # three bad
    creator_scores.refresh(raw(), at=UNTIL)
    row = stand(1000, "NL")  # with a stream that showed nothing: bad
    assert (row["events"], row["reliability"]) == (10, (3 + 3) / (10 + 5))


def test_new_switches_count_at_once(app: Flask) -> None:
    refreshed(draw(2))
    before = rows("standing")
    raw().execute(
        "insert into ranking (margin, by_category, by_audience, by_reliability, by_freshness, valid_from, set_by_name)"
        " values (40, 0, 0, 0, 0, now(), 'Adam')"
    )
    assert creator_scores.weigh(raw()) >= len(before)
    after = rows("standing")
    assert all(row["quality"] == row["sales_index"] for row in after.values())
    creator_scores.refresh(raw(), at=UNTIL)
    assert rows("standing") == after
