-- The creators whom a batch is to pay although something stands in the way that was not there when it was assembled. A
-- hold and missing bank details are told by the lines themselves. Once it is approved only what forbids to pay counts: an
-- account that refused another payment meanwhile may be right, and whoever takes the file decides (concerns.sql).
select c.name, obstacle.code
from payout p
join creator_obstacle obstacle on obstacle.creator_id = p.creator_id
join creator c on c.id = p.creator_id
where p.batch_id = %(batch)s
    and (p.status = 'reserved' or p.status = 'sent' and obstacle.code in ('name_mismatch', 'no_tax_data'))
    and obstacle.code not in ('no_method', 'on_hold', 'sanction_review')
order by p.id, obstacle.code
