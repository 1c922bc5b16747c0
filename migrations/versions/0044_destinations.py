"""destinations: a new place to pay to waits whatever the one before was, risks judge where the money goes, and an
agreement that ended stays so"""

from alembic import op

revision = "0044"
down_revision = "0043"

UP = """
-- Where a creator's money goes as of now: to the account at Stripe once it was ready, else to the newest bank details.
-- `versions` counts all places it has gone to or could have, so that a new one waits whatever the one before was.
create or replace view payment_destination as
select distinct on (creator_id) creator_id, holder, iban, account, recorded_at, recorded_by, versions + (
    select count(*) from stripe_account former
    where former.creator_id = places.creator_id and former.ready_at is not null and former.unlinked_at is not null
) as versions
from (
    select creator_id, holder, iban, null as account, entered_at as recorded_at, recorded_by, entered as versions, 0 as rank
    from creator_account
    union all
    select s.creator_id, null, null, s.account, s.ready_at, s.asked_by, 1 + coalesce(bank.entered, 0), 1
    from stripe_account s left join creator_account bank on bank.creator_id = s.creator_id
    where s.ready_at is not null and s.unlinked_at is null
) places
order by creator_id, rank desc;

-- What is worth a second look at a batch's payouts, in four levels; only `high` has to be answered by the approver.
create or replace function risk_notes(of_batch bigint) returns table (payout_id bigint, level int, note text, about text)
    language sql stable set search_path = public, pg_temp as $$
with newest as materialized (
    select creator_id, holder, coalesce(account, iban) as place from payment_destination
), mine as materialized (
    select p.id, p.creator_id, p.currency, p.amount, c.name,
        case when p.rail is null then newest.holder else p.holder end as holder,
        case when p.rail is null then newest.place else coalesce(p.account, p.iban) end as place
    from payout p join creator c on c.id = p.creator_id left join newest on newest.creator_id = p.creator_id
    where p.batch_id = of_batch and p.status <> 'dropped'
), last as materialized (
    select distinct on (p.creator_id, p.currency) p.creator_id, p.currency, p.id, p.amount, p.holder, coalesce(p.account, p.iban) as place
    from mine join payout p on p.creator_id = mine.creator_id and p.id < mine.id and p.status in ('sent', 'paid')
    order by p.creator_id, p.currency, p.id desc
), large as (
    select percentile_disc(0.95) within group (order by amount) as amount from mine having count(*) >= 20
)
select id, 2, 'first', '' from mine where creator_id not in (select creator_id from last)
union all
select mine.id, 3, 'bank_changed', '' from mine join last using (creator_id, currency)
where (last.place, last.holder) is distinct from (mine.place, mine.holder)
union all
select mine.id, 4, 'shared_account', string_agg(other.name, ', ' order by other.name)
from mine
join newest on newest.place = mine.place and newest.creator_id <> mine.creator_id
join creator other on other.id = newest.creator_id
group by mine.id
union all
select id, 2, 'name_differs', holder from mine
where lower(regexp_replace(holder, '[\\W_]', '', 'g')) not in (
    select lower(regexp_replace(said, '[\\W_]', '', 'g'))
    from (select mine.name as said union all select l.name from legal_details l where l.creator_id = mine.creator_id) names)
union all
select id, 1, 'large', '' from mine, large where mine.amount > large.amount
union all
select mine.id, 2, 'much_more', '' from mine join last using (creator_id, currency)
where mine.amount * 2 > last.amount * 3
union all
select mine.id, 1, 'much_less', '' from mine join last using (creator_id, currency) where mine.amount * 2 < last.amount
union all
select mine.id, 3, 'same_person', string_agg(distinct other.name, ', ')
from mine
join membership m on m.creator_id = mine.creator_id and m.role = 'creator' and m.ended_at is null
join person me on me.id = m.person_id
join person again on plain_address(again.email) = plain_address(me.email)
join membership n on n.person_id = again.id and n.role = 'creator' and n.ended_at is null
    and n.creator_id <> mine.creator_id
join creator other on other.id = n.creator_id
group by mine.id
$$;

-- `creator_obstacle` asks for whatever came back, not for what a bank refused alone.
drop index ix_payout_refused;
create index ix_payout_came_back on payout (creator_id, status_at desc) where status in ('failed', 'returned');
create index ix_transfer_reversal_transfer on transfer_reversal (transfer_id);
create index ix_bank_report_line_batch on bank_report_line (batch_id) where batch_id is not null;

-- How far each agreement on self-billing is. A VAT number that changes ends it for good: one that is changed back
-- revives nothing.
create view self_billing_state as
select a.id as agreement_id, case
    when exists (select from self_billing_end e where e.agreement_id = a.id) then 'given_up'
    when exists (
        select from self_billing_agreement x
        where x.brand_id = a.brand_id and x.creator_id = a.creator_id and x.id > a.id) then 'outdated'
    when exists (
        select from tax_profile t
        where t.brand_id = a.brand_id and t.id > bp.id and t.vat_number is distinct from bp.vat_number) then 'outdated'
    when exists (
        select from tax_profile t
        where t.creator_id = a.creator_id and t.id > cp.id and t.vat_number is distinct from cp.vat_number) then 'outdated'
    when 2 = (select count(*) from self_billing_signature s where s.agreement_id = a.id) then 'in_force'
    else 'unsigned' end as state
from self_billing_agreement a
join tax_profile bp on bp.id = a.brand_profile_id
join tax_profile cp on cp.id = a.creator_profile_id;

create or replace view self_billing_now as
select a.id as agreement_id, a.brand_id, a.creator_id,
    (select max(s.signed_at) from self_billing_signature s where s.agreement_id = a.id) as since,
    (select min(s.signed_at) from (
        select max(signed_at) as signed_at from self_billing_signature y
        join self_billing_agreement z on z.id = y.agreement_id
        where z.brand_id = a.brand_id and z.creator_id = a.creator_id
        group by z.id having count(*) = 2) s) as first_signed_at
from self_billing_agreement a
join self_billing_state state on state.agreement_id = a.id and state.state = 'in_force';

-- Nothing has ever been skipped as `tax_missing`: `no_tax_data` says it.
alter table payout_skip drop constraint payout_skip_reason_check;
update payout_skip set reason = case reason when 'tax_missing' then 'no_tax_data' else reason end,
    further = array_replace(further, 'tax_missing', 'no_tax_data')
where reason = 'tax_missing' or 'tax_missing' = any (further);
alter table payout_skip add constraint payout_skip_reason_check check (reason in ('below_minimum', 'negative', 'no_method', 'method_unverified',
    'method_changed', 'no_tax_data', 'stripe_not_ready', 'name_mismatch', 'on_hold', 'sanction_review',
    'brand_unfunded', 'currency'));
"""

