select t.link_id, count(*) filter (where t.evidence is null) counted, count(distinct t.visitor) people,
    count(t.evidence) told
from touch t
where t.brand_id = any (%(brands)s) and t.link_id = any (%(links)s)
group by t.link_id
