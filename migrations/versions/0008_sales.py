"""sales: sale lines and refunds, what is due, and whose they were decided to be"""

from alembic import op

revision = "0008"
down_revision = "0007"

# Hot tables: brand first in every key, few indexes, no foreign keys, no triggers (design.md section 1).
# `version` is 1; it rises only when a withdrawn import's row is imported again, mended.
UP = """
create table sale (
    brand_id int not null,
    id bigint generated always as identity,
    source text collate "C" not null,
    order_ref text collate "C" not null,
    line_ref text collate "C" not null,
    version smallint not null default 1,
    occurred_at timestamptz not null,
    visitor bytea,                      -- keyed hash of brand and visitor
    sku text collate "C" not null,
    description text,
    quantity int not null constraint ck_sale_quantity check (quantity between 1 and 10000000),
    unit_price numeric not null constraint ck_sale_unit_price check (unit_price >= 0),
    discount_minor bigint not null default 0 constraint ck_sale_discount check (discount_minor >= 0),
    base_minor bigint not null constraint ck_sale_base check (base_minor between 0 and 10000000000000),
    currency char(3) not null,
    country char(2),
    coupon text,
    coupon_key text collate "C",
    checkout_stream text collate "C",
    recorded_at timestamptz not null,
    import_id int not null,
    primary key (brand_id, id),
    constraint uq_sale_line unique (brand_id, source, order_ref, line_ref, version)
);
create index ix_sale_occurred on sale (brand_id, occurred_at);

create table refund (
    brand_id int not null,
    id bigint generated always as identity,
    source text collate "C" not null,
    order_ref text collate "C" not null,
    line_ref text collate "C" not null,
    refund_ref text collate "C" not null,
    version smallint not null default 1,
    occurred_at timestamptz not null,
    quantity int check (quantity between 1 and 10000000),
    amount bigint not null constraint ck_refund_amount check (amount between 1 and 10000000000000),
    currency char(3) not null,
    recorded_at timestamptz not null,
    import_id int not null,
    primary key (brand_id, id),
    constraint uq_refund_line unique (brand_id, source, order_ref, line_ref, refund_ref, version)
);
revoke update, delete on sale, refund from streamcut_app;

-- What is due (settlement.md section 7): appended with the fact, never deduplicated, claimed by lane.
create table due (
    brand_id int not null,
    id bigint generated always as identity,
    lane smallint not null,
    source text collate "C" not null,
    order_ref text collate "C" not null,
    line_ref text collate "C" not null,
    sale_id bigint,                     -- of the sale line it was appended with; null: a refund's, found by its key
    primary key (brand_id, id)
);
create index ix_due_lane on due (lane, id);

-- A line that could not be settled, with the reason; it never blocks the rest.
create table due_aside (
    brand_id int not null,
    id bigint generated always as identity,
    source text collate "C" not null,
    order_ref text collate "C" not null,
    line_ref text collate "C" not null,
    reason text not null,
    set_aside_at timestamptz not null,
    resolved_at timestamptz,
    primary key (brand_id, id)
);

create table decision (
    brand_id int not null,
    sale_id bigint not null,
    nr smallint not null,
    rule text,                          -- checkout, coupon, touch; null: the house's
    label text,
    reason text not null,               -- why this rule, or the nearest miss
    creator_id int,
    contract_id int,
    terms_id int,
    stream_id bigint,
    touch_id bigint,
    rate_bps int,
    rate_from text,                     -- the column of the terms the rate was taken from
    fee_bps int,
    available_on date,
    decided_at timestamptz not null,
    decided_by text,                    -- a person's name for a correction; null for the worker
    note text,
    primary key (brand_id, sale_id, nr),
    constraint ck_decision_rule check (rule in ('checkout', 'coupon', 'touch')),
    constraint ck_decision_label check (label in ('in_stream', 'replay', 'after_stream', 'off_stream')),
    constraint ck_decision_whole check (num_nulls(rule, label, creator_id, contract_id, terms_id, rate_bps, rate_from,
        fee_bps, available_on) in (0, 9)),
    constraint ck_decision_correction check ((decided_by is null) = (note is null))
);
revoke update, delete on decision from streamcut_app;
"""

DOWN = "drop table decision, due_aside, due, refund, sale;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
