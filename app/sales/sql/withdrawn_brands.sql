select distinct brand_id from sale where import_id = %(import)s
union
select distinct brand_id from refund where import_id = %(import)s
