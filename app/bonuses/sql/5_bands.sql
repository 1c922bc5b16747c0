-- From where to where which step's rate holds. Below the step that an earlier month has reached, that one's does.
insert into band
select x.bonus_id, x.low, x.high, coalesce(s.rate_bps, 0)
from (
    select p.bonus_id, p.kept, b.low, lead(b.low) over (partition by p.bonus_id order by b.low) high
    from promise p
    cross join lateral (
        select 0::bigint low
        union all
        select s.from_value from bonus_step s where s.bonus_id = p.bonus_id and s.rate_bps is not null
    ) b
    where p.kind = 'threshold' and p.tiering <> 'fixed'
) x
left join lateral (
    select s.rate_bps from bonus_step s
    where s.bonus_id = x.bonus_id and s.rate_bps is not null and s.from_value <= greatest(x.low, x.kept)
    order by s.from_value desc limit 1
) s on true
