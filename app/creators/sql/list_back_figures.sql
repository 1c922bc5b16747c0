-- The figures that the list replaced.
insert into figure
select f.*
from list_account a
cross join lateral jsonb_populate_recordset(null::figure, a.before -> 'figures') f
where a.import_id = %(import_id)s
on conflict do nothing
