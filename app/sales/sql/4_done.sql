delete from due where lane = any (%(lanes)s::smallint[]) and id = any (%(claimed)s::bigint[])
