select c.id as creator_id, c.public_id, c.name, c.handle, p.public_id as payout, coalesce(p.reason, '') as reason,
    coalesce(p.refused, 'details') as refused, p.code, p.status_at as at
from refused_account refused
join creator c on c.id = refused.creator_id
join payout p on p.id = refused.payout_id
where %(creator)s::int is null or c.id = %(creator)s
order by c.name, c.id
