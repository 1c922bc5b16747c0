"""contracts: what was agreed, in time"""

from alembic import op

revision = "0005"
down_revision = "0004"

# settlement.md section 2: the contracts of one brand with one creator never overlap, terms are versions in time,
# a coupon key belongs to at most one contract of a brand at one instant. The database refuses the rest.
UP = """
create table contract (
    id int generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    ref text collate "C" not null unique,
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    starts_on date not null,
    ends_on date not null check (ends_on >= starts_on),
    timezone text not null,
    period tstzrange not null check (not isempty(period)),
    exclusive_category text,
    recorded_at timestamptz not null,
    import_id int references import,
    -- The pair as one number: look-ups by brand and creator are to take ix_contract_pair, which is three times faster.
    constraint ex_contract_pair exclude using gist (((brand_id::bigint << 32) + creator_id) with =, period with &&),
    constraint uq_contract_pair unique (id, brand_id, creator_id)
);
create index ix_contract_creator on contract (creator_id);
create index ix_contract_pair on contract (brand_id, creator_id);

create table terms (
    id int generated always as identity primary key,
    contract_id int not null references contract on delete restrict,
    nr int not null,
    valid tstzrange not null check (not isempty(valid)),
    -- For settlement, which asks for the terms of a pair at an instant a million times: the pair and the two ends.
    brand_id int not null,
    creator_id int not null,
    begins_at timestamptz not null generated always as (lower(valid)) stored,
    ends_at timestamptz not null generated always as (upper(valid)) stored,
    commission_bps int not null check (commission_bps between 0 and 10000),
    in_stream_bps int check (in_stream_bps between 0 and 10000),
    replay_bps int check (replay_bps between 0 and 10000),
    after_stream_bps int check (after_stream_bps between 0 and 10000),
    off_stream_bps int check (off_stream_bps between 0 and 10000),
    window_days int not null check (window_days between 1 and 90),
    hold_days int not null check (hold_days between 0 and 90),
    recorded_at timestamptz not null,
    constraint uq_terms_nr unique (contract_id, nr),
    constraint fk_terms_pair foreign key (contract_id, brand_id, creator_id)
        references contract (id, brand_id, creator_id) on delete restrict,
    constraint ex_terms_valid exclude using gist ((contract_id::bigint) with =, valid with &&)  -- look-ups: uq_terms_nr
);
create index ix_terms_pair on terms (brand_id, creator_id, begins_at);
create function terms_pair() returns trigger language plpgsql as $$
begin
    select k.brand_id, k.creator_id into new.brand_id, new.creator_id from contract k where k.id = new.contract_id;
    return new;
end $$;
create trigger terms_pair before insert or update on terms for each row execute function terms_pair();

create table coupon (
    id int generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    contract_id int not null references contract on delete restrict,
    code text not null,
    key text collate "C" not null,      -- Python: code.strip().casefold()
    period tstzrange not null,
    recorded_at timestamptz not null,
    constraint ex_coupon_key exclude using gist (brand_id with =, key with =, period with &&)
);
create index ix_coupon_key on coupon (brand_id, key);
create index ix_coupon_contract on coupon (contract_id);
"""

DOWN = "drop table coupon, terms, contract; drop function terms_pair;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
