delete from creator where id = %(goes)s
