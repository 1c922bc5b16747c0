"""campaigns: briefs, applications, invitations, and who takes part"""

from alembic import op

revision = "0022"
down_revision = "0021"

UP = """
create table campaign (
    id int generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    title text not null,
    brief text not null default '',
    categories text[] not null,         -- codes of nodes
    markets text[] not null,            -- countries, ISO 3166-1
    languages text[] not null,          -- ISO 639-1; none: any
    platforms text[] not null,          -- codes of nodes
    ages text[] not null default '{}',  -- bands of the audience; none: any
    keywords text[] not null default '{}',
    starts_on date not null,
    ends_on date not null constraint ck_campaign_days check (ends_on >= starts_on),
    currency char(3) not null,
    budget bigint not null constraint ck_campaign_budget check (budget between 0 and 10000000000000),
    hour_ceiling bigint constraint ck_campaign_ceiling check (hour_ceiling > 0),   -- the most an hour live may cost
    hours int not null default 8 constraint ck_campaign_hours check (hours between 1 and 744),  -- live, of each creator
    most_creators int constraint ck_campaign_most check (most_creators > 0),
    entry text not null constraint ck_campaign_entry check (entry in ('open', 'invited')),
    terms jsonb not null,               -- the sheet that is offered
    questions text[] not null default '{}',     -- of the form of application
    status text not null default 'draft' constraint ck_campaign_status check (status in ('draft', 'published', 'closed',
        'cancelled')),
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null,
    published_at timestamptz,
    ended_at timestamptz,
    constraint ck_campaign_published check (status = 'draft' or published_at is not null or status = 'cancelled'),
    constraint ck_campaign_ended check ((status in ('closed', 'cancelled')) = (ended_at is not null))
);
create index ix_campaign_brand on campaign (brand_id, id desc);
create index ix_campaign_published on campaign (status, ends_on);
revoke delete on campaign from streamcut_app;

create table campaign_product (
    campaign_id int not null references campaign on delete restrict,
    sku text collate "C" not null,
    primary key (campaign_id, sku)
);

create table application (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    campaign_id int not null references campaign on delete restrict,
    creator_id int not null references creator on delete restrict,
    message text not null default '',
    answers text[] not null default '{}',       -- to the campaign's questions, in their order
    status text not null default 'applied' constraint ck_application_status check (status in ('applied',
        'admitted', 'rejected', 'retracted')),
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null,
    decided_by bigint references person on delete restrict,
    decided_at timestamptz,
    reason text,
    constraint ck_application_decided check ((status = 'applied') = (decided_at is null))
);
-- Who was admitted may ask anew when what they took part by has come to nothing.
create unique index uq_application_open on application (campaign_id, creator_id) where status in ('applied', 'rejected');
create index ix_application_creator on application (creator_id, id desc);
revoke delete on application from streamcut_app;

-- A brand writes to a creator: about a campaign, or without one. Five until there is an answer, and so many a week.
create table approach (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    campaign_id int references campaign on delete restrict,
    message text not null default '',
    status text not null default 'unanswered' constraint ck_approach_status check (status in ('unanswered', 'agreed',
        'refused', 'lapsed')),
    sent_by bigint not null references person on delete restrict,
    sent_at timestamptz not null,
    answered_by bigint references person on delete restrict,
    answered_at timestamptz,
    reason text,
    constraint ck_approach_answered check ((status = 'unanswered') = (answered_at is null))
);
create index ix_approach_brand on approach (brand_id, sent_at desc);
create index ix_approach_pair on approach (creator_id, brand_id);
create index ix_approach_campaign on approach (campaign_id, id desc);
create unique index uq_approach_open on approach (campaign_id, creator_id) where status = 'unanswered';
revoke delete on approach from streamcut_app;

-- Who takes part: by the contract the pair has (an annex to it), or by an offer that is to become one.
create table participation (
    id bigint generated always as identity primary key,
    campaign_id int not null references campaign on delete restrict,
    creator_id int not null references creator on delete restrict,
    contract_id int references contract on delete restrict,
    offer_id bigint references offer on delete restrict,
    terms_from text not null constraint ck_participation_terms check (terms_from in ('contract', 'targeted', 'open')),
    terms_campaign_id int not null references campaign on delete restrict,  -- whose terms were offered
    joined_at timestamptz not null,
    constraint uq_participation unique (campaign_id, creator_id),
    constraint ck_participation_by check (num_nonnulls(contract_id, offer_id) = 1)
);
create index ix_participation_creator on participation (creator_id);
"""

DOWN = "drop table participation, approach, application, campaign_product, campaign;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
