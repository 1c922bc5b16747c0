-- The first due rows of the lane above an id: their ids as an array, how many, the last of them, and whether some name
-- their line by its key only. Exactly these rows are deleted in the end (4_done.sql): a refund that is recorded meanwhile
-- has its own row, whatever its id.
select array_agg(id)::text claimed, count(*) taken, max(id) last, bool_or(sale_id is null) keyed
from (
    select id, sale_id from due where lane = %(lane)s and id > %(after)s order by id limit %(limit)s
) q
