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

-- Whether a brand's commissions are shared among all whose links a buyer followed (rules.md B3); the newest row before a
-- contract holds for what it wins, as long as the newest before the sale shares at all. First and last touch have a part of their own, the rest is shared equally; who would get less than
-- the floor leaves it to the last.
create table split_rule (
    id bigint generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    is_on boolean not null,
    first_bps int not null,
    last_bps int not null,
    floor bigint not null constraint ck_split_rule_floor check (floor >= 0),    -- minor units of the brand's currency
    set_by bigint not null references person on delete restrict,
    set_at timestamptz not null,
    constraint ck_split_rule_parts check (first_bps between 0 and 10000 and last_bps between 0 and 10000
        and first_bps + last_bps <= 10000)
);
create index ix_split_rule_brand on split_rule (brand_id, id);
revoke update, delete on split_rule from streamcut_app;

-- Who has which share of a line's commission by which decision; a line without rows is its winner's alone. Each row has
-- the weights of all shares, by place, so that it tells its own amount.
create table decision_share (
    brand_id int not null,
    sale_id bigint not null,                                -- of hot tables: nothing refers to them, and they to nothing
    nr smallint not null,
    place smallint not null constraint ck_decision_share_place check (place between 1 and 5),
    creator_id int not null,
    contract_id int not null,
    touch_id bigint not null,
    weights bigint[] not null constraint ck_decision_share_weights
        check (cardinality(weights) between 2 and 5 and 0 <= all (weights)),
    reason text not null constraint ck_decision_share_reason
        check (reason in ('first_visit', 'last_visit', 'first_and_last_visit', 'visit_between', 'below_least_share')),
    primary key (brand_id, sale_id, nr, place),
    constraint uq_decision_share_creator unique (brand_id, sale_id, nr, creator_id),
    constraint ck_decision_share_floor check ((reason = 'below_least_share') = (weights[place] = 0) or reason <> 'below_least_share')
);
create index ix_decision_share_creator on decision_share (brand_id, creator_id, sale_id);
revoke update, delete on decision_share from streamcut_app;

-- What of creators' balances is of single commissions that are held, and in no payout: nobody's due while it is.
create view held_money as
select e.brand_id, e.creator_id, e.currency, e.available_on,
    sum(case when e.credit = 'creator' then e.amount else -e.amount end)::bigint as amount
from commission_hold h
join entry e on e.brand_id = h.brand_id and e.kind = 'commission' and e.cause = h.sale_id and e.creator_id = h.creator_id
left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
where h.released_at is null and l.entry_id is null
group by e.brand_id, e.creator_id, e.currency, e.available_on;

-- An amount (of zero or more) in parts that add up to it: cents by largest remainder, equal ones to the earlier place.
create function shares_of(total bigint, weights bigint[]) returns bigint[]
language sql immutable set search_path = public, pg_temp as $$
    select array_agg(part + case when rank <= missing then 1 else 0 end order by place)
    from (
        select place, part, total - sum(part) over () as missing, row_number() over (order by rest desc, place) as rank
        from (
            select place, div(total::numeric * weight, sum(weight) over ())::bigint as part,
                mod(total::numeric * weight, sum(weight) over ()) as rest
            from unnest(weights) with ordinality as each (weight, place)
        ) cut
    ) ranked
$$;

-- As before, and the lines of which somebody has a share.
create or replace view earned as
select d.brand_id, d.creator_id, d.sale_id, d.rule, d.label, d.rate_bps, d.stream_id, b.net, b.unpaid, b.taken, b.moving,
    d.available_on, b.entries,
    exists (
        select from commission_hold h
        where h.brand_id = d.brand_id and h.sale_id = d.sale_id and h.creator_id = d.creator_id and h.released_at is null
    ) held,
    (select l.nr = d.nr from decision l where l.brand_id = d.brand_id and l.sale_id = d.sale_id
     order by l.nr desc limit 1) is_last,
    (select l.reason from decision l where l.brand_id = d.brand_id and l.sale_id = d.sale_id
     order by l.nr desc limit 1) last_reason
