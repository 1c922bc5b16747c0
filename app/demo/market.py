"""Who is in the demo market. Everybody and everything in it is invented; no name is meant to be anybody's.

Rows are those of the files of spec/formats.md, so that the demo comes in by the same door as everybody's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.security import Role

Row = dict[str, str]
PASSWORD = "look at this market"  # noqa: S105 - printed by `make run`, shown on the sign-in page, good in a demo only
DAYS_BACK = 80  # how far the market's past goes


@dataclass(frozen=True)
class DemoBrand:
    """A brand and what it sells: (sku, name, price). `funds` is what it has sent us, in minor units."""

    handle: str
    name: str
    country: str
    currency: str
    timezone: str
    fee: str
    category: str
    products: tuple[tuple[str, str, str], ...]
    funds: int


BRANDS = (
    DemoBrand(
        "lumenhuis",
        "Lumenhuis",
        "NL",
        "EUR",
        "Europe/Amsterdam",
        "5",
        "home",
        (
            ("LH-ARC", "Arc floor lamp", "189.00"),
            ("LH-PEBBLE", "Pebble table lamp", "59.00"),
            ("LH-STRING", "String lights, 10 m", "24.95"),
            ("LH-BULB", "Amber bulb", "9.95"),
            ("LH-GIFT", "Gift card", "25.00"),
        ),
        3_500_000,
    ),
    DemoBrand(
        "nordhaut",
        "Nordhaut",
        "DE",
        "EUR",
        "Europe/Berlin",
        "6",
        "beauty",
        (
            ("NH-CREAM", "Day cream, 50 ml", "32.00"),
            ("NH-SERUM", "Night serum, 30 ml", "44.50"),
            ("NH-CLAY", "Clay mask", "18.90"),
            ("NH-SET", "Winter set", "89.00"),
        ),
        3_000_000,
    ),
    DemoBrand(
        "brewster",
        "Brewster & Finch",
        "GB",
        "GBP",
        "Europe/London",
        "4.5",
        "food",
        (
            ("BF-EARL", "Earl of the Moor, 100 g", "11.50"),
            ("BF-SMOKE", "Pine smoke, 100 g", "13.25"),
            ("BF-POT", "Stoneware pot", "39.00"),
            ("BF-BOX", "Tea box of twelve", "54.00"),
        ),
        2_000_000,
    ),
    DemoBrand(
        "maillot",
        "Maillot Marin",
        "FR",
        "EUR",
        "Europe/Paris",
        "5.5",
        "fashion",
        (
            ("MM-STRIPE", "Striped jumper", "79.00"),
            ("MM-CAP", "Harbour cap", "29.00"),
            ("MM-COAT", "Oilskin coat", "219.00"),
            ("MM-SOCK", "Wool socks", "14.00"),
        ),
        2_500_000,
    ),
    DemoBrand(
        "trailkit",
        "Trailkit",
        "NL",
        "EUR",
        "Europe/Amsterdam",
        "5",
        "outdoor",
        (
            ("TK-TENT", "Two-person tent", "249.00"),
            ("TK-STOVE", "Pocket stove", "64.00"),
            ("TK-LAMP", "Head torch", "34.95"),
        ),
        60_000,  # far too little: its creators are passed over as “brand unfunded”
    ),
)

# handle: name, country, languages, time zone, platform, followers, category
CREATORS = {
    "mira": ("Mira van Loon", "NL", "nl|en", "Europe/Amsterdam", "tiktok", 184_000, "home"),
    "daan": ("Daan & Dekbed", "NL", "nl", "Europe/Amsterdam", "instagram", 52_000, "home"),
    "jonas": ("Jonas Feldweg", "DE", "de|en", "Europe/Berlin", "youtube", 231_000, "beauty"),
    "lotte": ("Lotte Sommer", "DE", "de", "Europe/Berlin", "tiktok", 97_000, "beauty"),
    "priya": ("Priya Marlowe", "GB", "en", "Europe/London", "youtube", 140_000, "food"),
    "owen": ("Owen Tarn", "GB", "en", "Europe/London", "tiktok", 61_000, "food"),
    "celeste": ("Céleste Orme", "FR", "fr|en", "Europe/Paris", "instagram", 118_000, "fashion"),
    "basile": ("Basile Quai", "FR", "fr", "Europe/Paris", "tiktok", 43_000, "fashion"),
    "femke": ("Femke Buiten", "NL", "nl|de", "Europe/Amsterdam", "youtube", 88_000, "outdoor"),
    "kaat": ("Kaat Peeters", "BE", "nl|fr", "Europe/Brussels", "instagram", 36_000, "fashion"),
    "noor": ("Noor el Idrissi", "NL", "nl|en|fr", "Europe/Amsterdam", "tiktok", 205_000, "beauty"),
    "sem": ("Sem Visser", "NL", "nl", "Europe/Amsterdam", "instagram", 27_000, "home"),
    "anouk": ("Anouk de Wit", "BE", "nl|fr", "Europe/Brussels", "tiktok", 64_000, "home"),
    "timo": ("Timo Hald", "DE", "de", "Europe/Berlin", "twitch", 15_000, "outdoor"),
}
NO_BANK_DETAILS = "kaat"  # has earned, and has not said where to pay
UNLUCKY = "timo"  # was paid for sales that were all sent back afterwards: a negative balance


@dataclass(frozen=True)
class Deal:
    """A contract in few words: percentages as in the files, empty where the base counts; shows a month."""

    brand: str
    creator: str
    base: str
    in_stream: str
    replay: str
    after_stream: str
    window: int
    hold: int
    code: str
    shows: int

    @property
    def ref(self) -> str:
        """The contract's reference."""
        return f"{self.brand}-{self.creator}".upper()


