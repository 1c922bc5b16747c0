delete from standing where creator_id = %(goes)s
