"""live: what is written in the chat of a show, who watches, and what of its products is looked at"""

from alembic import op

revision = "0047"
down_revision = "0046"

UP = """
-- A visitor who writes in the chat of a show, under one name there; how much they may write at once is a bucket that fills
-- again. A muted visitor goes on writing, and is read by themself alone.
create table chatter (
    show_id bigint not null references show on delete restrict,
    visitor bytea not null constraint ck_chatter_visitor check (length(visitor) = 16),
    name text not null constraint ck_chatter_name check (length(name) between 1 and 30),
    allowance double precision not null, -- messages they may write now, as of:
    allowed_at timestamptz not null,
    muted_at timestamptz,
    muted_by bigint references person,
    constraint ck_chatter_muted check ((muted_at is null) = (muted_by is null)),
    primary key (show_id, visitor)
);
create unique index uq_chatter_name on chatter (show_id, lower(name));     -- nobody writes under another's name

create table chat_message (
    id bigint generated always as identity primary key,
    show_id bigint not null references show on delete restrict,
    visitor bytea,                      -- who wrote it, or
    person_id bigint references person, -- somebody of the show: host, moderator, brand
    name text not null,
    text text not null constraint ck_chat_message_text check (length(text) between 1 and 300),
    at timestamptz not null,
    hidden_at timestamptz,
    hidden_by bigint references person,
    constraint ck_chat_message_who check ((visitor is null) <> (person_id is null)),
    constraint ck_chat_message_hidden check ((hidden_at is null) = (hidden_by is null)),
    constraint fk_chat_message_chatter foreign key (show_id, visitor) references chatter on delete restrict
);
create index ix_chat_message_show on chat_message (show_id, id desc);
create index ix_chat_message_hidden on chat_message (show_id, hidden_at) where hidden_at is not null;
revoke update on chat_message from streamcut_app;
grant update (hidden_at, hidden_by) on chat_message to streamcut_app;

-- Words that nobody may write in the shows of a creator.
create table blocked_word (
    creator_id int not null references creator on delete restrict,
    word text not null constraint ck_blocked_word_word check (length(word) between 2 and 60),
    added_by bigint not null references person,
    added_at timestamptz not null,
    primary key (creator_id, word)
);
revoke update on blocked_word from streamcut_app;

-- Who watches: one row a visitor, with the seconds in which the page was open and in sight; the replay is counted apart.
create table show_presence (
    show_id bigint not null references show on delete restrict,
    visitor bytea not null constraint ck_show_presence_visitor check (length(visitor) = 16),
    replay boolean not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    seconds int not null default 0 constraint ck_show_presence_seconds check (seconds >= 0),
    constraint ck_show_presence_seen check (last_seen >= first_seen),
    primary key (show_id, replay, visitor)
);
create index ix_show_presence_seen on show_presence (show_id, last_seen);

-- The most viewers at a time, minute by minute.
create table show_minute (
    show_id bigint not null references show on delete restrict,
    minute timestamptz not null,
    replay boolean not null,
    viewers int not null constraint ck_show_minute_viewers check (viewers >= 0),
    primary key (show_id, replay, minute)
);

-- How often a product was in sight and was tapped: a visitor counts once a minute and product.
create table item_minute (
    show_id bigint not null,
    item_id bigint not null,
    minute timestamptz not null,
    replay boolean not null,
    impressions int not null default 0 constraint ck_item_minute_impressions check (impressions >= 0),
    taps int not null default 0 constraint ck_item_minute_taps check (taps >= 0),
    constraint fk_item_minute_item foreign key (show_id, item_id) references show_item (show_id, id) on delete cascade,
    primary key (show_id, item_id, replay, minute)
);

-- The taps themselves: who wanted to know more of which product, and when; `picture_at` is what they were looking at.
create table product_tap (
    id bigint generated always as identity primary key,
    show_id bigint not null,
    item_id bigint not null,
    visitor bytea not null constraint ck_product_tap_visitor check (length(visitor) = 16),
    at timestamptz not null,
    picture_at timestamptz,             -- where the picture told its time
    replay boolean not null,
    constraint fk_product_tap_item foreign key (show_id, item_id) references show_item (show_id, id) on delete cascade
);
create index ix_product_tap_show on product_tap (show_id, at);
create index ix_product_tap_item on product_tap (show_id, item_id);
create index ix_product_tap_visitor on product_tap (visitor, at);
revoke update on product_tap from streamcut_app;
"""

DOWN = """
drop table product_tap;
drop table item_minute;
drop table show_minute;
drop table show_presence;
drop table blocked_word;
drop table chat_message;
drop table chatter;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