from (      -- the newest decision that is this creator's; the line may have become another's since
    select distinct on (brand_id, creator_id, sale_id) *
    from (
        select brand_id, creator_id, sale_id, nr, rule, label, rate_bps, stream_id, available_on from decision
        where creator_id is not null
        union all   -- who has a share of another's line
        select x.brand_id, x.creator_id, x.sale_id, x.nr, d.rule, d.label, d.rate_bps, null, d.available_on
        from decision_share x
        join decision d on d.brand_id = x.brand_id and d.sale_id = x.sale_id and d.nr = x.nr
        where x.creator_id <> d.creator_id and x.weights[x.place] > 0
    ) theirs
    order by brand_id, creator_id, sale_id, nr desc
) d
cross join lateral (
    select coalesce(sum(p.amount), 0)::bigint net,
        coalesce(sum(p.amount) filter (where p.id is null), 0)::bigint unpaid,
        count(p.id) filter (where p.amount <> 0) taken,
        count(p.id) filter (where p.amount <> 0 and p.status in ('reserved', 'sent')) moving,
        coalesce(sum(p.entries), 0)::bigint entries
    from (      -- by payout: a pair that only moved the day, or a commission with its reversal, takes nothing into one
        select o.id, o.status, sum(signed.amount) amount, count(*) entries
        from entry e
        cross join lateral (select case e.credit when 'creator' then e.amount else -e.amount end amount) signed
        left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
        left join payout o on o.id = l.payout_id
        where e.brand_id = d.brand_id and e.kind = 'commission' and e.cause = d.sale_id and e.creator_id = d.creator_id
        group by o.id
    ) p
) b;

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
-- as before: 0057_life.py
create or replace view earned as
select d.brand_id, d.creator_id, d.sale_id, d.rule, d.label, d.rate_bps, d.stream_id, b.net, b.unpaid, b.taken, b.moving,
    d.available_on, b.entries,
    exists (
        select from commission_hold h
        where h.brand_id = d.brand_id and h.sale_id = d.sale_id and h.creator_id = d.creator_id and h.released_at is null
    ) held,
    (select l.nr = d.nr from decision l where l.brand_id = d.brand_id and l.sale_id = d.sale_id
     order by l.nr desc limit 1) is_last,
    (select l.reason from decision l where l.brand_id = d.brand_id and l.sale_id = d.sale_id
     order by l.nr desc limit 1) last_reason
from (      -- the newest decision that is this creator's; the line may have become another's since
    select distinct on (brand_id, creator_id, sale_id) * from decision
    where creator_id is not null
    order by brand_id, creator_id, sale_id, nr desc
) d
cross join lateral (
    select coalesce(sum(p.amount), 0)::bigint net,
        coalesce(sum(p.amount) filter (where p.id is null), 0)::bigint unpaid,
        count(p.id) filter (where p.amount <> 0) taken,
        count(p.id) filter (where p.amount <> 0 and p.status in ('reserved', 'sent')) moving,
        coalesce(sum(p.entries), 0)::bigint entries
    from (      -- by payout: a pair that only moved the day, or a commission with its reversal, takes nothing into one
        select o.id, o.status, sum(signed.amount) amount, count(*) entries
        from entry e
        cross join lateral (select case e.credit when 'creator' then e.amount else -e.amount end amount) signed
        left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
        left join payout o on o.id = l.payout_id
        where e.brand_id = d.brand_id and e.kind = 'commission' and e.cause = d.sale_id and e.creator_id = d.creator_id
        group by o.id
    ) p
) b;
drop function shares_of(bigint, bigint[]);
drop table decision_share;
drop table split_rule;
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
        (regexp_match(old, 'ELSE\\s+(.*)\\s+END\\)+$'))[1]);
end $$;
drop table debt_write_off;
drop table payout_offset;
drop function offset_share(int, int, date);
drop function commission_kept(int, text, text, int);
drop view held_money;
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
