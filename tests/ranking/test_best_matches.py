"""The best by SQL are the best by the pure score; exclusivity is asked for; and the other way round."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.contracts.terms.sheet import Scope
from app.creators import search
from app.creators.audience import AGES
from app.creators.models import AskingPrice, Profile
from app.database import db, raw
from app.ranking import best_matches, briefs, scoring
from app.ranking.among import usual_hours
from app.ranking.scoring import Brief, Weights
from app.users.models import Brand, Creator
from tests.campaigns import campaigning
from tests.campaigns.campaigning import AT
from tests.cast import Cast
from tests.contracts.closing import closing, sheet, signed
from tests.ranking import stands

PLATFORMS, TONGUES = ("tiktok", "youtube", "twitch"), ("nl", "en", "de")
CODES = ("beauty.skincare", "beauty", "beauty.hair", "home", "food.tea")
WORDS = ("serum", "hardlopen", "glans")
calmly = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def drawn(draw: random.Random, creators: list[int]) -> list[dict[str, Any]]:
    """Random standings; few values, so that many scores are equal."""
    keys = {(draw.choice(creators), draw.choice(("NL", "BE")), draw.choice(CODES)) for _ in range(draw.randrange(60))}
    return [
        stands.row(
            *key,
            sales_index=draw.choice((0.2, 1.0, 1.0, 1.7, 3.1)),
            audience=draw.choice((0.0, 0.37, 1.0)),
            reliability=draw.choice((0.6, 0.61, 0.99)),
            freshness=draw.choice((0.5, 0.93, 1.0)),
            first_language=(tongue := draw.choice(TONGUES)),
            languages=[tongue, *draw.sample(TONGUES, 1)],
            platforms=draw.sample(PLATFORMS, draw.randrange(3)),
            ages=draw.choice((None, [1000, 2000, 3000, 1000, 1500, 1500], [0, 9999, 1, 0, 0, 0])),
            price=draw.choice((None, 1_000, 4_999, 9_000)),
            price_currency=draw.choice(("EUR", "EUR", "GBP")),
        )
        for key in sorted(keys)
    ]


def asked(draw: random.Random, brand_id: int) -> Brief:
    some = {name: tuple(draw.sample(of, draw.choice((0, 0, 1, 2)))) for name, of in WISHES.items()}
    ceiling = draw.choice((None, 5_000, 9_000))
    markets, money = draw.choice((("NL",), ("NL", "BE"))), draw.choice(("EUR", "GBP"))
    costs = {"costs_bps": draw.choice((0, 1_200, 5_000)), "fixed_an_hour": draw.choice((0.0, 700.0))}
    return stands.brief(
        draw.choice(CODES),
        brand_id=brand_id,
        markets=markets,
        hour_ceiling=ceiling,
        currency=money,
        usual_price=3_000,
        **costs,
        **some,
    )


WISHES: Mapping[str, tuple[str, ...]] = {"languages": TONGUES, "platforms": PLATFORMS, "ages": AGES, "words": WORDS}


def brute(
    rows: list[dict[str, Any]],
    brief: Brief,
    documents: Mapping[int, str],
    pairs: Mapping[int, int],
    prices: Mapping[int, int],
    weights: Weights,
    usual: Mapping[tuple[str, int], float],
) -> list[Any]:
    """(creator, score) of everybody who fits, the best first, by the pure functions alone."""
    found: dict[int, float] = {}
    for made in rows:
        number = made["creator_id"]
        words = sum(word in documents.get(number, "").split() for word in brief.words)
        pair = 1 - pairs[number] / 100 if number in pairs else None
        if made["price"] is not None and made["price_currency"] != brief.currency == "GBP" and number in prices:
            made = made | {"price": prices[number], "price_currency": "GBP"}
        if (made["country"], made["category"]) not in usual:
            continue
        usually = usual[made["country"], made["category"]]
        each = stands.stand(made, words_found=words, pair_freshness=pair, usual=usually)
        if scoring.fits(each, brief):
            worth = scoring.score(each, brief, weights)
            found[number] = max(found.get(number, worth), worth)
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


@calmly
@given(seed=st.integers(0, 2**32), limit=st.integers(1, 9))
def test_the_search_finds_exactly_what_scoring_everybody_finds(app: Flask, seed: int, limit: int) -> None:
    draw = random.Random(seed)
    brand_id, creators = draw.randrange(1, 3), _creators(24)
    documents = {number: " ".join(draw.sample(WORDS, draw.randrange(4))) for number in draw.sample(creators, 16)}
    pairs = {number: draw.choice((0, 30, 100)) for number in draw.sample(creators, draw.choice((0, 8)))}
    prices = {number: draw.choice((1, 4_000, 9_001)) for number in draw.sample(creators, 12)}
    rows = drawn(draw, creators)
    _store(rows, documents, {brand_id: pairs}, prices)
    mean = (
        "insert into market_mean (country, category, currency, creators, orders, minutes, net, refund_bps, spread,"
        " brands, an_hour, value) values (%s, %s, %s, 5, 100, 600, 1, 0, 0, '{}', %s, 1000)"
    )
    for country, code in {(draw.choice(("NL", "BE")), draw.choice(("beauty", "home"))) for _ in range(3)}:
        raw().execute(mean, [country, stands.node(code), draw.choice(("EUR", "GBP")), draw.choice((0.0, 3.7, 40.1))])
    brief, weights = asked(draw, brand_id), Weights(freshness=draw.choice((0, 0, 30)))
    found = best_matches.best(raw(), brief, weights, limit=limit, clear=False)
    usual = usual_hours(raw(), brief)
    wanted = brute(rows, brief, documents, pairs, prices, weights, usual)
    assert [(each.creator_id, each.score) for each in found] == wanted[:limit]
    assert [scoring.score(each.stand, brief, weights) for each in found] == [score for _, score in wanted[:limit]]
    scores = [score for _, score in wanted]
    for each in found[:2]:
        one = best_matches.match_of(raw(), brief, weights, each.creator_id)
        assert one is not None
        assert (one.score, one.parts, one.stand) == (each.score, each.parts, each.stand)
        better = sum(score > each.score for score in scores)
        many = len(scores) - 1
        assert one.points == each.points == (round(100 * (1 - better / many)) if many else 100)
    strangers = set(creators) - {number for number, _score in wanted}
    assert all(best_matches.match_of(raw(), brief, weights, number) is None for number in sorted(strangers)[:2])
    db.session.rollback()


def test_who_is_closed_for_the_work_gives_way_to_the_next_best(cast: Cast) -> None:
    """Of three creators the best is exclusive to a rival, in the brief's category and days."""
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    stands.store(
        [
            stands.row(mira.id, code="home.lighting", sales_index=4.0),
            stands.row(joon.id, code="home.lighting", sales_index=2.0),
        ]
    )
    _close(mira, kettle, "home")
    brief = stands.brief("home.lighting", brand_id=lumen.id)
    assert [each.creator_id for each in best_matches.best(raw(), brief, Weights(), limit=1)] == [joon.id]
    assert [each.creator_id for each in best_matches.best(raw(), brief, Weights(), clear=False)] == [mira.id, joon.id]
    own = stands.brief("home.lighting", brand_id=kettle.id)
    assert best_matches.best(raw(), own, Weights(), limit=1)[0].creator_id == mira.id, (
        "it closes nothing for its own brand"
    )


