-- What a dispute's ruling makes of the claimed lines: the creator's of these terms at this label's rate (terms null: the
-- house's), by the fee and the day of availability that the rules would give them. A line whose import was withdrawn is
-- left to the rules, and a ruling that comes to what stands is no decision. A day that a person has moved stays, as in
-- 2_decide.sql.
insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id, rate_bps, rate_from,
    fee_bps, available_on, decided_at, decided_by, note)
select w.brand_id, w.sale_id, w.nr + 1, won.rule, won.label, coalesce(won.rule, 'ruled_out'), won.creator_id,
    won.contract_id, won.terms_id, won.rate_bps, won.rate_from, won.fee_bps, coalesce(moved.available_on, won.available_on), %(at)s, %(by)s, %(note)s
from work w
left join lateral (
    select 'ruled' rule, %(label)s label, m.creator_id, m.contract_id, m.id terms_id,
        coalesce(own.rate_bps, m.commission_bps) rate_bps,
        case when own.rate_bps is null then 'commission_percent' else %(label)s || '_percent' end rate_from,
        f.fee_bps, (w.occurred_at at time zone 'UTC')::date + m.hold_days available_on
    from terms m
    join brand_fee f on f.brand_id = w.brand_id and f.valid @> w.occurred_at
    cross join lateral (select case %(label)s
        when 'in_stream' then m.in_stream_bps
        when 'replay' then m.replay_bps
        when 'after_stream' then m.after_stream_bps
        else m.off_stream_bps end rate_bps) own
    where m.id = %(terms)s and m.brand_id = w.brand_id
) won on true
left join lateral (
    select d.available_on from decision d
    where d.brand_id = w.brand_id and d.sale_id = w.sale_id and d.nr = w.nr
        and (d.creator_id, d.terms_id) = (won.creator_id, won.terms_id)
        and exists (
            select from commission_event e
            where e.brand_id = w.brand_id and e.sale_id = w.sale_id and e.creator_id = d.creator_id
                and e.kind in ('approved_early', 'extended'))
) moved on true
where not w.withdrawn and not exists (
    select from decision d
    where d.brand_id = w.brand_id and d.sale_id = w.sale_id and d.nr = w.nr
        and (d.rule, d.label, d.reason, d.creator_id, d.terms_id, d.rate_bps, d.fee_bps)
        is not distinct from (won.rule, won.label, coalesce(won.rule, 'ruled_out'), won.creator_id, won.terms_id,
            won.rate_bps, won.fee_bps))
