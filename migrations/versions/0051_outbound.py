"""outbound: payouts straight to the bank by Stripe, and the pace of questions there"""

from alembic import op

revision = "0051"
down_revision = "0050"

UP = """
insert into pace (name, next_at) values ('accounts', '2026-01-01');

-- A creator whose bank account Stripe pays to directly. The money goes to the bank details that are entered here, as by
-- a bank file; this is a way to them, of use as long as they stay the same.
create table stripe_recipient (
    id bigint generated always as identity primary key,
    creator_id int not null references creator on delete restrict,
    holder text not null,
    iban text not null,
    key text not null unique default gen_random_uuid()::text,
    account text unique,                -- acct_...; null until Stripe has answered
    method text,                        -- the bank account there, once it can be paid to
    set_ups int not null default 0,     -- how often Stripe was told of it: each time with another key
    status text not null default 'asked'
        check (status in ('asked', 'pending', 'active', 'restricted', 'rejected', 'unsupported', 'closed')),
    codes text[] not null default '{}',
    asked_by bigint not null references person,
    asked_at timestamptz not null,
    checked_at timestamptz,
    look_at timestamptz,                -- since when something is told of it, so that Stripe is asked how it stands
    ended_by bigint references person,
    ended_at timestamptz,
    constraint ck_stripe_recipient_answered check ((status = 'asked') = (account is null)),
    constraint ck_stripe_recipient_method check (method is null or account is not null),
    constraint ck_stripe_recipient_ended check ((ended_by is null) = (ended_at is null))
);
create unique index uq_stripe_recipient_live on stripe_recipient (creator_id) where ended_at is null;
create index ix_stripe_recipient_look_at on stripe_recipient (look_at) where look_at is not null;
revoke delete on stripe_recipient from streamcut_app;

-- Whom Stripe can pay at their bank as of now.
create view bank_route as
select creator_id, holder, iban, account, method from stripe_recipient
where ended_at is null and status = 'active' and method is not null;

alter table payout
    drop constraint ck_payout_rail,
    add constraint ck_payout_rail check (rail in ('sepa', 'list', 'stripe', 'outbound'));

-- Straight to a bank an attempt has the bank account and the verification of its name, and is `taken` by Stripe before
-- it has arrived. One that has arrived may be looked at again: banks send money back.
alter table transfer
    add method text,
    add verification text,
    drop constraint transfer_status_check,
    drop constraint ck_transfer_arrived,
    drop constraint ck_transfer_ended,
    add constraint ck_transfer_status check (status in ('sending', 'unknown', 'taken', 'arrived', 'refused')),
    add constraint ck_transfer_method check ((method is null) = (verification is null)
        and (method is not null or status <> 'taken')),
    add constraint ck_transfer_arrived check (case status when 'taken' then provider_id is not null
        when 'arrived' then provider_id is not null when 'refused' then method is not null or provider_id is null
        else provider_id is null end),
    add constraint ck_transfer_ended check ((status in ('arrived', 'refused')) = (ended_at is not null)
        and case status when 'arrived' then next_try_at is null or method is not null
            when 'refused' then next_try_at is null else next_try_at is not null end);

create or replace function transfer_stays() returns trigger language plpgsql as $$
begin
    if (old.payout_id, old.attempt, old.reference, old.key, old.account, old.amount, old.currency, old.transfer_group,
        old.prepared_at, old.method, old.verification) is distinct from (new.payout_id, new.attempt, new.reference,
        new.key, new.account, new.amount, new.currency, new.transfer_group, new.prepared_at, new.method,
        new.verification) then
        raise exception 'what was to be sent is frozen' using errcode = '23514', constraint = 'transfer_stays';
    end if;
    if old.status in ('arrived', 'refused') and (new.status, new.provider_id, new.code, new.ended_at)
        is distinct from (old.status, old.provider_id, old.code, old.ended_at)
        or old.status = 'taken' and (new.status in ('sending', 'unknown') or new.provider_id <> old.provider_id) then
        raise exception 'what became of a transfer is final' using errcode = '23514', constraint = 'transfer_stays';
    end if;
    if new.reversed < old.reversed then
        raise exception 'what came back stays back' using errcode = '23514', constraint = 'transfer_stays';
    end if;
    return new;
end $$;

create or replace function transfer_fits() returns trigger language plpgsql as $$
begin
    if not exists (
        select from payout p join payout_batch b on b.id = p.batch_id
        left join stripe_recipient r on p.rail = 'outbound' and r.creator_id = p.creator_id and r.ended_at is null
            and (r.holder, r.iban) = (p.holder, p.iban)
        where p.id = new.payout_id and p.status = 'sent' and b.status = 'approved' and b.sending_at is not null
            and (p.amount, p.currency, p.reference) = (new.amount, new.currency, new.transfer_group)
            and case p.rail when 'stripe' then p.account = new.account and new.method is null
                when 'outbound' then (r.account, r.method) = (new.account, new.method) else false end) then
        raise exception 'this payout is not to be sent like that' using errcode = '23514', constraint = 'transfer_fits';
    end if;
    return new;
end $$;

-- What goes straight to banks leaves from a financial account, which is another balance at Stripe.
create or replace view provider_expected as
select 'payment' as kind, c.payment as about, t.currency, t.amount, c.settled_at as at, t.brand_id,
    'top_up' as object, t.public_id as public_id
from top_up t join checkout c on c.id = t.checkout_id
union all
select case r.kind when 'refund' then 'refund' else 'dispute' end, case r.kind when 'refund' then c.payment else r.provider_ref end,
    r.currency, case r.kind when 'dispute_won' then r.amount else -r.amount end, r.recorded_at, r.brand_id, 'top_up', t.public_id
from top_up_return r join top_up t on t.id = r.top_up_id join checkout c on c.id = t.checkout_id
union all
select 'transfer', x.provider_id, x.currency, -x.amount, x.ended_at, null, 'payout', p.public_id
from transfer x join payout p on p.id = x.payout_id where x.status = 'arrived' and x.method is null
union all
select 'transfer_reversal', x.provider_id, x.currency, x.reversed,
    coalesce((select max(r.ended_at) from transfer_reversal r where r.transfer_id = x.id), x.ended_at), null, 'payout', p.public_id
from transfer x join payout p on p.id = x.payout_id where x.reversed > 0 and x.method is null
union all
select 'payment', payment, currency, quantity * unit_price, paid_at, brand_id, 'order', public_id
from purchase where paid_at is not null
union all
select case when r.reason in ('dispute', 'dispute_won') then 'dispute' else 'refund' end,
    case when r.reason in ('dispute', 'dispute_won') then r.provider_ref else p.payment end,
    r.currency, case r.reason when 'dispute_won' then r.amount else -r.amount end, r.ended_at, r.brand_id, 'order', p.public_id
from order_refund r join purchase p on p.id = r.purchase_id where r.status = 'done';
"""

