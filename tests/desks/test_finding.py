"""The page where a brand looks for creators: the filters, the rows, and what can be done with those who are ticked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.creators import search, shortlists
from app.creators.models import AskingPrice, CreatorTag
from app.creators.search import alike
from app.database import db, raw
from app.desks.jobs import compare_creators
from app.ranking.models import Fatigue
from app.users.models import Creator
from tests.cast import Cast
from tests.creators.test_search import listed_creator
from tests.market import NOON
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def tess(cast: Cast) -> Creator:
    """Somebody of a list, who asks 90 euros an hour."""
    channel = {"followers": 12_300, "categories": ["fashion.bags"]}
    creator = listed_creator("tassentess", "Tess Visser", **channel)
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    db.session.add_all(
        [
            AskingPrice(creator_id=creator.id, per="hour", currency="EUR", amount=9000),
            CreatorTag(brand_id=lumen.id, creator_id=creator.id, tag="ours"),
            CreatorTag(brand_id=kettle.id, creator_id=creator.id, tag="theirs"),
            Fatigue(creator_id=creator.id, brand_id=0, country="", streams=8, decline=42, value=42, working={}),
        ]
    )
    db.session.flush()
    search.rebuild(raw(), at=NOON)
    search.note_fatigue(raw(), {creator.id: 42})
    db.session.commit()
    return creator


def test_the_night_notes_fatigue_and_compares_and_a_rebuild_keeps_it(cast: Cast, tess: Creator) -> None:
    raw().execute("update search_document set fatigue = 1")
    assert compare_creators(NOON).endswith("pairs of creators that are alike.")
    search.rebuild(raw(), at=NOON)
    noted = raw().execute("select creator_id, fatigue from search_document where fatigue is not null").fetchall()
    assert noted == [(tess.id, 42)]
    assert compare_creators(NOON) == compare_creators(NOON)


def page(cast: Cast, browser: FlaskClient, query: str = "") -> str:
    """The brand's page under these filters."""
    return str(browser.get(f"/brands/{cast.brands['lumen'].public_id}/creators{query}").text)


def test_a_brand_finds_creators_and_sees_what_is_known(cast: Cast, browse: Browse, tess: Creator) -> None:
    olga = browse("olga")
    everybody = page(cast, olga)
    assert everybody.index("Mira Live") < everybody.index("Tess Visser"), "who is here goes before who is only listed"
    by_followers = page(cast, olga, "?sort=followers")
    assert by_followers.index("Tess Visser") < by_followers.index("Mira Live")
    for said in ("12,300", "Bags", "€90.00", "not known", "42 of 100", "ours", "3 creators."):
        assert said in everybody
    assert "theirs" not in everybody
    for query in ("?q=tas", "?category=fashion", "?platform=tiktok", "?followers=12300", "?price=90", "?tag=ours"):
        shown = page(cast, olga, query)
        assert "Tess Visser" in shown, query
        assert "Mira Live" not in shown, query
    dutch = page(cast, olga, "?q=hantas&market=")
    assert "Nobody is described by “hantas”" in dutch
    assert "Tess Visser" in dutch


def test_headings_sort_by_every_figure_and_back_in_the_address(cast: Cast, browse: Browse, tess: Creator) -> None:
    raw().execute(
        "update search_document set live_viewers = 321, views = 654, engagement_bps = 310, growth_bps = 420,"
        " gained = 500, grown_since = '2026-02-01' where creator_id = %s",
        [tess.id],
    )
    db.session.commit()
    olga = browse("olga")
    everybody = page(cast, olga)
    for said in (
        ">321<",
        ">654<",
        "3.1%",
        "+4.2%",
        "+500 since ",
        "sort=live",
        "sort=growth",
    ):
        assert said in everybody, said
    sorted_by = page(cast, olga, "?sort=growth&market=")
    assert 'aria-sort="descending"' in sorted_by
    assert "sort=-growth" in sorted_by
    turned = page(cast, olga, "?sort=-growth")
    assert 'aria-sort="ascending"' in turned
    assert "Growth of followers, the other way round" in turned
    for query in ("live=321", "views=654", "engagement=3.1", "growth=4.2", "fatigue=42", "followers_most=12300"):
        shown = page(cast, olga, f"?{query}")
        assert "Tess Visser" in shown, query
        assert "Mira Live" not in shown, query
        assert ('<details class="more-filters" open>' in shown) == (query != "live=321"), query
    assert "Tess Visser" not in page(cast, olga, "?growth=4.3")


