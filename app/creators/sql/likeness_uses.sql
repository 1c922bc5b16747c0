-- In which tables these creators stand, beside their channels and what is written of them.
select creator_id, array_agg(distinct place) from creator_uses(%(creators)s) group by 1
