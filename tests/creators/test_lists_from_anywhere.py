# ruff: noqa: E501, RUF001
"""Lists as programs and people send them, one of each kind: every figure is right, or the page asks, and nothing is
silently wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.creators import search
from app.creators.lists import preview, receiving
from app.creators.models import CreatorList
from app.database import db, raw
from app.errors import BadInput
from app.streams.models import Channel
from tests.cast import Cast
from tests.payouts.people import identity

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = datetime(2026, 1, 31, tzinfo=UTC).date()
FACE, NARROW, FIXED = "\N{ZERO WIDTH SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
Figures = dict[str, int]


@dataclass(frozen=True)
class Sent:
    """A list, and what somebody who reads it with their own eyes sees in it."""

    content: bytes
    accounts: dict[str, Figures]
    platform: str = "tiktok"
    doubts: tuple[str, ...] = ()  # all of them are said, and no others
    countries: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)  # rows: the cell of the account, and why
    name: str = "tiktok-2026-01.csv"


def workbook(*rows: list[str | float]) -> bytes:
    """A workbook with one sheet of these rows."""

    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value!r}</v></c>"

    lines = "".join(f'<row r="{nr}">{"".join(map(cell, row))}</row>' for nr, row in enumerate(rows, start=1))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="List" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
        )
    return packed.getvalue()


RIGHT = {
    "Modash": Sent(
        b"\xef\xbb\xbfUsername,Full name,Profile URL,Email,Followers,Followers growth,Engagement rate,Avg. likes,Avg. comments,Avg. views,Fake followers,Country,Language\n"
        b"lamp.lady,Lamp Lady,https://www.instagram.com/lamp.lady/,a@x.example,12500,2.1%,3.25%,407,12,,11%,Netherlands,Dutch\n"
        b"bulbboy,Bulb Boy,https://www.instagram.com/bulbboy/,,980,-1.5%,1.2%,12,3,,8%,Germany,German\n",
        {
            "lamp.lady": {"followers": 12_500, "engagement": 325, "average_likes": 407, "average_comments": 12},
            "bulbboy": {"followers": 980, "engagement": 120, "average_likes": 12, "average_comments": 3},
        },
        platform="instagram",
        countries={"lamp.lady": "NL", "bulbboy": "DE"},
        titles={"lamp.lady": "Lamp Lady"},
        name="influencers.csv",
    ),
    "HypeAuditor": Sent(
        b"#,Account,Name,Followers,Followers growth (30 days),ER %,Quality Audience,Est. reach,Est. post price,Avg Likes,Country\n"
        b"1,@lamp.lady,Lamp Lady,1250000,+2.5%,3.2,81,200000,500 - 700,4070,NL\n"
        b"2,@bulbboy,Bulb Boy,98000,-0.1%,1.05,77,20000,50 - 70,120,DE\n",
        {
            "lamp.lady": {"followers": 1_250_000, "engagement": 320, "average_likes": 4070},
            "bulbboy": {"followers": 98_000, "engagement": 105, "average_likes": 120},
        },
        platform="instagram",
        name="hypeauditor-instagram.csv",
    ),
    "TikTok's own": Sent(
        b"Creator username,Nickname,Country/Region,Followers,GMV,Items sold,Avg. video views,Engagement rate,Category\n"
        b"lamp.lady,Lamp Lady,Indonesia,1.2M,Rp12.3M,1.2K,98.5K,4.31%,Home\nbulbboy,Bulb,Malaysia,98.1K,RM2.1K,30,1.1K,2%,Toys\n",
        {
            "lamp.lady": {"followers": 1_200_000, "average_views": 98_500, "engagement": 431},
            "bulbboy": {"followers": 98_100, "average_views": 1_100, "engagement": 200},
        },
        doubts=("“Followers” holds rounded numbers", "“Avg. video views” holds rounded numbers"),
        titles={"lamp.lady": "Lamp Lady"},
        countries={"lamp.lady": "ID", "bulbboy": "MY"},
    ),
    "UTF-16 with tabs, French": Sent(
        f"Nom d'utilisateur\tNom\tNombre d'abonnés\tMoyenne de vues\tPays\nlamp.lady\tÉlodie Brûlé\t1{NARROW}234{NARROW}567\t12{FIXED}500,5\tPays-Bas\nbulbboy\tBob\t980\t77\tAllemagne\n".encode("utf-16"),
        {
            "lamp.lady": {"followers": 1_234_567, "average_views": 12_501},
            "bulbboy": {"followers": 980, "average_views": 77},
        },
        titles={"lamp.lady": "Élodie Brûlé"},
        countries={"lamp.lady": "NL", "bulbboy": "DE"},
    ),
    "Windows-1252, German": Sent(
        "Benutzername;Anzeigename;Follower;Ø Aufrufe;Land\r\nlamp.lady;Jürgen Größe;4,86 Mio.;12,5 Tsd.;Österreich\r\nbulbboy;Bob;980;77;Schweiz\r\n".encode("cp1252"),
        {
            "lamp.lady": {"followers": 4_860_000, "average_views": 12_500},
            "bulbboy": {"followers": 980, "average_views": 77},
        },
        doubts=("The file is not UTF-8", "“Follower” holds rounded numbers", "“Ø Aufrufe” holds rounded numbers"),
        titles={"lamp.lady": "Jürgen Größe"},
        countries={"lamp.lady": "AT", "bulbboy": "CH"},
    ),
    "UTF-16 with sep=": Sent(
        "sep=;\r\nNaam;Volgers\r\nlamp.lady;12.500\r\nbulbboy;1.250.000\r\n".encode("utf-16"),
        {"lamp.lady": {"followers": 12_500}, "bulbboy": {"followers": 1_250_000}},
    ),
    "titles of several cells, a blank line and a total": Sent(
        b"Best creators of January;;\nExported on;2026-01-31;by Olga\n\nAccount;Volgers;Land\nlamp.lady;12.500;NL\nbulbboy;980;DE\nTotaal;13.480;\n",
        {"lamp.lady": {"followers": 12_500}, "bulbboy": {"followers": 980}},
        doubts=("“Best creators of January” stands above", "“Exported on 2026-01-31 by Olga” stands above"),
        refused={"Totaal": "a total, not an account"},
    ),
    "headings once more in the middle": Sent(
        b"Account,Followers\nlamp.lady,980\nAccount,Followers\nbulbboy,500\n",
        {"lamp.lady": {"followers": 980}, "bulbboy": {"followers": 500}},
        refused={"Account": "the headings once more"},
    ),
    "Persian digits": Sent(
        "account,followers,avg. views\nlamp.lady,۱۲٬۵۰۰,۳۴۸٫۵\nbulbboy,۹۸۰,۷۷\n".encode(),
        {
            "lamp.lady": {"followers": 12_500, "average_views": 349},
            "bulbboy": {"followers": 980, "average_views": 77},
        },
    ),
    "Indonesian": Sent(
        b"Nama akun;Pengikut;Rata-rata tayangan;Negara;Pengikut baru\nlamp.lady;1,2 jt;12,5 rb;Belanda;12\nbulbboy;980;77;Jerman;3\n",
        {
            "lamp.lady": {"followers": 1_200_000, "average_views": 12_500},
            "bulbboy": {"followers": 980, "average_views": 77},
        },
        doubts=("“Pengikut” holds rounded numbers", "“Rata-rata tayangan” holds rounded numbers"),
        countries={"lamp.lady": "NL", "bulbboy": "DE"},
    ),
    "Portuguese": Sent(
        "Nome de usuário;Seguidores;Média de curtidas;País;Taxa de engajamento\nlamp.lady;1,2 mi;12,5 mil;Países Baixos;3,2%\nbulbboy;980;77;Alemanha;1%\n".encode(),
        {
            "lamp.lady": {"followers": 1_200_000, "average_likes": 12_500, "engagement": 320},
            "bulbboy": {"followers": 980, "average_likes": 77, "engagement": 100},
        },
        doubts=("“Seguidores” holds rounded numbers", "“12,5 mil” is read as 12,500"),
        countries={"lamp.lady": "NL", "bulbboy": "DE"},
    ),
    "Spanish": Sent(
        "Usuario;N.º de seguidores;Nuevos seguidores (28 días);Promedio de visualizaciones;País\nlamp.lady;12.500;12;1.250;Alemania\nbulbboy;980;3;77;Países Bajos\n".encode(),
        {
            "lamp.lady": {"followers": 12_500, "average_views": 1_250},
            "bulbboy": {"followers": 980, "average_views": 77},
        },
        countries={"lamp.lady": "DE", "bulbboy": "NL"},
    ),
    "Italian": Sent(
        b"Nome utente;Iscritti persi;Iscritti;Visualizzazioni medie;Paese\nlamp.lady;7;12.500;1.250;Germania\nbulbboy;1;980;77;Paesi Bassi\n",
        {
            "lamp.lady": {"followers": 12_500, "average_views": 1_250},
            "bulbboy": {"followers": 980, "average_views": 77},
        },
        countries={"lamp.lady": "DE", "bulbboy": "NL"},
    ),
    "numbers of users beside the accounts": Sent(
        b"Account,User id,Handle,Followers\n1,6812345678901234567,@lamp.lady,980\n2,6812345678901234568,@bulbboy,500\n3,6812345678901234569,@x.y,20\n",
        {"lamp.lady": {"followers": 980}, "bulbboy": {"followers": 500}, "x.y": {"followers": 20}},
        doubts=("“Account” is skipped",),
    ),
    "an Excel workbook": Sent(
        workbook(["Account", "Followers", "Avg. views"], ["lamp.lady", 1250000.0, 348.5], ["bulbboy", 980, 1234]),
        {
            "lamp.lady": {"followers": 1_250_000, "average_views": 349},
            "bulbboy": {"followers": 980, "average_views": 1_234},
        },
        name="tiktok-2026-01.xlsx",
    ),
    "names that programs give": Sent(
        b"username,fullName,followersCount,newFollowersCount,avgViews,engagement_rate\nlamp.lady,Lamp Lady,12500,3,348.5,3.1%\nbulbboy,Bob,980,1,77,1%\n",
        {
            "lamp.lady": {"followers": 12_500, "average_views": 349, "engagement": 310},
            "bulbboy": {"followers": 980, "average_views": 77, "engagement": 100},
        },
        titles={"lamp.lady": "Lamp Lady"},
    ),
    "accounts in all their forms": Sent(
        f"account,followers\nhttps://www.tiktok.com/@Lamp.Lady?lang=nl&is_copy_url=1,980\n@bulb{FACE}boy,500\n ＠x.y ,20\nлюстра,7\nBig Red Dog,9\n".encode(),
        {"Lamp.Lady": {"followers": 980}, "bulbboy": {"followers": 500}, "x.y": {"followers": 20}},
        refused={"люстра": "not a valid account name", "Big Red Dog": "not a valid account name"},
    ),
    "nothing in all its forms": Sent(
        b"account,followers,avg. views,country\nlamp.lady,N/A,-,null\nbulbboy,nan,None,n/a\nx.y,980,77,NL\nz.z,--,#N/A,unknown\n",
        {"lamp.lady": {}, "bulbboy": {}, "x.y": {"followers": 980, "average_views": 77}, "z.z": {}},
    ),
    "Twitch's two names": Sent(
        "Channel,Average viewers,Peak viewers,Stream time (hours),Followers,Followers gained\nRiot Games (riotgames),12,99,4,980,3\n풍월량 (hanryang1125),7,8,9,500,2\n".encode(),
        {
            "riotgames": {"average_live_viewers": 12, "peak_viewers": 99, "followers": 980},
            "hanryang1125": {"average_live_viewers": 7, "peak_viewers": 8, "followers": 500},
        },
        platform="twitch",
        doubts=("“Stream time (hours)” is skipped",),
        titles={"hanryang1125": "풍월량"},
        name="twitch-2026-01.csv",
    ),
}  # fmt: skip


def receive(sent: bytes, name: str) -> CreatorList:
    return receiving.receive(sent, name, by=identity("adam"), at=AT)


@pytest.mark.parametrize("sent", RIGHT.values(), ids=RIGHT)
def test_a_list_is_read_as_somebody_reads_it(cast: Cast, sent: Sent) -> None:
    found = receive(sent.content, sent.name)
    shown = preview.preview_of(found)
    assert found.platform == sent.platform
    assert {each.name: each.figures for each in shown.read.accounts} == sent.accounts
    by_name = {each.name: each for each in shown.read.accounts}
    assert {name: by_name[name].country for name in sent.countries} == sent.countries
    assert {name: by_name[name].title for name in sent.titles} == sent.titles
    assert {each.value: each.reason for each in shown.read.faults if each.whole} == sent.refused
    missing = [part for part in sent.doubts if not any(part in doubt for doubt in shown.doubts)]
    others = [doubt for doubt in shown.doubts if not any(part in doubt for part in sent.doubts)]
    assert (missing, others) == ([], [])
    receiving.import_list(found, by=identity("adam"), at=AT)


WIDE = b"""First name,Last name,Instagram username,Instagram followers,TikTok username,TikTok followers,Youtube subscribers
Lamp,Lady,lamp.lady,12500,lampladyofficial,980,77
Bulb,Boy,bulbboy,500,bulb.boy.live,1000,
"""


@pytest.mark.parametrize(
    ("platform", "accounts"),
    [
        ("instagram", {"lamp.lady": 12_500, "bulbboy": 500}),
        ("tiktok", {"lampladyofficial": 980, "bulb.boy.live": 1_000}),
    ],
)
def test_a_list_of_people_with_several_platforms_asks_and_takes_the_columns_of_the_one_that_is_chosen(
    cast: Cast, platform: str, accounts: dict[str, int]
) -> None:
    found = receive(WIDE, "upfluence.csv")
    assert (found.platform, "name" in found.columns) == ("", False)
    assert any("accounts of several platforms" in doubt for doubt in preview.preview_of(found).doubts)
    receiving.choose_platform(found, platform, at=AT)
    read = preview.preview_of(found).read
    assert {each.name: each.figures["followers"] for each in read.accounts} == accounts


ASKED = {
    "a column that fits two readings": ("account,followers\nlamp.lady,1.234\nbulbboy,12.5\n", "undecided"),
    "a mixture of two writers": ('account;followers\nlamp.lady;12.500\nbulbboy;"12,500"\n', "undecided"),
    "two figures for one": ("account,Followers,Followers 2\nlamp.lady,12500,9\nbulbboy,980,8\n", "both look like “Followers”"),
    "shares that are fractions": ("account,followers,Engagement rate\nlamp.lady,1,0.0325\nbulbboy,2,0.011\n", "“Engagement rate” is skipped"),
    "more than anybody has": ("account,followers\nlamp.lady,12,5 B\n".replace("12,5 B", '"12,5 B"') + "bulbboy,980\n", "more than any account has"),
    "two columns of accounts that name others": (
        "Username,Profile URL,Followers\nlamp.lady,https://tiktok.com/@bulbboy,1\nbulbboy,https://tiktok.com/@lamp.lady,2\n",
        "name different accounts",
    ),
    "no headings": ("lamp.lady,980,Netherlands\nbulbboy,500,Germany\n", "The file has no headings"),
    "only changes": ("account,Δ followers,Followers (28d),Net new subs\nlamp.lady,9,8,7\nbulbboy,1,2,3\n", "it is not the number of all followers"),
    "a report over days": ("Date,Video Views,Profile Views,Likes\n2026-01-01,12,3,4\n2026-01-02,13,4,5\n", "No column looks like account names"),
    "hours": ("channel,followers,Stream time (hours)\nlamp.lady,5,9\nbulbboy,6,8\n", "“Stream time (hours)” is skipped"),
    "text that may be of another code page": ("account;name;followers\nlamp.lady;J\u00fcrgen;5\nbulbboy;Bob;6\n", "The file is not UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "doubt"), ASKED.values(), ids=ASKED)
def test_what_is_not_clear_is_asked(cast: Cast, content: str, doubt: str) -> None:
    found = receive(content.encode("cp1252" if "UTF-8" in doubt else "utf-8"), "tiktok-2026-01.csv")
    shown = preview.preview_of(found)
    if doubt == "undecided":
        assert shown.read.undecided
        assert all(not each.figures for each in shown.read.accounts)
    else:
        assert any(doubt in each for each in shown.doubts), shown.doubts


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    def command(content: str, *options: str, answer: str = "", name: str = "tiktok-2026-01.csv") -> Any:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return app.test_cli_runner().invoke(args=["import-list", str(path), *options], input=answer)

    yield command
    db.session.remove()


def followers() -> dict[str, int | None]:
    db.session.remove()
    return {each.name: each.followers for each in db.session.scalars(select(Channel))}


def test_the_command_takes_columns_as_they_are_said(run: Callable[..., Any]) -> None:
    content = "who,how many,Followers\nlamp.lady,12500,3\nbulbboy,980,4\n"
    refused = run(content, "--yes")
    assert refused.exit_code == 1
    assert "No column looks like account names. Choose one. Answer with --map." in refused.output
    done = run(content, "--yes", "--map", "who=name", "--map", "how many=followers")
    assert done.exit_code == 0, done.output
    assert followers() == {"lamp.lady": 12_500, "bulbboy": 980}


def test_the_command_takes_columns_by_their_number_where_nothing_stands_above_them(run: Callable[..., Any]) -> None:
    done = run("lamp.lady,12.500\nbulbboy,980\n", "--yes", "--map", "1=name", "--map", "2=followers")
    assert done.exit_code == 0, done.output
    assert followers() == {"lamp.lady": 12_500, "bulbboy": 980}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Followers", "does not say what a column is"),
        ("Followers=fame", "does not say what a column is"),
        ("Reach=followers", "No column is called “Reach”. There are: Account, Views, Views, Followers."),
        ("Views=followers", "stands over several columns: give the column’s number, like 3=FIELD"),
        ("9=followers", "No column is called “9”"),
        ("Account=", "Choose the column with the account name"),
    ],
)
def test_what_is_said_of_columns_that_are_not_there_is_refused(
    run: Callable[..., Any], said: str, sentence: str
) -> None:
    refused = run("Account,Views,Views,Followers\nlamp.lady,1,2,3\nbulbboy,4,5,6\n", "--yes", "--map", said)
    assert refused.exit_code == 1
    assert sentence in refused.output
    assert followers() == {}


def test_the_command_asks_how_counts_are_written(run: Callable[..., Any]) -> None:
    content = "account,followers\nlamp.lady,1.234K\nbulbboy,500\n"
    refused = run(content, "--yes")
    assert refused.exit_code == 1
    assert "Say --decimals point or --decimals comma." in refused.output
    done = run(content, answer="point\ny\n")
    assert done.exit_code == 0, done.output
    assert followers() == {"lamp.lady": 1_234, "bulbboy": 500}
    assert "say --platform" in run("account,followers\nx.y,5\nz.z,6\n", "--yes", name="list.csv").output


def test_the_page_takes_the_columns_of_the_platform_that_is_chosen(
    cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    found = receive(WIDE, "upfluence.csv")
    db.session.commit()
    page, admin = f"/admin/creator-lists/{found.public_id}", browse("adam")
    assert "accounts of several platforms" in admin.get(page).text
    shown = admin.post(page, data={"platform": "tiktok", "measured_on": "2026-01-31"}, follow_redirects=True).text
    assert "bulb.boy.live" in shown
    assert "Import valid rows" in shown
    shown = admin.post(page, data=_as_shown(found, "instagram"), follow_redirects=True).text
    assert "lamp.lady" in shown  # the columns were nobody's choice but the platform's, so they change with it
    assert "bulb.boy.live</th>" not in shown
    db.session.rollback()
    receiving.remap(found, platform="instagram", columns={"name": 4, "followers": 5}, measured_on=DAY, at=AT)
    with pytest.raises(BadInput, match="another platform"):
        receiving.import_list(found, by=identity("adam"), at=AT)


def _as_shown(found: CreatorList, platform: str) -> dict[str, str]:
    db.session.rollback()
    columns = {f"column_{at}": field for field, at in found.columns.items()}
    return {"platform": platform, "measured_on": "2026-01-31", **columns}


def test_what_somebody_is_about_is_found_and_says_nothing_of_what_they_can_sell(cast: Cast) -> None:
    content = (
        b"account,followers,country,category\nlamp.lady,980,NL,Music & Dance\nbulbboy,500,NL,Beauty & Personal Care\n"
    )
    ids = receiving.import_list(receive(content, "tiktok-2026-01.csv"), by=identity("adam"), at=AT)
    stands = """select h.name, n.code from standing s join channel h on h.creator_id = s.creator_id
        join node n on n.id = s.category where s.creator_id = any(%s)"""
    assert set(raw().execute(stands, [ids]).fetchall()) == {("lamp.lady", "all"), ("bulbboy", "beauty")}
    kept = {each.name: each.categories for each in db.session.scalars(select(Channel))}
    assert kept == {"lamp.lady": ["Music & Dance", "Music"], "bulbboy": ["Beauty & Personal Care", "Beauty"]}
    for words in ("music & dance", "muziek", "zangeres"):
        assert [creator for creator, _rank in search.find(raw(), words, limit=5)] == [ids[0]], words


def test_numbers_of_a_workbook_that_may_be_fractions_are_asked_about(cast: Cast) -> None:
    rows: list[list[str | float]] = [["Account", "Avg. views"], ["lamp.lady", 348.125], ["bulbboy", 1.25]]
    assert preview.preview_of(receive(workbook(*rows), "tiktok-2026-01.xlsx")).read.undecided == []
    rows = [["Account", "Avg. views"], ["lamp.lady", "348.125"], ["bulbboy", 12.0]]
    assert preview.preview_of(receive(workbook(*rows), "tiktok-2026-01.xlsx")).read.undecided == ["Avg. views"]
