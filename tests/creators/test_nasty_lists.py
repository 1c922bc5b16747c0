# ruff: noqa: E501, RUF001
"""Lists as people send them: every one is read rightly or asked about, none is silently wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.creators import accounts, channels, search
from app.creators.lists import counts, preview, receiving
from app.creators.models import CreatorList
from app.database import db, raw
from app.errors import BadInput, Conflict
from app.streams.models import Channel
from app.users.models import Creator
from tests.cast import Cast
from tests.payouts.people import identity

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = datetime(2026, 1, 31, tzinfo=UTC).date()
FACE = "\N{ZERO WIDTH SPACE}"


def receive(content: str, name: str = "tiktok-2026-01.csv") -> CreatorList:
    return receiving.receive(content.encode(), name, by=identity("adam"), at=AT)


def doubts(found: CreatorList) -> str:
    return "\n".join(preview.preview_of(found).doubts)


def stored(found: CreatorList) -> dict[str, int | None]:
    """The followers of every channel that there is, once the list is imported."""
    receiving.import_list(found, by=identity("adam"), at=AT)
    db.session.expire_all()
    return {channel.name: channel.followers for channel in db.session.scalars(select(Channel)).all()}


@dataclass(frozen=True)
class Nasty:
    """A list, the followers that it says, and what has to be said of it before it is imported."""

    content: str
    followers: dict[str, int | None]
    doubt: str = ""


RIGHT = {
    "Dutch thousands": Nasty("naam;volgers\nanna;12.500\nbert;980\n", {"anna": 12_500, "bert": 980}),
    "millions with points": Nasty("account;volgers\nanna;1.250.000\nbert;12.500\n", {"anna": 1_250_000, "bert": 12_500}),
    "a comma and mln": Nasty("naam;volgers\nanna;12,5 mln\nbert;1,2 mln.\n", {"anna": 12_500_000, "bert": 1_200_000}, "rounded"),
    "spaces": Nasty("nom;abonnés\nanna;1 234 567\nbert;12\u202f500\n", {"anna": 1_234_567, "bert": 12_500}),
    "Mio.": Nasty("konto;follower\nanna;4,86 Mio.\nbert;12,5 Tsd.\n", {"anna": 4_860_000, "bert": 12_500}, "rounded"),
    "English thousands": Nasty('name,followers\nanna,"12,500"\nbert,"1,250,000"\n', {"anna": 12_500, "bert": 1_250_000}),
    "Swiss thousands": Nasty("name,followers\nanna,12'500\nbert,980\n", {"anna": 12_500, "bert": 980}),
    "Arabic digits": Nasty("name,followers\nanna,١٢٬٥٠٠\nbert,٩٨٠\n", {"anna": 12_500, "bert": 980}),
    "Indian groups": Nasty('name,followers\nanna,"12,34,567"\nbert,980\n', {"anna": 1_234_567, "bert": 980}),
    "a program's floats": Nasty("name,followers\nanna,12500.0\nbert,980.0\n", {"anna": 12_500, "bert": 980}),
    "sep=;": Nasty("sep=;\r\nNaam;Volgers\r\nanna;12.500\r\n", {"anna": 12_500}),
    "sep= and no sign": Nasty("sep=\r\nname,followers\r\nanna,980\r\n", {"anna": 980}),
    "a title above": Nasty("Top creators,\nName,Followers\nanna,980\n", {"anna": 980}, "“Top creators” stands above"),
    "new followers beside": Nasty("name,New followers,Followers\nanna,12,980\nbert,3,500\n", {"anna": 980, "bert": 500}),
    "growth beside": Nasty("naam;Groei volgers;Volgers\nanna;12;980\nbert;3;500\n", {"anna": 980, "bert": 500}),
    "thirty days beside": Nasty("name,Followers (last 30 days),Followers\nanna,12,980\n", {"anna": 980}),
    "a rank called account": Nasty(
        "Account,Username,Followers\n1,anna,980\n2,bert,500\n3,carl,20\n", {"anna": 980, "bert": 500, "carl": 20}, "“Account” is skipped"
    ),
    "addresses": Nasty(
        "profile url,followers\nhttps://www.tiktok.com/@anna?lang=nl,980\ntiktok.com/@bert/video/7,500\n", {"anna": 980, "bert": 500}
    ),
    "nan and null": Nasty("name,followers\nanna,nan\nbert,null\ncarl,N/A\ndora,7\n", {"anna": None, "bert": None, "carl": None, "dora": 7}),
    "a quoted comma in a heading": Nasty('"Naam, voluit";Account;Volgers\nAnna V;anna;980\n', {"anna": 980}),
    "an unknown column of words": Nasty("remark,account,followers\nfriendly,anna,980\nshy,bert,500\n", {"anna": 980, "bert": 500}),
}  # fmt: skip


@pytest.mark.parametrize("nasty", RIGHT.values(), ids=RIGHT)
def test_a_nasty_list_is_read_rightly(cast: Cast, nasty: Nasty) -> None:
    found = receive(nasty.content)
    assert nasty.doubt in doubts(found)
    if not nasty.doubt:
        assert doubts(found) == ""
    assert stored(found) == nasty.followers
    titles = db.session.scalars(select(Creator.name).join(Channel, Channel.creator_id == Creator.id)).all()
    assert not {"friendly", "shy"} & set(titles)  # no name is made of what nobody knows


ASKED = {
    "point and comma at once": 'name,followers\nanna,12.500\nbert,"1,250"\n',
    "three digits and a scale": "name,followers\nanna,1.234K\nbert,500\n",
    "halves of followers": "name,followers\nanna,348.5\nbert,12.500\n",
    "thousands among fractions": "name,avg. views\nanna,348.5\nbert,12.500\n",
}


@pytest.mark.parametrize("content", ASKED.values(), ids=ASKED)
def test_a_column_that_fits_two_readings_asks(cast: Cast, content: str) -> None:
    found = receive(content)
    shown = preview.preview_of(found)
    assert shown.read.undecided
    assert all(not account.figures for account in shown.read.accounts)  # no reading is shown as if it were known
    with pytest.raises(BadInput, match="can be read in two ways"):
        receiving.import_list(found, by=identity("adam"), at=AT)
    about = {"platform": "tiktok", "columns": dict(found.columns), "measured_on": DAY, "at": AT}
    receiving.remap(found, decimal_sign=",", **about)  # type: ignore[arg-type]
    assert preview.preview_of(found).read.undecided == []
    receiving.import_list(found, by=identity("adam"), at=AT)


SKIPPED = {
    "only new followers": ("name,New followers\nanna,12\nbert,3\n", "“New followers” is skipped", "followers"),
    "only lost ones": ("naam;Verloren volgers\nanna;12\nbert;3\n", "is skipped", "followers"),
    "German growth": ("konto;Follower Zuwachs\nanna;12\nbert;3\n", "is skipped", "followers"),
    "French growth": ("compte;Évolution abonnés\nanna;12\nbert;3\n", "is skipped", "followers"),
    "Spanish new ones": ("cuenta;Nuevos seguidores\nanna;12\nbert;3\n", "is skipped", "followers"),
    "in thousands": ("name,Followers (K)\nanna,12.5\nbert,3.1\n", "“Followers (K)” is skipped", "followers"),
    "a rank of followers": ("name,Followers rank\nanna,1\nbert,2\n", "is skipped", "followers"),
    "a share of followers": ("name,Followers %\nanna,12\nbert,3\n", "is skipped", "followers"),
    "only ranks": ("Account,Followers\n1,980\n2,500\n3,20\n", "“Account” is skipped", "name"),
    "ranks with signs": ("Account,Followers\n#1,980\n#2,500\n#3,20\n", "“Account” is skipped", "name"),
    "one account for all": ("Account,Followers\nours,980\nours,500\nours,20\n", "“Account” is skipped", "name"),
    "no account at all": ("remark,followers\nfriendly,980\nshy,500\n", "No column looks like account names", "name"),
    "types of accounts": ("Account type,followers\ncompany,980\nperson,500\n", "No column looks like account names", "name"),
    "no headings": ("anna,980\nbert,500\n", "The file has no headings", "name"),
    "no headings, addresses": ("https://tiktok.com/@anna,x\nhttps://tiktok.com/@bert,y\n", "The file has no headings", "name"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "doubt", "field"), SKIPPED.values(), ids=SKIPPED)
def test_what_is_something_else_is_left_out_and_said(cast: Cast, content: str, doubt: str, field: str) -> None:
    found = receive(content)
    assert field not in found.columns
    assert doubt in doubts(found)


def test_two_columns_for_one_figure_raise_a_doubt(cast: Cast) -> None:
    assert "both look like “Followers”" in doubts(receive("name,Followers,Subscribers\nanna,980,12\nbert,500,3\n"))
    assert "Check that it means that" in doubts(receive("name,Followers bought\nanna,980\nbert,500\n"))


def test_five_spellings_of_one_account_are_one_creator(cast: Cast) -> None:
    spellings = ["lamp.lady", "@Lamp.Lady", "https://www.tiktok.com/@lamp.lady/", f"lamp{FACE}.lady", " LAMP.LADY "]
    for number, name in enumerate(spellings):
        found = receive(f"account,followers\n{name},{100 + number}\n", f"tiktok-2026-0{number % 4 + 1}-1{number}.csv")
        receiving.import_list(found, by=None, at=AT)
    assert db.session.scalars(select(Channel.name)).all() == ["lamp.lady"]
    all_at_once = receive("account,followers\n" + "".join(f"{name},7\n" for name in spellings))
    assert len(preview.preview_of(all_at_once).read.accounts) == 1
    with pytest.raises(Conflict, match="another creator"):
        channels.add(cast.creators["mira"], platform="tiktok", name="tiktok.com/@LAMP.lady", by=identity("mira"), at=AT)


def test_letters_that_are_composed_otherwise_are_the_same_account(cast: Cast) -> None:
    for name in ("Beyonc\u00e9 Live", "Beyonce\u0301 Live", "BEYONC\u00c9 LIVE"):
        receiving.import_list(receive(f"channel,subscribers\n{name},980\n", "youtube-2026-01.csv"), by=None, at=AT)
    assert db.session.scalars(select(Channel.name)).all() == ["Beyonc\u00e9 Live"]


def test_invisible_signs_stand_in_no_name(cast: Cast) -> None:
    found = receive(f"Account,Display name,Followers\nanna{FACE},Anna\u202e \u00adVos{FACE},5\nbert,B B,6\n")
    receiving.import_list(found, by=None, at=AT)
    names = db.session.execute(select(Creator.handle, Creator.name).where(Creator.import_id == found.import_id)).all()
    assert sorted(map(tuple, names)) == [("tiktok:anna", "Anna Vos"), ("tiktok:bert", "B B")]


def test_an_address_of_another_platform_and_of_no_account_is_refused(cast: Cast) -> None:
    rows = "https://instagram.com/anna,5\nhttps://www.tiktok.com/@bert,6\nhttps://tiktok.com/explore,7\n"
    found = receive("profile url,followers\n" + rows + "https://www.tiktok.com/@carl,6\n")
    assert "several platforms" in doubts(found)
    about = {"columns": dict(found.columns), "measured_on": DAY, "at": AT}
    receiving.remap(found, platform="tiktok", **about)  # type: ignore[arg-type]
    read = preview.preview_of(found).read
    assert [account.name for account in read.accounts] == ["bert", "carl"]
    assert [fault.reason for fault in read.faults if fault.whole] == ["not a valid account name"] * 2


def test_rows_of_another_platform_are_not_imported_as_this_one(cast: Cast) -> None:
    found = receive("name,platform,followers\nanna,TikTok,5\nbert,Instagram,6\ncarl,TikTok,7\n")
    assert found.platform == ""
    receiving.remap(found, platform="tiktok", columns=dict(found.columns), measured_on=DAY, at=AT)
    read = preview.preview_of(found).read
    assert [account.name for account in read.accounts] == ["anna", "carl"]
    assert [fault.reason for fault in read.faults] == ["an account of another platform"]


def test_what_is_remembered_never_brings_a_platform_or_overrides_the_cells(cast: Cast) -> None:
    first = receive("Name,Number,Followers\nanna,5,7\nbert,6,8\n")
    receiving.remap(first, platform="twitch", columns={"name": 0, "followers": 2}, measured_on=DAY, at=AT)
    receiving.import_list(first, by=identity("adam"), at=AT)
    second = receive("Name,Number,Followers\nanna,5,7\nbert,6,8\n", "instagram-2026-02.csv")
    assert second.platform == "instagram"
    third = receive("Name,Number,Followers\n1,anna,many\n2,bert,few\n", "tiktok-2026-02.csv")
    assert third.columns == {}
    assert "Adam mapped the same headings otherwise before" in doubts(third)


def test_creators_of_a_list_are_found_at_once_and_can_be_ranked(cast: Cast) -> None:
    found = receive("name,followers,country,category\nanna.verlichting,12.500,Netherlands,Home\n")
    ids = receiving.import_list(found, by=identity("adam"), at=AT)
    assert [creator for creator, _rank in search.find(raw(), "anna.verlichting", limit=5)] == ids
    there = raw().execute("select country from standing where creator_id = any(%s)", [ids]).fetchall()
    assert ("NL",) in there


@pytest.mark.parametrize(
    ("written", "platform", "name"),
    [
        ("https://www.youtube.com/channel/UC_x-1", "youtube", "UC_x-1"),
        ("youtube.com/@Anna", "youtube", "Anna"),
        ("https://m.facebook.com/anna.vos", "facebook", "anna.vos"),
        ("https://facebook.com/profile.php?id=12", "facebook", None),
        ("https://www.instagram.com/p/Cabc/", "instagram", None),
        ("https://example.com/anna", "tiktok", None),
        ("https://[broken", "tiktok", None),
        ("@@anna", "tiktok", "anna"),
        ("@", "tiktok", None),
    ],
)
def test_an_account_is_read_from_its_address(written: str, platform: str, name: str | None) -> None:
    assert accounts.account(written, platform) == name


def test_a_column_is_judged_as_a_whole(app: Flask) -> None:
    assert counts.sign_of(["12.500", "507"], whole=True) is counts.DecimalSign.COMMA
    assert counts.sign_of(["348.5", "348.125"], whole=False) is counts.DecimalSign.POINT
    assert counts.sign_of(["348,5", "1,250"], whole=False) is None
    assert counts.sign_of(["348,5", "1.250"], whole=False) is counts.DecimalSign.COMMA
    assert counts.sign_of(["1.234.567", "1,5 mln"], whole=True) is counts.DecimalSign.COMMA
    assert counts.sign_of(["12,500", "50.7M"], whole=True) is counts.DecimalSign.POINT
    for nonsense in ("-5", "1e9", "4.50E+15", "1.2.3", "12.50.000", "12 5000", "5 apples", "~500"):
        assert counts.written(nonsense) is None, nonsense
