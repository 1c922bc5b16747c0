# ruff: noqa: E501, RUF001
"""Lists of a second writer, made without looking at how lists are read: every one is right or asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from app.creators.lists import columns, preview, receiving
from app.creators.lists.opening import opened
from app.creators.models import CreatorList
from tests.cast import Cast
from tests.payouts.people import identity

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIXED, NARROW, THIN, FACE = "\u00a0", "\u202f", "\u2009", "\u200b"
Followers = dict[str, int | None]


@dataclass(frozen=True)
class Strange:
    """A list, the followers that somebody reads in it, and the one thing that is asked (empty: nothing)."""

    content: str
    followers: Followers
    asked: str = ""
    name: str = "tiktok-2026-01.csv"
    encoding: str = "utf-8"


def receive(strange: Strange) -> CreatorList:
    return receiving.receive(strange.content.encode(strange.encoding), strange.name, by=identity("adam"), at=AT)


STRANGE = {
    "titles and merged headings": Strange(
        "Toplijst TikTok;;;;\n;Bereik;;Groei;\nGebruikersnaam;Volgers;Gem. weergaven;Nieuwe volgers;Land\nlamp.lady;12.500;1.250,5;300;Nederland\nbulbboy;1.250.000;980;1.200;België\n",
        {"lamp.lady": 12_500, "bulbboy": 1_250_000},
    ),
    "UTF-16LE without a mark": Strange(
        "Nutzername;Follower;Land\nlamp.lady;4,86 Mio.;Deutschland\nbulbboy;1.234;Österreich\n", {"lamp.lady": 4_860_000, "bulbboy": 1_234}, encoding="utf-16-le"
    ),
    "UTF-16BE without a mark": Strange(
        "Nutzername;Follower\nlamp.lady;1.234.567\nbulbboy;1.234\n", {"lamp.lady": 1_234_567, "bulbboy": 1_234}, encoding="utf-16-be"
    ),
    "Latin-1 with blanks that don't break": Strange(
        f"Créateur;Abonnés\nlamp.lady;1{FIXED}234{FIXED}567\nbulbboy;980\n", {"lamp.lady": 1_234_567, "bulbboy": 980}, encoding="latin-1"
    ),
    "French gains first, thin blanks": Strange(
        f"Compte;Gain d'abonnés (30 j);Abonnés\nlamp.lady;1{THIN}200;1{THIN}234{THIN}567\nbulbboy;12;98{NARROW}100\n", {"lamp.lady": 1_234_567, "bulbboy": 98_100}
    ),
    "Spanish mil": Strange("Cuenta;Nuevos seguidores;Seguidores totales\nlamp.lady;3;12,5 mil\nbulbboy;3;1,5 M\n", {"lamp.lady": 12_500, "bulbboy": 1_500_000}, "“12,5 mil” is read as 12,500"),
    "Italian with ranks": Strange("Posizione;Profilo;Follower;Crescita follower\n1;@lamp.lady;1,2 Mln;3.000\n2;@bulbboy;98.100;-20\n", {"lamp.lady": 1_200_000, "bulbboy": 98_100}),
    "Portuguese": Strange("Usuário;Seguidores hoje;Novos seguidores\nlamp.lady;1,2 mi;300\nbulbboy;98.100;2\n", {"lamp.lady": 1_200_000, "bulbboy": 98_100}),
    "Indonesian": Strange("No;Nama akun;Jumlah pengikut;Pertumbuhan pengikut\n1;lamp.lady;1,2 jt;300\n2;bulbboy;98,1 rb;2\n", {"lamp.lady": 1_200_000, "bulbboy": 98_100}),
    "1.2 beside 1.250": Strange("name,followers\nlamp.lady,1.2\nbulbboy,1.250\n", {"lamp.lady": None, "bulbboy": None}, "undecided"),
    "12.5K beside 1,250": Strange('name,followers\nlamp.lady,12.5K\nbulbboy,"1,250"\n', {"lamp.lady": 12_500, "bulbboy": 1_250}),
    "12.5K beside 1.250": Strange("name;followers\nlamp.lady;12.5K\nbulbboy;1.250\n", {"lamp.lady": None, "bulbboy": None}, "undecided"),
    "1,5 k": Strange("naam;volgers\nlamp.lady;1,5 k\nbulbboy;1.250\n", {"lamp.lady": 1_500, "bulbboy": 1_250}),
    "Persian digits": Strange("name,followers\nlamp.lady,۱٬۲۳۴٬۵۶۷\nbulbboy,۱۲۵۰۰\n", {"lamp.lady": 1_234_567, "bulbboy": 12_500}),
    "apostrophes of three kinds": Strange("Account;Follower\nlamp.lady;1'234'567\nbulbboy;12’500\nlumen;1ʼ250\n", {"lamp.lady": 1_234_567, "bulbboy": 12_500, "lumen": 1_250}),
    "wide signs": Strange("Account,Followers\n＠lamp.lady,１２５００\nbulbboy,1.2万\n", {"lamp.lady": 12_500, "bulbboy": 12_000}),
    "addresses of an application": Strange(
        f"Profile,Followers\nhttps://www.instagram.com/lamp.lady/?hl=nl,12500\nhttps://m.instagram.com/_u/BulbBoy{FACE},980\nlinktr.ee/anna,5\nwww.instagram.com,7\nhttps://instagram.com/lumen#x,8\nINSTAGRAM.COM/Anna?igsh=1,9\n",
        {"lamp.lady": 12_500, "BulbBoy": 980, "lumen": 8, "Anna": 9},
        name="list.csv",
    ),
    "short addresses": Strange("Link,Subs,Sub gain 30d\nhttps://www.youtube.com/@LampLady?sub_confirmation=1,\"1,250,000\",5\nyoutu.be/xyz,7,1\n", {"LampLady": 1_250_000}, name="list.csv"),
    "totals at both ends": Strange("Channel,Subscribers\nTotal (2 channels),11\nAnna,5\nBert,6\nAverage,5\nGrand total,11\n", {"Anna": 5, "Bert": 6}, name="youtube-2026-01.csv"),
    "one who is called Total": Strange("Channel,Subscribers\nAnna,5\nTotal,8\nBert,6\n", {"Anna": 5, "Total": 8, "Bert": 6}, name="youtube-2026-01.csv"),
    "one account three times": Strange("account,followers\nlamp.lady,5\n@Lamp.Lady,6\ntiktok.com/@LAMP.LADY,7\nbulbboy,null\n", {"lamp.lady": 5, "bulbboy": None}),
    "blank columns": Strange(";;Account;;Volgers;;\n;;lamp.lady;;12.500;;\n;;bulbboy;;980;;\n", {"lamp.lady": 12_500, "bulbboy": 980}),
    "two accounts and mail in one cell": Strange("Channel,Subscribers\n\"@anna, @bert\",5\ncarl@example.nl,6\nDora @ Home,7\n", {"Dora @ Home": 7}, name="youtube-2026-01.csv"),
    "days in the headings": Strange("Account,Followers 2025-12-01,Followers 2026-01-01\nlamp.lady,5,9\nbulbboy,6,10\n", {"lamp.lady": 5, "bulbboy": 6}, "both look like “Followers”"),
    "platforms by their short names": Strange("Handle;Network;Volgers\nlamp.lady;IG;12.500\nbulbboy;Tik Tok;1.000\nlumen;insta;1\n", {"lamp.lady": 12_500, "bulbboy": 1_000, "lumen": 1}, "several platforms", name="list.csv"),
}  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
def test_a_strange_list_is_right_or_asks(cast: Cast, strange: Strange) -> None:
    found = receive(strange)
    shown = preview.preview_of(found)
    assert {each.name: each.figures.get("followers") for each in shown.read.accounts} == strange.followers
    asked = [
        *shown.questions,
        *(["undecided"] if shown.read.undecided else []),
        *([] if found.platform else shown.doubts),
    ]
    assert (strange.asked in "\n".join(asked)) if strange.asked else asked == []


NO_ACCOUNTS = {
    "ranks in words": "Channel,Subscribers\nTop 1,5\nTop 2,6\nTop 3,6\n",
    "names behind their ranks": "Channel,Subscribers\n1. Anna,5\n2. Bert,6\n3. Carl,6\n",
    "no headings, and countries": "lamp.lady;Nederland\nbulbboy;Duitsland\nlumen;België\n",
}


@pytest.mark.parametrize("content", NO_ACCOUNTS.values(), ids=NO_ACCOUNTS)
def test_what_names_nobody_is_no_account(cast: Cast, content: str) -> None:
    shown = preview.preview_of(receive(Strange(content, {}, name="youtube-2026-01.csv")))
    assert "No column looks like account names. Choose one." in shown.questions


def test_the_first_of_many_without_headings_is_an_account(cast: Cast) -> None:
    listed = opened(NO_ACCOUNTS["no headings, and countries"].encode())
    assert [row[0] for row in listed.cells] == ["lamp.lady", "bulbboy", "lumen"]


@pytest.mark.parametrize(
    "heading",
    [
        "+Followers", "Followers +", "Followers_30d", "followers30", "Followers 30", "Followers MTD",
        "Follower dazugewonnen", "Neuzugänge Follower", "Penambahan pengikut", "Followers diff", "Followers difference",
        "Volgers in 000", "Followers ('000)", "Followers (x1000)", "Followers (x 1 000)", "Followers (thsd)",
        "Follower in Tausend", "Abonnés en milliers", "Seguidores en miles", "Follower in migliaia", "Ribuan pengikut",
    ],
)  # fmt: skip
def test_a_change_or_a_number_of_thousands_is_not_the_total(cast: Cast, heading: str) -> None:
    found = receive(Strange(f"Channel;{heading}\nAnna;5\nBert;6\n", {}, name="youtube-2026-01.csv"))
    assert "followers" not in found.columns
    assert f"“{heading}” is skipped" in "\n".join(preview.preview_of(found).doubts)


@pytest.mark.parametrize(
    "heading",
    [
        "Avg followers",
        "Min followers",
        "Max followers",
        "Followers of audience",
        "Followers YoY",
        "Avg. comments/likes",
    ],
)
def test_a_heading_of_two_figures_asks(cast: Cast, heading: str) -> None:
    shown = preview.preview_of(receive(Strange(f"Channel;{heading}\nAnna;5\nBert;6\n", {}, name="youtube-2026-01.csv")))
    assert f"“{heading}” is used for" in "\n".join(shown.questions)


@pytest.mark.parametrize(
    "heading", ["Followers", "Total followers", "Followers 2025", "Seguidores totales", "Followers today"]
)
def test_a_plain_total_does_not_ask(cast: Cast, heading: str) -> None:
    assert columns.known_by(heading) == "followers"
    assert not columns.in_units(heading)
    assert not columns.surplus(heading, "followers")
