"""handover: the first download, recalled files, refused accounts, value dates, numbers without gaps"""

from alembic import op

revision = "0028"
down_revision = "0027"

UP = """
alter table payout_batch
    add number bigint,                  -- 1, 2, 3 without gaps; null in a preview, which is never committed
    add downloaded_at timestamptz,      -- when a file of it was first taken to the bank: from then on nothing is recalled
    add downloaded_by bigint references person,
    add file_version int not null default 0;     -- which files count; those of a recalled approval have a lower one
update payout_batch set number = numbered.number
from (select id, row_number() over (order by id) as number from payout_batch) numbered
where numbered.id = payout_batch.id;
update payout_batch set file_version = 1 where exists (select from payout_file where batch_id = payout_batch.id);
update payout_batch set (downloaded_at, downloaded_by) = (
    select at, by_id from audit_event
    where action = 'download' and object_kind = 'payout_batch' and object_id = payout_batch.id order by at, id limit 1)
where status in ('approved', 'completed');
-- What was paid has been to the bank, whoever took it there.
update payout_batch set downloaded_at = approved_at, downloaded_by = approved_by
where downloaded_at is null and (status = 'completed' or exists (
    select from payout where batch_id = payout_batch.id and status in ('paid', 'returned')));
alter table payout_batch
    add constraint uq_payout_batch_number unique (number),
    add constraint ck_payout_batch_downloaded check ((downloaded_at is null) = (downloaded_by is null)
        and (downloaded_at is null or status in ('approved', 'completed')));

alter table payout_file
    add version int not null default 1,
    drop constraint payout_file_pkey,
    add primary key (batch_id, rail, version);
alter table payout_file alter version drop default;

alter table payout
    add code text,                      -- the bank's reason code, where it gave one: AC04
    add refused text constraint ck_payout_refused check (refused in ('iban', 'details')),   -- what has to change first
    add paid_on date;                   -- the bank's value date
update payout set code = substring(reason from '\\m([A-Z]{2}[0-9]{2})\\M'),
    refused = case
        when reason ~ '\\m(AC01|AC03|AC04|AC06|AC07|AC14|AG01|RC01|RC04|RC07|CNOR|MD07)\\M' then 'iban'
        when reason ~ '\\m(AC02|AC05|AC13|AG02|AM0[0-9]|BE07|RC03|RR01|RR02|TM01|DT01|FF01|DNOR|CUST|DUPL|FOCR|TECH|UPAY)\\M'
            then null
        else 'details' end
where status in ('failed', 'returned');
create index ix_payout_refused on payout (creator_id, status_at desc) where refused is not null;

-- Finance has made sure that an account is right although a payment to it failed.
create table bank_confirmation (
    id bigint generated always as identity primary key,
    bank_detail_id bigint not null references bank_detail on delete restrict,
    reason text not null,
    confirmed_by bigint not null references person,
    confirmed_at timestamptz not null
);
create index ix_bank_confirmation_detail on bank_confirmation (bank_detail_id, confirmed_at desc);
revoke update, delete on bank_confirmation from streamcut_app;

-- Creators whose last payment to the account they have now was refused for the account's sake: nothing is paid there
-- until it changes or is confirmed. A new spelling of the name does not open a closed account.
create view refused_account as
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

alter table payout_skip
    add further text[] not null default '{}',   -- all other reasons, for which the creator would be passed over as well
    drop constraint payout_skip_reason_check,
    add constraint payout_skip_reason_check check (reason in ('below_minimum', 'negative', 'no_bank_details',
        'bank_details_changed', 'last_payment_failed', 'held', 'brand_unfunded'));
"""

DOWN = """
delete from payout_skip where reason = 'last_payment_failed';
alter table payout_skip
    drop column further,
    drop constraint payout_skip_reason_check,
    add constraint payout_skip_reason_check check (reason in ('below_minimum', 'negative', 'no_bank_details',
        'bank_details_changed', 'held', 'brand_unfunded'));
drop view refused_account;
drop table bank_confirmation;
alter table payout drop column code, drop column refused, drop column paid_on;
delete from payout_file using payout_batch b where b.id = batch_id and version <> b.file_version;
alter table payout_file drop constraint payout_file_pkey, drop column version, add primary key (batch_id, rail);
alter table payout_batch drop column number, drop column downloaded_at, drop column downloaded_by,
    drop column file_version;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
