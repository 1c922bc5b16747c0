-- Every show and every claimed effort of the pairs of some contracts, with why it does not count and, if it does, how
-- many minutes of it are left below the caps of day and month (rules.md B8). A day is the contract's own, that of the
-- show's first instant; an hour that comes twice is two hours long, for lengths are elapsed time. Of a stream that was a
-- show here only the quarters of an hour count that are valid; of one that came by file all of it.
insert into stream_verdict
with pair as (
    select id contract_id, brand_id, creator_id, timezone, greatest(starts_on, %(first)s) first_on,
        least(ends_on, %(last)s) last_on, stream_minutes, day_minutes, month_minutes
    from contract
    where id = any (%(contracts)s::int[])
), shown as (
    select p.contract_id, s.id stream_id, null::bigint effort_id, (s.starts_at at time zone p.timezone)::date on_day,
        s.starts_at begun_at, s.ends_at counts_at,
        coalesce(floor(extract(epoch from s.ends_at - s.starts_at) / 60), 0)::int minutes,
        coalesce(v.minutes, floor(extract(epoch from s.ends_at - s.starts_at) / 60), 0)::int proven,
        case
            when s.ends_at is null then 'no_end'
            when s.ends_at - s.starts_at < p.stream_minutes * interval '1 minute' then 'too_short'
            when s.skus = '{}' then 'no_product'
            when exists (       -- several brands in one broadcast are one show of each; one brand's twin counts once
                select from stream o
                where o.creator_id = s.creator_id and o.id <> s.id
                    and o.starts_at < s.ends_at and o.ends_at > s.starts_at
                    and ((o.platform, o.starts_at) <> (s.platform, s.starts_at)
                        or o.brand_id = s.brand_id and o.id < s.id)) then 'overlap'
            when v.minutes = 0 then 'inactive'
        end reason
    from pair p
    join stream s on s.creator_id = p.creator_id and s.brand_id = p.brand_id
        and s.starts_at >= (%(first)s::date - 1)::timestamp at time zone 'UTC'  -- no zone is further away than a day
        and s.starts_at < (%(last)s::date + 2)::timestamp at time zone 'UTC'
    left join show_brand b on b.stream_id = s.id
    left join lateral (
        select coalesce(floor(extract(epoch from sum(q.ends_at - q.begins_at) filter (where q.valid)) / 60), 0) minutes
        from stream_quarter q
        where q.stream_id = b.stream_id     -- null where there was no show: nothing is looked for
    ) v on b.show_id is not null
    where (s.starts_at at time zone p.timezone)::date between p.first_on and p.last_on
    union all
    select p.contract_id, null, e.id, e.done_on, null, (e.done_on + 1)::timestamp at time zone p.timezone, e.quantity,
        e.quantity, nullif(e.status, 'counted')
    from pair p
    join effort e on e.contract_id = p.contract_id and e.what = 'valid_minutes'
        and e.done_on between p.first_on and p.last_on
), of_day as (      -- the earlier of a day count first, shows before efforts
    select s.*, p.month_minutes, greatest(0, least(s.proven, p.day_minutes
        - coalesce(sum(s.proven) over (
            partition by s.contract_id, s.on_day order by s.begun_at nulls last, s.stream_id, s.effort_id
            rows between unbounded preceding and 1 preceding), 0))) below_cap
    from shown s
    join pair p using (contract_id)
    where s.reason is null
), of_month as (
    select *, greatest(0, least(below_cap, month_minutes - coalesce(sum(below_cap) over (
        partition by contract_id, date_trunc('month', on_day)
        order by on_day, begun_at nulls last, stream_id, effort_id
        rows between unbounded preceding and 1 preceding), 0))) counted
    from of_day
)
select contract_id, stream_id, effort_id, on_day, begun_at, counts_at, minutes, reason, proven, 0 from shown
where reason is not null
union all
select contract_id, stream_id, effort_id, on_day, begun_at, counts_at, minutes, null, proven, counted from of_month
