-- Streams in which a creator did what another contract's exclusivity closes: each opens one case of its holder. What a
-- stream sells is what its products say, else its brand. Of what nobody has said, a stream meets only what is closed
-- everywhere: of its categories that is the tree's own first number, which no finer scope has. A stream is seen where
-- its creator lives.
with place as (
    select tree, code, lower(name_en) as name_en, lower(name_nl) as name_nl, int4multirange(int4range(lo, hi)) as whole,
        int4multirange(int4range(lo, lo + 1)) as own
    from node
)
insert into breach (contract_id, kind, cause, found_at, answer_by)
select distinct k.contract_id, 'stream', s.id, %(at)s::timestamptz, %(at)s::timestamptz + interval '7 days'
from claim k
join contract h on h.id = k.contract_id
join creator c on c.id = k.creator_id
join stream s on s.creator_id = k.creator_id and s.starts_at < upper(k.period) and s.starts_at <= %(at)s
    and coalesce(s.ends_at, %(at)s) > lower(k.period)
join place live on live.tree = 'format' and live.code = 'live'
join place other on other.tree = 'platform' and other.code = 'other'
left join place platform on platform.tree = 'platform'
    and lower(s.platform) in (platform.code, platform.name_en, platform.name_nl)
join place world on world.tree = 'territory' and world.code = 'world'
left join place country on country.tree = 'territory' and country.code = c.country
join place everything on everything.tree = 'category' and everything.code = 'all'
cross join lateral (
    select coalesce(
        (select range_agg(int4range(n.lo, n.hi)) from product p join node n on n.tree = 'category'
                and lower(p.category) in (n.code, lower(n.name_en), lower(n.name_nl))
            where p.brand_id = s.brand_id and p.sku = any(s.skus)),
        (select range_agg(int4range(n.lo, n.hi)) from brand_node b join node n on n.id = b.node_id
            where b.brand_id = s.brand_id),
        everything.own) as categories
) sold
where k.kind = 'block' and k.lanes @> s.brand_id and k.formats && live.whole
    and k.platforms && coalesce(platform.whole, other.whole) and k.territories && coalesce(country.whole, world.own)
    and k.categories && sold.categories and k.period && tstzrange(s.starts_at, coalesce(s.ends_at, %(at)s))
    and s.starts_at >= coalesce(h.signed_at, '-infinity')
    and not exists (select from breach b where (b.contract_id, b.kind, b.cause) = (k.contract_id, 'stream', s.id))
on conflict do nothing
