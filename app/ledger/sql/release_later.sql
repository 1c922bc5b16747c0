update reservation set released_at = %(at)s
where kind = %(kind)s and cause = %(cause)s and released_at is null and month >= date_trunc('month', %(since)s::date)
