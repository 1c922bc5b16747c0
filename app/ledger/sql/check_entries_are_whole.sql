select brand_id, id from entry
where amount <= 0 or debit = credit or currency !~ '^[A-Z]{3}$' or (creator_id is null) <> (available_on is null)
    or seq < 1
