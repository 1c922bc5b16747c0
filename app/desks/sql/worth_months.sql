-- What past lines would have brought under the rates of a sheet, by month of the sheet's own days, and what they really
-- brought. The past is the pair's, the creator's with any brand, or that of other creators with brands of the category:
-- there a month is divided by its creators. A month counts where a contract covered it from end to end, or where
-- something was sold. Refunds count as in settlement (settlement.md section 6); lines in another currency are left out.
with pairs as materialized (
    select k.brand_id, k.creator_id from contract k
    where %(basis)s = 'pair' and k.brand_id = %(brand)s and k.creator_id = %(creator)s
    union
    select k.brand_id, k.creator_id from contract k
    where %(basis)s = 'creator' and k.creator_id = %(creator)s
    union
    select * from (
        select k.brand_id, k.creator_id
        from contract k
        where %(basis)s = 'category' and k.creator_id <> %(creator)s
            and k.period && tstzrange(%(begin)s, %(end)s)
            and k.brand_id in (
                select theirs.brand_id
                from brand_node mine
                join node m on m.id = mine.node_id
                join node t on t.tree = m.tree and int4range(t.lo, t.hi) && int4range(m.lo, m.hi)
                join brand_node theirs on theirs.node_id = t.id
                where mine.brand_id = %(brand)s)
        order by k.id desc
        limit %(most)s      -- the newest contracts are comparison enough
    ) newest
), months as materialized (
    select month::date as month, tstzrange(month at time zone %(zone)s, (month + interval '1 month') at time zone %(zone)s) covers
    from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 month') month
), lines as materialized (
    select d.creator_id, date_trunc('month', s.occurred_at at time zone %(zone)s)::date as month,
        s.brand_id, s.source, s.order_ref, s.base_minor - least(s.base_minor, r.amount) net,
        coalesce(case when l.label = 'in_stream' then %(in_stream)s::int
            when l.label = 'replay' then %(replay)s::int
            when l.label = 'after_stream' then %(after_stream)s::int
            else %(off_stream)s::int end, %(commission)s::int) rate_bps,
        e.amount really
    from pairs p
    join decision d on d.brand_id = p.brand_id and d.creator_id = p.creator_id
    join sale s on s.brand_id = d.brand_id and s.id = d.sale_id
    cross join lateral (    -- a code used on air earns what a sale in the stream earns, however it was decided then
        select case when d.rule = 'coupon' and exists (
            select from stream st
            where st.brand_id = d.brand_id and st.creator_id = d.creator_id
                and st.starts_at <= s.occurred_at and s.occurred_at < coalesce(st.ends_at, 'infinity')
        ) then 'in_stream' else d.label end label
    ) l
    cross join lateral (
        select coalesce(sum(r.amount), 0)::bigint amount from refund r
        left join import i on i.id = r.import_id
        where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
            and r.currency = s.currency and i.withdrawn_at is null
    ) r
    cross join lateral (
        select coalesce(sum(case when e.credit = 'creator' then e.amount else -e.amount end), 0)::bigint amount
        from entry e
        where e.brand_id = s.brand_id and e.cause = s.id and e.kind = 'commission' and e.creator_id = d.creator_id
    ) e
    where s.occurred_at >= %(begin)s and s.occurred_at < %(end)s and s.currency = %(currency)s
        and not exists (
            select from decision later
            where later.brand_id = d.brand_id and later.sale_id = d.sale_id and later.nr > d.nr)
), figures as (
    select creator_id, month, 0::bigint net, 0::bigint orders, 0::bigint commission, 0::bigint really, 0::numeric seconds
    from pairs p
    join contract k using (brand_id, creator_id)
    join months m on k.period @> m.covers
    union all
    select creator_id, month, sum(net), count(distinct (brand_id, source, order_ref)),
        sum((net * rate_bps + 5000) / 10000), sum(really), 0
    from lines
    group by creator_id, month
    union all
    select b.creator_id, b.month, 0, 0, 0, case when e.credit = 'creator' then e.amount else -e.amount end, 0
    from pairs p
    join contract k using (brand_id, creator_id)
    join bonus_month b on b.contract_id = k.id and b.month between %(first)s and %(last)s and b.currency = %(currency)s
    join entry e on e.brand_id = b.brand_id and e.cause = b.id and e.kind = 'bonus'
    union all
    select s.creator_id, m.month, 0, 0, 0, 0, extract(epoch from s.ends_at - s.starts_at)
    from pairs p
    join stream s on s.brand_id = p.brand_id and s.creator_id = p.creator_id
    join months m on m.covers @> s.starts_at
), whole as (
    select month, count(distinct creator_id) creators, sum(net) net, sum(orders) orders, sum(commission) commission,
        sum(really) really, coalesce(sum(seconds), 0) seconds
    from figures
    where (creator_id, month) in (
        select creator_id, month from lines
        union
        select creator_id, month from pairs p join contract k using (brand_id, creator_id)
        join months m on k.period @> m.covers)
    group by month
)
select w.month, w.creators, round(w.net / w.creators)::bigint net, round(w.orders / w.creators)::bigint orders,
    round(w.commission / w.creators)::bigint commission, round(w.really / w.creators)::bigint really,
    round(w.seconds / w.creators / 60)::bigint minutes,
    coalesce((
        select jsonb_object_agg(rate_bps, round(net / w.creators)::bigint)
        from (select l.rate_bps, sum(l.net) net from lines l where l.month = w.month group by l.rate_bps) by_rate
    ), '{}') rates
from whole w
where w.creators >= %(fewest)s and exists (select from lines)
order by w.month
