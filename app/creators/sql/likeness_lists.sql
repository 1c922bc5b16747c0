-- A list that is taken back takes back its channels and their figures; of the person it says nothing any more.
update list_account
set creator_id = %(stays)s, before = before - 'name' - 'country' - 'languages', after = after - 'name' - 'country' - 'languages'
where creator_id = %(goes)s
