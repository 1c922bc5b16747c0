"""lists: categories of the big platforms, lists that brands bring for themselves, and people met on several platforms"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"

UP = """
-- What creators are about though brands sell little of it. Such a node says nothing about what somebody can sell: its
-- creators are judged for every product, as those of whom no category is known. The tree left numbers free behind every
-- node, and what is signed keeps its ranges.
alter table node add interest boolean not null default false;

-- A list of a brand's own: only its people see it, and nothing of it becomes a creator. What a brand offers to the
-- platform, the admin may import like any other list.
alter table creator_list
    add brand_id int references brand on delete restrict,
    add offered_at timestamptz,
    drop constraint ck_creator_list_status, drop constraint ck_creator_list_content,
    add constraint ck_creator_list_status check (
        status in ('previewed', 'imported', 'discarded', 'withdrawn') or status = 'kept' and brand_id is not null),
    add constraint ck_creator_list_content check ((content is null) = (status not in ('previewed', 'kept'))),
    add constraint ck_creator_list_brand check (brand_id is null or status in ('previewed', 'kept', 'discarded')),
    add constraint ck_creator_list_offered check (offered_at is null or brand_id is not null);
create index ix_creator_list_brand on creator_list (brand_id) where brand_id is not null;

create table listed_account (
    list_id int not null references creator_list on delete cascade,
    line int not null,
    platform text not null,
    name text not null,
    title text not null,
    country text not null,              -- empty: not said
    languages text[] not null,
    categories text[] not null,
    figures jsonb not null,
    primary key (list_id, line)
);

-- Two creators who may be one person, met on several platforms. Nobody merges them but somebody who has looked.
create table likeness (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    one_id int not null,
    other_id int not null,
    one_handle text not null,           -- what they were called when they were found
    other_handle text not null,
    evidence jsonb not null,
    status text not null default 'alike'
        constraint ck_likeness_status check (status in ('alike', 'merged', 'two_people')),
    found_at timestamptz not null,
    decided_at timestamptz,
    decided_by text,
    constraint ck_likeness_order check (one_id < other_id),
    constraint ck_likeness_decided check ((decided_at is null) = (status = 'alike')),
    constraint uq_likeness unique (one_id, other_id)
);
create index ix_likeness_open on likeness (id) where status = 'alike';
create index ix_likeness_other on likeness (other_id);

-- An account without the signs that people put where the name was taken.
create function bare_account(name text) returns text language sql immutable strict parallel safe as $$
    select translate(lower(name), '._- ', '')
$$;
-- In which tables of any room these creators stand, beside their channels and what is written of them.
create function creator_uses(creators int[]) returns table (creator_id int, place text)
    language sql stable as $$
    select creator_id::int, 'membership' from membership where creator_id = any($1)
    union all
    select creator_id::int, 'claim' from claim where creator_id = any($1)
    union all
    select creator_id::int, 'invitation' from invitation where creator_id = any($1)
    union all
    select creator_id::int, 'contract' from contract where creator_id = any($1)
    union all
    select creator_id::int, 'offer' from offer where creator_id = any($1)
    union all
    select creator_id::int, 'stream' from stream where creator_id = any($1)
    union all
    select creator_id::int, 'show' from show where creator_id = any($1)
    union all
    select creator_id::int, 'application' from application where creator_id = any($1)
    union all
    select creator_id::int, 'approach' from approach where creator_id = any($1)
    union all
    select creator_id::int, 'participation' from participation where creator_id = any($1)
    union all
    select creator_id::int, 'sample' from sample where creator_id = any($1)
    union all
    select creator_id::int, 'gift' from gift where creator_id = any($1)
    union all
    select creator_id::int, 'payout' from payout where creator_id = any($1)
    union all
    select creator_id::int, 'bank_detail' from bank_detail where creator_id = any($1)
    union all
    select creator_id::int, 'legal_details' from legal_details where creator_id = any($1)
    union all
    select creator_id::int, 'tax_profile' from tax_profile where creator_id = any($1)
    union all
    select creator_id::int, 'invoice' from invoice where creator_id = any($1)
    union all
    select creator_id::int, 'profile' from profile where creator_id = any($1)
    union all
    select creator_id::int, 'asking_price' from asking_price where creator_id = any($1)
    union all
    select creator_id::int, 'shortlist_entry' from shortlist_entry where creator_id = any($1)
    union all
    select creator_id::int, 'creator_tag' from creator_tag where creator_id = any($1)
    union all
    select creator_id::int, 'creator_note' from creator_note where creator_id = any($1)
