"""samples: what a brand gives and sends to creators, and the lists, tags and notes it keeps about them"""

from alembic import op

revision = "0023"
down_revision = "0022"

UP = """
-- What was given in kind beside what contracts promise: it counts towards a country's limit (rules.md B17).
create table gift (
    id bigint generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    cause uuid not null constraint uq_gift_cause unique,    -- the public id of what it was given for
    what text not null,
    value bigint not null constraint ck_gift_value check (value >= 0),
    currency char(3) not null,
    given_on date not null,
    recorded_at timestamptz not null
);
create index ix_gift_pair on gift (brand_id, creator_id, given_on);
revoke update, delete on gift from streamcut_app;

-- rules.md B18
create table sample (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    campaign_id int references campaign on delete restrict,
    sku text collate "C" not null,
    product_name text not null,
    quantity int not null default 1 constraint ck_sample_quantity check (quantity between 1 and 100),
    value bigint not null constraint ck_sample_value check (value >= 0),   -- of all pieces; counts as a gift
    currency char(3) not null,
    message text not null default '',
    status text not null constraint ck_sample_status check (status in ('requested', 'approved', 'rejected', 'lapsed',
        'retracted', 'shipped', 'delivered', 'fulfilled', 'missed', 'appealed')),
    requested_by bigint not null references person on delete restrict,
    requested_at timestamptz not null,
    decide_by timestamptz not null,
    decided_at timestamptz,
    reason text,
    shipped_at timestamptz,
    tracking text not null default '',
    delivered_at timestamptz,
    due_at timestamptz,
    extended_at timestamptz,
    fulfilled_at timestamptz,
    stream_id bigint references stream on delete restrict,
    proof text not null default '',     -- an address where the content is, when it was no stream of ours
    proof_at timestamptz,
    missed_at timestamptz,
    appeal text,
    appealed_at timestamptz,
    appeal_decided_at timestamptz,
    constraint ck_sample_due check ((due_at is null) = (delivered_at is null)),
    constraint ck_sample_shipped check (status not in ('shipped', 'delivered', 'fulfilled', 'missed', 'appealed')
        or shipped_at is not null),
    constraint ck_sample_delivered check (status not in ('delivered', 'fulfilled', 'missed', 'appealed')
        or delivered_at is not null),
    constraint ck_sample_fulfilled check ((status = 'fulfilled') = (fulfilled_at is not null)),
    constraint ck_sample_proof check ((proof = '') = (proof_at is null)),
    constraint ck_sample_appeal check ((appeal is null) = (appealed_at is null))
);
create index ix_sample_brand on sample (brand_id, id desc);
create index ix_sample_creator on sample (creator_id, id desc);
create unique index uq_sample_open on sample (brand_id, creator_id, sku)
    where status in ('requested', 'approved', 'shipped', 'delivered', 'appealed');
revoke delete on sample from streamcut_app;

create table shortlist (
    id int generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    name text not null,
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null,
    constraint uq_shortlist_name unique (brand_id, name)
);

create table shortlist_entry (
    shortlist_id int not null references shortlist on delete cascade,
    creator_id int not null references creator on delete restrict,
    added_by bigint not null references person on delete restrict,
    added_at timestamptz not null,
    primary key (shortlist_id, creator_id)
);

create table creator_tag (
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    tag text not null constraint ck_creator_tag_length check (length(tag) between 1 and 40),
    primary key (brand_id, creator_id, tag)
);

create table creator_note (
    id bigint generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    body text not null constraint ck_creator_note_length check (length(body) between 1 and 4000),
    written_by bigint not null references person on delete restrict,
    written_at timestamptz not null
);
create index ix_creator_note_pair on creator_note (brand_id, creator_id, id desc);
"""

DOWN = "drop table creator_note, creator_tag, shortlist_entry, shortlist, sample, gift;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
