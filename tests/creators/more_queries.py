"""Thirty questions more: one idea in two languages, names in other letters, accounts typed as they are. Written before
what answers them.

The creators here stand beside those of queries.py, and the old questions have to be answered as before. `expected` come
first, in any order; where there is one, that one is first.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.creators.queries import Described, Query


@dataclass(frozen=True)
class Filed:
    """An account as a list has it: nobody has said a word of themselves."""

    account: str
    name: str
    categories: tuple[str, ...] = ()
    followers: int | None = None
    platform: str = "instagram"


MORE_CREATORS = (
    Described(
        "klankkleur", "Noor Verbeek", "NL", "youtube", (), ("gitaar", "liedjes"),
        "Ik schrijf liedjes en geef gitaarles aan beginners.",
    ),
    Described(
        "fieldsongs", "Anna Field", "GB", "youtube", (), ("guitar lessons",),
        "Guitar lessons, and songs of my own recorded at home.",
    ),
    Described(
        "toneeltim", "Tim Vos", "NL", "instagram", (), ("acteur",),
        "Acteur en stemacteur. Achter de schermen bij het toneel.",
    ),
    Described(
        "kaatkookt", "Kaat Maes", "BE", "tiktok", ("food",), ("koken",),
        "Elke avond een gerecht dat in een half uur op tafel staat.",
    ),
    Described(
        "simplesupper", "Grace Hill", "GB", "youtube", ("food",), ("cooking",), "Easy cooking for weeknights.",
    ),
    Described(
        "grapjas", "Daan Kuiper", "NL", "tiktok", (), ("humor", "sketches"), "Korte filmpjes om hard om te lachen.",
    ),
    Described(
        "autoalex", "Alex Brandt", "NL", "youtube", ("automotive",), ("occasions",),
        "Ik rijd elke week een andere tweedehands auto.",
    ),
    Described(
        "verreverhalen", "Lies Bakx", "BE", "youtube", ("travel",), ("stedentrips",),
        "Met de trein door Europa, zonder haast.",
    ),
    Described(
        "stofenspeld", "Riet de Boer", "NL", "youtube", ("hobby",), ("naaien",),
        "Naailes voor wie nog nooit een naaimachine had.",
    ),
    Described(
        "threadbare", "Joan Price", "GB", "youtube", ("hobby",), ("sewing",), "Sewing patterns, step by step.",
    ),
    Described(
        "centenkwestie", "Mark Smeets", "NL", "instagram", ("services.finance",), ("beleggen", "pensioen"),
        "Beleggen in gewone taal.",
    ),
    Filed("soundwave", "Soundwave", ("Music",)),
    Filed("stagelights", "Stage Lights", ("Music & Dance",), platform="youtube"),
    Filed("screenqueen", "Screen Queen", ("Cinema & Actors/actresses",)),
    Filed("dailyhaha", "Daily Haha", ("Humor & Fun & Happiness",)),
    Filed("k.m.88", "Кот Матроскин", platform="youtube"),
    Filed("ms11_official", "محمد صلاح"),
    Filed("xm_wang7", "王小明", platform="tiktok"),
    Filed("____kmb", "김우빈"),
    Filed("nc_0", "NICO【平成フラミンゴ】", platform="tiktok"),
    Filed("sc.live", "สมชาย ใจดี", platform="tiktok"),
    Filed("sy.official", "Şeyma Öztürk"),
    Filed("lz_daily", "Łukasz Żak"),
    Filed("khaby.lame", "Khabane lame", followers=149_200_000, platform="tiktok"),
    Filed("khaby.fans", "khaby.lame fans", followers=900_000, platform="tiktok"),
    Filed("the_lamp", "Lux", followers=300),
    Filed("thelamplovers", "The Lamp", followers=2_000_000),
)  # fmt: skip

MUSIC = ("klankkleur", "fieldsongs", "soundwave", "stagelights")
ACTORS = ("toneeltim", "screenqueen")
COOKS = ("kaatkookt", "simplesupper")

MORE_QUERIES = (
    # one idea in Dutch and in English
    Query("muziek", MUSIC),
    Query("music", MUSIC),
    Query("gitaar", ("klankkleur", "fieldsongs")),
    Query("guitar", ("klankkleur", "fieldsongs")),
    Query("acteur", ACTORS),
    Query("actress", ACTORS),
    Query("koken", COOKS),
    Query("cooking", COOKS),
    Query("running shoes", ("sanneloopt", "runwithtom")),
    Query("grappig", ("grapjas", "dailyhaha")),
    Query("comedy", ("grapjas", "dailyhaha")),
    Query("used cars", ("autoalex",)),
    Query("sewing", ("stofenspeld", "threadbare")),
    Query("naailes", ("stofenspeld", "threadbare")),
    Query("investing", ("centenkwestie",)),
    Query("train journeys", ("verreverhalen",)),
    Query("dog food", ("hondenhuis",)),
    Query("vegetable garden", ("groenvanger",)),
    Query("wedding make-up", ("lippenstiftlisa",)),
    # names in other letters, by themselves and in Latin ones
    Query("матроскин", ("k.m.88",)),
    Query("matroskin", ("k.m.88",)),
    Query("صلاح", ("ms11_official",)),
    Query("mohamed salah", ("ms11_official",)),
    Query("小明", ("xm_wang7",)),
    Query("wang xiaoming", ("xm_wang7",)),
    Query("フラミンゴ", ("nc_0",)),
    Query("somchai", ("sc.live",)),
    Query("seyma ozturk", ("sy.official",)),
    # accounts as they are: the very one first, whoever is larger or says more of it
    Query("@khaby.lame", ("khaby.lame",), also=("khaby.fans",)),
    Query("https://www.instagram.com/the_lamp/", ("the_lamp",), also=("thelamplovers",)),
)
