-- Who made a batch, and what it came to; nobody: the timetable.
insert into audit_event (at, by_id, by_name, action, object_kind, object_id, detail)
select b.made_at, b.made_by, coalesce(person.name, 'system'), 'assemble', 'payout_batch', b.id, jsonb_build_object(
    'number', b.number, 'payouts', count(p.id), 'amount', coalesce(sum(p.amount), 0), 'currency', b.currency)
from payout_batch b
left join person on person.id = b.made_by
left join payout p on p.batch_id = b.id
where b.id = %(batch)s
group by b.id, person.name
