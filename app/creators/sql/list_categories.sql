-- The words a list has for a channel; those of a file of channels stand.
with moved as (
    update channel h
    set categories = l.categories
    from listed l
    where l.channel_id = h.id and not l.fresh and l.categories <> '{}' and l.categories <> h.categories
        and (h.categories = '{}' or l.newest and (h.import_id is null or exists (
            select from creator_list k where k.import_id = h.import_id)))
    returning h.id
)
update listed set changed = true
where channel_id in (select id from moved)
