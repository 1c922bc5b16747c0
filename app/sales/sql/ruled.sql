-- What a dispute's ruling makes of the lines of `standing`: the creator's of these terms at this label's rate (terms null:
-- the house's), by the fee and the day of availability that the rules would give them. A ruling that comes to what stands
-- is no decision. A day that a person has moved stays, as in 2_decide.sql.
insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id, rate_bps, rate_from,
    fee_bps, available_on, decided_at, decided_by, note)
select s.brand_id, s.id, coalesce(d.nr, 0) + 1, won.rule, won.label, coalesce(won.rule, 'ruled_out'), won.creator_id,
    won.contract_id, won.terms_id, won.rate_bps, won.rate_from, won.fee_bps,
    case when s.id = any (%(moved)s::bigint[]) and (d.creator_id, d.terms_id) = (won.creator_id, won.terms_id)
        then d.available_on else won.available_on end,
    %(at)s, %(by)s, %(note)s
from due q
cross join lateral (select * from sale s where s.brand_id = q.brand_id and s.id = q.sale_id limit 1) s
left join lateral (
    select * from decision d where d.brand_id = q.brand_id and d.sale_id = q.sale_id order by d.nr desc limit 1
) d on true
left join lateral (
    select 'ruled' rule, %(label)s::text label, m.creator_id, m.contract_id, m.id terms_id,
        coalesce(own.rate_bps, m.commission_bps) rate_bps,
        case when own.rate_bps is null then 'commission_percent' else %(label)s::text || '_percent' end rate_from,
        f.fee_bps, (s.occurred_at at time zone 'UTC')::date + m.hold_days available_on
    from terms m
    join brand_fee f on f.brand_id = s.brand_id and f.valid @> s.occurred_at
    cross join lateral (
        select case
            when %(label)s::text = 'in_stream' then m.in_stream_bps
            when %(label)s::text = 'replay' then m.replay_bps
            when %(label)s::text = 'after_stream' then m.after_stream_bps
            else m.off_stream_bps end rate_bps
    ) own
    where m.id = %(terms)s and m.brand_id = s.brand_id
) won on true
where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(standing)s::bigint[])
    and (d.nr is null or (d.rule, d.label, d.reason, d.creator_id, d.terms_id, d.rate_bps, d.fee_bps)
        is distinct from (won.rule, won.label, coalesce(won.rule, 'ruled_out'), won.creator_id, won.terms_id,
            won.rate_bps, won.fee_bps))
