"""life: holds of single commissions, their rejection, early and postponed approval, and what was done about each"""

from alembic import op

revision = "0057"
down_revision = "0056"

UP = """
-- What somebody, or a rule, keeps back of a creator's commission (rules.md B25). It never moves money: an assembly passes
-- the line over while the hold lives, and the entry stays where it is.
create table commission_hold (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    sale_id bigint not null,                                -- of a hot table, which nothing refers to
    creator_id int not null references creator on delete restrict,
    reason text not null constraint ck_commission_hold_reason check (reason in ('fraud', 'self_purchase', 'duplicate',
        'under_review', 'household', 'coupon_leaked', 'order_burst', 'refund_rate', 'click_flood')),
    note text not null,                                     -- what the creator reads beside it; empty for a rule's
    owner text not null constraint ck_commission_hold_owner check (owner in ('brand', 'platform')),    -- who decides
    placed_by bigint references person on delete restrict,  -- null: a rule
    placed_at timestamptz not null,
    deadline timestamptz not null,                          -- without a decision the money is free from then on
    appeal text,
    appealed_by bigint references person on delete restrict,
    appealed_at timestamptz,
    outcome text constraint ck_commission_hold_outcome check (outcome in ('released', 'rejected', 'expired', 'line_moved')),
    answer text,                                            -- why it was released, as both sides read it
    released_by bigint references person on delete restrict,    -- null: its deadline had passed, or the line became another's
    released_at timestamptz,
    constraint ck_commission_hold_deadline check (deadline > placed_at and deadline <= placed_at + interval '30 days'),
    constraint ck_commission_hold_appeal check (num_nulls(appeal, appealed_by, appealed_at) in (0, 3)),
    constraint ck_commission_hold_ended check ((outcome is null) = (released_at is null)
        and (outcome is not null or released_by is null))
);
create unique index uq_commission_hold_live on commission_hold (brand_id, sale_id) where released_at is null;
create index ix_commission_hold_sale on commission_hold (brand_id, sale_id);
create index ix_commission_hold_deadline on commission_hold (deadline) where released_at is null;
revoke update, delete on commission_hold from streamcut_app;
grant update (deadline, appeal, appealed_by, appealed_at, outcome, answer, released_by, released_at) on commission_hold
    to streamcut_app;

-- What people and deadlines did to a commission. What settlement and payouts did stands in decisions, entries and payouts.
create table commission_event (
    id bigint generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    sale_id bigint not null,
    creator_id int not null references creator on delete restrict,
    kind text not null constraint ck_commission_event_kind check (kind in ('approved_early', 'extended', 'held',
        'released', 'expired', 'appealed', 'rejected')),
    before text not null,
    after text not null,
    reason text,                                            -- the code, where there is one
    note text not null,                                     -- why, in the words of whoever did it; empty for a rule
    amount_before bigint not null,
    amount_after bigint not null,
    currency char(3) not null,
    available_before date not null,
    available_after date not null,
    by_id bigint references person on delete restrict,      -- null with a name: as a correction says; without: a rule
    by_name text,
    at timestamptz not null,
    constraint ck_commission_event_move check (case kind
        when 'approved_early' then (before, after) = ('pending', 'payable') and available_after < available_before
        when 'extended' then (before, after) = ('pending', 'pending') and available_after > available_before
            and available_after <= available_before + 31
        when 'held' then before in ('pending', 'payable') and after = 'on_hold'
        when 'appealed' then (before, after) = ('on_hold', 'on_hold')
        when 'rejected' then before in ('pending', 'payable', 'on_hold') and after = 'rejected'
        else before = 'on_hold' and after in ('pending', 'payable', 'nothing', 'reversed', 'rejected', 'clawback', 'paid')
        end),
    constraint ck_commission_event_amounts check (case kind when 'rejected' then amount_after = 0
        when 'expired' then true when 'released' then true else amount_after = amount_before end),
    constraint ck_commission_event_dates check (kind in ('approved_early', 'extended') or available_after = available_before),
    constraint ck_commission_event_by check (by_id is null or by_name is not null)
);
create index ix_commission_event_sale on commission_event (brand_id, sale_id, id);
create unique index uq_commission_event_extended on commission_event (brand_id, sale_id, creator_id) where kind = 'extended';
revoke update, delete on commission_event from streamcut_app;

-- Where what a creator earned with a line stands: as before, and whether it is held, whether it is theirs still, and the
-- reason of the line's last decision. The day is that of the decision, which a person may have moved.
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

create or replace function standing(line earned, today date) returns text language sql immutable as $$
    select case
        when line.net = 0 and line.taken = 0 then case
            when line.last_reason in ('order_cancelled', 'returned', 'payment_failed', 'fraud', 'self_purchase',
                'duplicate', 'outside_terms', 'test_order') and line.entries > 0 then 'rejected'
            when line.entries > 0 and line.is_last then 'reversed'
            else 'nothing' end
        when line.moving > 0 then 'in_transit'
        when line.unpaid = 0 then 'paid'
        when line.unpaid < 0 then 'clawback'
        when line.held then 'on_hold'
        when line.available_on > today then 'pending'
        else 'payable'
    end
$$;

create function commission_hold_fits() returns trigger language plpgsql as $$
begin
    if not exists (
        select from earned n
        where n.brand_id = new.brand_id and n.sale_id = new.sale_id and n.creator_id = new.creator_id
            and n.unpaid > 0 and n.moving = 0) then
        raise exception 'nothing of this commission is left to hold'
            using errcode = '23514', constraint = 'commission_hold_fits';
    end if;
    return new;
end $$;
create trigger commission_hold_fits before insert on commission_hold
    for each row execute function commission_hold_fits();

create function commission_hold_stays() returns trigger language plpgsql as $$
begin
    if old.released_at is not null then
        raise exception 'this hold has ended' using errcode = '23514', constraint = 'commission_hold_stays';
    end if;
    if old.appealed_at is not null and (new.appeal, new.appealed_by, new.appealed_at)
        is distinct from (old.appeal, old.appealed_by, old.appealed_at) or new.deadline > old.deadline then
        raise exception 'an appeal stays, and a deadline never moves away'
            using errcode = '23514', constraint = 'commission_hold_stays';
    end if;
    return new;
end $$;
create trigger commission_hold_stays before update on commission_hold
    for each row execute function commission_hold_stays();

-- A rejection is a correction by a person; a large one waits for a second.
alter table correction
    add code text,
    drop constraint ck_correction_kind,
    drop constraint ck_correction_subject,
    add constraint ck_correction_kind check (kind in ('import', 'days', 'line', 'rejection')),
    add constraint ck_correction_code check ((kind = 'rejection') = (code is not null) and (code is null
        or code in ('order_cancelled', 'returned', 'payment_failed', 'fraud', 'self_purchase', 'duplicate',
            'outside_terms', 'test_order'))),
    add constraint ck_correction_subject check (case kind
        when 'import' then import_id is not null
        when 'line' then brand_id is not null and sale_id is not null
        when 'rejection' then brand_id is not null and sale_id is not null
        else brand_id is not null and first_on is not null and first_on <= last_on end);
create unique index uq_correction_rejection on correction (brand_id, sale_id)
    where kind = 'rejection' and status = 'submitted';

create function rejection_fits() returns trigger language plpgsql as $$
begin
    if new.kind = 'rejection' and new.status = 'done' and exists (
        select from earned n
        where n.brand_id = new.brand_id and n.sale_id = new.sale_id and n.taken > 0 and n.creator_id = (
            select d.creator_id from decision d     -- whose it was until now
            where d.brand_id = new.brand_id and d.sale_id = new.sale_id and d.creator_id is not null
            order by d.nr desc limit 1)) then
        raise exception 'what stands in a payout is not rejected any more'
            using errcode = '23514', constraint = 'rejection_fits';
    end if;
    return new;
end $$;
create trigger rejection_fits before insert or update on correction for each row execute function rejection_fits();
"""

