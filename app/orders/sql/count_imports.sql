-- How many orders came by the imports of the last days: nobody counts them one by one while they come.
update import i set new_rows = counted.lines, read_rows = counted.lines
from (
    select i.id, case when i.kind = 'sales' then (
            select count(*) from sale s
            where s.brand_id = i.brand_id and s.import_id = i.id and s.occurred_at >= i.started_at - interval '2 days')
        else (
            select count(*) from refund r where r.brand_id = i.brand_id and r.import_id = i.id and r.source = 'streamcut')
        end lines
    from import i
    where i.file_name = 'Orders in shows' and i.started_at >= %(since)s
) counted
where i.id = counted.id and i.new_rows <> counted.lines
