"""approvals: how many people approve a batch, who may not, and what they should look at twice"""

from alembic import op

revision = "0037"
down_revision = "0036"

UP = """
-- Up to which amount how many people approve, as versions of which the newest counts (rules.md B22); amounts in minor
-- units. Without a row of the brand the platform's counts, without one of the platform what `approval_bands` says.
create table approval_band (
    id bigint generated always as identity primary key,
    brand_id int references brand on delete restrict,   -- null: the platform's own, for every brand without one
    currency char(3) not null,
    first_limit bigint not null,
    second_limit bigint not null,
    first_approvers smallint not null,      -- up to the first limit
    second_approvers smallint not null,     -- up to the second
    third_approvers smallint not null,      -- above
    set_by bigint not null references person,
    set_at timestamptz not null,
    constraint ck_approval_band_limits check (0 <= first_limit and first_limit <= second_limit),
    constraint ck_approval_band_approvers check (1 <= first_approvers and first_approvers <= second_approvers
        and second_approvers <= third_approvers and third_approvers <= 5)
);
create index ix_approval_band_of on approval_band (currency, brand_id, id desc);
revoke update, delete on approval_band from streamcut_app;

-- An approval: of exactly the content that hashes to `fingerprint`. When the batch is submitted anew it has another one,
-- and what was approved before is void.
create table batch_approval (
    id bigint generated always as identity primary key,
    batch_id bigint not null references payout_batch on delete restrict,
    person_id bigint not null references person,
    fingerprint bytea not null,
    comment text constraint ck_batch_approval_comment check (comment ~ '\\S'),  -- what the person says about HIGH risks
    factor_use_id bigint unique references factor_use on delete restrict,   -- the second factor that was used for it
    at timestamptz not null,
    constraint uq_batch_approval_person unique (batch_id, fingerprint, person_id)
);
create index ix_batch_approval_person on batch_approval (person_id);
revoke update, delete on batch_approval from streamcut_app;

alter table payout_batch add approvers smallint;    -- how many have to approve what is submitted; see batch_moves
alter table payout add fingerprint bytea;           -- of this line as it was submitted; stays when it is taken out
insert into batch_approval (batch_id, person_id, fingerprint, at)
select id, approved_by, fingerprint, approved_at from payout_batch where approved_by is not null;
update payout_batch set approvers = 1 where status in ('submitted', 'approved', 'completed');
alter table payout_batch add constraint ck_payout_batch_approvers
    check ((status in ('submitted', 'approved', 'completed')) = (approvers is not null) and approvers >= 1);

-- Whether money of a batch may have left: from then on nothing of it is recalled or taken out.
create function has_left(of_batch bigint) returns boolean language sql stable
    set search_path = public, pg_temp as $$
select exists (select from payout_batch where id = of_batch and downloaded_at is not null)
$$;

-- The bands of a brand (null: of the platform) in a currency.
create function approval_bands(of_brand int, in_currency text) returns approval_band language sql stable
    set search_path = public, pg_temp as $$
select b.id, b.brand_id, in_currency::char(3), coalesce(b.first_limit, 100000), coalesce(b.second_limit, 2500000),
    coalesce(b.first_approvers, 1::smallint), coalesce(b.second_approvers, 1::smallint),
    coalesce(b.third_approvers, 2::smallint), b.set_by, b.set_at
from (values (1)) one
left join lateral (
    select * from approval_band where currency = in_currency and (brand_id is null or brand_id = of_brand)
    order by brand_id nulls last, id desc limit 1
) b on true
$$;

-- Why a batch needs as many approvers as it does: the whole of it by the platform's bands, each brand's part by the
-- brand's. A brand's first batch, and a payout of three times the creator's largest in twelve months, go one band up.
create function approval_needs(of_batch bigint)
    returns table (brand_id int, amount bigint, band int, first boolean, jump boolean, approvers int)
    language sql stable set search_path = public, pg_temp as $$
with live as (
    select p.id, p.creator_id, p.currency, p.amount, b.made_at
    from payout p join payout_batch b on b.id = p.batch_id
    where p.batch_id = of_batch and p.status in ('reserved', 'sent')
), jump as (
    select exists (
        select from live
        cross join lateral (
            select max(q.amount) as most from payout q
            where q.creator_id = live.creator_id and q.currency = live.currency and q.batch_id <> of_batch
                and q.status in ('sent', 'paid') and q.status_at > live.made_at - interval '12 months'
        ) before
        where live.amount >= 3 * before.most) as found
), part as (
    select null::int as brand_id, sum(amount)::bigint as amount from live
    union all
    select l.brand_id, sum(case e.credit when 'creator' then e.amount else -e.amount end)::bigint
    from live
    join payout_line l on l.payout_id = live.id and l.released_at is null
    join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
    group by l.brand_id
), judged as (
    select part.brand_id, part.amount, bands, jump.found as jump, part.brand_id is not null and not exists (
        select from payout_line l join payout p on p.id = l.payout_id
        where l.brand_id = part.brand_id and l.released_at is null and p.batch_id <> of_batch
            and p.status in ('sent', 'paid')) as first
    from part
    cross join jump
    cross join payout_batch b
    cross join lateral approval_bands(part.brand_id, b.currency) bands
    where b.id = of_batch and part.amount > 0
), banded as (
    select *, least(3, (first or jump)::int
        + case when amount <= (bands).first_limit then 1 when amount <= (bands).second_limit then 2 else 3 end) as band
    from judged
)
select brand_id, amount, band, first, jump, case band when 1 then (bands).first_approvers
    when 2 then (bands).second_approvers else (bands).third_approvers end::int
from banded
$$;

-- Which status may follow which; a payout that is returned or dropped, or a batch that is completed, stays so.
create table status_move (
    thing text not null,
    before text not null,
    after text not null,
    primary key (thing, before, after)
);
revoke insert, update, delete on status_move from streamcut_app;
insert into status_move values
    ('payout_batch', 'draft', 'submitted'), ('payout_batch', 'draft', 'cancelled'),
    ('payout_batch', 'submitted', 'draft'), ('payout_batch', 'submitted', 'approved'),
    ('payout_batch', 'approved', 'draft'), ('payout_batch', 'approved', 'completed'),
    ('payout', 'reserved', 'sent'), ('payout', 'reserved', 'dropped'),
    ('payout', 'sent', 'reserved'), ('payout', 'sent', 'dropped'), ('payout', 'sent', 'paid'), ('payout', 'sent', 'failed'),
    ('payout', 'paid', 'returned');
create function status_moves() returns trigger language plpgsql as $$
begin   -- without a search_path of its own, which costs more than all the rest: every name says its schema
    if not exists (
        select from public.status_move where thing = tg_table_name and before = old.status and after = new.status
    ) then
        raise exception using errcode = 'check_violation',
            message = 'a ' || tg_table_name || ' does not go from ' || old.status || ' to ' || new.status;
    end if;
    if tg_table_name = 'payout' and old.status = 'sent' and new.status in ('reserved', 'dropped') then
        if public.has_left(old.batch_id) then
            raise exception 'what was downloaded or has left is not taken back' using errcode = 'check_violation';
        end if;
    end if;
    return new;
end $$;
create trigger status_moves before update on payout_batch
    for each row when (old.status is distinct from new.status) execute function status_moves();
create trigger status_moves before update on payout
    for each row when (old.status is distinct from new.status) execute function status_moves();

-- An address as one person has it: without capitals, and without what stands behind a plus.
create function plain_address(address text) returns text language sql immutable strict parallel safe as $$
select lower(regexp_replace(address, '\\+[^@]*@', '@'))
$$;
create index ix_person_plain_address on person (plain_address(email));
create index ix_bank_detail_iban on bank_detail (iban) where creator_id is not null;

-- All accounts of whoever has this one: the same address, or creators who are paid to the same bank account.
create function same_person(who bigint) returns setof bigint language sql stable
    set search_path = public, pg_temp as $$
select who
union
select other.id from person me join person other on plain_address(other.email) = plain_address(me.email) where me.id = who
union
select other.person_id
from membership mine
join bank_detail a on a.creator_id = mine.creator_id
join bank_detail b on b.iban = a.iban and b.creator_id is not null
join membership other on other.creator_id = b.creator_id
where mine.person_id = who
$$;

-- Why somebody may not approve a submitted batch, in one word; null when they may. Beside the role, what counts is what
-- they have done and whose money it is, whatever roles they had then.
create function approval_bar(of_batch bigint, who bigint) returns text language sql stable
    set search_path = public, pg_temp as $$
with kin as materialized (
    select same_person(who) as person
), batch as (
    select * from payout_batch where id = of_batch
), payee as materialized (
    select id, creator_id, iban from payout where batch_id = of_batch and status <> 'dropped'
), bars as (
    select 0 as rank, 'role' as bar, who as person
    where not exists (
        select from membership m join person p on p.id = m.person_id
        where m.person_id = who and m.role = 'finance_checker' and m.ended_at is null and p.disabled_at is null)
    union all
    select 1, 'approved', a.person_id
    from batch join batch_approval a on a.batch_id = batch.id and a.fingerprint = batch.fingerprint
    union all
    select 2, 'made', made_by from batch
    union all
    select 2, 'made', submitted_by from batch
    union all
    select 2, 'made', by_id from audit_event
    where object_kind = 'payout_batch' and object_id = of_batch and action in ('assemble', 'submit')
    union all
    select 3, 'edited', e.by_id
    from payout p join audit_event e on e.object_kind = 'payout' and e.object_id = p.id and e.action = 'dropped'
    where p.batch_id = of_batch and p.status = 'dropped'
    union all
    select 4, 'bank', d.recorded_by from bank_detail d join payee using (creator_id)
    union all
    select 4, 'bank', c.confirmed_by
    from bank_confirmation c join bank_detail d on d.id = c.bank_detail_id join payee using (creator_id)
    union all
    select 5, 'payee', m.person_id
    from batch cross join membership m join payee on payee.creator_id = m.creator_id
    where m.ended_at is null or m.ended_at > batch.made_at
    union all
    select 6, 'account', m.person_id
    from membership m
    join bank_detail mine on mine.creator_id = m.creator_id
    join payee on payee.iban = mine.iban
    where m.person_id in (select person from kin)
)
select case person when who then bar else 'twin' end
from bars where person in (select person from kin)
order by person <> who, rank limit 1
$$;

-- What is worth a second look at a batch's payouts, in four levels; only `high` has to be answered by the approver.
create function risk_notes(of_batch bigint) returns table (payout_id bigint, level int, note text, about text)
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

-- The database's own refusal, whoever asks: the rules of `approval_bar`, and a word on HIGH risks.
create function approval_allowed() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    batch payout_batch;
    bar text;
begin
    select * into batch from payout_batch where id = new.batch_id for update;
    if batch.status <> 'submitted' or batch.fingerprint is distinct from new.fingerprint then
        raise exception 'an approval is of what is submitted now' using errcode = 'check_violation';
    end if;
    bar := approval_bar(new.batch_id, new.person_id);
    if bar is not null then
        raise exception using errcode = 'check_violation',
            message = 'this person may not approve this batch: ' || bar;
    end if;
    if not exists (
        select from factor_use
        where id = new.factor_use_id and person_id = new.person_id and purpose = 'batch ' || new.batch_id
    ) then
        raise exception 'an approval needs a second factor of the person, used for this batch'
            using errcode = 'check_violation';
    end if;
    if new.comment is null and exists (select from risk_notes(new.batch_id) where level = 4) then
        raise exception 'a high risk needs a comment' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger approval_allowed before insert on batch_approval
    for each row execute function approval_allowed();

-- A batch begins as a draft; who made it stays, and how many have to approve is decided when it is submitted.
create function batch_moves() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'draft' then
            raise exception 'a batch begins as a draft' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if new.made_by is distinct from old.made_by or new.made_at <> old.made_at then
        raise exception 'who made a batch stays' using errcode = 'check_violation';
    end if;
    if old.status = 'approved' and new.status = 'draft' and has_left(old.id) then
        raise exception 'what was downloaded or has left is not taken back' using errcode = 'check_violation';
    end if;
    if old.status = 'draft' and new.status = 'submitted' then
        new.approvers := greatest(1, (select max(approvers) from approval_needs(new.id)));
    elsif new.status in ('draft', 'cancelled') then
        new.approvers := null;
    elsif new.approvers is distinct from old.approvers or new.submitted_by is distinct from old.submitted_by then
        raise exception 'what was submitted stays as it was' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger batch_moves before insert or update on payout_batch
    for each row execute function batch_moves();

-- A batch is approved by its approvals, the last of which is its approver's, and not by saying so.
create function batch_is_approved() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if old.status <> 'submitted' or new.approvers > (
        select count(*) from batch_approval where batch_id = new.id and fingerprint = new.fingerprint
    ) or not exists (
        select from batch_approval
        where batch_id = new.id and fingerprint = new.fingerprint and person_id = new.approved_by
    ) then
        raise exception 'the approvals of this batch are not complete' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create trigger batch_is_approved after update on payout_batch
    for each row when (new.status = 'approved' and old.status <> 'approved') execute function batch_is_approved();
"""

DOWN = """
drop trigger batch_is_approved on payout_batch;
drop trigger batch_moves on payout_batch;
drop trigger status_moves on payout_batch;
drop trigger status_moves on payout;
drop table status_move;
drop table batch_approval;
drop function batch_is_approved(), batch_moves(), status_moves(), approval_allowed(), risk_notes(bigint), approval_bar(bigint, bigint),
    same_person(bigint), approval_needs(bigint), approval_bands(int, text), has_left(bigint);
drop index ix_person_plain_address, ix_bank_detail_iban;
drop function plain_address(text);
drop table approval_band;
alter table payout drop column fingerprint;
alter table payout_batch drop column approvers;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
