"""disputes: what creator and brand do not agree on about a sale, what each says, and what the platform rules"""

from alembic import op

revision = "0058"
down_revision = "0057"

UP = """
-- A dispute about an order: one line of it, or an order that one of both sides misses. It waits for the other side, then
-- for the platform. What is said and ruled stands in the tables below and never changes.
create table dispute (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    opened_by text not null constraint ck_dispute_opened_by check (opened_by in ('brand', 'creator')),
    order_ref text collate "C" not null constraint ck_dispute_order check (length(order_ref) between 1 and 200),
    sale_id bigint,                     -- of a hot table, which nothing refers to; null: the order is missing
    line_ref text collate "C",
    sold_on date,                       -- of a missing order, as the creator says
    reason text not null constraint ck_dispute_reason check (reason in ('not_credited', 'wrong_rate', 'wrong_amount',
        'missing_sale', 'sale_cancelled', 'own_purchase', 'counted_twice', 'not_agreed', 'trial_order', 'fraud',
        'something_else')),
    status text not null constraint ck_dispute_status
        check (status in ('open', 'to_decide', 'to_confirm', 'decided', 'retracted')),
    opened_at timestamptz not null,
    answer_by timestamptz not null,
    answered_at timestamptz,            -- or when the time to answer was over
    silent boolean not null default false,      -- nobody answered
    agreed boolean not null default false,      -- the other side agreed
    decide_by timestamptz,
    decided_at timestamptz,
    outcome text constraint ck_dispute_outcome check (outcome in ('for_creator', 'for_brand')),
    appeal_by timestamptz,              -- null: nobody may appeal any more
    appealed_at timestamptz,
    appealed_by text constraint ck_dispute_appealed_by check (appealed_by in ('brand', 'creator')),
    reminded_at timestamptz,            -- of what it waits for now
    constraint ck_dispute_line check ((sale_id is null) = (line_ref is null)
        and (sale_id is null) = (reason = 'missing_sale') and (sold_on is null or sale_id is null)),
    constraint ck_dispute_brand check (opened_by = 'creator' or sale_id is not null),
    constraint ck_dispute_deadlines check (answer_by > opened_at and decide_by > answered_at and appeal_by > decided_at),
    constraint ck_dispute_answered check (case status when 'open' then answered_at is null and decide_by is null
        when 'retracted' then true else answered_at is not null and decide_by is not null end),
    constraint ck_dispute_silent check (not (silent and agreed) and (answered_at is not null or not (silent or agreed))),
    constraint ck_dispute_decided check (status <> 'decided' or (decided_at is not null and outcome is not null)),
    constraint ck_dispute_appealed check ((appealed_at is null) = (appealed_by is null)
        and (appealed_at is null or decided_at is not null))
);
create unique index uq_dispute_subject on dispute (brand_id, creator_id, order_ref, coalesce(sale_id, 0))
    where status <> 'retracted';
create index ix_dispute_creator on dispute (creator_id, id desc);
create index ix_dispute_brand on dispute (brand_id, id desc);
create index ix_dispute_waiting on dispute (status, id) where status in ('open', 'to_decide', 'to_confirm');
create index ix_dispute_sale on dispute (brand_id, sale_id) where sale_id is not null;
revoke update, delete on dispute from streamcut_app;
grant update (status, answered_at, silent, agreed, decide_by, decided_at, outcome, appeal_by, appealed_at, appealed_by,
    reminded_at) on dispute to streamcut_app;

-- What is over stays so, and one appeal is all there is.
create function dispute_moves() returns trigger language plpgsql as $$
begin
    if old.status = 'retracted' or (old.status = 'decided' and new.status <> 'decided'
            and (new.status <> 'to_decide' or old.appealed_at is not null or new.appealed_at is null))
        or (old.status = 'open' and new.status = 'decided') then
        raise exception 'a dispute that is % can not become %', old.status, new.status
            using errcode = '23514', constraint = 'dispute_moves';
    end if;
    return new;
end $$;
create trigger dispute_moves before update on dispute for each row execute function dispute_moves();

-- What was said, by which side.
create table dispute_message (
    id bigint generated always as identity primary key,
    dispute_id bigint not null references dispute on delete restrict,
    side text not null constraint ck_dispute_message_side check (side in ('brand', 'creator', 'platform')),
    kind text not null constraint ck_dispute_message_kind
        check (kind in ('opening', 'reply', 'addition', 'silence', 'conclusion', 'second_look', 'retraction')),
    body text not null constraint ck_dispute_message_body check (length(body) <= 4000),
    said_by bigint references person on delete restrict,    -- null: time did
    said_at timestamptz not null
);
create index ix_dispute_message_dispute on dispute_message (dispute_id, id);
revoke update, delete on dispute_message from streamcut_app;

-- Evidence, with a message. What is not shared is for the platform's eyes and for the side that brought it.
create table dispute_file (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    message_id bigint not null references dispute_message on delete restrict,
    name text not null constraint ck_dispute_file_name check (length(name) between 1 and 200),
    media_type text not null,
    shared boolean not null,
    size int not null constraint ck_dispute_file_size check (size = length(body) and size > 0),
    body bytea not null
);
create index ix_dispute_file_message on dispute_file (message_id);
revoke update, delete on dispute_file from streamcut_app;

-- What the platform (or who agreed, or time) has ruled, and what follows in the books.
create table dispute_ruling (
    id bigint generated always as identity primary key,
    dispute_id bigint not null references dispute on delete restrict,
    nr smallint not null,
    outcome text not null constraint ck_dispute_ruling_outcome check (outcome in ('for_creator', 'for_brand')),
    remedy text not null constraint ck_dispute_ruling_remedy
        check (remedy in ('award', 'recalculate', 'take_away', 'no_change')),
    label text constraint ck_dispute_ruling_label
        check (label in ('in_stream', 'replay', 'after_stream', 'off_stream')),
    terms_id int references terms on delete restrict,
    base_minor bigint constraint ck_dispute_ruling_base check (base_minor between 1 and 10000000000000),
    currency char(3),                   -- of a missing order: what it came to, and when
    sold_at timestamptz,
    reason text not null,
    ruled_by bigint references person on delete restrict,   -- null: time did
    ruled_at timestamptz not null,
    constraint uq_dispute_ruling_nr unique (dispute_id, nr),
    constraint ck_dispute_ruling_award check ((remedy = 'award') = (terms_id is not null)
        and (remedy = 'award') = (label is not null)),
    constraint ck_dispute_ruling_order check (num_nulls(base_minor, currency, sold_at) in (0, 3)
        and (base_minor is null or remedy = 'award'))
);
revoke update, delete on dispute_ruling from streamcut_app;

-- In the books a ruling is a correction, and its lines are decided by it.
alter table correction
    add ruling_id bigint references dispute_ruling on delete restrict,
    drop constraint ck_correction_kind,
    drop constraint ck_correction_subject,
    add constraint ck_correction_kind check (kind in ('import', 'days', 'line', 'rejection', 'ruling')),
    add constraint ck_correction_subject check ((kind = 'ruling') = (ruling_id is not null) and case kind
        when 'import' then import_id is not null
        when 'line' then brand_id is not null and sale_id is not null
        when 'rejection' then brand_id is not null and sale_id is not null
        when 'ruling' then brand_id is not null
        else brand_id is not null and first_on is not null and first_on <= last_on end);
create index ix_correction_ruling on correction (ruling_id) where ruling_id is not null;
alter table decision
    drop constraint ck_decision_rule,
    add constraint ck_decision_rule check (rule in ('checkout', 'coupon', 'touch', 'ruled'));
"""

DOWN = """
alter table decision
    drop constraint ck_decision_rule,
    add constraint ck_decision_rule check (rule in ('checkout', 'coupon', 'touch'));
delete from correction where kind = 'ruling';
alter table correction
    drop constraint ck_correction_kind,
    drop constraint ck_correction_subject,
    drop column ruling_id,
    add constraint ck_correction_kind check (kind in ('import', 'days', 'line', 'rejection')),
    add constraint ck_correction_subject check (case kind
        when 'import' then import_id is not null
        when 'line' then brand_id is not null and sale_id is not null
        when 'rejection' then brand_id is not null and sale_id is not null
        else brand_id is not null and first_on is not null and first_on <= last_on end);
drop table dispute_ruling, dispute_file, dispute_message, dispute;
drop function dispute_moves;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
