"""The same person on several platforms is proposed for merging, with what speaks for it, and never merged silently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.creators import likenesses, search, shortlists
from app.creators.lists import receiving, withdrawing
from app.creators.models import CreatorList, Figure, Likeness
from app.database import db, raw
from app.errors import Conflict, WrongStatus
from app.streams.models import Channel
from app.users.models import AuditEvent, Creator
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
HEAD = "account,name,followers,country\n"


def bring(content: str, name: str, platform: str = "") -> CreatorList:
    found = receiving.receive(content.encode(), name, by=identity("adam"), at=AT)
    if platform:
        receiving.choose_platform(found, platform, at=AT)
    receiving.import_list(found, by=identity("adam"), at=AT)
    db.session.commit()
    return found


def two(
    one: str = "lamp.lady,Anna Vos,500,NL", other: str = "lamplady,Anna Vos,900,"
) -> tuple[CreatorList, CreatorList]:
    return bring(f"{HEAD}{one}\n", "tiktok-2026-01.csv"), bring(f"{HEAD}{other}\n", "instagram-2026-01.csv")


def proposals() -> list[likenesses.Pair]:
    db.session.expire_all()
    return likenesses.open_pairs(10)


def handles() -> list[str]:
    return list(db.session.scalars(select(Creator.handle).where(Creator.handle.contains(":")).order_by(Creator.handle)))


def test_the_same_account_and_name_on_two_platforms_are_proposed_and_nothing_is_merged(cast: Cast) -> None:
    two()
    (pair,) = proposals()
    assert (pair.one.handle, pair.other.handle) == ("tiktok:lamp.lady", "instagram:lamplady")
    signs = sorted(pair.likeness.evidence, key=lambda sign: str(sign["kind"]))
    assert signs == [
        {"kind": "account", "of_one": "tiktok:lamp.lady", "of_other": "instagram:lamplady"},
        {"kind": "name", "name": "Anna Vos"},
    ]
    assert handles() == ["instagram:lamplady", "tiktok:lamp.lady"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lamp.lady,Anna Vos,500,NL", "bulb.girl,Berta Bos,900,NL"),
        ("anna,Anna,500,NL", "anna,Anna,900,NL"),  # short, and one word: many are called so
        ("lamp.lady,Anna Vos,500,NL", "lamp.lady,Anna Vos,900,DE"),  # another country
        ("123456,Anna V,500,NL", "123456,Berta B,900,NL"),
    ],
)
def test_what_is_no_sign_proposes_nothing(cast: Cast, one: str, other: str) -> None:
    two(one + "\nx.y,X,1,", other + "\ny.x,Y,1,")
    assert proposals() == []


def test_what_many_are_called_and_who_is_on_the_same_platform_is_proposed_to_nobody(cast: Cast) -> None:
    rows = "".join(f"lamp.lady{'.' * number},Anna Vos,5,NL\n" for number in range(4))
    bring(HEAD + rows, "tiktok-2026-01.csv")
    bring(HEAD + "lamplady,Anna Vos,5,NL\n", "instagram-2026-01.csv")
    assert proposals() == []
    bring(HEAD + "gardener1,Berta Bos,5,NL\ngardener2,Berta Bos,5,NL\n", "tiktok-2026-02.csv")
    assert proposals() == []


def test_a_row_that_names_both_is_the_strongest_sign(cast: Cast) -> None:
    wide = "Instagram username,Instagram followers,TikTok username,TikTok followers\nlamp.lady,12500,bulb.girl,980\n"
    wide += "x.y,1,,\n"
    bring(wide, "people.csv", "instagram")
    assert proposals() == []
    bring(wide, "people.csv", "tiktok")
    (pair,) = proposals()
    assert pair.likeness.evidence == [{"kind": "row", "file": "people.csv", "line": 2}]


def test_merging_moves_channels_figures_and_what_is_found_by(cast: Cast) -> None:
    two(other="lamplady,Anna Vos,900,\nzz.top,Z,1,")
    (pair,) = proposals()
    stays = likenesses.merge(pair.likeness, by=identity("adam"), at=AT)
    db.session.commit()
    assert stays.handle == "tiktok:lamp.lady"
    assert handles() == ["instagram:zz.top", "tiktok:lamp.lady"]
    mine = select(Channel.platform, Channel.name).where(Channel.creator_id == stays.id).order_by(Channel.platform)
    assert [tuple(row) for row in db.session.execute(mine)] == [("instagram", "lamplady"), ("tiktok", "lamp.lady")]
    assert db.session.scalar(select(func.count()).select_from(Figure)) == 3
    assert [creator for creator, _rank in search.find(raw(), "lamplady", limit=5)] == [stays.id]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "merge")).one()
    assert event.detail["handle"] == "instagram:lamplady"
    gone = "select creator_id from standing where creator_id not in (select id from creator)"
    assert raw().execute(gone).fetchall() == []
    assert proposals() == []
    with pytest.raises(WrongStatus):
        likenesses.merge(pair.likeness, by=identity("adam"), at=AT)


def test_who_is_in_use_stays_whoever_was_first(cast: Cast) -> None:
    two()
    later = db.session.scalars(select(Creator).where(Creator.handle == "instagram:lamplady")).one()
    market.contract(cast.brands["lumen"], later)
    db.session.commit()
    (pair,) = proposals()
    assert (pair.stays.handle, pair.goes.handle) == ("instagram:lamplady", "tiktok:lamp.lady")
    stays = likenesses.merge(pair.likeness, by=identity("adam"), at=AT)
    assert (stays.id, stays.country) == (later.id, "NL")  # what is not known of the one is taken from the other


def test_two_who_are_both_in_use_are_not_merged_and_the_sentence_says_why(cast: Cast) -> None:
    two()
    one, other = (db.session.scalars(select(Creator).where(Creator.handle == handle)).one() for handle in handles())
    market.contract(cast.brands["lumen"], one)
    kept = shortlists.create(cast.brands["kettle"], "Winter", by=identity("kim"), at=AT)
    shortlists.add(kept, [other], by=identity("kim"), at=AT)
    db.session.commit()
    (pair,) = proposals()
    with pytest.raises(Conflict, match="both are in use: Anna Vos has") as refused:
        likenesses.merge(pair.likeness, by=identity("adam"), at=AT)
    assert "a place on a brand’s list" in str(refused.value)
    db.session.rollback()
    assert len(handles()) == 2


def test_who_is_kept_apart_is_not_proposed_again(cast: Cast) -> None:
    two()
    (pair,) = proposals()
    likenesses.keep_apart(pair.likeness, by=identity("adam"), at=AT)
    db.session.commit()
    assert likenesses.look(None, at=AT) == 0
    assert proposals() == []


def test_creators_who_were_there_before_are_looked_at_too(cast: Cast) -> None:
    two()
    db.session.execute(Likeness.__table__.delete())
    assert likenesses.look(None, at=AT) == 1
    assert likenesses.look(None, at=AT) == 0


def test_lists_are_taken_back_after_a_merger(cast: Cast) -> None:
    first, second = two()
    (pair,) = proposals()
    stays = likenesses.merge(pair.likeness, by=identity("adam"), at=AT)
    db.session.commit()
    withdrawing.withdraw(second, "The wrong file", by=identity("adam"), at=AT)
    db.session.commit()
    assert [(each.platform, each.creator_id) for each in db.session.scalars(select(Channel))] == [("tiktok", stays.id)]
    withdrawing.withdraw(first, "The wrong file", by=identity("adam"), at=AT)
    db.session.commit()
    assert handles() == []


def test_a_list_that_brought_who_stays_is_not_taken_back_under_the_other_channel(cast: Cast) -> None:
    first, _second = two()
    likenesses.merge(proposals()[0].likeness, by=identity("adam"), at=AT)
    db.session.commit()
    with pytest.raises(Conflict):
        withdrawing.withdraw(first, "The wrong file", by=identity("adam"), at=AT)


def test_a_proposal_whose_list_was_taken_back_is_no_longer_shown(cast: Cast) -> None:
    _first, second = two()
    (pair,) = proposals()
    withdrawing.withdraw(second, "The wrong file", by=identity("adam"), at=AT)
    db.session.commit()
    assert proposals() == []
    with pytest.raises(Conflict, match="no longer here"):
        likenesses.merge(pair.likeness, by=identity("adam"), at=AT)


def test_the_page_shows_what_speaks_for_it_and_merges(cast: Cast, browse: Callable[[str], FlaskClient]) -> None:
    two()
    bring(HEAD + "gardener,Berta Bos,5,NL\n", "tiktok-2026-02.csv")
    bring(HEAD + "gar_dener,Berta Bos,6,NL\n", "instagram-2026-02.csv")
    admin, page = browse("adam"), "/admin/creators-alike"
    shown = admin.get(page).text
    for words in (
        "Anna Vos",
        "tiktok: lamp.lady",
        "instagram: lamplady",
        "Both are called “Anna Vos”",
        "Merge",
        "Two people",
    ):
        assert words in shown, words
    assert "Merge</button>" not in browse("audrey").get(page).text
    one, other = sorted(db.session.scalars(select(Likeness.public_id).order_by(Likeness.id)), key=str)
    done = admin.post(f"{page}/{one}/merge", follow_redirects=True).text
    assert "Merged" in done
    assert admin.post(f"{page}/{one}/merge").status_code == 409
    assert "not be proposed again" in admin.post(f"{page}/{other}/keep-apart", follow_redirects=True).text
    assert "Nobody looks like" in admin.get(page).text
    assert "0 new" in admin.post(f"{page}/look", follow_redirects=True).text
