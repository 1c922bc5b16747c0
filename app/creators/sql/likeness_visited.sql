select from touch where creator_id = %(creator)s limit 1
