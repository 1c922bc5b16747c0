"""exclusivity: claims that can't be double-booked, waivers, breaches"""

from alembic import op

revision = "0015"
down_revision = "0014"

# design.md section 4. A `work` claim is what a contract has the creator do for its brand, a `block` claim what nobody
# else may have them do. Only work meets block: two brands may both close out the same rival, and a brand's own work
# never meets its own block, whose lanes leave the brand out. Every scope is a multirange and none is ever empty or
# null, so nothing slips through.
UP = """
create table claim (
    id bigint generated always as identity primary key,
    creator_id int not null references creator on delete restrict,
    contract_id int not null references contract on delete restrict,
    kind text not null constraint ck_claim_kind check (kind in ('work', 'block')),
    lanes int4multirange not null constraint ck_claim_lanes check (not isempty(lanes)),       -- brands
    categories int4multirange not null constraint ck_claim_categories check (not isempty(categories)),
    platforms int4multirange not null constraint ck_claim_platforms check (not isempty(platforms)),
    territories int4multirange not null constraint ck_claim_territories check (not isempty(territories)),
    formats int4multirange not null constraint ck_claim_formats check (not isempty(formats)),
    period tstzrange not null constraint ck_claim_period check (not isempty(period)),
    constraint ex_claim_exclusive exclude using gist (creator_id with =, kind with <>, lanes with &&,
        categories with &&, platforms with &&, territories with &&, formats with &&, period with &&)
);
create index ix_claim_contract on claim (contract_id);

-- The holder of an exclusivity consents to what it forbids: one brand, for some days, in all or one category.
create table waiver (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    contract_id int not null references contract on delete restrict,    -- whose exclusivity gives way
    brand_id int not null references brand on delete restrict,          -- for whom
    category_id int references node on delete restrict,                 -- null: in every category
    first_on date not null,
    last_on date not null constraint ck_waiver_days check (last_on >= first_on),
    reason text not null,               -- why the creator asks for it
    status text not null default 'asked' constraint ck_waiver_status check (status in ('asked', 'granted', 'refused',
        'withdrawn')),
    asked_by bigint not null references person on delete restrict,
    asked_at timestamptz not null,
    decided_by bigint references person on delete restrict,
    decided_at timestamptz,
    constraint ck_waiver_decided check ((status = 'asked') = (decided_at is null)
        and (decided_by is null) = (decided_at is null))
);
create index ix_waiver_contract on waiver (contract_id);
revoke delete on waiver from streamcut_app;

-- What was found to go against an exclusivity (B14): the creator answers within 7 days, then the holder decides.
create table breach (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    contract_id int not null references contract on delete restrict,    -- whose exclusivity
    kind text not null constraint ck_breach_kind check (kind in ('stream', 'contract')),
    cause bigint not null,              -- the stream, or the other contract
    found_at timestamptz not null,
    answer_by timestamptz not null,
    answer text,
    answered_by bigint references person on delete restrict,
    answered_at timestamptz,
    status text not null default 'open' constraint ck_breach_status check (status in ('open', 'upheld', 'dismissed')),
    decided_by bigint references person on delete restrict,     -- null: time did it
    decided_at timestamptz,
    note text,
    constraint uq_breach_cause unique (contract_id, kind, cause),
    constraint ck_breach_answered check ((answer is null) = (answered_at is null)),
    constraint ck_breach_decided check ((status = 'open') = (decided_at is null)
        and (decided_by is null or decided_at is not null) and (status <> 'upheld' or decided_by is not null))
);
revoke delete on breach from streamcut_app;
"""

DOWN = "drop table breach, waiver, claim;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
