-- What no newer list says otherwise may be changed by this one.
update listed l
set newest = true
where not l.fresh and not exists (
    select from figure f
    where f.channel_id = l.channel_id and f.source = 'creator_list' and f.measured_on > %(measured_on)s
)
