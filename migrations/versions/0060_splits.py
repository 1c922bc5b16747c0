"""splits: debts that are carried and written off, commissions kept when the brand cancels, and shared commissions"""

from alembic import op

revision = "0060"
down_revision = "0059"

UP = """
-- Of a payout at most this share repays what the creator owes the brand (rules.md B11).
alter table contract add offset_bps smallint not null default 5000
    constraint ck_contract_offset check (offset_bps between 0 and 10000);

-- The commission of an order that the brand itself cancels may stay the creator's.
alter table terms add keeps_cancelled boolean not null default false;

alter table order_cancellation drop constraint order_cancellation_reason_check,
    add constraint ck_order_cancellation_reason check (reason in ('by_buyer', 'out_of_stock', 'not_shipped',
        'payment_failure', 'suspected_fraud', 'shop_mistake', 'other_cancellation'));

-- Whether an order was cancelled by what the brand is to blame for.
create function brand_caused(reason text) returns boolean
language sql immutable set search_path = public, pg_temp as $$
    select reason in ('out_of_stock', 'not_shipped', 'shop_mistake')
$$;

-- What sales are called of which we are told when they are cancelled, and why: those of connected shops, and our own.
create view cancellation_source as
select brand_id, source from shop
union
select id, 'streamcut' from brand;

-- Whether the terms of a line keep its commission although its order was cancelled. Asked of lines with refunds only.
create function commission_kept(of_brand int, of_source text, of_order text, of_terms int) returns boolean
language sql stable set search_path = public, pg_temp as $$
    select exists (
        select from order_cancellation c
        join terms m on m.id = of_terms and m.keeps_cancelled
        where c.brand_id = of_brand and c.source = of_source and c.order_ref = of_order and brand_caused(c.reason))
$$;

-- The share that holds between a brand and a creator on a day: that of their contract of the day, or of the last before.
create function offset_share(of_brand int, of_creator int, day date) returns int
language sql stable set search_path = public, pg_temp as $$
    select coalesce((
        select c.offset_bps from contract c
        where c.brand_id = of_brand and c.creator_id = of_creator and c.starts_on <= day
        order by c.starts_on desc, c.id desc
        limit 1), 5000)
$$;

-- What a payout repaid of a debt to a brand, as it was reckoned: of what the creator had earned, at most the share.
create table payout_offset (
    payout_id bigint not null references payout on delete restrict,
    brand_id int not null references brand on delete restrict,
    earned bigint not null constraint ck_payout_offset_earned check (earned > 0),
    share_bps int not null constraint ck_payout_offset_share check (share_bps between 0 and 10000),
    repaid bigint not null,
    carried bigint not null constraint ck_payout_offset_carried check (carried >= 0),   -- what stays owed
    primary key (payout_id, brand_id),
    constraint ck_payout_offset_repaid check (repaid between 0 and earned - 1
        and repaid <= earned::numeric * share_bps / 10000 and (repaid > 0 or carried > 0))
);
revoke update, delete on payout_offset from streamcut_app;

-- What a creator never earned back: the brand bears it. Its entry has this as its cause.
create table debt_write_off (
    id bigint generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    currency char(3) not null,
    amount bigint not null constraint ck_debt_write_off_amount check (amount > 0),
    last_moved_on date not null,        -- when something was earned or taken back last
    written_off_on date not null,
    constraint ck_debt_write_off_day check (written_off_on >= last_moved_on + interval '12 months')
);
create index ix_debt_write_off_creator on debt_write_off (creator_id);
create index ix_debt_write_off_brand on debt_write_off (brand_id);
revoke update, delete on debt_write_off from streamcut_app;

-- Whatever kinds of entries there are by now stay allowed.
do $$
declare
    old text;
begin
    select pg_get_constraintdef(oid) into old from pg_constraint
        where conname = 'ck_entry_accounts' and conrelid = 'entry'::regclass;
    alter table entry drop constraint ck_entry_accounts;
    execute format('alter table entry add constraint ck_entry_accounts check (case kind'
        ' when ''carry'' then (debit, credit) in ((''creator_carried'', ''creator''), (''creator'', ''creator_carried''))'
        ' when ''write_off'' then (debit, credit) = (''brand_funds'', ''creator'')'
        ' else %s end)', substring(old from '^CHECK (.*)$'));
end $$;
"""

DOWN = """
do $$
declare
    old text;
begin
    if exists (select from entry where kind in ('carry', 'write_off')) then
        raise exception 'debts were carried or written off: the books can''t go back before that';
    end if;
    select pg_get_constraintdef(oid) into old from pg_constraint
        where conname = 'ck_entry_accounts' and conrelid = 'entry'::regclass;
    alter table entry drop constraint ck_entry_accounts;
    execute format('alter table entry add constraint ck_entry_accounts check (%s)',
        (regexp_match(old, 'ELSE (.*)\\s+END\\)+$'))[1]);
end $$;
drop table debt_write_off;
drop table payout_offset;
drop function offset_share(int, int, date);
drop function commission_kept(int, text, text, int);
drop view cancellation_source;
drop function brand_caused(text);
alter table order_cancellation drop constraint ck_order_cancellation_reason;
update order_cancellation set reason = 'shop_mistake' where reason = 'not_shipped';
alter table order_cancellation add constraint order_cancellation_reason_check check (reason in ('by_buyer', 'out_of_stock',
    'payment_failure', 'suspected_fraud', 'shop_mistake', 'other_cancellation'));
alter table terms drop column keeps_cancelled;
alter table contract drop constraint ck_contract_offset, drop column offset_bps;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