DOWN = """
create or replace view provider_expected as
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
create or replace function transfer_fits() returns trigger language plpgsql as $$
begin
    if not exists (
        select from payout p join payout_batch b on b.id = p.batch_id
        where p.id = new.payout_id and p.status = 'sent' and p.rail = 'stripe' and b.status = 'approved'
            and b.sending_at is not null
            and (p.account, p.amount, p.currency, p.reference)
                = (new.account, new.amount, new.currency, new.transfer_group)) then
        raise exception 'this payout is not to be sent like that' using errcode = '23514', constraint = 'transfer_fits';
    end if;
    return new;
end $$;
create or replace function transfer_stays() returns trigger language plpgsql as $$
begin
    if (old.payout_id, old.attempt, old.reference, old.key, old.account, old.amount, old.currency, old.transfer_group,
        old.prepared_at) is distinct from (new.payout_id, new.attempt, new.reference, new.key, new.account, new.amount,
        new.currency, new.transfer_group, new.prepared_at) then
        raise exception 'what was to be sent is frozen' using errcode = '23514', constraint = 'transfer_stays';
    end if;
    if old.status in ('arrived', 'refused') and (new.status, new.provider_id, new.code, new.ended_at)
        is distinct from (old.status, old.provider_id, old.code, old.ended_at) then
        raise exception 'what became of a transfer is final' using errcode = '23514', constraint = 'transfer_stays';
    end if;
    if new.reversed < old.reversed then
        raise exception 'what came back stays back' using errcode = '23514', constraint = 'transfer_stays';
    end if;
    return new;
end $$;
alter table transfer disable trigger transfer_stays;
alter table transfer
    drop constraint ck_transfer_status,
    drop constraint ck_transfer_method,
    drop constraint ck_transfer_arrived,
    drop constraint ck_transfer_ended;
update transfer set status = 'unknown', provider_id = null where status = 'taken';
update transfer set provider_id = null where status = 'refused';
update transfer set next_try_at = null where status = 'arrived';
alter table transfer
    drop column method,
    drop column verification,
    add constraint transfer_status_check check (status in ('sending', 'unknown', 'arrived', 'refused')),
    add constraint ck_transfer_arrived check ((status = 'arrived') = (provider_id is not null)),
    add constraint ck_transfer_ended check ((status in ('arrived', 'refused')) = (ended_at is not null)
        and (status in ('arrived', 'refused')) = (next_try_at is null));
alter table transfer enable trigger transfer_stays;
update payout set rail = 'list' where rail = 'outbound';
alter table payout
    drop constraint ck_payout_rail,
    add constraint ck_payout_rail check (rail in ('sepa', 'list', 'stripe'));
drop view bank_route;
drop table stripe_recipient;
delete from pace where name = 'accounts';
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
