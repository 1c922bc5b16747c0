-- The contracts whose local days have these streams, with the whole months in which they have them: caps are of months.
select c.id contract_id, date_trunc('month', min((s.starts_at at time zone c.timezone)::date))::date first_on,
    (date_trunc('month', max((s.starts_at at time zone c.timezone)::date)) + interval '1 month - 1 day')::date last_on
from stream s
join contract c on (c.brand_id, c.creator_id) = (s.brand_id, s.creator_id)
    and (s.starts_at at time zone c.timezone)::date between c.starts_on and c.ends_on
where s.id = any (%(streams)s::bigint[])
group by c.id
