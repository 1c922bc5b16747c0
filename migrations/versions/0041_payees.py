"""payees: what stops a creator's money, and whether a bank knows the name that belongs to an account"""

from alembic import op

revision = "0041"
down_revision = "0040"

UP = """
-- Whether a bank knows this name for this account, as it was answered; the newest answer counts. `known_as`: the name
-- that the bank knows, where it gave one.
create table payee_check (
    id bigint generated always as identity primary key,
    iban text not null,
    holder text not null,
    result text not null check (result in ('match', 'close_match', 'no_match', 'impossible')),
    known_as text,
    source text not null check (source in ('bank_report', 'stripe', 'by_hand')),
    checked_at timestamptz not null,
    recorded_by bigint references person,
    note text,
    constraint ck_payee_check_known_as check (known_as is null or result in ('match', 'close_match')),
    constraint ck_payee_check_by_hand check (source <> 'by_hand' or recorded_by is not null)
);
create index ix_payee_check_account on payee_check (iban, holder, checked_at desc, id desc);
revoke update, delete on payee_check from streamcut_app;

create view payee_answer as
select distinct on (iban, holder) iban, holder, id as check_id, result, known_as, source, checked_at
from payee_check order by iban, holder, checked_at desc, id desc;

-- Which answers an approver has seen, by name: a close match, or a bank that can't say.
create table payee_acknowledgement (
    payout_id bigint not null references payout on delete restrict,
    check_id bigint not null references payee_check on delete restrict,
    person_id bigint not null references person,
    at timestamptz not null,
    primary key (payout_id, check_id, person_id)
);
revoke update, delete on payee_acknowledgement from streamcut_app;

-- The bank's spelling of a name, taken over from its answer: the same account, so no other one to wait for.
alter table bank_detail add spelling_of bigint references payee_check on delete restrict;

-- The account that counts, and when another one was last entered; `entered` counts the accounts, not their spellings.
create view creator_account as
select distinct on (creator_id) creator_id, id as bank_detail_id, holder, iban, recorded_at, recorded_by,
    count(*) filter (where spelling_of is null) over (partition by creator_id) as entered,
    max(recorded_at) filter (where spelling_of is null) over (partition by creator_id) as entered_at
from bank_detail where creator_id is not null
order by creator_id, id desc;

create or replace view payment_destination as
select distinct on (creator_id) creator_id, holder, iban, account, recorded_at, recorded_by, versions
from (
    select creator_id, holder, iban, null as account, entered_at as recorded_at, recorded_by, entered as versions, 0 as rank
    from creator_account
    union all
    select s.creator_id, null, null, s.account, s.ready_at, s.asked_by, 1 + coalesce(bank.entered, 0), 1
    from stripe_account s left join creator_account bank on bank.creator_id = s.creator_id
    where s.ready_at is not null and s.unlinked_at is null
) places
order by creator_id, rank desc;

alter table payout_hold add kind text not null default 'on_hold' check (kind in ('on_hold', 'sanction_review'));

-- Besides what was refused for the account's sake (0028): an account at which three payments in a row failed, whatever
-- the bank gave as its reason. Trying for ever mends nothing.
create or replace view refused_account as
select distinct on (p.creator_id) p.creator_id, p.id as payout_id, bank.id as bank_detail_id
from payout p
join lateral (
    select id, holder, iban from bank_detail where creator_id = p.creator_id order by id desc limit 1
) bank on bank.iban = p.iban and (p.refused = 'iban' or bank.holder = p.holder)
where p.status in ('failed', 'returned')
    and (p.refused is not null or 3 <= (
        select count(*) from payout other
        where other.creator_id = p.creator_id and other.iban = p.iban and other.status in ('failed', 'returned')
            and other.status_at <= p.status_at
            and not exists (
                select from payout paid
                where paid.creator_id = p.creator_id and paid.iban = p.iban and paid.status = 'paid'
                    and paid.status_at > other.status_at)
            and not exists (
                select from bank_confirmation c
                where c.bank_detail_id = bank.id and c.confirmed_at >= other.status_at)))
    and not exists (
        select from payout later
        where later.creator_id = p.creator_id and later.iban = p.iban and later.status = 'paid'
            and later.status_at > p.status_at)
    and not exists (
        select from bank_confirmation c where c.bank_detail_id = bank.id and c.confirmed_at >= p.status_at)
order by p.creator_id, p.status_at desc, p.id desc;

-- What stands in the way of paying a creator whatever they earned, and since when (spec/rules.md B21). The one place:
-- another obstacle is another block here, and a word of `Obstacle`. What depends on the run (the minimum, how long a
-- changed account waits, the brands' funds) is told by the assembly.
create view creator_obstacle as
select c.id as creator_id, 'no_method' as code, c.recorded_at as since
from creator c
where not exists (select from payment_destination place where place.creator_id = c.id)
union all
select refused.creator_id, 'method_unverified', p.status_at
from refused_account refused
join payout p on p.id = refused.payout_id
join payment_destination place on place.creator_id = refused.creator_id and place.account is null
union all
select creator_id, 'stripe_not_ready', checked_at from stripe_account
where unlinked_at is null and ready_at is not null and status in ('restricted', 'rejected', 'unsupported', 'closed')
union all
select account.creator_id, 'name_mismatch', answer.checked_at
from payment_destination account
join payee_answer answer on answer.iban = account.iban and answer.holder = account.holder
where answer.result = 'no_match'
union all
select creator_id, 'no_tax_data', since from no_tax_data
union all
select creator_id, kind, placed_at from payout_hold where released_at is null;

-- The day on which a batch's payouts are to be in their accounts, as first shown (1), and each time it was moved, with
-- the reason that its creators were told.
create table payout_promise (
    batch_id bigint not null references payout_batch on delete restrict,
    nr int not null check (nr > 0),
    due_on date not null,
    reason text,
    made_by bigint references person,
    made_at timestamptz not null,
    primary key (batch_id, nr),
    constraint ck_payout_promise_moved check ((nr > 1) = (reason is not null) and (nr > 1) = (made_by is not null))
);
revoke update, delete on payout_promise from streamcut_app;

-- Money that can't be paid because its creator has to mend something: since when, how often they were reminded, and
-- from when on it counts as unclaimed. It ends by itself once the obstacle is gone; the money is never touched.
create table payout_wait (
    id bigint generated always as identity primary key,
    creator_id int not null references creator on delete restrict,
    currency char(3) not null,
    amount bigint not null check (amount > 0),
    codes text[] not null,
    since timestamptz not null,
    reminders int not null default 0,
    next_reminder_at timestamptz not null,
    unclaimed_at timestamptz,
    ended_at timestamptz
);
create unique index uq_payout_wait_live on payout_wait (creator_id, currency) where ended_at is null;
create index ix_payout_wait_creator on payout_wait (creator_id, currency, since);
revoke delete on payout_wait from streamcut_app;

-- The European Central Bank's rate for its main refinancing operations on the first day of each half-year.
create table reference_rate (
    since date primary key check (extract(day from since) = 1 and extract(month from since) in (1, 7)),
    bps int not null check (bps between 0 and 5000),
    recorded_by bigint references person,   -- null: it came with the product
    recorded_at timestamptz not null
);
insert into reference_rate (since, bps, recorded_at) values
    ('2024-01-01', 450, now()), ('2024-07-01', 425, now()), ('2025-01-01', 315, now()), ('2025-07-01', 215, now()),
    ('2026-01-01', 215, now());
revoke update, delete on reference_rate from streamcut_app;

create table brand_size (
    brand_id int primary key references brand on delete restrict,
    size text not null check (size in ('large', 'small_or_medium')),
    recorded_by bigint not null references person,
    recorded_at timestamptz not null
);

create table payment_term (
    contract_id int primary key references contract on delete restrict,
    days int not null check (days between 1 and 60),
    recorded_by bigint not null references person,
    recorded_at timestamptz not null
);

-- What was paid too late, by month of the due day: told anew from the books each night, so nothing is kept here.
create table late_claim (
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    currency char(3) not null,
    month date not null,
    amount bigint not null check (amount > 0),
    days int not null check (days > 0),
    interest bigint not null check (interest >= 0),
    flat bigint not null check (flat >= 0),
    paid_on date,
    counted_at timestamptz not null,
    primary key (brand_id, creator_id, currency, month)
);
create index ix_late_claim_creator on late_claim (creator_id, month desc);

alter table payout_skip drop constraint payout_skip_reason_check;
update payout_skip set
    reason = case reason when 'no_bank_details' then 'no_method' when 'bank_details_changed' then 'method_changed'
        when 'last_payment_failed' then 'method_unverified' when 'held' then 'on_hold' else reason end,
    further = array_replace(array_replace(array_replace(array_replace(further, 'no_bank_details', 'no_method'),
        'bank_details_changed', 'method_changed'), 'last_payment_failed', 'method_unverified'), 'held', 'on_hold');
alter table payout_skip add constraint payout_skip_reason_check check (reason in ('below_minimum', 'negative',
    'no_method', 'method_unverified', 'method_changed', 'tax_missing', 'no_tax_data', 'stripe_not_ready',
    'name_mismatch', 'on_hold', 'sanction_review', 'brand_unfunded', 'currency'));
"""

