select id from creator where import_id = any(%(imports)s)
union
select creator_id from channel where import_id = any(%(imports)s)
union
select object_id::int from revision where kind = 'creators' and import_id = any(%(imports)s)
union
select h.creator_id from revision r join channel h on h.id = r.object_id
where r.kind = 'channels' and r.import_id = any(%(imports)s)