DEALS = (
    Deal("lumenhuis", "mira", "10", "14", "8", "", 14, 14, "MIRA10", 4),
    Deal("lumenhuis", "daan", "8", "", "", "", 7, 14, "DEKBED", 2),
    Deal("lumenhuis", "noor", "12", "15", "", "9", 30, 21, "NOORLIGHT", 2),
    Deal("nordhaut", "jonas", "9", "12.5", "7", "8", 14, 14, "JONAS", 3),
    Deal("nordhaut", "lotte", "11", "", "", "", 10, 14, "LOTTE5", 3),
    Deal("nordhaut", "noor", "13", "16", "10", "", 21, 14, "NOORSKIN", 2),
    Deal("nordhaut", "kaat", "10", "", "", "", 7, 14, "KAAT", 1),
    Deal("brewster", "priya", "12", "15", "10", "", 14, 14, "PRIYA", 3),
    Deal("brewster", "owen", "10", "", "", "6", 7, 14, "OWEN", 2),
    Deal("maillot", "celeste", "11", "14", "", "", 14, 14, "CELESTE", 3),
    Deal("maillot", "basile", "9", "", "", "", 10, 14, "QUAI", 2),
    Deal("maillot", "kaat", "10", "12", "", "", 14, 14, "KAATMARIN", 2),
    Deal("trailkit", "femke", "10", "13", "8", "", 14, 14, "FEMKE", 3),
    Deal("nordhaut", "timo", "8", "", "", "", 7, 7, "TIMO", 1),
)


AGENCY = "daan jonas lotte priya owen celeste basile femke kaat sem anouk timo"  # creators of one agent

