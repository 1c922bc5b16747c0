"""movements: what moved our balance at Stripe, held against our own records, and its fees in the books"""

from alembic import op

revision = "0049"
down_revision = "0048"

UP = """
-- A balance transaction of Stripe, kept once by its id. `kind` is what it is to us, `about` what it concerns: a payment, a
-- dispute, a transfer (also of its reversals), a payout to our bank. Only what we found out about it is written later.
create table provider_movement (
    id bigint generated always as identity primary key,
    number text not null unique,        -- txn_...
    category text not null,             -- Stripe's own word, also one that nobody knows
    type text not null,
    amount bigint not null,
    fee bigint not null,
    net bigint not null,
    currency char(3) not null,
    source text not null,
    about text not null,
    description text not null,
    created timestamptz not null,
    available_on timestamptz not null,
    arrives_on date,                    -- of a payout to our bank
    kind text not null generated always as (case
        when category in ('charge', 'charge_failure') then 'payment'
        when category in ('refund', 'refund_failure', 'partial_capture_reversal') then 'refund'
        when category in ('dispute', 'dispute_reversal') then 'dispute'
        when category in ('transfer', 'transfer_reversal') then category
        when category in ('payout', 'payout_reversal') then 'platform_payout'
        when category in ('topup', 'topup_reversal') then 'platform_top_up'
        when category in ('fee', 'network_cost', 'tax') then 'provider_fee'
        else 'other_movement' end) stored,
    cost bigint not null generated always as (case
        when category in ('fee', 'network_cost', 'tax') then fee - amount else fee end) stored,
    fetched_at timestamptz not null,
    fee_booked_at timestamptz,          -- looked at, and booked where it costs anything
    bank_line_id bigint constraint uq_provider_movement_bank_line unique references bank_report_line on delete restrict,
    constraint ck_provider_movement_net check (net = amount - fee),
    constraint ck_provider_movement_bank_line check (bank_line_id is null or kind in ('platform_payout', 'platform_top_up'))
);
create index ix_provider_movement_about on provider_movement (about, kind);
create index ix_provider_movement_fee on provider_movement (id) where fee_booked_at is null;
create index ix_provider_movement_bank on provider_movement (id) where kind in ('platform_payout', 'platform_top_up');
revoke update, delete on provider_movement from streamcut_app;
grant update (fee_booked_at, bank_line_id) on provider_movement to streamcut_app;

-- From when until when we know all of them.
create table provider_statement (
    one boolean primary key default true check (one),
    since timestamptz not null,
    until timestamptz not null,
    constraint ck_provider_statement_until check (since <= until)
);
revoke delete on provider_statement from streamcut_app;

-- Somebody says why two sums differ, and stands for it; when one of them moves, that is said no more.
create table provider_note (
    id bigint generated always as identity primary key,
    kind text not null,
    about text not null,
    currency char(3) not null,
    theirs bigint not null,
    ours bigint not null,
    note text not null,
    noted_by bigint not null references person on delete restrict,
    noted_at timestamptz not null,
    constraint uq_provider_note_sums unique (kind, about, currency, theirs, ours)
);
revoke update, delete on provider_note from streamcut_app;

-- What we say moved our balance at Stripe. Whoever takes or sends money there adds a part.
create view provider_expected as
select 'payment' as kind, c.payment as about, t.currency, t.amount, c.settled_at as at, t.brand_id,
    'top_up' as object, t.public_id as public_id
from top_up t join checkout c on c.id = t.checkout_id
union all
select case r.kind when 'refund' then 'refund' else 'dispute' end, case r.kind when 'refund' then c.payment else r.provider_ref end,
    r.currency, case r.kind when 'dispute_won' then r.amount else -r.amount end, r.recorded_at, r.brand_id, 'top_up', t.public_id
from top_up_return r join top_up t on t.id = r.top_up_id join checkout c on c.id = t.checkout_id
union all
select 'transfer', x.provider_id, x.currency, -x.amount, x.ended_at, null, 'payout', p.public_id
from transfer x join payout p on p.id = x.payout_id where x.status = 'arrived'
union all
select 'transfer_reversal', x.provider_id, x.currency, x.reversed,
    coalesce((select max(r.ended_at) from transfer_reversal r where r.transfer_id = x.id), x.ended_at), null, 'payout', p.public_id
from transfer x join payout p on p.id = x.payout_id where x.reversed > 0
union all
select 'payment', payment, currency, quantity * unit_price, paid_at, brand_id, 'order', public_id
from purchase where paid_at is not null
union all
select case when r.reason in ('dispute', 'dispute_won') then 'dispute' else 'refund' end,
    case when r.reason in ('dispute', 'dispute_won') then r.provider_ref else p.payment end,
    r.currency, case r.reason when 'dispute_won' then r.amount else -r.amount end, r.ended_at, r.brand_id, 'order', p.public_id
from order_refund r join purchase p on p.id = r.purchase_id where r.status = 'done';

-- A fee of Stripe's lowers what the platform has earned. It stands in the books of the brand whose payment it was for;
-- one that was for nobody's in those of the platform itself, which are those of brand 0.
alter table entry add constraint ck_entry_brand check (brand_id > 0 or (brand_id = 0 and kind = 'provider_fee'));
-- Whatever kinds of entries there are by now stay allowed.
do $$
declare
    name text;
    old text;
begin
    foreach name in array array['ck_entry_accounts', 'ck_entry_creator'] loop
        select pg_get_constraintdef(oid) into old from pg_constraint
            where conname = name and conrelid = 'entry'::regclass;
        execute format('alter table entry drop constraint %I', name);
        execute format('alter table entry add constraint %I check (case kind when ''provider_fee'' then %s else %s end)', name,
            case name when 'ck_entry_creator' then 'creator_id is null'
                else '(debit, credit) in ((''platform_revenue'', ''bank''), (''bank'', ''platform_revenue''))' end,
            substring(old from '^CHECK (.*)$'));
    end loop;
end $$;

-- A receipt for each top-up that counts, numbered without gaps by year: the row of the year is locked by whoever issues.
create table receipt_series (
    year int primary key,
    last int not null
);
revoke delete on receipt_series from streamcut_app;
create table receipt (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    top_up_id bigint not null constraint uq_receipt_top_up unique references top_up on delete restrict,
    brand_id int not null references brand on delete restrict,
    year int not null,
    nr int not null constraint ck_receipt_nr check (nr > 0),
    number text not null generated always as ('R' || year || '-' || lpad(nr::text, 6, '0')) stored,
    brand_name text not null,           -- as it was
    way text not null constraint ck_receipt_way check (way in ('at_stripe', 'bank_transfer')),
    amount bigint not null constraint ck_receipt_amount check (amount > 0),
    currency char(3) not null,
    reference text not null,
    received_on date not null,
    issued_at timestamptz not null,
    constraint uq_receipt_number unique (year, nr)
);
create index ix_receipt_brand on receipt (brand_id, id desc);
revoke update, delete on receipt from streamcut_app;
insert into receipt (top_up_id, brand_id, year, nr, brand_name, way, amount, currency, reference, received_on, issued_at)
select t.id, t.brand_id, extract(year from t.decided_at at time zone 'UTC'),
    row_number() over (partition by extract(year from t.decided_at at time zone 'UTC') order by t.decided_at, t.id),
    b.name, case when t.checkout_id is null then 'bank_transfer' else 'at_stripe' end, t.amount, t.currency, t.reference,
    t.received_on, t.decided_at
from top_up t join brand b on b.id = t.brand_id where t.status = 'approved';
insert into receipt_series (year, last) select year, max(nr) from receipt group by year;

-- An account that can't be paid out is unlinked once what lies on it has come back.
alter table stripe_account
    add unlink_asked_by bigint references person,
    add unlink_asked_at timestamptz,
    add emptied_at timestamptz,
    add constraint ck_stripe_account_unlink_asked check ((unlink_asked_by is null) = (unlink_asked_at is null)
        and (emptied_at is null or unlink_asked_at is not null));
create index ix_stripe_account_unlink_asked on stripe_account (unlink_asked_at)
    where unlink_asked_at is not null and unlinked_at is null;

-- When a brand's payouts are assembled, where it is not the platform's day of the month: on a day of the month, or on a
-- weekday (1: Monday). All such days until `done_until` are dealt with.
create table payout_schedule (
    brand_id int primary key references brand on delete restrict,
    every text not null constraint ck_payout_schedule_every check (every in ('month', 'week')),
    day int not null constraint ck_payout_schedule_day check (day between 1 and case every when 'week' then 7 else 31 end),
    set_by bigint not null references person,
    set_on date not null,
    done_until date not null
);
alter table payout_batch add own_days boolean not null default false;   -- of such brands alone, on their own day

-- What Stripe moved is a way to close a batch, too.
alter table batch_closing drop constraint ck_batch_closing_rail,
    add constraint ck_batch_closing_rail check (rail in ('sepa', 'list', 'stripe'));
"""

