select id from import
where kind = %(kind)s and brand_id = %(brand_id)s and file_name = %(file_name)s and started_at >= %(day)s
    and started_at < %(next)s and withdrawn_at is null
order by id
limit 1
for key share   -- until the rows are committed: what is withdrawn meanwhile would take them with it unseen