def test_an_exclusivity_closes_only_its_categories_days_markets_and_platforms(cast: Cast) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    _close(mira, cast.brands["kettle"], "home", territory="NL", platform="tiktok")

    def closed(code: str = "home.lighting", **columns: Any) -> bool:
        brief = stands.brief(code, brand_id=lumen.id, **columns)
        return best_matches.closed_to(raw(), brief, [mira.id]) == {mira.id}

    assert closed()
    assert closed(platforms=("tiktok", "youtube"))
    assert closed("all")
    assert not closed("beauty")
    assert not closed(markets=("BE",))
    assert not closed(platforms=("youtube",))
    assert not closed(starts_on=date(2027, 1, 1), ends_on=date(2027, 2, 1)), "its last day is that of 2026"
    assert closed(starts_on=date(2026, 12, 31), ends_on=date(2027, 2, 1))


def test_an_exclusivity_that_is_over_keeps_nobody_from_the_days_that_are_left(cast: Cast) -> None:
    """A running campaign: who was another brand's until yesterday is free today."""
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    campaigning.funded(lumen)
    stands.store([stands.row(mira.id, code="home.lighting")])
    _close(mira, cast.brands["kettle"], "home", last=date(2026, 4, 30))
    running = campaigning.published(lumen)  # from 1 April to 30 June
    for day, free in ((date(2026, 4, 30), False), (date(2026, 5, 1), True)):
        at = datetime.combine(day, time(12), UTC)
        brief = briefs.brief_of(running, at=at)
        assert bool(best_matches.best(raw(), brief, Weights())) is free, day
        assert bool(best_matches.campaigns_for(mira.id, at=at)) is free, day
    after = briefs.brief_of(running, at=datetime(2026, 9, 1, tzinfo=UTC))
    assert best_matches.best(raw(), after, Weights()), "a campaign that is over can still be looked at"


