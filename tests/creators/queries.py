"""What people type to find a creator, and whom they expect to find. Written before the search was.

Two dozen creators as they describe themselves, half of them in Dutch, and forty questions. `expected` have to be found,
before all others; `also` may be found; nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Described:
    """A creator in their own words."""

    handle: str
    name: str
    country: str
    platform: str
    categories: tuple[str, ...]
    keywords: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Query:
    """A question, who has to be found by it, and who may be found too."""

    text: str
    expected: tuple[str, ...]
    also: tuple[str, ...] = ()


CREATORS = (
    Described(
        "sanneloopt", "Sanne de Wit", "NL", "instagram", ("sports.running",), ("marathon", "trailrunnen"),
        "Ik test elke week nieuwe hardloopschoenen en loop twee marathons per jaar.",
    ),
    Described(
        "runwithtom", "Tom Baker", "GB", "youtube", ("sports.running", "fashion.shoes"), ("running shoes", "5k"),
        "Honest reviews of running shoes, live every Sunday.",
    ),
    Described(
        "fitmetjoris", "Joris Bakker", "NL", "tiktok", ("sports.fitness",), ("krachttraining", "eiwitshake"),
        "Krachttraining voor beginners, zonder sportschool.",
    ),
    Described(
        "fietsfrank", "Frank Peeters", "BE", "youtube", ("sports.cycling",), ("racefiets", "wielrennen"),
        "Alles over racefietsen, fietskleding en mooie routes in Vlaanderen.",
    ),
    Described(
        "huidcoachlot", "Lotte Jansen", "NL", "tiktok", ("beauty.skincare",), ("huidverzorging", "acne"),
        "Huidverzorging zonder poespas: welke gezichtscrème past bij een gevoelige huid?",
    ),
    Described(
        "glowbyamy", "Amy Clarke", "GB", "instagram", ("beauty.skincare", "beauty.makeup"), ("skincare routine",),
        "Skin care for sensitive skin, and the make-up that goes on top.",
    ),
    Described(
        "lippenstiftlisa", "Lisa Vermeulen", "BE", "instagram", ("beauty.makeup",), ("lippenstift", "oogschaduw"),
        "Elke dag een andere lippenstift. Live make-up voor bruiden.",
    ),
    Described(
        "krullenbol", "Naomi Blijd", "NL", "youtube", ("beauty.hair",), ("krullen", "haarverzorging"),
        "Haarverzorging voor krullend haar: van shampoo tot haarmasker.",
    ),
    Described(
        "nagelstudiofem", "Femke Smit", "NL", "tiktok", ("beauty.nails",), ("gelnagels",),
        "Nagelstyliste met een eigen salon. Ik laat zien hoe je gellak zelf aanbrengt.",
    ),
    Described(
        "mamavandrie", "Eva Mulder", "NL", "instagram", ("fashion.children", "baby"), ("kinderkleding", "kinderwagens"),
        "Moeder van drie. Ik deel tweedehands kinderkleding en alles voor de babykamer.",
    ),
    Described(
        "tinytrends", "Hannah Wood", "GB", "tiktok", ("fashion.children",), ("kids clothes",),
        "Clothes for kids that last longer than a season.",
    ),
    Described(
        "jurkenvanjet", "Jet Hendriks", "NL", "instagram", ("fashion.women",), ("jurken", "zomerjurk"),
        "Damesmode in maat 36 tot 56, en elke vrijdag een jurkenpasdag.",
    ),
    Described(
        "sneakersam", "Sam Owusu", "NL", "tiktok", ("fashion.shoes",), ("sneakers", "streetwear"),
        "Sneakers verzamelen is mijn vak: nieuwe modellen en zeldzame paren.",
    ),
    Described(
        "tassentess", "Tess Visser", "NL", "youtube", ("fashion.bags",), ("handtassen", "leren tas"),
        "Ik maak handtassen van leer en laat zien hoe dat gaat.",
    ),
    Described(
        "goudgoed", "Yasmin Aydin", "NL", "instagram", ("fashion.jewellery",), ("oorbellen", "goud"),
        "Sieraden die je elke dag kunt dragen. Oorbellen, kettingen en ringen.",
    ),
    Described(
        "baristabas", "Bas Kuipers", "NL", "youtube", ("food.tea", "electronics.appliances"), ("espresso",),
        "Koffie zoals het hoort: ik vergelijk koffiezetapparaten en bonen van kleine branderijen.",
    ),
    Described(
        "bakkenmetbo", "Bo Willems", "BE", "tiktok", ("food.sweets",), ("taarten", "chocolade"),
        "Taarten bakken voor beginners, met veel chocolade.",
    ),
    Described(
        "groenvanger", "Gijs Groen", "NL", "youtube", ("garden",), ("moestuin", "kamerplanten"),
        "Mijn moestuin op het balkon, en planten die je niet dood krijgt.",
    ),
    Described(
        "lichtenlijn", "Roos Dekker", "NL", "instagram", ("home.lighting", "home.decoration"), ("hanglampen",),
        "Interieurstyliste. Ik kies de verlichting bij je woonkamer.",
    ),
    Described(
        "klusjesmies", "Mies van Dam", "NL", "youtube", ("home.diy",), ("verbouwing", "gereedschap"),
        "Zelf klussen: van boormachine tot badkamer.",
    ),
    Described(
        "hondenhuis", "Kees Prins", "NL", "tiktok", ("pets",), ("hondenvoer", "puppytraining"),
        "Twee labradors, veel hondenspeelgoed en eerlijk over voer.",
    ),
    Described(
        "boekenwurm", "Ilse Maas", "NL", "tiktok", ("books",), ("romans", "leesclub"),
        "Ik lees een boek per week en praat erover met mijn leesclub.",
    ),
    Described(
        "pixelpiet", "Piet Bos", "NL", "twitch", ("games.video",), ("spelcomputers", "retro"),
        "Videogames van vroeger en nu, vier avonden per week live.",
    ),
    Described(
        "kaartenkoning", "Luuk Hofman", "BE", "twitch", ("collectables.cards",), ("pokemonkaarten",),
        "Boosters openen en verzamelkaarten ruilen, elke zaterdag.",
    ),
    Described(
        "kampeerkoen", "Koen Wouters", "BE", "youtube", ("outdoor.camping", "outdoor.hiking"), ("tenten",),
        "Met de tent de bergen in. Ik test slaapzakken en wandelschoenen.",
    ),
    Described(
        "vitavera", "Vera Kok", "NL", "instagram", ("health.supplements",), ("vitamines", "voeding"),
        "Diëtist. Over voedingssupplementen, en wanneer je ze niet nodig hebt.",
    ),
)  # fmt: skip

QUERIES = (
    # compounds, written as one word, as two, and as a sentence
    Query("hardloopschoenen", ("sanneloopt", "runwithtom")),
    Query("hardloop schoenen", ("sanneloopt", "runwithtom")),
    Query("schoenen om te hardlopen", ("sanneloopt", "runwithtom")),
    Query("hardloopschoen", ("sanneloopt", "runwithtom")),
    Query("wandelschoenen", ("kampeerkoen",)),
    Query("schoenen", ("runwithtom", "sneakersam"), also=("sanneloopt", "kampeerkoen")),
    Query("huidverzorging", ("huidcoachlot", "glowbyamy")),
    Query("huid verzorgen", ("huidcoachlot", "glowbyamy")),
    Query("verzorging van de huid", ("huidcoachlot", "glowbyamy")),
    Query("gezichtscrème", ("huidcoachlot", "glowbyamy")),
    Query("gezichtscreme", ("huidcoachlot", "glowbyamy")),
    Query("crème voor het gezicht", ("huidcoachlot", "glowbyamy")),
    Query("kinderkleding", ("mamavandrie", "tinytrends")),
    Query("kleding voor kinderen", ("mamavandrie", "tinytrends")),
    Query("kinderkleren", ("mamavandrie", "tinytrends")),
    Query("koffiezetapparaat", ("baristabas",)),
    Query("koffiezetapparaten", ("baristabas",)),
    Query("koffie apparaat", ("baristabas",)),
    Query("fietskleding", ("fietsfrank",)),
    Query("kleding om te fietsen", ("fietsfrank",)),
    Query("hondenspeelgoed", ("hondenhuis",)),
    Query("haarmasker", ("krullenbol",)),
    Query("leesclub", ("boekenwurm",)),
    Query("verzamelkaarten", ("kaartenkoning",)),
    # one and many, stems
    Query("oorbel", ("goudgoed",)),
    Query("handtas", ("tassentess",)),
    Query("tassen", ("tassentess",)),
    Query("jurk", ("jurkenvanjet",)),
    Query("boeken", ("boekenwurm",)),
    Query("racefietsen", ("fietsfrank",)),
    # what it is called elsewhere, and in the other language
    Query("sneakers", ("sneakersam", "runwithtom")),
    Query("skincare", ("glowbyamy", "huidcoachlot")),
    Query("coffee machine", ("baristabas",)),
    Query("gamen", ("pixelpiet",)),
    Query("joggen", ("sanneloopt", "runwithtom")),
    # typing errors
    Query("hardlopschoenen", ("sanneloopt", "runwithtom")),
    Query("huidverzorgng", ("huidcoachlot", "glowbyamy")),
    Query("moestiun", ("groenvanger",)),
    # names, places, platforms
    Query("sanne de wit", ("sanneloopt",)),
    Query("twitch verzamelkaarten belgië", ("kaartenkoning",)),
)
