"""transfers: accounts at Stripe, what was sent to them, and what has left for good"""

from alembic import op

revision = "0039"
down_revision = "0038"

UP = """
-- A creator's account at Stripe. The row is there before Stripe is asked for one, with the key it is asked with.
create table stripe_account (
    id bigint generated always as identity primary key,
    creator_id int not null references creator on delete restrict,
    account text unique,                -- acct_...; null until Stripe has answered
    key text not null unique default gen_random_uuid()::text,
    status text not null default 'asked'
        check (status in ('asked', 'pending', 'active', 'restricted', 'rejected', 'unsupported', 'closed')),
    codes text[] not null default '{}', -- why it can't take money, in Stripe's words
    asked_by bigint not null references person,
    asked_at timestamptz not null,
    ready_at timestamptz,               -- when it could take money for the first time; then payouts go there
    checked_at timestamptz,
    look_at timestamptz,                -- since when something is told of it, so that Stripe is asked how it stands
    unlinked_by bigint references person,
    unlinked_at timestamptz,
    constraint ck_stripe_account_answered check ((status = 'asked') = (account is null)),
    constraint ck_stripe_account_ready check (ready_at is null or account is not null),
    constraint ck_stripe_account_unlinked check ((unlinked_by is null) = (unlinked_at is null))
);
create index ix_stripe_account_look_at on stripe_account (look_at) where look_at is not null;
create unique index uq_stripe_account_live on stripe_account (creator_id) where unlinked_at is null;
revoke delete on stripe_account from streamcut_app;

-- Where a creator's money goes as of now: to the account at Stripe once it was ready, else to the newest bank details.
create view payment_destination as
select distinct on (creator_id) creator_id, holder, iban, account, recorded_at, recorded_by,
    count(*) over (partition by creator_id) as versions
from (
    select creator_id, holder, iban, null as account, recorded_at, recorded_by, 0 as rank, id
    from bank_detail where creator_id is not null
    union all
    select creator_id, null, null, account, ready_at, asked_by, 1, id
    from stripe_account where ready_at is not null and unlinked_at is null
) places
order by creator_id, rank desc, id desc;

alter table payout
    add account text,                   -- of a payout by Stripe: where it goes, frozen as the IBAN is
    drop constraint payout_rail_check,
    drop constraint ck_payout_frozen,
    add constraint ck_payout_rail check (rail in ('sepa', 'list', 'stripe')),
    add constraint ck_payout_frozen check (status in ('reserved', 'dropped')
        or (reference is not null and rail is not null and case rail
            when 'stripe' then account is not null
            else holder is not null and iban is not null end));

alter table payout_batch
    add sending_by bigint references person,    -- who has started to send its payouts by Stripe
    add sending_at timestamptz,
    add sending_after timestamptz,      -- Stripe had too little money of ours: not before this
    add constraint ck_payout_batch_sending check ((sending_by is null) = (sending_at is null)
        and (sending_at is null or status in ('approved', 'completed')));
create index ix_payout_batch_sending on payout_batch (id) where sending_at is not null and status = 'approved';

-- An attempt to send a payout: intent, effect and result. A refused one has certainly had no effect.
create table transfer (
    id bigint generated always as identity primary key,
    payout_id bigint not null references payout on delete restrict,
    attempt int not null check (attempt > 0),
    reference uuid not null unique default gen_random_uuid(),   -- ours, in the transfer's metadata
    key text not null unique default gen_random_uuid()::text,   -- its idempotency key: random, made once
    account text not null,
    amount bigint not null check (amount > 0),
    currency char(3) not null,
    transfer_group text not null,
    prepared_at timestamptz not null,
    status text not null default 'sending' check (status in ('sending', 'unknown', 'arrived', 'refused')),
    tries int not null default 1,
    sent_at timestamptz not null,       -- the last time it may have been sent
    next_try_at timestamptz,            -- from then on it is asked what became of it
    provider_id text unique,
    code text,
    sentence text,                      -- Stripe's own words
    reversed bigint not null default 0,
    ended_at timestamptz,
    constraint uq_transfer_attempt unique (payout_id, attempt),
    constraint ck_transfer_arrived check ((status = 'arrived') = (provider_id is not null)),
    constraint ck_transfer_refused check ((status = 'refused') <= (code is not null)),
    constraint ck_transfer_ended check ((status in ('arrived', 'refused')) = (ended_at is not null)
        and (status in ('arrived', 'refused')) = (next_try_at is null)),
    constraint ck_transfer_reversed check (reversed between 0 and amount and (reversed = 0 or status = 'arrived'))
);
create unique index uq_transfer_live on transfer (payout_id) where status <> 'refused';
create index ix_transfer_due on transfer (next_try_at) where next_try_at is not null;
revoke delete on transfer from streamcut_app;

create function transfer_stays() returns trigger language plpgsql as $$
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
create trigger transfer_stays before update on transfer for each row execute function transfer_stays();

-- A transfer is of the payout as it was frozen, and nothing is sent that nobody has started.
create function transfer_fits() returns trigger language plpgsql as $$
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
create trigger transfer_fits before insert on transfer for each row execute function transfer_fits();

-- What we asked Stripe to bring back of a transfer. Frozen and keyed as transfers are.
create table transfer_reversal (
    id bigint generated always as identity primary key,
    transfer_id bigint not null references transfer on delete restrict,
    key text not null unique default gen_random_uuid()::text,
    amount bigint not null check (amount > 0),
    reason text not null,
    asked_by bigint not null references person,
    asked_at timestamptz not null,
    status text not null default 'sending' check (status in ('sending', 'unknown', 'arrived', 'refused')),
    tries int not null default 0,
    first_try_at timestamptz,           -- from then on its key grows old
    next_try_at timestamptz,
    provider_id text unique,
    code text,
    sentence text,
    ended_at timestamptz,
    constraint ck_transfer_reversal_ended check ((status in ('arrived', 'refused')) = (ended_at is not null)
        and (status in ('arrived', 'refused')) = (next_try_at is null))
);
create unique index uq_transfer_reversal_open on transfer_reversal (transfer_id) where next_try_at is not null;
create index ix_transfer_reversal_due on transfer_reversal (next_try_at) where next_try_at is not null;
revoke delete on transfer_reversal from streamcut_app;

-- When the next request of a kind may be made, for all workers together.
create table pace (
    name text primary key,
    next_at timestamptz not null
);
insert into pace (name, next_at) values ('transfers', '2026-01-01');

-- What nobody can call back: a file was downloaded that pays it, or a transfer may have been made.
create view has_left as
select p.id as payout_id, p.batch_id
from payout p join payout_batch b on b.id = p.batch_id
where b.downloaded_at is not null and p.rail in ('sepa', 'list') and p.status <> 'dropped'
    or exists (select from transfer t where t.payout_id = p.id and t.status <> 'refused');
create or replace function has_left(of_batch bigint) returns boolean language sql stable
    set search_path = public, pg_temp as $$
select exists (select from has_left where batch_id = of_batch)
$$;
"""

DOWN = """
create or replace function has_left(of_batch bigint) returns boolean language sql stable
    set search_path = public, pg_temp as $$
select exists (select from payout_batch where id = of_batch and downloaded_at is not null)
$$;
drop view has_left;
drop table pace, transfer_reversal, transfer;
drop function transfer_stays(), transfer_fits();
drop index ix_payout_batch_sending;
alter table payout_batch drop column sending_by, drop column sending_at, drop column sending_after;
update payout set rail = 'list', holder = coalesce(holder, ''), iban = coalesce(iban, '') where rail = 'stripe';
alter table payout
    drop constraint ck_payout_rail,
    drop constraint ck_payout_frozen,
    drop column account,
    add constraint payout_rail_check check (rail in ('sepa', 'list')),
    add constraint ck_payout_frozen check (status in ('reserved', 'dropped')
        or (holder is not null and iban is not null and reference is not null and rail is not null));
drop view payment_destination;
drop table stripe_account;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
