"""search: what a creator can be found by, in Dutch and in English"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

# pg_trgm comes with PostgreSQL, as btree_gist does, and needs no superuser.
UP = """
create extension if not exists pg_trgm;

-- Words by which people call a category, beside its names.
create table category_word (
    node_id int not null references node on delete restrict,
    language char(2) not null,
    word text not null,
    primary key (node_id, language, word)
);
revoke insert, update, delete on category_word from streamcut_app;

-- Words that are known: those said of creators, and those of which compounds are made ("hardloop" + "schoenen").
create table search_word (
    word text collate "C" primary key,
    said boolean not null,              -- of a creator; else only a form of a word
    part boolean not null,              -- it may be a part of a compound
    parts text[] not null default '{}'  -- of which this word is made itself
);
create index ix_search_word_like on search_word using gin (word gin_trgm_ops) where said;

create table search_document (
    creator_id int primary key references creator on delete restrict,
    name text not null,                 -- lower case
    words tsvector not null,            -- Dutch and English stems, and the parts of compounds
    facets text[] collate "C" not null, -- what filters ask for: c:node, m:country, l:language, p:platform, verified
    followers bigint,                   -- of the largest channel
    level smallint not null default 0,  -- 2: with sales anybody may read of, 1: here themselves, 0: only listed
    changed_at timestamptz not null
);
create index ix_search_document_words on search_document using gin (words, facets);
create index ix_search_document_best on search_document (level desc, (coalesce(followers, -1)) desc, creator_id);
create index ix_search_document_followers on search_document ((coalesce(followers, -1)) desc, creator_id);
create index ix_search_document_name on search_document (name, creator_id);

-- Lower case, without accents and signs, one blank between words: how documents and questions are spelled.
create function plain_words(said text) returns text language sql immutable strict parallel safe as $$
    select trim(regexp_replace(translate(regexp_replace(lower(said), '[''\\u2019]s\\M', '', 'g'),
        'àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ',
        'aaaaaaaceeeeiiiinoooooouuuuyysaaaaaaaceeeeiiiinoooooouuuuy'),
        '[[:space:]!-/:-@[-`{-~«»…·\\u2013-\\u201e]+', ' ', 'g'))
$$;

-- What plain words are found by: Dutch and English stems, and the words themselves.
create function stems(said text) returns tsvector language sql immutable strict parallel safe as $$
    select to_tsvector('dutch', said) || to_tsvector('english', said) || to_tsvector('simple', said)
$$;

-- What finds a word: its Dutch or English stem, the word itself, or one that begins with it. Several words have to be
-- there all; what stands between bars is as good ("hardloopschoenen|hardloop schoenen").
create function word_query(word text) returns tsquery language plpgsql immutable strict parallel safe as $$
declare
    other text;
    found tsquery := '';
begin
    foreach other in array string_to_array(word, '|') loop
        other := plain_words(other);
        found := found || plainto_tsquery('dutch', other) || plainto_tsquery('english', other)
            || plainto_tsquery('simple', other);
        if length(other) >= 5 and strpos(other, ' ') = 0 then
            found := found || to_tsquery('simple', other || ':*');
        end if;
    end loop;
    return found;
end
$$;

-- How many of the words a document has. Many documents: make the queries once, with word_query.
create function found_words(document tsvector, queries tsquery[]) returns int language sql immutable strict
parallel safe as $$
    select count(*)::int from unnest(queries) query where document @@ query
$$;
create function found_words(document tsvector, words text[]) returns int language sql immutable strict
parallel safe as $$
    select found_words(document, array(select word_query(word) from unnest(words) word))
