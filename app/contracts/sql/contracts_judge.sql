-- Two contracts of a pair never overlap, and a code belongs to one contract of a brand at a time (settlement.md
-- sections 2 and 3). No contract has a creator do what another has closed (rules.md B14), as far as it is known what
-- brands sell; whose contract that is, is not said. The later of two rows that clash is bad.
with code as (
    select s.at_line, s.contract, s.brand, s.starts_at, s.ends_at, k.key
    from staged s
    cross join unnest(string_to_array(s.coupon_keys, E'\x1f')) k (key)
),
pair_in_file as (
    select s.at_line, min(e.at_line) as clash
    from staged s
    join staged e on e.brand = s.brand and e.creator = s.creator
    where e.at_line < s.at_line and e.starts_at < s.ends_at and s.starts_at < e.ends_at
    group by s.at_line
),
code_in_file as (
    select s.at_line, min(e.at_line) as clash
    from code s
    join code e on e.brand = s.brand and e.key = s.key
    where e.at_line < s.at_line and e.starts_at < s.ends_at and s.starts_at < e.ends_at
    group by s.at_line
),
code_in_row as (
    select at_line, count(distinct key) < count(*) as twice, bool_or(key = '') as empty
    from code
    group by at_line
),
sold as (
    select b.handle, b.id, (
            select range_agg(int4range(n.lo, n.hi))
            from brand_node v
            join node n on n.id = v.node_id
            where v.brand_id = b.id
        ) as categories
    from brand b
    where b.handle in (select brand from staged)
),
word as (
    select w.said, min(int4range(n.lo, n.hi)::text)::int4range as closed
    from (select distinct exclusive_category as said from staged) w
    join node n on n.tree = 'category' and lower(btrim(w.said)) in (n.code, lower(n.name_en), lower(n.name_nl))
    group by w.said
),
claimed as materialized (
    select s.at_line, s.creator, b.id as brand_id, b.categories as work, int4multirange(w.closed) as closed,
        tstzrange(s.starts_at, s.ends_at) as period
    from staged s
    join sold b on b.handle = s.brand
    left join word w on w.said = s.exclusive_category
    where s.starts_at < s.ends_at
),
closed_in_file as (
    select greatest(x.at_line, e.at_line) as at_line, min(least(x.at_line, e.at_line)) as clash,
        bool_or(x.at_line > e.at_line) as closes
    from claimed x
    join claimed e on e.creator = x.creator and e.brand_id <> x.brand_id
    where x.closed && e.work and x.period && e.period
    group by 1
)
select s.*, b.id as brand_id, c.id as creator_id,
    case
        when b.id is null then array['brand', 'there is no such brand: import brands first']
        when c.id is null then array['creator', 'there is no such creator: import creators first']
        when s.ends_on < s.starts_on then array['ends_on', 'before starts_on']
        when s.starts_at >= s.ends_at then array['starts_on', 'this day does not exist in that time zone']
        when s.coupons is not null and (s.coupon_keys is null or r.empty) then
            array['coupons', 'a code is nothing but spaces or signs that nobody sees']
        when r.twice then array['coupons', 'the same code twice (capitals, spaces around it and accents typed in another form do not count)']
        when k.id is not null then null     -- stored already: with the same content, or a conflict
        when p.ref is not null then array['starts_on', 'overlaps with the contract “' || p.ref || '” of this pair']
        when pf.clash is not null then array['starts_on', 'overlaps with the contract of this pair on line ' || pf.clash]
        when o.ref is not null then array['coupons', '“' || o.code || '” belongs to the contract “' || o.ref || '”']
        when cf.clash is not null then array['coupons', 'a code belongs to the contract on line ' || cf.clash]
        when t.closed_until is not null then array['creator', 'an exclusivity closes this brand''s categories until and '
            || 'including ' || to_char(t.closed_until at time zone s.timezone - interval '1 second', 'YYYY-MM-DD')]
        when t.working_until is not null then array['exclusive_category', 'the creator has other work in it until and '
            || 'including ' || to_char(t.working_until at time zone s.timezone - interval '1 second', 'YYYY-MM-DD')]
        when xf.closes then array['exclusive_category', 'the creator has other work in it on line ' || xf.clash]
        when xf.clash is not null then
            array['creator', 'the exclusivity on line ' || xf.clash || ' closes this brand''s categories']
    end as fault
from staged s
left join brand b on b.handle = s.brand
left join creator c on c.handle = s.creator
left join contract k on k.ref = s.contract
left join pair_in_file pf on pf.at_line = s.at_line
left join code_in_file cf on cf.at_line = s.at_line
left join code_in_row r on r.at_line = s.at_line
left join closed_in_file xf on xf.at_line = s.at_line
left join claimed x on x.at_line = s.at_line
left join lateral (
    select p.ref
    from contract p
    where p.brand_id = b.id and p.creator_id = c.id and lower(p.period) < s.ends_at and s.starts_at < upper(p.period)
    order by p.period
    limit 1
) p on true
left join lateral (
    select o.code, h.ref
    from unnest(string_to_array(s.coupon_keys, E'\x1f')) w (key)
    join coupon o on o.brand_id = b.id and o.key = w.key
    join contract h on h.id = o.contract_id
    where lower(o.period) < s.ends_at and s.starts_at < upper(o.period)
    order by o.id
    limit 1
) o on true
left join lateral (
    select max(upper(t.period)) filter (where t.kind = 'block') as closed_until,
        max(upper(t.period)) filter (where t.kind = 'work') as working_until
    from claim t
    where t.creator_id = c.id and t.period && x.period
        and (t.kind = 'block' and t.categories && x.work and t.lanes @> x.brand_id
            or t.kind = 'work' and t.categories && x.closed and not t.lanes @> x.brand_id)
) t on true
