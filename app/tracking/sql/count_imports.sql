-- How many touches came by the import of each link: nobody counts them one by one while they come.
update import i set new_rows = counted.touches, read_rows = counted.touches
from (
    select l.import_id, count(*) touches
    from link l
    join touch t on t.brand_id = l.brand_id and t.link_id = l.id
    group by l.import_id
) counted
where i.id = counted.import_id and i.new_rows <> counted.touches
