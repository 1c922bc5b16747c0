"""What the creators and brands of the demo market say of themselves. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProfileText:
    """What a creator says of themselves: a text, words to be found by, categories, and what an hour costs."""

    about: str
    keywords: tuple[str, ...]
    categories: tuple[str, ...]
    hour: int | None  # minor units of the creator's currency
    currency: str = "EUR"
    audience: dict[str, int] | None = None  # by country, in basis points


PROFILES = {
    "mira": ProfileText(
        "Ik richt kamers opnieuw in, live, met lampen en kleine meubels. Elke donderdag om acht uur.",
        ("sfeerverlichting", "interieur", "kleine kamers"),
        ("home.lighting", "home.decoration"),
        14_000,
        audience={"NL": 6_800, "BE": 1_900, "DE": 600},
    ),
    "daan": ProfileText(
        "Wij slapen goed en laten zien waarom: dekbedden, lakens en alles voor de slaapkamer.",
        ("beddengoed", "slaapkamer"),
        ("home.textiles",),
        6_500,
        audience={"NL": 8_800, "BE": 900},
    ),
    "sem": ProfileText(
        "Klein wonen op veertig vierkante meter: opbergen, ophangen en alles wat licht geeft.",
        ("klein wonen", "sfeerverlichting"),
        ("home.lighting", "home.furniture"),
        4_500,
        audience={"NL": 7_600, "BE": 1_400},
    ),
    "anouk": ProfileText(
        "Een oud huis in Gent, kamer voor kamer. Ik verf, ik vloek, ik hang lampen op.",
        ("interieur", "oude huizen"),
        ("home.decoration",),
        9_500,
        audience={"BE": 6_900, "NL": 2_100},
    ),
    "noor": ProfileText(
        "Skin care without nonsense. I read the label aloud before I open the jar.",
        ("gezichtscrème", "huidverzorging", "gevoelige huid"),
        ("beauty.skincare", "beauty.makeup"),
        18_000,
        audience={"NL": 5_500, "BE": 2_200, "FR": 1_300},
    ),
    "jonas": ProfileText(
        "Hautpflege für Männer, erklärt von einem, der es selbst lernen musste.",
        ("shaving", "skin care for men"),
        ("beauty.skincare",),
        15_000,
        audience={"DE": 7_900, "AT": 1_200},
    ),
    "kaat": ProfileText(
        "Streepjes, truien en alles wat tegen de wind kan, vanuit Oostende.",
        ("truien", "duurzame mode"),
        ("fashion.women",),
        5_000,
        audience={"BE": 7_400, "NL": 1_500, "FR": 600},
    ),
    "priya": ProfileText(
        "Tea, tasted properly. Two pots a show, one of them a mistake.",
        ("tea tasting", "loose leaf"),
        ("food.tea",),
        11_000,
        "GBP",
        audience={"GB": 8_200, "IE": 900},
    ),
    "femke": ProfileText(
        "Tenten, branders en regen. Ik zet alles eerst zelf op, in mijn tuin.",
        ("kampeeruitrusting", "wandelschoenen"),
        ("outdoor.camping", "outdoor.hiking"),
        8_000,
        audience={"NL": 7_100, "DE": 1_400},
    ),
}
ABOUT = {
    "lumenhuis": "Lamps that make a room smaller in the evening. Designed in Utrecht, repaired for ten years.",
    "nordhaut": "Skin care for cold weather, made in Kiel.",
    "brewster": "Loose tea and the pots to go with it.",
}
