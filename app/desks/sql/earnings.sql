-- A creator's lines under the filters of the page: what each earned and where the money stands.
select n.brand_id, n.sale_id id, s.currency, n.net, n.available_on, standing(n, %(today)s) standing, s.occurred_at,
    s.base_minor, n.rule, n.label, n.rate_bps, n.stream_id
from earned n
join sale s on s.brand_id = n.brand_id and s.id = n.sale_id
where n.brand_id = any (%(brands)s) and n.creator_id = %(creator)s