def test_a_keyword_finds_who_writes_its_compound_apart(cast: Cast) -> None:
    """Counted among the brief's own words, whichever way each is found."""
    mira, joon, lumen = cast.creators["mira"], cast.creators["joon"], cast.brands["lumen"]
    about = {mira.id: "Schoenen om te hardlopen", joon.id: "Ik leer je de huid verzorgen"}
    for number, said in about.items():
        db.session.add(Profile(creator_id=number, about=said, changed_at=AT))
    db.session.flush()
    search.rebuild(raw(), at=AT)
    campaigning.funded(lumen)
    stands.store([stands.row(number, code="home.lighting") for number in about])
    for number, words in (
        (mira.id, ("hardloopschoenen", "koffie")),
        (joon.id, ("huidverzorging", "koffie")),
    ):
        brief = stands.brief("home.lighting", brand_id=lumen.id, words=words)
        found = best_matches.best(raw(), brief, Weights())
        assert [(each.creator_id, each.stand.words_found) for each in found] == [
            (number, 1),
            *((other, 0) for other in about if other != number),
        ]
        assert [scoring.score(each.stand, brief, Weights()) for each in found] == [each.score for each in found]
        one = best_matches.match_of(raw(), brief, Weights(), number)
        assert one is not None
        assert (one.stand, one.score) == (found[0].stand, found[0].score)
        campaigning.published(lumen, keywords=words)
    counts = [match.stand.words_found for _campaign, match, _earnings in best_matches.campaigns_for(mira.id, at=AT)]
    assert counts == [1, 0]


def test_a_price_in_the_campaigns_money_counts_where_the_markets_is_another(cast: Cast) -> None:
    """Mira asks euros and pounds, Joon pounds only: for a brief in pounds both are held against its ceiling."""
    mira, joon, lumen = cast.creators["mira"], cast.creators["joon"], cast.brands["lumen"]
    prices = [(mira, "EUR", 9_000), (mira, "GBP", 2_000), (joon, "EUR", 1_000)]
    for creator, currency, amount in prices:
        db.session.add(AskingPrice(creator_id=creator.id, per="hour", currency=currency, amount=amount))
    db.session.flush()
    stands.store(
        [
            stands.row(mira.id, price=9_000, price_currency="EUR"),
            stands.row(joon.id, price=1_000, price_currency="EUR"),
        ]
    )
    brief = stands.brief(brand_id=lumen.id, currency="GBP", hour_ceiling=8_000)
    first, second = best_matches.best(raw(), brief, Weights())
    assert (first.creator_id, first.parts.price, scoring.price_of(first.stand, brief)) == (mira.id, 0.75, 2_000)
    assert (second.creator_id, second.parts.price, scoring.price_of(second.stand, brief)) == (joon.id, 0.5, None)
    low = replace(brief, hour_ceiling=1_999)
    assert [each.creator_id for each in best_matches.best(raw(), low, Weights())] == [joon.id]
    assert best_matches.match_of(raw(), low, Weights(), mira.id) is None


