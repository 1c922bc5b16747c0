update channel set creator_id = %(stays)s where creator_id = %(goes)s