def test_creators_like_one_stand_on_their_page_and_in_a_list_with_the_reasons(
    cast: Cast, browse: Browse, tess: Creator
) -> None:
    raw().execute("delete from fatigue")  # the fixture's has no causes, which the page would tell
    anna = listed_creator("anna", "Anna Bags", followers=14_000, categories=["fashion.bags"])
    ben = listed_creator("ben", "Ben Shoes", followers=14_000, categories=["fashion.shoes"])
    search.rebuild(raw(), at=NOON)
    alike.compare(raw(), at=NOON)
    db.session.commit()
    mine, olga = f"/market/creators/{tess.public_id}", browse("olga")
    read = olga.get(mine).text
    assert "Creators like this one" in read
    assert (
        read.index("Anna Bags")
        < read.index("the same category")
        < read.index("Ben Shoes")
        < read.index("a category nearby")
    )
    listed = page(cast, olga, f"?like={tess.public_id}")
    assert "Creators like Tess Visser, the most alike first." in listed
    assert listed.index("Anna Bags") < listed.index("Ben Shoes")
    assert "Mira Live" not in listed
    assert "a category nearby" in page(cast, olga, f"?like={tess.public_id}&sort=name")
    assert "Ben Shoes" not in page(cast, olga, f"?like={tess.public_id}&category=fashion.bags")
    address = f"/brands/{cast.brands['lumen'].public_id}/creators?like="
    assert olga.get(address + str(cast.brands["lumen"].public_id)).status_code == 422
    assert "a category nearby" in browse("audrey").get(mine).text
    assert (
        "Creators like this one" not in browse("mira").get(f"/market/creators/{cast.creators['mira'].public_id}").text
    )
    assert {anna.id, ben.id} == {each.creator_id for each in alike.alike_of(raw(), tess.id)}


def test_a_page_says_why_nobody_is_like_a_creator(cast: Cast, browse: Browse, tess: Creator) -> None:
    raw().execute("delete from fatigue")
    db.session.commit()
    olga, address = browse("olga"), f"/market/creators/{tess.public_id}"
    assert "Not compared yet: it is done every night" in olga.get(address).text
    alike.compare(raw(), at=NOON)
    db.session.commit()
    assert "Nobody else in the market is at home in a category of Tess Visser" in olga.get(address).text
    mira = f"/market/creators/{cast.creators['mira'].public_id}"
    assert "Nobody has said what Mira Live is at home in" in olga.get(mira).text


def test_nobody_found_says_what_to_do(cast: Cast, browse: Browse, tess: Creator) -> None:
    assert "a category finds more than a word" in page(cast, browse("olga"), "?q=xqzt")


def test_those_who_are_ticked_are_put_on_a_list_and_the_page_comes_back(
    cast: Cast, browse: Browse, tess: Creator
) -> None:
    lumen, olga = cast.brands["lumen"], browse("olga")
    address = f"/brands/{lumen.public_id}/creators?q=tas"
    shown = olga.get(address).text
    assert f'action="/brands/{lumen.public_id}/lists/add"' in shown
    form = {"creator": [str(tess.public_id)], "name": "Bags", "back": address}
    answer = olga.post(f"/brands/{lumen.public_id}/lists/add", data=form)
    assert answer.location == address
    db.session.rollback()
    (kept, count) = shortlists.lists_of(lumen)[0]
    assert (kept.name, count) == ("Bags", 1)
    assert "Tess Visser" in page(cast, olga, f"?list={kept.public_id}")


def test_the_platform_looks_on_and_reads_no_tags(cast: Cast, browse: Browse, tess: Creator) -> None:
    shown = page(cast, browse("audrey"), "?tag=nobody")
    assert "Tess Visser" in shown
    assert "ours" not in shown
    assert 'type="checkbox"' not in shown
    assert 'type="checkbox"' not in page(cast, browse("bea"))


def test_a_list_of_another_brand_is_not_there(cast: Cast, browse: Browse, tess: Creator) -> None:
    theirs = shortlists.create(cast.brands["kettle"], "Theirs", by=identity("kim"), at=NOON)
    number = theirs.public_id
    db.session.commit()
    answer = browse("olga").get(f"/brands/{cast.brands['lumen'].public_id}/creators?list={number}")
    assert answer.status_code == 404


def test_nonsense_in_the_address_is_refused_in_a_sentence(cast: Cast, browse: Browse) -> None:
    olga, address = browse("olga"), f"/brands/{cast.brands['lumen'].public_id}/creators"
    for query in (
        "followers=many",
        "price=-1",
        "category=nonsense",
        "market=XX",
        "sort=x",
        "page=0",
        "list=1",
        "sort=-best",
        "growth=much",
        "fatigue=101",
        "page=1001",
    ):
        assert olga.get(f"{address}?{query}").status_code == 422, query
    assert "Nobody is in the market yet." in olga.get(address).text
