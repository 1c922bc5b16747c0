"""shows: what a creator plans to stream, the run sheet, what was pinned, and the evidence that somebody was there"""

from alembic import op

revision = "0045"
down_revision = "0044"

UP = """
-- Our own watch page is a place to stream as well; the tree left numbers free behind its last word.
insert into node (tree, code, parent_id, name_en, name_nl, lo, hi)
select 'platform', 'own', root.id, 'Streamcut', 'Streamcut', last.hi + 4, last.hi + 12
from node root, lateral (select max(hi) hi from node where parent_id = root.id) last
where root.tree = 'platform' and root.parent_id is null;

-- A show that is planned, runs or is over. A stream, which sales are settled by, comes into being for each of its brands
-- when it goes on air; a rehearsal makes none.
create table show (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    creator_id int not null references creator on delete restrict,
    title text not null constraint ck_show_title check (length(title) between 1 and 200),
    notes text not null default '',
    planned_start timestamptz not null,
    planned_minutes int not null constraint ck_show_minutes check (planned_minutes between 1 and 780),
    platform text not null,             -- code of the tree of platforms; `own` is our own watch page
    player text not null constraint ck_show_player check (player in ('own', 'youtube', 'twitch', 'tiktok', 'link')),
    address text,                       -- of the picture, the channel or the page, as the player takes it
    replay_address text,
    language text not null constraint ck_show_language check (language ~ '^[a-z]{2}$'),
    proposed_by int references brand on delete restrict,    -- a brand planned it; else the creator did
    status text not null constraint ck_show_status
        check (status in ('proposed', 'planned', 'rehearsal', 'on_air', 'ended', 'cancelled', 'declined')),
    on_air_at timestamptz,
    ended_at timestamptz,
    end_by_itself boolean not null default false,   -- nobody ended it: the timetable did
    edition int not null default 0,     -- how often what a calendar shows of it has changed
    made_by bigint not null references person,
    made_at timestamptz not null,
    changed_at timestamptz not null,
    constraint ck_show_on_air check ((status in ('on_air', 'ended')) = (on_air_at is not null)),
    constraint ck_show_ended check ((status = 'ended') = (ended_at is not null)),
    constraint ck_show_length check (ended_at > on_air_at)
);
create index ix_show_creator on show (creator_id, planned_start desc);
create index ix_show_open on show (planned_start) where status in ('planned', 'rehearsal', 'on_air');
create unique index uq_show_on_air on show (creator_id) where status = 'on_air';     -- nobody is in two places
revoke delete, update on show from streamcut_app;
grant update (title, notes, planned_start, planned_minutes, platform, player, address, replay_address, language, status,
    on_air_at, ended_at, end_by_itself, edition, changed_at) on show to streamcut_app;

-- The brands whose products are shown, each by a contract with the creator.
create table show_brand (
    show_id bigint not null references show on delete restrict,
    brand_id int not null references brand on delete restrict,
    contract_id int not null references contract on delete restrict,
    stream_id bigint constraint uq_show_brand_stream unique references stream on delete restrict,
    selling text not null default 'reserve' constraint ck_show_brand_selling check (selling in ('reserve', 'first_paid')),
    max_per_buyer int not null default 3 constraint ck_show_brand_max check (max_per_buyer between 1 and 1000),
    primary key (show_id, brand_id)
);
create index ix_show_brand_brand on show_brand (brand_id, show_id);
create index ix_show_brand_contract on show_brand (contract_id);

-- The run sheet. What is announced stands beside what the product says, so that it can be seen when they differ.
create table show_item (
    id bigint generated always as identity primary key,
    show_id bigint not null,
    position int not null constraint ck_show_item_position check (position > 0),
    brand_id int not null,
    product_id bigint not null,
    planned_minute int constraint ck_show_item_minute check (planned_minute between 0 and 780),
    words text not null default '',
    announced_price numeric constraint ck_show_item_price check (announced_price >= 0),
    announced_stock int constraint ck_show_item_stock check (announced_stock >= 0),
    target int constraint ck_show_item_target check (target > 0),
    constraint fk_show_item_brand foreign key (show_id, brand_id) references show_brand on delete restrict,
    constraint fk_show_item_product foreign key (brand_id, product_id) references product (brand_id, id)
        on delete restrict,
    constraint uq_show_item_product unique (show_id, brand_id, product_id),
    constraint uq_show_item_position unique (show_id, position) deferrable initially deferred,
    constraint uq_show_item_show unique (show_id, id)
);

-- What was on the screen and when. What was tried in a rehearsal may go away; of a show nothing does.
create table pin (
    id bigint generated always as identity primary key,
    show_id bigint not null,
    item_id bigint not null,
    pinned_at timestamptz not null,
    unpinned_at timestamptz,
    pinned_by bigint not null references person,
    rehearsal boolean not null,
    constraint ck_pin_length check (unpinned_at >= pinned_at),
    constraint fk_pin_item foreign key (show_id, item_id) references show_item (show_id, id) on delete restrict
);
create unique index uq_pin_open on pin (show_id) where unpinned_at is null;
create index ix_pin_show on pin (show_id, pinned_at);
create index ix_pin_item on pin (item_id);
revoke update on pin from streamcut_app;
grant update (unpinned_at) on pin to streamcut_app;
create function keep_pin() returns trigger language plpgsql as $$
begin
    if not old.rehearsal then
        raise exception 'what was pinned in a show stays';
    end if;
    return old;
end $$;
create trigger keep_pin before delete on pin for each row execute function keep_pin();

-- People with an account who help: they pin, hide what was written, mute, and keep the list of words.
create table show_moderator (
    show_id bigint not null references show on delete restrict,
    person_id bigint not null references person on delete restrict,
    added_by bigint not null references person,
    added_at timestamptz not null,
    primary key (show_id, person_id)
);
create index ix_show_moderator_person on show_moderator (person_id);
revoke update on show_moderator from streamcut_app;

-- Evidence that the host was there (rules.md B8): what was done on the console, and the word on advertising, said at the
-- start and every fifteen minutes.
create table host_activity (
    id bigint generated always as identity primary key,
    show_id bigint not null references show on delete restrict,
    at timestamptz not null,
    kind text not null constraint ck_host_activity_kind check (kind in ('pin', 'chat', 'reminder')),
    person_id bigint not null references person
);
create index ix_host_activity_show on host_activity (show_id, at);
revoke update, delete on host_activity from streamcut_app;

create table ad_reminder (
    show_id bigint not null references show on delete restrict,
    quarter int not null constraint ck_ad_reminder_quarter check (quarter >= 0),    -- of an hour, from going on air
    said_at timestamptz not null,
    said_by bigint not null references person,
    primary key (show_id, quarter)
);
revoke update, delete on ad_reminder from streamcut_app;

-- A quarter of an hour of a stream about which somebody does not agree with the record: the creator says that it counts
-- although the record lacks something (the brand decides), or the brand that it does not although the record has all
-- (the platform decides).
create table quarter_review (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    stream_id bigint not null references stream on delete restrict,
    quarter int not null constraint ck_quarter_review_quarter check (quarter >= 0),
    status text not null constraint ck_quarter_review_status
        check (status in ('claimed', 'disputed', 'counted', 'refused')),
    said text not null constraint ck_quarter_review_said check (length(said) between 1 and 2000),
    said_by bigint not null references person,
    said_at timestamptz not null,
    reason text,
    decided_by bigint references person,
    decided_at timestamptz,
    constraint uq_quarter_review_quarter unique (stream_id, quarter),
    constraint ck_quarter_review_decided check ((status in ('claimed', 'disputed')) = (decided_at is null)
        and (decided_by is null) = (decided_at is null) and (reason is null) = (decided_at is null))
);
revoke update, delete on quarter_review from streamcut_app;
grant update (status, said, said_by, said_at, reason, decided_by, decided_at) on quarter_review to streamcut_app;

-- Each quarter of an hour of a stream that has ended and was a show here: what the record has of it, and whether it
-- counts. A pin of the brand's own products is needed in each half hour, the host and the word on advertising in each
-- quarter; what people have decided stands before the record, and what they have not decided yet does not count.
create view stream_quarter as
select q.*, coalesce(q.review = 'counted', q.active and q.said and q.pinned) valid
from (
    select s.id stream_id, b.show_id, t.quarter, t.begins_at, t.ends_at,
        exists (select from host_activity a
            where a.show_id = b.show_id and a.at >= t.begins_at and a.at < t.ends_at) active,
        exists (select from ad_reminder d where d.show_id = b.show_id and d.quarter = t.quarter) said,
        exists (select from pin p join show_item i on i.id = p.item_id and i.brand_id = s.brand_id
            where p.show_id = b.show_id and not p.rehearsal
                and p.pinned_at < least(s.starts_at + (t.quarter / 2 + 1) * interval '30 minutes', s.ends_at)
                and coalesce(p.unpinned_at, s.ends_at) > s.starts_at + t.quarter / 2 * interval '30 minutes') pinned,
        r.status review
    from show_brand b
    join stream s on s.id = b.stream_id and s.ends_at is not null
    cross join lateral (
        select quarter, s.starts_at + quarter * interval '15 minutes' begins_at,
            least(s.starts_at + (quarter + 1) * interval '15 minutes', s.ends_at) ends_at
        from generate_series(0, ceil(extract(epoch from s.ends_at - s.starts_at) / 900)::int - 1) quarter
    ) t
    left join quarter_review r on r.stream_id = s.id and r.quarter = t.quarter
) q;
"""

DOWN = """
drop view stream_quarter;
drop table quarter_review;
drop table ad_reminder;
drop table host_activity;
drop table show_moderator;
drop table pin;
drop function keep_pin;
drop table show_item;
drop table show_brand;
drop table show;
delete from node where tree = 'platform' and code = 'own';
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