DOWN = """
drop table late_claim, payment_term, brand_size, reference_rate, payout_wait, payout_promise;
alter table payout_skip drop constraint payout_skip_reason_check;
delete from payout_skip where reason in ('tax_missing', 'no_tax_data', 'stripe_not_ready', 'name_mismatch', 'currency');
update payout_skip set
    reason = case reason when 'no_method' then 'no_bank_details' when 'method_changed' then 'bank_details_changed'
        when 'method_unverified' then 'last_payment_failed' when 'on_hold' then 'held'
        when 'sanction_review' then 'held' else reason end,
    further = '{}';
alter table payout_skip add constraint payout_skip_reason_check check (reason in ('below_minimum', 'negative',
    'no_bank_details', 'bank_details_changed', 'last_payment_failed', 'held', 'brand_unfunded'));
drop view creator_obstacle;
create or replace view refused_account as
select distinct on (p.creator_id) p.creator_id, p.id as payout_id, bank.id as bank_detail_id
from payout p
join lateral (
    select id, holder, iban from bank_detail where creator_id = p.creator_id order by id desc limit 1
) bank on bank.iban = p.iban and (p.refused = 'iban' or bank.holder = p.holder)
where p.refused is not null and p.status in ('failed', 'returned')
    and not exists (
        select from payout later
        where later.creator_id = p.creator_id and later.iban = p.iban and later.status = 'paid'
            and later.status_at > p.status_at)
    and not exists (
        select from bank_confirmation c where c.bank_detail_id = bank.id and c.confirmed_at >= p.status_at)
order by p.creator_id, p.status_at desc, p.id desc;
alter table payout_hold drop column kind;
create or replace view payment_destination as
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
drop view creator_account;
alter table bank_detail drop column spelling_of;
drop table payee_acknowledgement;
drop view payee_answer;
drop table payee_check;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
