-- The version in force ends where the new ones begin.
update terms set valid = tstzrange(lower(valid), %(from)s)
where contract_id = %(contract)s and valid @> %(from)s::timestamptz