DOWN = """
alter table batch_closing drop constraint ck_batch_closing_rail;
delete from batch_closing where rail = 'stripe';
alter table batch_closing add constraint ck_batch_closing_rail check (rail in ('sepa', 'list'));
update balance b set amount = b.amount - f.amount
from (
    select brand_id, currency, account, sum(amount) as amount
    from (
        select brand_id, currency, debit as account, -amount as amount from entry where kind = 'provider_fee'
        union all
        select brand_id, currency, credit, amount from entry where kind = 'provider_fee'
    ) sides
    group by brand_id, currency, account
) f
where (b.brand_id, b.currency, b.account) = (f.brand_id, f.currency, f.account) and b.creator_id = 0;
delete from entry where kind = 'provider_fee';
alter table entry drop constraint ck_entry_accounts, drop constraint ck_entry_creator;
alter table entry add constraint ck_entry_accounts check ((kind, debit, credit) in (   -- as before: 0046_orders.py
    ('commission', 'brand_funds', 'creator'), ('commission', 'creator', 'brand_funds'),
    ('fee', 'brand_funds', 'platform_revenue'), ('fee', 'platform_revenue', 'brand_funds'),
    ('bonus', 'brand_funds', 'creator'), ('bonus', 'creator', 'brand_funds'),
    ('vat', 'brand_funds', 'creator'), ('vat', 'creator', 'brand_funds'),
    ('vat', 'brand_funds', 'platform_revenue'), ('vat', 'platform_revenue', 'brand_funds'),
    ('reserve', 'creator', 'payouts_in_transit'), ('settle', 'payouts_in_transit', 'bank'),
    ('release', 'payouts_in_transit', 'creator'), ('return', 'bank', 'creator'),
    ('taken_back', 'brand_funds', 'bank'), ('taken_back', 'bank', 'brand_funds'),
    ('top_up', 'bank', 'brand_funds'), ('take', 'platform_revenue', 'bank'),
    ('order_paid', 'bank', 'brand_funds'),
    ('order_refunded', 'brand_funds', 'bank'), ('order_refunded', 'bank', 'brand_funds')));
alter table entry add constraint ck_entry_creator check (
    (kind in ('fee', 'top_up', 'taken_back', 'take', 'order_paid', 'order_refunded')
    or (kind = 'vat' and 'platform_revenue' in (debit, credit))) = (creator_id is null));
alter table entry drop constraint ck_entry_brand;
alter table payout_batch drop column own_days;
drop table payout_schedule;
drop table receipt, receipt_series;
drop index ix_stripe_account_unlink_asked;
alter table stripe_account drop constraint ck_stripe_account_unlink_asked, drop column unlink_asked_by,
    drop column unlink_asked_at, drop column emptied_at;
drop view provider_expected;
drop table provider_note, provider_statement, provider_movement;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
