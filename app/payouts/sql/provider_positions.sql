-- What Stripe's movements and our records say of one thing, where the sums differ. What only one side knows is paired by
-- amount and day where there is one candidate and no other: for a payment that may be a top-up that was typed in.
with theirs as (
    select kind, about, currency, sum(amount)::bigint amount, min(created) at, max(arrives_on) arrives_on
    from provider_movement
    where kind <> 'provider_fee'
    group by kind, about, currency
), ours as (
    select kind, about, currency, sum(amount)::bigint amount, min(at) at, max(object) object, (array_agg(public_id))[1] public_id,
        max(brand_id) brand_id
    from (
        select e.kind, e.about, e.currency, e.amount, e.at, e.object, e.public_id, e.brand_id
        from provider_expected e join provider_statement s on e.at >= s.since and e.at < s.until
        union all
        select m.kind, m.about, m.currency, m.amount, m.created, 'bank_line', l.public_id, null
        from provider_movement m join bank_report_line l on l.id = m.bank_line_id
    ) records
    group by kind, about, currency
), differing as (
    select kind, about, currency, coalesce(t.amount, 0) theirs, coalesce(o.amount, 0) ours,
        t.amount is not null there, o.amount is not null here, coalesce(t.at, o.at) at, t.arrives_on, o.object, o.public_id, o.brand_id
    from theirs t full join ours o using (kind, about, currency)
    where coalesce(t.amount, 0) <> coalesce(o.amount, 0)
), candidates as (
    select kind, about, currency, ours amount, at, object, public_id from differing where not there
    union all
    select 'payment', t.public_id::text, t.currency, t.amount, t.received_on::timestamp at time zone 'UTC', 'top_up', t.public_id
    from top_up t
    where t.checkout_id is null and t.status = 'approved'
        and not exists (select from bank_report_line l where l.top_up_id = t.id)
        and t.amount in (select theirs from differing where kind = 'payment' and not here)
), paired as (
    select t.kind, t.about, t.currency, c.about other, c.object, c.public_id,
        count(*) over (partition by t.kind, t.about, t.currency) ours, count(*) over (partition by c.kind, c.about, c.currency) theirs
    from differing t
    join candidates c on c.kind = t.kind and c.currency = t.currency and c.amount = t.theirs
        and c.at between t.at - interval '4 days' and t.at + interval '4 days'
    where not t.here
), pairs as (
    select * from paired where ours = 1 and theirs = 1
), refused as (
    select payment, public_id, brand_id from checkout where status = 'refused'
)
select d.kind, d.about, d.currency, d.theirs, d.ours, d.there, d.here, d.at, d.arrives_on,
    coalesce(p.object, d.object, case when r.payment is not null then 'checkout' end) object,
    coalesce(p.public_id, d.public_id, r.public_id) public_id, b.public_id brand, p.other is not null by_day,
    n.note, n.noted_at, h.name noter, count(*) over () total
from differing d
left join pairs p on (p.kind, p.about, p.currency) = (d.kind, d.about, d.currency) and not d.here
left join refused r on d.kind = 'payment' and r.payment = d.about and p.other is null
left join brand b on b.id = coalesce(d.brand_id, r.brand_id)
left join provider_note n on (n.kind, n.about, n.currency, n.theirs, n.ours) = (d.kind, d.about, d.currency, d.theirs, d.ours)
left join person h on h.id = n.noted_by
where not exists (select from pairs q where not d.there and (q.kind, q.other, q.currency) = (d.kind, d.about, d.currency))
    and (%(about)s::text is null or d.about = %(about)s)
    and case %(state)s when 'open' then n.id is null and p.other is null
        when 'by_day' then n.id is null and p.other is not null
        when 'noted' then n.id is not null else true end
order by d.at desc, d.kind, d.about
limit %(most)s