$$;
"""

DOWN = """
drop function found_words(tsvector, text[]), found_words(tsvector, tsquery[]), word_query, stems, plain_words;
drop table search_document, search_word, category_word;
drop extension pg_trgm;
"""

# category: what it is called in Dutch, and in English
WORDS = {
    "home": ("interieur, huis, woning, inrichting, woonaccessoires", "house, interior, living"),
    "home.lighting": ("lamp, lampen, licht, ledlamp, hanglamp", "lamp, lights, lightbulb"),
    "home.furniture": ("meubel, bank, stoel, tafel, kast, bed, matras", "sofa, chair, table, bed, mattress"),
    "home.textiles": ("gordijnen, beddengoed, dekbed, handdoek, kussen, vloerkleed", "curtains, bedding, towel, rug"),
    "home.kitchen": ("koken, pan, pannen, keukengerei, bestek, serviesgoed, bakvorm", "cooking, pans, cutlery, cookware"),
    "home.decoration": ("woondecoratie, vaas, kaarsen, wanddecoratie", "decor, vase, candles"),
    "home.cleaning": ("schoonmaken, poetsen, schoonmaakmiddel, wasmiddel, opruimen", "detergent, tidying, laundry"),
    "home.diy": ("doe-het-zelf, klus, verbouwen, boormachine, verf", "drill, renovation, paint, handyman"),
    "garden": ("tuinieren, planten, bloemen, moestuin, tuinmeubels, barbecue", "gardening, plants, flowers, lawn"),
    "beauty": ("mooi, verzorging, cosmetica, uiterlijk", "cosmetics, grooming"),
    "beauty.skincare": (
        "huid, gezichtscrème, crème, serum, zonnebrand, dagcrème, gezichtsverzorging, acne, gezicht",
        "skincare, skin, cream, moisturizer, sunscreen, facial",
    ),
    "beauty.makeup": ("lippenstift, mascara, foundation, oogschaduw, opmaken", "makeup, lipstick, eyeshadow"),
    "beauty.hair": ("haar, shampoo, kapsel, kapper, krullen, haarstyling", "hair, haircare, hairstyle, curls"),
    "beauty.fragrance": ("parfums, geur, eau de toilette, luchtje", "perfume, scent, cologne"),
    "beauty.nails": ("nagel, nagellak, manicure, gelnagels, nagelstyliste", "nail polish, nail art, manicure"),
    "beauty.devices": ("föhn, stijltang, krultang, epilator, scheerapparaat, ontharing", "hairdryer, straightener, shaver"),
    "health": ("gezond, gezondheidszorg, welzijn", "healthy, healthcare"),
    "health.supplements": ("vitamines, vitaminen, eiwit, eiwitpoeder, proteïne, collageen", "vitamins, protein, collagen"),
    "health.wellness": ("yoga, meditatie, ontspanning, slaap, massage, mindfulness", "meditation, sleep, self-care"),
    "fashion": ("kleding, kleren, outfit, stijl, kledingmerk", "clothing, clothes, apparel, style, streetwear"),
    "fashion.women": ("dameskleding, vrouwenkleding, jurk, jurken, rok, blouse", "womenswear, dress, dresses, skirt"),
    "fashion.men": ("herenkleding, mannenkleding, overhemd, pak, mannenmode", "menswear, suit, shirt"),
    "fashion.children": ("kinderkleding, kinderkleren, babykleding, kinderen, kind, rompertje", "kidswear, kids clothes"),
    "fashion.shoes": ("schoen, sneakers, laarzen, sandalen, hakken, schoeisel", "sneakers, boots, heels, footwear"),
    "fashion.bags": ("tas, handtas, rugzak, rugtas, koffer, portemonnee", "handbag, backpack, purse, suitcase"),
    "fashion.jewellery": ("sieraad, ketting, ring, oorbellen, armband, horloge, juwelen", "jewelry, necklace, earrings, watch"),
    "fashion.lingerie": ("ondergoed, beha, pyjama, badmode, nachtkleding", "underwear, bra, pyjamas, swimwear"),
    "food": ("voedsel, voeding, recepten, recept, keuken, lekker, drank, drinken", "recipes, cooking, foodie, meals"),
    "food.tea": ("koffiebonen, espresso, cappuccino, theepot, barista", "espresso, coffee beans, barista"),
    "food.sweets": ("snoepgoed, chocolade, koekjes, taart, drop, bakken", "candy, chocolate, cookies, cake, baking"),
    "food.fresh": ("groente, groenten, fruit, vlees, vis, kaas, brood, maaltijdbox", "vegetables, fruit, meat, fish, cheese"),
    "food.alcohol": ("wijnen, rode wijn, whisky, gin, cocktails, speciaalbier", "wines, whiskey, cocktails, craft beer"),
    "electronics": ("technologie, techniek, gadgets, apparatuur, tech", "technology, tech, gadgets"),
    "electronics.phones": ("telefoon, smartphone, mobiel, telefoonhoesje, oplader", "smartphone, mobile, iphone, charger"),
    "electronics.audio": ("koptelefoon, oordopjes, luidspreker, speaker, geluid", "headphones, earbuds, speakers"),
    "electronics.computers": ("laptop, pc, toetsenbord, beeldscherm, tablet, printer", "laptop, keyboard, monitor, tablet"),
    "electronics.appliances": (
        "huishoudapparaten, koffiezetapparaat, koffiemachine, stofzuiger, wasmachine, airfryer, keukenmachine, blender",
        "coffee maker, coffee machine, vacuum cleaner, washing machine, air fryer, blender",
    ),
    "electronics.cameras": ("fotografie, fotograferen, lens, foto, drone", "photography, lens, drone"),
    "games": ("spel, spellen, spelen, gamen", "gaming, gamer, esports"),
    "games.video": ("computerspel, computerspellen, gamen, spelcomputer, console", "gaming, playstation, xbox, nintendo"),
    "games.board": ("gezelschapsspel, bordspel, puzzel, kaartspel, legpuzzel", "board game, puzzle, card game"),
    "toys": ("speelgoedauto, pop, poppen, knuffel, lego, blokken, buitenspeelgoed", "toy, dolls, plush, lego"),
    "baby": ("zwanger, zwangerschap, kinderwagen, luiers, babykamer, moeder, ouders", "pregnancy, stroller, diapers, mom, parenting"),
    "sports": ("sporten, sportkleding, training, trainen, bewegen, voetbal, tennis", "sport, training, sportswear, football"),
    "sports.fitness": ("sportschool, krachttraining, gewichten, spieren, afvallen", "gym, workout, strength, muscles"),
    "sports.cycling": ("fiets, wielrennen, racefiets, mountainbike, e-bike, fietser", "bike, bicycle, cyclist"),
    "sports.running": ("hardloop, rennen, joggen, marathon, hardloper, trailrunnen", "run, runner, jogging, marathon"),
    "outdoor": ("buiten, natuur, buitensport, avontuur", "nature, adventure"),
    "outdoor.camping": ("tent, kampeer, camper, caravan, slaapzak", "tent, campervan, caravan, sleeping bag"),
    "outdoor.hiking": ("wandel, wandeling, wandelschoenen, bergen, trekking", "hike, walking, mountains, trail"),
    "pets": ("huisdier, hond, honden, kat, katten, puppy, hondenvoer, paard, dieren", "dog, cat, puppy, pet, animals, horse"),
    "books": ("boek, lezen, roman, leesclub, schrijver, stripboek", "book, reading, novel, author"),
    "hobby": ("breien, haken, naaien, knutsel, tekenen, schilderen, handwerken", "knitting, crochet, sewing, drawing, craft"),
    "collectables": ("verzamelen, verzameling, munten, postzegels, antiek", "collectibles, collecting, coins, antiques"),
    "collectables.cards": ("pokemonkaarten, voetbalplaatjes, pokemon, ruilkaarten", "pokemon cards, booster, sports cards"),
    "travel": ("reis, vakantie, hotel, vliegen, stedentrip, op reis", "trip, holiday, vacation, hotel, flights"),
    "automotive": ("auto, motor, motorfiets, autorijden, banden, elektrische auto", "car, motorbike, tyres, driving"),
    "services": ("dienst, abonnement, advies", "service, subscription"),
    "services.finance": ("geld, sparen, beleggen, verzekering, hypotheek, bank, budget", "money, saving, investing, insurance"),
    "services.education": ("leren, cursus, studeren, school, opleiding, taal", "learning, course, school, study"),
    "gifts": ("cadeau, cadeautje, kado, verjaardag, sinterklaas, kerst, geschenk", "gift, present, birthday, christmas"),
}  # fmt: skip
INSERT = sa.text(
    "insert into category_word (node_id, language, word)"
    " select id, :language, :word from node where tree = 'category' and code = :code"
)


def upgrade() -> None:
    op.execute(UP)
    rows = [
        {"code": code, "language": language, "word": word}
        for code, both in WORDS.items()
        for language, words in zip(("nl", "en"), both, strict=True)
        for word in words.split(", ")
    ]
    op.get_bind().execute(INSERT, rows)


def downgrade() -> None:
    op.execute(DOWN)