# address, name, language, role, what for
PEOPLE: tuple[tuple[str, str, str, Role, str], ...] = (
    ("brand@demo.example", "Sanne Blok", "nl", Role.BRAND_OWNER, "lumenhuis"),
    ("member@demo.example", "Ruben Smit", "nl", Role.BRAND_MEMBER, "lumenhuis"),
    ("brand-finance@demo.example", "Ilse Kramer", "nl", Role.BRAND_FINANCE, "lumenhuis"),
    ("tea@demo.example", "Harriet Finch", "en", Role.BRAND_OWNER, "brewster"),
    ("creams@demo.example", "Greta Nord", "en", Role.BRAND_OWNER, "nordhaut"),
    ("creator@demo.example", "Mira van Loon", "nl", Role.CREATOR, "mira"),
    ("agent@demo.example", "Abel Roos", "en", Role.AGENT, "mira noor"),
    (
        "agency@demo.example",
        "Ines Duarte",
        "en",
        Role.AGENT,
        "daan jonas lotte priya owen celeste basile femke kaat sem anouk timo",
    ),
    ("maker@demo.example", "Pieter Maas", "en", Role.FINANCE_MAKER, ""),
    ("checker@demo.example", "Yasmin Haas", "en", Role.FINANCE_CHECKER, ""),
    ("second-checker@demo.example", "Elif Demir", "en", Role.FINANCE_CHECKER, ""),
    ("admin@demo.example", "Anna Vos", "en", Role.ADMIN, ""),
    ("auditor@demo.example", "Koen Prins", "en", Role.AUDITOR, ""),
)


def brand_rows() -> list[Row]:
    """The file of brands."""
    return [
        {
            "handle": brand.handle,
            "name": brand.name,
            "country": brand.country,
            "currency": brand.currency,
            "timezone": brand.timezone,
            "platform_fee_percent": brand.fee,
        }
        for brand in BRANDS
    ]


def creator_rows() -> list[Row]:
    """The file of creators."""
    return [
        {"handle": handle, "name": name, "country": country, "languages": languages, "timezone": zone}
        for handle, (name, country, languages, zone, *_rest) in CREATORS.items()
    ]


def channel_rows() -> list[Row]:
    """The file of channels: one each."""
    return [
        {
            "creator": handle,
            "platform": platform,
            "name": f"{handle}.live",
            "categories": category,
            "followers": str(followers),
            "average_views": str(followers // 9),
            "average_live_viewers": str(followers // 60),
            "engagement_percent": f"{2 + len(name) % 5}.5",
            "audience_countries": f"{country}:70",
            "verified_on": "",
        }
        for handle, (name, country, _languages, _zone, platform, followers, category) in CREATORS.items()
    ]


def product_rows() -> list[Row]:
    """The file of products; gift cards earn nothing."""
    return [
        {
            "brand": brand.handle,
            "sku": sku,
            "name": name,
            "category": brand.category,
            "price": price,
            "currency": brand.currency,
            "commissionable": "no" if sku.endswith("GIFT") else "yes",
        }
        for brand in BRANDS
        for sku, name, price in brand.products
    ]


def contract_rows(today: date) -> list[Row]:
    """The file of contracts: signed before the market's past begins, for two years."""
    zones = {brand.handle: brand.timezone for brand in BRANDS}
    return [
        {
            "contract": deal.ref,
            "brand": deal.brand,
            "creator": deal.creator,
            "starts_on": (today - timedelta(days=DAYS_BACK + 5)).isoformat(),
            "ends_on": (today + timedelta(days=650)).isoformat(),
            "timezone": zones[deal.brand],
            "commission_percent": deal.base,
            "in_stream_percent": deal.in_stream,
            "replay_percent": deal.replay,
            "after_stream_percent": deal.after_stream,
            "off_stream_percent": "",
            "window_days": str(deal.window),
            "hold_days": str(deal.hold),
            "coupons": deal.code,
            "exclusive_category": "",
        }
        for deal in DEALS
    ]


def iban_of(country: str, number: int) -> str:
    """An account number that is well formed and nobody's: its bank is called DEMO, or 0."""
    form = {"NL": f"DEMO{number:010}", "GB": f"DEMO{number:014}", "DE": f"{number:018}", "BE": _belgian(number)}
    rest = form.get(country, f"{number:023}")
    digits = "".join(str(int(letter, 36)) for letter in f"{rest}{country}00")
    return f"{country}{98 - int(digits) % 97:02}{rest}"


def _belgian(number: int) -> str:
    return f"{number:010}{number % 97 or 97:02}"