DOWN = """
drop trigger rejection_fits on correction;
drop function rejection_fits();
delete from correction where kind = 'rejection';
alter table correction
    drop constraint ck_correction_kind,
    drop constraint ck_correction_code,
    drop constraint ck_correction_subject,
    drop column code,
    add constraint ck_correction_kind check (kind in ('import', 'days', 'line')),
    add constraint ck_correction_subject check (case kind
        when 'import' then import_id is not null
        when 'line' then brand_id is not null and sale_id is not null
        else brand_id is not null and first_on is not null and first_on <= last_on end);
drop index if exists uq_correction_rejection;
drop function standing(earned, date);
drop view earned;
drop table commission_event;
drop table commission_hold;
drop function commission_hold_fits();
drop function commission_hold_stays();
create view earned as
select d.brand_id, d.creator_id, d.sale_id, d.rule, d.label, d.rate_bps, d.stream_id, b.net, b.unpaid, b.taken, b.moving,
    coalesce(b.available_on, d.available_on) available_on
from (
    select distinct on (brand_id, creator_id, sale_id) * from decision
    where creator_id is not null
    order by brand_id, creator_id, sale_id, nr desc
) d
cross join lateral (
    select coalesce(sum(signed.amount), 0)::bigint net,
        coalesce(sum(signed.amount) filter (where o.id is null), 0)::bigint unpaid,
        count(o.id) taken,
        count(o.id) filter (where o.status in ('reserved', 'sent')) moving,
        coalesce(max(e.available_on) filter (where o.id is null), max(e.available_on)) available_on
    from entry e
    cross join lateral (select case e.credit when 'creator' then e.amount else -e.amount end amount) signed
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    left join payout o on o.id = l.payout_id
    where e.brand_id = d.brand_id and e.kind = 'commission' and e.cause = d.sale_id and e.creator_id = d.creator_id
) b;
create function standing(line earned, today date) returns text language sql immutable as $$
    select case
        when line.net = 0 and line.taken = 0 then 'nothing'
        when line.moving > 0 then 'in_transit'
        when line.unpaid = 0 then 'paid'
        when line.unpaid < 0 then 'clawback'
        when line.available_on > today then 'pending'
        else 'payable'
    end
$$;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
