"""An imported list can be taken back as long as nothing was built on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.creators import search, shortlists
from app.creators.lists import receiving, withdrawing
from app.creators.models import CreatorList, Figure
from app.database import db, raw
from app.errors import BadInput, Conflict, WrongStatus
from app.streams.models import Channel
from app.uploads.models import Import
from app.users.models import Creator
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
HEAD = "TikTok name,Display name,Followers,Avg. views,Country,Category\n"
TABLES = ("creator", "channel", "figure", "search_document", "standing", "list_account")


def bring(rows: str, name: str = "tiktok-2026-01.csv") -> CreatorList:
    found = receiving.receive((HEAD + rows).encode(), name, by=identity("adam"), at=AT)
    receiving.import_list(found, by=identity("adam"), at=AT)
    db.session.commit()
    return found


def world() -> dict[str, Any]:
    """Everything that a list may touch, but for when and in which order it was written."""
    db.session.expire_all()
    rows = {}
    for table in TABLES:
        query = text(f"select to_jsonb(t) from {table} t")
        each = [{key: value for key, value in row[0].items() if key != "at"} for row in db.session.execute(query)]
        rows[table] = sorted(json.dumps(row, sort_keys=True) for row in each)
    return rows


def take_back(found: CreatorList) -> list[int]:
    return withdrawing.withdraw(found, "The wrong file", by=identity("adam"), at=AT)


def test_taking_back_leaves_the_world_as_it_was(cast: Cast) -> None:
    bring("anna,Anna Vos,100,30,Spain,Beauty\nbert,B B,50,,,\n", "tiktok-2026-01.csv")
    before = world()
    rows = "anna,Anna de Vos,200,,Mexico,Fashion\nbert,B B,60,7,Spain,Toys\nlamp.lady,Lamp,5,,Spain,Home\n"
    second = bring(rows, "tiktok-2026-03.csv")
    assert world() != before
    assert len(take_back(second)) == 3
    assert world() == before
    assert second.status == "withdrawn"
    imported = db.session.get_one(Import, second.import_id)
    assert (imported.withdrawn_by, imported.withdrawn_reason) == ("Adam", "The wrong file")
    assert search.find(raw(), "lamp.lady", limit=5) == []
    with pytest.raises(WrongStatus):
        take_back(second)
    bring(rows, "tiktok-2026-03.csv")  # and it can come again
    assert db.session.scalar(select(func.count()).select_from(Channel)) == 3


def test_a_figure_that_a_list_of_the_same_day_replaced_comes_back(cast: Cast) -> None:
    bring("anna,Anna,100,30,,\n")
    before = world()
    take_back(bring("anna,Anna,101,30,,\n"))
    assert world() == before
    assert db.session.scalars(select(Figure.value).order_by(Figure.value)).all() == [30, 100]


def test_what_was_changed_since_stays(cast: Cast) -> None:
    first = bring("anna,Anna,100,30,Spain,Beauty\n")
    creator = db.session.scalars(select(Creator).where(Creator.handle == "tiktok:anna")).one()
    second = bring("anna,Anna V,200,40,Mexico,Fashion\n", "tiktok-2026-03.csv")
    creator.name = "Anna Vos"
    channel = db.session.scalars(select(Channel).where(Channel.creator_id == creator.id)).one()
    channel.followers = 300
    db.session.commit()
    take_back(second)
    db.session.expire_all()
    assert (creator.name, creator.country) == ("Anna Vos", "ES")
    assert (channel.followers, channel.average_views, channel.categories) == (300, 30, ["Beauty"])
    assert first.status == "imported"


def test_a_list_on_which_something_was_built_stays(cast: Cast) -> None:
    found = bring("anna,Anna,100,30,,\nbert,Bert,5,6,,\n")
    with pytest.raises(BadInput, match="Say why"):
        withdrawing.withdraw(found, "  ", by=identity("adam"), at=AT)
    anna = db.session.scalars(select(Creator).where(Creator.handle == "tiktok:anna")).one()
    kept = shortlists.create(cast.brands["lumen"], "Winter", by=identity("olga"), at=AT)
    shortlists.add(kept, [anna], by=identity("olga"), at=AT)
    db.session.commit()
    before = world()
    with pytest.raises(Conflict, match="already works with"):
        take_back(found)
    db.session.rollback()
    assert world() == before
    shortlists.remove(kept, [anna])
    db.session.commit()
    market.contract(cast.brands["lumen"], anna)
    db.session.commit()
    with pytest.raises(Conflict, match="already works with"):
        take_back(found)


def test_lists_are_taken_back_the_last_first_where_they_share_accounts(cast: Cast) -> None:
    first = bring("anna,Anna,100,30,,\n")
    apart = bring("carl,Carl,1,1,,\n", "tiktok-2026-02.csv")
    same = bring("anna,Anna,100,30,,\n")  # changes nothing, and counts on what is there all the same
    with pytest.raises(Conflict, match="Take it back first"):
        take_back(first)
    db.session.rollback()
    take_back(same)
    take_back(first)
    take_back(apart)
    assert db.session.scalar(select(func.count()).select_from(Channel)) == 0


def test_the_page_takes_a_list_back_with_a_reason(cast: Cast, browse: Callable[[str], FlaskClient]) -> None:
    page = f"/admin/creator-lists/{bring('anna,Anna,100,30,,').public_id}"
    assert "Take this list back" not in browse("audrey").get(page).text
    admin = browse("adam")
    assert "Take this list back" in admin.get(page).text
    assert admin.post(f"{page}/withdraw", data={}).status_code == 422
    done = admin.post(f"{page}/withdraw", data={"reason": "The wrong file"}, follow_redirects=True).text
    assert "Taken back." in done
    assert "Take this list back" not in done
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Channel)) == 0


def test_a_second_tab_hears_that_the_list_was_taken_back(cast: Cast, browse: Callable[[str], FlaskClient]) -> None:
    found = bring("anna,Anna,100,30,,\n")
    page, admin = f"/admin/creator-lists/{found.public_id}", browse("adam")
    assert "Everybody who may see the import can read this." in admin.get(page).text
    sent = {"data": {"reason": "The wrong file"}}
    assert admin.post(f"{page}/withdraw", **sent).status_code == 303
    again = admin.post(f"{page}/withdraw", **sent)
    assert again.status_code == 409
    assert "Somebody was faster" in again.text
    imported = db.session.scalars(select(Import.public_id)).one()
    shown = admin.get(f"/imports/{imported}").text
    assert "Withdrawn by Adam: The wrong file" in shown
    assert "This file added nothing new." not in shown


def test_the_page_asks_how_numbers_are_written(cast: Cast, browse: Callable[[str], FlaskClient]) -> None:
    content = b'TikTok name,Followers\nanna,12.500\nbert,"1,250"\n'
    found = receiving.receive(content, "a.csv", by=identity("adam"), at=AT)
    db.session.commit()
    page, admin = f"/admin/creator-lists/{found.public_id}", browse("adam")
    shown = admin.get(page).text
    assert "can be read in two ways" in shown
    assert "Import valid rows" not in shown
    assert admin.post(f"{page}/import").status_code == 422
    mapped = {"platform": "tiktok", "measured_on": "2026-01-31", "column_0": "name", "column_1": "followers"}
    shown = admin.post(page, data=mapped | {"decimal_sign": ","}, follow_redirects=True).text
    assert "Import valid rows" in shown
    admin.post(f"{page}/import")
    db.session.rollback()
    assert dict(db.session.execute(select(Channel.name, Channel.followers)).all()) == {"anna": 12_500, "bert": 1}  # type: ignore[arg-type]