def test_campaigns_are_ranked_for_a_creator_with_what_they_could_earn(cast: Cast) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    campaigning.funded(lumen)
    stands.store([stands.row(mira.id, code="home.lighting", sales_index=2.0)])
    mean = "insert into market_mean values ('NL', %s, 'EUR', 5, 100, 600, 1000000, 0, 0.5, '{901, 902}')"
    raw().execute(mean, [stands.node("home")])
    near = campaigning.published(lumen, title="Near", categories=("home.kitchen",))
    same = campaigning.published(lumen, title="Same", hours=10)
    campaigning.published(lumen, title="Elsewhere", markets=("DE",))
    campaigning.published(lumen, title="Something else", categories=("food",))
    campaigning.published(lumen, title="By invitation", entry="invited")
    found = best_matches.campaigns_for(mira.id, at=AT)
    assert [campaign.id for campaign, _match, _earnings in found] == [same.id, near.id]
    earnings = found[0][2]
    assert earnings.commission is not None
    assert earnings.middle == 200_000, "2 x 1,000.00 an hour x 10 hours x 10 %"
    assert 0 < earnings.low < 150_000 < 250_000 < earnings.high
    _close(mira, cast.brands["kettle"], "home.lighting")
    assert [each[0].id for each in best_matches.campaigns_for(mira.id, at=AT)] == [near.id]


def test_campaigns_of_a_brand_that_can_promise_nothing_are_not_found(cast: Cast) -> None:
    """rules.md B20."""
    mira = cast.creators["mira"]
    stands.store([stands.row(mira.id, code="home.lighting")])
    campaigning.published(cast.brands["lumen"])
    assert best_matches.campaigns_for(mira.id, at=AT) == []


def _creators(count: int) -> list[int]:
    about: dict[str, Any] = {"country": "NL", "languages": ["nl"], "timezone": "UTC", "recorded_at": AT}
    made = [Creator(handle=f"c{nr}", name=f"C{nr}", **about) for nr in range(count)]
    db.session.add_all(made)
    db.session.flush()
    return [each.id for each in made]


def _store(
    rows: list[dict[str, Any]],
    documents: Mapping[int, str],
    pairs: Mapping[int, Mapping[int, int]],
    prices: Mapping[int, int],
) -> None:
    stands.store(rows)
    document = (
        "insert into search_document (creator_id, name, words, facets, changed_at)"
        " values (%s, '', to_tsvector('simple', %s), '{}', now())"
    )
    tired = "insert into fatigue (creator_id, brand_id, country, streams, value) values (%s, %s, '', 9, %s)"
    priced = "insert into asking_price (creator_id, per, currency, amount) values (%s, 'hour', 'GBP', %s)"
    with raw().cursor() as cursor:
        cursor.executemany(priced, list(prices.items()))
        cursor.executemany(document, list(documents.items()))
        cursor.executemany(tired, [(who, brand, value) for brand, of in pairs.items() for who, value in of.items()])


def _close(
    creator: Creator,
    brand: Brand,
    category: str,
    *,
    territory: str = "world",
    platform: str = "all",
    last: date = date(2026, 12, 31),
) -> None:
    """A contract of the year that keeps everybody else away."""
    scope = Scope((category,), (platform,), (territory,), ("all",))
    days = date(2026, 1, 1), last
    signed(brand, creator, sheet(Scope(("home",)), closing(scope=scope), *days))
