-- Asks creators of %(creators)s who have earned and given no tax details: for the first time, or for the second when
-- the first is %(between)s days old. From `blocks_on` of the second on they are not paid: the view no_tax_data.
insert into tax_reminder (creator_id, nr, sent_on, blocks_on, sent_at)
select c.id, coalesce(r.nr, 0) + 1, %(on)s, greatest(coalesce(f.sent_on, %(on)s::date) + %(until)s, %(on)s::date + %(least)s),
    %(at)s
from creator c
left join tax_reminder f on f.creator_id = c.id and f.nr = 1
left join lateral (select max(x.nr) nr, max(x.sent_on) sent_on from tax_reminder x where x.creator_id = c.id) r on true
where c.id = any(%(creators)s)
    and exists (select from balance b where b.account = 'creator' and b.creator_id = c.id)
    and not exists (select from tax_profile p where p.creator_id = c.id)
    and (r.nr is null or (r.nr = 1 and r.sent_on <= %(on)s::date - %(between)s))
on conflict do nothing
returning creator_id, nr, blocks_on
