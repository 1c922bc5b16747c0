"""links: addresses that lead from a creator to a brand's shop, and the clicks on them"""

from alembic import op

revision = "0053"
down_revision = "0051"

UP = """
-- Where a brand sells. Links lead there and nowhere else; one with a port is another place.
create table brand_domain (
    id int generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    domain text collate "C" not null constraint ck_brand_domain_domain check (domain ~ '^[a-z0-9.-]+(:[0-9]+)?$'),
    added_by bigint not null references person,
    added_at timestamptz not null,
    constraint uq_brand_domain_domain unique (brand_id, domain)
);

-- A link of a contract. All its touches came by its import.
create table link (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    code text collate "C" not null constraint uq_link_code unique
        constraint ck_link_code check (code ~ '^[a-z0-9][a-z0-9-]{1,30}[a-z0-9]$'),
    contract_id int not null,
    brand_id int not null,
    creator_id int not null,
    stream_id bigint references stream on delete restrict,
    sku text collate "C",
    label text not null default '' constraint ck_link_label check (length(label) <= 100),
    destination text not null constraint ck_link_destination check (length(destination) <= 2000),
    status text not null default 'working' constraint ck_link_status check (status in ('working', 'paused', 'ended')),
    status_at timestamptz not null,
    import_id int not null references import,
    made_by bigint not null references person,
    made_at timestamptz not null,
    constraint fk_link_contract foreign key (contract_id, brand_id, creator_id)
        references contract (id, brand_id, creator_id) on delete restrict
);
create index ix_link_contract on link (contract_id);
create index ix_link_creator on link (creator_id, made_at desc);
create index ix_link_brand on link (brand_id, made_at desc);
create index ix_link_stream on link (stream_id) where stream_id is not null;
revoke update, delete on link from streamcut_app;
grant update (status, status_at) on link to streamcut_app;

-- A touch by a link of ours says by which; `evidence` is what a shop has recorded, where we have seen no click ourselves.
alter table touch
    add column link_id bigint,
    add column evidence text,
    add constraint ck_touch_evidence check (evidence is null or link_id is not null);
create index ix_touch_link on touch (brand_id, link_id, occurred_at) where link_id is not null;

-- Clicks that are no touches, counted by why.
create table link_tally (
    link_id bigint not null references link on delete restrict,
    day date not null,
    kind text not null
        constraint ck_link_tally_kind check (kind in ('machine', 'fetched_ahead', 'flood', 'uncovered', 'turned_off')),
    clicks bigint not null constraint ck_link_tally_clicks check (clicks > 0),
    primary key (link_id, day, kind)
);
revoke delete on link_tally from streamcut_app;

-- How often a link is clicked from one place in a minute. The place is a keyed hash; nothing of a day before is kept,
-- and nothing after a crash, when counting begins anew.
create table click_pace (
    link_id bigint not null,
    minute timestamptz not null,
    place bytea not null,
    clicks int not null,
    primary key (link_id, minute, place)
);
create index ix_click_pace_minute on click_pace (minute);
alter table click_pace set unlogged;
"""

DOWN = """
drop table click_pace;
drop table link_tally;
drop index ix_touch_link;
alter table touch drop constraint ck_touch_evidence, drop column evidence, drop column link_id;
drop table link;
drop table brand_domain;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
