"""taxonomy: categories, platforms, territories and formats as numbered trees, and what brands sell"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from babel import Locale

revision = "0012"
down_revision = "0011"

# A node is the half-open range of its subtree, so that any scope is a multirange and "in" is an overlap (design.md
# section 4). Ranges are given once, with gaps, and nodes never move: a later migration puts new nodes into gaps.
UP = """
create table node (
    id int generated always as identity primary key,
    tree text not null constraint ck_node_tree check (tree in ('category', 'platform', 'territory', 'format')),
    code text collate "C" not null,
    parent_id int references node on delete restrict,
    name_en text not null,
    name_nl text not null,
    lo int not null,
    hi int not null,
    constraint ck_node_range check (lo < hi),
    constraint uq_node_code unique (tree, code),
    constraint uq_node_lo unique (tree, lo)
);
create index ix_node_parent on node (parent_id);
revoke insert, update, delete on node from streamcut_app;

-- What a brand says it sells. Without a row here, what its products say counts.
create table brand_category (
    brand_id int not null references brand on delete restrict,
    node_id int not null references node on delete restrict,
    primary key (brand_id, node_id)
);

-- The nodes a brand sells in: declared, else those named by the categories of its products (by code or by name).
create view brand_node as
select brand_id, node_id from brand_category
union
select p.brand_id, n.id
from (select distinct brand_id, lower(category) as category from product) p
join node n on n.tree = 'category' and p.category in (n.code, lower(n.name_en), lower(n.name_nl))
where not exists (select from brand_category d where d.brand_id = p.brand_id);
grant select on brand_node to streamcut_app;
"""

DOWN = "drop view brand_node; drop table brand_category, node;"

# code, English, Dutch, and what is under it
CATEGORIES = ("all", "Everything", "Alles", [
    ("home", "Home", "Wonen", [
        ("home.lighting", "Lighting", "Verlichting", []),
        ("home.furniture", "Furniture", "Meubels", []),
        ("home.textiles", "Home textiles", "Woontextiel", []),
        ("home.kitchen", "Kitchen and tableware", "Keuken en servies", []),
        ("home.decoration", "Decoration", "Decoratie", []),
        ("home.cleaning", "Cleaning", "Schoonmaak", []),
        ("home.diy", "Tools and DIY", "Gereedschap en klussen", []),
    ]),
    ("garden", "Garden", "Tuin", []),
    ("beauty", "Beauty", "Schoonheid", [
        ("beauty.skincare", "Skin care", "Huidverzorging", []),
        ("beauty.makeup", "Make-up", "Make-up", []),
        ("beauty.hair", "Hair care", "Haarverzorging", []),
        ("beauty.fragrance", "Fragrance", "Parfum", []),
        ("beauty.nails", "Nails", "Nagels", []),
        ("beauty.devices", "Beauty devices", "Verzorgingsapparaten", []),
    ]),
    ("health", "Health", "Gezondheid", [
        ("health.supplements", "Supplements", "Voedingssupplementen", []),
        ("health.wellness", "Wellness", "Welzijn", []),
    ]),
    ("fashion", "Fashion", "Mode", [
        ("fashion.women", "Women's fashion", "Damesmode", []),
        ("fashion.men", "Men's fashion", "Herenmode", []),
        ("fashion.children", "Children's fashion", "Kindermode", []),
        ("fashion.shoes", "Shoes", "Schoenen", []),
        ("fashion.bags", "Bags", "Tassen", []),
        ("fashion.jewellery", "Jewellery and watches", "Sieraden en horloges", []),
        ("fashion.lingerie", "Lingerie and nightwear", "Lingerie en nachtmode", []),
    ]),
    ("food", "Food and drink", "Eten en drinken", [
        ("food.tea", "Tea and coffee", "Thee en koffie", []),
        ("food.sweets", "Sweets and snacks", "Snoep en snacks", []),
        ("food.fresh", "Fresh food", "Vers eten", []),
        ("food.alcohol", "Wine, beer and spirits", "Wijn, bier en sterke drank", []),
    ]),
    ("electronics", "Electronics", "Elektronica", [
        ("electronics.phones", "Phones and accessories", "Telefoons en accessoires", []),
        ("electronics.audio", "Audio", "Audio", []),
        ("electronics.computers", "Computers", "Computers", []),
        ("electronics.appliances", "Household appliances", "Huishoudelijke apparaten", []),
        ("electronics.cameras", "Cameras", "Camera's", []),
    ]),
    ("games", "Games", "Games", [
        ("games.video", "Video games", "Videogames", []),
        ("games.board", "Board games and puzzles", "Bordspellen en puzzels", []),
    ]),
    ("toys", "Toys", "Speelgoed", []),
    ("baby", "Baby", "Baby", []),
    ("sports", "Sports", "Sport", [
        ("sports.fitness", "Fitness", "Fitness", []),
        ("sports.cycling", "Cycling", "Fietsen", []),
        ("sports.running", "Running", "Hardlopen", []),
    ]),
    ("outdoor", "Outdoor", "Buitenleven", [
        ("outdoor.camping", "Camping", "Kamperen", []),
        ("outdoor.hiking", "Hiking", "Wandelen", []),
    ]),
    ("pets", "Pets", "Huisdieren", []),
    ("books", "Books", "Boeken", []),
    ("hobby", "Crafts and hobby", "Hobby en knutselen", []),
    ("collectables", "Collectables", "Verzamelobjecten", [
        ("collectables.cards", "Trading cards", "Verzamelkaarten", []),
    ]),
    ("travel", "Travel", "Reizen", []),
    ("automotive", "Cars and motorcycles", "Auto's en motoren", []),
    ("services", "Services", "Diensten", [
        ("services.finance", "Finance", "Financieel", []),
        ("services.education", "Education", "Onderwijs", []),
    ]),
    ("gifts", "Gifts", "Cadeaus", []),
])  # fmt: skip

PLATFORMS = ("all", "Every platform", "Elk platform", [
    ("tiktok", "TikTok", "TikTok", []),
    ("instagram", "Instagram", "Instagram", []),
    ("youtube", "YouTube", "YouTube", []),
    ("twitch", "Twitch", "Twitch", []),
    ("amazon", "Amazon Live", "Amazon Live", []),
    ("facebook", "Facebook", "Facebook", []),
    ("whatnot", "Whatnot", "Whatnot", []),
    ("web", "Own website or app", "Eigen website of app", []),
    ("other", "Another platform", "Een ander platform", []),
])  # fmt: skip

FORMATS = ("all", "Every format", "Elke vorm", [
    ("live", "Live stream", "Livestream", []),
    ("video", "Video", "Video", []),
    ("post", "Post or story", "Post of story", []),
    ("affiliate_link", "Affiliate link", "Affiliatelink", []),
    ("showcase", "Showcase", "Etalage", []),
])  # fmt: skip

EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EUROPE = "AD AL AX BA BY CH FO GB GG GI IM IS JE LI MC MD ME MK NO RS RU SJ SM UA VA XK"
AFRICA = (
    "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR MU MW MZ NA NE "
    "NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW"
)
AMERICAS = (
    "AG AI AR AW BB BL BM BO BQ BR BS BV BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GS GT GY HN HT JM KN KY LC MF MQ "
    "MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI"
)
ASIA = (
    "AE AF AM AZ BD BH BN BT CN GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA "
    "SA SG SY TH TJ TL TM TR TW UZ VN YE"
)
OCEANIA = "AQ AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS"


def _countries(codes: str) -> list[tuple[object, ...]]:
    english, dutch = Locale("en").territories, Locale("nl").territories
    return [(code, english[code], dutch[code], []) for code in codes.split()]


TERRITORIES = ("world", "The world", "De wereld", [
    ("europe", "Europe", "Europa", [("EU", "European Union", "Europese Unie", _countries(EU)), *_countries(EUROPE)]),
    ("africa", "Africa", "Afrika", _countries(AFRICA)),
    ("americas", "The Americas", "Amerika", _countries(AMERICAS)),
    ("asia", "Asia", "Azië", _countries(ASIA)),
    ("oceania", "Oceania", "Oceanië", _countries(OCEANIA)),
])  # fmt: skip

TREES = {"category": CATEGORIES, "platform": PLATFORMS, "territory": TERRITORIES, "format": FORMATS}
LEAF, GAP = 16, 16  # numbers a leaf has, and numbers left free after every node


def numbered(tree: tuple, lo: int, parent: str | None = None) -> Iterator[dict[str, object]]:
    """The node and everything under it with its range, parents first. A node's first numbers are its own: a scope
    that is named no finer."""
    code, english, dutch, children = tree
    below, at = [], lo + LEAF
    for child in children:
        found = list(numbered(child, at, code))
        below += found
        at = found[0]["hi"] + GAP
    hi = at if children else lo + LEAF
    yield {"code": code, "parent": parent, "name_en": english, "name_nl": dutch, "lo": lo, "hi": hi}
    yield from below


INSERT = sa.text(
    "insert into node (tree, code, parent_id, name_en, name_nl, lo, hi) values (:tree, :code,"
    " (select id from node where tree = :tree and code = :parent), :name_en, :name_nl, :lo, :hi)"
)


def upgrade() -> None:
    op.execute(UP)
    for name, tree in TREES.items():
        for row in numbered(tree, 0):
            op.get_bind().execute(INSERT, {"tree": name, **row})


def downgrade() -> None:
    op.execute(DOWN)
