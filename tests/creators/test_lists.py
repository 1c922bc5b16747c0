"""Lists of accounts: seven real ones, counted by other means, and small ones for every trap."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.creators import channels, search
from app.creators.channels import Measurement
from app.creators.lists import (
    categories,
    cells,
    counts,
    guessing,
    hints,
    preview,
    receiving,
)
from app.creators.lists.opening import opened
from app.creators.lists.reading import read
from app.creators.models import CreatorList, Figure, ListMapping
from app.database import db, raw
from app.errors import BadFile, BadInput, WrongStatus
from app.streams.models import Channel
from app.uploads.models import Import
from app.users.models import Creator
from tests import market
from tests.cast import Cast
from tests.conftest import MARKET_DATA
from tests.payouts.people import identity

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
FOLDER = MARKET_DATA / "creators"
real = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"No lists at {FOLDER}: set MARKET_DATA.")


def bring(content: str, name: str = "tiktok-2026-01.csv", **kwargs: Any) -> CreatorList:
    """Receives and imports a list."""
    found = receiving.receive(content.encode(), name, by=None, at=AT, **kwargs)
    receiving.import_list(found, by=None, at=AT)
    return found


def tally(found: CreatorList) -> tuple[int, int, int, int]:
    """New, updated, unchanged, rejected."""
    return found.new_creators, found.updated_channels, found.unchanged_rows, found.rejected_rows


def channel(name: str, platform: str = "tiktok") -> Channel:
    query = select(Channel).where(Channel.platform == platform, Channel.name == name)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def creator_of(found: Channel) -> Creator:
    return db.session.get_one(Creator, found.creator_id, populate_existing=True)


# -- the real lists, counted in plain Python from what somebody who reads the files sees in them --


@dataclass(frozen=True)
class Seen:
    """Where the columns of a real list stand, counted from 0 by eye."""

    platform: str
    day: date
    account: int
    title: int | None
    pairs: dict[str, tuple[int | None, int]]  # of a figure: the rounded column, if any, and the exact one
    country: int | None = None
    language: int | None = None
    categories: tuple[int, ...] = ()
    doubts: tuple[str, ...] = field(default=())


JUNE, SEPTEMBER = date(2022, 6, 30), date(2022, 9, 30)
LISTS = {
    "instagram-2022-06": Seen(
        "instagram",
        JUNE,
        0,
        1,
        {"followers": (4, 5), "average_likes": (7, 8), "average_comments": (9, 10)},
        country=6,
        categories=(2, 3),
        doubts=("Most values under “Views avg.” look like “Country”, so they are used for that despite the heading.",),
    ),
    "instagram-2022-09": Seen(
        "instagram",
        SEPTEMBER,
        1,
        2,
        {"followers": (3, 4)},
        country=5,
        categories=(10, 11),
        doubts=(
            "“Authentic engagement” is skipped: its values are not percentages.",
            "“Authentic engagement Values” is skipped: its values are not percentages.",
            "“Engagement average” is skipped: its values are not percentages.",
            "“Engagement average Values” is skipped: its values are not percentages.",
            (
                "“Audience country” is about the audience. No column says where the creator is, so this one is "
                "used. Skip it if that is wrong."
            ),
        ),
    ),
    "tiktok-2022-06": Seen(
        "tiktok",
        JUNE,
        0,
        1,
        {
            "followers": (2, 3),
            "average_views": (4, 5),
            "average_likes": (6, 7),
            "average_comments": (8, 9),
            "average_shares": (10, 11),
        },
    ),
    "tiktok-2022-09": Seen(
        "tiktok",
        SEPTEMBER,
        1,
        2,
        {
            "followers": (3, 4),
            "average_views": (5, 6),
            "average_likes": (7, 8),
            "average_comments": (9, 10),
            "average_shares": (11, 12),
        },
    ),
    "twitch-top1000-2020": Seen(
        "twitch",
        date(2020, 12, 31),
        0,
        None,
        {
            "stream_minutes": (None, 2),
            "peak_viewers": (None, 3),
            "average_live_viewers": (None, 4),
            "followers": (None, 5),
        },
        language=10,
    ),
    "youtube-2022-06": Seen(
        "youtube",
        JUNE,
        0,
        1,
        {"followers": (4, 5), "average_views": (7, 8), "average_likes": (9, 10), "average_comments": (11, 12)},
        country=6,
        categories=(2, 3),
    ),
    "youtube-2022-09": Seen(
        "youtube",
        SEPTEMBER,
        2,
        1,
        {"followers": (4, 5), "average_likes": (7, 8), "average_comments": (9, 10)},
        country=3,
        categories=(6, 11),
    ),
}
# What the lists call categories and is none of ours: the words are kept.
NOT_OURS = {"Adult content", "Shopping & Retail"}


def rows_of(name: str) -> list[list[str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def first_rows(name: str) -> dict[str, list[str]]:
    """Of each account, by its name in small letters, the first row."""
    found: dict[str, list[str]] = {}
    for row in rows_of(name):
        found.setdefault(row[LISTS[name].account].strip().lower(), row)
    return found


def is_whole(cell: str) -> bool:
    return bool(re.fullmatch(r"\d+(\.\d+)?", cell))


def wrong_cells(name: str) -> int:
    """How many cells of the rows that count hold something, and not what belongs there."""
    seen, wrong = LISTS[name], 0
    for row in first_rows(name).values():
        for rounded, exact in seen.pairs.values():
            wrong += not is_whole(row[exact]) or (rounded is not None and row[rounded] == "" and row[exact] == "0")
        country, language = (row[at] if at is not None else "" for at in (seen.country, seen.language))
        wrong += country in ("-", "0") or country[-1:] == "M"
        wrong += language == "Other"
    return wrong


def figures(name: str) -> int:
    seen = LISTS[name]
    asked = len(first_rows(name)) * len(seen.pairs)
    others = sum(
        (row[seen.country] in ("-", "0") or row[seen.country][-1:] == "M") if seen.country is not None else False
        for row in first_rows(name).values()
    )
    language = sum(row[seen.language] == "Other" if seen.language else False for row in first_rows(name).values())
    return asked - (wrong_cells(name) - others - language)


@real
def test_the_columns_of_real_lists_are_guessed_and_doubts_are_said(app: Flask) -> None:
    for name, seen in LISTS.items():
        listed = opened((FOLDER / f"{name}.csv").read_bytes())
        found = guessing.guess(listed.header, listed.cells, f"{name}.csv")
        wanted = {"name": seen.account}
        wanted |= {what: exact for what, (_rounded, exact) in seen.pairs.items()}
        wanted |= {f"{what}_rounded": rounded for what, (rounded, _exact) in seen.pairs.items() if rounded is not None}
        wanted |= dict(zip(("category", "category_2"), seen.categories, strict=False))
        named = {"title": seen.title, "country": seen.country, "language": seen.language}
        wanted |= {what: at for what, at in named.items() if at is not None}
        assert (found.platform, found.columns, tuple(found.doubts)) == (seen.platform, wanted, seen.doubts), name
        assert hints.day_of(f"{name}.csv", AT.date()) == seen.day


@real
def test_all_seven_lists_are_stored_row_for_row_and_their_accounts_are_found(cast: Cast) -> None:
    known: dict[str, set[str]] = {}
    for name, seen in LISTS.items():
        content = (FOLDER / f"{name}.csv").read_bytes()
        found = receiving.receive(content, f"{name}.csv", by=identity("adam"), at=AT)
        receiving.import_list(found, by=identity("adam"), at=AT)
        accounts, before = first_rows(name), known.setdefault(seen.platform, set())
        new = set(accounts) - before
        before |= new
        assert found.read_rows == len(rows_of(name))
        assert tally(found) == (len(new), len(accounts) - len(new), 0, found.read_rows - len(accounts)), name
        assert found.rejected_cells == wrong_cells(name), name
        words = [row[at] for row in accounts.values() for at in seen.categories if row[at]]
        assert found.kept_cells == sum(word in NOT_OURS for word in words), name
        stored = db.session.scalar(select(func.count()).select_from(Figure).where(Figure.import_id == found.import_id))
        assert stored == figures(name), name
        assert found.seconds is not None
        assert found.seconds < 5, name  # a second on a quiet machine
        imported = db.session.get_one(Import, found.import_id)
        assert (imported.kind, imported.new_rows, imported.by_name) == ("creator_lists", len(new), "Adam")
    assert db.session.scalar(select(func.count()).select_from(Channel)) == sum(map(len, known.values()))
    assert "instagram:cristiano" in _found("cristiano")
    assert "youtube:MrBeast6000" in _found("MrBeast")
    assert "instagram:433" in _found("433")
    gaming = [name for name in _found("videogames") if name.startswith("youtube:")]
    assert len(gaming) > 10
    assert channel(gaming[0].removeprefix("youtube:"), "youtube").categories[0] == "Video games"
    there = text("select count(*) from search_document where facets @> array['m:BR', 'p:instagram']")
    earlier = first_rows("instagram-2022-06")
    latest = earlier | first_rows("instagram-2022-09")
    brazil = [name for name, row in latest.items() if _country(name, row, earlier) == "Brazil"]
    assert db.session.scalar(there) == len(brazil)
    again = bring((FOLDER / "youtube-2022-09.csv").read_text(encoding="utf-8"), "youtube-2022-09.csv")
    assert tally(again) == (0, 0, 999, 48)
    _check_newest_counts()


def _country(name: str, row: list[str], earlier: dict[str, list[str]]) -> str:
    """What the newest list says that says anything: in June it stands under another heading."""
    if row is earlier.get(name):
        return row[6]
    return row[5] or (earlier[name][6] if name in earlier else "")


def _found(words: str) -> list[str]:
    ids = [creator_id for creator_id, _rank in search.find(raw(), words, limit=20)]
    return [db.session.get_one(Creator, each).handle for each in ids]


def _check_newest_counts() -> None:
    """Whoever is in both lists has the figures of September, and those of June as history."""
    june, september = first_rows("tiktok-2022-06"), first_rows("tiktok-2022-09")
    both = sorted(set(june) & set(september))
    assert len(both) > 100
    query = text("select lower(name), followers, average_views from channel where platform = 'tiktok'")
    now = {name: (followers, views) for name, followers, views in db.session.execute(query)}
    assert all(now[name] == (int(september[name][4]), int(september[name][6])) for name in both)
    name = both[0]
    history = text("""select f.measured_on, f.value from figure f join channel h on h.id = f.channel_id
        where h.platform = 'tiktok' and lower(h.name) = :name and f.what = 'followers' order by 1""")
    wanted = [(JUNE, int(june[name][3])), (SEPTEMBER, int(september[name][4]))]
    assert [tuple(row) for row in db.session.execute(history, {"name": name})] == wanted


# -- what cells say --


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("507", 507),
        ("507.0", 507),
        ("348.5", 349),
        ("50.7M", 50_700_000),
        ("1.25k", 1_250),
        ("0", 0),
        ("1,234", 1_234),  # three digits after one sign are thousands in a count
        ("-5", None),
        ("1e9", None),
        ("١٢", 12),
        ("#VALOR!", None),
        ("", None),
        ("999999B", 999_999_000_000_000),
        ("9999999999999999", None),
    ],
)
def test_a_number_is_read_or_left(cell: str, value: int | None) -> None:
    sign = counts.sign_of([cell], whole=False)
    assert sign is not None
    assert counts.count(cell, sign) == value


@pytest.mark.parametrize(
    ("cell", "code"), [("Turkey", "TR"), ("Spanje", "ES"), ("NL", "NL"), ("nl", None), ("0", None)]
)
def test_countries_are_known_by_name_in_two_languages(cell: str, code: str | None) -> None:
    assert cells.country(cell) == code


def test_rounded_and_exact_agree_when_one_is_the_other_rounded_or_cut() -> None:
    assert counts.agree("1.2M", 1_249_999, counts.DecimalSign.POINT)
    assert counts.agree("1.3M", 1_250_001, counts.DecimalSign.POINT)
    assert not counts.agree("1.2M", 1_350_000, counts.DecimalSign.POINT)
    assert not counts.agree("1.2M", 1_200, counts.DecimalSign.POINT)
    assert counts.agree("507", 507, counts.DecimalSign.POINT)
    assert not counts.agree("507", 508, counts.DecimalSign.POINT)


def test_all_words_for_categories_lead_to_nodes(app: Flask) -> None:
    assert all(categories.known(word) for word in categories.codes())
    assert categories.known("Huidverzorging") == ("Skin care",)
    assert categories.known("Cinema & Actors/actresses") == ("Film and television",)
    assert categories.known("Beauty, Fashion; Public figure") == ("Beauty", "Fashion")
    assert categories.known("['Music and Dance', '#vlog']") == ("Music", "Lifestyle")
    assert categories.known("Everything") == ()  # says nothing
    assert categories.known("Digital creator") == ()  # says who, not about what


def test_days_are_told_by_names_of_files() -> None:
    def told(name: str) -> date | None:
        return hints.day_of(name, date(2026, 5, 1))

    assert told("tiktok-2024-02.csv") == date(2024, 2, 29)
    assert told("list 2025.csv") == date(2025, 12, 31)
    assert told("list_20260314.csv") == date(2026, 3, 14)
    assert told("list-2026-05.csv") == date(2026, 5, 1)  # not a day to come
    assert told("top1000.csv") is None


# -- guesses --


def guess(content: str, name: str = "list.csv") -> guessing.Guess:
    listed = opened(content.encode())
    return guessing.guess(listed.header, listed.cells, name)


def test_the_account_is_the_column_that_looks_like_one_whatever_the_headings_say(app: Flask) -> None:
    found = guess("Account,YouTuber,Subscribers\nBig Red Dog,bigreddog,5\nAnna Vos,annavos,6\n")
    assert found.columns == {"name": 1, "title": 0, "followers": 2}
    assert found.platform == "youtube"
    unsure = guess("Name,Account,Followers\nanna,vos,5\nbert,bos,6\n")
    assert any("look alike" in doubt for doubt in unsure.doubts)
    assert "The file does not say which platform these accounts are on. Choose one." in unsure.doubts


def test_headings_and_file_that_tell_two_platforms_are_doubted(app: Flask) -> None:
    found = guess("Instagram name,Followers\nanna,5\nbert,6\n", "tiktok.csv")
    assert found.platform == "instagram"
    assert any("different platforms" in doubt for doubt in found.doubts)


def test_a_rounded_column_alone_counts_and_is_said(app: Flask) -> None:
    found = guess("Name;Volgers;Land\nanna;1.2K;Nederland\nbert;5M;België\n", "tiktok.csv")
    assert found.columns == {"name": 0, "followers": 1, "country": 2}
    assert found.doubts == ["“Volgers” holds rounded numbers."]


def test_a_heading_whose_cells_are_something_else_is_left_out(app: Flask) -> None:
    found = guess("Name,Followers,Avg. likes\nanna,many,5\nbert,few,6\n", "tiktok.csv")
    assert found.columns == {"name": 0, "average_likes": 2}
    assert found.doubts == ["“Followers” is skipped: its values don’t match the heading."]


def test_followers_gained_and_time_watched_are_not_followers_or_time_live(app: Flask) -> None:
    found = guess("Channel,Followers gained,Watch time(Minutes),Followers\nanna,5,6,7\nbert,8,9,10\n", "twitch.csv")
    assert found.columns == {"name": 0, "followers": 3}


# -- reading --

TRAPS = """Account,Followers,Followers,Country,Language,Category
anna,1.2K,1200,NL,Dutch,Beauty
bert,,0,Atlantis,Klingon,Shopping & Retail
-,5,5,NL,Dutch,Beauty
ANNA,9K,9000,NL,Dutch,Beauty
carl,1.2K,5000,-,,#VALOR!
dora,N/A',#VALOR!,,,
short,1
emil,,77,NL,,Beauty,,
"""


def test_what_is_wrong_is_said_and_left_empty_and_nothing_is_made_up(app: Flask) -> None:
    listed = opened(TRAPS.encode())
    columns = {"name": 0, "followers_rounded": 1, "followers": 2, "country": 3, "language": 4, "category": 5}
    came = read(listed, columns)
    taken = {each.name: (each.figures, each.country, each.languages, each.categories) for each in came.accounts}
    assert taken == {
        "anna": ({"followers": 1200}, "NL", ("nl",), ("Beauty",)),
        "bert": ({}, "", (), ("Shopping & Retail",)),
        "carl": ({"followers": 5000}, "", (), ()),
        "dora": ({}, "", (), ()),
        "emil": ({"followers": 77}, "NL", (), ("Beauty",)),
    }
    assert (came.rows, came.rejected_rows, came.rejected_cells, came.kept_cells) == (8, 3, 6, 2)
    told = {(each.line, each.value): each.reason for each in came.faults}
    assert told == {
        (3, "0"): "0 next to an empty cell: it may mean unknown",
        (3, "Atlantis"): "unknown country",
        (3, "Klingon"): "unknown language",
        (3, "Shopping & Retail"): "not one of our categories: kept as search words",
        (4, "-"): "not a valid account name",
        (5, "ANNA"): "the account is on an earlier line, which is used",
        (6, "5000 / 1.2K"): "differs from the rounded number; this one is used",
        (6, "-"): "no value",
        (6, "#VALOR!"): "no value",
        (7, "#VALOR!"): "no value",
        (8, "short"): "the row has 2 cells instead of 6",
    }


def test_a_file_that_is_no_list_is_refused_in_a_sentence(app: Flask) -> None:
    for content in (
        b"",
        b"name,followers\n",
        b"only\none\n",
        b'name,followers\n"a,1\n',
        b"PK\x03\x04zip",
        b"a\x00,1\n2,3\n",
    ):
        with pytest.raises(BadFile):
            opened(content)
    with pytest.raises(BadFile, match="at most 8 MB"):
        receiving.receive(b"x" * (receiving.MOST_BYTES + 1), "a.csv", by=None, at=AT)


# -- storing --

HEAD = "TikTok name,Followers,Avg. views,Country,Category\n"


def test_a_new_account_is_a_creator_with_a_channel_and_figures_that_say_where_they_come_from(cast: Cast) -> None:
    found = bring(HEAD + "lamp.lady,1200,300,,Fitness & Gym\n")
    made = channel("lamp.lady")
    who = creator_of(made)
    assert (who.handle, who.name, who.country, who.languages, who.timezone) == (
        "tiktok:lamp.lady",
        "lamp.lady",
        "ZZ",
        [],
        "UTC",
    )
    assert (made.followers, made.average_views, made.categories) == (1200, 300, ["Fitness & Gym", "Fitness"])
    assert (made.import_id, who.import_id) == (found.import_id, found.import_id)
    (shown,) = channels.figures_of(who.id)
    assert [(each.what, each.value, each.source, each.source_name, each.measured_on) for each in shown.figures] == [
        ("followers", 1200, "creator_list", "tiktok-2026-01.csv", date(2026, 1, 31)),
        ("average_views", 300, "creator_list", "tiktok-2026-01.csv", date(2026, 1, 31)),
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_newest_list_counts_in_whatever_order_they_come(cast: Cast, order: tuple[int, int]) -> None:
    lists = [
        ("tiktok-2026-01.csv", HEAD + "lamp.lady,100,30,Spain,Beauty\n"),
        ("tiktok-2026-03.csv", HEAD + "Lamp.Lady,200,,Mexico,Fashion\n"),
    ]
    first, second = (bring(lists[at][1], lists[at][0]) for at in order)
    assert (tally(first), tally(second)) == ((1, 0, 0, 0), (0, 1, 0, 0))
    made = db.session.scalars(select(Channel).execution_options(populate_existing=True)).one()
    assert (made.followers, made.average_views, made.categories) == (200, 30, ["Fashion"])
    assert creator_of(made).country == "MX"
    assert db.session.scalar(select(func.count()).select_from(Figure)) == 3
    for name, content in lists:
        assert tally(bring(content, name)) == (0, 0, 1, 0)


def test_a_list_takes_nothing_from_a_creator_who_is_there(cast: Cast) -> None:
    mira, by = cast.creators["mira"], identity("mira")
    own = channels.add(mira, platform="tiktok", name="Lamp.Lady", by=by, at=AT)
    channels.save_channel(own, Measurement(date(2026, 2, 1), followers=500), by=by, at=AT)
    found = bring("Account,TikTok name,Followers,Avg. views,Country\nA Lamp,lamp.lady,100,30,Spain\nB C,bc,1,1,Spain\n")
    assert tally(found) == (1, 1, 0, 0)
    db.session.refresh(own)
    db.session.refresh(mira)
    assert (own.creator_id, own.followers, own.average_views) == (mira.id, 500, 30)
    assert (mira.name, mira.country, mira.languages) == ("Mira Live", "NL", ["nl", "en"])
    bring(HEAD + "lamp.lady,900,,,\n", "tiktok-2026-03.csv")
    db.session.refresh(own)
    assert own.followers == 900  # newer than what the creator said


@pytest.mark.parametrize(("verified", "kept"), [(date(2026, 2, 1), True), (date(2025, 12, 1), False), (None, True)])
def test_a_channel_from_a_file_keeps_what_is_newer(cast: Cast, verified: date | None, kept: bool) -> None:
    own = Channel(creator_id=cast.creators["mira"].id, platform="tiktok", name="lamp", categories=["Lamps"])
    own.followers, own.audience_countries, own.verified_on, own.recorded_at = 500, {}, verified, AT
    db.session.add(own)
    db.session.flush()
    own.import_id = market.file_import("channels", None)
    bring(HEAD + "lamp,100,30,Spain,Beauty\n")
    db.session.refresh(own)
    assert (own.followers, own.average_views, own.categories) == (500 if kept else 100, 30, ["Lamps"])


# -- what becomes of a list --


def test_a_mapping_is_remembered_for_the_next_file_with_the_same_headings(cast: Cast) -> None:
    first = receiving.receive(b"Name,Followers,Number\nanna,5,7\nbert,6,8\n", "a.csv", by=identity("adam"), at=AT)
    assert (first.platform, first.columns) == ("", {"name": 0, "followers": 1})
    with pytest.raises(BadInput, match="Choose the platform"):
        receiving.import_list(first, by=identity("adam"), at=AT)
    chosen = {"name": 0, "followers": 2}
    receiving.remap(first, platform="twitch", columns=chosen, measured_on=date(2026, 1, 5), at=AT)
    receiving.import_list(first, by=identity("adam"), at=AT)
    assert channel("anna", "twitch").followers == 7
    second = receiving.receive(b"name,followers,number\nanna,50,70\n", "b.csv", by=None, at=AT)
    assert (second.platform, second.columns) == ("", chosen)  # whose accounts they are the file itself has to say
    assert preview.preview_of(second).doubts == [
        "The columns are mapped as Adam mapped them for a file with the same headings.",
        "Going by its values alone, this file would be mapped differently.",
        "The file does not say which platform these accounts are on. Choose one.",
    ]
    assert db.session.scalar(select(func.count()).select_from(ListMapping)) == 1


def test_a_mapping_that_cannot_be_is_refused(cast: Cast) -> None:
    found = receiving.receive(b"TikTok name,Followers\nanna,5\n", "a.csv", by=None, at=AT)
    wrong: list[dict[str, int]] = [{}, {"followers": 1}, {"name": 9}, {"name": -1}, {"name": 0, "x": 1}]
    wrong += [{"name": 0, "followers": 0}, {"name": 0, "followers_rounded": 1}]
    for columns in wrong:
        with pytest.raises(BadInput):
            receiving.remap(found, platform="tiktok", columns=columns, measured_on=date(2026, 1, 1), at=AT)


def test_a_list_is_imported_once_and_its_file_is_not_kept(cast: Cast) -> None:
    found = bring(HEAD + "anna,5,,,\n")
    assert found.content is None
    for verb in (receiving.import_list, receiving.discard):
        with pytest.raises(WrongStatus):
            verb(found, by=None, at=AT)


def test_a_list_that_nobody_imports_is_forgotten_with_the_next(cast: Cast) -> None:
    old = receiving.receive(b"TikTok name,Followers\nanna,5\n", "a.csv", by=None, at=datetime(2026, 4, 1, tzinfo=UTC))
    receiving.receive(b"TikTok name,Followers\nbert,5\n", "b.csv", by=None, at=AT)
    assert (old.status, old.content) == ("discarded", None)


def test_a_day_to_come_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match="not in the future"):
        bring(HEAD + "anna,5,,,\n", measured_on=date(2026, 5, 2))


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    def command(content: str, *options: str, answer: str = "") -> Any:
        path = tmp_path / "tiktok-2022-09.csv"
        path.write_text(content, encoding="utf-8")
        return app.test_cli_runner().invoke(args=["import-list", str(path), *options], input=answer)

    yield command
    db.session.remove()


def test_the_command_shows_how_columns_are_read_and_asks(run: Callable[..., Any]) -> None:
    content = HEAD + "anna,5,7,Atlantis,Beauty\nbert,6,8,NL,Beauty\ncarl,6,8,NL,\ndora,6,8,NL,\n"
    refused = run(content, answer="n\n")
    assert refused.exit_code == 1
    assert "Nothing was stored." in refused.output
    assert "  Followers: Followers, like 5, 6" in refused.output
    assert "tiktok-2022-09.csv: tiktok, figures of 2022-09-30" in refused.output
    done = run(content, "--yes", "--measured-on", "2022-08-01", "--platform", "twitch")
    assert done.exit_code == 0, done.output
    assert "1 × Country: unknown country" in done.output
    assert "4 read, 4 new, 0 updated, 0 unchanged, 0 rejected; 1 cells left empty in " in done.output
    db.session.remove()
    assert channel("anna", "twitch").followers == 5
    assert (
        "there is no day" in run(content, "--measured-on", "x").output or run(content, "--measured-on", "x").exit_code
    )