DOWN = """
create or replace view self_billing_now as
select a.id as agreement_id, a.brand_id, a.creator_id, b.signed_at as since,
    (select min(s.signed_at) from (
        select max(signed_at) as signed_at from self_billing_signature y
        join self_billing_agreement z on z.id = y.agreement_id
        where z.brand_id = a.brand_id and z.creator_id = a.creator_id
        group by z.id having count(*) = 2) s) as first_signed_at
from (select distinct on (brand_id, creator_id) * from self_billing_agreement order by brand_id, creator_id, id desc) a
join lateral (
    select max(signed_at) as signed_at from self_billing_signature s where s.agreement_id = a.id having count(*) = 2
) b on true
join tax_profile bp on bp.id = a.brand_profile_id
join tax_profile cp on cp.id = a.creator_profile_id
join tax_profile_now bn on bn.brand_id = a.brand_id
join tax_profile_now cn on cn.creator_id = a.creator_id
where not exists (select from self_billing_end e where e.agreement_id = a.id)
    and bn.vat_number is not distinct from bp.vat_number and cn.vat_number is not distinct from cp.vat_number;
drop view self_billing_state;
alter table payout_skip drop constraint payout_skip_reason_check;
alter table payout_skip add constraint payout_skip_reason_check check (reason in ('below_minimum', 'negative', 'no_method', 'method_unverified',
    'method_changed', 'tax_missing', 'no_tax_data', 'stripe_not_ready', 'name_mismatch', 'on_hold', 'sanction_review',
    'brand_unfunded', 'currency'));
drop index ix_bank_report_line_batch, ix_transfer_reversal_transfer, ix_payout_came_back;
create index ix_payout_refused on payout (creator_id, status_at desc) where refused is not null;
create or replace function risk_notes(of_batch bigint) returns table (payout_id bigint, level int, note text, about text)
    language sql stable set search_path = public, pg_temp as $$
with newest as materialized (
    select distinct on (creator_id) creator_id, holder, iban
    from bank_detail where creator_id is not null order by creator_id, id desc
), mine as materialized (
    select p.id, p.creator_id, p.currency, p.amount, c.name,
        coalesce(p.holder, newest.holder) as holder, coalesce(p.iban, newest.iban) as iban
    from payout p join creator c on c.id = p.creator_id left join newest on newest.creator_id = p.creator_id
    where p.batch_id = of_batch and p.status <> 'dropped'
), last as materialized (
    select distinct on (p.creator_id, p.currency) p.creator_id, p.currency, p.id, p.amount, p.iban, p.holder
    from mine join payout p on p.creator_id = mine.creator_id and p.id < mine.id and p.status in ('sent', 'paid')
    order by p.creator_id, p.currency, p.id desc
), large as (
    select percentile_disc(0.95) within group (order by amount) as amount from mine having count(*) >= 20
)
select id, 2, 'first', '' from mine where creator_id not in (select creator_id from last)
union all
select mine.id, 3, 'bank_changed', '' from mine join last using (creator_id, currency)
where (last.iban, last.holder) is distinct from (mine.iban, mine.holder)
union all
select mine.id, 4, 'shared_account', string_agg(other.name, ', ' order by other.name)
from mine
join newest on newest.iban = mine.iban and newest.creator_id <> mine.creator_id
join creator other on other.id = newest.creator_id
group by mine.id
union all
select id, 2, 'name_differs', holder from mine
where lower(regexp_replace(holder, '[\\W_]', '', 'g')) not in (
    select lower(regexp_replace(said, '[\\W_]', '', 'g'))
    from (select mine.name as said union all select l.name from legal_details l where l.creator_id = mine.creator_id) names)
union all
select id, 1, 'large', '' from mine, large where mine.amount > large.amount
union all
select mine.id, 2, 'much_more', '' from mine join last using (creator_id, currency)
where mine.amount * 2 > last.amount * 3
union all
select mine.id, 1, 'much_less', '' from mine join last using (creator_id, currency) where mine.amount * 2 < last.amount
union all
select mine.id, 3, 'same_person', string_agg(distinct other.name, ', ')
from mine
join membership m on m.creator_id = mine.creator_id and m.role = 'creator' and m.ended_at is null
join person me on me.id = m.person_id
join person again on plain_address(again.email) = plain_address(me.email)
join membership n on n.person_id = again.id and n.role = 'creator' and n.ended_at is null
    and n.creator_id <> mine.creator_id
join creator other on other.id = n.creator_id
group by mine.id
$$;
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
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