$$;

create index ix_channel_bare on channel (bare_account(name));
create index ix_creator_bare on creator (lower(name));
"""

DOWN = """
drop index ix_creator_bare, ix_channel_bare;
drop function creator_uses(int[]), bare_account(text);
drop table likeness, listed_account;
delete from creator_list where brand_id is not null;
alter table creator_list drop constraint ck_creator_list_offered, drop constraint ck_creator_list_brand,
    drop constraint ck_creator_list_content, drop constraint ck_creator_list_status,
    add constraint ck_creator_list_status check (status in ('previewed', 'imported', 'discarded', 'withdrawn')),
    add constraint ck_creator_list_content check ((content is null) = (status <> 'previewed')),
    drop column offered_at, drop column brand_id;
delete from category_word where node_id in (select id from node where interest);
delete from profile_category where node_id in (select id from node where interest);
delete from brand_category where node_id in (select id from node where interest);
delete from node where interest and parent_id in (select id from node where interest);
delete from node where interest;
alter table node drop column interest;
"""

# behind which node of the first level, code, English, Dutch, other words in Dutch and in English, what is under it
INTERESTS = (
    ("books", "entertainment", "Entertainment", "Amusement", "vermaak, uitgaan, theater", "fun, show, theatre", (
        ("music", "Music", "Muziek", "zanger, zangeres, band, liedjes, muzikant, optreden",
         "singer, songs, musician, band, concert"),
        ("film", "Film and television", "Film en televisie", "acteur, actrice, bioscoop, films, series, tv",
         "actor, actress, cinema, movies, movie, series, tv"),
        ("comedy", "Comedy", "Humor", "grappig, cabaret, komiek, grappen", "funny, humour, jokes, comedian"),
        ("dance", "Dance", "Dans", "dansen, danser, danseres, choreografie", "dancing, dancer, choreography"),
        ("animation", "Animation and comics", "Animatie en strips", "tekenfilm, anime, strip, cosplay",
         "anime, cartoon, comics, cosplay, manga"),
        ("art", "Art and design", "Kunst en design", "kunstenaar, kunst, illustratie, vormgeving, tattoo",
         "artist, art, illustration, design, tattoo"),
    )),
    ("hobby", "lifestyle", "Lifestyle", "Lifestyle", "vlog, dagelijks leven, leefstijl", "vlog, daily life, vlogger", (
        ("family", "Family life", "Gezinsleven", "gezin, familie, opvoeden", "family, parents, parenting"),
    )),
    ("services", "society", "News and society", "Nieuws en samenleving", "nieuws, politiek, journalist, geloof",
     "news, politics, journalist, religion", (
        ("science", "Science", "Wetenschap", "wetenschapper, natuurkunde, geschiedenis", "scientist, physics, history"),
    )),
)  # fmt: skip
NODE = sa.text(
    "insert into node (tree, code, parent_id, name_en, name_nl, lo, hi, interest)"
    " select 'category', :code, parent.id, :en, :nl, before.hi + :lo, before.hi + :hi, true"
    " from node parent, node before where parent.tree = 'category' and parent.code = :parent"
    " and before.tree = 'category' and before.code = :before"
)
WORD = sa.text(
    "insert into category_word (node_id, language, word)"
    " select id, :language, :word from node where tree = 'category' and code = :code"
)


def upgrade() -> None:
    op.execute(UP)
    for before, code, english, dutch, words_nl, words_en, children in INTERESTS:
        _add({"code": code, "parent": "all", "before": before, "en": english, "nl": dutch, "lo": 1, "hi": 15})
        _call(code, words_nl, words_en)
        for nr, (under, name_en, name_nl, called_nl, called_en) in enumerate(children):
            about = {"code": f"{code}.{under}", "parent": code, "before": before, "en": name_en, "nl": name_nl}
            _add(about | {"lo": 2 + 2 * nr, "hi": 3 + 2 * nr})
            _call(f"{code}.{under}", called_nl, called_en)


def _add(node: dict[str, object]) -> None:
    op.get_bind().execute(NODE, node)


def _call(code: str, dutch: str, english: str) -> None:
    for language, words in (("nl", dutch), ("en", english)):
        for word in words.split(", "):
            op.get_bind().execute(WORD, {"code": code, "language": language, "word": word})


def downgrade() -> None:
    op.execute(DOWN)
