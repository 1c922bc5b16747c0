-- Two contracts of a pair never overlap, and a code belongs to one contract of a brand at a time (settlement.md
-- sections 2 and 3). The later of two rows that clash is bad.
with code as (
    select s.at_line, s.contract, s.brand, s.starts_at, s.ends_at, k.key
    from staged s
    cross join unnest(string_to_array(s.coupon_keys, '|')) k (key)
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
)
select s.*, b.id as brand_id, c.id as creator_id,
    case
        when b.id is null then array['brand', 'there is no such brand: import brands first']
        when c.id is null then array['creator', 'there is no such creator: import creators first']
        when s.ends_on < s.starts_on then array['ends_on', 'before starts_on']
        when s.starts_at >= s.ends_at then array['starts_on', 'this day does not exist in that time zone']
        when s.coupons is not null and (s.coupon_keys is null or r.empty) then
            array['coupons', 'a code is nothing but spaces']
        when r.twice then array['coupons', 'the same code twice (capitals and spaces around it do not count)']
        when k.id is not null then null     -- stored already: with the same content, or a conflict
        when p.ref is not null then array['starts_on', 'overlaps with the contract “' || p.ref || '” of this pair']
        when pf.clash is not null then array['starts_on', 'overlaps with the contract of this pair on line ' || pf.clash]
        when o.ref is not null then array['coupons', '“' || o.code || '” belongs to the contract “' || o.ref || '”']
        when cf.clash is not null then array['coupons', 'a code belongs to the contract on line ' || cf.clash]
    end as fault
from staged s
left join brand b on b.handle = s.brand
left join creator c on c.handle = s.creator
left join contract k on k.ref = s.contract
left join pair_in_file pf on pf.at_line = s.at_line
left join code_in_file cf on cf.at_line = s.at_line
left join code_in_row r on r.at_line = s.at_line
left join lateral (
    select p.ref
    from contract p
    where p.brand_id = b.id and p.creator_id = c.id and lower(p.period) < s.ends_at and s.starts_at < upper(p.period)
    order by p.period
    limit 1
) p on true
left join lateral (
    select o.code, h.ref
    from unnest(string_to_array(s.coupon_keys, '|')) w (key)
    join coupon o on o.brand_id = b.id and o.key = w.key
    join contract h on h.id = o.contract_id
    where lower(o.period) < s.ends_at and s.starts_at < upper(o.period)
    order by o.id
    limit 1
) o on true
